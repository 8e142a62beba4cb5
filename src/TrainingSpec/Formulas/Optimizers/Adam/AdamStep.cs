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

/// <summary>What every element of one Adam step shares, each derived from the hyperparameters as real numbers and rounded once.</summary>
/// <typeparam name="T">The number.</typeparam>
public readonly struct AdamCoefficients<T>
    where T : IReal<T>
{
    /// <summary>Learning rate α.</summary>
    public T LearningRate { get; init; }

    /// <summary>β₁; 1 where it rounds to that.</summary>
    public T Beta1 { get; init; }

    /// <summary>β₂; 1 where it rounds to that.</summary>
    public T Beta2 { get; init; }

    /// <summary>1 − β₁.</summary>
    public T Share1 { get; init; }

    /// <summary>1 − β₂.</summary>
    public T Share2 { get; init; }

    /// <summary>ε.</summary>
    public T Epsilon { get; init; }

    /// <summary>λ.</summary>
    public T WeightDecay { get; init; }

    /// <summary>α·λ.</summary>
    public T DecayRate { get; init; }

    /// <summary>1 − β₁ᵗ, or 1 without bias correction.</summary>
    public T Correction1 { get; init; }

    /// <summary>1 − β₂ᵗ, or 1 without bias correction.</summary>
    public T Correction2
    {
        get;
        init
        {
            field = value;
            RootCorrection2 = T.Sqrt(value);
        }
    }

    /// <summary>√(1 − β₂ᵗ); that of <see cref="Correction2"/> unless it is set after it.</summary>
    public T RootCorrection2 { get; init; }

    /// <summary>The smallest second moment that the number holds with all its digits; 0 where smaller ones don't count beside ε.</summary>
    public T LeastMoment { get; init; }

    /// <summary>Where the decay enters.</summary>
    public DecayKind Decay { get; init; }

    /// <summary>1 where ε stands inside the root, else 0 (a number, so that the struct can be handed to a kernel).</summary>
    public int EpsilonInsideRoot { get; init; }
}

/// <summary>The coefficients of a step, each derived from the hyperparameters as real numbers and rounded once.</summary>
public static class AdamCoefficients
{
    /// <summary>What every element of step <paramref name="step"/> shares.</summary>
    /// <typeparam name="T">The number of the tensors.</typeparam>
    /// <param name="lr">α.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="eps">ε.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="step">t, counted from 1; null without bias correction.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: ε would become 0, another one infinite.</exception>
    public static AdamCoefficients<T> Of<T>(double lr, double beta1, double beta2, double eps, double lambda, long? step)
        where T : IReal<T> => Straightforward.Is<T>() ? Of<T, T>(lr, beta1, beta2, eps, lambda, step, x => x) : Of<T, DoubleDouble>(lr, beta1, beta2, eps, lambda, step, x => x.To<T>());

    /// <summary>What ε becomes beside the corrected root where it is to stand beside the uncorrected one: ε/√cₜ, or inside the root ε/cₜ.</summary>
    /// <remarks>The corrected root with it is the uncorrected one with ε, both over √cₜ; beside the largest number no step counts.</remarks>
    internal static double EpsilonOnMoment(double eps, double beta2, long step, bool insideRoot)
    {
        DoubleDouble correction = Adam.BiasCorrection<DoubleDouble>(beta2, DoubleDouble.Whole(step));
        return Math.Min(double.MaxValue, (double)(eps / (insideRoot ? correction : DoubleDouble.Sqrt(correction))));
    }

    /// <summary>cₜ of a step, as a real number rounded once.</summary>
    internal static T Correction<T>(double beta, long step)
        where T : IReal<T> => Straightforward.Is<T>() ? CorrectionOf<T>(beta, step) : CorrectionOf<DoubleDouble>(beta, step).To<T>();

    private static AdamCoefficients<T> Of<T, TWide>(double lr, double beta1, double beta2, double eps, double lambda, long? step, Func<TWide, T> round)
        where T : IReal<T>
        where TWide : IReal<TWide>
    {
        TWide correction1 = CorrectionOf<TWide>(beta1, step), correction2 = CorrectionOf<TWide>(beta2, step);
        return new()
        {
            LearningRate = Hyperparameters.StepSize.Rounded<T>(lr),
            Beta1 = T.Of(beta1),
            Beta2 = T.Of(beta2),
            Share1 = round(Adam.Share(TWide.Of(beta1))),
            Share2 = round(Adam.Share(TWide.Of(beta2))),
            Epsilon = Hyperparameters.Epsilon.Rounded<T>(eps),
            WeightDecay = Hyperparameters.WeightDecay.Rounded<T>(lambda),
            DecayRate = round(AdamW.DecayRate(TWide.Of(lr), TWide.Of(lambda))),
            Correction1 = round(correction1),
            Correction2 = round(correction2),
            RootCorrection2 = round(TWide.Sqrt(correction2)),
            LeastMoment = step is { } t ? UnitMoments.Least<T>(eps, (double)CorrectionOf<DoubleDouble>(beta2, t)) : UnitMoments.Least<T>(eps, 1),
        };
    }

    private static T CorrectionOf<T>(double beta, long? step)
        where T : IReal<T> => step is { } t ? Adam.BiasCorrection(T.Of(beta), DoubleDouble.Whole(t).To<T>()) : T.Of(1);
}

/// <summary>One element's whole step of Adam or AdamW, composed of the formulas; the same method runs as a loop, over lanes and in kernels.</summary>
public static class AdamStep
{
    /// <summary>Advances n parameters and their moments by one step; a number may be one element or a vector of lanes.</summary>
    /// <param name="theta">n parameters.</param>
    /// <param name="m">n first moments.</param>
    /// <param name="v">n second moments.</param>
    /// <param name="gradient">n gradients.</param>
    /// <param name="c">What all elements share.</param>
    /// <exception cref="ArgumentOutOfRangeException">A span is shorter than <paramref name="theta"/>.</exception>
    public static void ApplyAll<T>(Span<T> theta, Span<T> m, Span<T> v, ReadOnlySpan<T> gradient, in AdamCoefficients<T> c)
        where T : IReal<T> => AdamLoop.ApplyAll(theta, m, v, gradient, c);

    /// <summary>Advances one parameter and its two moments by one step with gradient <paramref name="gradient"/>.</summary>
    /// <remarks>The step is that of the moments as real numbers, also where v is more or less than the number holds. Source: Kingma and Ba (2015), Algorithm 1; Loshchilov and Hutter (2019), Algorithm 2.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T>(ref T theta, ref T m, ref T v, T gradient, AdamCoefficients<T> c)
        where T : IReal<T>
    {
        T g = Gradient(theta, gradient, c), second = Adam.SecondMoment(v, g, c.Beta2, c.Share2);
        UnitMoments<T> moments = UnitMoments.Of(m, v, g, second, c);
        m = Adam.FirstMoment(m, g, c.Beta1, c.Share1);
        v = second;
        theta = Update(theta, moments.First, moments.Second, c.EpsilonInsideRoot != 0 ? moments.Square(c.Epsilon) : moments.Epsilon, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Gradient<T>(T theta, T gradient, AdamCoefficients<T> c)
        where T : IReal<T> => c.Decay == DecayKind.L2 ? WeightDecay.L2Gradient(gradient, theta, c.WeightDecay) : gradient;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Update<T>(T theta, T first, T second, T epsilon, AdamCoefficients<T> c)
        where T : IReal<T>
    {
        T mHat = Adam.Corrected(first, c.Correction1);

        // √v/√c₂ for √(v/c₂): v can be held where v/c₂ can't, and beside that no ε counts.
        T root = Adam.RootOver(T.Sqrt(second), c.RootCorrection2);
        T denominator = c.EpsilonInsideRoot != 0 ? Norms.RootOfSum(Adam.Corrected(second, c.Correction2), epsilon, root) : root + epsilon;
        T updated = Adam.UpdateBy(theta, mHat, denominator, c.LearningRate);
        return WeightDecay.Beside(c.Decay, updated, theta, c.DecayRate);
    }
}
