using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Spec.Benchmarks;

/// <summary>AdamW as one writes it by hand for speed, ε outside the root, decay of the old parameter: the peer that lanes are measured against, used nowhere else.</summary>
/// <remarks>The same operations in the same order as the formulas, so that the results are bitwise equal. Source: Loshchilov and Hutter (2019), Algorithm 2.</remarks>
/// <param name="LearningRate">α.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Share1">1 − β₁.</param>
/// <param name="Share2">1 − β₂.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="DecayRate">α·λ.</param>
/// <param name="Correction1">1 − β₁ᵗ.</param>
/// <param name="RootCorrection2">√(1 − β₂ᵗ).</param>
public readonly record struct HandWrittenAdamW(
    float LearningRate, float Beta1, float Beta2, float Share1, float Share2, float Epsilon, float DecayRate, float Correction1, float RootCorrection2)
{
    /// <summary>One step with vectors of 512 bits. All spans have the length of <paramref name="theta"/>; this is not checked.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Step512(Span<float> theta, Span<float> m, Span<float> v, ReadOnlySpan<float> gradient)
    {
        ref float pTheta = ref MemoryMarshal.GetReference(theta);
        ref float pM = ref MemoryMarshal.GetReference(m);
        ref float pV = ref MemoryMarshal.GetReference(v);
        ref float pG = ref MemoryMarshal.GetReference(gradient);
        Vector512<float> beta1 = Vector512.Create(Beta1), rest1 = Vector512.Create(Share1);
        Vector512<float> beta2 = Vector512.Create(Beta2), rest2 = Vector512.Create(Share2);
        Vector512<float> c1 = Vector512.Create(Correction1), root2 = Vector512.Create(RootCorrection2);
        Vector512<float> lr = Vector512.Create(LearningRate), eps = Vector512.Create(Epsilon), decay = Vector512.Create(DecayRate);
        nuint i = 0, whole = (nuint)(theta.Length - theta.Length % Vector512<float>.Count);
        for (; i < whole; i += (nuint)Vector512<float>.Count)
        {
            Vector512<float> g = Vector512.LoadUnsafe(ref pG, i), x = Vector512.LoadUnsafe(ref pTheta, i);
            Vector512<float> first = beta1 * Vector512.LoadUnsafe(ref pM, i) + rest1 * g;
            Vector512<float> second = beta2 * Vector512.LoadUnsafe(ref pV, i) + rest2 * g * g;
            first.StoreUnsafe(ref pM, i);
            second.StoreUnsafe(ref pV, i);
            Vector512<float> updated = Vector512.FusedMultiplyAdd(-lr, first / c1 / (Vector512.Sqrt(second) / root2 + eps), x);
            (updated - decay * x).StoreUnsafe(ref pTheta, i);
        }

        Rest(theta[(int)i..], m[(int)i..], v[(int)i..], gradient[(int)i..]);
    }

    /// <summary>One step with vectors of 256 bits. All spans have the length of <paramref name="theta"/>; this is not checked.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Step256(Span<float> theta, Span<float> m, Span<float> v, ReadOnlySpan<float> gradient)
    {
        ref float pTheta = ref MemoryMarshal.GetReference(theta);
        ref float pM = ref MemoryMarshal.GetReference(m);
        ref float pV = ref MemoryMarshal.GetReference(v);
        ref float pG = ref MemoryMarshal.GetReference(gradient);
        Vector256<float> beta1 = Vector256.Create(Beta1), rest1 = Vector256.Create(Share1);
        Vector256<float> beta2 = Vector256.Create(Beta2), rest2 = Vector256.Create(Share2);
        Vector256<float> c1 = Vector256.Create(Correction1), root2 = Vector256.Create(RootCorrection2);
        Vector256<float> lr = Vector256.Create(LearningRate), eps = Vector256.Create(Epsilon), decay = Vector256.Create(DecayRate);
        nuint i = 0, whole = (nuint)(theta.Length - theta.Length % Vector256<float>.Count);
        for (; i < whole; i += (nuint)Vector256<float>.Count)
        {
            Vector256<float> g = Vector256.LoadUnsafe(ref pG, i), x = Vector256.LoadUnsafe(ref pTheta, i);
            Vector256<float> first = beta1 * Vector256.LoadUnsafe(ref pM, i) + rest1 * g;
            Vector256<float> second = beta2 * Vector256.LoadUnsafe(ref pV, i) + rest2 * g * g;
            first.StoreUnsafe(ref pM, i);
            second.StoreUnsafe(ref pV, i);
            Vector256<float> updated = Vector256.FusedMultiplyAdd(-lr, first / c1 / (Vector256.Sqrt(second) / root2 + eps), x);
            (updated - decay * x).StoreUnsafe(ref pTheta, i);
        }

        Rest(theta[(int)i..], m[(int)i..], v[(int)i..], gradient[(int)i..]);
    }

    private void Rest(Span<float> theta, Span<float> m, Span<float> v, ReadOnlySpan<float> gradient)
    {
        for (int i = 0; i < theta.Length; i++)
        {
            float g = gradient[i], x = theta[i];
            m[i] = Beta1 * m[i] + Share1 * g;
            v[i] = Beta2 * v[i] + Share2 * g * g;
            float updated = MathF.FusedMultiplyAdd(-LearningRate, m[i] / Correction1 / (MathF.Sqrt(v[i]) / RootCorrection2 + Epsilon), x);
            theta[i] = updated - DecayRate * x;
        }
    }
}
