using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.Tests.Experiments;

/// <summary>The sign test's chances by counting, and the direction of paired runs.</summary>
public class PairedRunsTests
{
    // Counted by hand: of 2^n sequences of tosses.
    [TestCase(10, 10, 1.0 / 1024)]
    [TestCase(9, 10, 11.0 / 1024)]
    [TestCase(0, 7, 1)]
    [TestCase(3, 4, 5.0 / 16)]
    [TestCase(5, 4, 0)]
    public void ChanceOfHeads(int heads, int tosses, double chance) => Assert.That(SignTest.AtLeast(heads, tosses), Is.EqualTo(chance).Within(1e-13));

    [Test]
    public void ChanceOfHeadsOfABentCoin() => Assert.That(SignTest.AtLeast(1, 2, 0.9), Is.EqualTo(0.99).Within(1e-13));

    [TestCase(10, 10)]
    [TestCase(8, 8)]
    [TestCase(20, 17)]
    public void NeededPairs(int pairs, int needed) => Assert.That(new PairedRuns("q", "m", pairs).Needed, Is.EqualTo(needed));

    [TestCase(0, 10, "lower")]
    [TestCase(10, 0, "higher")]
    [TestCase(1, 9, "no different")]
    [TestCase(0, 0, "no different")]
    public void Direction(int higher, int lower, string direction)
    {
        PairedOutcome outcome = new PairedRuns("q", "m", 10, Least: 0.5).Run("a", "b", seed => seed < higher ? (2, 1) : seed < higher + lower ? (1, 2) : (1, 1.5));
        Assert.That((outcome.Direction, outcome.Lower, outcome.Higher), Is.EqualTo((direction, lower, higher)));
    }

    [TestCase(double.NaN, 1, "higher")]
    [TestCase(1, double.NaN, "lower")]
    [TestCase(double.NaN, double.NaN, "no different")]
    public void ARunThatBrokeIsHigher(double first, double second, string direction) =>
        Assert.That(new PairedRuns("q", "m", 10).Run("a", "b", _ => (first, second)).Direction, Is.EqualTo(direction));

    [Test]
    public void TooFewPairsAreRefused() => Assert.That(() => new PairedRuns("q", "m", 3).Run("a", "b", _ => (1, 2)), Throws.ArgumentException.With.Message.Contains("Pairs = 3"));

    [Test]
    public void TheSameInputsRunOnce()
    {
        int Run(int seed) => Kept.Of((seed, "x"), static inputs => Environment.TickCount + Random.Shared.Next());
        (int first, int again) = (Run(1), Run(1));
        Assert.That(again, Is.EqualTo(first).And.Not.EqualTo(Run(2)));
    }
}
