using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adagrad.</summary>
/// <remarks>Source: Duchi, Hazan and Singer (2011), Figure 1, with a diagonal matrix.</remarks>
public sealed record AdagradOptimizer : ElementwiseOptimizer
{
    /// <summary><c>lr_decay</c> κ, of <see cref="Hyperparameters.RateDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double RateDecay { get; init => field = Hyperparameters.RateDecay.Require(value); } = Hyperparameters.RateDecay.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.AdagradEpsilon"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.AdagradEpsilon.Require(value); } = Hyperparameters.AdagradEpsilon.Default;

    /// <summary><c>initial_accumulator_value</c>, of <see cref="Hyperparameters.InitialAccumulator"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double InitialAccumulator { get; init => field = Hyperparameters.InitialAccumulator.Require(value); } = Hyperparameters.InitialAccumulator.Default;

    /// <summary><c>eps_inside_root</c>: the variant √(s + ε).</summary>
    public bool EpsilonInsideRoot { get; init; }

    internal override string Kind => "adagrad";

    internal override Slot[] Slots => [new("sum", InitialAccumulator, NonNegative: true)];

    private protected override double[] Reals => [Epsilon];

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        T lr = Straightforward.Is<T>() ? Adagrad.Rate(Rate<T>(), T.Of(RateDecay), T.Of(step)) : Hyperparameters.StepSize.Rounded<T>(Adagrad.Rate<DoubleDouble>(LearningRate, RateDecay, DoubleDouble.Whole(step)));
        T eps = Hyperparameters.AdagradEpsilon.Rounded<T>(Epsilon);
        return (theta, gradient, kept) =>
        {
            T root = Adagrad.Root(kept[0], gradient);
            kept[0] = Adagrad.Sum(kept[0], gradient);
            return Adam.UpdateBy(theta, gradient, EpsilonInsideRoot ? Norms.RootOfSum(kept[0], eps, root) : root + eps, lr);
        };
    }
}
