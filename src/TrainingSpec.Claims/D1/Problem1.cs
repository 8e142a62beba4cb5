using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Problem 1: Loss is NaN": the listings of clipping and softmax, and the causes planted.</summary>
internal static class Problem1
{
    /// <summary>The three losses: where the detector of non-finite losses fires.</summary>
    [Claim("D1-138")]
    [Turn("printed/step3", "5.6", Verdict.Erratum)]
    [Turn("given/losses/1", "5.6", Verdict.Erratum)]
    internal static Finding Log(Claim claim)
    {
        string[] given = claim.GivenTexts("losses");
        double[] losses = [.. given.Select(l => double.Parse(l, System.Globalization.CultureInfo.InvariantCulture))];
        int first = Working.Value("first step at which a loss is not finite", 1 + Enumerable.Range(0, losses.Length).First(i => Symptoms.NonFiniteLoss(new RunRecord { TrainingLoss = losses[..(i + 1)] })));
        bool quiet = Working.Holds("before it nothing exploded", !Symptoms.ExplodingLoss(new RunRecord { TrainingLoss = losses[..^1] }));
        return Judge.All(
            Judge.Number(claim, "step1", Rational.Parse(given[0])),
            Judge.Number(claim, "step2", Rational.Parse(given[1])),
            Judge.Printed(claim, "step3", "NaN", "NaN", $"the loss of step {first} is no number"),
            Judge.Holds(first == losses.Length && quiet, $"step {first}", $"the loss is no number at step {first} for the first time, and the two before are sound", $"the loss is no number at step {first}"));
    }

    /// <summary>Each cause planted: what becomes of a loss.</summary>
    [Claim("D1-139")]
    [Turn("facts/causes/0", "rate too low", Verdict.Erratum)]
    [Turn("facts/causes", "[\"rate too high\", \"exploding gradients\"]", Verdict.Erratum)]
    internal static Finding Causes(Claim claim)
    {
        string[] causes = claim.Facts["causes"].Texts;
        static double Planted(string cause) => cause switch
        {
            "rate too high" => D3.PlantedRuns.Parabola(4).TrainingLoss[^1],
            "rate too low" => D3.PlantedRuns.Parabola(0.001).TrainingLoss[^1],
            "exploding gradients" => Exploded(),
            "instability in attention" => Math.Exp(800) / (Math.Exp(800) + Math.Exp(0)),
            _ => 0,
        };
        Tally ends = new Tally("planted causes after which the loss is no finite number").AddAll(causes.Select(c => !double.IsFinite(Working.Value($"what comes out, {c}", Planted(c))))).Shown();
        return Judge.All(
            Judge.Number(claim, "causes", causes.Length),
            Judge.Holds(ends.Always, $"{ends} causes", $"{And(causes)}: planted one at a time, each ends in a number that is not finite ({ends}); in attention it is scores of 800 in a softmax that subtracts no maximum", $"{ends} of {And(causes)} end in a number that is not finite"));
    }

    /// <summary>Clipping before the step, and after it.</summary>
    [Claim("D1-140")]
    [Turn("facts/must stand between", "[\"step\", \"zero\"]", Verdict.Erratum)]
    internal static Finding PlaceOfClipping(Claim claim)
    {
        string[] between = claim.Facts["must stand between"].Texts, stages = ["zero", "forward", "backward", "step"];
        double Run(string after)
        {
            double w = 100;
            foreach (int _ in Enumerable.Range(0, 5))
            {
                double gradient = 0;
                foreach (string stage in stages)
                {
                    gradient = stage == "backward" ? w : gradient;
                    w = stage == "step" ? Sgd.Update<Real64>(w, gradient, 0.1).Value : w;
                    gradient = stage == after ? Clipping.Scaled<Real64>(gradient, Clipping.Scale<Real64>(Math.Abs(gradient), 1)).Value : gradient;
                }
            }

            return w;
        }

        Working.Uses("clipping.scale");
        double right = Working.Value($"weight of w^2/2 from 100 after five steps at 0.1, clipped at 1 between {And(between)}", Run(between[0])), late = Working.Value("clipped after the step", Run("step")), none = Working.Value("never clipped", Run("never"));
        bool holds = right > 99 && late == none && stages[(Array.IndexOf(stages, between[0]) + 1) % stages.Length] == between[1];
        return Judge.Holds(holds, Say($"{right:F1}, {late:F2} and {none:F2}"), Say($"clipped between {And(between)} five steps move a weight from 100 to {right:F1}; clipped after the step they end at {late:F2}, as without clipping: the listing does not say where it stands"), Say($"clipped between {And(between)} the weight ends at {right:F2}, without clipping at {none:F2}"))
            .AndYet("where the loop of the listing goes is left to the reader, and in the wrong place it does nothing");
    }

    /// <summary>The clip listing on three tensors: norms before and after, and the direction.</summary>
    [Claim("D1-141")]
    [Turn("facts/rescaled", "all tensors together", Verdict.Erratum)]
    [Turn("given/maxNorm", "10.0", Verdict.Erratum)]
    internal static Finding TensorByTensor(Claim claim)
    {
        double maxNorm = claim.GivenNumber("maxNorm");
        double[][] gradients = [[3, 4], [0.3], [6, 8]];
        double[][] clipped = [.. gradients.Select(g => Clip(g, maxNorm))];
        double[] norms = [.. clipped.Select(g => Working.Value("norm of a tensor after clipping", D3.DeepNetwork.Norm(g)))];
        double total = Working.Value("norm of all together", D3.DeepNetwork.Norm(norms)), cosine = Working.Value("cosine between the gradient before and after", gradients.SelectMany(g => g).Zip(clipped.SelectMany(g => g), (a, b) => a * b).Sum() / D3.DeepNetwork.Norm([.. gradients.SelectMany(g => g)]) / total);
        Working.Uses("clipping.scale");
        string found = Closeness.Near(norms[0], 1, 8) && norms[1] == 0.3 && Closeness.Near(norms[2], 1, 8) ? "each tensor by itself" : "neither";
        return Judge.Stated(claim, "rescaled", found, And(norms.Select(n => Say($"{n:G3}"))), Say($"tensors of norms 5, 0.3 and 10 come out with {And(norms.Select(n => Say($"{n:G3}")))}: each that is longer than {maxNorm} is rescaled by itself"))
            .AndYet(Say($"all together have the norm {total:F2} after clipping, and another direction than before (cosine {cosine:F3}); D4 clips by the norm of all"));
    }

    /// <summary>The threshold against those of the other documents' code.</summary>
    [Claim("D1-142")]
    [Turn("D4-087/printed/max_norm", "5.0", Verdict.Conflicts)]
    [Turn("printed/maxNorm", "2.0", Verdict.Conflicts)]
    internal static Finding ClipThreshold(Claim claim, Document document)
    {
        Finding own = Judge.SameNumber(claim, "maxNorm", document["D1-141"].GivenExact("maxNorm"), "D1-141"), other = Judge.SameNumber(claim, "maxNorm", document["D4-087"].PrintedNumber("max_norm").Value, "D4-087");
        return Judge.All(own, other);
    }

    /// <summary>The clip listing on a parameter without a gradient, against exercise 3's.</summary>
    [Claim("D1-143")]
    [Turn("D1/clip listing/tests for nil", "true", Verdict.Erratum)]
    internal static Finding NoNilTest(Claim claim, Document document)
    {
        bool tests = document.Facts["clip listing"]["tests for nil"].Holds, elsewhere = document.Facts["gradient stats listing"]["tests for nil"].Holds;
        var panics = new Tally("of three parameters, one without a gradient, at which the loop panics");
        foreach (double[]? gradient in (double[]?[])[[3, 4], null, [1]])
            panics.Add(gradient is null && !tests);
        panics.Shown();
        Working.Holds("exercise 3 skips parameters without a gradient", elsewhere);
        return Judge.Stated(claim, "without a gradient", panics.Never ? "skips" : "panics", $"{panics}", $"a parameter without a gradient makes the clip loop {(panics.Count > 0 ? "panic" : "go on")}, where exercise 3 {(elsewhere ? "skips" : "counts")} it")
            .AndYet("one frozen parameter is enough to end the training run in the middle of its cure");
    }

    /// <summary>The clip listing on gradients with NaN and with an infinite entry.</summary>
    [Claim("D1-144")]
    [Turn("facts/clipping makes NaN and infinity", "finite", Verdict.Erratum)]
    internal static Finding CannotRepair(Claim claim, Document document)
    {
        double maxNorm = document["D1-141"].GivenNumber("maxNorm");
        double[] nan = Clip([1, double.NaN], maxNorm), inf = Clip([1, double.PositiveInfinity], maxNorm);
        int left = Working.Counted("of two gradients, with a NaN and with an infinity, that are not finite after clipping", new[] { nan, inf }.Count(g => !g.All(double.IsFinite)), 2);
        Working.Tried($"(1, NaN) becomes ({And(nan.Select(v => Say($"{v}")))}), (1, infinity) becomes ({And(inf.Select(v => Say($"{v}")))})");
        return Judge.Stated(claim, "clipping makes NaN and infinity", left == 2 ? "NaN" : left == 0 ? "finite" : "either", $"{left} of 2", "a NaN norm fails the comparison and passes unclipped; an infinite norm scales by zero, and zero times infinity is NaN")
            .AndYet("listed as a solution to a NaN loss, clipping prevents the next one and repairs none: the step must be skipped and the weights restored");
    }

    /// <summary>The listing at the threshold, a unit above and a unit below.</summary>
    [Claim("D1-145")]
    [Turn("D1/clip listing/comparison", "<", Verdict.Erratum)]
    internal static Finding StrictComparison(Claim claim, Document document)
    {
        double maxNorm = claim.GivenNumber("maxNorm");
        string comparison = document.Facts["clip listing"]["comparison"].Text;
        double[] Own(double g) => comparison == ">" ? Clip([g], maxNorm) : Math.Abs(g) < maxNorm ? [g * (maxNorm / Math.Abs(g))] : [g];
        (double above, double below) = (Math.BitIncrement(maxNorm), Math.BitDecrement(maxNorm));
        Tally right = new Tally("of norms at the threshold, one unit below, one above and far above, those that come out as stated").AddAll(
            [Own(maxNorm)[0] == maxNorm, Own(below)[0] == below, Closeness.Near(Own(above)[0], maxNorm, 4), Closeness.Near(Own(1000)[0], maxNorm, 4)]).Shown();
        Working.Uses("clipping.scaled");
        return Judge.Holds(right.Always, $"{right} norms", $"a norm at the threshold and one below it are untouched, larger ones come out at the threshold within rounding ({right})", $"{right} norms come out as stated");
    }

    /// <summary>Both rates on a parabola between their limits.</summary>
    [Claim("D1-146")]
    [Turn("given/new", "0.01", Verdict.Erratum)]
    internal static Finding ReduceTheRate(Claim claim)
    {
        (double old, double now) = (claim.GivenNumber("old"), claim.GivenNumber("new"));
        double curvature = Working.Value("a curvature between the largest that the two rates bear, 2/rate", Math.Sqrt(2 / old * (2 / now)));
        double before = Working.Value("|x| after 100 steps from 1 at the old rate", Math.Pow(Math.Abs(Hessian.Factor<Real64>(old, curvature).Value), 100)), after = Working.Value("at the new rate", Math.Pow(Math.Abs(Hessian.Factor<Real64>(now, curvature).Value), 100));
        Working.Uses("hessian.stable_rate");
        return Judge.All(
            Judge.Number(claim, "lr", claim.GivenExact("new")),
            Judge.Number(claim, "was", claim.GivenExact("old")),
            Judge.Holds(before > 1 && after < 1, Say($"{before:G2} and {after:G2}"), Say($"on a parabola of curvature {curvature:F0} the rate {old} diverges ({before:G2} after 100 steps) and {now} converges ({after:G2})"), Say($"after 100 steps |x| is {before:G2} at {old} and {after:G2} at {now}")))
            .AndYet(Say($"a curvature above {2 / now:F0} diverges at the smaller rate as well"));
    }

    /// <summary>The stable softmax as it is stated against ours, and on scores that overflow the plain one.</summary>
    [Claim("D1-147")]
    [Turn("facts/formula", "exp(z - max(x)) / sum(exp(x))", Verdict.Erratum)]
    [Turn("facts/formula", "exp(z) / sum(exp(x))", Verdict.Erratum)]
    internal static Finding StableSoftmax(Claim claim)
    {
        StatedFormula stated = claim.Facts["formula"].Formula;
        double[] scores = [1000, 999, -1000];
        double largest = Working.Value("the stated formula of 1000 among (1000, 999, -1000)", stated.Evaluate<Real64>(name => name == "z" ? [1000] : [.. scores.Select(s => (Real64)s)]).Value);
        return Judge.All(
            Judge.Formula(claim, "formula", x => Precise.Exp(x["z"]) / x.Row("x").Select(Precise.Exp).Aggregate((a, b) => a + b)),
            Judge.Holds(double.IsFinite(largest) && largest is > 0.7 and < 0.8, Say($"{largest:F3}"), Say($"of scores of 1000 and 999 it gives {largest:F3} without an overflow"), Say($"of scores of 1000 and 999 it gives {largest}")));
    }

    /// <summary>How the listings hand numbers to tensors' methods.</summary>
    [Claim("D1-148")]
    [Turn("D1/tensor methods/MulScalar", "tensor", Verdict.Erratum)]
    [Turn("D1/tensor methods/Sub", "tensor", Verdict.Erratum)]
    internal static Finding OperandTypes(Claim claim, Document document)
    {
        Facts methods = document.Facts["tensor methods"];
        string[] bare = [.. claim.Facts["take a number under a tensor's name"].Texts.Where(m => methods[m].Text == "number")];
        bool separate = methods["MulScalar"].Text == "number";
        Working.Tried($"what the listings hand to methods: {string.Join(", ", ((string[])["Sub", "Div", "MulScalar"]).Select(m => $"{m} a {methods[m].Text}"))}; Max() is compared with a float64 in exercise 3");
        Tally tally = new Tally("of Sub and Div, those that take a number without a name of their own for it").AddAll(claim.Facts["take a number under a tensor's name"].Texts.Select(bare.Contains)).Shown();
        return Judge.Holds(
            tally.Always && separate,
            $"{tally} methods",
            $"{And(bare)} are handed numbers, as Max() and Sum() give them, where the product with a number has a method of its own, MulScalar: Go has no overloading, so that the two listings need two kinds of tensor",
            $"{tally} of these are handed numbers");
    }

    /// <summary>The listing's softmax of a matrix: the sums of its rows.</summary>
    [Claim("D1-149")]
    [Turn("D1/softmax listing/maximum and sum over", "each row", Verdict.Confirmed)]
    internal static Finding WholeTensor(Document document)
    {
        string over = document.Facts["softmax listing"]["maximum and sum over"].Text;
        var draws = new Draws(1149);
        double[][] scores = [.. Enumerable.Range(0, 4).Select(_ => D3.DeepNetwork.Normals(draws, 8))];
        double[] sums = over == "each row"
            ? [.. scores.Select(r => Listed(r).Sum())]
            : [.. Listed([.. scores.SelectMany(r => r)]).Chunk(8).Select(r => r.Sum())];
        Tally one = new Tally("rows of a 4 x 8 matrix whose softmax adds up to 1").AddAll(sums.Select(s => Closeness.Near(s, 1, 32))).Shown();
        double total = Working.Value("what all rows add up to together", sums.Sum());
        return Judge.Holds(
            one.Always,
            $"{one} rows",
            $"{one} rows add up to 1",
            Say($"the listing takes maximum and sum over the {over}: {one} rows of a matrix of scores add up to 1, all together add up to {total:G3}; as the softmax of attention or of several positions it is wrong"))
            .With("a row far below the largest entry of the matrix would be all zeros");
    }

    /// <summary>The listing's softmax of a row of minus infinities.</summary>
    [Claim("D1-150")]
    [Turn("facts/fully masked row", "even", Verdict.Erratum)]
    internal static Finding FullyMasked(Claim claim)
    {
        double[] row = Listed([double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity]);
        int nan = Working.Counted("of three entries of a fully masked row that are NaN after the listing's softmax", row.Count(double.IsNaN), 3);
        return Judge.Stated(claim, "fully masked row", nan == 3 ? "NaN" : "even", $"{nan} of 3", "minus infinity less the maximum, which is minus infinity too, is NaN, and stays so through exponential and quotient")
            .AndYet("the softmax that is offered against NaN makes one of its own where attention masks a whole row");
    }

    private static double[] Clip(double[] gradient, double maxNorm)
    {
        double norm = D3.DeepNetwork.Norm(gradient);
        return norm > maxNorm ? [.. gradient.Select(g => g * (maxNorm / norm))] : gradient;
    }

    private static double[] Listed(double[] x)
    {
        double max = x.Max();
        double[] e = [.. x.Select(v => Real64.Exp(v - max).Value)];
        double sum = e.Sum();
        return [.. e.Select(v => v / sum)];
    }

    // The loss of twelve ReLU layers with weights of deviation 40, after steps that its gradients blow up.
    private static double Exploded()
    {
        var draws = new Draws(1139);
        var network = new D3.DeepNetwork(8, 12, D3.Squashing.Relu, 40, 1139);
        (double[] x, double[] y) = (D3.DeepNetwork.Normals(draws, 32), D3.DeepNetwork.Normals(draws, 32));
        for (int step = 0; step < 20; step++)
            network.Descend(x, y, 0.001);
        return network.Loss(x, y);
    }
}
