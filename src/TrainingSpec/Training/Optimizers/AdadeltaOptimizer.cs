using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adadelta.</summary>
/// <remarks>Source: Zeiler (2012), Algorithm 1; the rate <c>lr</c> is PyTorch's and 1 there, as if it were not.</remarks>
public sealed record AdadeltaOptimizer : ElementwiseOptimizer
{
    /// <summary><c>rho</c> ρ, of <see cref="Hyperparameters.AdadeltaDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Rho { get; init => field = Hyperparameters.AdadeltaDecay.Require(value); } = Hyperparameters.AdadeltaDecay.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.AdadeltaEpsilon"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.AdadeltaEpsilon.Require(value); } = Hyperparameters.AdadeltaEpsilon.Default;

    internal override string Kind => "adadelta";

    internal override Slot[] Slots => [new("v", NonNegative: true), new("a", NonNegative: true)];

    private protected override double[] Reals => [Rho, Epsilon];

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        T lr = Rate<T>(), rho = T.Of(Rho), share = Share<T>(Rho), eps = Hyperparameters.AdadeltaEpsilon.Rounded<T>(Epsilon);
        AdamCoefficients<T> c = new() { Beta1 = rho, Share1 = share, Beta2 = rho, Share2 = share, Epsilon = eps, EpsilonInsideRoot = 1, LeastMoment = UnitMoments.Least<T>(Epsilon, 1) };
        return (theta, gradient, kept) =>
        {
            T second = Adam.SecondMoment(kept[0], gradient, rho, share);
            UnitMoments<T> moments = UnitMoments.Of(T.Of(0), kept[0], gradient, second, c);
            kept[0] = second;
            T delta = Adadelta.Delta(moments.Gradient, Norms.RootOfSum(moments.Second, moments.Square(eps)), Norms.RootOfSum(kept[1], eps));
            kept[1] = Adam.SecondMoment(kept[1], delta, rho, share);
            return Sgd.Update(theta, delta, lr);
        };
    }
}
