using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Layer normalization of rows that teach something: a plain one, a level one, and the plain one far from zero, where single precision no longer holds the inputs themselves.</summary>
public static class LayerNormExamples
{
    private const int Width = 4;
    private const double Eps = 1e-5;

    private static readonly double[] Gain = [1, 2, 0.5, -1];
    private static readonly double[] Bias = [0, 0.1, -0.2, 1];
    private static readonly double[] OutputGradient = [1, 0, 0, 0, 1, 0, 0, 0, 0.5, -1, 2, 0.25, 1, 0, 0, 0, 1, 0, 0, 0];

    private static readonly (string Name, double[] Values)[] Inputs =
        [("plain", [1, 2, 3, 4]), ("level", [5, 5, 5, 5]), ("mixed", [-2, 0.5, 7, 0.25]), ("plain, 2^20 higher", [1048577, 1048578, 1048579, 1048580]), ("plain, 2^24 higher", [16777217, 16777218, 16777219, 16777220])];

    /// <summary>Mean, variance with n below the sum, output, gradients; the gradient of the gain over all rows; and the same rows in single precision.</summary>
    [GoldenSource]
    public static GoldenDocument Rows()
    {
        var document = new GoldenDocument("layer-norm", "Rows").Add("eps", Eps).Add("gain", Gain).Add("bias", Bias);
        AddRows<Real64>("", (key, values) => document.Add(key, Array.ConvertAll(values, x => x.Value)));
        AddRows<Real32>("in single precision, ", (key, values) => document.Add(key, Array.ConvertAll(values, x => x.Value)));
        return document;
    }

    private static void AddRows<T>(string prefix, Action<string, T[]> add)
        where T : IReal<T>
    {
        T[] x = GoldenRows.Over<T>([.. Inputs.SelectMany(row => row.Values)]), dy = GoldenRows.Over<T>(OutputGradient), gain = GoldenRows.Over<T>(Gain);
        T[] y = new T[x.Length], normalized = new T[x.Length], reciprocal = new T[Inputs.Length], dx = new T[x.Length], dGain = new T[Width], dBias = new T[Width];
        LayerNorm.Forward(x, gain, GoldenRows.Over<T>(Bias), T.Of(Eps), y, normalized, reciprocal);
        LayerNorm.InputGradient(dy, gain, normalized, reciprocal, dx);
        LayerNorm.GainGradient(dy, normalized, dGain);
        Linear.BiasGradient<T>(dy, dBias);
        for (int i = 0; i < Inputs.Length; i++)
        {
            Range row = (i * Width)..((i + 1) * Width);
            string key = prefix + Inputs[i].Name;
            add(key + ".x", x[row]);
            add(key + ".mean", [Monitoring.Mean<T>(x[row])]);
            add(key + ".variance", [Monitoring.Variance<T>(x[row])]);
            add(key + ".reciprocal deviation", [reciprocal[i]]);
            add(key + ".normalized", normalized[row]);
            add(key + ".output", y[row]);
            add(key + ".output gradient", dy[row]);
            add(key + ".input gradient", dx[row]);
        }

        add(prefix + "gradient of the gain", dGain);
        add(prefix + "gradient of the bias", dBias);
    }
}
