using System.Globalization;
using System.Reflection;

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

    [Test]
    public void Two_properties_draw_different_cases_and_one_the_same_again()
    {
        string first = new LawAttribute("a").Replay, again = new LawAttribute("a").Replay, other = new LawAttribute("b").Replay;
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
    }
}
