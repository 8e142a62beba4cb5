using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Batching", "Mini-Batch Gradient Descent" and "Trade-offs".</summary>
internal static class Batching
{
    private const int All = 512;

    /// <summary>What an epoch of single examples costs and how noisy its gradients are, beside batches of 32.</summary>
    [Claim("D0-090")]
    [Turn("facts/one at a time is", "[\"exact\"]", Verdict.Erratum)]
    [Turn("facts/one at a time is", "[\"noisy\"]", Verdict.Erratum)]
    internal static Finding OneAtATime(Claim claim)
    {
        int single = Working.Value("numbers that the updates of an epoch of 512 examples write, one at a time", Writes(1)), batch = Working.Value("in batches of 32", Writes(32));
        (double One, double Many) spread = (Working.Value("variance of the gradient of one example, summed over parameters", Variance(1)), Working.Value("of a batch of 32", Variance(32)));
        string[] found = [.. (string[])[.. single > batch ? ["inefficient"] : Array.Empty<string>(), .. spread.One > spread.Many ? ["noisy"] : Array.Empty<string>()]], stated = claim.Facts["one at a time is"].Texts;
        return Judge.Holds(
            found.SequenceEqual(stated),
            Say($"{single} against {batch}, {spread.One:G3} against {spread.Many:G3}"),
            Say($"an epoch of single examples writes {single} numbers in its updates and one of batches of 32 {batch}; the gradient's variance is {spread.One:G3} and {spread.Many:G3}"),
            Say($"found is {And(found)}, stated {And(stated)}"));

        static int Writes(int batchSize) => (int)Batches.Count<Real64>(All, batchSize).Value * CharModel.Start("He", 0).Theta.Length;
    }

    /// <summary>The stated mean against ours, and against the gradient that the batch loss has.</summary>
    [Claim("D0-091")]
    [Turn("facts/formula", "sum(g)", Verdict.Erratum)]
    [Turn("facts/formula", "max(g)", Verdict.Erratum)]
    internal static Finding MeanOfGradients(Claim claim)
    {
        CharModel model = CharModel.Start("He", 91);
        Example[] batch = CharText.Windows(91, 8);
        double[][] single = [.. batch.Select(e => model.GradientOf([e]))];
        double[] together = model.GradientOf(batch);
        var same = new Tally("parameters for which the gradient of the mean loss is the mean of the single gradients, but for rounding");
        for (int k = 0; k < together.Length; k++)
            same.Add(Math.Abs(together[k] - single.Average(g => g[k])) <= Roundoff(64));
        return Judge.All(
            Judge.Holds(same.Shown().Always, Say($"{same}"), Say($"{same} {same.What}"), Say($"{same} {same.What}")),
            Judge.Formula(claim, "formula", x =>
            {
                Precise[] g = x.Row("g");
                return g.Aggregate(Precise.Zero, (sum, one) => sum + one) / Precise.Of(g.Length);
            }));
    }

    /// <summary>The variance of the mean over all batches of two of six numbers, against the theorem.</summary>
    [Claim("D0-092")]
    [Turn("facts/averaging", "raises the variance", Verdict.Erratum)]
    internal static Finding AveragingLowersVariance(Claim claim)
    {
        double[] g = [1, 2, 4, 7, 11, 16];
        double mean = g.Average(), population = g.Average(x => (x - mean) * (x - mean));
        double[] pairs = [.. from i in Enumerable.Range(0, 6) from j in Enumerable.Range(i + 1, 5 - i) select (g[i] + g[j]) / 2], drawn = [.. from a in g from b in g select (a + b) / 2];
        double without = Working.Value("variance of the mean of two of six, none twice", pairs.Average(x => (x - mean) * (x - mean))), with = Working.Value("of two drawn independently", drawn.Average(x => (x - mean) * (x - mean)));
        bool theorem = Near(without, Working.Apply<Real64>(Batches.VarianceWithoutReplacement, population * 6 / 5, 2, 6), 64) && Near(with, Working.Apply<Real64>(Batches.Variance, population, 2), 64);
        Working.Value("of a single one", population);
        return Judge.Stated(claim, "averaging", theorem && without < population && with < population ? "lowers the variance" : "raises the variance", Say($"{with:G4} and {without:G4} of {population:G4}"), Say($"of six numbers of variance {population:G4} the mean of two has {with:G4}, half of it, and {without:G4} where none is drawn twice"));
    }

    /// <summary>The longest chain of gradients that wait for each other, in a batch and in single updates.</summary>
    [Claim("D0-093")]
    [Turn("facts/examples of a batch", "wait for each other", Verdict.Erratum)]
    internal static Finding Parallel(Claim claim)
    {
        CharModel model = CharModel.Start("He", 93);
        Example[] batch = CharText.Windows(93, 32);
        double[] forward = model.GradientOf(batch), backward = model.GradientOf([.. batch.Reverse()]);
        double apart = Working.Value("largest difference of the gradient when the examples are taken in the other order", forward.Zip(backward, (a, b) => Math.Abs(a - b)).Max());
        CharModel first = model.Copy(), last = model.Copy();
        foreach (Example e in batch)
            TrainerListing.ClippingFirst().Batch(first, [e], 0.1);
        foreach (Example e in batch.Reverse())
            TrainerListing.ClippingFirst().Batch(last, [e], 0.1);
        double moved = Working.Value("largest difference of the parameters after single updates in the two orders", first.Theta.Zip(last.Theta, (a, b) => Math.Abs(a - b)).Max());
        return Judge.Stated(
            claim, "examples of a batch", apart <= Roundoff(1000) && moved > 1e-3 ? "do not wait for each other" : "wait for each other", Say($"{apart:G2} against {moved:G2}"), Say($"the gradient of a batch of {batch.Length} is the same in any order of its examples, to {apart:G2}, so that they can be computed at one time; single updates in another order end {moved:G2} apart, since each needs the one before"))
            .AndYet("the listing itself takes the examples of a batch one after the other, and nothing in it is parallel");
    }

    /// <summary>Held-out loss at the same training loss: batches of 32 against all examples at once, and against single ones.</summary>
    [Claim("D0-094")]
    [Turn("facts/held-out loss of mini-batches", "higher", Verdict.Erratum)]
    internal static Finding BetterGeneralization(Claim claim)
    {
        PairedOutcome whole = AtEqualTraining("do mini-batches generalize better than the whole data at once, at the same training loss", 32, 128, "in batches of 32", "all 128 at once");
        PairedOutcome epochs = new PairedRuns("do they after as many epochs", "held-out loss after 20 epochs", Pairs: 10, Least: 0.01).Run("in batches of 32", "all 512 at once", seed => (
            new CharRun { Seed = seed, Rate = 0.1, Epochs = 20 }.Run().HeldOut, new CharRun { Seed = seed, Rate = 0.1, Epochs = 20, BatchSize = All }.Run().HeldOut));
        PairedOutcome single = AtEqualTraining("does still more noise generalize still better", 1, 32, "one at a time", "in batches of 32");
        string stated = claim.Facts["held-out loss of mini-batches"].Text;
        (string When, PairedOutcome Runs)[] tried = [("after as many epochs", epochs), ("at the same training loss", whole), ("at the same training loss with still more noise", single)];

        // The last says what more noise does; the claim sets mini-batches against the whole data.
        string[] with = [.. tried[..2].Where(t => t.Runs.Direction == stated).Select(t => t.When)];
        return Judge.Conditional(
            tried.All(t => t.Runs.Direction == stated),
            with.Length > 0,
            And(with),
            And(tried.Select(t => Say($"{t.Runs.Lower} of {t.Runs.Values.Count} lower {t.When}"))),
            string.Join("; ", tried.Select(t => $"{t.When} the loss is {t.Runs.Direction}: {t.Runs}")));
    }

    /// <summary>The two places that say which sizes are usual.</summary>
    [Claim("D0-095")]
    [Turn("printed/sizes", "32, 64, 128", Verdict.Confirmed)]
    [Turn("D0-177/printed/batch", "32-256", Verdict.Confirmed)]
    internal static Finding UsualSizes(Claim claim, Document document)
    {
        PrintedRange typical = document["D0-177"].PrintedRange("batch");
        Rational[] sizes = [.. claim.PrintedRow("sizes").Select(p => p.Value)], outside = [.. sizes.Where(s => !typical.Contains(s))];
        Working.Value("sizes outside the range of the summary", outside.Length);
        return Judge.Agrees(outside.Length == 0, "D0-177", Say($"{outside.Length} outside"), Say($"of the sizes {And(sizes.Select(s => Say($"{s}")))} {(outside.Length == 0 ? "none" : And(outside.Select(s => Say($"{s}"))))} lies outside the summary's {typical}"));
    }

    /// <summary>The same from the summary's side.</summary>
    [Claim("D0-177")]
    [Turn("printed/batch", "32-256", Verdict.Confirmed)]
    [Turn("D0-095/printed/sizes", "32, 64, 128", Verdict.Confirmed)]
    internal static Finding TypicalSize(Claim claim, Document document)
    {
        PrintedRange typical = claim.PrintedRange("batch");
        Rational[] sizes = [.. document["D0-095"].PrintedRow("sizes").Select(p => p.Value)];
        bool same = Working.Holds("the range goes from the least to the largest of the common sizes", typical.Low!.Value == sizes.Min() && typical.High!.Value == sizes.Max());
        Working.Value("largest of the common sizes", sizes.Max());
        return Judge.Agrees(same, "D0-095", Say($"{Working.Value("least of the common sizes", sizes.Min())} to {sizes.Max()}"), Say($"the summary has {typical} as typical, the list of common sizes goes from {sizes.Min()} to {sizes.Max()}"));
    }

    /// <summary>A row of the table: the gradient's variance, the updates of an epoch, and what is seen on held-out text.</summary>
    [Claim("D0-096")]
    [Claim("D0-097")]
    [Claim("D0-098")]
    [Turn("printed/variance", "high", Verdict.Erratum)]
    [Turn("printed/computation", "slowest", Verdict.Erratum)]
    [Turn("printed/generalization", "bad", Verdict.Ambiguous, Claim = "D0-096")]
    [Turn("printed/generalization", "bad", Verdict.Erratum, Claim = "D0-097")]
    [Turn("printed/generalization", "bad", Verdict.Erratum, Claim = "D0-098")]
    [Turn("printed/generalization", "may overfit", Verdict.Ambiguous, Claim = "D0-097")]
    [Turn("printed/generalization", "good", Verdict.Confirmed, Claim = "D0-098")]
    internal static Finding TableRow(Claim claim, Document document)
    {
        Claim[] rows = [.. ((string[])["D0-096", "D0-097", "D0-098"]).Select(id => document[id])];
        int[] sizes = [.. rows.Select(r => (int)PrintedNumber.All(r.GivenText("batch"))[0].Value.ToDouble())];
        int at = Array.FindIndex(rows, r => r.Id == claim.Id), size = sizes[at];
        double[] variance = [.. sizes.Select(Variance)], updates = [.. sizes.Select(b => Batches.Count<Real64>(1024, b).Value)];
        for (int i = 0; i < sizes.Length; i++)
            Working.Tried(Say($"batches of {sizes[i]}: variance of the gradient {variance[i]:G3}, updates in an epoch of 1024 examples {updates[i]}"));
        string[] noisy = ["very high", "medium", "low"], fast = ["slow", "fast", "very fast"];
        string Rank(double[] of, string[] words) => words[of.Count(x => x > of[at])];
        // Trained for as long as the listings do at most, on little text.
        CharOutcome[] runs = [.. Enumerable.Range(0, 5).Select(seed => new CharRun { Seed = seed, Rate = 0.1, Epochs = 40, BatchSize = Math.Min(size, 512) }.Run())];
        double text = CharText.Unigram(CharRun.HeldOut());
        Tally learns = new(Say($"runs in batches of {Math.Min(size, 512)} whose held-out loss ends a tenth or more below counting characters"));
        learns.AddAll(runs.Select(r => r.HeldOut < 0.9 * text));
        CharOutcome[] on = [.. Enumerable.Range(0, 5).Select(seed => new CharRun { Seed = seed, Rate = 1, Epochs = 100, BatchSize = Math.Min(size, 64), Examples = 64 }.Run())];
        Tally overfits = new(Say($"runs in batches of {Math.Min(size, 64)} on 64 examples at rate 1, 100 epochs, whose held-out loss rises after its least while the training loss falls"));
        overfits.AddAll(on.Select(r => r.Log[^1].Validation > r.Log.Min(l => l.Validation) + 0.05));
        learns.Shown();
        overfits.Shown();
        PairedOutcome[] beside = [.. sizes.Where(other => other != size).Select(other => AtEqualTraining(
            Say($"is the held-out loss another in batches of {size} than in batches of {other}, of 128 examples at most, at the same training loss"), Math.Min(size, 128), Math.Min(other, 128), Say($"in batches of {size}"), Say($"in batches of {other}")))];
        bool worse = beside.Any(o => o.Direction == "higher");
        (bool ByItself, bool Beside) right = claim.PrintedText("generalization") switch
        {
            "good" => (learns.Count > learns.Of / 2, !worse),
            "may overfit" => (overfits.Count > 0, worse),
            "bad" => (learns.Count <= learns.Of / 2, worse),
            var other => throw claim.Bad($"printed/generalization = {other}"),
        };
        string directions = And(beside.Select(o => $"{o.Direction} than {o.SecondName}"));
        PairedRuns of = beside[0].Of;
        string undecided = beside.All(o => o.Direction != "no different") ? "" : Say($" (no different: within {of.Least} in so many of {of.Pairs} pairs at rate 0.1 that a difference which nine pairs of ten show would have been found with probability {of.Power(0.9):F2}; a rarer or smaller one is not decided)");
        return Judge.All(
            Judge.Printed(claim, "variance", Rank(variance, noisy), Say($"{variance[at]:G3}"), Say($"the gradient's variance is {variance[at]:G3}, of {And(variance.Select(v => Say($"{v:G3}")))} in the three rows")),
            Judge.Printed(claim, "computation", Rank(updates, fast), Say($"{updates[at]} updates"), Say($"an epoch of 1024 examples takes {updates[at]} updates, of {And(updates.Select(u => Say($"{u}")))}")),
            Judge.TwoReadings(
                right.ByItself,
                right.Beside,
                Say($"{learns} and {overfits}; {directions}"),
                Say($"generalization read of this size by itself: {learns} {learns.What}, {overfits} {overfits.What}; read beside the other rows, at the same training loss, the held-out loss is {directions}{undecided}")));
    }

    internal static PairedOutcome AtEqualTraining(string question, int first, int second, string firstName, string secondName) =>
        new PairedRuns(question, "held-out loss when the training loss first falls below 1", Pairs: 20, Least: 0.01).Run(firstName, secondName, seed => (HeldOutAt(seed, first), HeldOutAt(seed, second)));

    private static double HeldOutAt(int seed, int batchSize) =>
        new CharRun { Seed = seed, Rate = 0.1, Epochs = batchSize < 8 ? 30 : batchSize < 100 ? 60 : 240, BatchSize = batchSize, Examples = 128, Until = 1 }.Run().HeldOut;

    // The summed variance of the mean gradient of a batch that is drawn without putting back from 1024 examples.
    private static double Variance(int batchSize) => Kept.Of(batchSize, static size =>
    {
        CharModel model = CharModel.Start("He", 96);
        Example[] text = CharText.Windows(96, 1024);
        double[] full = model.GradientOf(text);
        double single = text.Sum(e => model.GradientOf([e]).Zip(full, (a, b) => (a - b) * (a - b)).Sum()) / (text.Length - 1);
        return Batches.VarianceWithoutReplacement<Real64>(single, Math.Min(size, 1000), 1024).Value;
    });
}
