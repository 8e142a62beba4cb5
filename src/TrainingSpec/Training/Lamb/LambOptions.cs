using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Hyperparameters of LAMB; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: You et al. (2020), Algorithm 2.</remarks>
public sealed record LambOptions
{
    /// <summary>Learning rate <c>lr</c>, of <see cref="Hyperparameters.LayerRate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Hyperparameters.LayerRate.Require(value); }

    /// <summary><c>beta1</c>, of <see cref="Hyperparameters.Beta1"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta1 { get; init => field = Hyperparameters.Beta1.Require(value); } = Hyperparameters.Beta1.Default;

    /// <summary><c>beta2</c>, of <see cref="Hyperparameters.Beta2"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta2 { get; init => field = Hyperparameters.Beta2.Require(value); } = Hyperparameters.Beta2.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.LambEpsilon"/>; at 0 an element that has never had a gradient makes its tensor NaN (0/0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.LambEpsilon.Require(value); } = Hyperparameters.LambEpsilon.Default;

    /// <summary><c>weight_decay</c> λ, of <see cref="Hyperparameters.LambDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Hyperparameters.LambDecay.Require(value); } = Hyperparameters.LambDecay.Default;
}
