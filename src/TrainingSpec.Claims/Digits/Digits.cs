using System.Globalization;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims;

/// <summary>Writes numbers of any kind as a step shows them: in the invariant culture, in plain notation where that is short.</summary>
internal static class Digits
{
    private const int Significant = 15;
    private const int MostEntries = 12;

    /// <summary>A value: a number of any kind, a row of them, a truth value or a text.</summary>
    public static string Of<T>(T value) => value switch
    {
        null => "nothing",
        string text => text,
        bool truth => truth ? "true" : "false",
        Rational exact => Of(exact),
        Precise wide => double.IsFinite(wide.High) ? Of(Exact.Value(wide)) : wide.High.ToString(CultureInfo.InvariantCulture),
        Real64 number => Of(number.Value),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        System.Collections.IEnumerable row => Row(row.Cast<object?>()),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>An exact number: all its digits where they are few, else 15 significant ones.</summary>
    public static string Of(Rational value)
    {
        if (value.Numerator.IsZero)
            return "0";
        string[] parts = value.Decimal(Significant).Split('e');
        string digits = parts[0].TrimStart('-').TrimEnd('0'), sign = value.Numerator.Sign < 0 ? "-" : "";
        // The value is 0.digits times ten to the power of point.
        int point = int.Parse(parts[1], CultureInfo.InvariantCulture) + parts[0].TrimStart('-').Length;
        if (point is > -5 and <= 0)
            return $"{sign}0.{new string('0', -point)}{digits}";
        if (point is > 0 and <= Significant)
            return digits.Length <= point ? sign + digits.PadRight(point, '0') : $"{sign}{digits[..point]}.{digits[point..]}";
        string mantissa = digits.Length == 1 ? digits : $"{digits[..1]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{point - 1}");
    }

    private static string Row(IEnumerable<object?> values)
    {
        object?[] all = [.. values];
        string shown = string.Join(", ", all.Take(MostEntries).Select(Of));
        return all.Length <= MostEntries ? $"[{shown}]" : string.Create(CultureInfo.InvariantCulture, $"[{shown}, … {all.Length} in all]");
    }
}
