using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Too Large": the rate that is too high.</summary>
internal static class TooLarge
{
    /// <summary>On quadratics, where a step lands on the other side of the minimum.</summary>
    [Claim("D0-031")]
    [Turn("facts/too high a rate", "stops short of the optimum", Verdict.Erratum)]
    internal static Finding Overshoots(Claim claim)
    {
        Tally above = new("quadratics on which a rate above 1/lambda jumps past the minimum"), below = new("quadratics on which a rate below 1/lambda does");
        var draws = new Draws(31);
        for (int i = 0; i < 100; i++)
        {
            double lambda = draws.Uniform(0.1, 10), theta = draws.Uniform(0.5, 2);
            above.Add(Sgd.Update<Real64>(theta, lambda * theta, draws.Uniform(1.01, 3) / lambda) < 0);
            below.Add(Sgd.Update<Real64>(theta, lambda * theta, draws.Uniform(0.01, 0.99) / lambda) < 0);
        }

        return Judge.Stated(claim, "too high a rate", above.Shown().Always && below.Shown().Never ? "overshoots" : "stops short of the optimum", Say($"{above}, {below}"), Say($"{above} {above.What}, {below} {below.What}"));
    }

    /// <summary>Quadratics above 2/λ and a double well above its edge: whether the loss grows without end or goes up and down.</summary>
    [Claim("D0-032")]
    [Turn("facts/then the loss", "[\"oscillates\"]", Verdict.Erratum)]
    [Turn("facts/then the loss", "[\"falls\", \"diverges\"]", Verdict.Erratum)]
    internal static Finding OscillatesOrDiverges(Claim claim)
    {
        (string Name, double[] Losses)[] tried =
        [
            .. ((double[])[2.1, 2.5, 3]).Select(rate => (Say($"quadratic at {rate}/lambda"), Run(1, rate, x => x, x => x * x / 2))),
            .. ((double[])[1.05, 1.2, 1.4]).Select(rate => (Say($"double well x^4/4 - x^2/2 at {rate}"), Run(0.5, rate, x => x * x * x - x, x => x * x * x * x / 4 - x * x / 2))),
        ];
        string[] seen = [.. tried.Select(t => Of(t.Losses))];
        foreach (((string name, double[] _), string what) in tried.Zip(seen))
            Working.Tried($"{name}: the loss {what}");
        Working.Uses("sgd.update");
        string[] stated = claim.Facts["then the loss"].Texts, found = [.. seen.Distinct()];
        return Judge.Holds(
            found.All(stated.Contains),
            And(found),
            Say($"at rates that are too high the loss {And(tried.Zip(seen, (t, s) => $"{s} on the {t.Name}"))}"),
            Say($"the loss {And(tried.Zip(seen, (t, s) => $"{s} on the {t.Name}"))}, which is not all said"));

        static double[] Run(double x, double rate, Func<double, double> slope, Func<double, double> loss)
        {
            var losses = new double[200];
            for (int i = 0; i < losses.Length; i++)
            {
                losses[i] = loss(x);
                x = Sgd.Update<Real64>(x, slope(x), rate);
            }

            return losses;
        }

        static string Of(double[] losses)
        {
            double[] late = losses[100..];
            int ups = Enumerable.Range(1, late.Length - 1).Count(i => late[i] > late[i - 1] + 1e-9);
            return late.Any(x => !double.IsFinite(x) || x > 1e6) ? "diverges" : ups > 10 ? "oscillates" : "falls";
        }
    }

    /// <summary>The character model at a hundred times the rate for it: how high the loss goes.</summary>
    [Claim("D0-033")]
    [Turn("facts/training at too high a rate", "stable", Verdict.Erratum)]
    internal static Finding Unstable(Claim claim, Document document)
    {
        double right = document["D0-045"].PrintedNumber("lr").Value.ToDouble(), high = 100 * right;
        Tally unstable = new(Say($"runs at {high} whose loss exceeds twice the first one or is no number, within 10 epochs")), stable = new(Say($"runs at {right} of which that is true"));
        foreach (int seed in Enumerable.Range(0, 10))
        {
            unstable.Add(Explodes(new CharRun { Validates = false, Seed = seed, Rate = high }.Run()));
            stable.Add(Explodes(new CharRun { Validates = false, Seed = seed, Rate = right }.Run()));
        }

        return Judge.Stated(claim, "training at too high a rate", unstable.Shown().Always && stable.Shown().Never ? "unstable" : "stable", Say($"{unstable}, {stable}"), Say($"{unstable} {unstable.What}, {stable} {stable.What}"));

        static bool Explodes(CharOutcome run) => run.BatchLosses.Any(loss => !(loss <= 2 * run.BatchLosses[0]));
    }

    /// <summary>The sketched curve, its first point and its turns, against runs at rates that are too high.</summary>
    [Claim("D0-034")]
    [Turn("D0/oscillation figure/strokes", "[[1, 4], [2, 3], [3, 2], [4, 1], [5, 2], [6, 1], [7, 2], [8, 1]]", Verdict.Erratum)]
    internal static Finding SketchOfOscillation(Claim claim, Document document)
    {
        int[] heights = FigureCurve.Heights(document.Facts[claim.Facts["figure"].Text]["strokes"], upper: true);
        int[] tops = FigureCurve.Turns(heights, 1), feet = FigureCurve.Turns(heights, -1);
        Working.Value("heights of the sketch from left to right", heights);
        bool drawn = heights[0] == heights.Min() && tops.Distinct().Count() == 1 && feet.Distinct().Count() == 1 && tops.Length > 1;
        var weights = new Tally("runs of a character model at rates 1 to 10 whose first loss is the lowest, and whose epochs stay finite");
        foreach (double rate in (double[])[1, 1.5, 3, 10])
        {
            foreach (int seed in Enumerable.Range(0, 5))
            {
                CharOutcome run = new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = 10, Examples = 256 }.Run();
                weights.Add(run.Log.All(l => double.IsFinite(l.Train) && l.Train > run.BatchLosses[0]));
            }
        }

        var well = new Tally("descents in the double well x^4/4 - x^2/2 at rates 1.05 to 1.2 from next to a minimum that rise and then go up and down between two levels");
        foreach (double rate in (double[])[1.05, 1.1, 1.15, 1.2])
        {
            double[] losses = [.. Enumerable.Range(0, 400).Select(i => Well(rate, i))];
            well.Add(losses[0] == losses.Min() && losses[^40..].Select(x => Math.Round(x, 6)).Distinct().Count() == 2);
        }

        return Judge.Conditional(
            drawn && weights.Shown().Always,
            drawn && well.Shown().Count > 0,
            "where training starts next to a minimum, and not from random weights",
            Say($"{heights[0]} first, then {And(tops.Concat(feet).Distinct().Select(t => Say($"{t}")))}"),
            Say($"the sketch starts at height {heights[0]}, its lowest, and turns at {And(tops.Concat(feet).Distinct().Select(t => Say($"{t}")))}; {weights} {weights.What}; {well.Count} of {well.Of} {well.What}"));

        static double Well(double rate, int steps)
        {
            double x = 1.001;
            for (int i = 0; i < steps; i++)
                x = Sgd.Update<Real64>(x, x * x * x - x, rate);
            return x * x * x * x / 4 - x * x / 2;
        }
    }
}
