using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace TrainingSpec.Claims;

/// <summary>A number as a document prints it: its text with what belongs to it ("~5.25", "64k", "4x", "+33%"), its exact value, and the unit of its last digit.</summary>
/// <remarks>A percentage is read in percent: 85% is 85. An approximation ("~20", "about 100") promises its significant digits only: the unit of ~20 is 10, of ~5.25 it is 0.01.</remarks>
public sealed partial class PrintedNumber
{
    private readonly string _whole;
    private readonly int _start;
    private readonly string _before;
    private readonly string _after;
    private readonly int _decimals;
    private readonly string? _exponent;
    private readonly bool _powerOfTen;
    private readonly bool _thousands;
    private readonly bool _plus;
    private readonly Rational _factor;

    private PrintedNumber(string whole, Match match)
    {
        string digits = match.Groups["digits"].Value, sign = match.Groups["sign"].Value, multiple = match.Groups["multiple"].Value;
        _whole = whole;
        _start = match.Index;
        Text = match.Value;
        _before = match.Value[..(match.Groups["number"].Index - match.Index)];
        int end = match.Groups["number"].Index + match.Groups["number"].Length - match.Index;
        _after = match.Value[end..];
        _powerOfTen = match.Groups["power"].Success;
        _exponent = _powerOfTen ? match.Groups["power"].Value : match.Groups["exponent"].Success ? match.Groups["exponent"].Value : null;
        _thousands = digits.Contains(',', StringComparison.Ordinal);
        _plus = sign == "+";
        _factor = multiple.Length == 0 ? 1 : multiple is "k" or "K" ? 1000 : 1_000_000;
        Approximate = match.Groups["about"].Success;
        if (_powerOfTen)
            digits = "1";
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        _decimals = point < 0 ? 0 : digits.Length - point - 1;
        // The zeros at the end of a rough whole number are not digits that somebody measured.
        if (Approximate && point < 0)
            _decimals = -(digits.Length - digits.TrimEnd('0').Length) is var zeros && digits.Trim('0').Length > 0 ? zeros : 0;
        int exponent = _exponent is null ? 0 : int.Parse(_exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        Value = Rational.Parse($"{(sign is "-" or "−" ? "-" : "")}{digits}") * Rational.PowerOfTen(exponent) * _factor;
        Unit = Rational.PowerOfTen(exponent - _decimals) * _factor;
    }

    /// <summary>The number's own text with sign, "~" and unit: "~5.25".</summary>
    public string Text { get; }

    /// <summary>The exact value of the text; of a percentage, in percent.</summary>
    public Rational Value { get; }

    /// <summary>The unit of the last printed digit, such as 1/100 for "0.43".</summary>
    public Rational Unit { get; }

    /// <summary>True where the text says that the number is rough.</summary>
    public bool Approximate { get; }

    /// <summary>True where more than this is meant: "100+".</summary>
    public bool OrMore => _after.Contains('+', StringComparison.Ordinal);

    /// <summary>All numbers in a text, in order; none where it has only words.</summary>
    public static IReadOnlyList<PrintedNumber> All(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Number().Matches(text).Where(m => Readable(m)).Select(m => new PrintedNumber(text, m))];
    }

    /// <summary>Reads a text that holds one number and nothing else.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PrintedNumber? printed)
    {
        ArgumentNullException.ThrowIfNull(text);
        printed = All(text) is [var one] && one.Text.Length == text.Trim().Length ? one : null;
        return printed is not null;
    }

    /// <summary>The text in which the number stands, with another number in its place.</summary>
    public string Replaced(string number) => $"{_whole[.._start]}{number}{_whole[(_start + Text.Length)..]}";

    /// <summary>True where the exact value rounds to the printed digits; a tie may have gone either way.</summary>
    public bool IsRounded(Rational exact) => Rational.Abs(exact - Value) * 2 <= Unit;

    /// <summary>True where the exact value gives the printed digits when its further digits are cut off.</summary>
    public bool IsTruncated(Rational exact) => new Rational(Rational.Truncate(exact / Unit), 1) * Unit == Value;

    /// <summary>The exact value in the form of the printed one: as many decimals, or in exponent form as many significant digits.</summary>
    public string Like(Rational exact) => $"{_before}{(_plus && exact > 0 ? "+" : "")}{Digits(exact / _factor)}{_after}";

    /// <summary>The printed number with its last digit raised by one: what a misprint would look like.</summary>
    public string Misprint() => Like(_powerOfTen ? Value * 10 : Value + Unit);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private string Digits(Rational exact)
    {
        if (_exponent is null || exact.Numerator.IsZero)
            return Fixed(exact, _decimals, _thousands);
        int exponent = (int)Math.Floor(BigInteger.Log10(BigInteger.Abs(exact.Numerator)) - BigInteger.Log10(exact.Denominator) + 1e-12);
        if (_powerOfTen)
        {
            string braces = Text.Contains('{', StringComparison.Ordinal) ? "{}" : "  ";
            return string.Create(CultureInfo.InvariantCulture, $"10^{braces[..1].Trim()}{exponent}{braces[1..].Trim()}");
        }

        string mantissa = Fixed(exact / Rational.PowerOfTen(exponent), _decimals, thousands: false);
        if (mantissa.TrimStart('-').StartsWith("10", StringComparison.Ordinal))
            mantissa = Fixed(exact / Rational.PowerOfTen(++exponent), _decimals, thousands: false);
        string sign = exponent < 0 ? "-" : _exponent.StartsWith('+') ? "+" : "";
        return $"{mantissa}e{sign}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(_exponent.TrimStart('+', '-').Length, '0')}";
    }

    // A power of ten beyond what a decimal may have is no number that anybody prints.
    private static bool Readable(Match match) => match.Groups["power"].Success
        ? match.Groups["power"].Length <= 4
        : Rational.TryParse(match.Groups["digits"].Value + match.Groups["e"].Value, out _);

    private static string Fixed(Rational value, int decimals, bool thousands)
    {
        BigInteger scaled = Rational.Round(value * Rational.PowerOfTen(decimals));
        if (decimals < 0)
            (scaled, decimals) = (scaled * BigInteger.Pow(10, -decimals), 0);
        string digits = BigInteger.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string whole = digits[..^decimals];
        if (thousands)
            whole = BigInteger.Parse(whole, CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture);
        string sign = scaled.Sign < 0 ? "-" : "";
        return decimals == 0 ? sign + whole : $"{sign}{whole}.{digits[^decimals..]}";
    }

    // A hyphen after a digit is that of a range, elsewhere a sign; digits within a word are no number.
    [GeneratedRegex("""
        (?<about>(?:~|≈|\babout\b|\baround\b|\bnearly\b|\broughly\b|\bapprox\.?)\s*(?:step\s+)?)?
        (?<number>(?<sign>(?<![\p{L}\p{Nd}_])[+\-−])?
          (?:10\^\{?(?<power>[+\-]?\d+)\}?
            |(?<![\p{L}\p{Nd}_.])(?<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?<e>[eE](?<exponent>[+\-]?\d+))?))
        (?![\p{Nd}_]|[.,]\d)
        (?:(?<multiple>[kKM])(?![\p{L}])|\s?%|[x×](?![\p{L}\p{Nd}]))?(?:\+(?!\d))?
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Number();
}
