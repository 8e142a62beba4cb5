using System.Reflection;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.NUnit;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Fixtures;

/// <summary>A fixture as users derive it: the reference keeps all.</summary>
public sealed class ReferenceAdamWTests : AdamWRules
{
    protected override IImplementation Create() => new ReferenceImplementation();
}

/// <summary>What fixtures say of implementations, and how their tests are named.</summary>
public sealed class FixtureTests
{
    [Test]
    public void Every_chapter_whose_rules_can_be_asked_has_its_fixture()
    {
        Type[] fixtures = [.. typeof(RuleFixture).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(RuleFixture)))];
        Assert.That(fixtures.Select(f => f.GetCustomAttribute<TopicAttribute>()?.Topic).OfType<string>(), Is.EquivalentTo(BookRules.All.Select(r => r.Topic).Distinct()));
        foreach (Type fixture in fixtures.Where(f => f.GetCustomAttribute<TopicAttribute>() is not null))
            Assert.That(fixture.Name, Is.EqualTo(global::Spec.Cli.TopicNames.Pascal(fixture.GetCustomAttribute<TopicAttribute>()!.Topic) + "Rules").IgnoreCase);
        Assert.That(RuleFixture.RulesOf(typeof(AllRules)), Is.EqualTo(BookRules.All));
    }

    [Test]
    public void A_test_is_named_by_id_level_and_sentence()
    {
        string name = TestContext.CurrentContext.Test.Name;
        var made = new RulesAttribute().BuildFrom(new global::NUnit.Framework.Internal.MethodWrapper(typeof(ReferenceAdamWTests), nameof(RuleFixture.Keeps)), null).ToArray();
        JudgedRule[] rules = [.. BookRules.All.Where(r => r.Topic == "adamw")];
        Assert.That(made.Select(t => t.Name), Is.EqualTo(rules.Select(r => $"{r.Id} {r.Level}: {r.Sentence}")));
        Assert.That(made.Select(t => t.Properties.Get("Category")), Is.EqualTo(rules.Select(r => r.Level)));
        Assert.That(name, Is.EqualTo(nameof(A_test_is_named_by_id_level_and_sentence)));
    }

    [Test]
    public void A_broken_rule_fails_with_the_request_and_the_mistake_by_name()
    {
        Verdicts verdicts = Of("sgd", WrongSuite.All["sgd-decay-doubled"].Over(new ReferenceImplementation()));
        (Ending ending, string text) = verdicts.Of("SGD-5");
        Assert.That(ending, Is.EqualTo(Ending.Failed));
        Assert.That(text, Does.Contain("likely mistake: sgd-decay-doubled: ").And.Contain("request: {\"id\":0,\"op\":\"sgd.step\"").And.Contain("expected: ").And.Contain("got: "));
        Assert.That(verdicts.Of("SGD-1"), Is.EqualTo((Ending.Passed, "")));

        // The drawn cases differ by the mistake that a rule has named, and say nothing new.
        Assert.That(verdicts.Differing(), Is.Empty);
    }

    [Test]
    public void What_is_lacking_is_skipped_with_its_reason_and_fails_where_it_is_kept()
    {
        Verdicts verdicts = Of("sgd", WrongSuite.All["sgd-decay-doubled"].Over(new ReferenceImplementation()), new("SGD-5", "to be mended"), new("SGD-1", "so they say"));
        Assert.That(verdicts.Of("SGD-5"), Is.EqualTo((Ending.Skipped, "SGD-5: to be mended")));
        Assert.That(verdicts.Of("SGD-1"), Is.EqualTo((Ending.Failed, "SGD-1 is listed as lacking (so they say) and is kept")));
        Assert.That(verdicts.Unknown(), Is.Empty);
        Assert.That(Of("sgd", new ReferenceImplementation(), new("ADAM-1", "elsewhere"), new("SGD-1", " ")).Unknown().Select(l => l.What), Is.EqualTo(new[] { "ADAM-1", "SGD-1" }));
    }

    [Test]
    public void What_is_not_supported_fails_unless_its_operation_is_listed()
    {
        var none = new FunctionImplementation("none");
        (Ending ending, string text) = Of("softmax", none).Of("SOFTMAX-1");
        Assert.That((ending, text), Is.EqualTo((Ending.Failed, text)));
        Assert.That(text, Does.StartWith("not supported: ").And.Contain("new Lacks(\"SOFTMAX-1\""));
        Assert.That(Of("softmax", none, new Lacks("softmax", "we have logits alone")).Of("SOFTMAX-1"), Is.EqualTo((Ending.Skipped, "softmax: we have logits alone")));
    }

    [Test]
    public void A_documented_variant_passes_and_says_which()
    {
        (string name, string source) = DocumentedVariants.All.First();
        string rule = WrongSuite.All[name].Breaks[0];
        (Ending ending, string text) = Of(BookRules.Of(rule).Topic, WrongSuite.All[name].Over(new ReferenceImplementation())).Of(rule);
        Assert.That(ending, Is.EqualTo(Ending.Passed));
        Assert.That(text, Does.StartWith("a documented variant: ").And.Contain(source));
    }

    [Test]
    public void Drawn_cases_find_what_no_rule_asks()
    {
        // Wrong beside what the rules of the norm ask.
        var planted = new FunctionImplementation("planted")
        {
            { "norm.l2", args => Mistaken(new ReferenceImplementation().Answer("norm.l2", args), Questions.Number(args["tensors"]![0]![0]) < -1) },
        };
        Assert.That(Of("norms", planted, new Lacks("clip.global_norm", "the norm alone")).Differing(), Has.Some.StartsWith("norm.l2 in float64: "));
    }

    [Test]
    public void A_function_is_an_implementation()
    {
        var mine = new FunctionImplementation("mine") { { "sgd.step", step => { step.Only("lr"); step.Parameters[0][0] -= step.Number("lr") * step.Gradients[0][0]; return step; } } };
        JsonObject args = new() { ["params"] = Questions.Rows([2]), ["grads"] = Questions.Rows([3]), ["lr"] = 0.5, ["state"] = null };
        Assert.That(mine.Answer("sgd.step", args)["params"]!.ToJsonString(), Is.EqualTo("[[0.5]]"));
        Assert.That(args["params"]!.ToJsonString(), Is.EqualTo("[[2]]"));
        Assert.That(Handshake.With(mine).Operations, Is.EqualTo(new[] { "sgd.step" }));
        args["momentum"] = 0.9;
        Assert.That(() => mine.Answer("sgd.step", args), Throws.InstanceOf<OracleException>().With.Property("Argument").EqualTo("momentum"));
        args.Remove("momentum");
        args.Remove("lr");
        Assert.That(() => mine.Answer("sgd.step", args), Throws.InstanceOf<OracleException>().With.Message.EqualTo("lr is missing"));
        Assert.That(() => mine.Answer("softmax", []), Throws.InstanceOf<OracleException>().With.Property("Kind").EqualTo(ErrorKind.Unsupported));
        Assert.That(() => mine.Add("no.such", (JsonObject x) => x), Throws.ArgumentException);
        Assert.That(mine, Is.EqualTo(new[] { "sgd.step" }));
    }

    private static JsonObject Mistaken(JsonObject right, bool isMistaken)
    {
        if (isMistaken)
            right["norm"] = 1 + (double)right["norm"]!;
        return right;
    }

    private static Verdicts Of(string topic, IImplementation peer, params Lacks[] lacking) =>
        new(new Judge(peer, [.. BookRules.All.Where(r => r.Topic == topic)], new OperationCases(1, 16)).Run(), lacking);
}
