using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/cross-entropy.md about class weights and labels that are distributions.</summary>
internal static class ClassWeightRules
{
    private static readonly double[] First = [1, 0, -1], Second = [0.5, 2, 0];

    [Rule("CROSS-ENTROPY-10")]
    internal static void MeanIsOverTheWeightsOfTheTargets(Questions ask)
    {
        Answered sum = ask.Read("cross_entropy", "loss", Args([0, 2], "sum")), mean = ask.Read("cross_entropy", "loss", Args([0, 2], "mean"));
        ask.Near("mean", mean, sum / 5);
        Answered[] ofSum = ask.ReadRows("cross_entropy", "grad_logits", Args([0, 2], "sum"))[1], ofMean = ask.ReadRows("cross_entropy", "grad_logits", Args([0, 2], "mean"))[1];
        for (int i = 0; i < ofSum.Length; i++)
            ask.Near($"gradient {i} of the mean", ofMean[i], ofSum[i] / 5);
    }

    [Rule("CROSS-ENTROPY-11")]
    internal static void WeightsMultiplyEachTerm(Questions ask)
    {
        const double S = 0.25;
        double[] p = Softmax(First), weights = [1, 2, 4];
        double expected = 0, all = 0;
        double[] labels = [.. p.Select((_, j) => weights[j] * ((j == 0 ? 1 - S : 0) + S / 3))];
        for (int j = 0; j < p.Length; j++)
            (expected, all) = (expected - labels[j] * Math.Log(p[j]), all + labels[j]);
        JsonObject args = Args([0, 2], "none");
        args["label_smoothing"] = S;
        ask.Near("loss of the first row", ask.ReadRow("cross_entropy", "loss", args)[0], expected);
        Answered[] gradient = ask.ReadRows("cross_entropy", "grad_logits", args)[0];
        for (int j = 0; j < p.Length; j++)
            ask.Near($"gradient {j}", gradient[j], all * p[j] - labels[j]);
    }

    [Rule("CROSS-ENTROPY-12")]
    internal static void LabelsMayBeDistributions(Questions ask)
    {
        double[] p = Softmax(First), q = Softmax(Second), y = [0.5, 0.25, 0.25], z = [0, 0, 1];
        JsonObject args = new() { ["logits"] = Rows(First, Second), ["targets"] = Rows(y, z) };
        double first = -y.Zip(p, (a, b) => a * Math.Log(b)).Sum(), second = -Math.Log(q[2]);
        ask.Near("mean over the rows", ask.Read("cross_entropy", "loss", args), (first + second) / 2);
        Answered[] gradient = ask.ReadRows("cross_entropy", "grad_logits", args)[0];
        for (int j = 0; j < p.Length; j++)
            ask.Near($"gradient {j}", gradient[j], (p[j] - y[j]) / 2);
    }

    private static JsonObject Args(long[] targets, string reduction) =>
        new() { ["logits"] = Rows(First, Second), ["targets"] = Integers(targets), ["weight"] = Array(1, 2, 4), ["reduction"] = reduction };

    private static double[] Softmax(double[] x) => [.. x.Select(v => Math.Exp(v) / x.Sum(Math.Exp))];
}
