using System.Numerics;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

/// <summary>Whole numbers come into a double-double exactly, and a double-double goes to a narrow number by one rounding.</summary>
[TestFixture]
public class DoubleDoubleConversionTests
{
    [Law(MaxTest = 3000)]
    public bool Whole_numbers_are_exact(long value)
    {
        var whole = DoubleDouble.Whole(value);
        return new BigInteger(whole.High) + new BigInteger(whole.Low) == value;
    }

    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    [TestCase((1L << 53) + 1)]
    [TestCase(-(1L << 53) - 1)]
    [TestCase(0)]
    [TestCase(-1)]
    public void Whole_numbers_at_the_ends_are_exact(long value) => Assert.That(Whole_numbers_are_exact(value));

    // A double that lies between two neighbours of the narrow number, and a low part that decides.
    [TestCase(1 + 1.0 / (1 << 24), -1e-30, 1f)]
    [TestCase(1 + 1.0 / (1 << 24), 1e-30, 1 + 1.0 / (1 << 23))]
    [TestCase(1 + 1.0 / (1 << 24), 0, 1f)]
    [TestCase(1 + 3.0 / (1 << 24), -1e-30, 1 + 1.0 / (1 << 23))]
    [TestCase(-1 - 1.0 / (1 << 24), -1e-30, -1 - 1.0 / (1 << 23))]
    [TestCase(7.006492321624085E-46, 1e-80, 1.401298464324817E-45)]
    [TestCase(7.006492321624085E-46, -1e-80, 0)]
    public void One_rounding_goes_to_single_precision(double high, double low, double expected) =>
        Assert.That(DoubleDouble.Sum(high, low).To<Real32>().Value, Is.EqualTo((float)expected));

    [TestCase(1 + 1.0 / (1 << 11), 1e-30, 1 + 1.0 / (1 << 10))]
    [TestCase(1 + 1.0 / (1 << 11), -1e-30, 1)]
    [TestCase(1.0 / (1 << 25), 1e-40, 1.0 / (1 << 24))]
    public void One_rounding_goes_to_half_precision(double high, double low, double expected) =>
        Assert.That(DoubleDouble.Sum(high, low).To<Float16>().Value, Is.EqualTo(expected));

    [TestCase(1 + 1.0 / (1 << 8), 1e-30, 1 + 1.0 / (1 << 7))]
    [TestCase(1 + 1.0 / (1 << 8), -1e-30, 1)]
    public void One_rounding_goes_to_bfloat16(double high, double low, double expected) =>
        Assert.That(DoubleDouble.Sum(high, low).To<BFloat16>().Value, Is.EqualTo(expected));

    [Test]
    public void Wider_numbers_keep_both_parts() => Assert.Multiple(() =>
    {
        DoubleDouble third = DoubleDouble.One / 3;
        Assert.That(third.To<DoubleDouble>(), Is.EqualTo(third));
        Assert.That(third.To<Real64>().Value, Is.EqualTo(third.High));
        Assert.That(third.To<Dual<DoubleDouble>>().Value, Is.EqualTo(third));
        Assert.That(((DoubleDouble)double.PositiveInfinity).To<Real32>().Value, Is.EqualTo(float.PositiveInfinity));
        Assert.That(BitConverter.DoubleToInt64Bits(((DoubleDouble)(-0.0)).To<Real64>().Value), Is.EqualTo(long.MinValue));
    });

    [Test]
    public void Values_of_binary_numbers_are_exact_and_others_have_none() => Assert.Multiple(() =>
    {
        Assert.That(DoubleDouble.ValueOf(Real32.Of(0.1)), Is.EqualTo((DoubleDouble)0.1f));
        Assert.That(DoubleDouble.ValueOf(Float16.Of(0.1)), Is.EqualTo((DoubleDouble)(double)(Half)0.1));
        Assert.That(DoubleDouble.ValueOf(BFloat16.Of(1)), Is.EqualTo(DoubleDouble.One));
        Assert.That(DoubleDouble.ValueOf(DoubleDouble.One / 3), Is.EqualTo(DoubleDouble.One / 3));
        Assert.That(DoubleDouble.ValueOf(Interval.Of(1)), Is.Null);
    });
}
