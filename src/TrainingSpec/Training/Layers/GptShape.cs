using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>The sizes of a GPT; each is checked when it is set, and errors use the oracle protocol's names.</summary>
/// <remarks>Source: Radford et al. (2019), section 2.3; D4 "Try It Yourself".</remarks>
public sealed record GptShape
{
    /// <summary><c>vocab</c>: entries of the vocabulary, of <see cref="Hyperparameters.Vocabulary"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required long Vocabulary { get; init => field = Hyperparameters.Vocabulary.Require(value); }

    /// <summary><c>width</c>: the embedding width, of <see cref="Hyperparameters.Width"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required long Width { get; init => field = Hyperparameters.Width.Require(value); }

    /// <summary><c>layers</c>: blocks, of <see cref="Hyperparameters.Layers"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required long Layers { get; init => field = Hyperparameters.Layers.Require(value); }

    /// <summary><c>context</c>: positions, of <see cref="Hyperparameters.Context"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required long Context { get; init => field = Hyperparameters.Context.Require(value); }

    /// <summary><c>mlp_ratio</c>: hidden width of the feed-forward part over the embedding width, of <see cref="Hyperparameters.MlpRatio"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public long MlpRatio { get; init => field = Hyperparameters.MlpRatio.Require(value); } = (long)Hyperparameters.MlpRatio.Default;

    /// <summary><c>bias</c>: whether the linear maps have biases; layer norms keep theirs.</summary>
    public bool Bias { get; init; } = true;

    /// <summary><c>tied</c>: whether the output map shares the token table.</summary>
    public bool Tied { get; init; } = true;

    /// <summary><c>learned_positions</c>: whether there is a position table.</summary>
    public bool LearnedPositions { get; init; } = true;

    /// <summary>How many parameters the model has, exactly.</summary>
    /// <exception cref="OverflowException">The number is above 2⁵³, where binary64 would round it.</exception>
    public long CountParameters()
    {
        // All summands are whole and at least 0, so each is exact where the sum is at most 2^53.
        double count = GptParameters.Count<Real64>(
            Vocabulary, Width, Layers, Context, MlpRatio, Bias ? 1 : 0, Tied ? 1 : 0, LearnedPositions ? 1 : 0);
        return count < 1L << 53
            ? (long)count
            : throw new OverflowException($"the parameters of {this} are outside [0, 2^53)");
    }
}
