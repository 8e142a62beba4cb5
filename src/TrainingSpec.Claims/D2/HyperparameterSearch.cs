using TrainingSpec.Checking;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Hyperparameter Search": grid, random, Bayesian.</summary>
internal static class HyperparameterSearch
{
    /// <summary>The nested loops: how many calls, whether all differ, which is first and last.</summary>
    [Claim("D2-122")]
    [Turn("given/lr", "[\"1e-4\", \"1e-4\", \"1e-3\"]", Verdict.Erratum)]
    [Turn("D2/grid_search/weight_decay", "[\"0.01\", \"0.1\", \"1\"]", Verdict.Erratum)]
    internal static Finding Grid(Claim claim, Document document)
    {
        Facts listing = document.Facts["grid_search"];
        Rational[][] given = [claim.GivenExactRow("lr"), claim.GivenExactRow("batch"), claim.GivenExactRow("wd")];
        string[] calls = [.. Calls(listing).Select(c => Say($"({c.Rate:G4}, {c.Batch:G4}, {c.Decay:G4})"))];
        string[] expected = [.. from lr in given[0] from batch in given[1] from decay in given[2] select Say($"({lr:G4}, {batch:G4}, {decay:G4})")];
        double points = given.Aggregate(new Real64(1), (n, axis) => Working.Apply<Real64>(Search.GridPoints, n, axis.Length)).Value;
        int distinct = Working.Counted("calls of the nested loops that differ from all before", calls.Distinct().Count(), calls.Length);
        Working.Value("first and last call", new[] { calls[0], calls[^1] });
        return Judge.Holds(
            distinct == points && calls.Length == points && expected.Distinct().SequenceEqual(calls),
            Say($"{calls.Length} calls"),
            Say($"{given[0].Length} rates, {given[1].Length} batch sizes and {given[2].Length} decays give {calls.Length} different calls, from {calls[0]} to {calls[^1]}"),
            Say($"the loops make {calls.Length} calls, the given values have {expected.Distinct().Count()} combinations"));
    }

    /// <summary>The calls of the nested loops, in their order.</summary>
    internal static IEnumerable<(Rational Rate, Rational Batch, Rational Decay)> Calls(Facts listing)
    {
        Rational[][] axes = [.. ((string[])["lr", "batch_size", "weight_decay"]).Select(a => listing[a].Rows.Select(r => r.Exact).ToArray())];
        return from lr in axes[0] from batch in axes[1] from decay in axes[2] select (lr, batch, decay);
    }

    /// <summary>What either routine gives back.</summary>
    [Claim("D2-123")]
    [Turn("D2/grid_search/returns", "the best setting", Verdict.Erratum)]
    [Turn("D2/grid_search/returns", "the best setting", Verdict.Confirmed, AndPlace = "D2/random_search/returns", AndValue = "the best setting")]
    internal static Finding FindTheBest(Document document)
    {
        (string Name, string Returns)[] routines = [.. ((string[])["grid_search", "random_search"]).Select(r => (r, document.Facts[r]["returns"].Text))];
        int good = Working.Counted("routines that give back a setting", routines.Count(r => r.Returns != "nothing"), routines.Length);
        return Judge.Holds(
            good == routines.Length,
            $"{good} of {routines.Length} routines",
            "both give back the best setting",
            $"{And(routines.Where(r => r.Returns == "nothing").Select(r => r.Name))} {(good == 0 ? "call" : "calls")} train, drop what it returns, and give back nothing: no setting is found");
    }

    /// <summary>Random losses over the document's two spaces: the best of as many trials by the grid and at random.</summary>
    [Claim("D2-124")]
    [Turn("facts/best loss of a random search", "higher", Verdict.Erratum)]
    internal static Finding MoreEfficientThanAGrid(Claim claim, Document document)
    {
        Claim grid = document["D2-122"];
        double[][] axes = [grid.GivenRow("lr"), grid.GivenRow("batch"), grid.GivenRow("wd")];
        PairedOutcome runs = new PairedRuns("is a random search better than a grid of as many trials", "distance of the best trial from the optimum, where one hyperparameter matters much more than the others", 200)
            .Run("at random", "by the grid", seed => Best(axes, seed, 0.01));
        PairedOutcome equal = new PairedRuns("is it better where all matter equally", "the same distance", 200)
            .Run("at random", "by the grid", seed => Best(axes, seed, 1));
        return Judge.Stated(claim, "best loss of a random search", runs.Direction, $"{runs.Lower} of {runs.Values.Count} lower", runs.ToString())
            .AndYet(Say($"where all hyperparameters matter equally it is lower in {equal.Lower} of {equal.Values.Count} cases"));
    }

    /// <summary>The default, and how likely so many trials meet the best twentieth.</summary>
    [Claim("D2-125")]
    [Turn("D2/random_search/n_trials", "20", Verdict.Conflicts)]
    internal static Finding DefaultTrials(Claim claim, Document document)
    {
        Precise trials = Exact.Of(claim.PrintedNumber("n_trials").Value), share = Precise.Of(1) / Precise.Of(20);
        Precise hit = Working.Apply(Search.HitProbability, share, trials), needed = Working.Apply(Search.TrialsNeeded, Precise.Of(0.95), share);
        return Judge.SameNumber(claim, "n_trials", document.Facts["random_search"]["n_trials"].Exact, "the listing")
            .With(Say($"{trials:G3} trials meet the best twentieth with probability {hit:F3}; for 0.95 it takes {needed:F1}"));
    }

    /// <summary>The listing's draws of an exponent beside the log-uniform law between the powers of ten, and a test of the law.</summary>
    [Claim("D2-126")]
    [Claim("D2-128")]
    [Turn("facts/value", "10 * (low + u * (high - low))", Verdict.Erratum)]
    [Turn("facts/value", "pow(10, low) + u * (pow(10, high) - pow(10, low))", Verdict.Erratum)]
    [Turn("facts/ends", "[\"1e-5\", \"1e-1\"]", Verdict.Erratum)]
    internal static Finding LogUniform(Claim claim)
    {
        Precise[] exponents = [.. Places.Shape(claim.GivenText("exponent")[1..]).Select(n => Precise.Of(n))], ends = Exact.Of(claim.Facts["ends"].Rows.Select(r => r.Exact));
        StatedFormula value = claim.Facts["value"].Formula;
        const int Points = 100;
        var same = new Tally("positions at which the listing's value is that of the log-uniform law between the stated ends");
        double[] draws = new double[Points];
        var random = new Draws(326);
        for (int i = 0; i < Points; i++)
        {
            Precise u = Precise.Of(random.Uniform(0, 1)), x = value.Evaluate(name => new[] { name == "low" ? exponents[0] : name == "high" ? exponents[1] : u });
            Precise ours = i < 3 ? Working.Apply(Search.LogUniform, ends[0], ends[1], u) : Search.LogUniform(ends[0], ends[1], u);
            same.Add(Near(x / ours, Precise.Of(1)));
            draws[i] = (double)x;
        }

        same.Shown();
        double low = Math.Log((double)ends[0]), high = Math.Log((double)ends[1]);
        KolmogorovSmirnovResult test = KolmogorovSmirnov.Test(draws, x => x <= 0 ? 0 : Math.Clamp((Math.Log(x) - low) / (high - low), 0, 1));
        Working.Tried($"Kolmogorov and Smirnov's test of the logarithms against a uniform law: {test}");
        return Judge.Holds(
            same.Always && test.Passed(0.001),
            $"{same} positions",
            Say($"the value of the listing is log-uniform between {ends[0]:G3} and {ends[1]:G3} at {same} positions, the upper end left out"),
            Say($"the value of the listing is that of the log-uniform law between {ends[0]:G3} and {ends[1]:G3} at {same} positions"));
    }

    /// <summary>Draws among the listed sizes, and their counts against equal shares.</summary>
    [Claim("D2-127")]
    [Turn("D2/random_search/shares", "[0.4, 0.15, 0.15, 0.15, 0.15]", Verdict.Erratum)]
    [Turn("facts/sizes", "[32, 64, 128, 256, 1024]", Verdict.Erratum)]
    internal static Finding BatchSizes(Claim claim, Document document)
    {
        const int Count = 5000;
        double[] listed = document.Facts["random_search"]["batch sizes"].Numbers, stated = claim.Facts["sizes"].Numbers;
        // numpy.random.choice without probabilities gives each the same share.
        double[] shares = document.Facts["random_search"].Has("shares") ? document.Facts["random_search"]["shares"].Numbers : [.. listed.Select(_ => 1.0 / listed.Length)];
        var counts = new long[listed.Length];
        var draws = new Draws(327);
        for (int i = 0; i < Count; i++)
        {
            double u = draws.Uniform(0, 1);
            int k = 0;
            while (k < shares.Length - 1 && u >= shares[k])
                u -= shares[k++];
            counts[k]++;
        }

        ChiSquareResult test = ChiSquare.Test(counts, [.. stated.Select(_ => 1.0 / stated.Length)]);
        Working.Tried($"{Count} draws among {And(listed.Select(x => Say($"{x}")))}, counts {And(counts.Select(c => Say($"{c}")))}: {test}");
        return Judge.Holds(
            listed.SequenceEqual(stated) && test.Passed(0.001),
            And(listed.Select(x => Say($"{x}"))),
            Say($"{Count} draws fall on {And(listed.Select(x => Say($"{x}")))} {And(counts.Select(c => Say($"{c}")))} times"),
            Say($"the listing draws among {And(listed.Select(x => Say($"{x}")))}, {And(counts.Select(c => Say($"{c}")))} times of {Count}"))
            .AndYet("the draw is a NumPy integer, which json.dumps refuses");
    }

    /// <summary>A Gaussian process that looks at earlier trials against a random search; what the named library does.</summary>
    [Claim("D2-129")]
    [Turn("facts/best loss with earlier results", "higher", Verdict.Erratum)]
    [Turn("facts/library does", "serving of models", Verdict.Erratum)]
    internal static Finding Bayesian(Claim claim)
    {
        PairedOutcome runs = new PairedRuns("do earlier results help to find a rate", "best loss of 12 trials", 20)
            .Run("with earlier results", "at random", seed => Kept.Of(seed, static s => Compare(s)));
        Working.Uses("search.expected_improvement");
        return Judge.All(
            Judge.Stated(claim, "best loss with earlier results", runs.Direction, $"{runs.Lower} of {runs.Values.Count} lower", runs.ToString()),
            Judge.Stated(claim, "library does", claim.Facts["library is for"].Text, "", $"{claim.Facts["library"].Text} describes itself as software for {claim.Facts["library is for"].Text}"));
    }

    // Both searches on a bowl over the logarithm of a rate, whose place the seed draws.
    private static (double First, double Second) Compare(int seed)
    {
        const int Trials = 12;
        var space = new SearchSpace(new LogUniformAxis("lr", 1e-5, 1e-2));
        double best = new Draws(3290 + seed).Uniform(-4.8, -2.2);
        double Loss(double[] point) => Math.Pow(Real64.Log(point[0]) / Math.Log(10) - best, 2);
        var search = new BayesianSearch(space, (ulong)seed, new BayesianSearchOptions { Candidates = 64 });
        for (int i = 0; i < Trials; i++)
        {
            double[] point = search.Next().Point;
            search.Observe(point, Loss(point));
        }

        return (search.BestLoss ?? double.NaN, Enumerable.Range(0, Trials).Min(i => Loss(space.RandomPoint((ulong)seed + 1000, (ulong)i))));
    }

    // The best of the grid's points and of as many random ones; the optimum is drawn from the box of the random search, one axis matters fully and the others by a weight.
    private static (double First, double Second) Best(double[][] axes, int seed, double others)
    {
        var draws = new Draws(3240 + seed);
        (double Low, double High)[] box = [(-5, -2), (Math.Log10(32), Math.Log10(512)), (-3, 0)];
        double[] optimum = [.. box.Select(b => draws.Uniform(b.Low, b.High))];
        int main = draws.Index(3);
        double[][] grid = [.. from a in axes[0] from b in axes[1] from c in axes[2] select new[] { Math.Log10(a), Math.Log10(b), Math.Log10(c) }];
        double[][] random = [.. grid.Select(_ => box.Select(b => draws.Uniform(b.Low, b.High)).ToArray())];
        return (random.Min(Loss), grid.Min(Loss));

        double Loss(double[] point) => Math.Sqrt(point.Select((x, i) => (i == main ? 1 : others) * Math.Pow((x - optimum[i]) / (box[i].High - box[i].Low), 2)).Sum());
    }
}
