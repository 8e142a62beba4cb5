using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Layer normalization as it goes wrong.</summary>
internal static class WrongLayerNorm
{
    private const string Op = "layer_norm";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("layer-norm-sample-variance", "LAYER-NORM-1", "the squares are divided by C − 1, as a sample's variance is", Op, (right, args) =>
            Forward(right, args, (row, eps) => Standard(row, v => Math.Sqrt(v * row.Length / (row.Length - 1) + eps)))),
        Mistake("layer-norm-eps-outside-root", "LAYER-NORM-2", "ε is added to the deviation after the root", Op, (right, args) =>
            Forward(right, args, (row, eps) => Standard(row, v => Math.Sqrt(v) + eps))),
        Mistake("layer-norm-gain-scales-bias", "LAYER-NORM-3", "the gain multiplies the bias too", Op, (right, args) =>
        {
            double[] gain = OfColumns(args, "gain", 1), bias = OfColumns(args, "bias", 0);
            JsonObject result = right.Answer(Op, args);
            return result.With("y", Rows([.. result.Rows("y").Select(y => y.Select((v, i) => v + (gain[i] - 1) * bias[i]).ToArray())]));
        }),
        Mistake("layer-norm-over-all-rows", "LAYER-NORM-4", "mean and variance are taken over all rows together", Op, (right, args) =>
        {
            double[][] x = args.Rows("x");
            double[] normalized = Standard([.. x.SelectMany(row => row)], v => Math.Sqrt(v + args.Number(Hyperparameters.LayerNormEpsilon)));
            int n = 0;
            return Forward(right, args, (row, _) => normalized[(row.Length * n)..(row.Length * ++n)]);
        }),
        Mistake("layer-norm-variance-by-difference", "LAYER-NORM-5", "the variance is the mean of the squares less the square of the mean", Op, (right, args) =>
            Forward(right, args, (row, eps) =>
            {
                double mean = row.Average();
                double variance = Math.Max(row.Average(v => v * v) - mean * mean, 0);
                return [.. row.Select(v => (v - mean) / Math.Sqrt(variance + eps))];
            })),
        Mistake("layer-norm-constant-statistics", "LAYER-NORM-6", "the backward pass counts mean and deviation as constants", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (args["grad_y"] is null)
                return result;
            double[] gain = OfColumns(args, "gain", 1);
            double[][] dy = args.Rows("grad_y");
            return result.With("grad_x", Rows([.. args.Rows("x").Select((row, n) => dy[n].Select((d, i) => d * gain[i] / Deviation(row, args.Number(Hyperparameters.LayerNormEpsilon))).ToArray())]));
        }),
        Mistake("layer-norm-gain-gradient-of-output", "LAYER-NORM-7", "the gradient of the gain takes the output in place of the normalized input", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (args["grad_y"] is null || args["gain"] is null)
                return result;
            double[][] y = result.Rows("y"), dy = args.Rows("grad_y");
            return result.With("grad_gain", Array([.. y[0].Select((_, i) => y.Select((row, n) => row[i] * dy[n][i]).Sum())]));
        }),
        Mistake("layer-norm-without-bias-keeps-the-mean", "LAYER-NORM-8", "without a bias the mean of a row is left in it, as in RMS normalization", Op, (right, args) =>
            args["bias"] is null ? Forward(right, args, (row, eps) => [.. row.Select(v => v / Math.Sqrt(row.Average(x => x * x) + eps))]) : right.Answer(Op, args)),
    ];

    /// <summary>An argument with a number for each column, or another number where it is left out.</summary>
    private static double[] OfColumns(JsonObject args, string name, double otherwise) => args[name] is null ? [.. args.Rows("x")[0].Select(_ => otherwise)] : args.Row(name);

    /// <summary>The answer with rows normalized in another way, gain and bias applied rightly.</summary>
    private static JsonObject Forward(IImplementation right, JsonObject args, Func<double[], double, double[]> normalize)
    {
        double[] gain = OfColumns(args, "gain", 1), bias = OfColumns(args, "bias", 0);
        double eps = args.Number(Hyperparameters.LayerNormEpsilon);
        return right.Answer(Op, args).With("y", Rows([.. args.Rows("x").Select(row => normalize(row, eps).Select((v, i) => gain[i] * v + bias[i]).ToArray())]));
    }

    private static double[] Standard(double[] row, Func<double, double> deviation)
    {
        double mean = row.Average();
        double scale = deviation(row.Average(v => (v - mean) * (v - mean)));
        return [.. row.Select(v => (v - mean) / scale)];
    }

    private static double Deviation(double[] row, double eps)
    {
        double mean = row.Average();
        return Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + eps);
    }
}
