using TrainingSpec.Numbers;
using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Tests.Elementary;

internal sealed class ElementaryConstantsTests
{
    [Test]
    public void Constants_are_what_their_names_say()
    {
        DoubleDouble ln2 = DoubleDouble.Log(2), halfPi = DoubleDouble.Pi / 2;
        Assert.Multiple(() =>
        {
            Assert.That(BitConverter.DoubleToInt64Bits(Ln2High) & 0x7FF, Is.Zero, "42 bits");
            Assert.That((ln2 - Ln2High).High, Is.EqualTo(Ln2Low));
            Assert.That((1 / ln2).High, Is.EqualTo(Log2E));
            Assert.That((1 / halfPi).High, Is.EqualTo(TwoOverPi));
            Assert.That(Math.Sqrt(2), Is.EqualTo(SqrtTwo));
            foreach (double part in new[] { HalfPi1, HalfPi2, HalfPi3 })
                Assert.That(BitConverter.DoubleToInt64Bits(part) & 0xF_FFFF, Is.Zero, "33 bits");
            Assert.That((halfPi - HalfPi1 - HalfPi2 - HalfPi3 - HalfPi4).High, Is.EqualTo(0).Within(Math.ScaleB(1, -106)));
            // π to 60 digits settles the last part, which lies beyond double-double: its first digits times 10^31.
            Assert.That(RestOfHalfPi(), Is.EqualTo(HalfPi4));
            Assert.That((HalfPiHigh, HalfPiLow), Is.EqualTo((halfPi.High, halfPi.Low)));
            Assert.That((1.0 / 6.0, SixthLow), Is.EqualTo(Parts(1, 6)));
            Assert.That((1.0 / 24.0, TwentyFourthLow), Is.EqualTo(Parts(1, 24)));
            Assert.That((1.0 / 120.0, OneOver120Low), Is.EqualTo(Parts(1, 120)));
            Assert.That((1.0 / 720.0, OneOver720Low), Is.EqualTo(Parts(1, 720)));
            Assert.That((1.0 / 5040.0, OneOver5040Low), Is.EqualTo(Parts(1, 5040)));
            Assert.That((2.0 / 3.0, TwoThirdsLow), Is.EqualTo(Parts(2, 3)));
            Assert.That((2.0 / 5.0, TwoFifthsLow), Is.EqualTo(Parts(2, 5)));
            Assert.That((2.0 / 7.0, TwoSeventhsLow), Is.EqualTo(Parts(2, 7)));
            Assert.That((1.0 / 3.0, ThirdLow), Is.EqualTo(Parts(1, 3)));
            Assert.That((1.0 / 10.0, TenthLow), Is.EqualTo(Parts(1, 10)));
            Assert.That((1.0 / 42.0, OneOver42Low), Is.EqualTo(Parts(1, 42)));
            Assert.That((1.0 / 216.0, OneOver216Low), Is.EqualTo(Parts(1, 216)));
            Assert.That((1.0 / 1320.0, OneOver1320Low), Is.EqualTo(Parts(1, 1320)));
            DoubleDouble twoOverRootPi = 2 / DoubleDouble.Sqrt(DoubleDouble.Pi);
            Assert.That((twoOverRootPi - TwoOverRootPiHigh - TwoOverRootPiLow).High, Is.EqualTo(0).Within(Math.ScaleB(1, -104)));
            Assert.That((PowExponentBound, PowNoise), Is.EqualTo((Math.ScaleB(1, 70), Math.ScaleB(1, -66))));
        });
    }

    private static (double, double) Parts(int numerator, int denominator)
    {
        DoubleDouble ratio = DoubleDouble.Ratio(numerator, denominator);
        return (ratio.High, ratio.Low);
    }

    private static double RestOfHalfPi()
    {
        // π/2 · 10^70 as a whole number, the three parts taken off exactly.
        var digits = System.Numerics.BigInteger.Parse("15707963267948966192313216916397514420985846996875529104874722961539082", System.Globalization.CultureInfo.InvariantCulture);
        var scaled = (digits << 300) / System.Numerics.BigInteger.Pow(10, 70);
        foreach (double part in new[] { HalfPi1, HalfPi2, HalfPi3 })
        {
            var (mantissa, exponent) = Dyadic.Exact(part);
            scaled -= mantissa << (exponent + 300);
        }
        return Dyadic.ToDouble(scaled, -300);
    }
}
