using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>A matrix that is decayed, its bias that is not, and a head at ten times the rate.</summary>
public static class ParameterGroupsExamples
{
    /// <summary>Three steps of AdamW in three groups under one rate.</summary>
    /// <remarks>Source: PyTorch, torch.optim, "Per-parameter options".</remarks>
    [GoldenSource]
    public static GoldenDocument Steps()
    {
        OrderedDictionary<string, Real64[]> weights = new() { ["matrix"] = [1, -2], ["bias"] = [0.5], ["head"] = [3] };
        OrderedDictionary<string, Real64[]> gradients = new() { ["matrix"] = [0.25, 1], ["bias"] = [-1], ["head"] = [2] };
        AdamOptions options = AdamOptions.AdamW(0) with { WeightDecay = 0.125 };
        var grouped = new GroupedTraining<Real64>(
        [
            new(["matrix"], new AdamTraining<Real64>(options)), new(["bias"], new AdamTraining<Real64>(options with { WeightDecay = 0 })), new(["head"], new AdamTraining<Real64>(options)) { RateFactor = 10 },
        ]);
        var document = new GoldenDocument("parameter-groups", "Steps");
        for (int t = 1; t <= 3; t++)
        {
            grouped.Step(weights, gradients, 0.0625);
            foreach ((string name, Real64[] tensor) in weights)
                document.Add(Invariant($"step {t}.{name}"), ExampleNumbers.Doubles(tensor));
        }

        return document;
    }
}
