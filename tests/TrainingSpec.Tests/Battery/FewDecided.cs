using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Battery;

/// <summary>Where a check of the battery could have failed for few of its cases, why, and for how many of them: measured, so that it neither falls unseen nor stands here without need.</summary>
internal static class FewDecided
{
    // Draws are the same in each run, but move where a formula's domains or samples do.
    private const double Moves = 1.5;

    private const string OfGamma = "n is whole and at most 1000, so that few draws have a twin whose n is n/2ᵏ or n·2ᵏ";

    private static readonly Dictionary<(string Check, string Formula), (int Decided, int Cases, string Reason)> Measured = new()
    {
        [("error in Float16", "cast.unit_roundoff")] = (41, 120, "2⁻ᵖ vanishes in half precision for p above 24, and the domain ends at 64"),
        [("error in Float16", "gpt_parameters.count")] = (23, 120, "a count of parameters soon passes 65504, the largest number of half precision"),
        [("error in Float16", "search.expected_improvement")] = (27, 120, "the improvement vanishes in half precision for most z below −4, and the domain begins at −8"),
        [("Scaled twins in Real64", "checking.gamma")] = (3, 3, OfGamma),
        [("Scaled twins in Real32", "checking.gamma")] = (4, 4, OfGamma),
        [("Scaled twins in BFloat16", "checking.gamma")] = (7, 7, OfGamma),
    };

    // Checks of the battery that look here by name, and those of the twins in each format.
    private static readonly HashSet<string> Known =
    [
        "error in Float16", "error in BFloat16", "gradient by the record",
        .. from twins in (string[])[nameof(BatteryTwins.Scaled), nameof(BatteryTwins.ScaledWithinBounds), nameof(BatteryTwins.Flipped), nameof(BatteryTwins.Shifted), nameof(BatteryTwins.Reordered)]
           from format in (string[])[nameof(Real64), nameof(Real32), nameof(Float16), nameof(BFloat16)]
           select $"{twins} twins in {format}",
    ];

    /// <summary>The formulas that have an entry, its check and its reason.</summary>
    public static IEnumerable<(string Check, string Formula, string Reason)> Entries => Measured.Select(entry => (entry.Key.Check, entry.Key.Formula, entry.Value.Reason));

    /// <summary>True where a check looks here by this name.</summary>
    public static bool IsCheck(string name) => Known.Contains(name);

    /// <summary>What is wrong with how many cases were decided, or null: as many as usual are enough, and where this check and formula have an entry, about as many of about as many cases as it says.</summary>
    /// <param name="check">The check, with its format where it has several; empty for one that has no entries.</param>
    /// <param name="formula">The formula's id.</param>
    /// <param name="result">What the check found.</param>
    /// <param name="least">How many are enough where there is no entry.</param>
    /// <exception cref="ArgumentException">No check looks here by this name.</exception>
    public static string? Problem(string check, string formula, BatteryResult result, double least)
    {
        if (check.Length > 0 && !IsCheck(check))
            throw new ArgumentException($"check = {check} is none that FewDecided knows", nameof(check));
        if (!Measured.TryGetValue((check, formula), out (int Decided, int Cases, string Reason) few))
            return result.Decided >= least ? null : $"{check} of {formula}: {result}";
        string found = $"{check} of {formula}: {result}, measured were {few.Decided} of {few.Cases}";
        return result.Decided >= least ? $"{found}: the entry is to be taken out"
            : Moved(result.Decided, few.Decided) || Moved(result.Cases, few.Cases) ? $"{found}: to be measured again"
            : null;

        static bool Moved(int found, int measured) => found > measured * Moves || found < measured / Moves;
    }
}
