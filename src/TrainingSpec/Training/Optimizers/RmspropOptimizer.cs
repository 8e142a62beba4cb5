using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>RMSprop: plain, with momentum, centered.</summary>
/// <remarks>Source: Tieleman and Hinton (2012), lecture 6.5; Graves (2013), equations 38 to 45. The first buffer is 0 before the first step; slots that an option does not use rest.</remarks>
public sealed record RmspropOptimizer : ElementwiseOptimizer
{
    /// <summary><c>alpha</c> ρ, of <see cref="Hyperparameters.SquareDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Alpha { get; init => field = Hyperparameters.SquareDecay.Require(value); } = Hyperparameters.SquareDecay.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.Epsilon"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.Epsilon.Require(value); } = Hyperparameters.Epsilon.Default;

    /// <summary><c>momentum</c> μ, of <see cref="Hyperparameters.Momentum"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Momentum { get; init => field = Hyperparameters.Momentum.Require(value); } = Hyperparameters.Momentum.Default;

    /// <summary><c>initial_accumulator_value</c>, of <see cref="Hyperparameters.InitialAccumulator"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double InitialAccumulator { get; init => field = Hyperparameters.InitialAccumulator.Require(value); } = Hyperparameters.InitialAccumulator.Default;

    /// <summary><c>centered</c>: divide by the root of a variance.</summary>
    public bool Centered { get; init; }

    /// <summary><c>eps_inside_root</c>: the variant √(v + ε).</summary>
    public bool EpsilonInsideRoot { get; init; }

    /// <summary><c>lr_in_velocity</c>: the variant whose buffer takes the rate in, so that a later rate does not reach what is in it.</summary>
    public bool RateInVelocity { get; init; }

    internal override string Kind => "rmsprop";

    internal override Slot[] Slots => [new("v", InitialAccumulator, NonNegative: true), new("g"), new("b")];

    private protected override double[] Reals => [Alpha, Epsilon, Momentum];

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        T lr = Rate<T>(), one = T.Of(1), alpha = T.Of(Alpha), share = Share<T>(Alpha), eps = Hyperparameters.Epsilon.Rounded<T>(Epsilon), momentum = T.Of(Momentum);
        AdamCoefficients<T> c = new() { Beta1 = alpha, Share1 = share, Beta2 = alpha, Share2 = share, Epsilon = eps, EpsilonInsideRoot = EpsilonInsideRoot ? 1 : 0, LeastMoment = UnitMoments.Least<T>(Epsilon, 1) };
        return (theta, gradient, kept) =>
        {
            T second = Adam.SecondMoment(kept[0], gradient, alpha, share);
            UnitMoments<T> moments = UnitMoments.Of(kept[1], kept[0], gradient, second, c);
            kept[0] = second;
            if (Centered)
                kept[1] = Adam.FirstMoment(kept[1], gradient, alpha, share);
            T square = Centered ? Rmsprop.Centered(moments.Second, moments.First) : moments.Second;
            T denominator = EpsilonInsideRoot ? Norms.RootOfSum(square, moments.Square(eps)) : T.Sqrt(square) + moments.Epsilon;
            if (Momentum == 0)
                return Adam.UpdateBy(theta, moments.Gradient, denominator, lr);
            kept[2] = Rmsprop.Velocity(kept[2], moments.Gradient, denominator, momentum, RateInVelocity ? lr : one);
            return Sgd.Update(theta, kept[2], RateInVelocity ? one : lr);
        };
    }
}
