using System.Globalization;
using TrainingSpec.Tests;

namespace TrainingSpec.Claims.Tests.Judging;

/// <summary>Printed numbers: digits, the unit of the last one, rounding and misprints.</summary>
public class PrintedNumberTests
{
    [TestCase("0.43", "1e-2")]
    [TestCase("1.1e-5", "1e-6")]
    [TestCase("3e-4", "1e-4")]
    [TestCase("1,044,736", "1")]
    [TestCase("2000", "1")]
    [TestCase("12.5%", "0.1")]
    public void UnitOfTheLastDigit(string text, string unit) => Assert.That(Of(text).Unit, Is.EqualTo(Rational.Parse(unit)));

    [TestCase("0.43", "0.4353", false)]
    [TestCase("0.44", "0.4353", true)]
    [TestCase("0.43", "0.435", true)]
    [TestCase("0.44", "0.435", true)]
    [TestCase("-0.93", "-0.9397", false)]
    [TestCase("1.1e-5", "9.0461e-6", false)]
    public void Rounding(string text, string exact, bool rounded) => Assert.That(Of(text).IsRounded(Rational.Parse(exact)), Is.EqualTo(rounded));

    [TestCase("-0.93", "-0.9397", true)]
    [TestCase("0.43", "0.4399", true)]
    [TestCase("0.44", "0.4399", false)]
    public void CuttingOff(string text, string exact, bool cut) => Assert.That(Of(text).IsTruncated(Rational.Parse(exact)), Is.EqualTo(cut));

    [TestCase("0.43", "0.4353", "0.44")]
    [TestCase("1.75e-4", "0.00017604723", "1.76e-4")]
    [TestCase("1.1e-5", "9.0461e-6", "9.0e-6")]
    [TestCase("9.9e-6", "9.96e-6", "1.0e-5")]
    [TestCase("1.50e-04", "2.9478e-4", "2.95e-04")]
    [TestCase("1,003,854", "1003855", "1,003,855")]
    [TestCase("0.01", "-0.004", "0.00")]
    public void InTheSameForm(string text, string exact, string expected) => Assert.That(Of(text).Like(Rational.Parse(exact)), Is.EqualTo(expected));

    [TestCase("0.43", "0.44")]
    [TestCase("9.9e-6", "1.0e-5")]
    [TestCase("1.0", "1.1")]
    [TestCase("3e-4", "4e-4")]
    [TestCase("-0.93", "-0.92")]
    public void Misprint(string text, string expected) => Assert.That(Of(text).Misprint(), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("%")]
    [TestCase("~0.1-1.0")]
    [TestCase("Forward")]
    public void RefusesOtherText(string text) => Assert.That(PrintedNumber.TryParse(text, out _), Is.False);

    [Law]
    public bool APrintedNumberIsItsOwnRounding(int digits, byte decimals)
    {
        PrintedNumber printed = Of(Fixed(digits, decimals % 8));
        return printed.IsRounded(printed.Value) && printed.IsTruncated(printed.Value) && printed.Like(printed.Value) == printed.Text;
    }

    [Law]
    public bool LikeIsRoundedAndAMisprintIsNot(int digits, byte decimals, double exact)
    {
        if (!double.IsFinite(exact) || Math.Abs(exact) > 1e15)
            return true;
        Rational value = Rational.Of(exact);
        PrintedNumber right = Of(Of(Fixed(digits, decimals % 8)).Like(value));
        Rational twice = Rational.Abs(right.Value + right.Unit - value) * 2;
        return right.IsRounded(value) && (twice == right.Unit || !Of(right.Misprint()).IsRounded(value));
    }

    [Law]
    public bool ExponentFormReadsBack(short digits, sbyte exponent)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{digits % 10}.{Math.Abs(digits % 100):00}e{exponent}");
        PrintedNumber printed = Of(text);
        return Rational.Parse(printed.Like(printed.Value)) == printed.Value;
    }

    private static PrintedNumber Of(string text) =>
        PrintedNumber.TryParse(text, out PrintedNumber? printed) ? printed : throw new ArgumentException($"text = '{text}' is no number");

    private static string Fixed(int digits, int decimals)
    {
        string all = Math.Abs((long)digits).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string sign = digits < 0 ? "-" : "";
        return decimals == 0 ? sign + all : $"{sign}{all[..^decimals]}.{all[^decimals..]}";
    }
}
