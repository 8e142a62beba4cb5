using System.Text.RegularExpressions;

namespace TrainingSpec.Claims;

/// <summary>A range as a document prints it: "32-128", "1e-4 to 1e-2", "10-80% of total"; "&lt; 5", "at most 5", "100+" and "at least 5" are open at one end.</summary>
/// <param name="Low">The lower end; null where it is open.</param>
/// <param name="High">The upper end; null where it is open.</param>
/// <param name="Strict">True where an open range leaves its end out: "&lt; 5".</param>
public sealed partial record PrintedRange(PrintedNumber? Low, PrintedNumber? High, bool Strict = false)
{
    /// <summary>Reads a printed range.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PrintedRange? range)
    {
        ArgumentNullException.ThrowIfNull(text);
        IReadOnlyList<PrintedNumber> numbers = PrintedNumber.All(text);
        range = numbers switch
        {
            [var low, var high] when Between().IsMatch(text) => new PrintedRange(low, high),
            [var end] when end.OrMore || AtLeast().IsMatch(text) => new PrintedRange(end, null, text.Contains('>', StringComparison.Ordinal)),
            [var end] when AtMost().IsMatch(text) => new PrintedRange(null, end, text.Contains('<', StringComparison.Ordinal)),
            _ => null,
        };
        return range is not null;
    }

    /// <summary>True where a value lies in the range; a rough end ("~0.1-1.0") gives way by half a unit of its last digit.</summary>
    public bool Contains(Rational value) =>
        (Low is null || (Strict ? value > Low.Value - Slack(Low) : value >= Low.Value - Slack(Low)))
        && (High is null || (Strict ? value < High.Value + Slack(High) : value <= High.Value + Slack(High)));

    /// <inheritdoc/>
    public override string ToString() => Low is null ? $"{(Strict ? "below" : "up to")} {High}" : High is null ? $"{(Strict ? "above" : "from")} {Low}" : $"{Low} to {High}";

    private Rational Slack(PrintedNumber end) => end.Approximate || Low?.Approximate == true ? end.Unit / 2 : 0;

    [GeneratedRegex(@"\d\S*\s*(?:-|–|—|\bto\b|…|\.\.\.?)\s*[~≈]?[\d.]")]
    private static partial Regex Between();

    [GeneratedRegex(@"^\s*(?:>=?|≥|at least|more than|over|above|from)")]
    private static partial Regex AtLeast();

    [GeneratedRegex(@"^\s*(?:<=?|≤|at most|less than|under|below|up to)")]
    private static partial Regex AtMost();
}
