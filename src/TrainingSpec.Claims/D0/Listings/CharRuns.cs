using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.D0.Listings;

/// <summary>A training run of the character model, all that it depends on by value.</summary>
internal sealed record CharRun
{
    /// <summary>Of the weights and of the shuffling.</summary>
    public int Seed { get; init; }

    /// <summary>The rate at the start.</summary>
    public required double Rate { get; init; }

    public int Epochs { get; init; } = 10;

    public int BatchSize { get; init; } = 32;

    public string Scheme { get; init; } = "He";

    public int Layers { get; init; } = 1;

    public int Hidden { get; init; } = 16;

    public HiddenFunction Function { get; init; } = HiddenFunction.Relu;

    public double WeightDecay { get; init; }

    public double MaxNorm { get; init; } = double.PositiveInfinity;

    public int Patience { get; init; } = int.MaxValue;

    /// <summary>True for a constant rate; false for the document's linear decay.</summary>
    public bool Constant { get; init; } = true;

    public int Examples { get; init; } = 512;

    /// <summary>Steps of a linear warmup before the rate is constant; 0 for none.</summary>
    public int Warmup { get; init; }

    /// <summary>The run ends after the first epoch whose training loss is below this; held-out text is looked at in the end alone then.</summary>
    public double Until { get; init; } = double.NegativeInfinity;

    /// <summary>False where nobody asks for losses on held-out text, which cost more than the training does.</summary>
    public bool Validates { get; init; } = true;

    /// <summary>Runs it, once for the same inputs.</summary>
    public CharOutcome Run() => Kept.Of(this, static run => run.Ran());

    /// <summary>The training text: 512 examples for all seeds unless told otherwise.</summary>
    public Example[] Text() => CharText.Windows(1, Examples);

    /// <summary>Text of the same law that is not trained on.</summary>
    public static Example[] HeldOut() => CharText.Windows(2, 500);

    private CharOutcome Ran()
    {
        CharModel model = CharModel.Start(Scheme, Seed, layers: Layers, hidden: Hidden, function: Function);
        TrainerListing trainer = TrainerListing.ClippingFirst();
        Example[] train = Text(), validation = Validates ? HeldOut() : [];
        List<EpochLog> log = [];
        bool whole = double.IsNegativeInfinity(Until);
        if (Warmup == 0 && whole)
        {
            log = trainer.Train(model, train, validation, new TrainerConfig(Epochs, BatchSize, Rate, WeightDecay, MaxNorm, Patience, Constant), Seed);
        }
        else
        {
            var draws = new Draws(Seed);
            int step = 0;
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                List<Example[]> batches = TrainerListing.CreateBatches(train, BatchSize, draws);
                double mean = batches.Average(batch => trainer.Batch(model, batch, Rate * Math.Min(1, ++step / (double)Warmup), MaxNorm, WeightDecay));
                log.Add(new EpochLog(epoch + 1, Rate, mean, Validates && whole ? model.Mean(validation) : double.NaN));
                if (mean < Until)
                    break;
            }
        }

        return new CharOutcome(log, [.. trainer.Norms], [.. trainer.BatchLosses], model.Mean(train), model.Mean(validation), TrainerListing.Norm(model.Theta));
    }
}

/// <summary>What a run ended at.</summary>
/// <param name="Log">Epoch by epoch.</param>
/// <param name="Norms">Of the gradient at each update, before clipping.</param>
/// <param name="BatchLosses">As train_batch returns them.</param>
/// <param name="Train">The mean loss on the training text at the end.</param>
/// <param name="HeldOut">The mean loss on held-out text at the end.</param>
/// <param name="ParameterNorm">At the end.</param>
internal sealed record CharOutcome(IReadOnlyList<EpochLog> Log, double[] Norms, double[] BatchLosses, double Train, double HeldOut, double ParameterNorm);
