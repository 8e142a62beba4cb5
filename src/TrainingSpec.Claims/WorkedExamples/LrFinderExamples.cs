using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>The learning-rate range test: sweeps of rates, and one whole test with both choices.</summary>
public static class LrFinderExamples
{
    /// <summary>D3-063: a hundred rates from 10⁻⁷ to 1 and to 10, and the factor between neighbours; also in single precision.</summary>
    [GoldenSource]
    public static GoldenDocument Sweeps()
    {
        Claim claim = ExampleNumbers.Claim("D3-063");
        double least = claim.GivenNumber("lo");
        int count = claim.GivenInteger("N");
        var document = new GoldenDocument("lr-finder", "Sweeps").Add("least rate", least).Add("rates", count);
        foreach (double largest in Numbers(claim.GivenText("hi"), "or"))
        {
            Real64[] rates = LearningRateFinder.Sweep<Real64>(least, largest, count);
            string key = Invariant($"to {largest}.");
            document.Add(key + "factor", (rates[1] / rates[0]).Value).Add(key + "rates", ExampleNumbers.Doubles(rates))
                .Add(key + "rates, single precision", ExampleNumbers.Singles(LearningRateFinder.Sweep<Real32>(least, largest, count)));
        }

        return document;
    }

    /// <summary>D3-065 and D0-039: gradient descent on ½λθ² from θ = 1, one update at each rate of the sweep; what both ways choose, unsmoothed and smoothed.</summary>
    /// <remarks>The steepest fall and the last rate before divergence lie far apart, and the second is above the limit of stability 2/λ.</remarks>
    [GoldenSource]
    public static GoldenDocument Quadratic()
    {
        Claim claim = ExampleNumbers.Claim("D3-065");
        double lambda = claim.GivenNumber("lambda");
        string[] sweep = claim.GivenText("sweep").Split(',');
        double[] ends = Numbers(sweep[0], "..");
        Real64[] rates = LearningRateFinder.Sweep<Real64>(ends[0], ends[1], (int)Numbers(sweep[1], "steps")[0]);
        Real64[][] theta = [[1]];
        var losses = new Real64[rates.Length];
        for (int i = 0; i < rates.Length; i++)
        {
            (theta, _) = SgdOptimizer.Step(theta, WeightPenalty.L2(theta, lambda, half: true).Gradients, null, new SgdOptions { LearningRate = rates[i] });
            losses[i] = WeightPenalty.L2(theta, lambda, half: true).Penalty;
        }

        var document = new GoldenDocument("lr-finder", "Quadratic").Add("lambda", lambda).Add("rates", ExampleNumbers.Doubles(rates)).Add("losses", ExampleNumbers.Doubles(losses));
        foreach (double smoothing in new[] { 0, 0.9 })
        {
            RateSuggestion<Real64> choice = LearningRateFinder.Suggest(rates, losses, smoothing);
            Real64[] smoothed = choice.Smoothed;
            int steepest = choice.Steepest!.Value, last = choice.BeforeDivergence!.Value;
            string key = Invariant($"smoothing {smoothing}.");
            document.Add(key + "losses up to the divergence", ExampleNumbers.Doubles(smoothed))
                .Add(key + "steepest", steepest).Add(key + "steepest rate", rates[steepest].Value)
                .Add(key + "steepest slope", LrFinder.Slope(smoothed[steepest - 1], smoothed[steepest + 1], rates[steepest - 1], rates[steepest + 1]).Value)
                .Add(key + "before divergence", last).Add(key + "rate before divergence", rates[last].Value);
        }

        return document;
    }

    private static double[] Numbers(string text, string between) =>
        [.. text.Split(between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(x => double.Parse(x, System.Globalization.CultureInfo.InvariantCulture))];
}
