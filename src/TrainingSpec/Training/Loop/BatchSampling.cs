using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>How data is split into training and validation parts and cut into batches, as pure functions of the seed.</summary>
/// <remarks>Source: the oracle protocol, "Data, monitoring, models"; D4 "Training Data Format", "Try It Yourself".</remarks>
public static class BatchSampling
{
    /// <summary>⌊fraction·count⌋ of the decimal that the fraction is written as: 0.9 of 10 is 9, and 13/47, rounded, of 47 is 13.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or the fraction outside [0, 1].</exception>
    public static int Part(int count, double fraction)
    {
        Domain.Require("[0, inf)", (long)count, nameof(count));
        Domain.Require("[0, 1]", fraction, nameof(fraction));
        return (int)decimal.Floor(decimal.Parse(ReadBack.Text(fraction), NumberStyles.Float, CultureInfo.InvariantCulture) * count);
    }

    /// <summary>Two parts of a text or token sequence: the first ⌊fraction·N⌋ elements for training, the rest for validation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The fraction lies outside [0, 1].</exception>
    public static (TElement[] Train, TElement[] Validation) Contiguous<TElement>(ReadOnlySpan<TElement> data, double trainFraction)
    {
        int train = Part(data.Length, trainFraction);
        return (data[..train].ToArray(), data[train..].ToArray());
    }

    /// <summary>Indices 0 … count − 1 dealt at random: ⌊count·fraction⌋ for validation, the rest for training.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or the fraction outside [0, 1].</exception>
    public static (int[] Train, int[] Validation) Split(int count, double validationFraction, ulong seed)
    {
        int validation = Part(count, validationFraction);
        int[] order = RandomStreams.Permutation(seed, 0, count);
        return (order[validation..], order[..validation]);
    }

    /// <summary>All indices once, shuffled anew each epoch, in batches; the last one may be smaller or be dropped.</summary>
    /// <param name="count">How many indices, in [0, inf).</param>
    /// <param name="batchSize">Indices of a batch, of <see cref="Hyperparameters.BatchSize"/>.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="epoch">Counted from 0; each epoch has an order of its own.</param>
    /// <param name="dropLast">True to leave out a last batch that is not full.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static int[][] Shuffled(int count, int batchSize, ulong seed, ulong epoch, bool dropLast = false)
    {
        Hyperparameters.BatchSize.Require((long)batchSize);
        int[] order = RandomStreams.Permutation(seed, epoch, count);
        var batches = new int[dropLast ? count / batchSize : (int)(((long)count + batchSize - 1) / batchSize)][];
        for (int i = 0; i < batches.Length; i++)
            batches[i] = order[(i * batchSize)..(int)Math.Min((long)(i + 1) * batchSize, count)];
        return batches;
    }

    /// <summary>How many batches <see cref="Shuffled"/> deals.</summary>
    /// <param name="count">How many indices, in [1, inf).</param>
    /// <param name="batchSize">Indices of a batch, of <see cref="Hyperparameters.BatchSize"/>.</param>
    /// <param name="dropLast">True to leave out a last batch that is not full.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static int PerEpoch(int count, int batchSize, bool dropLast = false)
    {
        Real64 examples = Domain.Require("[1, inf)", (long)count, nameof(count));
        Real64 size = Hyperparameters.BatchSize.Require((long)batchSize);
        return (int)(dropLast ? Batches.Full(examples, size) : Batches.Count(examples, size)).Value;
    }

    /// <summary>Windows at random places of a token sequence, with the same windows one place on as targets.</summary>
    /// <param name="tokens">The sequence, longer than a window.</param>
    /// <param name="length">T, tokens of a window, in [1, inf).</param>
    /// <param name="batchSize">B, windows, of <see cref="Hyperparameters.BatchSize"/>.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="step">The stream of the draws: each step has windows of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static TokenBatch Windows(ReadOnlySpan<int> tokens, int length, int batchSize, ulong seed, ulong step)
    {
        Domain.Require("[1, inf)", (long)length, nameof(length));
        Hyperparameters.BatchSize.Require((long)batchSize);
        if (tokens.Length <= length)
            throw Domain.Outside($"({length}, inf)", tokens.Length.ToString(CultureInfo.InvariantCulture), "tokens.Length");
        var words = new RandomSequence(seed, step);
        var inputs = new int[batchSize][];
        var targets = new int[batchSize][];
        for (int b = 0; b < batchSize; b++)
        {
            int start = words.Below(tokens.Length - length);
            inputs[b] = tokens.Slice(start, length).ToArray();
            targets[b] = tokens.Slice(start + 1, length).ToArray();
        }

        return new TokenBatch(inputs, targets);
    }
}
