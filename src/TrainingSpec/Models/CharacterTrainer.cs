using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Models;

/// <summary>In which order a step of D0's trainer does what it does.</summary>
public enum CharacterOrder
{
    /// <summary>Backward, clip, then decay and update at once; dropout while training; the best weights at the end.</summary>
    Working,

    /// <summary>As D0 prints it: the update comes before the clipping, which thus changes nothing; decay acts on the updated weights; no dropout is called; the last weights stay.</summary>
    Printed,
}

/// <summary>D0's configuration; the values by default are from its section "Our Character LM" and its summary, dropout and epochs are ours.</summary>
/// <remarks>Source: D0 "Our Character LM".</remarks>
public sealed record CharacterTraining
{
    // What D0 sets for this model, which is no default of anything else.
    private const double StatedRate = 0.1, StatedDecay = 1e-4, StatedMaxNorm = 1, OurDropProbability = 0.1;

    /// <summary>Epochs at most, in [1, ∞).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public int Epochs { get; init => field = (int)Domain.Require("[1, inf)", (long)value, "epochs"); } = 20;

    /// <summary>Examples of a batch, of <see cref="Hyperparameters.BatchSize"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public int BatchSize { get; init => field = (int)Hyperparameters.BatchSize.Require((long)value); } = 32;

    /// <summary>η of the first epoch, of <see cref="Hyperparameters.LearningRate"/>; it falls in a straight line from epoch to epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Rate { get; init => field = Hyperparameters.LearningRate.Require(value); } = StatedRate;

    /// <summary>λ, of <see cref="Hyperparameters.PenaltyStrength"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Decay { get; init => field = Hyperparameters.PenaltyStrength.Require(value); } = StatedDecay;

    /// <summary>The largest global norm of the gradients, of <see cref="Hyperparameters.MaxNorm"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double MaxNorm { get; init => field = Hyperparameters.MaxNorm.Require(value); } = StatedMaxNorm;

    /// <summary>Epochs in a row without a better validation loss that end the training, of <see cref="Hyperparameters.Patience"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public int Patience { get; init => field = (int)Hyperparameters.Patience.Require((long)value); } = 5;

    /// <summary>p of the hidden units' dropout, of <see cref="Hyperparameters.DropProbability"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double DropProbability { get; init => field = Hyperparameters.DropProbability.Require(value); } = OurDropProbability;

    /// <summary>Shuffles and drops.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The order.</summary>
    public CharacterOrder Order { get; init; }
}

/// <summary>An epoch of D0's trainer.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="Rate">The rate.</param>
/// <param name="Training">The mean of the batches' losses while the weights changed, in nats.</param>
/// <param name="Validation">The mean loss over the validation examples after it, in nats.</param>
/// <param name="LargestNorm">The largest norm of a batch's gradients before clipping.</param>
/// <param name="Clipped">How many batches were above the limit.</param>
public sealed record CharacterEpoch(int Epoch, double Rate, double Training, double Validation, double LargestNorm, int Clipped)
{
    /// <summary>The line that D0's trainer prints.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"Epoch {Epoch}: train_loss={Training:F4} (PPL={Real64.Exp(Training).Value:F2}), val_loss={Validation:F4} (PPL={Real64.Exp(Validation).Value:F2})");
}

/// <summary>Where a run of D0's trainer is between two epochs: what another run needs to go on to the same bits.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Weights">The weights, by name.</param>
/// <param name="Best">Those of the least validation loss, in the same order; null before the first epoch.</param>
/// <param name="Epochs">The epochs so far.</param>
public sealed record CharacterState<T>(OrderedDictionary<string, T[]> Weights, T[][]? Best, IReadOnlyList<CharacterEpoch> Epochs)
    where T : IReal<T>;

/// <summary>D0's whole trainer: shuffled mini-batches, a falling rate, decay, clipping, dropout, validation, early stopping.</summary>
/// <remarks>Source: D0 "A Complete Training Function".</remarks>
public static class CharacterTrainer
{
    /// <summary>Trains in place.</summary>
    /// <param name="config">The shape.</param>
    /// <param name="weights">The weights, which are changed.</param>
    /// <param name="training">The examples for training, at least one.</param>
    /// <param name="validation">Those for validation, at least one.</param>
    /// <param name="options">How.</param>
    /// <param name="pass">What gives loss and gradients.</param>
    /// <param name="ended">Told of each epoch.</param>
    /// <param name="from">Where a run of the same settings was, whose weights are those given; null for the start.</param>
    /// <param name="saved">Told where the run is after each epoch, with the live weights; true ends it there, with the last weights.</param>
    /// <returns>The epochs, those before included.</returns>
    /// <exception cref="NonFiniteException">The gradients' norm is NaN or infinite.</exception>
    public static IReadOnlyList<CharacterEpoch> Run<T>(
        CharacterConfig config, OrderedDictionary<string, T[]> weights, IReadOnlyList<CharacterExample> training, IReadOnlyList<CharacterExample> validation,
        CharacterTraining options, CharacterPass<T> pass, Action<CharacterEpoch>? ended = null, CharacterState<T>? from = null, Func<CharacterState<T>, bool>? saved = null)
        where T : struct, IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pass);
        var stopper = new EarlyStopper<T>(new EarlyStoppingOptions { Patience = options.Patience });
        List<CharacterEpoch> epochs = [.. from?.Epochs ?? []];

        // Each better epoch takes the best weights; the last of them is the one whose they are.
        foreach (CharacterEpoch before in epochs)
            stopper.Observe(T.Of(before.Validation), from!.Best);
        for (int epoch = epochs.Count; epoch < options.Epochs && stopper.StopAt is null; epoch++)
        {
            double rate = Schedules.LinearDecay<Real64>(options.Rate, options.Epochs, epoch).Value, sum = 0, largest = 0;
            int[][] batches = BatchSampling.Shuffled(training.Count, options.BatchSize, options.Seed, (ulong)epoch);
            int clipped = 0;
            for (int b = 0; b < batches.Length; b++)
            {
                int[] batch = batches[b];
                (T loss, T[][] gradients) = pass(config, weights, [.. batch.Select(i => training[i])], Kept<T>(config, options, batch.Length, (ulong)epoch * (ulong)batches.Length + (ulong)b));
                GlobalNormClip<T> clip = GradientClipping.ByGlobalNorm(gradients, options.MaxNorm);
                Update([.. weights.Values], options.Order == CharacterOrder.Working ? clip.Gradients : gradients, rate, options);
                sum += T.ToDouble(loss);
                largest = Math.Max(largest, T.ToDouble(clip.TotalNorm));
                clipped += T.ToDouble(clip.Scale) < 1 ? 1 : 0;
            }

            T observed = CharacterModel.Mean(config, weights, validation);
            stopper.Observe(observed, [.. weights.Values]);
            epochs.Add(new(epoch + 1, rate, sum / batches.Length, T.ToDouble(observed), largest, clipped));
            ended?.Invoke(epochs[^1]);
            if (saved?.Invoke(new(weights, stopper.BestParameters(), epochs)) == true)
                return epochs;
        }

        if (options.Order == CharacterOrder.Working && stopper.BestParameters() is { } best)
        {
            for (int i = 0; i < best.Length; i++)
                best[i].CopyTo(weights.GetAt(i).Value, 0);
        }

        return epochs;
    }

    private static void Update<T>(T[][] weights, T[][] gradients, double rate, CharacterTraining options)
        where T : IReal<T>
    {
        (T lr, T lambda) = (T.Of(rate), T.Of(options.Decay));
        for (int i = 0; i < weights.Length; i++)
        {
            for (int j = 0; j < weights[i].Length; j++)
            {
                weights[i][j] = options.Order == CharacterOrder.Working
                    ? L2Penalty.DecayedStep(weights[i][j], gradients[i][j], lr, lambda)
                    : AdamW.DecayUpdated(Sgd.Update(weights[i][j], gradients[i][j], lr), lr, lambda);
            }
        }
    }

    // A stream of its own for each step.
    private static T[][]? Kept<T>(CharacterConfig config, CharacterTraining options, int examples, ulong step)
        where T : struct, IReal<T>
    {
        if (options.Order == CharacterOrder.Printed || options.DropProbability == 0)
            return null;
        var ones = new T[examples * config.Hidden];
        Array.Fill(ones, T.Of(1));
        return [.. DropoutLayer.Forward<T>(ones, options.DropProbability, training: true, options.Seed, (1UL << 33) + step).Output.Chunk(config.Hidden)];
    }
}
