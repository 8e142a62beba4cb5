using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

/// <summary>Float16 against System.Half, bit by bit.</summary>
internal sealed class Float16Tests
{
    private static bool Same(Float16 x, Half peer) => x.Bits == BitConverter.HalfToUInt16Bits(peer) || (double.IsNaN(x) && Half.IsNaN(peer));

    [Test]
    public void Every_pattern_and_conversion_is_that_of_Half()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            Assert.That((float)Float16.FromBits((ushort)bits).Value, Is.EqualTo((float)BitConverter.UInt16BitsToHalf((ushort)bits)));
        for (long bits = 0; bits <= uint.MaxValue; bits += 1021)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            if (!Same(Float16.Of(x), (Half)x) || !Same(Float16.Of(x), (Half)(double)x))
                Assert.Fail($"{x:R} is 0x{BitConverter.HalfToUInt16Bits((Half)x):X4}, not 0x{Float16.Of(x).Bits:X4}");
        }
    }

    [Test]
    public void Arithmetic_is_that_of_Half()
    {
        var random = new Random(20260905);
        for (int i = 0; i < 300_000; i++)
        {
            ushort a = (ushort)random.Next(65536), b = (ushort)random.Next(65536);
            Float16 x = Float16.FromBits(a), y = Float16.FromBits(b);
            Half p = BitConverter.UInt16BitsToHalf(a), q = BitConverter.UInt16BitsToHalf(b);
            if (!Same(x + y, p + q) || !Same(x - y, p - q) || !Same(x * y, p * q) || !Same(x / y, p / q))
                Assert.Fail($"0x{a:X4}, 0x{b:X4}: {x} and {y}");
        }
    }

    [TestCase(65504, 0x7BFF)]
    [TestCase(65519.99999999999, 0x7BFF)]
    [TestCase(65520, 0x7C00)]
    [TestCase(-70000, 0xFC00)]
    [TestCase(5.960464477539063E-08, 0x0001)]
    [TestCase(2.9802322387695312E-08, 0x0000)]
    [TestCase(2.9802322387695319E-08, 0x0001)]
    [TestCase(-1e-30, 0x8000)]
    [TestCase(0.1, 0x2E66)]
    [TestCase(1.00048828125, 0x3C00)]
    [TestCase(1.0004882812500002, 0x3C01)]
    public void Known_values(double x, int bits) => Assert.That(Float16.Of(x).Bits, Is.EqualTo(bits));

    [Test]
    public void Text_reads_back() => Assert.That((Float16.Of(0.1).ToString(), Float16.Of(-65504).ToString()), Is.EqualTo(("0.099975586", "-65504")));
}
