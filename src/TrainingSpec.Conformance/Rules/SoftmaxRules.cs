using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/softmax.md.</summary>
internal static class SoftmaxRules
{
    // Inexact steps per probability: shift, exp (2), sum of n <= 8 terms, division; generous by design, since a wrong formula is off by far more.
    private const int Roundings = 32;

    [Rule("SOFTMAX-1")]
    internal static void AddsUpToOne(Questions ask)
    {
        double[] equal = Probabilities(ask, 0, 0, 0, 0);
        for (int i = 0; i < equal.Length; i++)
            ask.Near($"softmax([0, 0, 0, 0])[{i}]", equal[i], 0.25, Roundings);
        double[] ratio = Probabilities(ask, 1, 0);
        ask.Near("ratio of softmax([1, 0])", ratio[0] / ratio[1], Math.E, Roundings);
        double[] row = Probabilities(ask, 1.5, 0.2, 2.1, -0.5);
        Expect.That(row.All(p => p >= 0), "softmax([1.5, 0.2, 2.1, -0.5]) has a negative entry");
        ask.Near("sum of softmax([1.5, 0.2, 2.1, -0.5])", row.Sum(), 1, Roundings);
    }

    [Rule("SOFTMAX-2")]
    internal static void IsShiftInvariant(Questions ask)
    {
        double[] small = Probabilities(ask, 1, 0, 2);
        // Both shifts are exact, so only the evaluation itself may differ.
        foreach (double shift in new[] { 1024.0, -1024.0 })
        {
            double[] large = Probabilities(ask, 1 + shift, shift, 2 + shift);
            for (int i = 0; i < small.Length; i++)
                ask.Near($"softmax([1, 0, 2] + {shift:R})[{i}]", large[i], small[i], Roundings);
        }
    }

    [Rule("SOFTMAX-3")]
    internal static void MaskedLogitIsAbsent(Questions ask)
    {
        double[] masked = Probabilities(ask, 1, double.NegativeInfinity, 0);
        double[] absent = Probabilities(ask, 1, 0);
        Expect.Same("softmax([1, -inf, 0])[1]", masked[1], 0);
        ask.Near("softmax([1, -inf, 0])[0]", masked[0], absent[0], Roundings);
        ask.Near("softmax([1, -inf, 0])[2]", masked[2], absent[1], Roundings);
    }

    [Rule("SOFTMAX-4")]
    internal static void LogSoftmaxNeedsNoProbabilities(Questions ask)
    {
        double[] far = ask.AskRow("log_softmax", "log_probs", new() { ["logits"] = Array(0, -800) });
        ask.Near("log_softmax([0, -800])[1]", far[1], -800, Roundings);
    }

    [Rule("SOFTMAX-5")]
    internal static void LogSumExpIsBounded(Questions ask)
    {
        ask.Near("logsumexp([3])", LogSumExp(ask, 3), 3, Roundings);
        ask.Near("logsumexp([1000, 1000])", LogSumExp(ask, 1000, 1000), 1000 + Math.Log(2), Roundings);
        double value = LogSumExp(ask, 2.1, -0.5, 3.4);
        Expect.That(value >= 3.4 && value <= 3.4 + Math.Log(3), $"logsumexp([2.1, -0.5, 3.4]) = {value:R} is outside [3.4, 3.4 + ln 3]");
    }

    [Rule("SOFTMAX-6")]
    internal static void NothingIsNoDistribution(Questions ask) =>
        Expect.Refused(ask, "softmax", new() { ["logits"] = Array(double.NegativeInfinity, double.NegativeInfinity) }, "logits");

    private static double[] Probabilities(Questions ask, params double[] logits) =>
        ask.AskRow("softmax", "probs", new() { ["logits"] = Array(logits) });

    private static double LogSumExp(Questions ask, params double[] x) =>
        ask.AskNumber("logsumexp", "value", new() { ["x"] = Array(x) });
}
