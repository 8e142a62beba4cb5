using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Four 32-bit words: a counter going into Philox, or the random words coming out.</summary>
/// <param name="W0">Word 0.</param>
/// <param name="W1">Word 1.</param>
/// <param name="W2">Word 2.</param>
/// <param name="W3">Word 3.</param>
public readonly record struct PhiloxBlock(uint W0, uint W1, uint W2, uint W3)
{
    /// <summary>Word <paramref name="index"/>, in [0, 3].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such word.</exception>
    public uint this[int index] => index switch
    {
        0 => W0,
        1 => W1,
        2 => W2,
        3 => W3,
        _ => throw Domain.Outside("[0, 3]", index.ToString(System.Globalization.CultureInfo.InvariantCulture), nameof(index)),
    };
}

/// <summary>Philox4x32-10: random words as a pure function of a key and a counter, so that any element of any stream can be had on its own.</summary>
/// <remarks>Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011), section 3.3.</remarks>
public static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;

    // The golden ratio and √3 − 1, by which the key is raised each round.
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>The block of four words that belongs to a counter under the key (<paramref name="key0"/>, <paramref name="key1"/>).</summary>
    public static PhiloxBlock Block(uint key0, uint key1, PhiloxBlock counter)
    {
        uint c0 = counter.W0, c1 = counter.W1, c2 = counter.W2, c3 = counter.W3;
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0;
            ulong product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ key0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ key1, (uint)product0);
            key0 = unchecked(key0 + Weyl0);
            key1 = unchecked(key1 + Weyl1);
        }

        return new PhiloxBlock(c0, c1, c2, c3);
    }
}
