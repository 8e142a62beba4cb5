using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Lion, with the decay of AdamW.</summary>
/// <remarks>Source: Chen et al. (2023), Algorithm 2.</remarks>
public sealed record LionOptimizer : ElementwiseOptimizer
{
    /// <summary><c>beta1</c>, of <see cref="Hyperparameters.Beta1"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta1 { get; init => field = Hyperparameters.Beta1.Require(value); } = Hyperparameters.Beta1.Default;

    /// <summary><c>beta2</c>, of <see cref="Hyperparameters.LionBeta2"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Beta2 { get; init => field = Hyperparameters.LionBeta2.Require(value); } = Hyperparameters.LionBeta2.Default;

    internal override string Kind => "lion";

    internal override Slot[] Slots => [new("m")];

    private protected override double[] Reals => [Beta1, Beta2];

    private protected override ElementStep<T> At<T>(long step, DoubleDouble carried)
    {
        T beta1 = T.Of(Beta1), share1 = Share<T>(Beta1), beta2 = T.Of(Beta2), share2 = Share<T>(Beta2), lr = Rate<T>();
        return (theta, gradient, kept) =>
        {
            T direction = Adam.FirstMoment(kept[0], gradient, beta1, share1);
            kept[0] = Adam.FirstMoment(kept[0], gradient, beta2, share2);
            return Sgd.Update(theta, Lion.Sign(direction), lr);
        };
    }
}
