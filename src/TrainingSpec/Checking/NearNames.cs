namespace TrainingSpec.Checking;

/// <summary>Names near to a mistyped one, for "did you mean".</summary>
public static class NearNames
{
    private const int Most = 3;

    /// <summary>The nearest names, at most three, nearest first: fewer than every third letter is inserted, left out, replaced or swapped with its neighbour; case doesn't count.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="names">What there is; one that stands there twice is told once.</param>
    public static IReadOnlyList<string> Of(string word, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(names);
        string typed = word.ToUpperInvariant();
        return
        [
            .. names.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Distance: Distance(typed, name.ToUpperInvariant())))
                .Where(n => n.Distance <= Math.Max(1, Math.Max(typed.Length, n.Name.Length) / 3))
                .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal)
                .Select(n => n.Name).Take(Most),
        ];
    }

    /// <summary>" Did you mean a or b?", or nothing where no name is near.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Question(string word, IEnumerable<string> names) =>
        Of(word, names) is { Count: > 0 } near ? $"; did you mean {string.Join(" or ", near)}?" : "";

    /// <summary>The fewest insertions, deletions, replacements and swaps of neighbours, no letter changed twice (optimal string alignment).</summary>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
