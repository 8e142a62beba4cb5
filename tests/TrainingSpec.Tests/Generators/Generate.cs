using System.Globalization;
using FsCheck.Fluent;
using FsCheck;
using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Generators;

/// <summary>Makes arbitraries from a drawing function and a shrinker: one draw of FsCheck seeds all of a case, which keeps 200,000 cases cheap.</summary>
internal static class Generate
{
    public static Arbitrary<T> From<T>(Func<SplitMix, T> draw, Func<T, IEnumerable<T>> shrink) =>
        Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => draw(new SplitMix((ulong)seed))), shrink);

    /// <summary>An ordinary number: zero and whole ones at times, else of magnitude 10⁻³ to 10³.</summary>
    public static double Number(SplitMix random) => random.Below(8) switch
    {
        0 => 0,
        1 => random.Below(7) - 3,
        _ => random.Sign() * random.Magnitude(-3, 3),
    };

    public static double[] Numbers(SplitMix random, int count)
    {
        var numbers = new double[count];
        for (int i = 0; i < count; i++)
            numbers[i] = Number(random);
        return numbers;
    }

    /// <summary>Simpler numbers than x: 0, the whole part, a half.</summary>
    public static IEnumerable<double> Simpler(double x)
    {
        if (x == 0 || !double.IsFinite(x))
            yield break;
        yield return 0;
        if (x != Math.Truncate(x))
            yield return Math.Truncate(x);
        else if (Math.Abs(x) > 1)
            yield return Math.Truncate(x / 2);
    }

    /// <summary>The array with one entry made simpler, lengths kept.</summary>
    public static IEnumerable<double[]> Simpler(double[] x)
    {
        for (int i = 0; i < x.Length; i++)
        {
            foreach (double simpler in Simpler(x[i]))
            {
                var copy = (double[])x.Clone();
                copy[i] = simpler;
                yield return copy;
            }
        }
    }

    /// <summary>The array without one of its entries, never empty.</summary>
    public static IEnumerable<T[]> Shorter<T>(T[] x)
    {
        for (int i = 0; x.Length > 1 && i < x.Length; i++)
            yield return [.. x[..i], .. x[(i + 1)..]];
    }

    public static string Show(IEnumerable<double> x) =>
        $"[{string.Join(", ", x.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}]";

    public static string Show(IEnumerable<double[]> x) => $"[{string.Join(", ", x.Select(Show))}]";
}
