using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Hyperparameters of LARS; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: You, Gitman, Ginsburg (2017), Algorithm 1.</remarks>
public sealed record LarsOptions
{
    /// <summary>Learning rate <c>lr</c>, of <see cref="Hyperparameters.LayerRate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Hyperparameters.LayerRate.Require(value); }

    /// <summary><c>momentum</c> μ, of <see cref="Hyperparameters.LarsMomentum"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Momentum { get; init => field = Hyperparameters.LarsMomentum.Require(value); } = Hyperparameters.LarsMomentum.Default;

    /// <summary><c>weight_decay</c> λ, of <see cref="Hyperparameters.WeightDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Hyperparameters.WeightDecay.Require(value); } = Hyperparameters.WeightDecay.Default;

    /// <summary><c>trust_coefficient</c> t, of <see cref="Hyperparameters.TrustCoefficient"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double TrustCoefficient { get; init => field = Hyperparameters.TrustCoefficient.Require(value); } = Hyperparameters.TrustCoefficient.Default;
}
