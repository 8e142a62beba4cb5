using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Proofs;

/// <summary>Adam's step obeys the bound by Cauchy and Schwarz, and not that of its paper.</summary>
/// <remarks>|m̂|/√v̂ does not change when all gradients are scaled, so the largest of them counts as 1. β₁ = 0.9, β₂ = 0.999.</remarks>
internal static class AdamStatements
{
    private const double Beta1 = 0.9, Beta2 = 0.999;

    public static IReadOnlyList<Statement> All { get; } = [new StepBound(2), new StepBound(3), new BiasCorrectionIsAShare(), new DecayShrinks()];

    /// <summary>The bound of Kingma and Ba (2015), section 2.1, for gradients g_k = ρᵏ: refuted near ρ = β₂/β₁.</summary>
    public static Statement PaperBound { get; } = new GrowingGradients(2000);

    /// <summary>m̂ and v̂ after the gradients.</summary>
    internal static (T M, T V) Moments<T>(ReadOnlySpan<T> gradients)
        where T : IReal<T>
    {
        T m = T.Of(0), v = T.Of(0), beta1 = T.Of(Beta1), beta2 = T.Of(Beta2), t = T.Of(gradients.Length);
        foreach (T g in gradients)
        {
            m = Adam.FirstMoment(m, g, beta1);
            v = Adam.SecondMoment(v, g, beta2);
        }

        return (Adam.Corrected(m, Adam.BiasCorrection(beta1, t)), Adam.Corrected(v, Adam.BiasCorrection(beta2, t)));
    }

    private sealed class StepBound(int steps) : Statement(
        $"adam-step-bound-{steps}", "adam.step_bound", $"after {steps} gradients, the largest of them 1, the step obeys the bound by Cauchy and Schwarz", 1e-6,
        [.. Enumerable.Range(1, steps - 1).Select(k => new VariableRange($"g{k}", -1, 1))])
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T bound = Adam.StepBound(T.Of(Beta1), T.Of(Beta2), T.Of(steps));
            T? least = default;
            for (int largest = 0; largest < steps; largest++)
            {
                (T m, T v) = Moments<T>([.. x[..largest], T.Of(1), .. x[largest..]]);
                T margin = bound * bound * v - m * m;
                least = largest == 0 ? margin : T.Min(least!, margin);
            }

            return least!;
        }
    }

    private sealed class GrowingGradients(int steps) : Statement(
        "adam-paper-bound", "adam.step_bound", $"after {steps} gradients that grow by a factor r in [1, 1.2] a step, the step is at most max(1, (1 - b1)/sqrt(1 - b2)) times the learning rate", 0,
        new VariableRange("r", 1, 1.2))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            // The last gradient is 1 and each earlier one smaller by the factor, so that nothing overflows.
            T[] gradients = new T[steps];
            T g = T.Of(1);
            for (int k = steps - 1; k >= 0; k--)
            {
                gradients[k] = g;
                g /= x[0];
            }

            (T m, T v) = Moments<T>(gradients);
            return T.Max(T.Of(1), T.Of(1 - Beta1) / T.Sqrt(T.Of(1) - T.Of(Beta2))) - T.Abs(m) / T.Sqrt(v);
        }
    }

    private sealed class BiasCorrectionIsAShare() : Statement(
        "bias-correction-is-a-share", "ADAM-1", "1 - b^t lies in [0, 1] for b in [0, 0.9999] and t in [1, 1000]", 0, new("b", 0, 0.9999), new("t", 1, 1000, Whole: true))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T correction = Adam.BiasCorrection(x[0], x[1]);
            return T.Min(correction, T.Of(1) - correction);
        }
    }

    private sealed class DecayShrinks() : Statement(
        "adamw-decay-shrinks", "ADAMW-1", "decay of a parameter 1 at rate a and strength l in [0, 1] leaves it in [0, 1]", 0, new("a", 0, 1), new("l", 0, 1))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T decayed = T.Of(1) - AdamW.Decay(T.Of(1), x[0], x[1]);
            return T.Min(decayed, T.Of(1) - decayed);
        }
    }
}
