using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Where in a stream random numbers begin.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Offset">The index of the first.</param>
public readonly record struct RandomPlace(ulong Seed, ulong Stream, ulong Offset);

/// <summary>Random numbers as pure functions of (seed, stream, index): the same bits whatever is asked first, on whatever thread.</summary>
/// <remarks>Source: the oracle protocol, "Numbers and randomness"; Box and Muller (1958).</remarks>
public static class RandomStreams
{
    /// <summary>Word <paramref name="index"/> of a stream: word index mod 4 of the Philox block whose counter is ⌊index/4⌋ and the stream, under the seed as key.</summary>
    public static uint Word(ulong seed, ulong stream, ulong index)
    {
        PhiloxBlock block = BlockOf(seed, stream, index >> 2);
        uint place = (uint)index & 3;
        return place == 0 ? block.W0 : place == 1 ? block.W1 : place == 2 ? block.W2 : block.W3;
    }

    /// <summary>⌊w/2⁸⌋·2⁻²⁴: a number of [0, 1) that binary32 holds exactly; in a format that would round it to 1, the largest below.</summary>
    public static T UniformOf<T>(uint word)
        where T : IReal<T>
    {
        T u = T.Of(Rounded.Multiply(word >> 8, 1.0 / (1 << 24))), one = T.Of(1);

        // Half precision has 11 digits or 8: of 1 the logarithm of 1 − u would be infinite.
        return T.IfEqual(u, one, T.IfEqual(T.Of(1 - 1.0 / 2048), one, T.Of(1 - 1.0 / 256), T.Of(1 - 1.0 / 2048)), u);
    }

    /// <summary>Element <paramref name="index"/> of a stream of uniform numbers in [0, 1).</summary>
    public static T Uniform<T>(ulong seed, ulong stream, ulong index)
        where T : IReal<T> => UniformOf<T>(Word(seed, stream, index));

    /// <summary>Fills a span with the uniform numbers of a stream from <paramref name="offset"/> on.</summary>
    public static void FillUniform<T>(ulong seed, ulong stream, ulong offset, Span<T> values)
        where T : IReal<T>
    {
        PhiloxBlock block = default;
        for (int i = 0; i < values.Length; i++)
        {
            ulong index = unchecked(offset + (ulong)i);
            if (i == 0 || index % 4 == 0)
                block = BlockOf(seed, stream, index / 4);
            values[i] = UniformOf<T>(block[(int)(index % 4)]);
        }
    }

    /// <summary>√(−2 ln(1 − u))·cos 2πv: a standard normal number from two uniform ones, the cosine branch of Box and Muller.</summary>
    [Formula("random.normal_cosine", TeX = "z", Source = "Box and Muller (1958), equation 1")]
    public static T NormalCosine<T>(
        [Domain("u", "[0, 1)")] T u,
        [Domain("v", "[0, 1)")] T v)
        where T : IReal<T> => Amplitude(u) * T.Cos(T.Of(2) * T.Pi * v);

    [AccuracyException("random.normal_cosine", "from an eighth of a turn on, the rounding of the angle stays where its cosine is near 0; it is kept, since without it every drawn weight would change")]
    private static T NormalCosineUnit<T>(T u, T v)
        where T : IReal<T> => T.IfLess(v, T.Of(0.125), T.Of(0), Amplitude(u));

    /// <summary>√(−2 ln(1 − u))·sin 2πv: the sine branch, independent of the cosine one.</summary>
    [Formula("random.normal_sine", TeX = "z'", Source = "Box and Muller (1958), equation 1")]
    public static T NormalSine<T>(
        [Domain("u", "[0, 1)")] T u,
        [Domain("v", "[0, 1)")] T v)
        where T : IReal<T> => Amplitude(u) * T.Sin(T.Of(2) * T.Pi * v);

    [AccuracyException("random.normal_sine", "from a quarter of a turn on, the rounding of the angle stays where its sine is near 0; it is kept, since without it every drawn weight would change")]
    private static T NormalSineUnit<T>(T u, T v)
        where T : IReal<T> => T.IfLess(v, T.Of(0.25), T.Of(0), Amplitude(u));

    // √(−2 ln(1 − u)), by ln(1 + x) where 1 − u is rounded; a uniform number of a stream never is.
    private static T Amplitude<T>(T u)
        where T : IReal<T>
    {
        T rest = T.Of(1) - u, stated = T.Log(rest);
        return T.Sqrt(T.Of(-2) * T.Rewritten(stated, T.IfEqual(T.Of(1) - rest, u, stated, T.Log1p(-u))));
    }

    /// <summary>Element <paramref name="index"/> of a stream of standard normal numbers: uniform numbers 2j and 2j + 1 give the elements 2j (cosine) and 2j + 1 (sine).</summary>
    public static T Normal<T>(ulong seed, ulong stream, ulong index)
        where T : IReal<T>
    {
        ulong pair = index & ~1UL;
        T u = Uniform<T>(seed, stream, pair), v = Uniform<T>(seed, stream, pair + 1);
        return index == pair ? NormalCosine(u, v) : NormalSine(u, v);
    }

    /// <summary>Fills a span with the elements of <see cref="Normal"/> from <paramref name="offset"/> on: the protocol's <c>random.normal</c>.</summary>
    public static void FillNormalPairs<T>(ulong seed, ulong stream, ulong offset, Span<T> values)
        where T : IReal<T>
    {
        ulong first = offset & ~1UL;
        int skipped = (int)(offset - first);
        var u = new T[(skipped + values.Length + 1) & ~1];
        FillUniform<T>(seed, stream, first, u);
        for (int i = 0; i < values.Length; i++)
        {
            int at = skipped + i;
            values[i] = at % 2 == 0 ? NormalCosine(u[at], u[at + 1]) : NormalSine(u[at - 1], u[at]);
        }
    }

    /// <summary>Fills a span with independent standard normal numbers: number i is element 2·(offset + i) of the protocol's <c>random.normal</c>.</summary>
    /// <remarks>One number per pair of uniform ones: weights drawn before there was a sine branch keep their bits.</remarks>
    public static void FillNormal<T>(ulong seed, ulong stream, ulong offset, Span<T> values)
        where T : IReal<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            ulong pair = unchecked(2 * (offset + (ulong)i));
            values[i] = NormalCosine(Uniform<T>(seed, stream, pair), Uniform<T>(seed, stream, pair + 1));
        }
    }

    /// <summary>The numbers 0 … count − 1 in an order in which every order is equally likely: Fisher and Yates, from the last place down.</summary>
    /// <remarks>Source: Durstenfeld (1964), Algorithm 235.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static int[] Permutation(ulong seed, ulong stream, int count)
    {
        Domain.Require("[0, inf)", (long)count, nameof(count));
        var order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        var words = new RandomSequence(seed, stream);
        for (int i = count - 1; i > 0; i--)
        {
            int j = words.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static PhiloxBlock BlockOf(ulong seed, ulong stream, ulong block) => Philox.Block(
        (uint)seed,
        (uint)(seed >> 32),
        new PhiloxBlock((uint)block, (uint)(block >> 32), (uint)stream, (uint)(stream >> 32)));
}

/// <summary>Reads the words of one stream in order, for draws that may need more than one word.</summary>
/// <param name="seed">The seed.</param>
/// <param name="stream">The stream.</param>
public sealed class RandomSequence(ulong seed, ulong stream)
{
    private ulong _next;

    /// <summary>The next word.</summary>
    public uint Word() => RandomStreams.Word(seed, stream, _next++);

    /// <summary>A whole number of [0, bound − 1], each equally likely.</summary>
    /// <remarks>Words that would favour some numbers are skipped. Source: Lemire, "Fast random integer generation in an interval" (2019), Algorithm 5.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int Below(int bound)
    {
        Domain.Require("[1, inf)", (long)bound, nameof(bound));
        uint range = (uint)bound;
        uint surplus = (uint)((1UL << 32) % range);
        ulong product;
        do
            product = (ulong)Word() * range;
        while ((uint)product < surplus);
        return (int)(product >> 32);
    }
}
