using System.Globalization;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;
using Precise = TrainingSpec.Numbers.DoubleDouble;

namespace TrainingSpec.Claims.Tests.Judging;

/// <summary>Sentences as people write them, in any culture.</summary>
public class SentenceTests
{
    [Test]
    public void NumbersAndTruthsAreWrittenPlainly()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.That(Say($"{9e-10:G3}, {1.5e20}, {-0.25:F2}, {new Real64(1e-5)}, {double.NaN:G3}, {double.NegativeInfinity}, {true}, {false}, {3}, {new Rational(1, 4)}, {Precise.Of(3e-4):G3}"),
                Is.EqualTo("9e-10, 1.5e20, -0.25, 1e-5, NaN, -inf, yes, no, 3, 0.25, 0.0003"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestCase("", "")]
    [TestCase("a", "a")]
    [TestCase("a b", "a and b")]
    [TestCase("a b c", "a, b and c")]
    public void PartsAreJoined(string parts, string joined) => Assert.That(And(parts.Split(' ', StringSplitOptions.RemoveEmptyEntries)), Is.EqualTo(joined));

    [Test]
    public void ATallyCounts()
    {
        var tally = new Tally("cases");
        Assert.That(tally.Always || tally.Never, Is.False);
        tally.Add(true);
        Assert.That((tally.Always, tally.Never), Is.EqualTo((true, false)));
        tally.AddAll([false, true]);
        Assert.That((tally.ToString(), tally.Always, tally.Never), Is.EqualTo(("2 of 3", false, false)));
    }
}
