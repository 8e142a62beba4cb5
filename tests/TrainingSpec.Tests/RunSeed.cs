using System.Globalization;
using System.Reflection;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace TrainingSpec.Tests;

/// <summary>Prints the seed of the run, so that it can be run again; on the error stream, which is shown at every verbosity.</summary>
[SetUpFixture]
public sealed class RunSeed
{
    [OneTimeSetUp]
    public void Print() => TestContext.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Properties of this run: TRAININGSPEC_SEED={LawAttribute.RunSeed} replays them."));
}

/// <summary>What all properties together try.</summary>
public sealed class PropertyCasesTests
{
    [Test]
    public void A_million_cases_are_tried()
    {
        if (Environment.GetEnvironmentVariable("TRAININGSPEC_CASES") is { Length: > 0 })
            Assert.Inconclusive("TRAININGSPEC_CASES sets the number of cases of each property");
        LawAttribute[] laws = [.. typeof(PropertyCasesTests).Assembly.GetTypes().SelectMany(t => t.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(m => m.GetCustomAttribute<LawAttribute>()).OfType<LawAttribute>()];
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{laws.Sum(law => (long)law.MaxTest)} cases of {laws.Length} properties"));
        Assert.That(laws.Sum(law => (long)law.MaxTest), Is.GreaterThanOrEqualTo(1_000_000));
    }

    [TestCase("0", null, "TRAININGSPEC_CASES = 0")]
    [TestCase("-1", null, "TRAININGSPEC_CASES = -1")]
    [TestCase("many", null, "TRAININGSPEC_CASES = many")]
    [TestCase("1e3", null, "TRAININGSPEC_CASES = 1e3")]
    [TestCase("99999999999", null, "TRAININGSPEC_CASES = 99999999999")]
    [TestCase(null, "hello", "TRAININGSPEC_SEED = hello")]
    [TestCase(null, "-4", "TRAININGSPEC_SEED = -4")]
    [TestCase(null, "(1, 2)", "TRAININGSPEC_SEED = (1, 2)")]
    [TestCase(null, "(1, 3", "TRAININGSPEC_SEED = (1, 3")]
    public void What_cannot_be_read_is_said_in_one_line_and_no_case_is_tried(string? cases, string? seed, string named)
    {
        var settings = new LawSettings(cases, seed);
        Assert.That(settings.Problem, Does.StartWith(named).And.Not.Contains("\n"));
        ISimpleTestBuilder law = new LawAttribute("a", settings);
        TestMethod test = law.BuildFrom(new MethodWrapper(typeof(PropertyCasesTests), nameof(A_million_cases_are_tried)), null);
        Assert.That(test.RunState, Is.EqualTo(RunState.NotRunnable));
        Assert.That(test.Properties.Get(PropertyNames.SkipReason), Is.EqualTo(settings.Problem));
    }

    [Test]
    public void What_can_be_read_is_taken()
    {
        Assert.That(new LawSettings("1", "18446744073709551615"), Has.Property("Cases").EqualTo(1).And.Property("Seed").EqualTo(ulong.MaxValue).And.Property("Problem").Null);
        Assert.That(new LawSettings("", " (1234, 5679) "), Has.Property("Cases").Null.And.Property("Replay").EqualTo("(1234, 5679)").And.Property("Problem").Null);
    }

    [Test]
    public void Two_properties_draw_different_cases_and_one_the_same_again()
    {
        string first = new LawAttribute("a").Replay, again = new LawAttribute("a").Replay, other = new LawAttribute("b").Replay;
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }
}
