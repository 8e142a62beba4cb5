using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Softmax and log-sum-exp as they go wrong.</summary>
internal static class WrongSoftmax
{
    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("softmax-over-the-largest", "SOFTMAX-1", "exponentials are divided by the largest of them instead of by their sum", "softmax", (right, args) =>
        {
            double[] logits = Legal(right, args);
            double max = logits.Max();
            return new() { ["probs"] = Array([.. logits.Select(x => (double)Softmax.Exponential<Real64>(x, max))]) };
        }),
        Mistake("softmax-unshifted", "SOFTMAX-2", "the maximum is not subtracted, so large logits overflow", "softmax", (right, args) =>
        {
            double[] logits = Legal(right, args);
            double[] e = [.. logits.Select(x => (double)Softmax.Exponential<Real64>(x, 0.0))];
            double sum = e.Sum();
            return new() { ["probs"] = Array([.. e.Select(x => (double)Softmax.Probability<Real64>(x, sum))]) };
        }),
        Mistake("softmax-nan-for-masked", "SOFTMAX-3", "a logit of −∞ makes the row NaN (optax #898)", "softmax", (right, args) =>
        {
            double[] logits = Legal(right, args);
            return logits.Any(double.IsNegativeInfinity)
                ? new() { ["probs"] = Array([.. logits.Select(_ => double.NaN)]) }
                : right.Answer("softmax", args);
        }),
        Mistake("softmax-nan-for-nothing", "SOFTMAX-6", "a row of nothing but −∞ is answered with NaN (D1's attention)", "softmax", (right, args) =>
        {
            double[] logits = args.Row("logits");
            return logits.All(double.IsNegativeInfinity)
                ? new() { ["probs"] = Array([.. logits.Select(_ => double.NaN)]) }
                : right.Answer("softmax", args);
        }),
        Mistake("log-softmax-of-softmax", "SOFTMAX-4", "the logarithm is taken of the rounded probabilities", "log_softmax", (right, args) =>
        {
            double[] p = right.Answer("softmax", args).Row("probs");
            return new() { ["log_probs"] = Array([.. p.Select(x => (double)Real64.Log(x))]) };
        }),
        Mistake("logsumexp-without-maximum", "SOFTMAX-5", "the maximum is subtracted and not added again", "logsumexp", (right, args) =>
            new() { ["value"] = right.Answer("logsumexp", args).Number("value") - args.Row("x").Max() }),
    ];

    // A row that the reference refuses is refused by these mistakes too; only softmax-nan-for-nothing is about it.
    private static double[] Legal(IImplementation right, JsonObject args)
    {
        right.Answer("softmax", args);
        return args.Row("logits");
    }
}
