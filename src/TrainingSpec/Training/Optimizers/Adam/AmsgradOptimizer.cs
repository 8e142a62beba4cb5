using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>AMSGrad, with Adam's bias correction where it is asked for.</summary>
/// <remarks>Source: Reddi, Kale and Kumar (2018), Algorithm 2, which corrects no bias; with correction as PyTorch's Adam with amsgrad.</remarks>
public sealed record AmsgradOptimizer : ElementwiseOptimizer
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

    /// <summary><c>bias_correction</c>: divide the moments by 1 − βᵗ.</summary>
    public bool BiasCorrection { get; init; } = true;

    /// <summary><c>eps_inside_root</c>: the variant with ε inside the root.</summary>
    public bool EpsilonInsideRoot { get; init; }

    /// <summary><c>max_of</c>: the maximum is that of the corrected moments, and is not corrected again.</summary>
    public bool MaximumOfCorrected { get; init; }

    /// <summary><c>eps_on</c>: ε stands beside the root of the maximum before it is corrected, as Keras' Adam with amsgrad has it.</summary>
    public bool EpsilonOnMoment { get; init; }

    internal override string Kind => "amsgrad";

    internal override Slot[] Slots => [new("m"), new("v", NonNegative: true), new("largest", NonNegative: true)];

    private protected override double[] Reals => [Beta1, Beta2, Epsilon];

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        double epsilon = EpsilonOnMoment && BiasCorrection ? AdamCoefficients.EpsilonOnMoment(Epsilon, Beta2, step, EpsilonInsideRoot) : Epsilon;
        AdamCoefficients<T> c = AdamCoefficients.Of<T>(LearningRate, Beta1, Beta2, epsilon, WeightDecay, BiasCorrection ? step : null);
        T one = T.Of(1), rootEpsilon = EpsilonInsideRoot ? T.Sqrt(c.Epsilon) : c.Epsilon, correction = MaximumOfCorrected ? one : c.Correction2, rootCorrection = MaximumOfCorrected ? one : c.RootCorrection2;
        return (theta, gradient, kept) =>
        {
            T second = Adam.SecondMoment(kept[1], gradient, c.Beta2, c.Share2);
            // The corrected moment may be more than the number holds where the moment is not.
            T corrected = Adam.Corrected(second, c.Correction2), looked = MaximumOfCorrected ? T.IfLess(corrected, T.Of(double.PositiveInfinity), second, corrected) : second;
            UnitMoments<T> moments = UnitMoments.Of(kept[0], kept[1], gradient, looked, T.Max(T.Sqrt(kept[2]), rootEpsilon), c);
            T largest = Amsgrad.Largest(moments.Square(kept[2]), MaximumOfCorrected ? Adam.Corrected(moments.Second, c.Correction2) : moments.Second);
            kept[0] = Adam.FirstMoment(kept[0], gradient, c.Beta1, c.Share1);
            kept[1] = second;
            kept[2] = Amsgrad.Largest(kept[2], MaximumOfCorrected ? corrected : second);
            T root = Adam.RootOver(T.Sqrt(largest), rootCorrection);
            T denominator = EpsilonInsideRoot ? Norms.RootOfSum(Adam.Corrected(largest, correction), moments.Square(c.Epsilon), root) : root + moments.Epsilon;
            return Adam.UpdateBy(theta, Adam.Corrected(moments.First, c.Correction1), denominator, c.LearningRate);
        };
    }
}
