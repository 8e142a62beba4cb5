using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.Tests.Judging;

/// <summary>A known wrong implementation is found to break its rules and no others, and its mistake is named first. All of them: spec conform --wrong.</summary>
public sealed class MistakeTests
{
    private const int Cases = 12, Every = 15;
    private static readonly OperationCases Drawn = new(1, Cases);

    private static IEnumerable<string> Names() => WrongSuite.All.Keys.Where((_, i) => i % Every == 0);

    [TestCaseSource(nameof(Names))]
    public void Its_rules_are_broken_and_its_mistake_is_named(string name) => Assert.That(new WrongOnPurpose(WrongSuite.All[name]).Unnoticed(Drawn), Is.Null);

    [Test]
    public void One_that_says_to_break_another_rule_is_not_what_it_says()
    {
        WrongImplementation wrong = WrongSuite.Find("sgd-sign");
        Assert.That(new WrongOnPurpose(wrong with { Breaks = ["SGD-2"] }).Unnoticed(Drawn), Is.EqualTo("breaks SGD-1 and not SGD-2"));
        Assert.That(new WrongOnPurpose(wrong with { Name = "another" }).Unnoticed(Drawn), Is.EqualTo("is named sgd-sign"));
    }
}
