using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Casting = TrainingSpec.Numbers.Cast;

namespace TrainingSpec.Tests.Cast;

internal sealed class StochasticTests
{
    private const double Least = 1.0 / (1 << 24);

    [Test]
    [Rule("CAST-7")]
    public void A_float_goes_up_for_exactly_its_share_of_the_uniform_numbers()
    {
        var random = new SplitMix(3);
        for (int i = 0; i < 2000; i++)
        {
            // Floats of every exponent but the last: their low 16 bits are the share of the way, in 65536ths.
            uint bits = (uint)random.Next() & 0x7F7FFFFF;
            double share = (bits & 0xFFFF) / 65536.0;
            foreach (double sign in new[] { 1.0, -1 })
            {
                double x = sign * BitConverter.UInt32BitsToSingle(bits), low = sign * BitConverter.UInt32BitsToSingle(bits & 0xFFFF0000), high = sign * BitConverter.UInt32BitsToSingle((bits & 0xFFFF0000) + 0x10000);
                Assert.That(Casting.Stochastic(x, CastTarget.BFloat16, share).Value, Is.EqualTo(low));
                if (share > 0)
                    Assert.That(Casting.Stochastic(x, CastTarget.BFloat16, share - Least).Value, Is.EqualTo(high));
            }
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    [Rule("CAST-7")]
    public void A_tensor_goes_up_where_its_words_are_below_its_low_bits(int threads)
    {
        // In whole numbers: 24 bits of each word against the 16 bits that bfloat16 has not.
        var random = new SplitMix(5);
        Real32[] x = [.. Enumerable.Range(0, 10_001).Select(_ => (Real32)BitConverter.UInt32BitsToSingle((uint)random.Next() & 0xFF7FFFFF))], rounded = [.. x];
        using var device = new CpuDevice(threads);
        device.Operations.RoundStochastically(rounded, CastTarget.BFloat16, new RandomPlace(11, 2, 7));
        for (int i = 0; i < x.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(x[i].Value), up = RandomStreams.Word(11, 2, 7 + (ulong)i) >> 8 < (bits & 0xFFFF) << 8 ? 0x10000u : 0;
            Assert.That(BitConverter.SingleToUInt32Bits(rounded[i].Value), Is.EqualTo((bits & 0xFFFF0000) + up), $"{x[i]}");
        }
    }

    [TestCase(CastTarget.BFloat16, 1.0 / 128)]
    [TestCase(CastTarget.Float16, 1.0 / 1024)]
    [TestCase(CastTarget.Float32, 1.0 / (1 << 23))]
    [Rule("CAST-7")]
    public void The_mean_over_a_stream_is_the_number(CastTarget to, double gap)
    {
        // Of 100000 draws a share of 0.3 has the deviation 0.00145: at the level 1e-6 (4.9 deviations) a bias of 0.0132 is found with a power of 0.99999 (9.1 deviations).
        const int Count = 100_000;
        const double Share = 0.3, Level = 4.9;
        double x = 1 + Share * gap, share = (x - 1) / gap, deviation = Math.Sqrt(share * (1 - share) / Count);
        var u = new Real64[Count];
        RandomStreams.FillUniform<Real64>(2026, (ulong)to, 0, u);
        double up = u.Count(draw => Casting.Stochastic(x, to, draw.Value).Value != 1);
        Assert.That(Math.Abs(up / Count - share), Is.LessThan(Level * deviation));
        Assert.That(u.Select(draw => Casting.Stochastic(x, to, draw.Value).Value).Distinct(), Is.EquivalentTo(new[] { 1, 1 + gap }));
    }

    [TestCase(CastTarget.BFloat16)]
    [TestCase(CastTarget.Float16)]
    [TestCase(CastTarget.Float32)]
    [Rule("CAST-7")]
    public void Numbers_of_the_format_and_what_is_none_stay(CastTarget to)
    {
        foreach (double x in new[] { 0, -0.0, 1, -1.5, Math.ScaleB(1, -24), 49152, double.PositiveInfinity, double.NegativeInfinity })
        {
            foreach (double u in new[] { 0, 0.5, 1 - Least })
                Assert.That(BitConverter.DoubleToInt64Bits(Casting.Stochastic(x, to, u).Value), Is.EqualTo(BitConverter.DoubleToInt64Bits(x)));
        }

        Assert.That(Casting.Stochastic(double.NaN, to, 0).Value, Is.NaN);
    }

    // 65536 is past the largest float16, whatever the number that is rounded could hold.
    [Test]
    [Rule("CAST-7")]
    public void Past_the_largest_number_lies_infinity_in_any_number() => Assert.Multiple(() =>
    {
        Assert.That(Casting.Stochastic<Real32>(65512, 0, CastBounds<Real32>.Of(CastTarget.Float16)).Value, Is.EqualTo(float.PositiveInfinity));
        Assert.That(Casting.Stochastic<DoubleDouble>(Math.ScaleB(2 - Math.ScaleB(1, -8), 127), 0, CastBounds<DoubleDouble>.Of(CastTarget.BFloat16)).High, Is.EqualTo(double.PositiveInfinity));
    });

    [TestCase(65512.0, 0.25, 65504)]
    [TestCase(65512.0, 0.2, double.PositiveInfinity)]
    [TestCase(-65528.0, 0.7, double.NegativeInfinity)]
    [TestCase(-65528.0, 0.75, -65504)]
    [TestCase(65536.0, 0.999, double.PositiveInfinity)]
    [TestCase(3e-8, 0.5, 5.9604644775390625e-08)]
    [TestCase(-3e-8, 0.51, -0.0)]
    [Rule("CAST-7")]
    public void The_ends_of_float16(double x, double u, double expected) =>
        Assert.That(BitConverter.DoubleToInt64Bits(Casting.Stochastic(x, CastTarget.Float16, u).Value), Is.EqualTo(BitConverter.DoubleToInt64Bits(expected)));
}
