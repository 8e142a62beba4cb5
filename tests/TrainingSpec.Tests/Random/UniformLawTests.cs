using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;

namespace TrainingSpec.Tests.RandomNumbers;

/// <summary>Uniform numbers of many seeds against their law, by tests that are seen to find what they promise to find.</summary>
internal sealed class UniformLawTests
{
    private const double Level = 1e-3, Power = 0.99;
    private const int Count = 8000, Runs = 50;

    // Cells of an interval or a square: 8·8 of pairs, 32 of single numbers.
    private const int Side = 8, Cells = 32;

    // Where a wrong sample is wrong is drawn from a stream of its own.
    private const ulong Elsewhere = 0xE15E;

    private static readonly double[] Even = [.. Enumerable.Repeat(1.0 / Cells, Cells)];

    private static IEnumerable<TestCaseData> Pairings()
    {
        yield return Of("neighbours", seed => Neighbours(seed, 1));
        yield return Of("neighbouring blocks", seed => Neighbours(seed, 4));
        yield return Of("streams", seed => (Uniform(seed, 0), Uniform(seed, 1)));
        yield return Of("streams that differ in bit 32", seed => (Uniform(seed, 5), Uniform(seed, 5 + (1UL << 32))));
        yield return Of("seeds", seed => (Uniform(2 * seed, 0), Uniform(2 * seed + 1, 0)));
        yield return Of("seeds that differ in bit 63", seed => (Uniform(seed, 0), Uniform(seed + (1UL << 63), 0)));
        yield return Of("seed and stream exchanged", seed => (Uniform(seed, seed + 1), Uniform(seed + 1, seed)));
        yield return Of("offsets that differ in bit 34", seed => (Uniform(seed, 0), Uniform(seed, 0, 1UL << 34)));

        static TestCaseData Of(string name, Func<ulong, (double[] First, double[] Second)> draw) => new TestCaseData(draw).SetArgDisplayNames(name);
    }

    [Test]
    [Rule("RANDOM-7")]
    public void The_distribution_function_is_the_identity()
    {
        // Halving one number in k adds mass below ½: the distribution function is off by 1/(2k) there, and by less elsewhere.
        double halved = 2 * KolmogorovSmirnov.Detectable(Count, Level, Power);
        Check(
            seed => Uniform(seed, 0),
            (seed, u) => [.. u.Zip(Uniform(seed, Elsewhere), (x, chance) => chance < halved ? x / 2 : x)],
            u => KolmogorovSmirnov.Test(u, x => Math.Clamp(x, 0, 1)).Passed(Level),
            $"one number in {1 / halved:0.0} halved");
    }

    [TestCase(0)]
    [TestCase(19)]
    [Rule("RANDOM-7")]
    public void Cells_by_the_upper_and_by_the_lower_bits_are_filled_alike(int skipped)
    {
        // A last bit that is cleared too often moves a share δ of every second cell into the one before.
        double delta = LawCheck.Detectable(Power, d => ChiSquare.Power(Count, Even, Uneven(d), Level));
        Check(
            seed => Array.ConvertAll(Uniform(seed, 0), u => (int)(u * (Cells << skipped)) % Cells),
            (seed, cells) => [.. cells.Zip(Uniform(seed, Elsewhere), (c, chance) => chance < delta ? c & ~1 : c)],
            cells => ChiSquare.Test(LawCheck.Counts(cells, Cells), Even).Passed(Level),
            $"every second cell {100 * delta:0.0} per cent short");

        static double[] Uneven(double delta) => [.. Enumerable.Range(0, Cells).Select(c => (c % 2 == 0 ? 1 + delta : 1 - delta) / Cells)];
    }

    [Test]
    [Rule("RANDOM-7")]
    public void Each_of_the_32_bits_is_as_often_one_as_zero()
    {
        const double each = Level / 32;
        (long fewest, long most) = ProportionTest.Critical(Count, 0.5, each);
        double delta = ProportionTest.Detectable(Count, 0.5, each, Power);
        Check<uint[]>(
            seed => [.. Enumerable.Range(0, Count / 4).SelectMany(block => Words(seed, (uint)block))],
            (seed, words) => [.. words.Zip(Uniform(seed, Elsewhere), (w, chance) => chance < 2 * delta ? w | 1u << (int)(seed % 32) : w)],
            words =>
            {
                var ones = new long[32];
                foreach (uint word in words)
                {
                    for (int bit = 0; bit < 32; bit++)
                        ones[bit] += word >> bit & 1;
                }

                return Array.TrueForAll(ones, n => n >= fewest && n <= most);
            },
            $"one bit set with probability {0.5 + delta:0.000}");

        static uint[] Words(ulong seed, uint block)
        {
            PhiloxBlock words = Philox.Block((uint)seed, (uint)(seed >> 32), new PhiloxBlock(block, 0, 0, 0));
            return [words.W0, words.W1, words.W2, words.W3];
        }
    }

    [TestCaseSource(nameof(Pairings))]
    [Rule("RANDOM-4")]
    [Rule("RANDOM-7")]
    public void Pairs_are_independent(Func<ulong, (double[] First, double[] Second)> draw)
    {
        double[] even = Copied(0);
        int pairs = draw(0).First.Length;
        double delta = LawCheck.Detectable(Power, d => ChiSquare.Power(pairs, even, Copied(d), Level));
        Check(
            draw,
            (seed, p) => (p.First, [.. p.Second.Zip(p.First, Uniform(seed, Elsewhere)).Select(t => t.Third < delta ? t.Second : t.First)]),
            p => ChiSquare.Test(LawCheck.Counts(p.First.Zip(p.Second, (x, y) => (int)(Side * x) * Side + (int)(Side * y)), Side * Side), even).Passed(Level),
            $"{100 * delta:0.0} per cent copied");

        static double[] Copied(double share) =>
            [.. Enumerable.Range(0, Side * Side).Select(c => (1 - share) / (Side * Side) + (c % (Side + 1) == 0 ? share / Side : 0))];
    }

    [Test]
    [Rule("RANDOM-2")]
    public void The_least_number_is_0_and_the_largest_is_below_1() => Assert.Multiple(() =>
    {
        Assert.That(RandomStreams.UniformOf<Real64>(0).Value, Is.Zero);
        Assert.That(RandomStreams.UniformOf<Real64>(255).Value, Is.Zero);
        Assert.That(RandomStreams.UniformOf<Real64>(256).Value, Is.EqualTo(Math.ScaleB(1, -24)));
        Assert.That(RandomStreams.UniformOf<Real64>(uint.MaxValue).Value, Is.EqualTo(1 - Math.ScaleB(1, -24)));
        Assert.That(RandomStreams.UniformOf<Real32>(uint.MaxValue).Value, Is.EqualTo(1 - Math.ScaleB(1, -24)));

        // An interval that is open at the wrong end, or closed, is off by 2⁻²⁴, which no sample shows: its ends do.
        Assert.That(((uint.MaxValue >> 8) + 1) * Math.ScaleB(1, -24), Is.EqualTo(1));
        Assert.That((uint.MaxValue >> 8) / (Math.ScaleB(1, 24) - 1), Is.EqualTo(1));
    });

    [Test]
    [Rule("RANDOM-2")]
    public void In_half_precision_too_the_largest_is_below_1_and_normal_numbers_are_finite() => Assert.Multiple(() =>
    {
        // Rounded to nearest it would be 1, and the normal number of it infinite.
        Assert.That(RandomStreams.UniformOf<Float16>(uint.MaxValue).ToString(), Is.EqualTo(Float16.Of(1 - Math.ScaleB(1, -11)).ToString()));
        Assert.That(RandomStreams.UniformOf<BFloat16>(uint.MaxValue).ToString(), Is.EqualTo(BFloat16.Of(1 - Math.ScaleB(1, -8)).ToString()));
        Assert.That(Finite<Float16>(), "float16");
        Assert.That(Finite<BFloat16>(), "bfloat16");

        static bool Finite<T>()
            where T : IBinaryFormat<T>
        {
            // One number in 512 of bfloat16 would be infinite.
            var z = new T[4 * Count];
            RandomStreams.FillNormalPairs<T>(1, 0, 0, z);
            return Array.TrueForAll(z, x => double.IsFinite(T.ToDouble(x)));
        }
    });

    private static void Check<T>(Func<ulong, T> right, Func<ulong, T, T> wrong, Func<T, bool> passes, string what) =>
        LawCheck.Holds(Runs, Level, Power, right, wrong, passes, what);

    private static double[] Uniform(ulong seed, ulong stream, ulong offset = 0)
    {
        var u = new Real64[Count];
        RandomStreams.FillUniform<Real64>(seed, stream, offset, u);
        return Array.ConvertAll(u, x => x.Value);
    }

    // Numbers i and i + lag, each in one pair only.
    private static (double[] First, double[] Second) Neighbours(ulong seed, int lag)
    {
        double[] u = Uniform(seed, 0);
        return ([.. u.Where((_, i) => i / lag % 2 == 0)], [.. u.Where((_, i) => i / lag % 2 == 1)]);
    }
}
