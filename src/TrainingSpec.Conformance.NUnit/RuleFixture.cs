using System.Reflection;
using System.Text.Json.Nodes;
using NUnit.Framework;
using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.NUnit;

/// <summary>Asks an implementation what the rules of a chapter say: a test for each rule, and one for drawn cases.</summary>
/// <remarks>Derive one of the fixtures in this namespace and override <see cref="Create"/>. A rule that is broken fails with the request, what was expected and came, and the mistake by name.</remarks>
public abstract class RuleFixture
{
    private const int Cases = 16;
    private readonly Lazy<Verdicts> _verdicts;

    /// <summary>A fixture that asks nothing yet.</summary>
    protected RuleFixture() => _verdicts = new(() => new(new Judge(new Afresh(Create), RulesOf(GetType()), new OperationCases(Seed, Cases)).Run(), [.. Lacking]));

    /// <summary>What the implementation lacks on purpose, a reason each; what is not supported and not here fails.</summary>
    protected virtual IEnumerable<Lacks> Lacking => [];

    /// <summary>Draws the cases.</summary>
    protected virtual ulong Seed => 1;

    /// <summary>Makes the implementation afresh.</summary>
    protected abstract IImplementation Create();

    /// <summary>One rule is kept.</summary>
    [Rules]
    public void Keeps(string rule)
    {
        (Ending ending, string text) = _verdicts.Value.Of(rule);
        switch (ending)
        {
            case Ending.Passed when text.Length > 0:
                Assert.Pass(text);
                break;
            case Ending.Skipped:
                Assert.Ignore(text);
                break;
            case Ending.Warned:
                Assert.Warn(text);
                break;
            case Ending.Failed:
                Assert.Fail(text);
                break;
        }
    }

    /// <summary>The answers to drawn cases of each operation that the rules ask for are the reference's.</summary>
    [Test]
    public void Drawn_cases_are_answered_as_the_reference_does() => Assert.That(_verdicts.Value.Differing(), Is.Empty);

    /// <summary>What is listed as lacking is a rule or an operation of this fixture, and has a reason.</summary>
    [Test]
    public void What_is_lacking_is_known() => Assert.That(_verdicts.Value.Unknown(), Is.Empty);

    /// <summary>The rules that a fixture asks.</summary>
    internal static IReadOnlyList<JudgedRule> RulesOf(Type fixture) =>
        fixture.GetCustomAttribute<TopicAttribute>(inherit: true)?.Topic is { } topic ? [.. BookRules.All.Where(r => r.Topic == topic)] : BookRules.All;

    /// <summary>What is made anew where nothing of what was asked before may count.</summary>
    private sealed class Afresh(Func<IImplementation> create) : IImplementation, IRestarting
    {
        private IImplementation _now = create();

        public string Name => _now.Name;

        public JsonObject Answer(string op, JsonObject args) => _now.Answer(op, args);

        public JsonObject Answer(string op, string dtype, JsonObject args) => _now.Answer(op, dtype, args);

        public void Restart() => _now = create();
    }
}
