using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Key Takeaways".</summary>
internal static class KeyTakeaways
{
    private const int Pairs = 20;

    /// <summary>Which of the three parts the document's own curves have: the exercise's, and the example log's.</summary>
    [Claim("D1-208")]
    [Turn("facts/parts", "[\"initial spike\"]", Verdict.Confirmed)]
    [Turn("facts/parts/1", "sudden end", Verdict.Erratum)]
    internal static Finding PartsOfACurve(Claim claim, Document document)
    {
        string[] parts = claim.Facts["parts"].Texts;
        LoggedStep[] lines = [.. LoggedStep.All(document)];
        double[] exercise = document["D1-182"].GivenRow("losses"), log = [.. lines.Select(l => l.Loss.Value.ToDouble())];
        static bool Has(string part, double[] loss) => part switch
        {
            "initial spike" => loss[..(loss.Length / 2 + 1)].Max() > loss[0],
            "rapid descent" => loss.Zip(loss.Skip(1), (a, b) => a - b).Max() > 0.1 * loss[0] && loss[^1] < 0.9 * loss[0],
            "slow convergence" => loss[^1] < loss[0] && loss[^2] - loss[^1] > 0 && loss[^2] - loss[^1] < 0.1 * loss.Zip(loss.Skip(1), (a, b) => a - b).Max(),
            _ => false,
        };
        Tally inExercise = new Tally("named parts that the exercise's curve has").AddAll(parts.Select(p => Has(p, exercise))).Shown(), inLog = new Tally("that the example log has").AddAll(parts.Select(p => Has(p, log))).Shown();
        return Judge.Conditional(
            inExercise.Always && inLog.Always,
            inExercise.Always,
            Say($"when the curve is that of the exercise: the example log, which ends at step {lines[^1].Step}, has {(inLog.Never ? "none of them" : $"{And(parts.Where(p => Has(p, log)).Select(p => $"the {p}"))} alone")}"),
            $"{inExercise} and {inLog} parts",
            $"of {And(parts)} the exercise's curve has {inExercise} and the example log {inLog}");
    }

    /// <summary>What a warmup and a decay change in the end: at the document's rate, and the warmup at a thousand times that.</summary>
    [Claim("D1-209")]
    [Turn("facts/decay makes the end", "higher", Verdict.Erratum)]
    [Turn("facts/warmup makes the end", "higher", Verdict.Confirmed)]
    internal static Finding WarmupAndDecay(Claim claim, Document document)
    {
        (double rate, int warmup) = (document["D1-031"].GivenNumber("base_lr"), document["D1-031"].GivenInteger("warmup_steps"));
        PairedOutcome Warm(int factor) => new PairedRuns(Say($"does a warmup of {warmup} steps lower the loss that Adam ends at, at {factor} times the rate {rate}"), "loss on new data after 100 steps", Pairs, Least: 0.001).Run("with a warmup", "without", seed => (
            Kept.Of((seed, factor * rate, warmup), static x => D3.Warmup.HeldOutLoss(x.seed, x.Item2, x.warmup)), Kept.Of((seed, factor * rate, 1), static x => D3.Warmup.HeldOutLoss(x.seed, x.Item2, x.Item3))));
        (PairedOutcome own, PairedOutcome large) = (Warm(1), Warm(1000));
        PairedOutcome decay = new PairedRuns(Say($"does a cosine decay from {rate} to a tenth lower the loss that Adam ends at on a noisy parabola"), "mean loss over the last 100 of 1500 steps", Pairs).Run("with a decay", "at a constant rate", seed => (
            Kept.Of((seed, rate, true), static x => NoisyEnd(x.seed, x.rate, x.Item3)), Kept.Of((seed, rate, false), static x => NoisyEnd(x.seed, x.rate, x.Item3))));
        Working.Uses("schedules.cosine");
        (string warm, string decays) = (claim.Facts["warmup makes the end"].Text, claim.Facts["decay makes the end"].Text);
        return Judge.Conditional(
            own.Direction == warm && decay.Direction == decays,
            large.Direction == warm && decay.Direction == decays,
            "when, for the warmup, the rate is much larger than the document's",
            $"warmup {own.Direction} and {large.Direction}, decay {decay.Direction}",
            Say($"with a warmup of {warmup} steps a small network ends {own.Direction} at the rate {rate} ({own.Lower} of {Pairs} pairs lower) and {large.Direction} at a thousand times that ({large.Lower} of {Pairs}); with a decay it ends {decay.Direction} ({decay.Lower} of {Pairs})"));
    }

    /// <summary>A parabola whose curvatures lie a factor of 1000 apart, by one rate and by Adam.</summary>
    [Claim("D1-210")]
    [Turn("facts/parameters need", "the same learning rate", Verdict.Erratum)]
    internal static Finding AdaptsPerParameter(Claim claim)
    {
        double[] curvatures = [1000, 1];
        (double[] sgd, AdamRun<Real64>[] adam) = ([1, 1], [new(1) { LearningRate = 0.01 }, new(1) { LearningRate = 0.01 }]);
        for (int step = 0; step < 500; step++)
        {
            for (int i = 0; i < 2; i++)
            {
                sgd[i] = Sgd.Update<Real64>(sgd[i], curvatures[i] * sgd[i], 1.9 / 1000).Value;
                adam[i].Step(curvatures[i] * adam[i].Theta);
            }
        }

        Working.Uses("adam.update");
        Working.Uses("hessian.stable_rate");
        double left = Working.Value("what is left of the flat direction after 500 steps at the largest rate that the steep one bears, nearly", Math.Abs(sgd[1])), steep = Working.Value("of the flat direction by Adam at 0.01", Math.Abs(adam[1].Theta.Value));
        double apart = Working.Value("largest difference of Adam's two paths, whose gradients lie a factor of 1000 apart", Math.Abs(adam[0].Theta.Value - adam[1].Theta.Value));
        string found = left > 10 * steep && apart < 1e-6 ? "different learning rates" : "the same learning rate";
        return Judge.Stated(
            claim,
            "parameters need",
            found,
            Say($"{left:G2} against {steep:G2}"),
            Say($"on a parabola with curvatures 1000 and 1 one rate leaves {left:G2} of the flat direction after 500 steps; Adam takes the same path in both (they differ by {apart:G1}) and leaves {steep:G2}"));
    }

    /// <summary>A table of successors that is learnt from few examples: when frequent tokens, successors and the examples themselves are learnt.</summary>
    [Claim("D1-211")]
    [Turn("facts/order", "[\"generalization\", \"memorization\", \"refinement\"]", Verdict.Erratum)]
    [Turn("facts/order", "[\"memorization\", \"refinement\", \"generalization\"]", Verdict.Erratum)]
    [Turn("facts/order", "[\"refinement\", \"generalization\", \"memorization\"]", Verdict.Erratum)]
    [Turn("facts/order", "[\"generalization\", \"refinement\", \"memorization\"]", Verdict.Ambiguous)]
    internal static Finding OrderOfPhases(Claim claim)
    {
        string[] order = claim.Facts["order"].Texts;
        (int frequent, int successors, int refined, int examples) = Kept.Of(1211, static seed => Halves(seed));
        Working.Tried("a softmax table of 8 tokens with a bias, descent at rate 0.5 on 60 pairs, 4000 held out (seed 1211)");
        Working.Tried("each is dated by the step at which half of its way from the start of the run is made");
        Working.Value("the tokens' frequencies: divergence of the mean prediction from them", frequent);
        Working.Value("what generalizes: held-out gain of the predictions over their mean", successors);
        Working.Value("refinement: the last tenth of the gain in held-out loss", refined);
        Working.Value("the training examples themselves: gap between held-out and training loss", examples);
        string[] Order(int memorized) => [.. (((string Phase, int Step)[])[("memorization", memorized), ("generalization", successors), ("refinement", refined)]).OrderBy(p => p.Step).Select(p => p.Phase)];
        return Judge.TwoReadings(
            order.SequenceEqual(Order(frequent)),
            order.SequenceEqual(Order(examples)),
            $"{frequent}, {successors}, {refined} and {examples} steps",
            $"learning the frequent tokens, which the text on phase 1 calls memorizing, is half done at step {frequent}, what generalizes at step {successors}, and the last tenth of the gain at step {refined}: {And(Order(frequent))}; learning the training examples themselves, which the text on overfitting calls memorizing, is half done at step {examples}: {And(Order(examples))}");
    }

    /// <summary>The metrics of the summary against those of the document's own list.</summary>
    [Claim("D1-212")]
    [Turn("facts/metrics/3", "weather", Verdict.Erratum)]
    [Turn("D1/takeaways: metrics to track/names/3", "throughput", Verdict.Erratum)]
    internal static Finding SeveralMetrics(Claim claim, Document document)
    {
        string[] named = claim.Facts["metrics"].Texts, listed = document.Facts["takeaways: metrics to track"]["names"].Texts;
        Tally tally = new Tally("metrics of the summary that the section on monitoring lists").AddAll(named.Select(listed.Contains)).Shown();
        return Judge.Holds(tally.Always && listed.Length == named.Length, $"{tally} metrics", $"{And(named)} are the {listed.Length} metrics that the section on monitoring lists", $"{tally} of {And(named)} are among {And(listed)}")
            .With("validation loss, throughput and activation statistics, which D2 and D3 list, are in neither");
    }

    /// <summary>The two remedies on runs in which their problem is planted.</summary>
    [Claim("D1-213")]
    [Turn("facts/NaN", "raise the rate", Verdict.Erratum)]
    [Turn("facts/overfitting", "more capacity", Verdict.Erratum)]
    internal static Finding Remedies(Claim claim)
    {
        (string nan, string overfitting) = (claim.Facts["NaN"].Text, claim.Facts["overfitting"].Text);
        bool before = Working.Holds("a parabola far beyond its stable rate ends in NaN", !D3.PlantedRuns.Parabola(4).TrainingLoss.All(double.IsFinite));
        bool finite = Working.Holds($"with the remedy {nan} it stays finite", D3.PlantedRuns.Parabola(nan == "raise the rate" ? 8 : 4, nan == "clip gradients" ? 1 : double.PositiveInfinity).TrainingLoss.All(double.IsFinite));
        PairedOutcome runs = new PairedRuns($"does the remedy {overfitting} lower the validation loss of a polynomial of degree 9 on 12 points", "validation loss", Pairs).Run("with it", "without", seed => (
            Kept.Of((seed, overfitting), static x => Overfitted(x.seed, x.overfitting)), Kept.Of((seed, ""), static x => Overfitted(x.seed, x.Item2))));
        return Judge.Holds(
            before && finite && runs.Direction == "lower",
            $"{runs.Lower} of {Pairs} pairs",
            $"a run that ends in NaN stays finite with the remedy {nan}, and the validation loss of an overfitted polynomial is lower with the remedy {overfitting} in {runs.Lower} of {Pairs} pairs",
            $"with the remedy {nan} the run stays finite: {(finite ? "yes" : "no")}; with the remedy {overfitting} the validation loss is {runs.Direction}")
            .AndYet("clipping prevents a NaN and can't remove one");
    }

    /// <summary>Steps to a tolerance on a parabola at the rate, at half and at twice of it.</summary>
    [Claim("D1-214")]
    [Turn("printed/rule", "slow -> raise LR", Verdict.Confirmed)]
    internal static Finding SlowTraining(Claim claim)
    {
        static int Steps(double rate)
        {
            (double x, int steps) = (1, 0);
            while (Math.Abs(x) > 1e-3)
            {
                x = Sgd.Update<Real64>(x, x, rate).Value;
                steps++;
            }

            return steps;
        }

        Working.Uses("sgd.update");
        (int own, int half, int twice) = (Working.Value("steps to a thousandth on a parabola of curvature 1 at rate 0.05", Steps(0.05)), Working.Value("at 0.025", Steps(0.025)), Working.Value("at 0.1", Steps(0.1)));
        string found = $"slow -> {(twice < own && own < half ? "raise" : "reduce")} LR";
        return Judge.Printed(claim, "rule", found, $"{half}, {own} and {twice} steps", $"halving the rate takes a parabola from {own} to {half} steps and doubling it to {twice}: a smaller rate makes slow training slower; the sections on problems 2 and 5 name a rate that is too low as a cause and no smaller rate as a cure");
    }

    /// <summary>The signs of the summary against those of the section, and each on the exercise's or a planted curve.</summary>
    [Claim("D1-215")]
    [Turn("facts/signs/0", "first step", Verdict.Erratum)]
    [Turn("D1/takeaways: stop signs/names/1", "first step", Verdict.Erratum)]
    internal static Finding WhenToStop(Claim claim, Document document)
    {
        string[] signs = claim.Facts["signs"].Texts, listed = document.Facts["takeaways: stop signs"]["names"].Texts;
        double[] exercise = document["D1-182"].GivenRow("losses");
        bool Shows(string sign) => sign switch
        {
            "plateau" => Symptoms.Plateau(D3.PlantedRuns.Of("saturated model")!),
            "validation loss divergence" => Symptoms.Overfitting(D3.PlantedRuns.Of("overfitting")!),
            "diminishing returns" => exercise[^2] - exercise[^1] < exercise[^3] - exercise[^2],
            _ => false,
        };
        Tally tally = new Tally("signs that the section lists as well, and that show where they are planted").AddAll(signs.Select(s => listed.Contains(s) && Shows(s))).Shown();
        return Judge.Holds(tally.Always, $"{tally} signs", $"{And(signs)} are signs that the section on stopping lists, and each shows in a curve in which it is planted", $"{tally} of {And(signs)} do");
    }

    private static double NoisyEnd(int seed, double rate, bool decay)
    {
        var draws = new Draws(2090 + seed);
        AdamRun<Real64>[] weights = [.. Enumerable.Range(0, 5).Select(_ => new AdamRun<Real64>(0.1 * draws.Normal()))];
        double sum = 0;
        for (int t = 0; t < 1500; t++)
        {
            foreach (AdamRun<Real64> weight in weights)
            {
                weight.LearningRate = decay ? Schedules.Cosine<Real64>(rate, rate / 10, 0, 1500, t) : rate;
                weight.Step(weight.Theta + 0.1 * draws.Normal());
            }

            sum += t >= 1400 ? weights.Sum(w => w.Theta.Value * w.Theta.Value / 2) / 100 : 0;
        }

        return sum;
    }

    // Validation loss at the end of 200 steps of a polynomial on 12 points of a line.
    private static double Overfitted(int seed, string remedy)
    {
        var draws = new Draws(2130 + seed);
        (double X, double Y)[] train = D3.PolynomialFit.Points(draws, 12, static x => x, 0.5), held = D3.PolynomialFit.Points(draws, 200, static x => x, 0.5);
        double last = 0;
        D3.PolynomialFit.Descend(_ => train, remedy == "more capacity" ? 10 : 9, remedy == "regularize" ? 0.3 : 0, _ => 0.02, 200, (_, fit) => last = fit.Loss(held));
        return last;
    }

    private static (int Frequent, int Successors, int Refined, int Examples) Halves(int seed)
    {
        const int V = 8, Steps = 1500;
        var draws = new Draws(seed);
        double[,] train = Bigrams(draws, 60), held = Bigrams(draws, 4000);
        double[] frequencies = [.. Enumerable.Range(0, V).Select(j => Enumerable.Range(0, V).Sum(i => held[i, j]))];
        (var table, var bias) = (new double[V, V], new double[V]);
        (List<double> divergence, List<double> beyond, List<double> heldOut, List<double> gap) = ([], [], [], []);
        for (int step = 0; step < Steps; step++)
        {
            (double trained, double other, double[] mean) = (0, 0, new double[V]);
            (var gradient, var biasGradient) = (new double[V, V], new double[V]);
            for (int i = 0; i < V; i++)
            {
                var p = new Real64[V];
                Softmax.Probabilities<Real64>([.. Enumerable.Range(0, V).Select(j => (Real64)(table[i, j] + bias[j]))], p);
                (double row, double heldRow) = (Enumerable.Range(0, V).Sum(j => train[i, j]), Enumerable.Range(0, V).Sum(j => held[i, j]));
                for (int j = 0; j < V; j++)
                {
                    trained -= train[i, j] * Real64.Log(p[j]).Value;
                    other -= held[i, j] * Real64.Log(p[j]).Value;
                    mean[j] += heldRow * p[j].Value;
                    gradient[i, j] = row * p[j].Value - train[i, j];
                    biasGradient[j] += gradient[i, j];
                }
            }

            divergence.Add(Enumerable.Range(0, V).Sum(j => frequencies[j] == 0 ? 0 : frequencies[j] * Math.Log(frequencies[j] / mean[j])));
            beyond.Add(-other - Enumerable.Range(0, V).Sum(j => frequencies[j] * Math.Log(mean[j])));
            heldOut.Add(other);
            gap.Add(other - trained);
            for (int j = 0; j < V; j++)
            {
                bias[j] -= 0.5 * biasGradient[j];
                for (int i = 0; i < V; i++)
                    table[i, j] -= 0.5 * gradient[i, j];
            }
        }

        double best = heldOut.Min();
        return (Half(divergence, divergence.Min()), Half(beyond, beyond.Max()), heldOut.FindIndex(h => h < best + (heldOut[0] - best) / 20), Half(gap, gap[^1]));

        static int Half(List<double> values, double end) => values.FindIndex(v => (v - values[0]) / (end - values[0]) >= 0.5);
    }

    // Relative frequencies of pairs: a token by Zipf's law, then its usual successor with probability one half, else another by that law.
    internal static double[,] Bigrams(Draws draws, int count)
    {
        int Zipf()
        {
            double u = draws.Uniform(0, 1) * 2.717857142857143;
            int k = 0;
            for (double sum = 1; sum < u && k < 7; k++)
                sum += 1.0 / (k + 2);
            return k;
        }

        var pairs = new double[8, 8];
        for (int n = 0; n < count; n++)
        {
            int first = Zipf();
            pairs[first, draws.Uniform(0, 1) < 0.5 ? (3 * first + 1) % 8 : Zipf()] += 1.0 / count;
        }

        return pairs;
    }
}
