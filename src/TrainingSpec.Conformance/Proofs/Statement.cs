using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Proofs;

/// <summary>A range of one variable of a box.</summary>
/// <param name="Name">The variable, as in the statement.</param>
/// <param name="Low">The lower end, in the box.</param>
/// <param name="High">The upper end, in the box.</param>
/// <param name="Whole">True where only whole numbers have a value; the proof covers those between too.</param>
public sealed record VariableRange(string Name, double Low, double High, bool Whole = false);

/// <summary>A statement about all points of a box: its margin, computed by the formulas themselves, is nowhere below −slack.</summary>
/// <param name="name">Lower case with hyphens.</param>
/// <param name="rule">The rule that it strengthens, or the formula's id where no rule says so much.</param>
/// <param name="says">What holds, one sentence, with the range of each variable in <paramref name="box"/>.</param>
/// <param name="slack">By how much the statement may fail at a point, 0 or more: where a margin touches 0, an enclosure reaches below it.</param>
/// <param name="box">The box.</param>
public abstract class Statement(string name, string rule, string says, double slack, params IReadOnlyList<VariableRange> box)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>The rule that it strengthens.</summary>
    public string Rule { get; } = rule;

    /// <summary>What holds.</summary>
    public string Says { get; } = says;

    /// <summary>By how much it may fail.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The slack lies outside [0, inf): everything would hold to within it.</exception>
    public double Slack { get; } = TrainingSpec.Numbers.Domain.Require("[0, inf)", slack, nameof(slack));

    /// <summary>The box.</summary>
    public IReadOnlyList<VariableRange> Box { get; } = box;

    /// <summary>By how much the statement holds at a point; negative where it fails.</summary>
    /// <param name="x">The variables, in the order of the box.</param>
    public abstract T Margin<T>(ReadOnlySpan<T> x)
        where T : IReal<T>;
}
