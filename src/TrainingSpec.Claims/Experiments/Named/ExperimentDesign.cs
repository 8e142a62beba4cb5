using TrainingSpec.Checking;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments;

/// <summary>What an experiment states before it runs: which effect it is to find, how rare chance must be, how surely it finds it, and how many runs that takes; or why chance has no part in it.</summary>
public abstract record ExperimentDesign;

/// <summary>The finding is the same whatever is drawn.</summary>
/// <param name="Why">What makes it so.</param>
public sealed record DeterministicDesign(string Why) : ExperimentDesign
{
    /// <inheritdoc/>
    public override string ToString() => $"deterministic: {Why}; it needs no level and no power";
}

/// <summary>Something that is measured, and the effect on it that is to be found.</summary>
/// <param name="What">What is measured of each run: "loss after 20 epochs".</param>
/// <param name="Effect">The smallest difference of two arms that is to be found, in <paramref name="Unit"/>.</param>
/// <param name="Deviation">By how much the differences of pairs of runs spread, at most: a standard deviation, from a pilot with other seeds.</param>
/// <param name="Unit">The unit of the two; empty for pure numbers.</param>
public sealed record PairedMeasure(string What, double Effect, double Deviation, string Unit = "")
{
    /// <inheritdoc/>
    public override string ToString() => Say($"{Effect}{(Unit.Length > 0 ? " " : "")}{Unit} on the {What} (pairs spread by {Deviation})");
}

/// <summary>A finding that chance has a part in: of as many runs as its power takes, at a level.</summary>
public abstract record StatisticalDesign : ExperimentDesign
{
    /// <summary>The chance of any finding where there is no effect, at most; each of several findings has its part of it.</summary>
    public const double Level = 0.01;

    /// <summary>The chance to find an effect of the stated size, at least.</summary>
    public const double Power = 0.9;

    /// <summary>Runs of each arm, which the power takes.</summary>
    public abstract int Runs { get; }

    /// <summary>Runs of each arm at the full size, which find half the effect.</summary>
    public abstract int FullRuns { get; }

    /// <summary>What the full size has more of.</summary>
    public string Full => Say($"{FullRuns} runs in place of {Runs}, which find half the effect");

    /// <summary>Runs of each arm at a size.</summary>
    internal int RunsAt(ExperimentSize size) => size == ExperimentSize.Full ? FullRuns : Runs;
}

/// <summary>Arms that run from the same seeds, compared pair by pair: a paired t-test, whose pairs' differences are taken for normal.</summary>
/// <param name="Measures">What is measured.</param>
public sealed record PairedDesign(params IReadOnlyList<PairedMeasure> Measures) : StatisticalDesign
{
    /// <summary>How many things are found; one of each measure unless told otherwise.</summary>
    public int Findings { get; init; } = Measures.Count;

    /// <inheritdoc/>
    public override int Runs => Needed(1);

    /// <inheritdoc/>
    public override int FullRuns => Needed(0.5);

    /// <summary>The level of each finding.</summary>
    public double LevelOfEach => Level / Findings;

    /// <inheritdoc/>
    public override string ToString() =>
        Say($"{(Measures.Count == 1 ? "an effect" : "effects")} of {And(Measures.Select(m => m.ToString()))}, level {Level}{(Findings > 1 ? Say($" over {Findings} findings") : "")}, power {Power}: {Runs} seeds, by a paired t-test");

    /// <summary>Tests an arm against another one.</summary>
    /// <param name="name">What is compared: "1 against 0.1".</param>
    /// <param name="first">The measured values of the first arm, by seed.</param>
    /// <param name="second">Those of the second.</param>
    /// <param name="measure">Which measure it is.</param>
    internal ExperimentTest Compare(string name, IReadOnlyList<double> first, IReadOnlyList<double> second, int measure = 0) =>
        Test(name, [.. first.Zip(second, (a, b) => a - b)], measure);

    /// <summary>Tests differences against 0.</summary>
    /// <exception cref="ArgumentException">A difference is not finite: the experiment must say what a run that has no value counts for.</exception>
    internal ExperimentTest Test(string name, double[] differences, int measure = 0)
    {
        if (!Array.TrueForAll(differences, double.IsFinite))
            throw new ArgumentException(Say($"differences hold {Array.Find(differences, d => !double.IsFinite(d))}, which is outside (-inf, inf)"), nameof(differences));
        StudentResult result = StudentTest.Test(differences);
        (string what, string unit) = (Measures[measure].What, Measures[measure].Unit);
        return new ExperimentTest($"{what}, {name}{(unit.Length > 0 ? $" ({unit})" : "")}", result.Count, result.Mean, result.Deviation, result.PValue, LevelOfEach) { StatedDeviation = Measures[measure].Deviation };
    }

    /// <summary>Tests the arm with the least mean against each other one; what is said of it must hold against the nearest, whose test is given.</summary>
    /// <param name="names">The arms' names.</param>
    /// <param name="arms">The measured values, by arm and seed.</param>
    /// <param name="measure">Which measure it is.</param>
    /// <returns>The arm, and the test that leaves the most doubt.</returns>
    internal (int Least, ExperimentTest Test) Least(IReadOnlyList<string> names, IReadOnlyList<double[]> arms, int measure = 0)
    {
        int least = Enumerable.Range(0, arms.Count).MinBy(i => arms[i].Average());
        return (least, Enumerable.Range(0, arms.Count).Where(i => i != least).Select(i => Compare($"{names[least]} less {names[i]}", arms[least], arms[i], measure)).MaxBy(t => t.PValue)!);
    }

    private int Needed(double share) => Measures.Max(m => StudentTest.SamplesNeeded(share * m.Effect / m.Deviation, LevelOfEach, Power));
}

/// <summary>Shares of runs in which something happens, each compared with one half: the exact binomial test.</summary>
/// <param name="What">What happens: "a run leaves its minimum".</param>
/// <param name="Share">A share above one half that is to be found, as is its complement, in (0.5, 1).</param>
/// <param name="Findings">How many shares are tested.</param>
public sealed record ShareDesign(string What, double Share, int Findings) : StatisticalDesign
{
    /// <inheritdoc/>
    public override int Runs => Needed(Share);

    /// <inheritdoc/>
    public override int FullRuns => Needed(0.5 + (Share - 0.5) / 2);

    /// <summary>The level of each finding.</summary>
    public double LevelOfEach => Level / Findings;

    /// <inheritdoc/>
    public override string ToString() => Say($"an effect of a share of {Share} or {1 - Share:G2} of the runs, against one half, where {What}, level {Level} over {Findings} findings, power {Power}: {Runs} runs, by the exact binomial test");

    /// <summary>Tests a share.</summary>
    /// <param name="name">Of which runs.</param>
    /// <param name="happened">In how many of them it happened.</param>
    /// <param name="runs">How many there are.</param>
    internal ExperimentTest Test(string name, int happened, int runs) =>
        new($"share above one half where {What}, {name}", runs, (double)happened / runs - 0.5, double.NaN, ProportionTest.Test(happened, runs, 0.5).PValue, LevelOfEach);

    // The power does not rise with every run, since the law is discrete: the first number that has it.
    private int Needed(double share) => Enumerable.Range(1, 10_000).First(n => ProportionTest.Power(n, 0.5, share, LevelOfEach) >= Power);
}

/// <summary>A test that a finding rests on.</summary>
/// <param name="Of">What was compared, with the unit.</param>
/// <param name="Runs">Pairs of runs, or runs.</param>
/// <param name="Mean">The mean difference.</param>
/// <param name="Deviation">The standard deviation of the differences; NaN for shares.</param>
/// <param name="PValue">The probability of a difference so large, on either side, where there is none.</param>
/// <param name="Level">The probability at which a difference is believed.</param>
public sealed record ExperimentTest(string Of, int Runs, double Mean, double Deviation, double PValue, double Level)
{
    /// <summary>−1 where the difference is below 0, 1 where it is above, 0 where it may be chance.</summary>
    public int Direction => PValue <= Level ? Math.Sign(Mean) : 0;

    /// <summary>The deviation that the design states; NaN where it states none.</summary>
    public double StatedDeviation { get; init; } = double.NaN;

    /// <summary>The p-value as it is printed.</summary>
    public string P => PValue < 1e-12 ? "p < 1e-12" : Say($"p = {PValue:G2}");

    /// <inheritdoc/>
    public override string ToString() => Say($"{Of}: {Mean:G3} in {Runs}{(double.IsNaN(Deviation) ? "" : Say($", deviation {Deviation:G2}"))}, {P}, level {Level:G2}{(Direction == 0 ? ": undecided" : "")}");
}
