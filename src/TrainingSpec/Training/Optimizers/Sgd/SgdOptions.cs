using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Hyperparameters of SGD; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: Sutskever et al. (2013); D4 "Why Not Plain SGD?".</remarks>
public sealed record SgdOptions
{
    /// <summary>Learning rate <c>lr</c>, of <see cref="Hyperparameters.LearningRate"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Hyperparameters.LearningRate.Require(value); }

    /// <summary><c>momentum</c> μ, of <see cref="Hyperparameters.Momentum"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Momentum { get; init => field = Hyperparameters.Momentum.Require(value); } = Hyperparameters.Momentum.Default;

    /// <summary><c>dampening</c> τ, of <see cref="Hyperparameters.Dampening"/>: the gradient enters the buffer times 1 − τ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Dampening { get; init => field = Hyperparameters.Dampening.Require(value); } = Hyperparameters.Dampening.Default;

    /// <summary><c>nesterov</c>: look ahead along the buffer; needs momentum above 0 and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary><c>weight_decay</c> λ, of <see cref="Hyperparameters.WeightDecay"/>: λθ is added to the gradient, or stands beside it where <see cref="Decay"/> says so.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Hyperparameters.WeightDecay.Require(value); } = Hyperparameters.WeightDecay.Default;

    /// <summary>Where weight decay enters.</summary>
    public DecayKind Decay { get; init; }

    /// <summary>Checks what concerns two hyperparameters at once.</summary>
    /// <exception cref="InvalidArgumentException"><c>nesterov</c> without momentum, or with dampening.</exception>
    public void Validate()
    {
        if (Nesterov && !(Momentum > 0 && Dampening == 0))
            throw new InvalidArgumentException("nesterov", "nesterov = true is outside its domain: it needs momentum > 0 and dampening = 0");
    }
}
