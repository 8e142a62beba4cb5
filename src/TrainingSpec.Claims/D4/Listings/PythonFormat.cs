using System.Globalization;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>Numbers as Python's format writes them, whatever the culture.</summary>
internal static class PythonFormat
{
    /// <summary>Fixed form, such as ".4f".</summary>
    public static string Fixed(double value, int decimals) => value switch
    {
        double.NaN => "nan",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
    };

    /// <summary>Exponent form, such as ".2e": at least two digits of exponent, always with its sign.</summary>
    public static string Exponent(double value, int decimals)
    {
        string[] parts = value.ToString("E" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).Split('E');
        int exponent = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return $"{parts[0]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("D2", CultureInfo.InvariantCulture)}";
    }
}
