using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Hyperparameters of LARS; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: You, Gitman, Ginsburg (2017), Algorithm 1.</remarks>
public sealed record LarsOptions
{
    /// <summary>Learning rate <c>lr</c>, in [0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Domain.Require("[0, inf)", value, "lr"); }

    /// <summary><c>momentum</c> μ, in [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Momentum { get; init => field = Domain.Require("[0, 1)", value, "momentum"); } = 0.9;

    /// <summary><c>weight_decay</c> λ, in [0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Domain.Require("[0, inf)", value, "weight_decay"); }

    /// <summary><c>trust_coefficient</c> t, in [0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double TrustCoefficient { get; init => field = Domain.Require("[0, inf)", value, "trust_coefficient"); } = 0.001;
}
