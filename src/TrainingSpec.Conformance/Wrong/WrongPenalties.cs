using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>The L2 penalty and elastic weight consolidation as they go wrong.</summary>
/// <remarks>The mean gradient squared in place of the mean of squares (pytorch-ewc #1) is no variant here: <c>ewc</c> is handed the Fisher information.</remarks>
internal static class WrongPenalties
{
    private const string L2 = "l2_penalty";
    private const string Ewc = "ewc";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("l2-penalty-halved", "L2-PENALTY-1", "the loss shows ½λΣθ² beside the gradient of λΣθ²", L2, (right, args) =>
        {
            JsonObject result = right.Answer(L2, args);
            return args.Flag("half") ? result : result.With("penalty", result.Number("penalty") / 2);
        }),
        Mistake("l2-gradient-without-two", "L2-PENALTY-2", "λθ is taken for the gradient of λΣθ² (D0's update rule)", L2, (right, args) =>
        {
            JsonObject result = right.Answer(L2, args);
            return args.Flag("half") ? result : result.With("grads", Scaled(result, 0.5));
        }),
        Mistake("l2-half-ignored", "L2-PENALTY-3", "the half is not looked at", L2, (right, args) => right.Answer(L2, args.With("half", false))),
        Mistake("l2-penalty-averaged", "L2-PENALTY-4", "the penalty is the mean over tensors, so that it shrinks when a layer is split", L2, (right, args) =>
        {
            JsonObject result = right.Answer(L2, args);
            return result.With("penalty", result.Number("penalty") / args.Rows("params").Length);
        }),
        Mistake("ewc-penalty-without-half", "EWC-1", "the loss shows λΣF(θ − θ*)² beside the gradient of half of it", Ewc, (right, args) =>
        {
            JsonObject result = right.Answer(Ewc, args);
            return result.With("penalty", 2 * result.Number("penalty"));
        }),
        Mistake("ewc-gradient-doubled", "EWC-2", "the gradient is that of λΣF(θ − θ*)², without the half", Ewc, (right, args) =>
        {
            JsonObject result = right.Answer(Ewc, args);
            return result.With("grads", Scaled(result, 2));
        }),
        Mistake("ewc-pulls-to-zero", "EWC-3", "the anchor is left out, so the weights are pulled to 0 instead of to where they were", Ewc, (right, args) =>
            right.Answer(Ewc, args.With("anchor", Each(args.Rows("anchor"), _ => 0)))),
        Mistake("ewc-one-fisher", "EWC-4", "all weights share the mean of the Fisher information, which is an L2 pull to the anchor", Ewc, (right, args) =>
        {
            double mean = args.Rows("fisher").SelectMany(f => f).Average();
            return right.Answer(Ewc, args.With("fisher", Each(args.Rows("fisher"), _ => mean)));
        }),
    ];

    private static JsonArray Scaled(JsonObject result, double factor) => Each(result.Rows("grads"), g => factor * g);

    private static JsonArray Each(double[][] rows, Func<double, double> f) => Rows([.. rows.Select(r => r.Select(f).ToArray())]);
}
