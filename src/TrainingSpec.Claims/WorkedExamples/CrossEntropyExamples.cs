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
        int[] targets = [.. Positions.Select(p => Elsewhere.Claim(p.Loss).GivenInteger("target"))];
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
}
