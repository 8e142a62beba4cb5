using TrainingSpec.Checking;
using TrainingSpec.Conformance.Judging;

namespace Spec.Cli.Conformance;

/// <summary>The rules that an implementation is known to break, a reason each; a line of the file is an id and the reason, and # begins a comment.</summary>
internal sealed class ExpectedFailures
{
    private readonly IReadOnlyDictionary<string, string> _reasons;

    private ExpectedFailures(IReadOnlyDictionary<string, string> reasons) => _reasons = reasons;

    /// <summary>No rule at all.</summary>
    public static ExpectedFailures None { get; } = new(new Dictionary<string, string>());

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rules">The ids that there are.</param>
    /// <exception cref="ArgumentException">A line without a reason, an id that is none, or one that stands twice.</exception>
    public static ExpectedFailures Read(string path, IEnumerable<string> rules)
    {
        string[] ids = [.. rules];
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
                throw new ArgumentException($"{path}, line {number}: {parts[0]} is no rule{NearNames.Question(parts[0], ids)}");
            if (parts.Length < 2)
                throw new ArgumentException($"{path}, line {number}: {parts[0]} has no reason");
            if (!reasons.TryAdd(parts[0], parts[1]))
                throw new ArgumentException($"{path}, line {number}: {parts[0]} stands twice");
        }

        return new(reasons);
    }

    /// <summary>The reason why a rule is known to be broken; null where it is not.</summary>
    public string? Of(string rule) => _reasons.GetValueOrDefault(rule);

    /// <summary>The rules that are known to be broken and are kept after all: the list is out of date.</summary>
    public IEnumerable<RuleJudgement> Passing(Judgement judgement) => judgement.Rules.Where(r => Of(r.Rule.Id) is not null && r.Status == RuleStatus.Kept);
}
