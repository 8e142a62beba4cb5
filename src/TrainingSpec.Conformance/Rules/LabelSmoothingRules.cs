using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/cross-entropy.md about the loss under label smoothing.</summary>
internal static class LabelSmoothingRules
{
    private static readonly double[] Row = [1.5, -0.25, 0.5];

    [Rule("CROSS-ENTROPY-7")]
    internal static void SmoothedLossAndGradient(Questions ask)
    {
        // One row under the reduction sum, where no divisor has a part.
        const double S = 0.3;
        JsonObject args = Args([Row], [1], S);
        args["reduction"] = "sum";
        double sum = Row.Sum(Math.Exp);
        double[] p = [.. Row.Select(z => Math.Exp(z) / sum)], label = [.. Row.Select((_, i) => (i == 1 ? 1 - S : 0) + S / Row.Length)];
        ask.Near("loss under smoothing", ask.Read("cross_entropy", "loss", args), -label.Zip(p, (y, q) => y * Math.Log(q)).Sum());
        Answered[] gradient = ask.ReadRows("cross_entropy", "grad_logits", args)[0];
        for (int i = 0; i < p.Length; i++)
            ask.Near($"gradient {i} under smoothing", gradient[i], p[i] - label[i]);
    }

    [Rule("CROSS-ENTROPY-8")]
    internal static void IgnoredRowIsNotSmoothed(Questions ask)
    {
        // The quotient of the losses with and without smoothing doesn't depend on what the mean divides by.
        Answered Quotient(double[][] logits, long[] targets) =>
            ask.Read("cross_entropy", "loss", Args(logits, targets, 0.3)) / ask.Read("cross_entropy", "loss", Args(logits, targets, 0));
        double[] ignored = [40, -3, 7];
        ask.Near("smoothed over unsmoothed loss beside an ignored row", Quotient([Row, ignored], [1, -100]), Quotient([Row], [1]));
        foreach (Answered g in ask.ReadRows("cross_entropy", "grad_logits", Args([Row, ignored], [1, -100], 0.3))[1])
            ask.Near("gradient of an ignored row", g.Value, 0, 0);
    }

    private static JsonObject Args(double[][] logits, long[] targets, double smoothing)
    {
        JsonObject args = new() { ["logits"] = Rows(logits), ["targets"] = Integers(targets), ["label_smoothing"] = smoothing };
        if (targets.Length > 1)
            args["ignore_index"] = -100;
        return args;
    }
}
