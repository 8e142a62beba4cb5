using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>RAdam.</summary>
/// <remarks>Source: Liu et al. (2020), Algorithm 2, whose threshold is 4 and whose ε is 0; threshold 5 and ε beside the uncorrected root are PyTorch's.</remarks>
public sealed record RadamOptimizer : ElementwiseOptimizer
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

    /// <summary><c>threshold</c>, of <see cref="Hyperparameters.Threshold"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Threshold { get; init => field = Hyperparameters.Threshold.Require(value); } = Hyperparameters.Threshold.Default;

    /// <summary><c>eps_on</c>: ε stands beside √v̂, as Adam's does, and not beside √v.</summary>
    public bool EpsilonOnCorrected { get; init; }

    internal override string Kind => "radam";

    internal override Slot[] Slots => [new("m"), new("v", NonNegative: true)];

    private protected override double[] Reals => [Beta1, Beta2, Epsilon];

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        AdamCoefficients<T> c = AdamCoefficients.Of<T>(LearningRate, Beta1, Beta2, Epsilon, WeightDecay, step);
        DoubleDouble length = Radam.Length<DoubleDouble>(Beta2, DoubleDouble.Whole(step)), largest = Radam.LargestLength<DoubleDouble>(Beta2);
        bool rectified = length > Threshold;
        T lr = !rectified ? c.LearningRate
            : Straightforward.Is<T>() ? c.LearningRate * Radam.Rectification(Radam.Length(c.Beta2, T.Of(step)), Radam.LargestLength(c.Beta2))
            : (LearningRate * Radam.Rectification(length, largest)).To<T>();
        return (theta, gradient, kept) =>
        {
            T second = Adam.SecondMoment(kept[1], gradient, c.Beta2, c.Share2);
            UnitMoments<T> moments = UnitMoments.Of(kept[0], kept[1], gradient, second, c);
            kept[0] = Adam.FirstMoment(kept[0], gradient, c.Beta1, c.Share1);
            kept[1] = second;
            if (!rectified)
                return Sgd.Update(theta, Adam.Corrected(kept[0], c.Correction1), lr);
            T root = T.Sqrt(moments.Second), denominator = EpsilonOnCorrected ? Adam.RootOver(root, c.RootCorrection2) + moments.Epsilon : Adam.RootOver(root + moments.Epsilon, c.RootCorrection2);
            return Adam.UpdateBy(theta, Adam.Corrected(moments.First, c.Correction1), denominator, lr);
        };
    }
}
