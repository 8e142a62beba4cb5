using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Problem 1: Loss is NaN": the log, the causes, the clipping loop and the softmax.</summary>
internal static class LossIsNaN
{
    /// <summary>Where an alarm for losses that are no number goes off.</summary>
    [Claim("D1-138")]
    [Turn("printed/step1", "5.4827", Verdict.Erratum)]
    [Turn("printed/step2", "5.5223", Verdict.Erratum)]
    [Turn("printed/step3", "5.6012", Verdict.Erratum)]
    [Turn("given/losses", "[\"5.4727\", \"NaN\", \"NaN\"]", Verdict.Erratum)]
    internal static Finding Log(Claim claim)
    {
        string[] losses = claim.GivenTexts("losses");
        double[] values = [.. losses.Select(l => double.Parse(l, System.Globalization.CultureInfo.InvariantCulture))];
        int alarm = Working.Value("first step with the alarm of a loss that is no number; 0 for none", Enumerable.Range(1, values.Length).FirstOrDefault(n => Symptoms.NonFiniteLoss(new RunRecord { TrainingLoss = values[..n] })));
        bool threshold = Working.Holds("a comparison with a threshold of 10 sees it", values[^1] > 10);
        string[] steps = [.. claim.PrintedKeys.Select(claim.PrintedText)];
        return Judge.All(
            Judge.Holds(steps.SequenceEqual(losses), "", "the steps are those of the log", $"the log has {And(losses)}"),
            Judge.Holds(
                alarm == losses.Length, Say($"step {alarm}"), Say($"the alarm goes off at step {alarm}, and not at the losses before"), Say($"the alarm goes off at step {alarm}")))
            .AndYet(Say($"an alarm that compares the loss with a threshold {(threshold ? "sees" : "does not see")} it: every comparison with NaN is false"));
    }

    /// <summary>Each cause planted.</summary>
    [Claim("D1-139")]
    [Turn("facts/causes", "[\"rate too low\", \"exploding gradients\", \"unstable attention\"]", Verdict.Erratum)]
    internal static Finding Causes(Claim claim)
    {
        string[] causes = claim.Facts["causes"].Texts;
        var lead = new Tally("planted causes that end in NaN");
        foreach (string cause in causes)
            Working.Holds($"{cause} ends in NaN", lead.Add(double.IsNaN(Planted(cause))));
        lead.Shown();
        return Judge.Number(claim, "causes", (Rational)lead.Count) with
        {
            Why = Say($"planted one by one, {lead} causes end in NaN: {And(causes)}"),
        };

        double Planted(string cause)
        {
            switch (cause)
            {
                case "rate too high" or "rate too low":
                    return Diverging.Run(cause == "rate too high" ? 3 : 0.01).Loss[^1] is var loss && double.IsFinite(loss) ? loss : double.PositiveInfinity - double.PositiveInfinity;
                case "exploding gradients":
                    // A gradient back through 1000 layers of gain 3, into two paths of opposite sign.
                    double gradient = Enumerable.Range(0, 1000).Aggregate(1.0, (g, _) => 3 * g);
                    return gradient - gradient;
                case "unstable attention":
                    double e = Real64.Exp(800).Value;
                    return e / (e + 1);
                default:
                    throw claim.Bad("facts.causes");
            }
        }
    }

    /// <summary>The clipping before and after the update.</summary>
    [Claim("D1-140")]
    [Turn("D1-141/given/maxNorm", "1000", Verdict.Confirmed)]
    internal static Finding PlaceOfClipping(Claim claim, Document document)
    {
        double limit = document["D1-141"].GivenNumber("maxNorm");
        const double Gradient = 100, Rate = 0.001;
        Working.Read($"{claim.Id}, statement", claim.Kind, claim.Statement);
        double clipped = Clip([Gradient], limit)[0];
        double before = Working.Value("move of a weight with gradient 100, clipped before the update", -Sgd.Update<Real64>(0, clipped, Rate).Value), after = Working.Value("clipped after it", -Sgd.Update<Real64>(0, Gradient, Rate).Value);
        bool Bounded(double move) => move <= Rate * Math.Max(limit, 1) * (1 + 1e-12);
        return Judge.Conditional(
            Bounded(after) && Bounded(before), Bounded(before), "where it stands between the backward pass and the update", Say($"{before} and {after}"),
            Say($"the loop is shown without its place: clipped before the update a weight with gradient {Gradient} moves by {before}, clipped after it by {after}, as without clipping"));
    }

    /// <summary>The loop on tensors above and below the threshold.</summary>
    [Claim("D1-141")]
    [Turn("facts/norm of", "all tensors together", Verdict.Erratum)]
    internal static Finding ClipsEachTensor(Claim claim)
    {
        double limit = claim.GivenNumber("maxNorm");
        double[][] gradients = [[3, 4], [0.3, 0.4], [0, 2]];
        double[][] after = [.. gradients.Select(g => Clip(g, limit))];
        double[] norms = [.. after.Select(Norm)];
        Working.Value("norms before", gradients.Select(Norm));
        Working.Value("norms after", norms);
        double total = Working.Value("norm of all together after", Norm([.. after.SelectMany(g => g)]));
        bool each = norms.Zip(gradients).All(x => Closeness.Near(x.First, Math.Min(limit, Norm(x.Second)), 16));
        return Judge.Stated(
            claim, "norm of", each ? "each tensor" : "all tensors together", string.Join(", ", norms.Select(n => Say($"{n:G3}"))),
            Say($"tensors of norm {And(gradients.Select(g => Say($"{Norm(g):G3}")))} come out with {And(norms.Select(n => Say($"{n:G3}")))}"))
            .AndYet(Say($"all together still have the norm {total:F2}, more than {limit}, and the direction of the update has changed"));
    }

    /// <summary>The threshold against D4's.</summary>
    [Claim("D1-142")]
    [Turn("D4/defaults/clip_gradient_norm/max_norm", "5.0", Verdict.Conflicts)]
    internal static Finding Threshold(Claim claim, Document document) =>
        Judge.SameNumber(claim, "maxNorm", document.Other("D4").Facts["defaults"]["clip_gradient_norm"]["max_norm"].Exact, "the default of D4's listing, line 299");

    /// <summary>A parameter without gradient in the loop.</summary>
    [Claim("D1-143")]
    [Turn("facts/tests for nil", "true", Verdict.Erratum)]
    internal static Finding NoNilTest(Claim claim)
    {
        bool tests = claim.Facts["tests for nil"].Holds;
        double[]?[] gradients = [[3, 4], null];
        bool panics = Working.Holds("the loop fails at a parameter without gradient", Array.Exists(gradients, g => !tests && g is null));
        return Judge.Holds(
            panics, Say($"fails: {panics}"),
            "the loop asks every parameter's gradient for its norm; one without a gradient makes it fail", "the loop passes over a parameter without a gradient")
            .AndYet("a parameter that took no part in the loss stops the training; the document's third exercise tests for it");
    }

    /// <summary>NaN and infinity through the loop.</summary>
    [Claim("D1-144")]
    [Turn("facts/tests for finite", "true", Verdict.Erratum)]
    internal static Finding NaNPasses(Claim claim, Document document)
    {
        double limit = document["D1-141"].GivenNumber("maxNorm");
        bool tests = claim.Facts["tests for finite"].Holds;
        double[] nan = Loop([double.NaN, 1]), infinite = Loop([double.PositiveInfinity, 1]);
        Working.Value("a gradient of NaN and 1 after the loop", nan);
        Working.Value("one of infinity and 1", infinite);
        bool unrepaired = double.IsNaN(nan[0]) && nan[1] == 1 && double.IsNaN(infinite[0]) && infinite[1] == 0;
        return Judge.Holds(
            unrepaired, Say($"{nan[0]}, {nan[1]}; {infinite[0]}, {infinite[1]}"),
            Say($"a NaN norm is not above {limit}, so that the gradient stays {nan[0]} and {nan[1]}; an infinite norm scales by 0 and makes it {infinite[0]} and {infinite[1]}"),
            "gradients that are not finite are caught")
            .AndYet("the cure that is given for a NaN lets it through: the gradient must be tested for finite numbers before the update");

        double[] Loop(double[] g) => tests && !double.IsFinite(Norm(g)) ? [0, 0] : Clip(g, limit);
    }

    /// <summary>Norms at the threshold and beside it.</summary>
    [Claim("D1-145")]
    [Turn("facts/comparison", "<", Verdict.Erratum)]
    internal static Finding StrictComparison(Claim claim)
    {
        double limit = claim.GivenNumber("maxNorm");
        bool above = claim.Facts["comparison"].Text == ">";
        double[] tried = [0, 0.5 * limit, Math.BitDecrement(limit), limit, Math.BitIncrement(limit), 10 * limit];
        var right = new Tally("norms, at the threshold and beside it, of which the loop makes the smaller of norm and threshold");
        foreach (double norm in tried)
            right.Add(Closeness.Near((above ? norm > limit : norm < limit) ? norm * (limit / norm) : norm, Math.Min(norm, limit), 2));
        right.Shown();
        bool same = Working.Holds("a norm at the threshold is the same number after the loop", Clip([limit], limit)[0] == limit);
        return Judge.Holds(
            right.Always && same, $"{right}",
            Say($"in {right} cases the loop makes of a norm the smaller of norm and threshold; one at {limit} is not touched, and nothing is divided by 0, for only norms above {limit} are divided by"),
            $"in {right} cases the loop makes of a norm the smaller of norm and threshold");
    }

    /// <summary>Both rates on curvatures between their limits.</summary>
    [Claim("D1-146")]
    [Turn("printed/lr", "0.0030", Verdict.Erratum)]
    [Turn("printed/was", "0.0001", Verdict.Erratum)]
    internal static Finding LowerRate(Claim claim, Document document)
    {
        double now = claim.PrintedNumber("lr").Value.ToDouble(), was = claim.PrintedNumber("was").Value.ToDouble();
        bool peak = Working.Holds("the rate before is the schedule's", claim.PrintedNumber("was").Value == document["D1-047"].GivenExact("base"));
        var cured = new Tally("curvatures with which gradient descent diverges at the rate before and converges at the new one");
        foreach (double curvature in (double[])[2100, 5000, 19_000])
            cured.Add(Math.Abs(Working.Apply<Real64>(Hessian.Factor, was, curvature).Value) > 1 && Math.Abs(Working.Apply<Real64>(Hessian.Factor, now, curvature).Value) < 1);
        cured.Shown();
        return Judge.Holds(
            cured.Always && peak, $"{cured}",
            Say($"with curvatures between 2/{was} and 2/{now} gradient descent diverges at {was} and converges at {now}: {cured}"),
            Say($"{cured} curvatures diverge at {was} and converge at {now}"))
            .AndYet("beyond a curvature of 20000 a tenth of the rate is not low enough either");
    }

    /// <summary>The softmax that takes off the maximum.</summary>
    [Claim("D1-147")]
    [Turn("facts/formula", "norm(exp(x - max(x)) / sum(exp(x)))", Verdict.Erratum)]
    internal static Finding StableSoftmax(Claim claim)
    {
        Real64[] far = [1000, 999, -1000], p = new Real64[3];
        Softmax.Probabilities<Real64>(far, p);
        bool finite = Working.Holds("it is finite for logits of 1000", p.All(x => double.IsFinite(x.Value)));
        Working.Uses("softmax");
        return Judge.All(
            Judge.Formula(claim, "formula", x =>
            {
                Precise[] logits = x.Row("x"), row = new Precise[logits.Length];
                Softmax.Probabilities<Precise>(logits, row);
                return Norms.L2<Precise>(row);
            }),
            Judge.Holds(finite, "", "it is finite for logits of 1000", "it is not finite for logits of 1000"));
    }

    /// <summary>Methods whose signatures are nowhere printed.</summary>
    [Claim("D1-148")]
    internal static Finding OperandTypes(Claim claim) => Judge.NotCheckable(
        claim, "the signatures of Sub, Div, Max and Sum stand in a file that the document does not print; its third exercise compares Max() with a float64, so that Sub must take one here, which nothing on these lines contradicts");

    /// <summary>The printed softmax on a matrix.</summary>
    [Claim("D1-149")]
    [Turn("facts/maximum and sum of", "each row", Verdict.Erratum)]
    internal static Finding WholeTensor(Claim claim)
    {
        var draws = new Experiments.Draws(149);
        Real64[][] rows = [.. Enumerable.Range(0, 4).Select(_ => draws.Row(8))];
        bool whole = claim.Facts["maximum and sum of"].Text == "the whole tensor";
        Real64[] all = [.. rows.SelectMany(r => r)], p = new Real64[all.Length];
        Softmax.Probabilities<Real64>(all, p);
        double[] sums = [.. Enumerable.Range(0, 4).Select(i =>
        {
            var own = new Real64[8];
            Softmax.Probabilities<Real64>(rows[i], own);
            return (whole ? p[(8 * i)..(8 * i + 8)] : own).Sum(x => x.Value);
        })];
        Working.Value("sums of the rows of a matrix of 4 rows", sums);
        double total = Working.Value("their sum", sums.Sum());
        return Judge.Holds(
            sums.All(s => s < 0.99) && Math.Abs(total - 1) < 1e-12, And(sums.Select(s => Say($"{s:F3}"))),
            Say($"the rows of a random matrix add up to {And(sums.Select(s => Say($"{s:F3}")))}, and all together to {total:F3}"),
            Say($"the rows add up to {And(sums.Select(s => Say($"{s:F3}")))}"))
            .AndYet("in attention, of which the section speaks, every row must add up to 1");
    }

    /// <summary>A row of minus infinities.</summary>
    [Claim("D1-150")]
    [Turn("facts/masked row", "zeros", Verdict.Erratum)]
    internal static Finding MaskedRow(Claim claim)
    {
        double[] row = [double.NegativeInfinity, double.NegativeInfinity];
        double[] e = [.. row.Select(x => Real64.Exp(x - row.Max()).Value)], p = [.. e.Select(x => x / e.Sum())];
        Working.Value("x less the maximum", row.Select(x => x - row.Max()));
        Working.Value("result", p);
        return Judge.Stated(
            claim, "masked row", p.All(double.IsNaN) ? "NaN" : p.All(x => x == 0) ? "zeros" : "numbers", Say($"{p[0]}, {p[1]}"),
            Say($"minus infinity less minus infinity is {row[0] - row.Max()}, and so is the whole row"))
            .AndYet("the softmax that is given as a cure for NaN makes one of a row that is masked as a whole");
    }

    private static double Norm(double[] gradient) => Norms.L2<Real64>([.. gradient.Select(g => new Real64(g))]).Value;

    // The loop's body: a norm above the threshold is scaled to it.
    private static double[] Clip(double[] gradient, double limit) => Norm(gradient) is var norm && norm > limit ? [.. gradient.Select(g => g * (limit / norm))] : gradient;
}
