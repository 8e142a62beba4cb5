using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>The loss under label smoothing as it goes wrong.</summary>
internal static class WrongLabelSmoothing
{
    private const string Op = "cross_entropy";

    public static IReadOnlyList<WrongImplementation> All { get; } = WrongClassWeights.AreRight(
    [
        Mistake("label-smoothing-not-in-gradient", "CROSS-ENTROPY-7", "the loss is smoothed and its gradient is p − y of the plain label", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return result.With("grad_logits", right.Answer(Op, args.With("label_smoothing", 0))["grad_logits"]!.DeepClone());
        }),
        Mistake("label-smoothing-of-ignored-rows", "CROSS-ENTROPY-8", "the smoothed part is summed over ignored rows as well (pytorch #73205, #69339)", Op, (right, args) =>
        {
            double smoothing = args.Number(Hyperparameters.LabelSmoothing);
            JsonObject result = right.Answer(Op, args);
            if (args["ignore_index"] is null || smoothing == 0 || args["reduction"] is not null)
                return result;
            double[] targets = args.Row("targets");
            double[][] ignored = [.. args.Rows("logits").Where((_, i) => targets[i] == args.Number("ignore_index"))];
            int kept = targets.Length - ignored.Length;

            // Smoothed to the full, a row's loss is the mean over all classes, whatever its target.
            double more = ignored.Sum(row => right.Answer(Op, new() { ["logits"] = Rows(row), ["targets"] = Integers(0), ["label_smoothing"] = 1 }).Number("loss"));
            return result.With("loss", result.Number("loss") + smoothing * more / kept);
        }),
    ]);
}
