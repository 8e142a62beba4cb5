using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.Tests.Judging;

/// <summary>Every known wrong implementation is found to break its rules, and its mistake is named first.</summary>
public sealed class MistakeTests
{
    private const int Cases = 16;
    private static readonly OperationCases Drawn = new(new ReferenceImplementation(), 1, Cases);

    private static IEnumerable<string> Names() => WrongSuite.All.Keys;

    [TestCaseSource(nameof(Names))]
    public void Its_rules_are_broken_and_its_mistake_is_named(string name)
    {
        WrongImplementation wrong = WrongSuite.All[name];

        // That it breaks no other rule is tested without a judge.
        JudgedRule[] rules = [.. wrong.Breaks.Select(id => new JudgedRule(id, "required", id[..id.LastIndexOf('-')], ""))];
        Judgement judgement = new Judge(new Restartable(wrong), rules, Drawn).Run();
        RuleJudgement[] found = [.. judgement.Rules.Where(r => r.Status is RuleStatus.Broken or RuleStatus.Variant)];
        Assert.That(found.Select(r => r.Rule.Id), Is.EquivalentTo(wrong.Breaks));
        RuleOutcome first = found.First(r => r.Rule.Id == wrong.Breaks[0]).Outcome;
        Assert.That(string.Join(", ", first.Mistakes.Take(1)), Is.EqualTo(name), string.Join(", ", first.Mistakes));
    }

    private sealed class Restartable(WrongImplementation wrong) : IImplementation, IRestarting
    {
        private IImplementation _now = wrong.Over(new ReferenceImplementation());

        public string Name => wrong.Name;

        public bool IsQuick => true;

        public System.Text.Json.Nodes.JsonObject Answer(string op, System.Text.Json.Nodes.JsonObject args) => _now.Answer(op, args);

        public void Restart() => _now = wrong.Over(new ReferenceImplementation());
    }
}
