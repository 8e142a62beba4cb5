using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>rms_norm: rows divided by the root of their mean square, and scaled; with the gradient of the output also the gradients of the inputs.</summary>
internal sealed class RmsNormOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "rms_norm";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] x = args.Matrix("x");
        int width = x[0].Length;
        T[]? gain = args.RowOfOrNull("gain", width, "x");
        double eps = args.Hyperparameter(Hyperparameters.RmsNormEpsilon);
        T[][]? gradY = args.TensorsLikeOrNull("grad_y", x, "x");
        args.Done();
        answer.Takes((long)x.Length * width + (gradY is null ? 0 : ((long)x.Length + (gain is null ? 0 : 1)) * width));
        T[] gains = gain ?? Sizes.Filled<T>(width, 1), y = new T[x.Length * width], normalized = new T[y.Length], reciprocalRoots = new T[x.Length];
        RmsNorm.Forward<T>(Sizes.Flat<T>(x), gains, eps, y, normalized, reciprocalRoots);
        answer.Columns("y", y, width, 0, width);
        if (gradY is null)
            return;
        T[] dy = Sizes.Flat<T>(gradY), dx = new T[y.Length], dGain = new T[width];
        RmsNorm.InputGradient<T>(dy, gains, normalized, reciprocalRoots, dx);
        answer.Columns("grad_x", dx, width, 0, width);
        if (gain is null)
            return;
        LayerNorm.GainGradient<T>(dy, normalized, dGain);
        answer.Row("grad_gain", dGain);
    }
}
