using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.Experiments;

/// <summary>An experiment on two arms that run from the same seeds, stated before it runs: what is asked, what is measured, how many pairs, what counts as a difference, and how rare chance must be.</summary>
/// <param name="Question">What is asked: "does a warmup lower the highest loss".</param>
/// <param name="Measured">What is measured of each run: "highest loss in 300 steps".</param>
/// <param name="Pairs">Pairs of runs, with seeds from 0.</param>
/// <param name="Least">The smallest difference that counts; a pair that is nearer is a tie.</param>
/// <param name="Level">The chance of a direction where there is none, at most: two-sided, by a sign test.</param>
internal sealed record PairedRuns(string Question, string Measured, int Pairs, double Least = 0, double Level = 0.01)
{
    /// <summary>The pairs that must agree for a direction.</summary>
    public int Needed => Enumerable.Range(0, Pairs + 1).FirstOrDefault(k => 2 * SignTest.AtLeast(k, Pairs) <= Level, Pairs + 1);

    /// <summary>The chance to find the direction where it shows in such a share of pairs.</summary>
    public double Power(double share) => SignTest.AtLeast(Needed, Pairs, share);

    /// <summary>Runs all pairs and shows what came out.</summary>
    /// <param name="first">What the first arm is called: "with a warmup".</param>
    /// <param name="second">What the second arm is called.</param>
    /// <param name="pair">The two measured values for a seed.</param>
    /// <exception cref="ArgumentException">So few pairs reach no level.</exception>
    public PairedOutcome Run(string first, string second, Func<int, (double First, double Second)> pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        if (Needed > Pairs)
            throw new ArgumentException(Say($"Pairs = {Pairs} is too few for the level {Level}"), nameof(first));
        Working.Tried(Say($"{Question}: {Measured}, {Pairs} pairs of runs that differ in this alone; a direction needs {Needed} of {Pairs} (sign test at level {Level}), and is found with probability {Power(0.9):F2} where nine pairs of ten show it"));
        (double First, double Second)[] values = [.. Enumerable.Range(0, Pairs).Select(pair)];
        var outcome = new PairedOutcome(this, first, second, values);
        Working.Tried(outcome.ToString());
        return outcome;
    }
}

/// <summary>What came out of paired runs.</summary>
internal sealed record PairedOutcome(PairedRuns Of, string FirstName, string SecondName, IReadOnlyList<(double First, double Second)> Values)
{
    /// <summary>Pairs in which the first arm is lower by more than the least difference; a run that ended in NaN is higher than any that did not.</summary>
    public int Lower => Values.Count(v => v.First < v.Second - Of.Least || (double.IsNaN(v.Second) && !double.IsNaN(v.First)));

    /// <summary>Pairs in which it is higher, by the same rule.</summary>
    public int Higher => Values.Count(v => v.First > v.Second + Of.Least || (double.IsNaN(v.First) && !double.IsNaN(v.Second)));

    /// <summary>"lower" or "higher", of the first arm, where enough pairs agree; else "no different".</summary>
    public string Direction => Lower >= Of.Needed ? "lower" : Higher >= Of.Needed ? "higher" : "no different";

    /// <summary>The middle value of each arm.</summary>
    public (double First, double Second) Medians => (Middle(Values.Select(v => v.First)), Middle(Values.Select(v => v.Second)));

    /// <summary>The outcome in a sentence.</summary>
    public override string ToString() => Say($"{Of.Measured} {FirstName} is lower in {Lower} and higher in {Higher} of {Values.Count} pairs, {Medians.First:G4} against {Medians.Second:G4} {SecondName} (medians)");

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>The sign test: how likely so many heads are.</summary>
internal static class SignTest
{
    /// <summary>The chance of so many or more heads in tosses of a coin.</summary>
    /// <param name="heads">Heads, from 0 to one more than the tosses.</param>
    /// <param name="tosses">Tosses.</param>
    /// <param name="share">The chance of heads in one toss.</param>
    public static double AtLeast(int heads, int tosses, double share = 0.5)
    {
        double sum = 0;
        for (int k = tosses; k >= heads; k--)
            sum += Math.Exp(LogChoose(tosses, k) + k * Math.Log(share) + (tosses - k) * Math.Log(1 - share));
        return Math.Min(1, sum);
    }

    private static double LogChoose(int n, int k) => Enumerable.Range(1, k).Sum(i => Math.Log((double)(n - k + i) / i));
}
