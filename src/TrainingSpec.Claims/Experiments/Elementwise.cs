using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Experiments;

/// <summary>A function of one number, over any number.</summary>
internal interface IElementwise
{
    /// <summary>f(x).</summary>
    static abstract T At<T>(T x)
        where T : IReal<T>;
}

/// <summary>A function of each element for itself: a register of them at once, with the bits that one after another has.</summary>
internal static class Elementwise
{
    /// <summary>Writes f(x) over every x.</summary>
    public static void Apply<TFunction>(Span<double> x)
        where TFunction : IElementwise
    {
        int wide = Vector512.IsHardwareAccelerated ? Over<TFunction, WideLanes64>(x) : 0;
        int done = wide + Over<TFunction, Lanes64>(x[wide..]);
        Over<TFunction, Real64>(x[done..]);
    }

    // As many as fill whole numbers of the kind.
    private static int Over<TFunction, T>(Span<double> x)
        where TFunction : IElementwise
        where T : unmanaged, IReal<T>
    {
        Span<T> numbers = MemoryMarshal.Cast<double, T>(x);
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = TFunction.At(numbers[i]);
        return numbers.Length * (Unsafe.SizeOf<T>() / sizeof(double));
    }

    /// <summary>eˣ.</summary>
    internal readonly struct Exp : IElementwise
    {
        public static T At<T>(T x)
            where T : IReal<T> => T.Exp(x);
    }

    /// <summary>ln x.</summary>
    internal readonly struct Log : IElementwise
    {
        public static T At<T>(T x)
            where T : IReal<T> => T.Log(x);
    }

    /// <summary>cos x.</summary>
    internal readonly struct Cos : IElementwise
    {
        public static T At<T>(T x)
            where T : IReal<T> => T.Cos(x);
    }

    /// <summary>tanh x.</summary>
    internal readonly struct Tanh : IElementwise
    {
        public static T At<T>(T x)
            where T : IReal<T> => T.Tanh(x);
    }

    /// <summary>The logistic function.</summary>
    internal readonly struct Sigmoid : IElementwise
    {
        public static T At<T>(T x)
            where T : IReal<T> => Activations.Sigmoid(x);
    }

    /// <summary>max(0, x).</summary>
    internal readonly struct Relu : IElementwise
    {
        public static T At<T>(T x)
            where T : IReal<T> => Activations.Relu(x);
    }
}
