using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Exercises": each one done.</summary>
internal static class Exercises
{
    private const int ScalingEpochs = 10;

    /// <summary>Four initializations of one tanh stack: the loss after training, and which gradients are zero with zero weights.</summary>
    [Claim("D2-130")]
    [Turn("facts/starts", "[\"uniform\", \"uniform\", \"Xavier\", \"Kaiming\"]", Verdict.Erratum)]
    internal static Finding FourInitializations(Claim claim)
    {
        string[] starts = claim.Facts["starts"].Texts;
        double[] losses = [.. starts.Select(start => Losses(start)[^1])];
        Working.Tried("a stack of 4 tanh layers of 12 units, 200 steps of gradient descent at the rate 3 towards its input moved on by one place, mean loss of 2 seeds");
        for (int i = 0; i < starts.Length; i++)
            Working.Value($"loss at the end from {starts[i]}", losses[i]);
        (double weights, double biases) = Kept.Of(0, static _ => ZeroGradients());
        Working.Value("largest gradient of a weight with zero weights and biases", weights);
        Working.Value("of a bias of the last layer", biases);
        return Judge.Holds(
            starts[0] == "zeros" && losses.Skip(1).All(l => l < losses[0]) && weights == 0 && biases > 0,
            string.Join(", ", starts.Zip(losses).Select(p => Say($"{p.First} {p.Second:G3}"))),
            Say($"the loss ends at {And(starts.Zip(losses).Select(p => Say($"{p.Second:G3} from {p.First}")))}; from zeros every weight's gradient is 0 and the last layer's biases alone learn"),
            Say($"the loss ends at {And(starts.Zip(losses).Select(p => Say($"{p.Second:G3} from {p.First}")))}"));
    }

    /// <summary>Batches of 16 to 1024 with rates in proportion, as many epochs each; and a base rate from which the largest batch diverges.</summary>
    [Claim("D2-131")]
    [Turn("facts/rate", "the same", Verdict.Erratum)]
    internal static Finding ScalingVerified(Claim claim)
    {
        bool scaled = claim.Facts["rate"].Text == "in proportion";
        int[] batches = [16, 64, 256, 1024];
        double[] losses = [.. batches.Select(b => ScalingLoss(b, 1e-3 * (scaled ? b / 16.0 : 1)))];
        double apart = losses.Max() / losses.Min() - 1, broken = ScalingLoss(1024, 0.1 * 64);
        Working.Tried(Say($"a linear regression, {ScalingEpochs} epochs, batches of {And(batches.Select(b => Say($"{b}")))}, the rate 1e-3 at 16 and {claim.Facts["rate"].Text}"));
        Working.Value("losses at the end", losses);
        Working.Value("apart by, in percent", 100 * apart);
        Working.Value("loss with 1024 at 64 times a base rate of 0.1", broken);
        return Judge.Holds(
            apart < 0.05,
            Say($"{100 * apart:F1} % apart"),
            Say($"with rates in proportion to batches of {And(batches.Select(b => Say($"{b}")))} the losses after {ScalingEpochs} epochs are {100 * apart:F1} % apart"),
            Say($"after {ScalingEpochs} epochs the losses with batches of {And(batches.Select(b => Say($"{b}")))} are {100 * apart:F1} % apart"))
            .AndYet(Say($"from a base rate of 0.1 the same rule ends at a loss of {broken:G2}: 64 times the rate lies beyond the limit of stability"));
    }

    /// <summary>Five faults, each planted in a trainer, and five detectors: which fires on which.</summary>
    [Claim("D2-132")]
    [Turn("facts/faults/0", "gradients zeroed twice", Verdict.Erratum)]
    internal static Finding FaultsFound(Claim claim)
    {
        string[] faults = claim.Facts["faults"].Texts;
        var found = new Tally("planted faults on which their own detector fires and no other");
        foreach (string fault in faults)
        {
            bool[] fires = FaultyTrainer.Detect(fault);
            Working.Tried($"{fault}: {(fires.Any(f => f) ? And(fires.Zip(FaultyTrainer.Faults).Where(p => p.First).Select(p => $"the detector of \"{p.Second}\"")) : "no detector")} fires");
            found.Add(fires.Count(f => f) == 1 && FaultyTrainer.Faults[Array.IndexOf(fires, true)] == fault);
        }

        bool clean = Working.Holds("no detector fires on the trainer without a fault", !FaultyTrainer.Detect("").Any(f => f));
        found.Shown();
        return Judge.Holds(
            found.Always && clean,
            $"{found} faults found",
            $"{found} planted faults ({And(faults)}) are found, each by its own detector alone",
            $"{found} planted faults are found, each by its own detector alone");
    }

    /// <summary>A scripted validation loss: when the project's stopper ends the run and which weights it gives back, beside the document's class.</summary>
    [Claim("D2-133")]
    [Turn("facts/weights", "those of the stop", Verdict.Erratum)]
    [Turn("facts/script", "[5, 4, 3, 2, 1]", Verdict.Erratum)]
    internal static Finding StoppingWired(Claim claim, Document document)
    {
        int patience = (int)document["D2-108"].PrintedNumber("patience").Value.ToDouble();
        double[] losses = [.. claim.Facts["script"].Numbers];
        (int? listed, double best) = Stopping.Trace(document, patience, losses);
        var stopper = new EarlyStopper<Real64>(new EarlyStoppingOptions { Patience = patience, MinDelta = document.Facts["EarlyStopping"]["min_delta"].Exact.ToDouble() });
        int epoch = 0;
        while (epoch < losses.Length && !stopper.Observe(losses[epoch], [[epoch]]))
            epoch++;
        double weights = Working.Value("weights given back, which are the number of their epoch from 0", stopper.BestParameters()![0][0].Value);
        Working.Value("epoch after which the stopper ends the run, 0 for none", (int)(stopper.StopAt ?? 0));
        Working.Value("call at which the document's class does", listed ?? 0);
        string which = losses[(int)weights] == best && weights < epoch ? "those of the best loss" : "those of the stop";
        return Judge.All(
            Judge.Holds(listed is not null && stopper.StopAt == listed, Say($"stops after epoch {stopper.StopAt ?? 0}"), Say($"both stop after epoch {stopper.StopAt ?? 0}"), "the run does not stop"),
            Judge.Stated(claim, "weights", which, Say($"weights of epoch {weights + 1}"), Say($"the weights of epoch {weights + 1} come back, whose loss {losses[(int)weights]} is the best")));
    }

    /// <summary>Single examples' gradients of a regression, before and after training: their spread, and noise over signal.</summary>
    [Claim("D2-134")]
    [Turn("facts/spread", "grows", Verdict.Erratum)]
    internal static Finding HistogramOfGradients(Claim claim)
    {
        const int Seeds = 10;
        var narrower = new Tally("regressions of which the gradients of single examples spread less after training");
        var noisier = new Tally("of which the spread over the magnitude of the mean grows");
        for (int seed = 0; seed < Seeds; seed++)
        {
            (double[] start, double[] end) = SingleGradients(seed, 0.1);
            (double spread, double mean) = Spread(start);
            (double after, double meanAfter) = Spread(end);
            narrower.Add(after < spread);
            noisier.Add(after / meanAfter > spread / mean);
            if (seed == 0)
                Working.Value("spread and mean of seed 0 before, spread and mean after", new[] { spread, mean, after, meanAfter });
        }

        narrower.Shown();
        noisier.Shown();
        return Judge.Stated(
            claim, "spread", narrower.Always ? "shrinks" : narrower.Never ? "grows" : "varies", Say($"narrower in {narrower}"),
            $"the histogram of single examples' gradients gets narrower in {narrower} regressions, down to the noise of the targets, and broader against its mean in {noisier}");
    }

    /// <summary>The mean loss of two seeds before each of 200 steps, and after them.</summary>
    internal static double[] Losses(string start) => [.. Losses(start, 0).Zip(Losses(start, 1), (a, b) => (a + b) / 2)];

    /// <summary>The losses of a seed.</summary>
    internal static double[] Losses(string start, int seed) => Kept.Of((start, seed), static x => Trained(x.start, x.seed));

    /// <summary>The loss after ten epochs of a linear regression.</summary>
    internal static double ScalingLoss(int batch, double rate, int seed = 0) => BatchSize.Run(seed, batch, ScalingEpochs, rate).Training;

    /// <summary>Single examples' gradients of a regression from zero weights, all weights together, before and after 100 steps of descent.</summary>
    internal static (double[] Before, double[] After) SingleGradients(int seed, double rate) => Kept.Of((seed, rate), static x => Singles(x.seed, x.rate));

    /// <summary>The deviation of gradients and the magnitude of their mean.</summary>
    internal static (double Spread, double Mean) Spread(double[] gradients)
    {
        double average = gradients.Average();
        return (Math.Sqrt(gradients.Average(g => (g - average) * (g - average))), Math.Abs(average));
    }

    private static double[] Trained(string start, int seed)
    {
        const int Width = 12;
        var losses = new double[201];
        var draws = new Draws(330 + seed);
        double[][] inputs = DeepStack.Rows(draws, 16, Width), targets = [.. inputs.Select(x => x.Select((_, j) => 0.5 * Math.Clamp(x[(j + 1) % Width], -1, 1)).ToArray())];
        double xavier = StackFigures.Deviation(Squashing.Tanh, Width);
        var stack = new DeepStack(draws, 4, Width, start switch { "zeros" => 0, "Kaiming" => xavier * Math.Sqrt(2), _ => xavier }, Squashing.Tanh);
        foreach (double[] w in stack.Weights)
        {
            for (int i = 0; i < w.Length && start == "uniform"; i++)
                w[i] = draws.Uniform(-0.5, 0.5);
        }

        for (int t = 0; t < 200; t++)
            losses[t] = stack.Train(inputs, targets, 3);
        losses[200] = stack.Train(inputs, targets, 0);
        return losses;
    }

    private static (double Weights, double Biases) ZeroGradients()
    {
        var draws = new Draws(335);
        var stack = new DeepStack(draws, 4, 12, 0, Squashing.Tanh);
        StackPass pass = stack.Forward(DeepStack.Rows(draws, 8, 12));
        (double[][] w, double[][] b) = stack.Backward(pass, DeepStack.Rows(draws, 8, 12));
        return (w.Max(g => g.Max(Math.Abs)), b[^1].Max(Math.Abs));
    }

    private static (double[] Before, double[] After) Singles(int seed, double rate)
    {
        const int Width = 5, Examples = 100;
        var draws = new Draws(3340 + seed);
        double[] w = new double[Width];
        double[][] inputs = DeepStack.Rows(draws, Examples, Width);
        double[] targets = [.. inputs.Select(x => x.Sum() + 0.3 * draws.Normal())];
        double[] before = All();
        for (int t = 0; t < 100; t++)
        {
            double[] gradient = [.. Enumerable.Range(0, Width).Select(j => Enumerable.Range(0, Examples).Average(i => Gradient(i, j)))];
            for (int j = 0; j < Width; j++)
                w[j] -= rate * gradient[j];
        }

        return (before, All());

        double Gradient(int i, int j) => (inputs[i].Zip(w, (a, b) => a * b).Sum() - targets[i]) * inputs[i][j];

        double[] All() => [.. Enumerable.Range(0, Examples).SelectMany(i => Enumerable.Range(0, Width).Select(j => Gradient(i, j)))];
    }
}
