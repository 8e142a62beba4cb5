using TrainingSpec.Formulas;

namespace TrainingSpec.Training;

/// <summary>Hyperparameters of SGD; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: Sutskever et al. (2013); D4 "Why Not Plain SGD?".</remarks>
public sealed record SgdOptions
{
    /// <summary>Learning rate <c>lr</c>, in [0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Domain.Require("[0, inf)", value, "lr"); }

    /// <summary><c>momentum</c> μ, in [0, 1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Momentum { get; init => field = Domain.Require("[0, 1)", value, "momentum"); }

    /// <summary><c>dampening</c> τ, in [0, 1): the gradient enters the buffer times 1 − τ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Dampening { get; init => field = Domain.Require("[0, 1)", value, "dampening"); }

    /// <summary><c>nesterov</c>: look ahead along the buffer; needs momentum above 0 and no dampening.</summary>
    public bool Nesterov { get; init; }

    /// <summary><c>weight_decay</c> λ, in [0, inf): λθ is added to the gradient.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Domain.Require("[0, inf)", value, "weight_decay"); }

    /// <summary>Checks what concerns two hyperparameters at once.</summary>
    /// <exception cref="InvalidArgumentException"><c>nesterov</c> without momentum, or with dampening.</exception>
    public void Validate()
    {
        if (Nesterov && !(Momentum > 0 && Dampening == 0))
            throw new InvalidArgumentException("nesterov", "nesterov = true is outside its domain: it needs momentum > 0 and dampening = 0");
    }
}
