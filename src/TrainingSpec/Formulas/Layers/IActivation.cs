using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>An activation with its derivative, for loops and kernels that are the same for all of them.</summary>
/// <typeparam name="T">The number.</typeparam>
internal interface IActivation<T>
    where T : IReal<T>
{
    /// <summary>f(x) and f'(x), which share what they have in common.</summary>
    static abstract (T Value, T Slope) At(T x);
}

/// <summary><see cref="Activations.Relu"/>.</summary>
internal readonly struct ReluOf<T> : IActivation<T>
    where T : IReal<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Value, T Slope) At(T x) => (Activations.Relu(x), Activations.ReluDerivative(x));
}

/// <summary><see cref="Activations.GeluTanh"/>.</summary>
internal readonly struct GeluTanhOf<T> : IActivation<T>
    where T : IReal<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Value, T Slope) At(T x) => Activations.GeluTanhWithDerivative(x);
}

/// <summary><see cref="Activations.Gelu"/>.</summary>
internal readonly struct GeluOf<T> : IActivation<T>
    where T : IReal<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Value, T Slope) At(T x) => Activations.GeluWithDerivative(x);
}
