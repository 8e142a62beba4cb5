using System.Globalization;
using System.Numerics;

namespace TrainingSpec.Claims;

/// <summary>An exact fraction: what a decimal text says, and what arithmetic on it gives without rounding.</summary>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    /// <summary>The most digits, and the largest exponent either way, that <see cref="TryParse"/> reads: a power of ten of a billion digits would take hours to write down.</summary>
    public const int MostDigits = 5000;

    private readonly BigInteger _denominatorLessOne;

    /// <summary>numerator / denominator in lowest terms.</summary>
    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
            throw new DivideByZeroException("denominator = 0 is outside the whole numbers without 0");
        BigInteger g = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / g;
        _denominatorLessOne = denominator / g - 1;
    }

    /// <summary>The numerator, which carries the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>The denominator, positive.</summary>
    public BigInteger Denominator => _denominatorLessOne + 1;

    /// <summary>A whole number.</summary>
    public static implicit operator Rational(long n) => new(n, 1);

    /// <summary>Sum.</summary>
    public static Rational operator +(Rational a, Rational b) => new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    /// <summary>Difference.</summary>
    public static Rational operator -(Rational a, Rational b) => a + -b;

    /// <summary>Product.</summary>
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    /// <summary>Quotient.</summary>
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>Negative.</summary>
    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);

    /// <summary>Less.</summary>
    public static bool operator <(Rational a, Rational b) => a.CompareTo(b) < 0;

    /// <summary>Greater.</summary>
    public static bool operator >(Rational a, Rational b) => a.CompareTo(b) > 0;

    /// <summary>Less or equal.</summary>
    public static bool operator <=(Rational a, Rational b) => a.CompareTo(b) <= 0;

    /// <summary>Greater or equal.</summary>
    public static bool operator >=(Rational a, Rational b) => a.CompareTo(b) >= 0;

    /// <summary>Equal.</summary>
    public static bool operator ==(Rational a, Rational b) => a.Equals(b);

    /// <summary>Not equal.</summary>
    public static bool operator !=(Rational a, Rational b) => !a.Equals(b);

    /// <summary>The exact value of a finite double.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not finite.</exception>
    public static Rational Of(double value)
    {
        if (!double.IsFinite(value))
            throw Numbers.Domain.Outside("(-inf, inf)", value.ToString(CultureInfo.InvariantCulture), nameof(value));
        if (value == 0)
            return 0;
        int exponent = Math.ILogB(value) - 52;
        // Two factors, since 2^(52 - exponent) alone overflows for the smallest numbers.
        var mantissa = new BigInteger(Math.ScaleB(Math.ScaleB(value, -exponent / 2), -(exponent - exponent / 2)));
        return exponent >= 0 ? new(mantissa << exponent, 1) : new(mantissa, BigInteger.One << -exponent);
    }

    /// <summary>Reads a decimal: optional sign, digits with optional thousands commas and point, optional exponent; none of more than <see cref="MostDigits"/> digits before or after the point.</summary>
    public static bool TryParse(string text, out Rational value)
    {
        value = default;
        if (text.Length > 2 * MostDigits)
            return false;
        string[] parts = text.Replace(",", "", StringComparison.Ordinal).Split('e', 'E');
        int exponent = 0;
        if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)))
            return false;
        if (exponent is > MostDigits or < -MostDigits)
            return false;
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        string digits = point < 0 ? parts[0] : parts[0].Remove(point, 1);
        exponent -= point < 0 ? 0 : digits.Length - point;
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger n))
            return false;
        value = exponent >= 0 ? new(n * BigInteger.Pow(10, exponent), 1) : new(n, BigInteger.Pow(10, -exponent));
        return true;
    }

    /// <summary>Reads a decimal.</summary>
    /// <exception cref="FormatException">Not a decimal.</exception>
    public static Rational Parse(string text) =>
        TryParse(text, out Rational value) ? value : throw new FormatException($"'{text}' is no decimal number");

    /// <summary>|a|.</summary>
    public static Rational Abs(Rational a) => new(BigInteger.Abs(a.Numerator), a.Denominator);

    /// <summary>10ⁿ.</summary>
    public static Rational PowerOfTen(int n) => n >= 0 ? new(BigInteger.Pow(10, n), 1) : new(1, BigInteger.Pow(10, -n));

    /// <summary>The whole number nearest to a; a tie goes away from zero.</summary>
    public static BigInteger Round(Rational a)
    {
        BigInteger twice = BigInteger.Abs(a.Numerator) * 2 + a.Denominator;
        return twice / (a.Denominator * 2) * a.Numerator.Sign;
    }

    /// <summary>The whole number that remains when the fraction is cut off.</summary>
    public static BigInteger Truncate(Rational a) => BigInteger.Divide(a.Numerator, a.Denominator);

    /// <summary>The nearest double.</summary>
    public double ToDouble() =>
        double.Parse(Decimal(40), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The value with so many significant digits, in exponent form.</summary>
    public string Decimal(int digits)
    {
        if (Numerator.IsZero)
            return "0";
        int exponent = (int)Math.Floor(BigInteger.Log10(BigInteger.Abs(Numerator)) - BigInteger.Log10(Denominator));
        BigInteger n = Round(this / PowerOfTen(exponent - digits + 1));
        return string.Create(CultureInfo.InvariantCulture, $"{n}e{exponent - digits + 1}");
    }

    /// <inheritdoc/>
    public int CompareTo(Rational other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    /// <inheritdoc/>
    public bool Equals(Rational other) => Numerator == other.Numerator && _denominatorLessOne == other._denominatorLessOne;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Numerator, _denominatorLessOne);

    /// <inheritdoc/>
    public override string ToString() => Denominator.IsOne
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : ToDouble().ToString("R", CultureInfo.InvariantCulture);
}
