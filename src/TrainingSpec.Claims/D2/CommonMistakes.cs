using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Common Mistakes Checklist": each mistake made, and what comes of it.</summary>
internal static class CommonMistakes
{
    /// <summary>Gradients that add up from step to step, on a quadratic.</summary>
    [Claim("D2-114")]
    [Turn("facts/training", "works", Verdict.Erratum)]
    internal static Finding GradientsNotZeroed(Claim claim)
    {
        const int Steps = 500;
        (double zeroed, double kept) = (Largest(true), Largest(false));
        Working.Tried(Say($"gradient descent on x^2/2 from 1 at the rate 0.1, {Steps} steps; the largest distance from the minimum in the last 100"));
        Working.Value("with gradients set to zero before each step", zeroed);
        Working.Value("with gradients that add up", kept);
        return Judge.Stated(
            claim, "training", kept > 0.5 && zeroed < 1e-6 ? "breaks" : "works", Say($"{kept:G3} in place of {zeroed:G2}"),
            Say($"with gradients that add up the iterates still swing as far as {kept:G3} after {Steps} steps, like an oscillator without friction; zeroed, they are within {zeroed:G2} of the minimum"));

        static double Largest(bool zeroes)
        {
            double x = 1, stored = 0, largest = 0;
            for (int t = 0; t < Steps; t++)
            {
                stored = zeroes ? x : stored + x;
                x = Sgd.Update<Real64>(x, stored, 0.1).Value;
                if (t >= Steps - 100)
                    largest = Math.Max(largest, Math.Abs(x));
            }

            return largest;
        }
    }

    /// <summary>A split by one permutation with a seed; two parts drawn each by itself with the same seed; a split done again with another seed.</summary>
    [Claim("D2-115")]
    [Turn("facts/seed", "another for each run", Verdict.Confirmed)]
    internal static Finding SameSeedForTheSplit(Claim claim)
    {
        int n = claim.GivenInteger("n"), held = claim.GivenInteger("val");
        bool same = claim.Facts["seed"].Text == "the same";
        double share = (double)held / n;
        (int[] train, int[] validation) = BatchSampling.Split(n, share, 315);
        int split = Working.Counted("validation examples that are training examples, after one split with a seed", validation.Intersect(train).Count(), held);
        int[] drawn = RandomStreams.Permutation(315, 0, n)[..held], again = RandomStreams.Permutation(315, 0, n)[..(n - held)];
        int apart = Working.Counted("after two draws with the same seed, one for each part", drawn.Intersect(again).Count(), held);
        int other = Working.Counted("validation examples of a split with another seed that the first split trained on", BatchSampling.Split(n, share, 316).Validation.Intersect(train).Count(), held);
        return Judge.TwoReadings(
            (same ? split : other) > 0,
            (same ? apart : other) > 0,
            Say($"{split}, {apart} and {other} of {held}"),
            Say($"where one permutation with the seed is cut in two, {split} of {held} validation examples are training examples, as it should be; where both parts are drawn each with that seed, {apart} are; and it is another seed after a restart that mixes the parts: {other}"));
    }

    /// <summary>Logistic regression on data sorted by class, each epoch in that order, and shuffled each epoch.</summary>
    [Claim("D2-116")]
    [Turn("facts/pull towards the last class without shuffling", "lower", Verdict.Erratum)]
    internal static Finding NotShuffled(Claim claim)
    {
        PairedOutcome runs = new PairedRuns("does a fixed sorted order leave a trace", "magnitude of the bias after 5 epochs, whose right value is 0", 20)
            .Run("in a sorted order", "shuffled each epoch", seed => (Kept.Of((seed, false), static x => Bias(x.seed, x.Item2)), Kept.Of((seed, true), static x => Bias(x.seed, x.Item2))));
        return Judge.Stated(claim, "pull towards the last class without shuffling", runs.Direction, $"{runs.Higher} of {runs.Values.Count} higher", runs.ToString())
            .AndYet("data that lie in a random order from the start show no such pull");
    }

    /// <summary>The best of many equally good settings by a noisy validation loss: that loss, and the loss on other data.</summary>
    [Claim("D2-117")]
    [Turn("facts/validation loss of the chosen setting", "higher", Verdict.Erratum)]
    internal static Finding TuningCounts(Claim claim, Document document)
    {
        int trials = (int)document["D2-125"].PrintedNumber("n_trials").Value.ToDouble();
        PairedOutcome runs = new PairedRuns(Say($"is the loss of the best of {trials} equal settings too good"), "loss with normal noise of deviation 1", 20)
            .Run("on the validation data that chose it", "on other data", seed =>
            {
                var draws = new Draws(3170 + seed);
                return (Enumerable.Range(0, trials).Min(_ => draws.Normal()), draws.Normal());
            });
        return Judge.Stated(claim, "validation loss of the chosen setting", runs.Direction, $"{runs.Lower} of {runs.Values.Count} lower", runs.ToString());
    }

    /// <summary>Targets of shape (n) against predictions of shape (n, 1): no error, and another loss.</summary>
    [Claim("D2-118")]
    [Turn("facts/training", "works", Verdict.Erratum)]
    internal static Finding WrongShapes(Claim claim)
    {
        const int Examples = 16;
        var draws = new Draws(318);
        double[] x = [.. draws.Row(Examples).Select(v => v.Value)];
        (double right, double wrong) = (Slope(false), Slope(true));
        Working.Tried(Say($"a line through {Examples} points y = 2 x, gradient descent for 300 steps; then with the differences of a column and a row, {Examples} times {Examples} of them"));
        Working.Value("slope found", right);
        Working.Value("slope found with the wrong shape", wrong);
        return Judge.Stated(
            claim, "training", Math.Abs(right - 2) < 1e-6 && Math.Abs(wrong) < 0.5 ? "breaks" : "works", Say($"slope {wrong:F2} in place of {right:F2}"),
            Say($"a column minus a row is a square of {Examples} by {Examples} differences: the slope becomes {wrong:F2} in place of {right:F2}, and nothing raises an error"))
            .AndYet("broadcasting hides the mistake: no shape is wrong for NumPy");

        double Slope(bool broadcast)
        {
            double w = 0;
            for (int t = 0; t < 300; t++)
            {
                double g = broadcast
                    ? x.Average(a => x.Average(b => (w * a - 2 * b) * a))
                    : x.Average(a => (w * a - 2 * a) * a);
                w -= 0.3 * g;
            }

            return w;
        }
    }

    /// <summary>A mean over the tokens that are no padding, where there is none.</summary>
    [Claim("D2-119")]
    [Turn("facts/batches", "[\"half padding\"]", Verdict.Erratum)]
    internal static Finding EmptyBatches(Claim claim)
    {
        var divided = new Tally("batches whose mean loss is 0/0");
        foreach (string batch in claim.Facts["batches"].Texts)
        {
            double[] mask = batch switch { "empty" => [], "all padding" => [0, 0, 0, 0], "half padding" => [1, 1, 0, 0], _ => throw claim.Bad($"facts/batches = {batch}") };
            divided.Add(double.IsNaN(mask.Sum(m => 1.5 * m) / mask.Sum()));
        }

        divided.Shown();
        return Judge.Holds(divided.Always, $"{divided} batches", $"the mean loss of {divided} such batches ({And(claim.Facts["batches"].Texts)}) is 0/0, NaN in NumPy and an error in Python", $"the mean loss of {divided} batches ({And(claim.Facts["batches"].Texts)}) is 0/0");
    }

    /// <summary>The given schedule resumed with its step and from step 0: the rates of the steps that remain.</summary>
    [Claim("D2-120")]
    [Turn("facts/rate without the state", "too low", Verdict.Imprecise)]
    [Turn("given/schedule", "D4, 3e-4, 0, 1000", Verdict.Confirmed)]
    internal static Finding ScheduleNotRestored(Claim claim)
    {
        double[] numbers = [.. claim.GivenText("schedule").Split(", ").Skip(1).Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        (double peak, double warmup, double total) = (numbers[0], numbers[1], numbers[2]);
        int resume = claim.GivenInteger("resume"), remaining = (int)total - resume;
        double Rate(int step) => Schedules.WarmupCosine<Real64>(peak, 0, warmup, total, step).Value;
        Working.Apply<Real64>(Schedules.WarmupCosine, peak, 0, warmup, total, resume);
        Working.Apply<Real64>(Schedules.WarmupCosine, peak, 0, warmup, total, 0);
        int higher = Working.Counted(Say($"of the steps from {resume} on at which the rate from step 0 is higher"), Enumerable.Range(0, remaining).Count(t => Rate(t) > Rate(resume + t)), remaining);
        int first = Working.Value("first step after the resumption at which it is", Enumerable.Range(0, remaining).FirstOrDefault(t => Rate(t) > Rate(resume + t), remaining));
        bool high = claim.Facts["rate without the state"].Text == "too high";
        return Judge.Conditional(
            high ? higher == remaining : higher == 0,
            high ? higher > 0 : higher < remaining,
            high ? Say($"from step {first} after the resumption on") : "at the first steps after the resumption",
            Say($"higher at {higher} of {remaining} steps"),
            Say($"resumed at step {resume} the rate is {Rate(resume):G3}; from step 0 it would be {Rate(0):G3} at first and up to {Enumerable.Range(0, remaining).Max(Rate):G3}, higher at {higher} of {remaining} steps"));
    }

    /// <summary>Sums in place of means over the given number of micro-batches, under SGD and under Adam.</summary>
    [Claim("D2-121")]
    [Turn("given/k", "1", Verdict.Erratum)]
    [Turn("facts/optimizers", "[\"SGD\"]", Verdict.Confirmed)]
    internal static Finding NotAveraged(Claim claim)
    {
        int k = claim.GivenInteger("k");
        double sgd = Sgd.Update<Real64>(0, k * 0.3, 0.1).Value / Sgd.Update<Real64>(0, 0.3, 0.1).Value, adam = Adam(k) / Adam(1);
        Working.Value(Say($"SGD's step with the sum of {k} gradients over that with their mean"), sgd);
        Working.Value("Adam's step, after ten", adam);
        Working.Uses("adam.update");
        (string Name, double Ratio)[] tried = [.. claim.Facts["optimizers"].Texts.Select(o => (o, o == "SGD" ? sgd : adam))];
        (string Name, double Ratio)[] changed = [.. tried.Where(t => Math.Abs(t.Ratio - 1) > 0.01)];
        return Judge.Conditional(
            changed.Length == tried.Length,
            changed.Length > 0,
            $"where the step grows with the gradient, as under {And(changed.Select(c => c.Name))}",
            string.Join(", ", tried.Select(t => Say($"{t.Ratio:G4} times under {t.Name}"))),
            Say($"with the sum of {k} gradients in place of their mean a step is {And(tried.Select(t => Say($"{t.Ratio:G4} times as large under {t.Name}")))}"))
            .With(Say($"clipping at a norm then acts at a {k}th of the mean gradient's norm, under any optimizer"));

        static double Adam(double factor)
        {
            var run = new AdamRun<Real64>(0);
            for (int t = 0; t < 10; t++)
                run.Step(factor * (0.3 + 0.1 * t));
            return run.Theta.Value;
        }
    }

    // The bias of a logistic regression on two classes that lie the same way from 0, the second one last.
    private static double Bias(int seed, bool shuffled)
    {
        const int Examples = 100;
        var draws = new Draws(3160 + seed);
        (double X, int Class)[] data = [.. Enumerable.Range(0, Examples).Select(i => ((i < Examples / 2 ? -0.5 : 0.5) + draws.Normal(), i < Examples / 2 ? 0 : 1))];
        double w = 0, b = 0;
        for (int epoch = 0; epoch < 5; epoch++)
        {
            int[] order = shuffled ? RandomStreams.Permutation((ulong)seed, (ulong)epoch, Examples) : [.. Enumerable.Range(0, Examples)];
            foreach (int i in order)
            {
                double p = 1 / (1 + Real64.Exp(-(w * data[i].X + b)).Value);
                w -= 0.1 * (p - data[i].Class) * data[i].X;
                b -= 0.1 * (p - data[i].Class);
            }
        }

        return Math.Abs(b);
    }
}
