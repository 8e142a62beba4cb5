using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/softmax.md.</summary>
internal static class SoftmaxRules
{

    [Rule("SOFTMAX-1")]
    internal static void AddsUpToOne(Questions ask)
    {
        Answered[] equal = Probabilities(ask, 0, 0, 0, 0);
        for (int i = 0; i < equal.Length; i++)
            ask.Near($"softmax([0, 0, 0, 0])[{i}]", equal[i], 0.25);
        Answered[] ratio = Probabilities(ask, 1, 0);
        ask.Near("ratio of softmax([1, 0])", ratio[0] / ratio[1], Math.E);
        Answered[] row = Probabilities(ask, 1.5, 0.2, 2.1, -0.5);
        Expect.That(row.All(p => p.Value >= 0), "softmax([1.5, 0.2, 2.1, -0.5]) has a negative entry");
        ask.Near("sum of softmax([1.5, 0.2, 2.1, -0.5])", Sum(row), 1);
    }

    [Rule("SOFTMAX-2")]
    internal static void IsShiftInvariant(Questions ask)
    {
        Answered[] small = Probabilities(ask, 1, 0, 2);
        // Both shifts are exact, so only the evaluation itself may differ: e^(z - LSE(z)) by half a unit of |z| and half a one of |LSE(z)|, as a part of the probability.
        double sum = Math.Log(Math.E + 1 + Math.E * Math.E);
        double[] logits = [1, 0, 2];
        foreach (double shift in new[] { 1024.0, -1024.0 })
        {
            Answered[] large = Probabilities(ask, 1 + shift, shift, 2 + shift);
            for (int i = 0; i < small.Length; i++)
            {
                double units = (Math.Abs(logits[i] + shift) + Math.Abs(sum + shift)) * UnitRoundoff;
                ask.Near($"softmax([1, 0, 2] + {shift:R})[{i}]", large[i], Answered.At(small[i].Value, small[i].Distance + units * small[i].Value));
            }
        }
    }

    [Rule("SOFTMAX-3")]
    internal static void MaskedLogitIsAbsent(Questions ask)
    {
        Answered[] masked = Probabilities(ask, 1, double.NegativeInfinity, 0);
        Answered[] absent = Probabilities(ask, 1, 0);
        Expect.Same("softmax([1, -inf, 0])[1]", masked[1], 0);
        ask.Near("softmax([1, -inf, 0])[0]", masked[0], absent[0]);
        ask.Near("softmax([1, -inf, 0])[2]", masked[2], absent[1]);
    }

    [Rule("SOFTMAX-4")]
    internal static void LogSoftmaxNeedsNoProbabilities(Questions ask)
    {
        Answered[] far = ask.ReadRow("log_softmax", "log_probs", new() { ["logits"] = Array(0, -800) });
        ask.Near("log_softmax([0, -800])[1]", far[1], -800);
        ask.Near("log_softmax([1000, 0])[1]", ask.ReadRow("log_softmax", "log_probs", new() { ["logits"] = Array(1000, 0) })[1], -1000);
    }

    [Rule("SOFTMAX-5")]
    internal static void LogSumExpIsBounded(Questions ask)
    {
        ask.Near("logsumexp([3])", LogSumExp(ask, 3), 3);
        ask.Near("logsumexp([1000, 1000])", LogSumExp(ask, 1000, 1000), 1000 + Math.Log(2));
        Answered value = LogSumExp(ask, 2.1, -0.5, 3.4);
        Expect.That(value.Value >= 3.4 && value.Value <= 3.4 + Math.Log(3), $"logsumexp([2.1, -0.5, 3.4]) = {value.Value:R} is outside [3.4, 3.4 + ln 3]");
    }

    [Rule("SOFTMAX-6")]
    internal static void NothingIsNoDistribution(Questions ask) =>
        Expect.Refused(ask, "softmax", new() { ["logits"] = Array(double.NegativeInfinity, double.NegativeInfinity) }, "logits");

    private static Answered[] Probabilities(Questions ask, params double[] logits) =>
        ask.ReadRow("softmax", "probs", new() { ["logits"] = Array(logits) });

    private static Answered LogSumExp(Questions ask, params double[] x) =>
        ask.Read("logsumexp", "value", new() { ["x"] = Array(x) });
}
