using TrainingSpec.Numbers;
using static TrainingSpec.Numbers.ElementaryConstants;

namespace TrainingSpec.Tests.Elementary;

/// <summary>The polynomials behind the functions of binary32, evaluated over double-double, have the errors that their comments state.</summary>
internal sealed class SinglePolynomialsTests
{
    private const int Points = 400;

    [Test]
    public void Constants_are_what_their_names_say() => Assert.Multiple(() =>
    {
        Assert.That((DoubleDouble.Log(2) / SinglePolynomials.LogUnit).High, Is.EqualTo(SinglePolynomials.LogOfTwo));
        Assert.That((1 / (DoubleDouble)SinglePolynomials.CosUnit).High, Is.EqualTo(SinglePolynomials.CosOfZero));
        Assert.That((DoubleDouble.Pi / 2 - HalfPi1 - HalfPi2).High, Is.EqualTo(HalfPi3Single).Within(Math.ScaleB(1, -105)));
        Assert.That(BitConverter.DoubleToInt64Bits(Math.Sqrt(0.5)), Is.EqualTo(RootHalfBits));
    });

    [Test]
    public void The_quotient_of_expm1() => Stays_below(-59, -Math.Log(2) / 2, Math.Log(2) / 2, r =>
        (r + r * r * SinglePolynomials.Expm1Quotient(r)) / DoubleDouble.Expm1(r) - 1);

    [Test]
    public void The_series_of_the_logarithm()
    {
        double most = 2 * (Math.Sqrt(2) - 1) / (Math.Sqrt(2) + 1) / SinglePolynomials.LogUnit;
        Stays_below(-52, -most, most, q =>
        {
            DoubleDouble half = q * SinglePolynomials.LogUnit / 2;
            return SinglePolynomials.LogUnit * (q + q * q * q * SinglePolynomials.LogSeries(q * q)) / DoubleDouble.Log((1 + half) / (1 - half)) - 1;
        });
    }

    [Test]
    public void The_near_polynomial_of_erf()
    {
        DoubleDouble leading = (DoubleDouble)TwoOverRootPiHigh + TwoOverRootPiLow;
        Stays_below(-56, 1.0 / 1024, 1, x => x * (leading + x * x * SinglePolynomials.ErfNear(x * x)) / DoubleDouble.Erf(x) - 1);
    }

    [Test]
    public void The_far_polynomial_of_erf() => Stays_below(-56, 1, SingleErfMost, x =>
        DoubleDouble.Exp(-x * x) * SinglePolynomials.ErfFar((x - 2.5) / (x + 3)) - DoubleDouble.Erfc(x));

    [Test]
    public void The_series_of_the_sine() => Stays_below(-57, 1.0 / 1024, Math.PI / 4, r => r * (1 + r * r * SinglePolynomials.SinSeries(r * r)) / DoubleDouble.Sin(r) - 1);

    [Test]
    public void The_series_of_the_cosine() => Stays_below(-60, 0, Math.PI / 4, r =>
    {
        DoubleDouble z = r * r;
        return (1 - z / 2 + SinglePolynomials.CosUnit * (z * z * SinglePolynomials.CosSeries(z))) / DoubleDouble.Cos(r) - 1;
    });

    [Test]
    public void The_series_of_the_hyperbolic_tangents_inverse()
    {
        double most = (Math.Sqrt(2) - 1) / (Math.Sqrt(2) + 1);
        Stays_below(-57, -most, most, s => s * (2 + s * s * SinglePolynomials.ArtanhSeries(s * s)) / DoubleDouble.Log1p(2 * s / (1 - s)) - 1);
    }

    [Test]
    public void The_polynomial_of_erfc() => Stays_below(-52, 1.0 / 1024, SingleErfcMost, x =>
        SinglePolynomials.ScaledErfc((x - 3) / (x + 3)) / (x + 3) * DoubleDouble.Exp(-x * x) / DoubleDouble.Erfc(x) - 1);

    private static void Stays_below(int exponent, double from, double to, Func<DoubleDouble, DoubleDouble> error)
    {
        double worst = 0;
        for (int i = 0; i <= Points; i++)
        {
            double x = from + (to - from) * i / Points;
            if (x != 0)
                worst = Math.Max(worst, Math.Abs(error(x).High));
        }
        Assert.That(worst, Is.InRange(Math.ScaleB(1, exponent - 3), Math.ScaleB(1, exponent)));
    }
}
