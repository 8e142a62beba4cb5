using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Losses and gradients of worked rows.</summary>
public static class CrossEntropyExamples
{
    private static readonly (string Name, string Row, string Loss)[] Positions = [("position 0", "D4-093", "D4-094"), ("position 1", "D4-095", "D4-096")];

    /// <summary>D4 "Compute Loss" and "Compute Gradients": losses, their mean, the gradients of each and of the mean, the perplexity.</summary>
    [GoldenSource]
    public static GoldenDocument LossAndGradients()
    {
        var document = new GoldenDocument("cross-entropy", "WorkedStep");
        Real64[][] rows = [.. Positions.Select(p => ExampleNumbers.Given(p.Row, "logits"))];
        int[] targets = [.. Positions.Select(p => ExampleNumbers.Claim(p.Loss).GivenInteger("target"))];
        for (int i = 0; i < rows.Length; i++)
        {
            var gradient = new Real64[rows[i].Length];
            double loss = CrossEntropy.Row(rows[i], targets[i], 0, gradient);
            document.Add(Positions[i].Name + ".target", targets[i]).Add(Positions[i].Name + ".loss", loss).Add(Positions[i].Name + ".gradient of its own loss", ExampleNumbers.Doubles(gradient));
        }

        CrossEntropyResult<Real64> mean = CrossEntropyLoss.Evaluate(rows, targets);
        document.Add("mean loss", mean.Loss.Value).Add("perplexity", Perplexity.Of(mean.Loss).Value);
        for (int i = 0; i < rows.Length; i++)
            document.Add(Positions[i].Name + ".gradient of the mean loss", ExampleNumbers.Doubles(mean.Gradient[i]));
        return document;
    }

    /// <summary>D2-102: smoothed labels among four, ten and two classes, and the logits' gap at which the smoothed loss is least (D2-100).</summary>
    /// <remarks>The true class gets 1 − s + s/K, which is more than the 1 − s that D2 calls confidence (D2-103).</remarks>
    [GoldenSource]
    public static GoldenDocument SmoothedLabels()
    {
        Claim claim = ExampleNumbers.Claim("D2-102");
        Real64 smoothing = claim.GivenNumber("s");
        var document = new GoldenDocument("cross-entropy", "SmoothedLabels").Add("smoothing", smoothing.Value);
        foreach (int classes in new[] { claim.GivenInteger("K"), 10, 2 })
        {
            Real64[] labels = [.. Enumerable.Range(0, classes).Select(i => CrossEntropy.SmoothedLabel<Real64>(i == 0 ? 1 : 0, smoothing, classes))];
            Real64[] best = [.. labels.Select((_, i) => i == 0 ? CrossEntropy.SmoothedGap<Real64>(smoothing, classes) : (Real64)0.0)], gradient = new Real64[classes];
            string key = FormattableString.Invariant($"{classes} classes.");
            document.Add(key + "labels", ExampleNumbers.Doubles(labels)).Add(key + "sum of the labels", Reduction.Sum<Real64>(labels).Value)
                .Add(key + "best gap", best[0].Value).Add(key + "least loss", CrossEntropy.Row(best, 0, smoothing, gradient).Value)
                .Add(key + "entropy of the labels", CrossEntropy.OfDistributions<Real64>(labels, labels).Value).Add(key + "gradient at the best gap", ExampleNumbers.Doubles(gradient));
        }

        return document;
    }

    /// <summary>D4's worked rows under label smoothing of 0, 0.1 and 1: the loss, its two parts, and the gradient; and with the second row ignored.</summary>
    [GoldenSource]
    public static GoldenDocument SmoothedStep()
    {
        Real64[][] rows = [.. Positions.Select(p => ExampleNumbers.Given(p.Row, "logits"))];
        int[] targets = [.. Positions.Select(p => ExampleNumbers.Claim(p.Loss).GivenInteger("target"))];
        var document = new GoldenDocument("cross-entropy", "SmoothedStep").Add("targets", targets);
        foreach (double smoothing in new[] { 0, 0.1, 1 })
        {
            CrossEntropyResult<Real64> result = CrossEntropyLoss.Evaluate(rows, targets, new CrossEntropyOptions { LabelSmoothing = smoothing });
            string key = FormattableString.Invariant($"smoothing {smoothing}.");
            document.Add(key + "row losses", ExampleNumbers.Doubles(result.RowLosses)).Add(key + "mean loss", result.Loss.Value);
            for (int i = 0; i < rows.Length; i++)
                document.Add(key + Positions[i].Name + ".gradient", ExampleNumbers.Doubles(result.Gradient[i]));
        }

        CrossEntropyResult<Real64> kept = CrossEntropyLoss.Evaluate(rows, [targets[0], -100], new CrossEntropyOptions { LabelSmoothing = 0.1, IgnoreIndex = -100 });
        return document.Add("second row ignored.row losses", ExampleNumbers.Doubles(kept.RowLosses)).Add("second row ignored.mean loss", kept.Loss.Value)
            .Add("second row ignored.position 0.gradient", ExampleNumbers.Doubles(kept.Gradient[0])).Add("second row ignored.position 1.gradient", ExampleNumbers.Doubles(kept.Gradient[1]));
    }
}
