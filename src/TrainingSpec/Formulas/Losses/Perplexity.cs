using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Perplexity: the number of equally likely choices that a loss stands for.</summary>
public static class Perplexity
{
    /// <summary>e^L for a mean loss L in nats; +∞ on overflow.</summary>
    [Formula("perplexity", TeX = @"\mathrm{PPL}", Source = "D4 Compute Loss; Jelinek et al. (1977)")]
    public static T Of<T>([Domain("L", "[0, inf)")] T loss)
        where T : IReal<T> => T.Exp(loss);
}
