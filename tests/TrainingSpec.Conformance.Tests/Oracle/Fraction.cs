using System.Globalization;
using System.Numerics;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>A fraction of whole numbers: the second way to the right values of the oracle, which shares nothing with the library's numbers.</summary>
internal readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator) : IComparable<Fraction>
{
    private const int RootBits = 400;

    /// <summary>π to 60 digits, from the literature.</summary>
    public static Fraction Pi { get; } = new(BigInteger.Parse("3141592653589793238462643383279502884197169399375105820974944", CultureInfo.InvariantCulture), BigInteger.Pow(10, 60));

    /// <summary>A double, exactly.</summary>
    public static Fraction Of(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        int power = Math.Max(exponent, 1) - 1075;
        return new Fraction(bits < 0 ? -mantissa : mantissa, 1) * (power >= 0 ? new Fraction(BigInteger.One << power, 1) : new Fraction(1, BigInteger.One << -power));
    }

    /// <summary>A decimal number as it is written, exactly.</summary>
    public static Fraction Parse(string text)
    {
        string[] parts = text.Split('E', 'e');
        string[] digits = parts[0].Split('.');
        int power = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - (digits.Length > 1 ? digits[1].Length : 0);
        var number = BigInteger.Parse(string.Concat(digits), CultureInfo.InvariantCulture);
        return power >= 0 ? new(number * BigInteger.Pow(10, power), 1) : Lowest(number, BigInteger.Pow(10, -power));
    }

    public static implicit operator Fraction(long n) => new(n, 1);

    public static Fraction operator +(Fraction a, Fraction b) => Lowest(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Fraction operator -(Fraction a, Fraction b) => a + new Fraction(-b.Numerator, b.Denominator);

    public static Fraction operator *(Fraction a, Fraction b) => Lowest(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Fraction operator /(Fraction a, Fraction b) => a * (b.Numerator.Sign < 0 ? new(-b.Denominator, -b.Numerator) : new Fraction(b.Denominator, b.Numerator));

    public static bool operator <(Fraction a, Fraction b) => a.CompareTo(b) < 0;

    public static bool operator >(Fraction a, Fraction b) => a.CompareTo(b) > 0;

    public static Fraction Abs(Fraction a) => a with { Numerator = BigInteger.Abs(a.Numerator) };

    public static Fraction Power(Fraction a, int n) => new(BigInteger.Pow(a.Numerator, n), BigInteger.Pow(a.Denominator, n));

    /// <summary>√a, relatively right to 100 digits and more.</summary>
    public static Fraction Root(Fraction a)
    {
        int shift = 2 * RootBits + 2 * (int)Math.Max(0, a.Denominator.GetBitLength() - a.Numerator.GetBitLength());
        BigInteger scaled = (a.Numerator << shift) / a.Denominator, root = BigInteger.One << (int)((scaled.GetBitLength() + 1) / 2);
        for (BigInteger next = (root + scaled / root) >> 1; next < root; next = (root + scaled / root) >> 1)
            root = next;
        return new(root, BigInteger.One << (shift / 2));
    }

    /// <summary>1 − cos x for a small x, by its series.</summary>
    public static Fraction OneMinusCosine(Fraction x)
    {
        Fraction term = x * x / 2, sum = term;
        for (int n = 2; n < 30; n++)
        {
            term = term * x * x / ((2 * n - 1) * 2 * n);
            sum = n % 2 == 0 ? sum - term : sum + term;
        }

        return sum;
    }

    /// <summary>By how many units in the last place of a format a value lies beside this number.</summary>
    /// <param name="value">The value.</param>
    /// <param name="dtype">The format.</param>
    /// <param name="unit">The magnitude in whose last place to count, where it is larger than this number.</param>
    public double UlpsFrom(double value, string dtype, Fraction? unit = null)
    {
        (int digits, int least, int largest) = dtype switch { "float64" => (53, -1074, 1023), "float32" => (24, -149, 127), "float16" => (11, -24, 15), _ => (8, -133, 127) };
        if (!double.IsFinite(value))
            return double.PositiveInfinity;

        // The shortest text of a float is that of another double.
        value = dtype == "float32" ? (float)value : value;
        Fraction size = unit is { } larger && Abs(larger) > Abs(this) ? larger : this;
        BigInteger n = BigInteger.Abs(size.Numerator);
        int exponent = n.IsZero ? least : (int)(n.GetBitLength() - size.Denominator.GetBitLength());
        if (!n.IsZero && (exponent >= 0 ? n < size.Denominator << exponent : n << -exponent < size.Denominator))
            exponent--;
        int ulp = Math.Max(Math.Min(exponent, largest) - digits + 1, least);
        Fraction distance = Abs(Of(value) - this) * (ulp >= 0 ? new(1, BigInteger.One << ulp) : new Fraction(BigInteger.One << -ulp, 1));
        return (double)(distance.Numerator * 1_000_000 / distance.Denominator) / 1_000_000;
    }

    public int CompareTo(Fraction other) => (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    private static Fraction Lowest(BigInteger numerator, BigInteger denominator)
    {
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        return divisor.IsOne ? new(numerator, denominator) : new(numerator / divisor, denominator / divisor);
    }
}
