using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Batch Size Selection": the table of batch sizes.</summary>
internal static class BatchSize
{
    /// <summary>Every batch size up to twice the largest printed one, and in how many rows it stands.</summary>
    [Claim("D2-019")]
    [Turn("D2/batch sizes/rows", "[[\"Small\", \"1-255\", \"noisy\"], [\"Medium\", \"256-1999\", \"\"], [\"Large\", \"2K+\", \"may need LR tuning\"]]", Verdict.Confirmed)]
    internal static Finding Partition(Document document)
    {
        PrintedRange[] ranges = [.. Rows(document).Select(r => r.Range)];
        const int Most = 4096;
        int[] Of(Func<int, bool> rows) => [.. Enumerable.Range(1, Most).Where(size => rows(ranges.Count(r => r.Contains(size))))];
        int[] none = Of(n => n == 0), several = Of(n => n > 1);
        Working.Counted("sizes that stand in no row", none.Length, Most);
        Working.Value("sizes that stand in several", several);
        return Judge.Holds(
            none.Length == 0 && several.Length == 0,
            Say($"{none.Length} sizes in no row, {several.Length} in two"),
            Say($"each size from 1 to {Most} stands in exactly one row"),
            Say($"the sizes {(none.Length > 0 ? Say($"{none[0]} to {none[^1]}") : "of none")} stand in no row, {And(several.Select(s => Say($"{s}")))} in two with different drawbacks"));
    }

    /// <summary>The row of small batches: noise, memory, use of a GPU and the loss on held-out data, each against the row of large ones.</summary>
    [Claim("D2-020")]
    [Turn("facts/held-out loss", "higher", Verdict.Imprecise)]
    [Turn("facts/noise", "lower", Verdict.Erratum)]
    [Turn("facts/memory", "more", Verdict.Erratum)]
    internal static Finding Small(Claim claim, Document document)
    {
        int small = (int)Ends(claim.GivenText("range"))[0].ToDouble(), large = (int)Rows(document)[^1].Range.Low!.Value.ToDouble();
        double noise = Noise(small) / Noise(large), use = Use(claim, small);
        Working.Value(Say($"variance of a batch's mean gradient, {small} examples over {large}"), noise);
        Working.Value(Say($"activations held, {small} examples over {large}"), (double)small / large);
        (PairedOutcome one, PairedOutcome many) = (Runs(small, large, 1), Runs(small, large, 60));
        string stated = claim.Facts["held-out loss"].Text;
        return Judge.All(
            Judge.Stated(claim, "noise", noise > 1 ? "higher" : "lower", Say($"{noise:F1} times the variance"), Say($"a gradient over {small} examples has {noise:F1} times the variance of one over {large}")),
            Judge.Stated(claim, "memory", small < large ? "less" : "more", Say($"{(double)small / large:G3} of the activations"), Say($"activations are held per example: {small} of {large}")),
            Judge.Stated(claim, "GPU use", use < 0.5 ? "low" : "high", Say($"{use:F2} of the arithmetic rate"), Say($"a half-precision layer does one multiplication and one addition per weight and example, so reading the weights bounds {small} examples to {use:F2} of the peak of a GPU with the recorded data-sheet rates")),
            Judge.Conditional(
                one.Direction == stated && many.Direction == stated,
                one.Direction == stated || many.Direction == stated,
                one.Direction == stated ? "where the run is so short that the large batch makes few updates" : "where the run is long",
                $"{one.Direction} after 1 epoch, {many.Direction} after 60",
                Say($"at the same rate the loss on held-out data with batches of {small} is {one.Direction} than with {large} after 1 epoch ({one.Lower} of {one.Values.Count} pairs lower) and {many.Direction} after 60 ({many.Higher} higher): the noise that is left keeps the small batch away from the minimum")));
    }

    /// <summary>The row of medium batches lists no drawback; at its ends the neighbouring rows do.</summary>
    [Claim("D2-021")]
    [Turn("given/range", "257-1999", Verdict.Confirmed)]
    internal static Finding Medium(Claim claim, Document document)
    {
        Rational[] ends = Ends(claim.GivenText("range"));
        (string Name, Rational Size, string Drawback)[] also = [.. from end in ends from row in Rows(document) where row.Drawback.Length > 0 && row.Range.Contains(end) select (row.Name, end, row.Drawback)];
        Working.Counted("ends of the range at which another row lists drawbacks", also.Length, ends.Length);
        return Judge.Agrees(
            also.Length == 0,
            "D2-020 and D2-022",
            Say($"{also.Length} of {ends.Length} ends"),
            also.Length == 0 ? "no size of the row stands in another row" : $"the row lists no drawback for {And(also.Select(a => Say($"{a.Size}")))}, the table's other rows do: {And(also.Select(a => Say($"{a.Name}: {a.Drawback}")))}");
    }

    /// <summary>The row of large batches: noise against a medium one; one epoch at the same rate, on the data and on held-out data; the rate scaled.</summary>
    [Claim("D2-022")]
    [Turn("facts/noise", "higher", Verdict.Erratum)]
    [Turn("facts/training loss at the same rate", "lower", Verdict.Erratum)]
    [Turn("facts/held-out loss", "lower", Verdict.Erratum)]
    internal static Finding Large(Claim claim, Document document)
    {
        int medium = (int)Rows(document)[1].Range.Low!.Value.ToDouble(), large = (int)Rows(document)[^1].Range.Low!.Value.ToDouble();
        double noise = Working.Value(Say($"variance of a batch's mean gradient, {large} examples over {medium}"), Noise(large) / Noise(medium));
        PairedOutcome training = new PairedRuns("does a large batch need another rate", "loss on the training data after 1 epoch", 20)
            .Run(Say($"with batches of {large}"), Say($"with {medium}"), seed => (Run(seed, large, 1, 0.1).Training, Run(seed, medium, 1, 0.1).Training));
        PairedOutcome tuned = new PairedRuns("does the scaled rate help", "loss on the training data after 1 epoch", 20)
            .Run("at 8 times the rate", "at the same rate", seed => (Run(seed, large, 1, 0.8).Training, Run(seed, large, 1, 0.1).Training));
        PairedOutcome heldOut = Runs(large, medium, 1);
        double use = Use(document["D2-020"], large);
        return Judge.All(
            Judge.Stated(claim, "GPU use", use > 0.9 ? "high" : "low", Say($"{use:F2} of the arithmetic rate"), Say($"reading the weights bounds {large} examples to {use:F2} of the peak of a GPU with the recorded data-sheet rates")),
            Judge.Stated(claim, "noise", noise < 1 ? "lower" : "higher", Say($"{noise:F3} of the variance"), Say($"a gradient over {large} examples has {noise:F3} of the variance of one over {medium}")),
            Judge.Stated(claim, "training loss at the same rate", training.Direction, $"{training.Higher} of {training.Values.Count} higher", Say($"{training}; {tuned}")),
            Judge.Stated(claim, "held-out loss", heldOut.Direction, $"{heldOut.Higher} of {heldOut.Values.Count} higher held out", heldOut.ToString()));
    }

    /// <summary>The table's rows with their ranges and drawbacks.</summary>
    internal static (string Name, PrintedRange Range, string Drawback)[] Rows(Document document) => [.. document.Facts["batch sizes"]["rows"].Rows.Select(r => (
        r[0].Text, PrintedRange.TryParse(r[1].Text, out PrintedRange? range) ? range : throw new ClaimDataException($"{document.Name}: batch sizes/rows holds no range {r[1].Text}"), r[2].Text))];

    private static Rational[] Ends(string range) => [.. PrintedNumber.All(range).Select(n => n.Value)];

    // The share of a GPU's arithmetic rate that a matrix in half precision can reach: 2 operations per example for the 2 bytes of a weight.
    private static double Use(Claim claim, int batch) => Working.Value(Say($"share of the arithmetic rate that {batch} examples can reach"), Math.Min(1, Working.Value("operations per byte of weights", (double)batch) / Working.Value("operations that the GPU does per byte that it reads", claim.Facts["operations per second"].Number / claim.Facts["bytes per second"].Number)));

    // The variance of a batch's mean gradient over many batches of a linear regression, at zero weights.
    private static double Noise(int batch) => Kept.Of(batch, static size =>
    {
        const int Batches = 60;
        var draws = new Draws(220);
        double[] means = [.. Enumerable.Range(0, Batches).Select(_ => Enumerable.Range(0, size).Average(_ => draws.Normal() * draws.Uniform(-2, 2)))];
        double middle = means.Average();
        return means.Sum(m => (m - middle) * (m - middle)) / (Batches - 1);
    });

    private static PairedOutcome Runs(int first, int second, int epochs) => new PairedRuns(Say($"does the batch size change what is learnt in {epochs} epochs"), "loss on held-out data", 20, Least: 1e-4)
        .Run(Say($"with batches of {first}"), Say($"with {second}"), seed => (Run(seed, first, epochs, 0.1).HeldOut, Run(seed, second, epochs, 0.1).HeldOut));

    /// <summary>A linear regression of 10 weights on 2048 noisy examples by SGD: the losses on them and on as many others.</summary>
    internal static (double Training, double HeldOut) Run(int seed, int batch, int epochs, double rate) => Kept.Of((seed, batch, epochs, rate), static x =>
    {
        const int Examples = 2048, Width = 10;
        (double[][] inputs, double[] targets) = Kept.Of(x.seed, static seed =>
        {
            var draws = new Draws(2200 + seed);
            double[] truth = DeepStack.Rows(draws, 1, Width)[0];
            double[][] rows = DeepStack.Rows(draws, 2 * Examples, Width);
            return (rows, rows.Select(row => row.Zip(truth, (a, b) => a * b).Sum() + draws.Normal()).ToArray());
        });
        var w = new double[Width];
        for (int step = 0; step < x.epochs * (Examples / x.batch); step++)
        {
            var gradient = new double[Width];
            for (int k = 0; k < x.batch; k++)
            {
                int i = (step * x.batch + k) % Examples;
                double distance = Distance(i);
                for (int j = 0; j < Width; j++)
                    gradient[j] += distance * inputs[i][j] / x.batch;
            }

            for (int j = 0; j < Width; j++)
                w[j] -= x.rate * gradient[j];
        }

        return (Enumerable.Range(0, Examples).Average(i => Distance(i) * Distance(i) / 2), Enumerable.Range(Examples, Examples).Average(i => Distance(i) * Distance(i) / 2));

        double Distance(int i)
        {
            double sum = -targets[i];
            for (int j = 0; j < Width; j++)
                sum += w[j] * inputs[i][j];
            return sum;
        }
    });
}
