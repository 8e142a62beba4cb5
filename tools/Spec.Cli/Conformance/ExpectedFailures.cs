using TrainingSpec.Checking;
using TrainingSpec.Conformance.Judging;

namespace Spec.Cli.Conformance;

/// <summary>The rules that an implementation is known to break and the operations whose drawn cases are known to differ, a reason each; a line of the file is an id and the reason, and # begins a comment.</summary>
internal sealed class ExpectedFailures
{
    private readonly IReadOnlyDictionary<string, string> _reasons;

    private ExpectedFailures(IReadOnlyDictionary<string, string> reasons) => _reasons = reasons;

    /// <summary>No rule at all.</summary>
    public static ExpectedFailures None { get; } = new(new Dictionary<string, string>());

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rules">The rules that there are.</param>
    /// <exception cref="ArgumentException">A line without a reason, an id that is no rule and no operation, or one that stands twice.</exception>
    public static ExpectedFailures Read(string path, IEnumerable<string> rules)
    {
        string[] ids = [.. rules, .. CaseRequests.Operations];
        var reasons = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            string text = line.Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            string[] parts = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (!ids.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
                throw new ArgumentException($"{path}, line {number}: {parts[0]} is no rule and no operation{NearNames.Question(parts[0], ids)}");
            if (parts.Length < 2)
                throw new ArgumentException($"{path}, line {number}: {parts[0]} has no reason");
            if (!reasons.TryAdd(parts[0], parts[1]))
                throw new ArgumentException($"{path}, line {number}: {parts[0]} stands twice");
        }

        return new(reasons);
    }

    /// <summary>The reason why a rule is known to be broken, or an operation to differ; null where it is not.</summary>
    public string? Of(string id) => _reasons.GetValueOrDefault(id);

    /// <summary>What is listed and is kept after all: the list is out of date.</summary>
    public IEnumerable<string> Passing(Judgement judgement) =>
    [
        .. judgement.Rules.Where(r => Of(r.Rule.Id) is not null && r.Status == RuleStatus.Kept).Select(r => r.Rule.Id),
        .. judgement.Operations.GroupBy(o => o.Op).Where(g => Of(g.Key) is not null && g.All(o => o.Status == RuleStatus.Kept)).Select(g => g.Key),
    ];

    /// <summary>The operations that differ by nothing that is known: neither listed, nor by the mistake of a listed rule, nor by a documented variant.</summary>
    public IEnumerable<OperationOutcome> Unknown(Judgement judgement)
    {
        HashSet<string> mistakes = [.. judgement.Rules.Where(r => Of(r.Rule.Id) is not null).SelectMany(r => r.Outcome.Mistakes), .. DocumentedVariants.All.Keys];
        return judgement.Operations.Where(o => o.Status >= RuleStatus.TimedOut && Of(o.Op) is null && !o.Mistakes.Any(mistakes.Contains));
    }
}
