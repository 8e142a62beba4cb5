using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.Tests.Rules;

/// <summary>The reference keeps every rule; each wrong implementation breaks exactly the rules that it says.</summary>
public sealed class RuleChecksTests
{
    private static IEnumerable<TestCaseData> Checks() => RuleChecks.All.Select(c => new TestCaseData(c).SetArgDisplayNames(c.Rule, c.Name));

    private static IEnumerable<TestCaseData> Wrongs() => WrongSuite.All.Values.Select(w => new TestCaseData(w).SetArgDisplayNames(w.Name));

    [TestCaseSource(nameof(Checks))]
    public void The_reference_keeps(RuleCheck check) => Assert.That(check.Broken(new ReferenceImplementation()), Is.Null);

    [TestCaseSource(nameof(Wrongs))]
    public void Wrong_breaks_exactly_its_rules(WrongImplementation wrong) =>
        Assert.That(string.Join(' ', WrongSuite.FailedRules(wrong.Name)), Is.EqualTo(string.Join(' ', wrong.Breaks.Order(StringComparer.Ordinal))));

    [Test]
    public void No_name_stands_for_two() => Assert.Multiple(() =>
    {
        Assert.That(WrongSuite.Twice, Is.Empty);
        Assert.That(TrainingSpec.Conformance.Oracle.OperationTable.Twice, Is.Empty);
    });

    [Test]
    public void A_method_that_can_not_be_asked_is_a_check_that_fails_by_its_name()
    {
        RuleCheck[] planted = [.. RuleChecks.In(typeof(Unaskable))];
        Assert.That(planted.Select(c => c.Broken(new ReferenceImplementation())), Is.EqualTo(new[] { "A", "B", "C" }.Select(name => $"Unaskable.{name} is no check: it is no static method that takes Questions and returns nothing")));
    }

    [Test]
    public void Every_rule_check_can_fail_alone()
    {
        string[] caught = [.. WrongSuite.All.Values.Where(w => w.Breaks.Count == 1).Select(w => w.Breaks[0])];
        string[] variants = ["ADAFACTOR-10", "ADAFACTOR-11", "ADAM-8", "ADAMW-4", "ADAGRAD-5", "ADAMAX-4", "AMSGRAD-3", "NADAM-3", "RADAM-5", "RMSPROP-7"];
        Assert.That(RuleChecks.All.Select(c => c.Rule).Except(caught), Is.EquivalentTo(variants));
    }

    [Test]
    public void An_implementation_that_refuses_everything_breaks_every_rule()
    {
        var refuses = new WrongImplementation("refuses", [], "", () => new Dictionary<string, Distortion>());
        Assert.That(RuleChecks.BrokenBy(refuses.Over(new Silent())), Is.EqualTo(RuleChecks.All.Select(c => c.Rule).Distinct()));
    }

    private static class Unaskable
    {
        [TrainingSpec.Checking.Rule("PLANTED-1")]
        public static void A()
        {
        }

        [TrainingSpec.Checking.Rule("PLANTED-2")]
        public static bool B(Questions ask) => ask is not null;

        [TrainingSpec.Checking.Rule("PLANTED-3")]
        public static void C(string ask) => Assert.Fail(ask);
    }

    private sealed class Silent : IImplementation
    {
        public string Name => "silent";

        public System.Text.Json.Nodes.JsonObject Answer(string op, System.Text.Json.Nodes.JsonObject args) =>
            throw new TrainingSpec.Conformance.Oracle.OracleException(TrainingSpec.Conformance.Oracle.ErrorKind.Unsupported, null, op);
    }
}
