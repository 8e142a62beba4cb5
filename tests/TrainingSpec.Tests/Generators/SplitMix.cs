namespace TrainingSpec.Tests.Generators;

/// <summary>A plain generator with a fixed sequence for each seed, so that a battery sees the same cases on every machine.</summary>
/// <remarks>Source: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators", SplitMix64.</remarks>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Log-uniform magnitude in [10^low, 10^high].</summary>
    public double Magnitude(double low, double high) => Math.Pow(10, low + (high - low) * Uniform());

    public double Sign() => (Next() & 1) == 0 ? 1 : -1;

    /// <summary>The same seed for the same text on every machine.</summary>
    public static ulong SeedOf(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}
