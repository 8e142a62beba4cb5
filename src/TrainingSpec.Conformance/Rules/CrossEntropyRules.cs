using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/cross-entropy.md and spec/perplexity.md.</summary>
internal static class CrossEntropyRules
{
    private static readonly double[][] Logits = [[1.5, 0.2, 2.1, -0.5], [0.8, 2.3, 0.1, -0.2]];
    private static readonly long[] Targets = [2, 1];

    [Rule("CROSS-ENTROPY-1")]
    internal static void LossIsMinusLogProbability(Questions ask)
    {
        Answered uniform = Loss(ask, Args([[0, 0, 0, 0], [0, 0, 0, 0]], [0, 3]));
        ask.Near("loss of equal logits of 4 classes", uniform, Math.Log(4));
        // −ln p = ln(1 + e^-1) for logits [1, 0] and target 0; ln(1 + e) for target 1: their difference is 1.
        Answered right = Loss(ask, Args([[1, 0]], [0]));
        Answered wrong = Loss(ask, Args([[1, 0]], [1]));
        ask.Near("loss of [1, 0] at 1 less that at 0", wrong - right, 1);
        ask.Near("loss of [1000, 0] at 1", Loss(ask, Args([[1000, 0]], [1])), 1000);
        ask.Near("mean of the two", Loss(ask, Args([[1, 0], [1, 0]], [0, 1])), (right + wrong) / 2);
    }

    [Rule("CROSS-ENTROPY-2")]
    internal static void MeanGradientIsDividedByRows(Questions ask) => Gradient(ask, "mean", Targets.Length);

    [Rule("CROSS-ENTROPY-3")]
    internal static void SumGradientIsNotDivided(Questions ask)
    {
        Gradient(ask, "sum", 1);
        Gradient(ask, "none", 1);
    }

    [Rule("CROSS-ENTROPY-4")]
    internal static void IgnoredRowIsAbsent(Questions ask)
    {
        JsonObject three = Args([Logits[0], [5, -3, 0, 1], Logits[1]], [2, -100, 1]);
        three["ignore_index"] = -100;
        JsonObject two = Args(Logits, Targets);
        ask.Near("loss with an ignored row", Loss(ask, (JsonObject)three.DeepClone()), Loss(ask, two));
        Answered[][] gradient = ask.ReadRows("cross_entropy", "grad_logits", three);
        Answered[][] absent = ask.ReadRows("cross_entropy", "grad_logits", (JsonObject)two.DeepClone());
        Expect.That(gradient[1].All(g => g.Value == 0), "the gradient of an ignored row is not zero");
        JsonObject none = (JsonObject)three.DeepClone();
        none["reduction"] = "none";
        Answered[] losses = ask.ReadRow("cross_entropy", "loss", none);
        Expect.That(losses.Length == 3, $"3 rows, one of them ignored, have {losses.Length} losses");
        Expect.Same("loss of an ignored row", losses[1], 0);
        for (int i = 0; i < 4; i++)
        {
            ask.Near($"grad_logits[0][{i}] beside an ignored row", gradient[0][i], absent[0][i]);
            ask.Near($"grad_logits[2][{i}] beside an ignored row", gradient[2][i], absent[1][i]);
        }
    }

    [Rule("CROSS-ENTROPY-5")]
    internal static void SmoothingSpreadsOverAllClasses(Questions ask)
    {
        Answered[][] labels = ask.ReadRows("smooth_labels", "labels", new()
        {
            ["targets"] = Integers(1),
            ["num_classes"] = 4,
            ["smoothing"] = 0.1,
        });
        double[] expected = [0.025, 0.925, 0.025, 0.025];
        for (int i = 0; i < expected.Length; i++)
            ask.Near($"smooth_labels([1], 4, 0.1)[{i}]", labels[0][i], expected[i]);
    }

    [Rule("CROSS-ENTROPY-6")]
    internal static void TargetOutsideIsRefused(Questions ask)
    {
        // By itself, as libraries that take one row can be asked too; what marks ignored rows elsewhere stands beside a kept row.
        foreach (long[] targets in new long[][] { [-1], [4], [2, -100] })
        {
            long target = targets[^1];
            try
            {
                Answered loss = Loss(ask, Args(Logits[..targets.Length], targets));
                throw new RuleBrokenException($"target {target} of 4 classes was accepted with loss {loss.Value:R}");
            }
            catch (OracleException e)
            {
                Expect.That(e.Word == "invalid-argument" && e.Argument == "targets", $"target {target} of 4 classes: {e.Word} of {e.Argument}, expected invalid-argument of targets");
            }
        }
    }

    [Rule("CROSS-ENTROPY-9")]
    internal static void MeanOverNoRowIsRefused(Questions ask) => Expect.Refused(ask, "cross_entropy", Nothing("mean"), "targets");

    [Rule("CROSS-ENTROPY-13")]
    internal static void SumOverNoRowIsZero(Questions ask)
    {
        ask.AskWide("cross_entropy", Nothing("sum"), "targets");
        Expect.Same("the sum over no row", Loss(ask, Nothing("sum")), 0);
        foreach (Answered g in ask.ReadRows("cross_entropy", "grad_logits", Nothing("sum")).SelectMany(row => row))
            Expect.Same("its gradient", g, 0);
    }

    [Rule("PERPLEXITY-1")]
    internal static void PerplexityIsExponential(Questions ask)
    {
        ask.Near("perplexity(1)", ask.Read("perplexity", "perplexity", Questions.Args(("loss", 1))), Math.E);
        Expect.Same("perplexity(0)", ask.Read("perplexity", "perplexity", Questions.Args(("loss", 0))), 1);
        Expect.Same("perplexity(1000)", ask.Read("perplexity", "perplexity", Questions.Args(("loss", 1000))), double.PositiveInfinity);
    }

    private static void Gradient(Questions ask, string reduction, int divisor)
    {
        JsonObject args = Args(Logits, Targets);
        args["reduction"] = reduction;
        Answered[][] gradient = ask.ReadRows("cross_entropy", "grad_logits", args);
        for (int row = 0; row < Logits.Length; row++)
        {
            double sum = Logits[row].Sum(Math.Exp);
            double[] p = [.. Logits[row].Select(z => Math.Exp(z) / sum)];
            for (int i = 0; i < p.Length; i++)
            {
                double expected = (p[i] - (i == Targets[row] ? 1 : 0)) / divisor;
                ask.Near($"grad_logits[{row}][{i}] ({reduction})", gradient[row][i], expected);
            }

            ask.Near($"sum of grad_logits[{row}] ({reduction})", Sum(gradient[row]), 0);
        }
    }

    // A batch whose rows are ignored.
    private static JsonObject Nothing(string reduction)
    {
        JsonObject args = Args(Logits, [-100, -100]);
        (args["ignore_index"], args["reduction"]) = (-100, reduction);
        return args;
    }

    private static JsonObject Args(double[][] logits, long[] targets) =>
        new() { ["logits"] = Rows(logits), ["targets"] = Integers(targets) };

    private static Answered Loss(Questions ask, JsonObject args) => ask.Read("cross_entropy", "loss", args);
}
