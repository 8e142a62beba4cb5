using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Gradient Clipping".</summary>
internal static class GradientClipping
{
    private const int Trials = 200;

    /// <summary>After clipping the norm is at most the threshold and the direction is the same.</summary>
    [Claim("D4-075")]
    [Turn("facts/norm after clipping", "unchanged", Verdict.Erratum)]
    internal static Finding BoundsTheNorm(Claim claim)
    {
        var kept = new Tally("cosines of 1 within 1e-12 between before and after");
        var clipped = new Tally("gradients above the threshold");
        var bounded = new Tally("norms at or below the threshold afterwards");
        foreach ((Real64[] g, double limit) in RandomGradients(475))
        {
            Real64[] after = Clip(g, limit);
            double before = Norms.L2<Real64>(g), norm = Norms.L2<Real64>(after);
            double cosine = Reduction.Sum<Real64>([.. g.Select((x, i) => x * after[i])]) / (before * norm);
            clipped.Add(before > limit);
            bounded.Add(norm <= limit * (1 + 1e-12));
            kept.Add(Math.Abs(cosine - 1) < 1e-12);
        }

        Example(475);
        clipped.Shown();
        bounded.Shown();
        kept.Shown();
        return Judge.OneOf(
            claim,
            "norm after clipping",
            [("at most the threshold", bounded.Always && kept.Always && !clipped.Never), ("unchanged", bounded.Count == bounded.Of - clipped.Count && !clipped.Never)],
            Say($"{bounded} bounded"),
            Say($"in {Trials} random cases ({clipped} above the threshold) the norm ends at or below it and the direction stays"),
            Say($"bounded in {bounded}, direction kept in {kept} random cases"));
    }

    /// <summary>Input-layer gradient norms of linear chains: they scale with the weights' scale to the power of the depth.</summary>
    [Claim("D4-076")]
    [Turn("facts/gradient magnitudes", "stay alike", Verdict.Erratum)]
    internal static Finding MagnitudesVaryWithDepth(Claim claim)
    {
        int[] depths = [20, 50];
        double[] scales = [0.8, 1.25];
        bool power = true;
        double least = double.PositiveInfinity, most = 0;
        foreach (int depth in depths)
        {
            double plain = Gradient(depth, 1);
            foreach (double scale in scales)
            {
                double ratio = Gradient(depth, scale) / plain;
                power &= Math.Abs(ratio / Real64.Power(scale, depth) - 1) < 1e-9;
                Working.Value(Say($"depth {depth}: the input layer's gradient norm with weights {scale} times as large, over that with weights as they are"), ratio);
                (least, most) = (Math.Min(least, ratio), Math.Max(most, ratio));
            }
        }

        return Judge.OneOf(
            claim,
            "gradient magnitudes",
            [("differ by orders of magnitude", power && most / least > 1e6), ("stay alike", most / least < 10)],
            Say($"factors {least:0.0E+0} to {most:0.0E+0}"),
            Say($"in linear chains of depth {string.Join(" and ", depths)} weights {string.Join(" and ", scales.Select(s => Say($"{s}")))} times the variance-preserving size change the input layer's gradient by the scale to the power of the depth: by {least:0.0E+0} to {most:0.0E+0}"),
            Say($"the factors {least:0.0E+0} to {most:0.0E+0} do not follow the depth"));

        static double Gradient(int depth, double scale)
        {
            const int Width = 12;
            var draws = new Draws(476);
            Real64[] g = draws.Row(Width);
            for (int layer = 0; layer < depth; layer++)
            {
                Real64[] weights = draws.Row(Width * Width, 1 / Math.Sqrt(Width)), next = new Real64[Width];
                for (int i = 0; i < weights.Length; i++)
                    next[i / Width] += scale * weights[i] * g[i % Width];
                g = next;
            }

            return Norms.L2<Real64>(g);
        }
    }

    /// <summary>One large gradient among normal ones: what it does under SGD and under AdamW.</summary>
    [Claim("D4-077")]
    [Turn("given/exploding", "0.5", Verdict.Confirmed)]
    internal static Finding OneSpike(Claim claim)
    {
        double normal = claim.GivenNumber("normal"), spike = claim.GivenNumber("exploding");
        const int Before = 1999;
        double sgd = Sgd.Update<Real64>(0, spike, 1) / Sgd.Update<Real64>(0, normal, 1);
        var run = new AdamRun<Real64>(0) { LearningRate = 1 };
        for (int t = 0; t < Before; t++)
            run.Step(normal);
        double ordinary = Step(normal), adam = Step(spike) / ordinary, bound = Adam.StepBound<Real64>(0.9, 0.999, run.Steps);
        int suppressed = 0;
        // The spike's own momentum fades within some tens of steps; afterwards the inflated second moment alone acts.
        for (int t = 0; t < 20_000; t++)
        {
            double step = Step(normal) / ordinary;
            if (t > 100 && step > 0.9)
                break;
            suppressed++;
        }

        Working.Apply<Real64>(Sgd.Update, 0, spike, 1);
        Working.Value("SGD's step for the spike over its step for a normal gradient", sgd);
        Working.Value(Say($"AdamW's, after {Before} normal gradients"), adam);
        Working.Apply<Real64>(Adam.StepBound, 0.9, 0.999, run.Steps - suppressed);
        Working.Value("steps after the spike that stay below 0.9 of an ordinary one", suppressed);
        double grows = Working.Value("the spike over a normal gradient", spike / normal);
        bool underSgd = Math.Abs(sgd / grows - 1) < 1e-9, underAdam = adam > grows / 2;
        return Judge.Conditional(
            underSgd && underAdam,
            underSgd,
            "where the step is proportional to the gradient, as under SGD without clipping",
            Say($"{sgd:F0} times (SGD), {adam:F2} times (AdamW)"),
            Say($"one gradient of {spike} after {Before} of {normal} makes SGD's step {sgd:F0} times as large, AdamW's {adam:F2} times (never more than {bound:F2})"))
            .With(Say($"AdamW's steps stay below 0.9 of the ordinary ones for {suppressed} steps after the spike"));

        double Step(double gradient)
        {
            double before = run.Theta;
            return Math.Abs(run.Step(gradient) - before);
        }
    }

    /// <summary>The stated rule against ours at random points; clipping twice is clipping once, and no other point of the ball is nearer.</summary>
    [Claim("D4-078")]
    [Turn("facts/formula", "g_i * max_norm / norm(g)", Verdict.Erratum)]
    [Turn("facts/formula", "if(max_norm < norm(g), g_i * max_norm / norm(g)^2, g_i)", Verdict.Erratum)]
    [Turn("facts/formula", "g_i * min(1, max_norm / norm(g))", Verdict.Confirmed)]
    internal static Finding MaxNormFormula(Claim claim)
    {
        var directions = new Draws(478);
        Tally once = new("random gradients for which clipping twice is clipping once"), nearest = new("of them for which a random other point of the ball is no nearer");
        foreach ((Real64[] g, double limit) in RandomGradients(479))
        {
            Real64[] after = Clip(g, limit), other = Clip([.. after.Select(x => x + 0.1 * limit * (Real64)directions.Normal())], limit);
            once.Add(Distance(Clip(after, limit), after) <= Roundoff(2 * g.Length + 4, Norms.L2<Real64>(after)));
            nearest.Add(Distance(g, after) <= Distance(g, other) * (1 + Roundoff(2 * g.Length + 4)));
        }

        Example(479);
        once.Shown();
        nearest.Shown();
        return Judge.Formula(claim, "formula", x =>
        {
            Precise[] g = x.Row("g");
            x.Let("g_i", g[0]);
            return Clipping.Scaled(g[0], Clipping.Scale(Norms.L2<Precise>(g), x.In("max_norm", 0.5, 6)));
        })
            .With(Say($"clipping twice is clipping once for {once} random gradients, and for {nearest} no tried point of the ball is nearer"));

        static double Distance(Real64[] a, Real64[] b) => Norms.L2<Real64>([.. a.Select((x, i) => x - b[i])]);
    }

    /// <summary>The listing on two arrays: one root, one factor, in place, the same dictionary handed back.</summary>
    [Claim("D4-079")]
    [Turn("facts/the arrays", "are replaced", Verdict.Erratum)]
    internal static Finding ListingClipsInPlace(Claim claim)
    {
        Dictionary<string, Real64[]> gradients = new()
        {
            ["a"] = [.. claim.GivenRow("a").Select(x => new Real64(x))],
            ["b"] = [.. claim.GivenRow("b").Select(x => new Real64(x))],
        };
        Real64[] a = gradients["a"], b = gradients["b"];
        Rational[] given = [.. claim.GivenExactRow("a"), .. claim.GivenExactRow("b")];
        Rational limit = claim.GivenExact("max_norm");
        Precise norm = Working.Reduce(Norms.L2, Exact.Of(given)), scale = Working.Apply(Clipping.Scale, norm, Exact.Of(limit));
        double[] expected = [.. given.Select(g => (double)Working.Apply(Clipping.Scaled, Exact.Of(g), scale))];
        Dictionary<string, Real64[]> returned = ClipGradientNormListing.Run(gradients, claim.GivenNumber("max_norm"));
        double[] got = [.. a.Concat(b).Select(x => x.Value)];
        bool values = got.Zip(expected).All(p => Math.Abs(p.First - p.Second) <= 4 * Real64.UnitRoundoff * Math.Abs(p.Second));
        Working.Value("what the listing leaves in the arrays", got);
        bool same = ReferenceEquals(returned, gradients) && ReferenceEquals(returned["a"], a) && ReferenceEquals(returned["b"], b);
        Working.Holds("the same dictionary and the same arrays come back", same);
        string row = string.Join(", ", expected.Select(x => Say($"{x:G4}")));
        return Judge.OneOf(
            claim,
            "the arrays",
            [("are scaled in place", values && same), ("are replaced", values && !same)],
            row,
            Say($"the norm {(double)norm:G4} over both arrays gives the factor {(double)scale:G4} and {row}; the caller's arrays are changed and the same dictionary comes back"),
            Say($"values right: {values}, in place: {same}"));
    }

    /// <summary>At the threshold, for zeros and for an empty dictionary nothing changes.</summary>
    [Claim("D4-080")]
    [Turn("facts/edge cases", "are changed", Verdict.Erratum)]
    internal static Finding EdgesStay(Claim claim)
    {
        bool equality = Unchanged([1, 0]) && Unchanged([0, -1]), zeros = Unchanged([0, 0, 0]), empty = ClipGradientNormListing.Run<Real64>([], 1).Count == 0;
        Working.Holds("(1, 0) and (0, -1), of norm exactly 1, come back unchanged", equality);
        Working.Holds("(0, 0, 0) comes back unchanged", zeros);
        Working.Holds("an empty dictionary comes back empty", empty);
        int unchanged = Working.Counted("edge cases that come back unchanged", new[] { equality, zeros, empty }.Count(x => x), 3);
        return Judge.OneOf(
            claim,
            "edge cases",
            [("come back unchanged", equality && zeros && empty), ("are changed", !equality && !zeros && !empty)],
            Say($"unchanged in {unchanged} of 3 edge cases"),
            "a norm of exactly 1, zero gradients and an empty dictionary come back unchanged, without a division",
            Say($"norm at the threshold: {equality}, zeros: {zeros}, empty: {empty}"))
            .AndYet("a gradient that holds NaN comes back unchanged too, however large its other entries (D4-081)");

        static bool Unchanged(Real64[] gradient)
        {
            Real64[] before = [.. gradient];
            return ClipGradientNormListing.Run(new Dictionary<string, Real64[]> { ["g"] = gradient }, 1)["g"].SequenceEqual(before);
        }
    }

    /// <summary>What NaN, an infinity and squares that overflow do to the listing.</summary>
    [Claim("D4-081")]
    [Turn("facts/a NaN", "is clipped", Verdict.Erratum)]
    internal static Finding NonFiniteGradients(Claim claim)
    {
        double[] nan = Run([double.NaN, 2000]), infinite = Run([double.PositiveInfinity, 2, -3]);
        Real32[] large = [new(1e20f), new(1)];
        Real32[] overflow = ClipGradientNormListing.Run(new Dictionary<string, Real32[]> { ["g"] = large }, new Real32(1))["g"];
        float robust = Norms.L2<Real32>([new(1e20f), new(1)]).Value;
        Working.Uses("norms.l2");
        Working.Value("the listing makes of (NaN, 2000)", nan);
        Working.Value("of (inf, 2, -3)", infinite);
        Working.Value("of (1e20, 1) in single precision", overflow.Select(x => (double)x.Value));
        Working.Value("the norm of (1e20, 1) in single precision without overflow on the way", (double)robust);
        bool passes = double.IsNaN(nan[0]) && nan[1] == 2000, poisons = double.IsNaN(infinite[0]) && infinite[1] == 0 && infinite[2] == 0, vanishes = overflow.All(x => x.Value == 0);
        return Judge.OneOf(
            claim,
            "a NaN",
            [("passes unclipped", passes && poisons && vanishes), ("is clipped", nan[1] != 2000)],
            Say($"NaN and 2000 give {And(nan.Select(x => Say($"{x}")))}; infinity, 2 and -3 give {And(infinite.Select(x => Say($"{x}")))}"),
            Say($"NaN leaves [NaN, 2000] unclipped, an infinite entry gives [{string.Join(", ", infinite.Select(x => Say($"{x}")))}], and single-precision 1e20, whose square overflows, gives all zeros"),
            Say($"NaN and 2000 give [{string.Join(", ", nan.Select(x => Say($"{x}")))}], infinity gives NaN and zeros: {poisons}, overflow gives zeros: {vanishes}"))
            .With(Say($"a norm without overflow on the way is {robust:0.##E+0} there, and the clipped entry would be 1"));

        static double[] Run(double[] g) =>
            [.. ClipGradientNormListing.Run(new Dictionary<string, Real64[]> { ["g"] = [.. g.Select(x => new Real64(x))] }, 1)["g"].Select(x => x.Value)];
    }

    /// <summary>The typical threshold against the defaults of both listings.</summary>
    [Claim("D4-082")]
    [Turn("printed/max_norm", "2.0", Verdict.Conflicts)]
    internal static Finding TypicalThreshold(Claim claim, Document document)
    {
        Facts defaults = document.Facts["defaults"];
        return Judge.All(
            Judge.NotCheckable("how many trainings use a threshold is a matter of surveys, not of computation; both defaults of the document's own code are the printed one"),
            Judge.SameNumber(claim, "max_norm", defaults["clip_gradient_norm"]["max_norm"].Exact, "clip_gradient_norm, line 299"),
            Judge.SameNumber(claim, "max_norm", defaults["train_step"]["max_grad_norm"].Exact, "train_step, line 652"));
    }

    private static Real64[] Clip(Real64[] g, double limit)
    {
        Real64 scale = Clipping.Scale<Real64>(Norms.L2<Real64>(g), limit);
        return [.. g.Select(x => Clipping.Scaled(x, scale))];
    }

    // The first of the random gradients, worked out.
    private static void Example(int seed)
    {
        Working.Tried(Say($"{Trials} random gradients of 1 to 8 components and sizes from 1/64 to 32, clipped to norm 1 (seed {seed}); the first:"));
        (Real64[] gradient, double limit) = RandomGradients(seed).First();
        Real64 scale = Working.Apply<Real64>(Clipping.Scale, Working.Reduce(Norms.L2, gradient), limit);
        Working.Apply(Clipping.Scaled, gradient[0], scale);
    }

    private static IEnumerable<(Real64[] Gradient, double Limit)> RandomGradients(int seed)
    {
        var draws = new Draws(seed);
        for (int i = 0; i < Trials; i++)
            yield return (draws.Row(1 + draws.Index(8), Math.ScaleB(1, draws.Index(12) - 6)), 1);
    }
}
