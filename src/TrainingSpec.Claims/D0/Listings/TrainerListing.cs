using System.Globalization;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.D0.Listings;

/// <summary>What the document's training functions are called with.</summary>
internal sealed record TrainerConfig(int Epochs, int BatchSize, double LearningRate, double WeightDecay = 0, double MaxNorm = double.PositiveInfinity, int Patience = int.MaxValue, bool Constant = false);

/// <summary>What an epoch logs.</summary>
internal readonly record struct EpochLog(int Epoch, double Rate, double Train, double Validation);

/// <summary>The document's training functions: steps in the order in which the listings write them.</summary>
/// <remarks>Source: D0 "Batching: Implementation", "Gradient Clipping", "A Complete Training Function".</remarks>
/// <param name="steps">The steps for a batch: forward, zero, backward, update, clip, decay.</param>
internal sealed class TrainerListing(IReadOnlyList<string> steps)
{
    /// <summary>Norms of the mean gradient at each update, before clipping.</summary>
    public List<double> Norms { get; } = [];

    /// <summary>Losses of batches, as train_batch returns them.</summary>
    public List<double> BatchLosses { get; } = [];

    /// <summary>The rate of each batch.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>The steps that the listings write: those of train_batch in the place where the training function calls it.</summary>
    public static TrainerListing Written(DocumentFacts facts) => new(
        [.. facts["train_model calls"].Rows.SelectMany(call => call[1].Text switch
        {
            "train_batch" => facts["train_batch steps"].Rows.Select(step => step[1].Text),
            "clip_gradients" => ["clip"],
            "apply_weight_decay" => ["decay"],
            var other => [other],
        })]);

    /// <summary>The steps in the order in which clipping has an effect.</summary>
    public static TrainerListing ClippingFirst() => new(["forward", "zero", "backward", "clip", "update", "decay"]);

    /// <summary>create_batches: the caller's list is shuffled, and cut into slices.</summary>
    /// <exception cref="PythonRaises">ValueError: the batch size is 0.</exception>
    public static List<Example[]> CreateBatches(IList<Example> examples, int batchSize, Draws draws)
    {
        Python.Shuffle(examples, draws);
        Example[] shuffled = [.. examples];
        return [.. Python.Range(0, examples.Count, batchSize).Select(i => Python.Slice(shuffled, i, i + batchSize))];
    }

    /// <summary>The steps for one batch; returns the loss that train_batch returns.</summary>
    /// <exception cref="PythonRaises">ZeroDivisionError: an empty batch.</exception>
    public double Batch(CharModel model, IReadOnlyList<Example> batch, double rate, double maxNorm = double.PositiveInfinity, double decay = 0)
    {
        double loss = double.NaN;
        Func<Example, CharForward> forward = model.ForwardAtFixedParameters();
        foreach (string step in steps)
        {
            switch (step)
            {
                case "forward":
                    loss = Python.Divide(batch.Sum(e => forward(e).Losses[e.Target]), batch.Count);
                    break;
                case "zero":
                    Array.Clear(model.Gradient);
                    break;
                case "backward":
                    model.Backward(batch, forward);
                    Norms.Add(Norm(model.Gradient));
                    break;
                case "update":
                    for (int i = 0; i < model.Theta.Length; i++)
                        model.Theta[i] -= rate * model.Gradient[i];
                    forward = model.ForwardAtFixedParameters();
                    break;
                case "clip":
                    double norm = double.IsInfinity(maxNorm) ? 0 : Norm(model.Gradient), scale = maxNorm / norm;
                    for (int i = 0; norm > maxNorm && i < model.Gradient.Length; i++)
                        model.Gradient[i] *= scale;
                    break;
                case "decay":
                    if (decay == 0)
                        break;
                    for (int i = 0; i < model.Theta.Length; i++)
                        model.Theta[i] -= rate * decay * model.Theta[i];
                    forward = model.ForwardAtFixedParameters();
                    break;
                default:
                    throw new ClaimDataException($"{step} is none of forward, zero, backward, update, clip, decay");
            }
        }

        BatchLosses.Add(loss);
        Rates.Add(rate);
        return loss;
    }

    /// <summary>train_model: epochs with a rate that falls linearly, the training loss of the batches, the validation loss at the end, the stop.</summary>
    /// <exception cref="PythonRaises">ZeroDivisionError: no training data.</exception>
    public List<EpochLog> Train(CharModel model, IList<Example> train, IReadOnlyList<Example> validation, TrainerConfig config, int seed)
    {
        var draws = new Draws(seed);
        List<EpochLog> log = [];
        double best = double.PositiveInfinity;
        int count = 0;
        for (int epoch = 0; epoch < config.Epochs; epoch++)
        {
            double rate = config.Constant ? config.LearningRate : config.LearningRate * (1 - (double)epoch / config.Epochs), sum = 0;
            List<Example[]> batches = CreateBatches(train, config.BatchSize, draws);
            foreach (Example[] batch in batches)
                sum += Batch(model, batch, rate, config.MaxNorm, config.WeightDecay);
            double trainLoss = Python.Divide(sum, batches.Count), validationLoss = validation.Count == 0 ? double.NaN : model.Mean(validation);
            log.Add(new EpochLog(epoch + 1, rate, trainLoss, validationLoss));
            if (validationLoss < best)
                (best, count) = (validationLoss, 0);
            else if (++count >= config.Patience)
                break;
        }

        return log;
    }

    /// <summary>The line that an epoch prints.</summary>
    /// <exception cref="PythonRaises">OverflowError: the exponential of a loss.</exception>
    public static string Line(EpochLog log, int lossDecimals, int perplexityDecimals) => string.Create(
        CultureInfo.InvariantCulture,
        $"Epoch {log.Epoch}: train_loss={PythonFormat.Fixed(log.Train, lossDecimals)} (PPL={PythonFormat.Fixed(Python.Exp(log.Train), perplexityDecimals)}), val_loss={PythonFormat.Fixed(log.Validation, lossDecimals)} (PPL={PythonFormat.Fixed(Python.Exp(log.Validation), perplexityDecimals)})");

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(double[] values)
    {
        double sum = 0;
        foreach (double x in values)
            sum += x * x;
        return Math.Sqrt(sum);
    }
}
