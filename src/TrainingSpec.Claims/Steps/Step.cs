namespace TrainingSpec.Claims;

/// <summary>What a step of a check is.</summary>
public enum StepKind
{
    /// <summary>Something was read from a document: a given or printed number, a fact.</summary>
    Read,

    /// <summary>A formula was used, with these values.</summary>
    Formula,

    /// <summary>A value was computed.</summary>
    Computed,

    /// <summary>An experiment: what was tried, and in how many of the cases it held.</summary>
    Tried,

    /// <summary>A comparison that decides.</summary>
    Compared,
}

/// <summary>One step on the way to a verdict, as a reader can follow it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">One line.</param>
public sealed record Step(StepKind Kind, string Text)
{
    /// <summary>The lines below it: the operations of a formula, the entries of a row.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}
