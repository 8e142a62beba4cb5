using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Battery;

/// <summary>Rows from anywhere in a domain: one dominant entry, equal entries, a large common offset, terms that cancel, entries of all sizes, infinities where they are allowed.</summary>
internal static class DomainRows
{
    private static readonly int[] Lengths = [1, 2, 2, 2, 3, 3, 5, 5, 8, 16, 17, 65];

    /// <summary>Row number <paramref name="index"/>.</summary>
    public static double[] Row<T>(Domain domain, SplitMix random, int index)
        where T : IBinaryFormat<T>
    {
        int length = Lengths[random.Below(Lengths.Length)];
        double anywhere = Finite<T>(domain, random, true), ordinary = Finite<T>(domain, random, false);
        double largest = FormatRange<T>.Largest, tiny = T.SmallestSubnormal;
        Func<int, double> entry = (index % 12) switch
        {
            0 => _ => Finite<T>(domain, random, false),
            1 => _ => Finite<T>(domain, random, true),
            2 => _ => anywhere,
            3 => i => i == length / 2 ? anywhere : Finite<T>(domain, random, false),
            4 => i => FormatRange<T>.Next(anywhere, i % 7 - 3),
            5 => i => i % 2 == 0 ? anywhere : -anywhere,
            6 => i => largest * (1 - 2 * T.UnitRoundoff * random.Below(4)) * random.Sign(),
            7 => i => tiny * random.Below(9),
            8 => i => ordinary + random.Below(100) * Math.ScaleB(T.UnitRoundoff, 3) * Math.Abs(ordinary),
            9 => i => i == 0 ? 0 : -random.Magnitude(-1, 2.9),
            10 => i => Infinite(domain, random) ?? Finite<T>(domain, random, i % 2 == 0),
            _ => i => Math.ScaleB(random.Sign() * (1 + random.Uniform()), FormatRange<T>.LargestExponent - random.Below(4)),
        };
        double[] row = [.. Enumerable.Range(0, length).Select(i => T.ToDouble(T.Of(entry(i)))).Select(x => double.IsNaN(x) || !domain.Contains(x) ? 0 : x)];

        // A row of nothing but −∞ is no row of logits.
        if (Array.TrueForAll(row, double.IsNegativeInfinity))
            row[0] = 0;
        return row;
    }

    private static double? Infinite(Domain domain, SplitMix random) => random.Below(3) switch
    {
        0 when !domain.LowOpen && double.IsInfinity(domain.Low) => double.NegativeInfinity,
        1 when !domain.HighOpen && double.IsInfinity(domain.High) && random.Below(4) == 0 => double.PositiveInfinity,
        _ => null,
    };

    private static double Finite<T>(Domain domain, SplitMix random, bool anywhere)
        where T : IBinaryFormat<T>
    {
        double value = DomainValues.Draw<T>(domain, false, random, anywhere);
        return double.IsFinite(value) ? value : 1;
    }
}
