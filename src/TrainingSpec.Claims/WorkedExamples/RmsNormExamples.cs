using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>RMS normalization of a plain row, a row of zeros, and the plain one far out.</summary>
public static class RmsNormExamples
{
    /// <summary>Output, what is kept of the forward pass, and gradients, in double and in single precision.</summary>
    [GoldenSource]
    public static GoldenDocument Rows()
    {
        var document = new GoldenDocument("rms-norm", "Rows");
        AddRows<Real64>("", (key, values) => document.Add(key, Array.ConvertAll(values, x => x.Value)));
        AddRows<Real32>("in single precision, ", (key, values) => document.Add(key, Array.ConvertAll(values, x => x.Value)));
        return document;
    }

    private static void AddRows<T>(string prefix, Action<string, T[]> add)
        where T : IReal<T>
    {
        T[] x = GoldenRows.Over<T>([1, 2, 3, 4, 0, 0, 0, 0, 1e30, 2e30, 3e30, 4e30]), gain = GoldenRows.Over<T>([1, 2, 0.5, -1]), dy = GoldenRows.Over<T>([1, 0, 0, 0.5, 1, 0, 0, 0.5, 1, 0, 0, 0.5]);
        T[] y = new T[x.Length], normalized = new T[x.Length], reciprocal = new T[3], dx = new T[x.Length], dGain = new T[4];
        RmsNorm.Forward<T>(x, gain, 1e-5, y, normalized, reciprocal);
        RmsNorm.InputGradient<T>(dy, gain, normalized, reciprocal, dx);
        LayerNorm.GainGradient<T>(dy, normalized, dGain);
        add(prefix + "output", y);
        add(prefix + "normalized", normalized);
        add(prefix + "reciprocal root", reciprocal);
        add(prefix + "input gradient", dx);
        add(prefix + "gradient of the gain", dGain);
    }
}
