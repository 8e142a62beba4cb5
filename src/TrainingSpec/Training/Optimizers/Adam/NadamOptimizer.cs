using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>NAdam.</summary>
/// <remarks>Source: Dozat (2016), Algorithm 2, with the momentum of section 3.2. The state carries the product of all momenta so far as a sum of two doubles.</remarks>
public sealed record NadamOptimizer : ElementwiseOptimizer
{
    /// <summary><c>beta1</c>, of <see cref="Hyperparameters.Beta1"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta1 { get; init => field = Hyperparameters.Beta1.Require(value); } = Hyperparameters.Beta1.Default;

    /// <summary><c>beta2</c>, of <see cref="Hyperparameters.Beta2"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta2 { get; init => field = Hyperparameters.Beta2.Require(value); } = Hyperparameters.Beta2.Default;

    /// <summary><c>eps</c>, of <see cref="Hyperparameters.Epsilon"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Epsilon { get; init => field = Hyperparameters.Epsilon.Require(value); } = Hyperparameters.Epsilon.Default;

    /// <summary><c>momentum_decay</c> ψ, of <see cref="Hyperparameters.MomentumDecay"/>; null: the momentum is β₁ from the first step on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double? MomentumDecay { get; init => field = value is { } decay ? Hyperparameters.MomentumDecay.Require(decay) : null; } = Hyperparameters.MomentumDecay.Default;

    internal override string Kind => "nadam";

    internal override Slot[] Slots => [new("m"), new("v", NonNegative: true)];

    internal override string Carries => "mu_product";

    private protected override double[] Reals => [Beta1, Beta2, Epsilon];

    private protected override DoubleDouble Carry(DoubleDouble before, long step) => before * Momentum<DoubleDouble>(step);

    private T Momentum<T>(long step)
        where T : IReal<T> => MomentumDecay is { } decay ? Nadam.Momentum(T.Of(Beta1), T.Of(decay), DoubleDouble.Whole(step).To<T>()) : T.Of(Beta1);

    // The factors of the momentum and of the gradient, by the product of the momenta so far.
    private (T OfMoment, T OfGradient) Factors<T>(long step, T product)
        where T : IReal<T> => (Nadam.OfMoment(Momentum<T>(step + 1), product), Nadam.OfGradient(Momentum<T>(step), product));

    // Whoever evaluates multiplies as many.
    private T Product<T>(long steps)
        where T : IReal<T>
    {
        T product = T.Of(1);
        for (long t = 1; t <= steps; t++)
            product *= Momentum<T>(t);
        return product;
    }

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        AdamCoefficients<T> c = AdamCoefficients.Of<T>(LearningRate, Beta1, Beta2, Epsilon, WeightDecay, step);
        (DoubleDouble first, DoubleDouble second) = Factors(step, carried);
        (T ofMoment, T ofGradient) = Straightforward.Is<T>() ? Factors(step, Product<T>(step)) : (first.To<T>(), second.To<T>());
        return (theta, gradient, kept) =>
        {
            T square = Adam.SecondMoment(kept[1], gradient, c.Beta2, c.Share2);
            UnitMoments<T> moments = UnitMoments.Of(kept[0], kept[1], gradient, square, c);
            kept[0] = Adam.FirstMoment(kept[0], gradient, c.Beta1, c.Share1);
            kept[1] = square;
            T denominator = Adam.RootOver(T.Sqrt(moments.Second), c.RootCorrection2) + moments.Epsilon;
            return Adam.UpdateBy(theta, Nadam.LookAhead(moments.First, moments.Gradient, ofMoment, ofGradient), denominator, c.LearningRate);
        };
    }
}
