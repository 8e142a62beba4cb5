using System.Globalization;
using System.Numerics;

namespace TrainingSpec.Numbers;

/// <content>Decimal text, and distances in the last places of a format.</content>
public readonly partial struct BigReal
{
    /// <summary>Reads "-12.5e-3", "NaN", "Infinity" or "-Infinity"; any number of digits, rounded once.</summary>
    /// <exception cref="FormatException">The text is not a decimal number.</exception>
    public static BigReal Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        switch (text)
        {
            case "NaN": return NaN;
            case "Infinity": return PositiveInfinity;
            case "-Infinity": return NegativeInfinity;
        }

        string[] parts = text.Split('e', 'E');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal);
        int power = point < 0 ? 0 : point + 1 - parts[0].Length;
        if (parts.Length > 2
            || (parts.Length == 2 && !int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power))
            || !BigInteger.TryParse(parts[0].Remove(Math.Max(point, 0), point < 0 ? 0 : 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger digits))
            throw new FormatException($"\"{text}\" is not a decimal number such as -12.5e-3.");
        power += parts.Length == 2 && point >= 0 ? point + 1 - parts[0].Length : 0;
        return power >= 0 ? Ratio(digits * BigInteger.Pow(10, power), 1) : Ratio(digits, BigInteger.Pow(10, -power));
    }

    /// <summary>The value with 25 significant digits, or as a power of two where it has more digits than one wants to read.</summary>
    public override string ToString()
    {
        const int Digits = 25;
        if (_kind != Kind.Finite || _mantissa.IsZero)
            return ((double)this).ToString("R", CultureInfo.InvariantCulture);
        BigInteger top = TopExponent;
        if (BigInteger.Abs(top) > 20_000)
            return string.Create(CultureInfo.InvariantCulture, $"{(Sign < 0 ? "-" : "")}{(double)new BigReal(BigInteger.Abs(_mantissa), _exponent - top):0.######} * 2^{top}");
        int power = (int)Math.Floor((double)top * 0.30102999566398120), shift = Digits - 1 - power;
        BigInteger digits = WithPrecision(Precision + (int)BigInteger.Abs(top) + 128, this, x => Floor(Abs(x) * (shift >= 0 ? Ratio(BigInteger.Pow(10, shift), 1) : Ratio(1, BigInteger.Pow(10, -shift))) + 0.5));
        string text = digits.ToString(CultureInfo.InvariantCulture);
        power += text.Length - Digits;
        string fraction = text[1..].TrimEnd('0');
        return string.Create(CultureInfo.InvariantCulture, $"{(Sign < 0 ? "-" : "")}{text[0]}{(fraction.Length > 0 ? "." : "")}{fraction}e{power}");
    }

    private static BigInteger WithPrecision(int bits, BigReal x, Func<BigReal, BigReal> evaluate)
    {
        BigReal whole = WithPrecision(bits, () => evaluate(x));
        return whole._mantissa << (int)whole._exponent;
    }
}
