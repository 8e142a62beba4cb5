using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The activation of a feed-forward part over many elements, forward and backward.</summary>
/// <remarks>Source: those of <see cref="Activations"/>: Nair and Hinton (2010); Hendrycks and Gimpel (2016), section 2.</remarks>
public static class ActivationLayer
{
    /// <summary>Applies an activation to every element; also gives its derivative there, which may be written over x.</summary>
    /// <exception cref="ArgumentException">A result has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public static void Forward<T>(Activation activation, ReadOnlySpan<T> x, Span<T> y, Span<T> slopes)
        where T : IReal<T>
    {
        if (!Enum.IsDefined(activation))
            throw Domain.Outside("{relu, gelu_tanh, gelu}", activation.ToString(), nameof(activation));
        Require(x.Length, y.Length, nameof(y));
        Require(x.Length, slopes.Length, nameof(slopes));
        if (typeof(T) == typeof(Real64) && x.Length >= Lanes64.Count)
        {
            // A register of them at once has the bits of one after another.
            Forward(activation, Lanes64.Of(x), Lanes64.Of(y), Lanes64.Of(slopes));
            int rest = x.Length - x.Length % Lanes64.Count;
            x = x[rest..];
            y = y[rest..];
            slopes = slopes[rest..];
        }

        switch (activation)
        {
            case Activation.Relu:
                At<T, ReluOf<T>>(x, y, slopes);
                break;
            case Activation.GeluTanh:
                At<T, GeluTanhOf<T>>(x, y, slopes);
                break;
            default:
                At<T, GeluOf<T>>(x, y, slopes);
                break;
        }
    }

    /// <summary>∂L/∂x = ∂L/∂y·f'(x) for every element, from the derivatives that the forward pass gave.</summary>
    /// <exception cref="ArgumentException">The result or ∂L/∂y has another length.</exception>
    public static void InputGradient<T>(ReadOnlySpan<T> dy, ReadOnlySpan<T> slopes, Span<T> dx)
        where T : IReal<T>
    {
        Require(slopes.Length, dy.Length, nameof(dy));
        Require(slopes.Length, dx.Length, nameof(dx));
        for (int i = 0; i < slopes.Length; i++)
            dx[i] = dy[i] * slopes[i];
    }

    // The loop over each function is a method of its own, compiled in full at once: beside others the compiler gives up inlining, and over lanes each vector travels through memory.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void At<T, TActivation>(ReadOnlySpan<T> x, Span<T> y, Span<T> slopes)
        where T : IReal<T>
        where TActivation : IActivation<T>
    {
        for (int i = 0; i < x.Length; i++)
            (y[i], slopes[i]) = TActivation.At(x[i]);
    }

    private static void Require(int count, int length, string argument)
    {
        if (length != count)
            throw new ArgumentException($"{argument} has {length} elements, {count} are needed", argument);
    }
}
