using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Hyperparameters of LAMB; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: You et al. (2020), Algorithm 2.</remarks>
public sealed record LambOptions
{
    /// <summary>Learning rate <c>lr</c>, in [0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Domain.Require("[0, inf)", value, "lr"); }

    /// <summary><c>beta1</c>, in [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta1 { get; init => field = Domain.Require("[0, 1)", value, "beta1"); } = 0.9;

    /// <summary><c>beta2</c>, in [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta2 { get; init => field = Domain.Require("[0, 1)", value, "beta2"); } = 0.999;

    /// <summary><c>eps</c>, in [0, inf); at 0 an element that has never had a gradient makes its tensor NaN (0/0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Domain.Require("[0, inf)", value, "eps"); } = 1e-6;

    /// <summary><c>weight_decay</c> λ, in [0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Domain.Require("[0, inf)", value, "weight_decay"); }
}
