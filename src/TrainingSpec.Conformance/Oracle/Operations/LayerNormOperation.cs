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
        int width = x[0].Length;
        T[]? gain = args.RowOfOrNull("gain", width, "x"), bias = args.RowOfOrNull("bias", width, "x");
        double eps = args.Hyperparameter(Hyperparameters.LayerNormEpsilon);
        T[][]? gradY = args.TensorsLikeOrNull("grad_y", x, "x");
        args.Done();
        answer.Takes((long)x.Length * width + (gradY is null ? 0 : ((long)x.Length + (gain is null ? 0 : 1) + (bias is null ? 0 : 1)) * width));
        T[] gains = gain ?? Sizes.Filled<T>(width, 1), biases = bias ?? Sizes.Filled<T>(width, 0), y = new T[x.Length * width];
        var normalized = new T[y.Length];
        var reciprocalDeviations = new T[x.Length];
        LayerNorm.Forward<T>(Sizes.Flat<T>(x), gains, biases, eps, y, normalized, reciprocalDeviations);
        answer.Columns("y", y, width, 0, width);
        if (gradY is null)
            return;
        T[] dy = Sizes.Flat<T>(gradY);
        var dx = new T[y.Length];
        LayerNorm.InputGradient<T>(dy, gains, normalized, reciprocalDeviations, dx);
        answer.Columns("grad_x", dx, width, 0, width);
        T[] dGain = new T[width], dBias = new T[width];
        if (gain is not null)
        {
            LayerNorm.GainGradient<T>(dy, normalized, dGain);
            answer.Row("grad_gain", dGain);
        }

        if (bias is not null)
        {
            Linear.BiasGradient<T>(dy, dBias);
            answer.Row("grad_bias", dBias);
        }
    }
}
