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

    /// <summary>True where the moments are divided by 1 − βᵗ.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary>True where the decay is lr·λ·θ of the old parameter, outside the direction and its ratio.</summary>
    public bool DecoupledDecay { get; init; }

    /// <summary><c>min_norm</c>: what ‖θ‖ counts as at least, of <see cref="Hyperparameters.LeastNorm"/>; at most <see cref="MostNorm"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double LeastNorm { get; init => field = Hyperparameters.LeastNorm.Require(value); } = Hyperparameters.LeastNorm.Default;

    /// <summary><c>max_norm</c>: what ‖θ‖ counts as at most, of <see cref="Hyperparameters.MostNorm"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double MostNorm { get; init => field = Hyperparameters.MostNorm.Require(value); } = double.PositiveInfinity;

    /// <summary><c>min_ratio</c>: what ‖θ‖/‖u‖ counts as at least, of <see cref="Hyperparameters.LeastRatio"/>; at most <see cref="MostRatio"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double LeastRatio { get; init => field = Hyperparameters.LeastRatio.Require(value); } = Hyperparameters.LeastRatio.Default;

    /// <summary><c>max_ratio</c>: what ‖θ‖/‖u‖ counts as at most, of <see cref="Hyperparameters.MostRatio"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double MostRatio { get; init => field = Hyperparameters.MostRatio.Require(value); } = double.PositiveInfinity;
}
