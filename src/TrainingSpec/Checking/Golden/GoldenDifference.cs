namespace TrainingSpec.Checking.Golden;

/// <summary>One key whose value moved.</summary>
/// <param name="Key">The key, with "[i]" for an element of an array, or "line n" of a whole text.</param>
/// <param name="Old">The verified value as it stands in the file; null where the key is new.</param>
/// <param name="New">The value computed now; null where the key is gone.</param>
/// <param name="Ulps">How many representable numbers lie between old and new, in the key's own precision; null where either is no number.</param>
public sealed record GoldenDifference(string Key, string? Old, string? New, ulong? Ulps)
{
    /// <summary>One line: key, old value, new value, distance.</summary>
    public override string ToString()
    {
        string distance = Ulps is { } ulps ? FormattableString.Invariant($" ({ulps} ULP)") : "";
        return $"{Key}: {Old ?? "(absent)"} -> {New ?? "(absent)"}{distance}";
    }
}

/// <summary>How a golden document stands to its verified file.</summary>
public enum GoldenStatus
{
    /// <summary>The file says what was computed.</summary>
    Match,

    /// <summary>There is no verified file yet.</summary>
    New,

    /// <summary>Some keys moved.</summary>
    Changed,

    /// <summary>The verified file is empty or can't be read as what it should be.</summary>
    Damaged,
}

/// <summary>A golden document beside its verified file.</summary>
/// <param name="Document">The document as computed now.</param>
/// <param name="Status">How the two stand to each other.</param>
/// <param name="Differences">The keys that moved; all keys where the file is new; none where they match.</param>
/// <param name="VerifiedPath">Where the verified file is, or would be.</param>
public sealed record GoldenResult(GoldenDocument Document, GoldenStatus Status, IReadOnlyList<GoldenDifference> Differences, string VerifiedPath)
{
    private const int ShownAtMost = 40;

    /// <summary>Where the received file is written on a mismatch.</summary>
    public string ReceivedPath => GoldenFolder.ReceivedFor(VerifiedPath);

    /// <summary>A line on the status.</summary>
    public string Head() => Status switch
    {
        GoldenStatus.Match => $"{Document.Id}: matches",
        GoldenStatus.New => $"{Document.Id}: no verified file yet",
        GoldenStatus.Damaged => $"{Document.Id}: the verified file is empty or damaged",
        _ => FormattableString.Invariant($"{Document.Id}: {Differences.Count} value(s) moved"),
    };

    /// <summary>A line on the status and one for each of the first 40 differences.</summary>
    public string Report()
    {
        IEnumerable<string> lines = Differences.Take(ShownAtMost).Select(d => "  " + d);
        if (Differences.Count > ShownAtMost) lines = lines.Append(FormattableString.Invariant($"  and {Differences.Count - ShownAtMost} more"));
        return string.Join("\n", lines.Prepend(Head()));
    }
}

/// <summary>A golden file could not be read, written or accepted; the message names the file or folder.</summary>
public sealed class GoldenException : Exception
{
    /// <summary>With no message.</summary>
    public GoldenException()
    {
    }

    /// <summary>With a message that names the culprit.</summary>
    public GoldenException(string message)
        : base(message)
    {
    }

    /// <summary>With a message that names the culprit and the exception behind it.</summary>
    public GoldenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
