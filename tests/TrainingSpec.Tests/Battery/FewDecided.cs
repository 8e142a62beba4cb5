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
        [("gradient by the record", "schedules.step_decay")] = (10, 40, "a quotient's floor leaves open, within bounds, which of two steps it is"),
        [("Scaled twins in Real64", "checking.gamma")] = (3, 3, OfGamma),
        [("Scaled twins in Real32", "checking.gamma")] = (4, 4, OfGamma),
        [("Scaled twins in BFloat16", "checking.gamma")] = (7, 7, OfGamma),
    };

    /// <summary>The formulas that have an entry, and its reason.</summary>
    public static IEnumerable<(string Formula, string Reason)> Entries => Measured.Select(entry => (entry.Key.Formula, entry.Value.Reason));

    /// <summary>What is wrong with how many cases were decided, or null: as many as usual are enough, and where this check and formula have an entry, about as many as it says.</summary>
    /// <param name="check">The check, with its format where it has several.</param>
    /// <param name="formula">The formula's id.</param>
    /// <param name="result">What the check found.</param>
    /// <param name="least">How many are enough where there is no entry.</param>
    public static string? Problem(string check, string formula, BatteryResult result, double least)
    {
        if (!Measured.TryGetValue((check, formula), out (int Decided, int Cases, string Reason) few))
            return result.Decided >= least ? null : $"{check} of {formula}: {result}";
        string found = $"{check} of {formula}: {result}, measured were {few.Decided} of {few.Cases}";
        return result.Decided >= least ? $"{found}: the entry is to be taken out"
            : result.Decided > few.Decided * Moves || result.Decided < few.Decided / Moves ? $"{found}: to be measured again"
            : null;
    }
}
