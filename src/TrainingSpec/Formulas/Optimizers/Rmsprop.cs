using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>RMSprop: a step is divided by the root of a moving average of squares, which is Adam's second moment without its correction.</summary>
/// <remarks>Source: Tieleman and Hinton (2012), lecture 6.5; Graves (2013), equations 38 to 45, for the centered form.</remarks>
public static class Rmsprop
{
    /// <summary>max(0, v − ḡ²): the moving average of squares less the square of the average, a variance; rounding never makes it negative.</summary>
    [Formula("rmsprop.centered", TeX = "c_t", Source = "Graves (2013), equation 40")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Centered<T>(
        [Domain("v_t", "[0, inf)")] T moment,
        [Domain(@"\bar{g}_t", "(-inf, inf)")] T mean)
        where T : IReal<T> => T.Max(T.Of(0), T.Rewritten(moment - mean * mean, T.Fma(-mean, mean, moment)));

    /// <summary>μ·b + α·g/d: the buffer that takes each gradient over its denominator; with α = 1 the rate stays outside.</summary>
    [Formula("rmsprop.velocity", TeX = "b_t", Source = "Graves (2013), equation 41; PyTorch's RMSprop with α = 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Velocity<T>(
        [Domain("b_{t-1}", "(-inf, inf)")] T buffer,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain("d_t", "(0, inf)")] T denominator,
        [Domain(nameof(Hyperparameters.Momentum))] T momentum,
        [Domain(nameof(Hyperparameters.StepSize))] T lr)
        where T : IReal<T>
    {
        T step = T.Proportion(lr, gradient, denominator), part = T.Of(WideSums.Part), size = T.Abs(gradient);

        // The larger factor is made smaller, which costs no digit; the smaller one may be subnormal.
        T smaller = T.Proportion(part * T.Max(lr, size), T.Min(lr, size), denominator);
        return T.Rewritten(
            momentum * buffer + lr * gradient / denominator,
            WideSums.Of(step, T.Fma(momentum, buffer, step), T.Fma(momentum, part * buffer, T.IfLess(gradient, T.Of(0), -smaller, smaller))));
    }

    [AccuracyException("rmsprop.velocity", "the kept buffer and the step may cancel, and the roundings of the step stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T VelocityUnit<T>(T buffer, T gradient, T denominator, T momentum, T lr)
        where T : IReal<T> => T.Proportion(lr, T.Abs(gradient), denominator);
}
