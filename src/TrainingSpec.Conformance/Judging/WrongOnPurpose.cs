using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Judging;

/// <summary>A known wrong implementation as a program that can be started again: each start has hidden state of its own.</summary>
/// <param name="wrong">The mistake.</param>
public sealed class WrongOnPurpose(WrongImplementation wrong) : IImplementation, IRestarting
{
    private readonly ReferenceImplementation _right = new();
    private IImplementation _now = wrong.Over(new ReferenceImplementation());

    /// <inheritdoc/>
    public string Name => wrong.Name;

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args) => _now.Answer(op, args);

    /// <inheritdoc/>
    public void Restart() => _now = wrong.Over(_right);

    /// <summary>Judges the mistake by the rules that its operations are asked for, and says what is wrong with the judgement; null where it breaks its rules, no others, and is named first.</summary>
    /// <param name="cases">The drawn cases.</param>
    public string? Unnoticed(OperationCases cases)
    {
        IEnumerable<string> distorted = wrong.Create().Keys;
        JudgedRule[] rules = [.. RuleChecks.All.Where(c => RuleChecks.OperationsOf(c).Overlaps(distorted)).Select(c => c.Rule).Distinct().Select(id => new JudgedRule(id, "required", id[..id.LastIndexOf('-')], ""))];
        RuleJudgement[] found = [.. new Judge(this, rules, cases).Run().Rules.Where(r => r.Status is RuleStatus.Broken or RuleStatus.Variant)];
        string[] broken = [.. found.Select(r => r.Rule.Id).Order(StringComparer.Ordinal)], meant = [.. wrong.Breaks.Order(StringComparer.Ordinal)];
        if (!broken.SequenceEqual(meant))
            return $"breaks {string.Join(", ", broken)} and not {string.Join(", ", meant)}";
        IReadOnlyList<string> named = found.First(r => r.Rule.Id == wrong.Breaks[0]).Outcome.Mistakes;
        return named is [var first, ..] && first == wrong.Name ? null : $"is named {(named is [var other, ..] ? other : "nothing")}";
    }
}
