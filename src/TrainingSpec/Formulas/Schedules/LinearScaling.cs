using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The linear scaling rule: what becomes of learning rate and warmup when the batch size changes.</summary>
/// <remarks>Source: D2 "The Linear Scaling Rule"; Goyal et al. (2017), section 2.1.</remarks>
public static class LinearScaling
{
    /// <summary>x·B′/B: a learning rate or a number of warmup steps for batches of B′ instead of B, not rounded to a whole number.</summary>
    [Formula("linear_scaling.scaled", TeX = "x'", Source = "D2 The Linear Scaling Rule; Goyal et al. (2017), section 2.1")]
    public static T Scaled<T>(
        [Domain("x", "[0, inf)")] T value,
        [Domain(nameof(Hyperparameters.Batch))] T batch,
        [Domain(nameof(Hyperparameters.NewBatch))] T newBatch)
        where T : IReal<T> => T.Proportion(value, newBatch, batch);
}
