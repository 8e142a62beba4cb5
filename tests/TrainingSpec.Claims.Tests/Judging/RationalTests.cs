using System.Globalization;
using System.Numerics;
using TrainingSpec.Tests;

namespace TrainingSpec.Claims.Tests.Judging;

/// <summary>Exact fractions.</summary>
public class RationalTests
{
    [TestCase("0.43", 43, 100)]
    [TestCase("-0.5", -1, 2)]
    [TestCase("3e-4", 3, 10000)]
    [TestCase("1.50e-04", 3, 20000)]
    [TestCase("1,044,736", 1044736, 1)]
    [TestCase("1e3", 1000, 1)]
    [TestCase(".5", 1, 2)]
    [TestCase("-0", 0, 1)]
    public void ReadsDecimals(string text, long numerator, long denominator) =>
        Assert.That(Rational.Parse(text), Is.EqualTo(new Rational(numerator, denominator)));

    [TestCase("")]
    [TestCase("abc")]
    [TestCase("1e")]
    [TestCase("1e2e3")]
    [TestCase("1.2.3")]
    [TestCase("~0.1")]
    [TestCase("0x10")]
    [TestCase("1e5001")]
    [TestCase("1e999999999")]
    [TestCase("1e-999999999")]
    [TestCase("1e99999999999")]
    public void RefusesOtherText(string text)
    {
        Assert.That(Rational.TryParse(text, out _), Is.False);
        Assert.That(() => Rational.Parse(text), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void RefusesDenominatorZero() => Assert.That(() => new Rational(1, 0), Throws.TypeOf<DivideByZeroException>());

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void RefusesWhatIsNotFinite(double value) => Assert.That(() => Rational.Of(value), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase(0.0)]
    [TestCase(double.Epsilon)]
    [TestCase(double.MaxValue)]
    [TestCase(-2.2250738585072014e-308)]
    [TestCase(0.1)]
    public void ADoubleIsExact(double value) => Assert.That(Rational.Of(value).ToDouble(), Is.EqualTo(value));

    [Law]
    public bool DoublesComeBack(double value) => !double.IsFinite(value) || Rational.Of(value).ToDouble().Equals(value + 0.0);

    [Law]
    public bool FieldLaws(int a, int b, int c, int d, int e, int f)
    {
        Rational x = Of(a, b), y = Of(c, d), z = Of(e, f);
        return x + y == y + x && x * (y + z) == x * y + x * z && x - x == 0 && (y == 0 || x / y * y == x) && x + y + z == x + (y + z);
    }

    [Law]
    public bool LowestTerms(int a, int b)
    {
        Rational x = Of(a, b);
        return x.Denominator.Sign > 0 && BigInteger.GreatestCommonDivisor(x.Numerator, x.Denominator) == 1 && x.GetHashCode() == Of(2 * (long)a, 2 * (b == 0 ? 1L : b)).GetHashCode();
    }

    [Law]
    public bool OrderFollowsDifference(int a, int b, int c, int d) =>
        Math.Sign(Of(a, b).CompareTo(Of(c, d))) == (Of(a, b) - Of(c, d)).Numerator.Sign;

    [Law]
    public bool RoundIsNearest(int a, int b)
    {
        Rational x = Of(a, b), rounded = new(Rational.Round(x), 1), cut = new(Rational.Truncate(x), 1);
        return Rational.Abs(x - rounded) * 2 <= 1 && Rational.Abs(cut) <= Rational.Abs(x) && Rational.Abs(x - cut) < 1;
    }

    [Law]
    public bool DecimalsReadBack(int digits, sbyte exponent)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{digits}e{exponent}");
        return Rational.Parse(text) == (Rational)digits * Rational.PowerOfTen(exponent);
    }

    private static Rational Of(long numerator, long denominator) => new(numerator, denominator == 0 ? 1 : denominator);
}
