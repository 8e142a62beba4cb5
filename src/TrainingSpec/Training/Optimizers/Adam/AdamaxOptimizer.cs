using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adamax.</summary>
/// <remarks>Source: Kingma and Ba (2015), Algorithm 2, with the ε of PyTorch's Adamax, 0 in the paper.</remarks>
public sealed record AdamaxOptimizer : ElementwiseOptimizer
{
    /// <summary><c>beta1</c>, of <see cref="Hyperparameters.Beta1"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta1 { get; init => field = Hyperparameters.Beta1.Require(value); } = Hyperparameters.Beta1.Default;

    /// <summary><c>beta2</c>, of <see cref="Hyperparameters.Beta2"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta2 { get; init => field = Hyperparameters.Beta2.Require(value); } = Hyperparameters.Beta2.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.Epsilon"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.Epsilon.Require(value); } = Hyperparameters.Epsilon.Default;

    /// <summary><c>eps_on</c>: ε is added to the norm u where a step divides by it, and not to each gradient.</summary>
    public bool EpsilonOnNorm { get; init; }

    internal override string Kind => "adamax";

    internal override Slot[] Slots => [new("m"), new("u", NonNegative: true)];

    private protected override double[] Reals => [Beta1, Beta2, Epsilon];

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        T beta1 = T.Of(Beta1), share = Share<T>(Beta1), beta2 = T.Of(Beta2), zero = T.Of(0), eps = Hyperparameters.Epsilon.Rounded<T>(Epsilon), lr = Rate<T>();
        T correction = AdamCoefficients.Correction<T>(Beta1, step);
        return (theta, gradient, kept) =>
        {
            kept[0] = Adam.FirstMoment(kept[0], gradient, beta1, share);
            kept[1] = Adamax.Norm(kept[1], gradient, beta2, EpsilonOnNorm ? zero : eps);
            return Adamax.Update(theta, Adam.Corrected(kept[0], correction), EpsilonOnNorm ? kept[1] + eps : kept[1], lr);
        };
    }
}
