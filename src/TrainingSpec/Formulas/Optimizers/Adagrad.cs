using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adagrad: a step is divided by the root of the sum of all squares so far.</summary>
/// <remarks>Source: Duchi, Hazan and Singer (2011), Figure 1, with a diagonal matrix.</remarks>
public static class Adagrad
{
    /// <summary>s + g²: the sum of squares.</summary>
    [Formula("adagrad.sum", TeX = "s_t", Source = "Duchi, Hazan and Singer (2011), Figure 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum<T>(
        [Domain("s_{t-1}", "[0, inf)")] T sum,
        [Domain("g_t", "(-inf, inf)")] T gradient)
        where T : IReal<T> => T.Rewritten(sum + gradient * gradient, T.Fma(gradient, gradient, sum));

    /// <summary>√(s + g²): the root of the new sum, right where the sum itself is more or less than the number holds.</summary>
    [Formula("adagrad.root", TeX = @"\sqrt{s_t}", Source = "Duchi, Hazan and Singer (2011), Figure 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Root<T>(
        [Domain("s_{t-1}", "[0, inf)")] T sum,
        [Domain("g_t", "(-inf, inf)")] T gradient)
        where T : IReal<T>
    {
        T scale = T.BinaryScale(T.Max(T.Sqrt(sum), T.Abs(gradient))), scaled = gradient / scale;
        return T.Rewritten(T.Sqrt(sum + gradient * gradient), scale * T.Sqrt(T.Fma(scaled, scaled, sum / scale / scale)));
    }

    /// <summary>α/(1 + (t − 1)·κ): the rate, which falls with the steps by a decay κ of its own.</summary>
    [Formula("adagrad.rate", TeX = @"\alpha_t", Source = "PyTorch's Adagrad, lr_decay")]
    public static T Rate<T>(
        [Domain(nameof(Hyperparameters.StepSize))] T lr,
        [Domain(nameof(Hyperparameters.RateDecay))] T decay,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T>
    {
        T one = T.Of(1), passed = step - one, divisor = T.Fma(passed, decay, one);
        return T.Rewritten(lr / (one + passed * decay), T.IfLess(divisor, T.Of(double.PositiveInfinity), lr / divisor, T.Proportion(lr, one / passed, decay)));
    }
}
