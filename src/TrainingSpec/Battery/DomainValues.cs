using System.Collections.Concurrent;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;

namespace TrainingSpec.Battery;

/// <summary>Single values from anywhere in a domain, as a format holds them.</summary>
internal static class DomainValues
{
    private const int Attempts = 64;

    /// <summary>Both sides of every bound that lie inside, ±0, ±1 and its neighbours, subnormals, the smallest normal number, the largest.</summary>
    public static double[] Special<T>(Domain domain)
        where T : IBinaryFormat<T> => Cache<T>.Specials.GetOrAdd(domain, Found<T>);

    private static double[] Found<T>(Domain domain)
        where T : IBinaryFormat<T>
    {
        double[] marks = [0, 0.5, 1, 2, domain.Low, domain.High, T.SmallestSubnormal, Math.ScaleB(1, FormatRange<T>.NormalExponent), FormatRange<T>.Largest, T.UnitRoundoff];
        return [.. marks.Concat(marks.Select(m => -m)).Where(double.IsFinite).Select(m => T.ToDouble(T.Of(m))).Where(double.IsFinite)
            .SelectMany(m => Enumerable.Range(-2, 5).Select(step => FormatRange<T>.Next(m, step)))
            .Concat(new[] { domain.Low, domain.High }.Where(double.IsInfinity))
            .Where(domain.Contains).Where(m => !double.IsNaN(T.ToDouble(T.Of(m))) && T.ToDouble(T.Of(m)) == m).Distinct()];
    }

    /// <summary>A value of a parameter; a whole number where it is one.</summary>
    public static double Draw<T>(Domain domain, bool whole, SplitMix random, bool anywhere)
        where T : IBinaryFormat<T>
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            double value = T.ToDouble(T.Of(whole ? Whole<T>(domain, random, anywhere) : anywhere ? Anywhere<T>(domain, random) : Ordinary(domain, random)));
            if (domain.Contains(value) && (double.IsFinite(value) || random.Below(8) == 0) && (!whole || value == Math.Floor(value)))
                return value;
        }

        return Special<T>(domain).First(value => double.IsFinite(value) && (!whole || value == Math.Floor(value)));
    }

    private static double Whole<T>(Domain domain, SplitMix random, bool anywhere)
        where T : IBinaryFormat<T>
    {
        double first = double.IsFinite(domain.Low) ? domain.Low + (domain.LowOpen ? 1 : 0) : -50;
        if (!anywhere)
            return first + random.Below(100);
        return random.Below(4) switch
        {
            0 => first + random.Below(4),
            1 => double.IsFinite(domain.High) ? domain.High - random.Below(3) : Math.ScaleB(1, random.Below(FormatRange<T>.Digits + 1)) + random.Below(3) - 1,
            2 => Math.Floor(Math.ScaleB(1 + random.Uniform(), random.Below(FormatRange<T>.Digits))),
            _ => first + random.Below(1000),
        };
    }

    private static double Anywhere<T>(Domain domain, SplitMix random)
        where T : IBinaryFormat<T>
    {
        double binade = Math.ScaleB(random.Below(3) == 0 ? 1 : 1 + random.Uniform(), FormatRange<T>.LeastExponent + random.Below(FormatRange<T>.LargestExponent - FormatRange<T>.LeastExponent + 1));
        switch (random.Below(8))
        {
            case 0:
                double[] special = Special<T>(domain);
                return special[random.Below(special.Length)];
            case 1 or 2 or 3:
                return domain.Contains(binade) && (!domain.Contains(-binade) || random.Below(2) == 0) ? binade : -binade;
            case 4 when double.IsFinite(domain.High):
                return domain.High - Math.Abs(binade) % Math.Max(1, Math.Abs(domain.High));
            case 5 when double.IsFinite(domain.Low):
                return domain.Low + Math.Abs(binade) % Math.Max(1, Math.Abs(domain.High) < 1e9 ? domain.High - domain.Low : 1);
            case 6:
                return double.IsFinite(domain.High) ? domain.High - random.Magnitude(-9, 0) : random.Sign() * random.Magnitude(-3, 3);
            default:
                return Ordinary(domain, random);
        }
    }

    private static class Cache<T>
        where T : IBinaryFormat<T>
    {
        public static readonly ConcurrentDictionary<Domain, double[]> Specials = new();
    }

    private static double Ordinary(Domain domain, SplitMix random) => (double.IsFinite(domain.Low), double.IsFinite(domain.High)) switch
    {
        (true, true) => domain.Low + (domain.High - domain.Low) * random.Uniform(),
        (true, false) => domain.Low + random.Magnitude(-3, 1.5),
        _ => random.Sign() * random.Magnitude(-2, 1.5),
    };
}
