using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Class weights and soft targets as they go wrong.</summary>
internal static class WrongClassWeights
{
    private const string Op = "cross_entropy";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("class-weights-mean-over-rows", "CROSS-ENTROPY-10", "the mean divides by the number of rows, not by their weights", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (args["weight"] is null || IsSoft(args) || args["reduction"] is { } said && (string)said! != "mean")
                return result;
            double[] weights = args.Row("weight"), targets = [.. args.Row("targets").Where(t => args["ignore_index"] is null || t != args.Number("ignore_index"))];
            double factor = targets.Sum(t => weights[(int)t]) / targets.Length;
            return result.With("loss", result.Number("loss") * factor).With("grad_logits", Rows([.. result.Rows("grad_logits").Select(row => row.Select(g => g * factor).ToArray())]));
        }),
        Mistake("class-weights-of-the-target-alone", "CROSS-ENTROPY-11", "the weight of the target multiplies the smoothed part too, in place of each class's own (pytorch #104776)", Op, (right, args) =>
        {
            if (args["weight"] is null || IsSoft(args) || args.Number(Hyperparameters.LabelSmoothing) == 0 || args["reduction"] is not { } said || (string)said! != "none")
                return right.Answer(Op, args);
            double[] weights = args.Row("weight"), targets = args.Row("targets");
            args.Remove("weight");
            JsonObject result = right.Answer(Op, args);
            double[] factors = [.. targets.Select(t => args["ignore_index"] is not null && t == args.Number("ignore_index") ? 0 : weights[(int)t])];
            return result.With("loss", Array([.. result.Row("loss").Zip(factors, (l, f) => l * f)]))
                .With("grad_logits", Rows([.. result.Rows("grad_logits").Zip(factors, (row, f) => row.Select(g => g * f).ToArray())]));
        }),
        Mistake("soft-targets-hardened", "CROSS-ENTROPY-12", "of a distribution the likeliest class alone is taken", Op, (right, args) =>
            right.Answer(Op, IsSoft(args) ? args.With("targets", Integers([.. args.Rows("targets").Select(y => (long)System.Array.IndexOf(y, y.Max()))])) : args)),
    ];

    /// <summary>The same mistakes, but for weights of classes and labels for targets, which are answered right.</summary>
    public static IReadOnlyList<WrongImplementation> AreRight(IReadOnlyList<WrongImplementation> plain) => RightWhere(plain, Op, args => args["weight"] is not null || IsSoft(args));

    private static bool IsSoft(JsonObject args) => args["targets"] is JsonArray { Count: > 0 } rows && rows[0] is JsonArray;
}
