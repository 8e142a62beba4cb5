using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Rows of logits from D4, to probabilities.</summary>
public static class SoftmaxExamples
{
    /// <summary>D4 "From Logits to Loss" and "Compute Loss": softmax of the worked rows.</summary>
    [GoldenSource]
    public static GoldenDocument SoftmaxRows()
    {
        var document = new GoldenDocument("softmax", "WorkedRows");
        (string Name, string Id)[] rows = [("six logits", "D4-021"), ("position 0", "D4-093"), ("position 1", "D4-095")];
        foreach ((string name, string id) in rows)
        {
            Real64[] logits = ExampleNumbers.Given(id, "logits"), probabilities = new Real64[logits.Length], logs = new Real64[logits.Length];
            Softmax.Probabilities<Real64>(logits, probabilities);
            Softmax.LogProbabilities<Real64>(logits, logs);
            document.Add(name + ".logits", ExampleNumbers.Doubles(logits)).Add(name + ".exponentials", logits.Select(x => Softmax.Exponential<Real64>(x, 0).Value))
                .Add(name + ".probabilities", ExampleNumbers.Doubles(probabilities)).Add(name + ".log probabilities", ExampleNumbers.Doubles(logs)).Add(name + ".log-sum-exp", Softmax.LogSumExp<Real64>(logits).Value);
        }

        return document;
    }
}
