namespace TrainingSpec.Claims;

/// <summary>What a check computed and concluded.</summary>
/// <param name="Verdict">The verdict that the computation reached.</param>
/// <param name="Recomputed">The recomputed values as text, invariant culture; for numeric claims in the printed form, so that it could replace the printed text.</param>
/// <param name="Why">One plain sentence that says why, with the numbers that decide.</param>
public sealed record Finding(Verdict Verdict, string Recomputed, string Why)
{
    /// <summary>More digits or figures than <see cref="Recomputed"/> shows, for <c>spec explain</c>; one line each.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>How the verdict was reached, step by step: what was read, the formulas with their values, what was tried, what was compared; for <c>spec explain</c>.</summary>
    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>Per printed key, the text that would have been right; empty for claims that print no number.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Corrected { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The printed numbers that were compared with their exact values, by key in the order of the parts.</summary>
    public IReadOnlyList<WorkedNumbers> Worked { get; init; } = [];

    /// <summary>What a reader must learn although the verdict stands, "NaN passes this clip"; null for nothing.</summary>
    public string? Hazard { get; init; }

    /// <summary>The same finding, and yet: what a reader must learn although the verdict stands.</summary>
    public Finding AndYet(string hazard) => this with { Hazard = Hazard is null ? hazard : $"{Hazard}; {hazard}" };

    /// <summary>The same finding with more evidence.</summary>
    public Finding With(params IReadOnlyList<string> evidence) => this with { Evidence = [.. Evidence, .. evidence] };
}
