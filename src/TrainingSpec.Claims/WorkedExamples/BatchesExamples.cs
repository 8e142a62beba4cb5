using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Splits, the batches of some epochs, windows of a token sequence, and how far the mean gradient of a batch strays.</summary>
public static class BatchesExamples
{
    private const ulong Seed = 1;

    /// <summary>D0's sizes (D0-099) over three epochs, the sizes of D4's corpus both ways (D4-150, D0-113, D0-114), and windows of ten tokens.</summary>
    [GoldenSource]
    public static GoldenDocument Epochs()
    {
        Claim epoch = ExampleNumbers.Claim("D0-099"), corpus = ExampleNumbers.Claim("D4-150");
        (int count, int size) = (epoch.GivenInteger("N"), epoch.GivenInteger("B"));
        var document = new GoldenDocument("batches", "Epochs").Add("examples", count).Add("batch size", size).Add("batches", BatchSampling.PerEpoch(count, size))
            .Add("full batches", BatchSampling.PerEpoch(count, size, dropLast: true));
        for (ulong number = 0; number < 3; number++)
        {
            int[][] batches = BatchSampling.Shuffled(count, size, Seed, number);
            for (int b = 0; b < batches.Length; b++)
                document.Add(Invariant($"epoch {number}.batch {b}"), batches[b]);
            document.Add(Invariant($"epoch {number}.examples of full batches"), BatchSampling.Shuffled(count, size, Seed, number, dropLast: true).SelectMany(b => b));
        }

        (int[] train, int[] validation) = BatchSampling.Split(count, ExampleNumbers.Claim("D0-113").GivenNumber("val_fraction"), Seed);
        document.Add("split.training", train).Add("split.validation", validation);

        // D4 takes the floor for training, D0 for validation: one character goes from the one to the other. 0.29 of 100 is 29, not the 28 of its binary form.
        int n = corpus.GivenInteger("N"), trainSize = BatchSampling.Part(n, corpus.GivenNumber("fraction")), validationSize = BatchSampling.Part(n, ExampleNumbers.Claim("D0-113").GivenNumber("val_fraction"));
        document.Add("corpus.characters", n).Add("corpus.training by D4", trainSize).Add("corpus.validation by D4", n - trainSize)
            .Add("corpus.training by D0", n - validationSize).Add("corpus.validation by D0", validationSize)
            .Add("0.29 of 100", BatchSampling.Part(100, 0.29)).Add("0.9 of 10", BatchSampling.Part(10, 0.9)).Add("all of 7", BatchSampling.Part(7, 1));

        int[] tokens = [.. Enumerable.Range(0, 10).Select(i => i * i)];
        document.Add("tokens", tokens);
        for (ulong step = 0; step < 2; step++)
        {
            TokenBatch windows = BatchSampling.Windows(tokens, 4, 3, Seed, step);
            for (int row = 0; row < 3; row++)
                document.Add(Invariant($"step {step}, window {row}.input"), windows.Inputs[row]).Add(Invariant($"step {step}, window {row}.target"), windows.Targets[row]);
        }

        return document;
    }

    /// <summary>Six gradients, their spread with n and with n − 1 below the sum, and the variance of the mean of B of them, drawn independently and dealt without repetition.</summary>
    [GoldenSource]
    public static GoldenDocument MeanGradient()
    {
        Real64[] gradients = [1, 2, 4, 7, -3, 1];
        Real64 variance = Monitoring.Variance<Real64>(gradients), sample = variance * gradients.Length / (gradients.Length - 1);
        var document = new GoldenDocument("batches", "MeanGradient").Add("gradients", gradients).Add("mean", Monitoring.Mean<Real64>(gradients))
            .Add("variance, n below the sum", variance).Add("variance, n - 1 below the sum", sample);
        for (int size = 1; size <= gradients.Length; size++)
        {
            string key = Invariant($"batch of {size}");
            document.Add(key + ".independent draws", Batches.Variance(variance, size)).Add(key + ".without repetition", Batches.VarianceWithoutReplacement(sample, size, gradients.Length));
        }

        return document;
    }
}
