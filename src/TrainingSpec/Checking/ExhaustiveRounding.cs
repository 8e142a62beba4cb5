namespace TrainingSpec.Checking;

/// <summary>Compares a rounding of float to a format of 16 bits with the definition of that format, for all 2³² inputs or a part of them.</summary>
/// <remarks>
/// The definition is a list: the value of every pattern in order, and between each two neighbours the midpoint, which goes to the even pattern. It is walked along
/// the floats in their own order, so it shares no shift, mask or arithmetic with the code under test. Source: IEEE 754-2019 §3.3, §4.3.1.
/// </remarks>
public static class ExhaustiveRounding
{
    private const int ChunkBits = 24;

    /// <summary>What the patterns of a format mean.</summary>
    /// <param name="Precision">Bits of the significand, the leading one included.</param>
    /// <param name="LargestExponent">The exponent of the largest finite value; the smallest normal one has 1 minus it.</param>
    public sealed record Definition(int Precision, int LargestExponent)
    {
        /// <summary>IEEE 754 binary16.</summary>
        public static Definition Float16 { get; } = new(11, 15);

        /// <summary>bfloat16.</summary>
        public static Definition BFloat16 { get; } = new(8, 127);

        /// <summary>The values of the patterns 0, 1, 2, … up to the largest finite one, then the power of two that would follow it, which stands for ∞ in rounding.</summary>
        public IReadOnlyList<double> Magnitudes { get; } = [.. List(Precision, LargestExponent)];

        private static IEnumerable<double> List(int precision, int largestExponent)
        {
            double spacing = Math.Pow(2, 2 - largestExponent - precision);
            int perBinade = 1 << (precision - 1);
            for (int i = 0; i < perBinade; i++)
                yield return i * spacing;
            for (int exponent = 1 - largestExponent; exponent <= largestExponent; exponent++, spacing *= 2)
                for (int i = 0; i < perBinade; i++)
                    yield return (perBinade + i) * spacing;
            yield return perBinade * spacing;
        }
    }

    /// <summary>Compares a rounding with a definition; the report's error is in units of the last place at the nearest value.</summary>
    /// <param name="rounding">The bits that a float is rounded to.</param>
    /// <param name="definition">What they should be.</param>
    /// <param name="threads">How many threads, at least 1; the report doesn't depend on it.</param>
    /// <param name="progress">Called with the part that is done, in [0, 1], from any of the threads, one call at a time.</param>
    /// <param name="first">Bit pattern of the first input.</param>
    /// <param name="last">Bit pattern of the last input.</param>
    /// <param name="stride">Every how manieth bit pattern, at least 1.</param>
    /// <param name="cancellation">Ends the run with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">threads, stride or the range is out of its domain.</exception>
    public static Exhaustive.Report Compare(
        Func<float, ushort> rounding, Definition definition, int threads, Action<double>? progress = null,
        uint first = 0, uint last = uint.MaxValue, uint stride = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rounding);
        ArgumentNullException.ThrowIfNull(definition);
        Exhaustive.Require(threads, first, last, stride);
        long inputs = ((long)last - first) / stride + 1, chunks = ((inputs - 1) >> ChunkBits) + 1, done = 0;
        var total = new Exhaustive.Report(0, 0, 0, 0, null);
        var merge = new Lock();
        Parallel.For(0L, chunks, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, chunk =>
        {
            long begin = chunk << ChunkBits, end = Math.Min(inputs, begin + (1L << ChunkBits));
            var (wrong, worst, example) = Chunk(rounding, definition, begin, end, first, stride);
            lock (merge)
            {
                float? earliest = total.Example is { } a && (example is not { } b || BitConverter.SingleToUInt32Bits(a) < BitConverter.SingleToUInt32Bits(b)) ? a : example;
                total = new Exhaustive.Report(total.Inputs + end - begin, total.AskedOracle + end - begin, total.Misrounded + wrong, Math.Max(total.WorstUlp, worst), earliest);
                progress?.Invoke((double)++done / chunks);
            }
        });
        return total;
    }

    private static (long Wrong, double Worst, float? Example) Chunk(Func<float, ushort> rounding, Definition definition, long begin, long end, uint first, uint stride)
    {
        IReadOnlyList<double> list = definition.Magnitudes;
        double[] magnitudes = [.. list];
        int infinity = magnitudes.Length - 1, below = 0;
        long wrong = 0;
        double worst = 0;
        float? example = null;
        for (long i = begin; i < end; i++)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)(first + i * stride));
            ushort bits = rounding(x);
            int sign = bits >> 15, pattern = bits & 0x7FFF;
            bool right;
            if (float.IsNaN(x))
            {
                right = pattern > infinity;
            }
            else
            {
                double magnitude = Math.Min(Math.Abs((double)x), magnitudes[infinity]);
                if (magnitude < magnitudes[below])
                    below = 0;
                while (below < infinity && magnitudes[below + 1] <= magnitude)
                    below++;
                int nearest = below;
                if (below < infinity)
                {
                    double toLower = magnitude - magnitudes[below], toUpper = magnitudes[below + 1] - magnitude;
                    nearest = toLower < toUpper || (toLower == toUpper && below % 2 == 0) ? below : below + 1;
                }
                right = pattern == nearest && sign == (float.IsNegative(x) ? 1 : 0);
                if (pattern < infinity && float.IsFinite(x) && magnitude < magnitudes[infinity])
                    worst = Math.Max(worst, Math.Abs(magnitudes[pattern] - magnitude) / (magnitudes[nearest == infinity ? infinity : nearest + 1] - magnitudes[nearest == infinity ? infinity - 1 : nearest]));
            }
            if (right)
                continue;
            wrong++;
            example ??= x;
        }
        return (wrong, worst, example);
    }
}
