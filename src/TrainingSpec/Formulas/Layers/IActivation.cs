using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>An activation and its derivative, for loops and kernels that are the same for all of them.</summary>
/// <typeparam name="T">The number.</typeparam>
internal interface IActivation<T>
    where T : IReal<T>
{
    /// <summary>f(x).</summary>
    static abstract T Value(T x);

    /// <summary>f'(x).</summary>
    static abstract T Slope(T x);
}

/// <summary><see cref="Activations.Relu"/>.</summary>
internal readonly struct ReluOf<T> : IActivation<T>
    where T : IReal<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value(T x) => Activations.Relu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope(T x) => Activations.ReluDerivative(x);
}

/// <summary><see cref="Activations.GeluTanh"/>.</summary>
internal readonly struct GeluTanhOf<T> : IActivation<T>
    where T : IReal<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value(T x) => Activations.GeluTanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope(T x) => Activations.GeluTanhDerivative(x);
}

/// <summary><see cref="Activations.Gelu"/>.</summary>
internal readonly struct GeluOf<T> : IActivation<T>
    where T : IReal<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value(T x) => Activations.Gelu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope(T x) => Activations.GeluDerivative(x, Activations.TwiceBelowApart(x));
}
