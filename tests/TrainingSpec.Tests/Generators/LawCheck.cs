using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Generators;

/// <summary>A statistical test's own test: over fixed seeds it passes right samples but for its level's share, and finds wrong ones in its power's share.</summary>
internal static class LawCheck
{
    public static void Holds<T>(int runs, double level, double power, Func<ulong, T> right, Func<ulong, T, T> wrong, Func<T, bool> passes, string what)
    {
        SizeAndPower seen = SizeAndPower.Measure(runs, right, wrong, sample => !passes(sample));
        TestContext.Out.WriteLine($"{what}: {seen}");
        Assert.That(seen.Agrees(level, power), $"{what}: {seen}, level {level}, power {power}");
    }

    /// <summary>The least amount of wrongness that is found with a power, to a thousandth, for a power that rises with it.</summary>
    public static double Detectable(double power, Func<double, double> powerOf) => SizeAndPower.SamplesNeeded(power, k => powerOf(Math.Min(0.999, k / 1000.0))) / 1000.0;

    public static long[] Counts(IEnumerable<int> drawn, int cells)
    {
        var counts = new long[cells];
        foreach (int cell in drawn)
            counts[cell]++;
        return counts;
    }
}
