using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace Spec.Benchmarks;

/// <summary>One elementary function over any number, with its twins in the runtime's libraries where there are any.</summary>
internal interface IElementaryFunction
{
    /// <summary>What the table calls it.</summary>
    static abstract string Name { get; }

    /// <summary>True where the inputs are positive.</summary>
    static abstract bool Positive { get; }

    /// <summary>The function itself.</summary>
    static abstract T Of<T>(T x) where T : IReal<T>;

    /// <summary>The twin for one float; null where MathF has none.</summary>
    static abstract Func<float, float>? OfLibrary { get; }

    /// <summary>The twin for a span; null where TensorPrimitives has none.</summary>
    static abstract Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor { get; }
}

/// <summary>eˣ.</summary>
internal readonly struct ExpFunction : IElementaryFunction
{
    public static string Name => "exp";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => MathF.Exp;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.Exp<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Exp(x);
}

/// <summary>ln x.</summary>
internal readonly struct LogFunction : IElementaryFunction
{
    public static string Name => "log";

    public static bool Positive => true;

    public static Func<float, float>? OfLibrary => MathF.Log;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.Log<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Log(x);
}

/// <summary>tanh x.</summary>
internal readonly struct TanhFunction : IElementaryFunction
{
    public static string Name => "tanh";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => MathF.Tanh;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.Tanh<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Tanh(x);
}

/// <summary>erf x.</summary>
internal readonly struct ErfFunction : IElementaryFunction
{
    public static string Name => "erf";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Erf(x);
}

/// <summary>cos x.</summary>
internal readonly struct CosFunction : IElementaryFunction
{
    public static string Name => "cos";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => MathF.Cos;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.Cos<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Cos(x);
}

/// <summary>sin x.</summary>
internal readonly struct SinFunction : IElementaryFunction
{
    public static string Name => "sin";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => MathF.Sin;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.Sin<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Sin(x);
}

/// <summary>eˣ − 1.</summary>
internal readonly struct Expm1Function : IElementaryFunction
{
    public static string Name => "expm1";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.ExpM1<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Expm1(x);
}

/// <summary>ln(1 + x).</summary>
internal readonly struct Log1pFunction : IElementaryFunction
{
    public static string Name => "log1p";

    public static bool Positive => true;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.LogP1<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Log1p(x);
}

/// <summary>erfc x.</summary>
internal readonly struct ErfcFunction : IElementaryFunction
{
    public static string Name => "erfc";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => T.Erfc(x);
}

/// <summary>1/(1 + e⁻ˣ).</summary>
internal readonly struct SigmoidFunction : IElementaryFunction
{
    public static string Name => "sigmoid";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => (x, y) => TensorPrimitives.Sigmoid<float>(x.Span, y.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => Activations.Sigmoid(x);
}

/// <summary>σ(x)·σ(−x).</summary>
internal readonly struct SigmoidSlopeFunction : IElementaryFunction
{
    public static string Name => "sigmoid'";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => Activations.SigmoidSlope(x);
}

/// <summary>x·Φ(x).</summary>
internal readonly struct GeluFunction : IElementaryFunction
{
    public static string Name => "gelu";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => Activations.Gelu(x);
}

/// <summary>x·σ(2a(x)).</summary>
internal readonly struct GeluTanhFunction : IElementaryFunction
{
    public static string Name => "gelu, tanh";

    public static bool Positive => false;

    public static Func<float, float>? OfLibrary => null;

    public static Action<ReadOnlyMemory<float>, Memory<float>>? OfTensor => null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : IReal<T> => Activations.GeluTanh(x);
}
