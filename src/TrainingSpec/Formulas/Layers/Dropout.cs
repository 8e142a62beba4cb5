using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Dropout: the inverted convention, which scales while training, and the plain one, which scales at test time.</summary>
/// <remarks>p is the probability of being dropped. Source: Srivastava et al. (2014), section 4; D0 "Dropout"; D2 "Dropout".</remarks>
public static class Dropout
{
    /// <summary>1 where u ≥ p, else 0: with u uniform on [0, 1), an element is kept with probability 1 − p, and p = 0 keeps all.</summary>
    [Formula("dropout.mask", TeX = "m", Source = "D0 Dropout, with ≥ for its >")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Mask<T>(
        [Domain("u", "[0, 1)")] T u,
        [Domain(nameof(Hyperparameters.DropProbability))] T p)
        where T : IReal<T> => T.IfLess(u, p, T.Of(0), T.Of(1));

    /// <summary>1/(1 − p): the factor of the inverted convention.</summary>
    [Formula("dropout.scale", TeX = "s", Source = "D0 Dropout; D2 Dropout")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Scale<T>([Domain(nameof(Hyperparameters.DropProbability))] T p)
        where T : IReal<T> => T.Of(1) / (T.Of(1) - p);

    /// <summary>x·m·s: what passes in training under the inverted convention; nothing is scaled at test time.</summary>
    [Formula("dropout.inverted", TeX = "y", Source = "D0 Dropout; D2 Dropout")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Inverted<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain("m", "[0, 1]", Whole = true)] T mask,
        [Domain("s", "[1, inf)")] T scale)
        where T : IReal<T> => x * mask * scale;

    /// <summary>∂L/∂y·m·s: the gradient passes where the element passed, by the same factor.</summary>
    [Formula("dropout.input_gradient", TeX = @"\frac{\partial L}{\partial x}", Source = "the derivative of dropout.inverted")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T InputGradient<T>(
        [Domain(@"\frac{\partial L}{\partial y}", "(-inf, inf)")] T gradient,
        [Domain("m", "[0, 1]", Whole = true)] T mask,
        [Domain("s", "[1, inf)")] T scale)
        where T : IReal<T> => gradient * mask * scale;

    /// <summary>x·m: what passes in training under the plain convention.</summary>
    [Formula("dropout.plain", TeX = "y", Source = "D0 Dropout; Srivastava et al. (2014), section 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Plain<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain("m", "[0, 1]", Whole = true)] T mask)
        where T : IReal<T> => x * mask;

    /// <summary>(1 − p)·x: what the plain convention computes at test time.</summary>
    [Formula("dropout.plain_test", TeX = "y", Source = "D0 Dropout; Srivastava et al. (2014), section 4")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T PlainTest<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain(nameof(Hyperparameters.DropProbability))] T p)
        where T : IReal<T> => (T.Of(1) - p) * x;

    /// <summary>x²·p/(1 − p): the variance that inverted dropout adds to an element of value x; its mean stays x.</summary>
    [Formula("dropout.variance", TeX = @"\operatorname{Var}(y)", Source = "the second moment of a Bernoulli law")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Variance<T>(
        [Domain("x", "(-inf, inf)")] T x,
        [Domain(nameof(Hyperparameters.DropProbability))] T p)
        where T : IReal<T> => T.Rewritten(x * x * p / (T.Of(1) - p), T.Product(x, x, p / (T.Of(1) - p)));
}
