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

    private static readonly PairedDesign Design = new(new PairedMeasure("share of the gradients that become 0", Effect: 0.5, Deviation: 0.15));

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "mixed-precision",
        Question = "What do small gradients become in half precision, with loss scaling and without?",
        Source = "D2, Mixed Precision Training and Loss Scaling (D2-073 to D2-083); D3, Mixed Precision Training (D3-054, D3-055)",
        Topic = "mixed-precision",
        Design = Design,
        Mistake = "the loss scale is 1",
        Full = $"1000 steps in place of 300, and {Design.Full}",
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        double scale = planted ? 1 : ExampleNumbers.Claim("D2-080").GivenNumber("loss_scale");
        int steps = size == ExperimentSize.Full ? 1000 : 300;
        int[] seeds = [.. Enumerable.Range(0, Design.RunsAt(size))];
        D2.MixedPrecision.FormatsRun[] In(string formats, double by) => [.. seeds.Select(seed => D2.MixedPrecision.InFormats(formats, by, InputSize, steps, seed))];
        (string Name, D2.MixedPrecision.FormatsRun[] Runs)[] arms = [("single precision", In(Single, 1)), ("mixed without scaling", In(Recipe, 1)), (Say($"mixed with a scale of {scale}"), In(Recipe, scale))];
        double[] left = [.. arms.Select(a => a.Runs.Average(r => r.Losses[^1] / r.Losses[0]))], lost = [.. arms.Select(a => a.Runs.Average(r => r.Lost))];
        ExperimentTest test = Design.Compare("with the scale less without", [.. arms[2].Runs.Select(r => r.Lost)], [.. arms[1].Runs.Select(r => r.Lost)]);
        string finding = test.Direction < 0 ? "loss scaling saves the gradients" : test.Direction > 0 ? "loss scaling loses gradients" : "loss scaling saves nothing";
        return new ExperimentResult(
            new ExperimentTable("training", ["loss at the start", "at the end", "over that at the start", "gradients lost"], [.. arms.Select((a, i) => new ExperimentRow(a.Name, a.Runs.Average(r => r.Losses[0]), a.Runs.Average(r => r.Losses[^1]), left[i], lost[i]))]),
            finding,
            Say($"{finding}: half precision makes {100 * lost[1]:F1} % of the gradients 0 without scaling and {100 * lost[2]:F1} % with a scale of {scale}; after {steps} steps {left[1]:G3} and {left[2]:G3} of the loss are left, and {left[0]:G3} in single precision; {test.P}, {seeds.Length} seeds"),
            new ExperimentChart("Loss of a regression with small inputs, seed 0", new("step"), new("loss", Logarithmic: true), [.. arms.Select(a => ExperimentLine.Over(a.Name, a.Runs[0].Losses))]))
        {
            Tests = [test],
        };
    }
}
