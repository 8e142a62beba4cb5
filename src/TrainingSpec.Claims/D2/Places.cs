using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>A typical value beside the same value in other places.</summary>
internal static class Places
{
    /// <summary>Confirmed where every place says the same as the printed number, conflicts where one differs; the places that differ are named.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="key">The key in printed.</param>
    /// <param name="others">The other places with their values, at least one.</param>
    public static Finding Compare(Claim claim, string key, params IReadOnlyList<(string Place, Rational Value)> others)
    {
        PrintedNumber printed = claim.PrintedNumber(key);
        foreach ((string place, Rational value) in others)
            Working.Value($"the same in {place}", value);
        (string Place, Rational Value)[] differ = [.. others.Where(o => o.Value != printed.Value)];
        return Judge.Agrees(
            differ.Length == 0,
            And(differ.Select(d => d.Place)),
            string.Join(", ", others.Select(o => Say($"{o.Value:G6} in {o.Place}"))),
            Say($"{key} is printed as {printed}; {And(others.Select(o => Say($"{o.Place} has {o.Value:G6}")))}"));
    }

    /// <summary>The whole numbers of a shape as it is written: "(64,3,3,3)".</summary>
    public static int[] Shape(string text) => [.. text.Trim('(', ')').Split(',').Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
}
