using System.Globalization;
using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.NUnit;

/// <summary>How a test of a rule ends.</summary>
internal enum Ending
{
    /// <summary>It passes.</summary>
    Passed,

    /// <summary>It is skipped.</summary>
    Skipped,

    /// <summary>It warns.</summary>
    Warned,

    /// <summary>It fails.</summary>
    Failed,
}

/// <summary>What the tests of a fixture say of a judgement.</summary>
/// <param name="judgement">What was found out.</param>
/// <param name="lacking">What the implementation lacks on purpose.</param>
internal sealed class Verdicts(Judgement judgement, IReadOnlyList<Lacks> lacking)
{
    /// <summary>How the test of a rule ends, and what it says.</summary>
    public (Ending Ending, string Text) Of(string rule)
    {
        RuleJudgement judged = judgement.Rules.Single(r => r.Rule.Id == rule);
        string reason = judged.Outcome.Reason;
        if (Why(rule) is { } why)
            return judged.Status == RuleStatus.Kept ? (Ending.Failed, $"{rule} is listed as lacking ({why}) and is kept") : (Ending.Skipped, $"{rule}: {why}");
        if (judged.Status == RuleStatus.Unsupported)
        {
            return OperationsOf(rule).FirstOrDefault(op => Why(op) is not null) is { } without
                ? (Ending.Skipped, $"{without}: {Why(without)}")
                : (Ending.Failed, $"not supported: {reason}\nWhere that is meant: new Lacks(\"{rule}\", \"…\")");
        }

        return judged.Status switch
        {
            RuleStatus.Kept => (Ending.Passed, ""),
            RuleStatus.Variant => (Ending.Passed, $"a documented variant: {reason}"),
            _ => (judged.Rule.Level == "variant" ? Ending.Warned : Ending.Failed, Text(judged)),
        };
    }

    /// <summary>The operations whose answers to drawn cases differ from the reference's by no mistake that a rule has shown before.</summary>
    public IReadOnlyList<string> Differing()
    {
        HashSet<string> named = [.. judgement.Rules.SelectMany(r => r.Outcomes).SelectMany(o => o.Mistakes)];
        return
        [
            .. judgement.Operations.Where(o => o.Status >= RuleStatus.TimedOut && Why(o.Op) is null && !o.Mistakes.Any(named.Contains)).Select(o => string.Create(
                CultureInfo.InvariantCulture,
                $"{o.Op} in {o.DataType}: {o.Differing} of {o.Cases} differ; {o.Reason}\nrequest: {o.Exchange?.Request.ToJsonString()}\nexpected: {o.Expected?.ToJsonString()}\ngot: {o.Exchange?.Answer?.ToJsonString()}{(o.Mistakes.Count > 0 ? $"\nlikely mistake: {o.Mistakes[0]}" : "")}")),
        ];
    }

    /// <summary>What is listed as lacking and is neither a rule nor an operation of these rules, or has no reason.</summary>
    public IReadOnlyList<Lacks> Unknown()
    {
        HashSet<string> known = [.. judgement.Rules.Select(r => r.Rule.Id), .. judgement.Rules.SelectMany(r => OperationsOf(r.Rule.Id))];
        return [.. lacking.Where(l => !known.Contains(l.What) || string.IsNullOrWhiteSpace(l.Why))];
    }

    private string? Why(string what) => lacking.FirstOrDefault(l => l.What == what)?.Why;

    private static IEnumerable<string> OperationsOf(string rule) => RuleChecks.All.Where(c => c.Rule == rule).SelectMany(RuleChecks.OperationsOf).Distinct();

    private static string Text(RuleJudgement judged)
    {
        RuleOutcome outcome = judged.Outcome;
        var lines = new List<string> { judged.Rule.Sentence, $"{judged.Status.Word()} in {outcome.DataType}: {outcome.Reason}" };
        if (outcome.IsLessAccurate)
            lines.Add("less accurate than the type allows; the formula is likely right");
        if (outcome.Mistakes is [var mistake, ..])
            lines.Add($"likely mistake: {mistake}{(WrongSuite.All.TryGetValue(mistake, out WrongImplementation? wrong) ? $": {wrong.Story}" : "")}");
        if (outcome.Exchanges is [.., var last])
            lines.Add($"request: {last.Request.ToJsonString()}");
        if (outcome.Expected is { } expected)
            lines.Add($"expected: {expected.ToJsonString()}");
        if (outcome.Got is { } got)
            lines.Add($"got: {got.ToJsonString()}");
        if (outcome.Allowed is { } allowed)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"allowed: {allowed:R}"));
        return string.Join('\n', lines);
    }
}
