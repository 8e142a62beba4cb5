using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>layer_norm: rows normalized, scaled and shifted; with the gradient of the output also the gradients of the inputs.</summary>
internal sealed class LayerNormOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "layer_norm";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] x = args.Matrix("x");
        T[] gain = args.RowOf("gain", x[0].Length, "x");
        T[] bias = args.RowOf("bias", x[0].Length, "x");
        double eps = args.Hyperparameter(Hyperparameters.LayerNormEpsilon);
        T[][]? gradY = args.TensorsLikeOrNull("grad_y", x, "x");
        args.Done();
        int width = gain.Length;
        answer.Takes((long)x.Length * width + (gradY is null ? 0 : ((long)x.Length + 2) * width));
        var y = new T[x.Length * width];
        var normalized = new T[y.Length];
        var reciprocalDeviations = new T[x.Length];
        LayerNorm.Forward<T>(Sizes.Flat<T>(x), gain, bias, eps, y, normalized, reciprocalDeviations);
        answer.Columns("y", y, width, 0, width);
        if (gradY is null)
            return;
        T[] dy = Sizes.Flat<T>(gradY);
        var dx = new T[y.Length];
        LayerNorm.InputGradient<T>(dy, gain, normalized, reciprocalDeviations, dx);
        answer.Columns("grad_x", dx, width, 0, width);
        var dGain = new T[width];
        LayerNorm.GainGradient<T>(dy, normalized, dGain);
        answer.Row("grad_gain", dGain);
        var dBias = new T[width];
        Linear.BiasGradient<T>(dy, dBias);
        answer.Row("grad_bias", dBias);
    }
}
