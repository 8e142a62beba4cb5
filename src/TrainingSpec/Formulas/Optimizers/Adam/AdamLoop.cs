using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Adam's step over many elements, or vectors of them: fast where the number holds the second moments.</summary>
internal static class AdamLoop
{
    public static void ApplyAll<T>(Span<T> theta, Span<T> m, Span<T> v, ReadOnlySpan<T> gradient, in AdamCoefficients<T> c)
        where T : IReal<T>
    {
        switch (c.Decay)
        {
            case DecayKind.L2:
                ApplyAll<T, Zero>(theta, m, v, gradient, c);
                break;
            case DecayKind.Old:
                ApplyAll<T, One>(theta, m, v, gradient, c);
                break;
            default:
                ApplyAll<T, Two>(theta, m, v, gradient, c);
                break;
        }
    }

    private static void ApplyAll<T, TDecay>(Span<T> theta, Span<T> m, Span<T> v, ReadOnlySpan<T> gradient, in AdamCoefficients<T> c)
        where T : IReal<T>
        where TDecay : IConstant
    {
        if (c.EpsilonInsideRoot != 0)
            ApplyAll<T, TDecay, One>(theta, m, v, gradient, c);
        else
            ApplyAll<T, TDecay, Zero>(theta, m, v, gradient, c);
    }

    private static void ApplyAll<T, TDecay, TEpsilonInside>(Span<T> theta, Span<T> m, Span<T> v, ReadOnlySpan<T> gradient, in AdamCoefficients<T> c)
        where T : IReal<T>
        where TDecay : IConstant
        where TEpsilonInside : IConstant
    {
        m = m[..theta.Length];
        v = v[..theta.Length];
        gradient = gradient[..theta.Length];
        for (int i = Held<T, TDecay, TEpsilonInside>(theta, m, v, gradient, c); i < theta.Length; i += Held<T, TDecay, TEpsilonInside>(theta[i..], m[i..], v[i..], gradient[i..], c))
        {
            AdamStep.Apply(ref theta[i], ref m[i], ref v[i], gradient[i], c);
            i++;
        }
    }

    // Advances the elements up to the first whose second moment the number does not hold, and tells how many they are. Compiled once for each variant, without its branches; at once in full, since the first
    // step of a large tensor is one long call, and apart, since the compiler may take it into its caller and then inline no further.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Held<T, TDecay, TEpsilonInside>(Span<T> theta, Span<T> m, Span<T> v, ReadOnlySpan<T> gradient, in AdamCoefficients<T> c)
        where T : IReal<T>
        where TDecay : IConstant
        where TEpsilonInside : IConstant
    {
        AdamCoefficients<T> fixedKinds = c with { Decay = (DecayKind)TDecay.Value, EpsilonInsideRoot = TEpsilonInside.Value };
        // Where the least is 0, a moment of 0 is held; where it is not, one that equals it may be looked at again.
        T least = T.IfEqual(c.LeastMoment, T.Of(0), T.Of(-1), c.LeastMoment), infinity = T.Of(double.PositiveInfinity);
        m = m[..theta.Length];
        v = v[..theta.Length];
        gradient = gradient[..theta.Length];
        for (int i = 0; i < theta.Length; i++)
        {
            // All reads before the first write, which the compiler cannot know to be apart; the moments are written before the long divisions.
            T x = theta[i], g = AdamStep.Gradient(x, gradient[i], fixedKinds);
            T first = Adam.FirstMoment(m[i], g, fixedKinds.Beta1, fixedKinds.Share1), second = Adam.SecondMoment(v[i], g, fixedKinds.Beta2, fixedKinds.Share2);
            if (!T.AllLess(least, second) || !T.AllLess(second, infinity))
                return i;
            m[i] = first;
            v[i] = second;
            theta[i] = AdamStep.Update(x, first, second, fixedKinds.Epsilon, fixedKinds);
        }

        return theta.Length;
    }

    private interface IConstant
    {
        static abstract int Value { get; }
    }

    private readonly struct Zero : IConstant
    {
        public static int Value => 0;
    }

    private readonly struct One : IConstant
    {
        public static int Value => 1;
    }

    private readonly struct Two : IConstant
    {
        public static int Value => 2;
    }
}
