using TrainingSpec.Numbers;

namespace TrainingSpec.Checking;

/// <summary>A plain generator with a fixed sequence for each seed, so that a battery sees the same cases on every machine.</summary>
/// <remarks>Source: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators", SplitMix64.</remarks>
/// <param name="seed">Which sequence.</param>
public sealed class SplitMix(ulong seed)
{
    private const double Ln10 = 2.302585092994045684;
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number in [0, <paramref name="count"/>); the bias of the remainder is below count·2⁻⁶⁴.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    public int Below(int count) => count < 1 ? throw new OutsideDomainException(nameof(count), $"count = {count} is outside [1, inf)") : (int)(Next() % (ulong)count);

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Log-uniform magnitude in [10^low, 10^high], the same bits on every machine.</summary>
    public double Magnitude(double low, double high) => Real64.Exp(Ln10 * (low + (high - low) * Uniform())).Value;

    /// <summary>1 or −1.</summary>
    public double Sign() => (Next() & 1) == 0 ? 1 : -1;

    /// <summary>Puts the elements into a random order, each order as likely as any other (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> elements)
    {
        for (int i = elements.Length - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (elements[i], elements[j]) = (elements[j], elements[i]);
        }
    }

    /// <summary>The same seed for the same text on every machine.</summary>
    public static ulong SeedOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ulong hash = 14695981039346656037;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}
