using System.Globalization;
using System.Numerics;

namespace TrainingSpec.Numbers;

/// <summary>Decimal text and exact conversions.</summary>
public readonly partial record struct DoubleDouble
{
    // Two doubles hold 106 bits or more where the second lies far below the first; 320 bits decide both roundings.
    private const int QuotientBits = 320;

    /// <summary>m · 2ᵉ rounded: the nearest double and the nearest double to what is left.</summary>
    internal static DoubleDouble FromDyadic(BigInteger mantissa, long exponent)
    {
        double high = Dyadic.ToDouble(mantissa, exponent);
        if (!double.IsFinite(high) || mantissa.IsZero)
            return Of(high);
        var (exact, highExponent) = Dyadic.Exact(high);
        long common = Math.Min(exponent, highExponent);
        BigInteger rest = (mantissa << (int)(exponent - common)) - (exact << (int)(highExponent - common));
        return new(high, Dyadic.ToDouble(rest, common));
    }

    /// <summary>numerator / denominator, correctly rounded to the pair.</summary>
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public static DoubleDouble Ratio(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
            throw new DivideByZeroException("denominator is 0; expected a whole number other than 0.");
        var (mantissa, exponent) = Dyadic.Quotient(numerator * denominator.Sign, BigInteger.Abs(denominator), QuotientBits);
        return FromDyadic(mantissa, exponent);
    }

    /// <summary>The decimal number, correctly rounded to the pair.</summary>
    public static DoubleDouble FromDecimal(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        int scale = (parts[3] >> 16) & 0xFF;
        BigInteger mantissa = ((BigInteger)(uint)parts[2] << 64) | ((BigInteger)(uint)parts[1] << 32) | (uint)parts[0];
        return Ratio(parts[3] < 0 ? -mantissa : mantissa, BigInteger.Pow(10, scale));
    }

    /// <summary>Reads "-12.5e-3", "NaN", "Infinity" or "-Infinity"; any number of digits, correctly rounded to the pair.</summary>
    /// <exception cref="FormatException">The text is not a decimal number.</exception>
    public static DoubleDouble Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out DoubleDouble value)
            ? value
            : throw new FormatException($"\"{text}\" is not a decimal number such as -12.5e-3.");
    }

    /// <summary>As <see cref="Parse"/>, false where the text is not a decimal number with an exponent within ±100000.</summary>
    public static bool TryParse(string? text, out DoubleDouble value)
    {
        value = NaN;
        switch (text)
        {
            case null: return false;
            case "NaN": return true;
            case "Infinity": value = double.PositiveInfinity; return true;
            case "-Infinity": value = double.NegativeInfinity; return true;
        }
        int e = text.IndexOfAny(['e', 'E']);
        int exponent = 0;
        if (e >= 0 && !int.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            return false;
        string digits = e >= 0 ? text[..e] : text;
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int decimals = point < 0 ? 0 : digits.Length - point - 1;
        if (point >= 0)
            digits = digits.Remove(point, 1);
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger mantissa) || Math.Abs((long)exponent) > 100_000)
            return false;
        exponent -= decimals;
        value = exponent >= 0 ? Ratio(mantissa * BigInteger.Pow(10, exponent), 1) : Ratio(mantissa, BigInteger.Pow(10, -exponent));
        if (mantissa.IsZero && digits.StartsWith('-'))
            value = -value;
        return true;
    }

    /// <summary>The value with up to the given number of significant digits, correctly rounded (ties to even), trailing zeros dropped.</summary>
    /// <param name="significant">How many digits, 1 to 1000.</param>
    public string ToString(int significant)
    {
        if (significant is < 1 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(significant), significant, "significant must lie in [1, 1000].");
        if (!double.IsFinite(High) || High == 0)
            return High.ToString("R", CultureInfo.InvariantCulture);
        var (mantissa, exponent) = Dyadic.Exact(this);
        int power = (int)Math.Floor(Math.Log10(Math.Abs(High)));
        string digits = Scaled(mantissa, exponent, significant - 1 - power, MidpointRounding.ToEven).ToString(CultureInfo.InvariantCulture);
        // The estimated power of ten may be one off, or rounding may have carried into a new digit.
        while (digits.Length != significant)
        {
            power += digits.Length > significant ? 1 : -1;
            digits = Scaled(mantissa, exponent, significant - 1 - power, MidpointRounding.ToEven).ToString(CultureInfo.InvariantCulture);
        }
        digits = digits.TrimEnd('0');
        string sign = mantissa.Sign < 0 ? "-" : "";
        if (power is < -5 or > 20)
        {
            string fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            return $"{sign}{digits[..1]}{fraction}E{(power < 0 ? "-" : "+")}{Math.Abs(power).ToString("00", CultureInfo.InvariantCulture)}";
        }
        if (power < 0)
            return $"{sign}0.{new string('0', -power - 1)}{digits}";
        digits = digits.PadRight(power + 1, '0');
        return digits.Length == power + 1 ? sign + digits : $"{sign}{digits[..(power + 1)]}.{digits[(power + 1)..]}";
    }

    /// <summary>The value with exactly the given number of digits after the point, correctly rounded from the exact value.</summary>
    /// <param name="decimals">How many digits, 0 to 1000.</param>
    /// <param name="midpoint">What becomes of exact ties: to even (as C and Python print) or away from zero (as in school).</param>
    public string ToFixed(int decimals, MidpointRounding midpoint = MidpointRounding.ToEven)
    {
        if (decimals is < 0 or > 1000)
            throw new ArgumentOutOfRangeException(nameof(decimals), decimals, "decimals must lie in [0, 1000].");
        if (midpoint is not (MidpointRounding.ToEven or MidpointRounding.AwayFromZero))
            throw new ArgumentOutOfRangeException(nameof(midpoint), midpoint, "midpoint must be ToEven or AwayFromZero.");
        if (!double.IsFinite(High))
            return High.ToString("R", CultureInfo.InvariantCulture);
        var (mantissa, exponent) = Dyadic.Exact(this);
        string digits = Scaled(mantissa, exponent, decimals, midpoint).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string sign = double.IsNegative(High) ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    // |m| · 2^e · 10^power as a whole number.
    private static BigInteger Scaled(BigInteger mantissa, int exponent, int power, MidpointRounding midpoint)
    {
        BigInteger numerator = BigInteger.Abs(mantissa) << Math.Max(exponent, 0);
        BigInteger denominator = BigInteger.One << Math.Max(-exponent, 0);
        if (power >= 0)
            numerator *= BigInteger.Pow(10, power);
        else
            denominator *= BigInteger.Pow(10, -power);
        return Dyadic.RoundQuotient(numerator, denominator, midpoint);
    }
}
