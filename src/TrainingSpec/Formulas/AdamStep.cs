using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Where weight decay enters a step of the Adam family.</summary>
public enum DecayKind
{
    /// <summary>λθ is added to the gradient (Adam with L2).</summary>
    L2,

    /// <summary>Decoupled, α·λ times the old parameter (AdamW).</summary>
    Old,

    /// <summary>Decoupled, α·λ times the already updated parameter.</summary>
    Updated,
}

/// <summary>What every element of one Adam step shares; bias corrections are evaluated once per step.</summary>
/// <typeparam name="T">The number.</typeparam>
public readonly struct AdamCoefficients<T>
    where T : IReal<T>
{
    /// <summary>Learning rate α ≥ 0.</summary>
    public T LearningRate { get; init; }

    /// <summary>β₁ in [0, 1).</summary>
    public T Beta1 { get; init; }

    /// <summary>β₂ in [0, 1).</summary>
    public T Beta2 { get; init; }

    /// <summary>ε ≥ 0.</summary>
    public T Epsilon { get; init; }

    /// <summary>λ ≥ 0.</summary>
    public T WeightDecay { get; init; }

    /// <summary>1 − β₁ᵗ, or 1 without bias correction.</summary>
    public T Correction1 { get; init; }

    /// <summary>1 − β₂ᵗ, or 1 without bias correction.</summary>
    public T Correction2 { get; init; }

    /// <summary>Where the decay enters.</summary>
    public DecayKind Decay { get; init; }

    /// <summary>1 where ε stands inside the root, else 0 (a number, so that the struct can be handed to a kernel).</summary>
    public int EpsilonInsideRoot { get; init; }
}

/// <summary>One element's whole step of Adam or AdamW, composed of the formulas; the same method runs as a loop, over lanes and in kernels.</summary>
public static class AdamStep
{
    /// <summary>Advances one parameter and its two moments by one step with gradient <paramref name="gradient"/>.</summary>
    /// <remarks>Source: Kingma and Ba (2015), Algorithm 1; Loshchilov and Hutter (2019), Algorithm 2.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(ref T theta, ref T m, ref T v, T gradient, AdamCoefficients<T> c)
        where T : IReal<T>
    {
        T g = c.Decay == DecayKind.L2 ? WeightDecay.L2Gradient(gradient, theta, c.WeightDecay) : gradient;
        m = Adam.FirstMoment(m, g, c.Beta1);
        v = Adam.SecondMoment(v, g, c.Beta2);
        T mHat = Adam.Corrected(m, c.Correction1);
        T vHat = Adam.Corrected(v, c.Correction2);
        T updated = c.EpsilonInsideRoot != 0
            ? Adam.UpdateEpsInsideRoot(theta, mHat, vHat, c.LearningRate, c.Epsilon)
            : Adam.Update(theta, mHat, vHat, c.LearningRate, c.Epsilon);
        theta = c.Decay switch
        {
            DecayKind.Old => updated - AdamW.Decay(theta, c.LearningRate, c.WeightDecay),
            DecayKind.Updated => AdamW.DecayUpdated(updated, c.LearningRate, c.WeightDecay),
            _ => updated,
        };
    }
}
