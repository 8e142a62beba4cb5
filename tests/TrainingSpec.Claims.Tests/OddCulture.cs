using System.Globalization;

namespace TrainingSpec.Claims.Tests;

/// <summary>A culture whose signs nobody else writes, with Turkish letters: what is written in it bears its marks, and what people write can't be read in it.</summary>
internal static class OddCulture
{
    private static readonly CultureInfo Odd = Make();

    /// <summary>The marks: the signs of its numbers, from Unicode's private use area, and what Turkish makes of I and i.</summary>
    public static bool IsMark(char letter) => letter is >= '\uE000' and <= '\uE00A' or 'ı' or 'İ';

    /// <summary>Does work in it; the threads that the work starts are in it too.</summary>
    public static T Run<T>(Func<T> work) => In(Odd, work);

    /// <summary>Does work in a culture.</summary>
    public static T In<T>(CultureInfo culture, Func<T> work)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            return work();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static CultureInfo Make()
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo("tr-TR").Clone();
        culture.NumberFormat = new NumberFormatInfo
        {
            NegativeSign = "\uE000",
            PositiveSign = "\uE001",
            NumberDecimalSeparator = "\uE002",
            CurrencyDecimalSeparator = "\uE002",
            PercentDecimalSeparator = "\uE002",
            NumberGroupSeparator = "\uE003",
            CurrencyGroupSeparator = "\uE003",
            PercentGroupSeparator = "\uE003",
            PercentSymbol = "\uE004",
            PerMilleSymbol = "\uE005",
            CurrencySymbol = "\uE006",
            NaNSymbol = "\uE007",
            PositiveInfinitySymbol = "\uE008",
            NegativeInfinitySymbol = "\uE009",
        };
        culture.TextInfo.ListSeparator = "\uE00A";
        return CultureInfo.ReadOnly(culture);
    }
}
