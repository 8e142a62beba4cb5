using System.Globalization;
using System.Numerics;

namespace TrainingSpec.Claims;

/// <summary>A number as a document prints it: its text, its exact value, and the unit of its last digit.</summary>
public sealed class PrintedNumber
{
    private readonly int _decimals;
    private readonly bool _exponentForm;
    private readonly int _exponentDigits;
    private readonly bool _exponentSigned;
    private readonly bool _thousands;

    private PrintedNumber(string text, Rational value, Rational unit, int decimals, string? exponent, bool thousands)
    {
        Text = text;
        Value = value;
        Unit = unit;
        _decimals = decimals;
        _exponentForm = exponent is not null;
        _exponentDigits = exponent?.TrimStart('+', '-').Length ?? 0;
        _exponentSigned = exponent?.StartsWith('+') ?? false;
        _thousands = thousands;
    }

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <summary>The exact value of the text.</summary>
    public Rational Value { get; }

    /// <summary>The unit of the last printed digit, such as 1/100 for "0.43".</summary>
    public Rational Unit { get; }

    /// <summary>Reads a printed number.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PrintedNumber? printed)
    {
        printed = null;
        string trimmed = text.Trim().TrimEnd('%');
        if (trimmed.Length == 0 || !Rational.TryParse(trimmed, out Rational value))
            return false;
        string[] parts = trimmed.Split('e', 'E');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int decimals = point < 0 ? 0 : parts[0].Length - point - 1;
        int exponent = parts.Length == 2 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        printed = new PrintedNumber(
            text, value, Rational.PowerOfTen(exponent - decimals), decimals, parts.Length == 2 ? parts[1] : null, parts[0].Contains(',', StringComparison.Ordinal));
        return true;
    }

    /// <summary>True where the exact value rounds to the printed digits; a tie may have gone either way.</summary>
    public bool IsRounded(Rational exact) => Rational.Abs(exact - Value) * 2 <= Unit;

    /// <summary>True where the exact value gives the printed digits when its further digits are cut off.</summary>
    public bool IsTruncated(Rational exact) => new Rational(Rational.Truncate(exact / Unit), 1) * Unit == Value;

    /// <summary>The exact value in the form of the printed one: as many decimals, or in exponent form as many significant digits.</summary>
    public string Like(Rational exact)
    {
        if (!_exponentForm || exact.Numerator.IsZero)
            return Fixed(exact, _decimals, _thousands);
        int exponent = (int)Math.Floor(BigInteger.Log10(BigInteger.Abs(exact.Numerator)) - BigInteger.Log10(exact.Denominator) + 1e-12);
        string mantissa = Fixed(exact / Rational.PowerOfTen(exponent), _decimals, thousands: false);
        if (mantissa.TrimStart('-').StartsWith("10", StringComparison.Ordinal))
            mantissa = Fixed(exact / Rational.PowerOfTen(++exponent), _decimals, thousands: false);
        string sign = exponent < 0 ? "-" : _exponentSigned ? "+" : "";
        return $"{mantissa}e{sign}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).PadLeft(_exponentDigits, '0')}";
    }

    /// <summary>The printed number with its last digit raised by one: what a misprint would look like.</summary>
    public string Misprint() => Like(Value + Unit);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string Fixed(Rational value, int decimals, bool thousands)
    {
        BigInteger scaled = Rational.Round(value * Rational.PowerOfTen(decimals));
        string digits = BigInteger.Abs(scaled).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string whole = digits[..^decimals];
        if (thousands)
            whole = BigInteger.Parse(whole, CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture);
        string sign = scaled.Sign < 0 ? "-" : "";
        return decimals == 0 ? sign + whole : $"{sign}{whole}.{digits[^decimals..]}";
    }
}
