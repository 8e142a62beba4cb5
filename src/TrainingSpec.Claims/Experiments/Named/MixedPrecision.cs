using TrainingSpec.Claims.WorkedExamples;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D2's and D3's mixed precision: a regression whose gradients are small, with and without loss scaling.</summary>
internal static class MixedPrecision
{
    private const string Recipe = "float16 float32 float16 float32 float32";
    private const string Single = "float32 float32 float32 float32 float32";

    // Gradients go with the square of it: they are a few ten-millionths, which is where half precision ends.
    private const double InputSize = 1e-3;

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "mixed-precision",
        Question = "What do small gradients become in half precision, with loss scaling and without?",
        Source = "D2, Mixed Precision Training and Loss Scaling (D2-073 to D2-083); D3, Mixed Precision Training (D3-054, D3-055)",
        Topic = "mixed-precision",
        Mistake = "the loss scale is 1",
        Full = "1000 steps in place of 300",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        double scale = planted ? 1 : ExampleNumbers.Claim("D2-080").GivenNumber("loss_scale");
        int steps = size == ExperimentSize.Full ? 1000 : 300;
        (string Name, D2.MixedPrecision.FormatsRun Run)[] arms =
        [
            ("single precision", D2.MixedPrecision.InFormats(Single, 1, InputSize, steps)),
            ("mixed without scaling", D2.MixedPrecision.InFormats(Recipe, 1, InputSize, steps)),
            (Say($"mixed with a scale of {scale}"), D2.MixedPrecision.InFormats(Recipe, scale, InputSize, steps)),
        ];
        double[] left = [.. arms.Select(a => a.Run.Losses[^1] / a.Run.Losses[0])];
        string finding = arms[2].Run.Lost < arms[1].Run.Lost / 2 ? "loss scaling saves the gradients" : "loss scaling saves nothing";
        return new ExperimentResult(
            new ExperimentTable("training", ["loss at the start", "at the end", "over that at the start", "gradients lost"], [.. arms.Select((a, i) => new ExperimentRow(a.Name, a.Run.Losses[0], a.Run.Losses[^1], left[i], a.Run.Lost))]),
            finding,
            Say($"{finding}: half precision makes {100 * arms[1].Run.Lost:F1} % of the gradients 0 without scaling and {100 * arms[2].Run.Lost:F1} % with a scale of {scale}; after {steps} steps {left[1]:G3} and {left[2]:G3} of the loss are left, and {left[0]:G3} in single precision"),
            new ExperimentChart("Loss of a regression with small inputs", new("step"), new("loss", Logarithmic: true), [.. arms.Select(a => ExperimentLine.Over(a.Name, a.Run.Losses))]));
    }
}
