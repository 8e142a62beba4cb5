using System.Collections.Concurrent;
using System.Globalization;

namespace TrainingSpec.Numbers;

/// <summary>An interval that an argument must come from, in the usual notation: "[0, 1)", "(0, inf)", "[1, inf]".</summary>
/// <param name="Low">Lower end.</param>
/// <param name="LowOpen">True where the lower end is left out.</param>
/// <param name="High">Upper end.</param>
/// <param name="HighOpen">True where the upper end is left out.</param>
public readonly record struct Domain(double Low, bool LowOpen, double High, bool HighOpen)
{
    // The same few literals are read again on every call of an optimizer or a schedule.
    private static readonly ConcurrentDictionary<string, Domain> Known = new(StringComparer.Ordinal);

    /// <summary>Reads the usual notation of an interval; "inf" and "-inf" are the infinities.</summary>
    /// <exception cref="FormatException">The text is no interval.</exception>
    public static Domain Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Known.GetOrAdd(text, Read);
    }

    private static Domain Read(string text)
    {
        string[] ends = text.Length < 5 ? [] : text[1..^1].Split(',', StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || "[(".IndexOf(text[0]) < 0 || "])".IndexOf(text[^1]) < 0)
            throw new FormatException($"'{text}' is no interval such as [0, 1)");
        return new Domain(End(ends[0]), text[0] == '(', End(ends[1]), text[^1] == ')');
    }

    /// <summary>True where <paramref name="value"/> lies inside; NaN never does.</summary>
    public bool Contains(double value) =>
        (LowOpen ? value > Low : value >= Low) && (HighOpen ? value < High : value <= High);

    /// <summary>Returns the value, or throws an exception that names argument, value and domain.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public static double Require(string domain, double value, string argument) =>
        Parse(domain).Contains(value) ? value : throw Outside(domain, value.ToString("R", CultureInfo.InvariantCulture), argument);

    /// <summary>Returns the whole number, or throws an exception that names argument, value and domain.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public static long Require(string domain, long value, string argument) =>
        Parse(domain).Contains(value) ? value : throw Outside(domain, value.ToString(CultureInfo.InvariantCulture), argument);

    /// <summary>Returns the value of an enumeration, or throws an exception that names argument, number and the names that there are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enumeration has no such value.</exception>
    public static T RequireNamed<T>(T value, string argument)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw Outside($"{{{string.Join(", ", Enum.GetNames<T>())}}}", value.ToString("D"), argument);

    /// <summary>The exception for a value outside its domain; its message is one line.</summary>
    public static OutsideDomainException Outside(string domain, string value, string argument) =>
        new(argument, $"{argument} = {value} is outside {domain}");

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(LowOpen ? '(' : '[')}{Text(Low)}, {Text(High)}{(HighOpen ? ')' : ']')}");

    private static string Text(double end) =>
        double.IsInfinity(end) ? (end < 0 ? "-inf" : "inf") : end.ToString("R", CultureInfo.InvariantCulture);

    private static double End(string text) => text switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
