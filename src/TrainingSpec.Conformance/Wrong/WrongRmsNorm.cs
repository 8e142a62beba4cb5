using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>RMS normalization as it goes wrong.</summary>
internal static class WrongRmsNorm
{
    private const string Op = "rms_norm";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("rms-norm-by-the-sum", "RMS-NORM-1", "rows are divided by their norm, the root of the sum of squares and not of their mean", Op, (right, args) =>
            Forward(right, args, (row, eps) => Math.Sqrt(row.Sum(x => x * x) + eps))),
        Mistake("rms-norm-by-the-deviation", "RMS-NORM-1", "rows are divided by their deviation, as in layer normalization, though their mean stays", Op, (right, args) =>
            Forward(right, args, (row, eps) => Math.Sqrt(row.Average(x => (x - row.Average()) * (x - row.Average())) + eps))),
        Mistake("rms-norm-eps-outside-root", "RMS-NORM-2", "ε is added to the root", Op, (right, args) => Forward(right, args, (row, eps) => Math.Sqrt(row.Average(x => x * x)) + eps)),
        Mistake("rms-norm-gain-from-one", "RMS-NORM-3", "the gain is taken as 1 + g, for weights that are stored around 0", Op, (right, args) =>
        {
            if (args["gain"] is null)
                return right.Answer(Op, args);
            double[] gain = args.Row("gain");
            JsonObject result = right.Answer(Op, args), plain = right.Answer(Op, new() { ["x"] = args["x"]!.DeepClone(), ["eps"] = args.Number(Hyperparameters.RmsNormEpsilon) });
            return result.With("y", Rows([.. plain.Rows("y").Select(y => y.Select((v, i) => v * (1 + gain[i])).ToArray())]));
        }),
        Mistake("rms-norm-constant-root", "RMS-NORM-4", "the backward pass counts the root as a constant", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (args["grad_y"] is null)
                return result;
            double[][] x = args.Rows("x");
            double[] gain = Gain(args);
            return result.With("grad_x", Rows([.. args.Rows("grad_y").Select((dy, n) => dy.Select((d, i) => d * gain[i] / Math.Sqrt(x[n].Average(v => v * v) + args.Number(Hyperparameters.RmsNormEpsilon))).ToArray())]));
        }),
        Mistake("rms-norm-gradient-less-its-mean", "RMS-NORM-4", "the backward pass is that of layer normalization, which takes the mean out of the gradient", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return args["grad_y"] is null ? result : result.With("grad_x", Rows([.. result.Rows("grad_x").Select(row => row.Select(v => v - row.Average()).ToArray())]));
        }),
    ];

    private static double[] Gain(JsonObject args) => args["gain"] is null ? [.. args.Rows("x")[0].Select(_ => 1.0)] : args.Row("gain");

    private static JsonObject Forward(IImplementation right, JsonObject args, Func<double[], double, double> root)
    {
        double[] gain = Gain(args);
        double eps = args.Number(Hyperparameters.RmsNormEpsilon);
        return right.Answer(Op, args).With("y", Rows([.. args.Rows("x").Select(row => row.Select((v, i) => gain[i] * v / root(row, eps)).ToArray())]));
    }
}
