using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class BFloat16Tests
{
    [TestCase(1, 0x3F80)]
    [TestCase(1.00390625, 0x3F80)]
    [TestCase(1.0039062500000002, 0x3F81)]
    [TestCase(3.3895313892515355E+38, 0x7F7F)]
    [TestCase(3.3961775292304957E+38, 0x7F80)]
    [TestCase(1e39, 0x7F80)]
    [TestCase(-1e-41, 0x8000)]
    [TestCase(9.1835496157991212E-41, 0x0001)]
    [TestCase(-0.0, 0x8000)]
    [TestCase(0.1, 0x3DCD)]
    public void Known_values(double x, int bits) => Assert.That(BFloat16.Of(x).Bits, Is.EqualTo(bits));

    [Test]
    public void Every_pattern_is_the_upper_half_of_a_float()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            Assert.That((float)BFloat16.FromBits((ushort)bits).Value, Is.EqualTo(BitConverter.Int32BitsToSingle(bits << 16)));
    }

    // The widely used rounding of a float's bits: add 0x7FFF and the last bit that stays, then cut.
    [Test]
    public void Rounding_is_that_of_the_addition_to_the_bits()
    {
        for (long bits = 0; bits <= uint.MaxValue; bits += 1021)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            uint expected = (uint)(bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
            if (!float.IsNaN(x) && BFloat16.Of(x).Bits != expected)
                Assert.Fail($"{x:R} is 0x{expected:X4}, not 0x{BFloat16.Of(x).Bits:X4}");
        }
    }
}
