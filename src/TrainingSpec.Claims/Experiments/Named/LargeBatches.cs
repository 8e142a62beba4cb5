using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments.Named;

/// <summary>D3's rates by layer: a deep character model with large batches under SGD, LARS, Adam and LAMB.</summary>
internal static class LargeBatches
{
    private const int Small = 16, Large = 256, Epochs = 20, Layers = 5;

    // A layer moves by a thirtieth of itself times the rate.
    private const double Trust = 0.03;

    // The rates for small batches; each grows with the batch.
    private static readonly (string Name, double Rate)[] Arms = [("SGD", 0.1), ("LARS", 0.1), ("Adam", 0.001), ("LAMB", 0.003)];

    private static readonly PairedDesign Design = new(new PairedMeasure("loss after 20 epochs, or that of even guesses where it is higher", Effect: 0.4, Deviation: 0.1, "nats")) { Findings = 4 };

    public static Experiment Experiment { get; } = new(Run)
    {
        Name = "large-batches",
        Question = "Which optimizers train a deep character model with batches sixteen times as large, at sixteen times the rate, in as many epochs?",
        Source = "D3, Layer-wise Adaptive Rate Scaling (D3-072 to D3-076)",
        Topic = "lars",
        Design = Design,
        Mistake = "LARS and LAMB give all layers the same rate",
        Full = Design.Full,
    };

    private static ExperimentResult Run(ExperimentSize size, bool planted)
    {
        int seeds = Design.RunsAt(size);
        string As(string name) => !planted ? name : name switch { "LARS" => "SGD", "LAMB" => "LAMB at one rate", _ => name };
        double[] reference = Of("SGD", Small, Arms[0].Rate, 0);
        double[][][] losses = [.. Arms.Select(arm => Enumerable.Range(0, seeds).Select(seed => Of(As(arm.Name), Large, arm.Rate * Large / Small, seed)).ToArray())];
        double unigram = CharText.Unigram(CharText.Windows(1, 512)), even = Real64.Log(CharModel.Start("He", 0).Vocabulary).Value;

        // A run that diverged ends as even guesses do, and not a number is no better.
        double[][] ends = [.. losses.Select(runs => runs.Select(l => l[^1] < even ? l[^1] : even).ToArray())];
        ExperimentTest[] tests = [.. Arms.Select((arm, i) => Design.Test($"{arm.Name} less counting characters", [.. ends[i].Select(l => l - unigram)]))];
        string[] trains = [.. Arms.Where((_, i) => tests[i].Direction < 0).Select(arm => arm.Name)], failed = [.. Arms.Select(arm => arm.Name).Except(trains)];
        string finding = failed.Length == 0 ? "all four train" : trains.Length == 0 ? "none trains" : $"{And(failed)} {(failed.Length == 1 ? "fails" : "fail")}, {And(trains)} {(trains.Length == 1 ? "trains" : "train")}";
        return new ExperimentResult(
            new ExperimentTable("optimizer", ["batch", "rate", "loss after 20 epochs"], [new("SGD, small batches, seed 0", Small, Arms[0].Rate, reference[^1]), .. Arms.Select((arm, i) => new ExperimentRow(arm.Name, Large, arm.Rate * Large / Small, ends[i].Average()))]),
            finding,
            Say($"{finding}: with batches of {Large} the loss of a model with {Layers} hidden layers ends at {And(Arms.Select((arm, i) => Say($"{ends[i].Average():F3} under {arm.Name} ({tests[i].P})")))}, with batches of {Small} under SGD at {reference[^1]:F3}, and counting characters alone gives {unigram:F3}; means of {seeds} seeds, and p against that"),
            new ExperimentChart("Training loss, batches of 256, seed 0", new("epoch"), new("loss (nats)"), [.. Arms.Select((arm, i) => ExperimentLine.Over(arm.Name, losses[i][0])), ExperimentLine.Over("SGD with batches of 16", reference)]))
        {
            Tests = tests,
        };
    }

    // The loss after each epoch.
    private static double[] Of(string optimizer, int batchSize, double rate, int seed) => Kept.Of((optimizer, batchSize, rate, seed), static x =>
    {
        CharModel model = CharModel.Start("He", x.seed, layers: Layers);
        ITrainingOptimizer<Real64> optimizer = x.optimizer switch
        {
            "LARS" => new LarsTraining<Real64>(new LarsOptions { LearningRate = 1, TrustCoefficient = Trust, WeightDecay = 0, Momentum = 0 }),
            "Adam" => new AdamTraining<Real64>(AdamOptions.Adam(0)),
            "LAMB" => new LambTraining<Real64>(new LambOptions { LearningRate = 1, WeightDecay = 0 }),
            "LAMB at one rate" => new LambTraining<Real64>(new LambOptions { LearningRate = 1, WeightDecay = 0, LeastRatio = 1, MostRatio = 1 }),
            _ => new SgdTraining<Real64>(new SgdOptions { LearningRate = 1 }),
        };
        Example[] text = CharText.Windows(1, 512);
        var draws = new Draws(x.seed);
        var losses = new double[Epochs];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (Example[] batch in TrainerListing.CreateBatches(text, x.batchSize, draws))
            {
                OrderedDictionary<string, Real64[]> weights = ByLayer(model, model.Theta), gradients = ByLayer(model, model.GradientOf(batch));
                optimizer.Step(weights, gradients, x.rate);
                weights.Values.SelectMany(w => w).Select(w => w.Value).ToArray().CopyTo(model.Theta, 0);
            }

            losses[epoch] = model.Mean(text);
        }

        return losses;
    });

    private static OrderedDictionary<string, Real64[]> ByLayer(CharModel model, double[] values)
    {
        var parts = new OrderedDictionary<string, Real64[]>();
        foreach ((string kind, int layer, int start, int length, _) in model.Parts)
            parts.Add(Say($"{kind} {layer}"), [.. values.Skip(start).Take(length).Select(v => new Real64(v))]);
        return parts;
    }
}
