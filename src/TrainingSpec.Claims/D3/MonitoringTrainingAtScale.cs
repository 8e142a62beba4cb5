using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Monitoring Training at Scale".</summary>
internal static class MonitoringTrainingAtScale
{
    /// <summary>The list's entries line by line, and the log of a small run that has them.</summary>
    [Claim("D3-077")]
    [Turn("D3/metrics/3/1", "gradient norm", Verdict.Erratum)]
    [Turn("D3/metrics/6/0", "79", Verdict.Erratum)]
    [Turn("D3/metrics/0/1", "weather", Verdict.Erratum)]
    internal static Finding SevenGroups(Claim claim, Document document)
    {
        Facts[] rows = [.. document.Facts["metrics"].Rows];
        string[] logged = Kept.Of(377, static seed => Logged(seed));
        Tally known = new Tally("listed groups that the log of a small run has").AddAll(rows.Select(r => logged.Contains(r[1].Text))).Shown();
        int lines = Working.Value("lines of the list, one below the other", rows.Zip(Enumerable.Range(claim.Lines.First + 1, rows.Length), (r, line) => r[0].Integer == line ? 1 : 0).Sum());
        int names = Working.Value("different groups", rows.Select(r => r[1].Text).Distinct().Count());
        return Judge.Holds(
            known.Always && names == logged.Length && lines == claim.Lines.Last - claim.Lines.First,
            $"{names} groups",
            $"the list has {names} groups on {lines} lines, all of which a small run can log ({known})",
            $"the list has {names} different groups on {lines} lines, of which a small run logs {known}; it logs {logged.Length}");
    }

    /// <summary>A noisy loss and its average: how much noise is left, and what becomes of a constant.</summary>
    [Claim("D3-078")]
    [Turn("facts/smoothing", "adds noise", Verdict.Erratum)]
    [Turn("given/beta", "0", Verdict.Erratum)]
    internal static Finding SmoothedLoss(Claim claim)
    {
        (double beta, double x, int n) = (claim.GivenNumber("beta"), claim.GivenNumber("x"), claim.GivenInteger("n"));
        var draws = new Draws(378);
        (double average, List<double> raw, List<double> smooth) = (0, [], []);
        for (int t = 1; t <= 2000; t++)
        {
            double loss = x + draws.Normal();
            average = LrFinder.Smoothed<Real64>(average, loss, beta, t).Value;
            if (t > 500)
            {
                raw.Add(loss);
                smooth.Add(average);
            }
        }

        (double noise, double left) = (Working.Value("standard deviation of 1500 noisy losses", Deviation(raw)), Working.Value($"of their averages, beta {beta}", Deviation(smooth)));
        double corrected = 0, plain = 0;
        for (int t = 1; t <= n; t++)
        {
            corrected = LrFinder.Smoothed<Real64>(corrected, x, beta, t).Value;
            plain = beta * plain + (1 - beta) * x;
        }

        Working.Uses("lr_finder.smoothed");
        Working.Value($"average of a constant {x} after {n} steps, with bias correction", corrected);
        double biased = Working.Value("without", plain);
        return Judge.Stated(
            claim,
            "smoothing",
            left < 0.9 * noise ? "lowers noise" : left > 1.1 * noise ? "adds noise" : "changes nothing",
            Say($"{noise:G3} to {left:G3}"),
            Say($"with beta {beta} the noise of a loss falls from {noise:G3} to {left:G3}, and a constant {x} stays {corrected:G4}"))
            .AndYet(Say($"an average that starts at 0 and is not corrected shows {biased:G4} after {n} steps of a constant {x}"));
    }

    /// <summary>A loop that validates when the step is a multiple of N: the gaps between evaluations.</summary>
    [Claim("D3-079")]
    [Turn("facts/gap", "2 * N", Verdict.Erratum)]
    [Turn("facts/gap", "N + 1", Verdict.Erratum)]
    internal static Finding EveryNSteps(Claim claim)
    {
        StatedFormula gap = claim.Facts["gap"].Formula;
        (Tally right, Tally last) = (new("gaps between evaluations that are the stated number of steps"), new("runs whose last weights are evaluated"));
        foreach ((int n, int total) in (ReadOnlySpan<(int, int)>)[(10, 100), (50, 1000), (7, 100), (100, 1455)])
        {
            int[] at = [.. Enumerable.Range(1, total).Where(step => step % n == 0)];
            right.AddAll(at.Zip(at.Skip(1)).Select(p => p.Second - p.First == gap.Evaluate<Real64>(_ => [n]).Value));
            last.Add(at[^1] == total);
        }

        right.Shown();
        last.Shown();
        return Judge.Holds(right.Always, $"{right} gaps", $"a loop that evaluates where N divides the step has {gap} steps between evaluations ({right} gaps)", $"{right} gaps are {gap} steps")
            .AndYet($"unless N divides the number of steps the last weights are not evaluated: they are in {last} runs");
    }

    /// <summary>Both norms of a network's gradients, and what the global one hides.</summary>
    [Claim("D3-080")]
    [Turn("facts/norms", "[\"per layer\", \"largest entry\"]", Verdict.Erratum)]
    [Turn("facts/norms", "[\"per layer\"]", Verdict.Erratum)]
    [Turn("facts/norms", "[\"global\"]", Verdict.Erratum)]
    internal static Finding PerLayerAndGlobal(Claim claim)
    {
        string[] stated = claim.Facts["norms"].Texts;
        var draws = new Draws(380);
        var network = new DeepNetwork(8, 10, Squashing.Sigmoid, 0.35, 380);
        double[][] gradients = network.Gradients(DeepNetwork.Normals(draws, 64), DeepNetwork.Normals(draws, 64)).Weights;
        Real64[][] tensors = [.. gradients.Select(g => g.Select(v => (Real64)v).ToArray())];
        double global = Working.Value("global gradient norm of ten logistic layers", Norms.Global(tensors).Value), first = Working.Value("norm of the first layer", Norms.L2<Real64>(tensors[0]).Value);
        double root = Working.Value("root of the sum of the squared layers' norms", Math.Sqrt(tensors.Sum(t => Math.Pow(Norms.L2<Real64>(t).Value, 2))));
        double without = Working.Value("global norm without the first layer", Norms.Global(tensors[1..]).Value);
        double[] Series(string norm, Real64[][] of) => norm switch
        {
            "per layer" => [.. of.Select(t => Norms.L2<Real64>(t).Value)],
            "global" => [Norms.Global(of).Value],
            "largest entry" => [of.Max(t => Monitoring.MaxAbs<Real64>(t).Value)],
            _ => throw claim.Bad($"facts/norms = {norm}"),
        };
        // The size of the whole is one number; that a layer gets nothing shows in a number that its gradient changes by more than half.
        Real64[][] zeroed = [new Real64[tensors[0].Length], .. tensors[1..]];
        bool whole = Working.Holds("one of the stated norms is the size of the whole gradient", stated.Any(n => Series(n, tensors) is [var only] && Closeness.Near(only, root, 100)));
        bool place = Working.Holds("one of them changes by more than half when the first layer's gradient is set to 0", stated.Any(n => Series(n, tensors).Zip(Series(n, zeroed)).Any(s => s.Second < s.First / 2)));
        Working.Uses("norms.l2");
        return Judge.Holds(
            whole && place,
            Say($"{global:G4} and {first:G2}"),
            Say($"the global norm {global:G4} is the root of the sum of the layers' squares, and would be {without:G4} without the first layer, whose norm is {first:G2}: both kinds are needed"),
            $"{And(stated)}: {(whole ? "one is" : "none is")} the size of the whole gradient, {(place ? "one shows" : "none shows")} which layer gets none");
    }

    /// <summary>The share of saturated tanh units, for sums of deviation 1 and 16, exact.</summary>
    [Claim("D3-081")]
    [Turn("facts/statistics/2", "fraction negative", Verdict.Erratum)]
    [Turn("given/threshold", "0", Verdict.Erratum)]
    internal static Finding SaturatedFraction(Claim claim)
    {
        double threshold = claim.GivenNumber("threshold");
        double sum = Math.Log((1 + threshold) / (1 - threshold)) / 2;
        double sound = Working.Value($"share of |tanh z| above {threshold}, z of deviation 1", Real64.Erfc(sum / Math.Sqrt(2)).Value), stuck = Working.Value("z of deviation 16", Real64.Erfc(sum / 16 / Math.Sqrt(2)).Value);
        Real64[] layer = [.. new Draws(381).Row(20_000).Select(Real64.Tanh)], wide = [.. new Draws(381).Row(20_000, 16).Select(Real64.Tanh)];
        (ActivationStatistics<Real64> a, ActivationStatistics<Real64> b) = (ActivationStatistics.Of<Real64>(layer, 100, threshold), ActivationStatistics.Of<Real64>(wide, 100, threshold));
        // Which of the statistics tell the two layers apart by more than a tenth.
        (string Name, double Difference)[] differences = [("mean", Math.Abs(a.Mean.Value - b.Mean.Value)), ("std", Math.Abs(a.Deviation.Value - b.Deviation.Value)), ("fraction saturated", Math.Abs(a.SaturatedFraction.Value - b.SaturatedFraction.Value)), ("fraction negative", Math.Abs(Negative(layer) - Negative(wide)))];
        string[] telling = [.. differences.Where(s => s.Difference > 0.1).Select(s => s.Name)];
        Working.Uses("monitoring.saturated");
        Working.Tried($"statistics that tell the two layers apart by more than a tenth: {And(telling)}");
        string last = claim.Facts["statistics"].Texts[^1];
        bool near = Math.Abs(a.SaturatedFraction.Value - sound) < 4 * Math.Sqrt(sound / 20_000) && Math.Abs(b.SaturatedFraction.Value - stuck) < 4 * 0.5 / Math.Sqrt(20_000);
        return Judge.Holds(
            near && telling.Contains(last),
            Say($"{sound:G3} and {stuck:G3}"),
            Say($"the {last} (beyond {threshold}) is {sound:G3} in a sound tanh layer and {stuck:G3} in one whose sums have a deviation of 16"),
            Say($"the {last} does not tell a sound tanh layer from a saturated one at the threshold {threshold}; {And(telling)} do"))
            .With("the first diagnostics section logs the fraction of zeros in its place, which is what says it for ReLU");
    }

    /// <summary>The scheduler's rate as it is logged before and after the schedule moves; tokens per second.</summary>
    [Claim("D3-082")]
    [Turn("facts/learning rate", "initial value", Verdict.Erratum)]
    [Turn("facts/throughput", "seconds / tokens", Verdict.Erratum)]
    internal static Finding CurrentRateAndThroughput(Claim claim, Document document)
    {
        StatedFormula rate = document["D3-032"].Facts["formula"].Formula, throughput = claim.Facts["throughput"].Formula;
        double[] used = [.. Enumerable.Range(0, 10).Select(t => rate.Evaluate<Real64>(name => [name switch { "t" => t + 1, "w" => 10, _ => 1 }]).Value)];
        double[] logged = claim.Facts["learning rate"].Text == "current value" ? used : [.. used.Select(_ => used[0])];
        Tally right = new Tally("updates of a warmup of 10 whose logged rate is the one that they used").AddAll(used.Zip(logged, (u, l) => u == l)).Shown();
        int off = Working.Counted("that would be logged with another rate after the schedule has moved", Enumerable.Range(0, 9).Count(t => used[t + 1] != used[t]), 10);
        Finding finding = Judge.All(
            Judge.Holds(right.Always, $"{right} updates", $"the current value of the schedule is the rate of {right} updates", $"the logged rate is that of {right} updates"),
            Judge.Formula(claim, "throughput", x => Monitoring.Throughput(x["tokens"], x["seconds"])));
        return finding.AndYet($"logged after the schedule has moved, as the loop's order allows, the rate is that of the next update: wrong at {off} of 10 steps of a warmup");
    }

    /// <summary>The names against those of published packages.</summary>
    [Claim("D3-083")]
    [Turn("facts/tools/0", "Tensorbored", Verdict.Erratum)]
    internal static Finding Tools(Claim claim, Document document)
    {
        string[] named = claim.Facts["tools"].Texts, known = document.Facts["tracking tools"]["names"].Texts;
        Tally tally = new Tally("named tools that are published packages for logging experiments").AddAll(named.Select(known.Contains)).Shown();
        return Judge.Holds(tally.Always, $"{tally} tools", $"{And(named)} are published packages that log such metrics", $"{tally} of {And(named)} are among the packages that were looked up");
    }

    private static double Deviation(List<double> x)
    {
        double mean = x.Average();
        return Math.Sqrt(x.Average(v => (v - mean) * (v - mean)));
    }

    private static double Negative(Real64[] x) => x.Average(v => v.Value < 0 ? 1.0 : 0.0);

    // What a run of a small network can say of itself at each step; utilization of a device is here that of memory.
    private static string[] Logged(int seed)
    {
        var draws = new Draws(seed);
        var network = new DeepNetwork(4, 2, Squashing.Tanh, 0.5, seed);
        (double[] x, double[] y) = (DeepNetwork.Normals(draws, 32), DeepNetwork.Normals(draws, 32));
        var log = new Dictionary<string, double>(StringComparer.Ordinal) { ["training loss"] = network.Loss(x, y), ["learning rate"] = 0.1 };
        log["activation statistics"] = network.Outputs[1].Average();
        log["gradient norm"] = DeepNetwork.Norm(network.Descend(x, y, log["learning rate"]));
        log["validation loss"] = network.Loss([.. x.Select(v => v + 0.1)], y);
        log["memory"] = sizeof(double) * (network.Outputs.Sum(o => o.Length) + 2 * network.Weights.Sum(w => w.Length));
        log["throughput"] = Monitoring.Throughput<Real64>(x.Length / 4, 0.01).Value;
        return [.. log.Where(l => double.IsFinite(l.Value)).Select(l => l.Key)];
    }
}
