namespace TrainingSpec.Claims.D0.Listings;

/// <summary>The curves that the document draws with characters: strokes by column and height.</summary>
internal static class FigureCurve
{
    /// <summary>The height at each column that has a stroke, from left to right: the top or the foot of a steep piece.</summary>
    /// <param name="strokes">Pairs of column and height.</param>
    /// <param name="upper">True for the highest stroke of a column.</param>
    public static int[] Heights(Facts strokes, bool upper) =>
        [.. strokes.Rows.Select(s => (Column: s[0].Integer, Height: s[1].Integer)).GroupBy(s => s.Column).OrderBy(g => g.Key).Select(g => upper ? g.Max(s => s.Height) : g.Min(s => s.Height))];

    /// <summary>All heights in the order in which a pen would draw them: a steep piece from the end that is nearer to the stroke before it.</summary>
    public static int[] Path(Facts strokes)
    {
        List<int> path = [];
        foreach (int[] column in strokes.Rows.Select(s => (Column: s[0].Integer, Height: s[1].Integer)).GroupBy(s => s.Column).OrderBy(g => g.Key).Select(g => g.Select(s => s.Height).Order().ToArray()))
            path.AddRange(path.Count > 0 && path[^1] - column[0] > column[^1] - path[^1] ? column.Reverse() : column);
        return [.. path];
    }

    /// <summary>The heights of the inner maxima (sign 1) or minima (sign −1); a level piece counts once.</summary>
    public static int[] Turns(IReadOnlyList<int> heights, int sign)
    {
        int[] levels = [.. heights.Where((h, i) => i == 0 || h != heights[i - 1])];
        return [.. Enumerable.Range(1, Math.Max(0, levels.Length - 2)).Where(i => sign * (levels[i] - levels[i - 1]) > 0 && sign * (levels[i] - levels[i + 1]) > 0).Select(i => levels[i])];
    }

    /// <summary>How many columns a falling curve spends at each height, the highest first.</summary>
    public static int[] Stretches(IEnumerable<int> heights) => [.. heights.GroupBy(h => h).OrderByDescending(g => g.Key).Select(g => g.Count())];

    /// <summary>How long a falling series spends in each of so many equal parts of its whole fall, the highest first.</summary>
    public static int[] Stretches(IReadOnlyList<double> losses, int parts)
    {
        double part = (losses[0] - losses[^1]) / parts;
        return [.. Enumerable.Range(0, parts).Select(k => losses.Count(x => Math.Clamp((int)((losses[0] - x) / part), 0, parts - 1) == k))];
    }
}
