using System.Globalization;
using TrainingSpec.Tests;

namespace TrainingSpec.Claims.Tests.Judging;

/// <summary>Printed numbers: digits, the unit of the last one, rounding and misprints.</summary>
public class PrintedNumberTests
{
    [TestCase("0.43", "1e-2")]
    [TestCase("~5.25", "1e-2")]
    [TestCase("~20", "10")]
    [TestCase("about 1000", "1000")]
    [TestCase("20", "1")]
    [TestCase("64k", "1000")]
    [TestCase("≈2×", "1")]
    [TestCase("10^{-7}", "1e-7")]
    [TestCase("85%", "1")]
    [TestCase("10 %", "1")]
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
    [TestCase("~5.25", "~5.26")]
    [TestCase("~20", "~30")]
    [TestCase("≈2×", "≈3×")]
    [TestCase("≈ +33%", "≈ +34%")]
    [TestCase("64k", "65k")]
    [TestCase("4x", "5x")]
    [TestCase("10 %", "11 %")]
    [TestCase("100+", "101+")]
    [TestCase("10^{-7}", "10^{-6}")]
    [TestCase("9.9e-6", "1.0e-5")]
    [TestCase("1.0", "1.1")]
    [TestCase("3e-4", "4e-4")]
    [TestCase("-0.93", "-0.92")]
    public void Misprint(string text, string expected) => Assert.That(Of(text).Misprint(), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("%")]
    [TestCase("~0.1-1.0")]
    [TestCase("Forward")]
    [TestCase("4 (was 2)")]
    [TestCase("every 4 batches")]
    public void RefusesOtherText(string text) => Assert.That(PrintedNumber.TryParse(text, out _), Is.False);

    [TestCase("~5.25", "5.25")]
    [TestCase("0-50", "0 50")]
    [TestCase("5.47-5.56", "5.47 5.56")]
    [TestCase("10-80% of total", "10 80")]
    [TestCase("500–10,000", "500 10000")]
    [TestCase("1e-4 to 1e-2", "0.0001 0.01")]
    [TestCase("32, 64, 128, 256", "32 64 128 256")]
    [TestCase("0.000100 0.001000 0.001000 0.000919", "0.0001 0.001 0.001 0.000919")]
    [TestCase("4 (was 2)", "4 2")]
    [TestCase("every 4 batches", "4")]
    [TestCase("4x warmup steps", "4")]
    [TestCase("around step 50", "50")]
    [TestCase("100+ steps", "100")]
    [TestCase("64k", "64000")]
    [TestCase("≈2×", "2")]
    [TestCase("≈ +33%", "33")]
    [TestCase("10^{-7}", "1E-07")]
    [TestCase("-0.93", "-0.93")]
    [TestCase("2020/08/31", "2020 8 31")]
    [TestCase("half", "")]
    [TestCase("very high", "")]
    [TestCase("n", "")]
    [TestCase("NaN", "")]
    [TestCase("baseLR", "")]
    [TestCase("AdamW2 or step3", "")]
    [TestCase("loss_curve.png", "")]
    public void AllNumbersOfAText(string text, string values) =>
        Assert.That(string.Join(' ', PrintedNumber.All(text).Select(n => n.Value.ToString())), Is.EqualTo(values));

    [TestCase("4 (was 2)", 1, "3", "4 (was 3)")]
    [TestCase("around step 50", 0, "around step 60", "around step 60")]
    [TestCase("~0.1-1.0", 1, "1.1", "~0.1-1.1")]
    public void ANumberIsReplacedInItsText(string text, int which, string number, string expected) =>
        Assert.That(PrintedNumber.All(text)[which].Replaced(number), Is.EqualTo(expected));

    [TestCase("32-128", "32", true)]
    [TestCase("32-128", "128", true)]
    [TestCase("32-128", "129", false)]
    [TestCase("500–10,000", "100", false)]
    [TestCase("1e-4 to 1e-2", "1e-3", true)]
    [TestCase("10-80% of total", "85", false)]
    [TestCase("~0.1-1.0", "1.04", true)]
    [TestCase("~0.1-1.0", "1.06", false)]
    [TestCase("< 5", "5", false)]
    [TestCase("≤ 5", "5", true)]
    [TestCase("at least 5", "7", true)]
    [TestCase("100+ steps", "99", false)]
    public void Ranges(string text, string value, bool inside) =>
        Assert.That(PrintedRange.TryParse(text, out PrintedRange? range) && range.Contains(Rational.Parse(value)), Is.EqualTo(inside));

    [TestCase("32")]
    [TestCase("32, 64")]
    [TestCase("4 (was 2)")]
    [TestCase("words")]
    public void NoRanges(string text) => Assert.That(PrintedRange.TryParse(text, out _), Is.False);

    // Every printed value of all five documents either holds numbers or is known to be words.
    [Test]
    public void WhatTheDocumentsPrintIsReadOrIsWords()
    {
        DocumentLibrary documents = DocumentLibrary.Open();
        string[] words =
        [
            .. from document in ClaimFile.Documents
               from claim in documents[document].Claims
               from key in claim.PrintedKeys
               from text in claim.PrintedTexts(key)
               where PrintedNumber.All(text).Count == 0 && text.Any(char.IsAsciiDigit)
               select $"{claim.Id}/{key}: {text}",
        ];
        Assert.That(words, Is.Empty);
    }

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
