using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>How many parameters a GPT has, from its shape.</summary>
/// <remarks>Source: Radford et al. (2019), section 2.3; D4 "Try It Yourself".</remarks>
public static class GptParameters
{
    /// <summary>V·C + p·T·C + L·block + 2C + (1 − tied)·V·C: all weights, biases and layer-norm gains of the model.</summary>
    /// <param name="vocabulary">V, entries of the vocabulary.</param>
    /// <param name="width">C, the embedding width.</param>
    /// <param name="layers">L, the number of blocks.</param>
    /// <param name="context">T, the positions of a learned position table.</param>
    /// <param name="mlpRatio">r, hidden width of the feed-forward part over C.</param>
    /// <param name="bias">1 where the linear maps have biases, else 0; layer norms keep theirs.</param>
    /// <param name="tied">1 where the output map shares the token table, else 0.</param>
    /// <param name="learnedPositions">1 where there is a position table, else 0.</param>
    [Formula("gpt_parameters.count", TeX = "N", Source = "Radford et al. (2019), section 2.3")]
    public static T Count<T>(
        [Domain(nameof(Hyperparameters.Vocabulary))] T vocabulary,
        [Domain(nameof(Hyperparameters.Width))] T width,
        [Domain(nameof(Hyperparameters.Layers))] T layers,
        [Domain(nameof(Hyperparameters.Context))] T context,
        [Domain(nameof(Hyperparameters.MlpRatio))] T mlpRatio,
        [Domain("b", "[0, 1]", Whole = true)] T bias,
        [Domain("w", "[0, 1]", Whole = true)] T tied,
        [Domain("p", "[0, 1]", Whole = true)] T learnedPositions)
        where T : IReal<T> =>
        vocabulary * width
        + T.Product(learnedPositions, context, width)
        + layers * Block(width, mlpRatio, bias)
        + T.Of(2) * width
        + T.Product(T.Of(1) - tied, vocabulary, width);

    /// <summary>(4 + 2r)·C² + b·(5 + r)·C + 4C: one block's attention, feed-forward part and two layer norms.</summary>
    [Formula("gpt_parameters.block", TeX = "N_{block}", Source = "Radford et al. (2019), section 2.3")]
    public static T Block<T>(
        [Domain(nameof(Hyperparameters.Width))] T width,
        [Domain(nameof(Hyperparameters.MlpRatio))] T mlpRatio,
        [Domain("b", "[0, 1]", Whole = true)] T bias)
        where T : IReal<T> =>
        (T.Of(4) + T.Of(2) * mlpRatio) * (width * width) + T.Product(bias, T.Of(5) + mlpRatio, width) + T.Of(4) * width;
}
