using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The average of a weight over the steps of a run, which forgets the early ones.</summary>
public static class ShadowWeights
{
    /// <summary>β·a + (1 − β)·θ: the average after another step, in units of the weight.</summary>
    [Formula("shadow_weights.update", TeX = "a_t", Source = "Polyak and Juditsky (1992), with exponential weights")]
    public static T Update<T>(
        [Domain("a_{t-1}", "(-inf, inf)")] T average,
        [Domain("\\theta_t", "(-inf, inf)")] T theta,
        [Domain(nameof(Hyperparameters.Beta))] T beta)
        where T : IReal<T> => beta * average + (T.Of(1) - beta) * theta;

    [AccuracyException("shadow_weights.update", "the average and the weight may be of opposite signs and cancel, and the roundings of both terms stay")]
    private static T UpdateUnit<T>(T average, T theta, T beta)
        where T : IReal<T> => T.Max(beta * T.Abs(average), (T.Of(1) - beta) * T.Abs(theta));
}
