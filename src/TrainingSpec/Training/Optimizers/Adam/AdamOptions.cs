using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Hyperparameters of Adam and AdamW; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: Kingma and Ba (2015), Algorithm 1; Loshchilov and Hutter (2019), Algorithm 2; D4 "AdamW Optimizer".</remarks>
public sealed record AdamOptions
{
    /// <summary>Learning rate <c>lr</c>, of <see cref="Hyperparameters.StepSize"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Hyperparameters.StepSize.Require(value); }

    /// <summary><c>beta1</c>, of <see cref="Hyperparameters.Beta1"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta1 { get; init => field = Hyperparameters.Beta1.Require(value); } = Hyperparameters.Beta1.Default;

    /// <summary><c>beta2</c>, of <see cref="Hyperparameters.Beta2"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta2 { get; init => field = Hyperparameters.Beta2.Require(value); } = Hyperparameters.Beta2.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.Epsilon"/>; at 0 an element that has never had a gradient becomes NaN (0/0).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.Epsilon.Require(value); } = Hyperparameters.Epsilon.Default;

    /// <summary><c>weight_decay</c> λ, of <see cref="Hyperparameters.WeightDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Hyperparameters.WeightDecay.Require(value); } = Hyperparameters.WeightDecay.Default;

    /// <summary><c>bias_correction</c>: divide the moments by 1 − βᵗ.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary><c>eps_inside_root</c>: the variant √(v̂ + ε).</summary>
    public bool EpsilonInsideRoot { get; init; }

    /// <summary><c>eps_on</c>: ε stands beside √v, as TensorFlow's Adam has it, and not beside √v̂.</summary>
    public bool EpsilonOnMoment { get; init; }

    /// <summary>Where weight decay enters: L2 is <c>adam.step</c>; Old and Updated are <c>adamw.step</c> with <c>decay_on</c> old or updated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no kind of decay.</exception>
    public DecayKind Decay
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw Domain.Outside("{L2, Old, Updated}", Tensors.Text((int)value), "decay_on");
    }

    /// <summary>Adam with a learning rate and the paper's other values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside its domain.</exception>
    public static AdamOptions Adam(double learningRate) => new()
    {
        LearningRate = learningRate,
    };

    /// <summary>AdamW with a learning rate, the usual λ and decay of the old parameter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside its domain.</exception>
    public static AdamOptions AdamW(double learningRate) => new()
    {
        LearningRate = learningRate,
        WeightDecay = Hyperparameters.DecoupledDecay.Default,
        Decay = DecayKind.Old,
    };
}
