using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Monitoring Training": what to track, and the two norms.</summary>
internal static class MonitoringSection
{
    /// <summary>The training loss of a run at the rate for the model.</summary>
    [Claim("D0-142")]
    [Turn("facts/training loss", "increasing", Verdict.Erratum)]
    internal static Finding TrainingLossFalls(Claim claim)
    {
        Tally falls = new("runs at 0.1, 20 epochs, whose training loss falls by the test of slope");
        falls.AddAll(Enumerable.Range(0, 10).Select(seed => RunCurves.TrendOf([.. Healthy(seed).Log.Select(l => l.Train)], Symptoms.Significance) == Trend.Decreasing));
        return Judge.Stated(claim, "training loss", falls.Shown().Always ? "decreasing" : falls.Never ? "increasing" : "either", Say($"{falls}"), Say($"{falls} {falls.What}"));
    }

    /// <summary>The validation loss of runs on much and on little text.</summary>
    [Claim("D0-143")]
    [Turn("facts/validation loss", "increasing", Verdict.Erratum)]
    [Turn("facts/parting from training loss", "is harmless", Verdict.Erratum)]
    internal static Finding ValidationLossFalls(Claim claim)
    {
        Tally falls = new("runs on 512 examples, 20 epochs, whose validation loss falls"), parts = new("runs on 64 examples, 100 epochs, in which it parts from the training loss, by the diagnosis engine on the second half"), worse = new("of them that end above their least validation loss");
        foreach (int seed in Enumerable.Range(0, 5))
        {
            falls.Add(RunCurves.TrendOf([.. Healthy(seed).Log.Select(l => l.Validation)], Symptoms.Significance) == Trend.Decreasing);
            CharOutcome small = Overfitting.Small(seed).Run();
            EpochLog[] late = [.. small.Log.Skip(50)];
            parts.Add(Symptoms.Overfitting(new RunRecord { TrainingLoss = [.. late.Select(l => l.Train)], ValidationLoss = [.. late.Select(l => l.Validation)] }));
            worse.Add(small.HeldOut > small.Log.Min(l => l.Validation) + 0.1);
        }

        return Judge.All(
            Judge.Stated(claim, "validation loss", falls.Shown().Always ? "decreasing" : "increasing", Say($"{falls}"), Say($"{falls} {falls.What}")),
            Judge.Stated(claim, "parting from training loss", parts.Shown().Always && worse.Shown().Always ? "is a warning" : "is harmless", Say($"{parts}, {worse}"), Say($"{parts} {parts.What}, {worse} {worse.What}")));
    }

    /// <summary>The stated perplexity against ours.</summary>
    [Claim("D0-144")]
    [Turn("facts/formula", "pow(2, loss)", Verdict.Erratum)]
    [Turn("facts/formula", "loss", Verdict.Erratum)]
    internal static Finding PerplexityIsExp(Claim claim) => Judge.Formula(claim, "formula", x => Perplexity.Of(x["loss"]))
        .With(Say($"a uniform guess among 27 has the perplexity {Perplexity.Of<Real64>(Real64.Log(27)).Value:G4}, a certain one {Perplexity.Of<Real64>(0).Value}"));

    /// <summary>Gradient norms of runs that train, against the median, and of one that explodes.</summary>
    [Claim("D0-145")]
    [Turn("facts/gradient norms of a healthy run", "explode", Verdict.Erratum)]
    internal static Finding StableGradientNorms(Claim claim)
    {
        Tally stable = new("runs at 0.1 with no gradient norm above ten times the median or below a tenth of it, the first batch aside"), broken = new("runs at 10 of which that is true");
        double largest = 0;
        foreach (int seed in Enumerable.Range(0, 5))
        {
            double[] norms = Healthy(seed).Norms[1..];
            largest = Math.Max(largest, norms.Max() / Median(norms));
            stable.Add(Steady(norms));
            broken.Add(Steady(new CharRun { Seed = seed, Rate = 10 }.Run().Norms[1..]));
        }

        Working.Value("largest norm of a healthy run over its median", largest);
        return Judge.Stated(claim, "gradient norms of a healthy run", stable.Shown().Always && broken.Shown().Never ? "are stable" : "explode", Say($"{stable}, {broken}"), Say($"{stable} {stable.What} (largest {largest:F1} times the median), {broken} {broken.What}"));

        static bool Steady(double[] norms) => norms.All(n => n <= 10 * Median(norms) && n >= Median(norms) / 10);

        static double Median(double[] norms) => norms.Order().ElementAt(norms.Length / 2);
    }

    /// <summary>The parameters' norm of runs that train, and of runs that diverge.</summary>
    [Claim("D0-146")]
    [Turn("facts/parameter norm of a healthy run", "grows without bound", Verdict.Erratum)]
    internal static Finding BoundedParameterNorm(Claim claim)
    {
        Tally bounded = new("runs at 0.1 with decay 0.01 whose parameter norm grows by less than a tenth in their second half of 200 epochs"), diverging = new("runs at 10 whose parameter norm is finite and below a hundred times that of the start");
        double grown = 0;
        foreach (int seed in Enumerable.Range(0, 3))
        {
            CharRun run = new() { Seed = seed, Rate = 0.1, Epochs = 100, WeightDecay = 0.01, Examples = 128 };
            double half = run.Run().ParameterNorm, all = (run with { Epochs = 200 }).Run().ParameterNorm;
            grown = Math.Max(grown, all / half);
            bounded.Add(all < 1.1 * half);
            diverging.Add(new CharRun { Seed = seed, Rate = 10 }.Run().ParameterNorm < 100 * TrainerListing.Norm(CharModel.Start("He", seed).Theta));
        }

        Working.Value("largest growth from epoch 100 to 200", grown);
        return Judge.Stated(claim, "parameter norm of a healthy run", bounded.Shown().Always && diverging.Shown().Never ? "is bounded" : "grows without bound", Say($"{bounded}, {diverging}"), Say($"{bounded} {bounded.What}, at most by {100 * (grown - 1):F1} percent; {diverging} {diverging.What}"));
    }

    /// <summary>The listing's norm, over gradients or over parameters, against ours.</summary>
    [Claim("D0-147")]
    [Claim("D0-149")]
    [Turn("facts/formula", "sum(abs(x))", Verdict.Erratum)]
    [Turn("facts/formula", "sum(x^2)", Verdict.Erratum)]
    internal static Finding EuclideanNorm(Claim claim)
    {
        double five = Working.Value("norm of 3 and 4 by the listing", Norm([3, 4])), none = Working.Value("of nothing", Norm([]));
        return Judge.All(
            Judge.Holds(five == 5 && none == 0, Say($"{five}"), Say($"3 and 4 have the norm {five}, no entries {none}"), Say($"3 and 4 have the norm {five}, no entries {none}")),
            Judge.Formula(claim, "formula", x => Norms.L2<Precise>(x.Row("x"))));
    }

    /// <summary>Gradients whose squares leave the range of doubles.</summary>
    [Claim("D0-148")]
    [Turn("facts/large gradients", "nothing", Verdict.Erratum)]
    [Turn("facts/tiny gradients", "right", Verdict.Erratum)]
    internal static Finding SquaresOverflow(Claim claim)
    {
        double root = Working.Value("square root of the largest double", Math.Sqrt(double.MaxValue));
        string above = PythonRaises.Of(() => Norm([1.0000001 * root])), below = PythonRaises.Of(() => Norm([0.9999999 * root]));
        double tiny = Working.Value("norm of a gradient of 1e-200", Norm([1e-200]));
        Working.Tried(Say($"a gradient a little above {root:G3} raises {above}, one a little below raises {below}"));
        return Judge.All(
            Judge.Stated(claim, "large gradients", below == "nothing" ? above : "another limit", Say($"{root:G3}"), Say($"squares raise {above} above {root:G3}")),
            Judge.Stated(claim, "tiny gradients", tiny == 0 ? "vanish" : "right", Say($"{tiny}"), Say($"a gradient of 1e-200 has the norm {tiny}, where the scaled sum gives {Norms.L2<Real64>([1e-200]).Value:G3}")))
            .AndYet("the clipping that is to save an exploding run raises on the way");
    }

    /// <summary>The listing's norm.</summary>
    internal static double Norm(double[] values) => Math.Sqrt(values.Sum(Python.Square));

    private static CharOutcome Healthy(int seed) => new CharRun { Seed = seed, Rate = 0.1, Epochs = 20 }.Run();
}
