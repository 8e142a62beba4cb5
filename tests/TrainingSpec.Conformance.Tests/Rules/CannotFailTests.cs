using System.Text.Json;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Proofs;

namespace TrainingSpec.Conformance.Tests.Rules;

/// <summary>Comparisons that anything would pass are refused, or fail.</summary>
public sealed class CannotFailTests
{
    [Test]
    public void Near_an_infinity_is_that_infinity_alone() => Assert.Multiple(() =>
    {
        Assert.That(() => Expect.Near("x", 5, double.PositiveInfinity, 4), Throws.InstanceOf<RuleBrokenException>());
        Assert.That(() => Expect.Near("x", double.NegativeInfinity, double.PositiveInfinity, 4), Throws.InstanceOf<RuleBrokenException>());
        Assert.That(() => Expect.Near("x", double.PositiveInfinity, double.PositiveInfinity, 4), Throws.Nothing);
        Assert.That(() => Expect.Near("x", double.PositiveInfinity, 5, 4), Throws.InstanceOf<RuleBrokenException>());
        Assert.That(() => Expect.Near("x", double.NaN, 5, 4), Throws.InstanceOf<RuleBrokenException>());
        Assert.That(() => Expect.Near("x", 5, double.NaN, 4), Throws.InstanceOf<RuleBrokenException>());
    });

    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NaN)]
    [TestCase(-1)]
    public void A_scale_that_allows_anything_is_refused(double scale) =>
        Assert.That(() => Expect.Near("x", 5, 6, 4, scale), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.EqualTo(FormattableString.Invariant($"scale = {scale:R} is outside [0, inf)")));

    [Test]
    public void An_infinity_equals_itself_alone_in_every_dtype()
    {
        static string? Difference(string dtype, string expected, string actual) => AnswerEquality.Difference(
            "logsumexp", dtype, JsonDocument.Parse("""{"x": [1]}""").RootElement, JsonDocument.Parse($$"""{"value": {{expected}}}""").RootElement, JsonDocument.Parse($$"""{"value": {{actual}}}""").RootElement);
        Assert.Multiple(() =>
        {
            foreach (string dtype in Protocol.DataTypes)
            {
                Assert.That(Difference(dtype, "\"Infinity\"", "1"), Is.Not.Null, dtype);
                Assert.That(Difference(dtype, "1", "\"Infinity\""), Is.Not.Null, dtype);
                Assert.That(Difference(dtype, "\"Infinity\"", "\"-Infinity\""), Is.Not.Null, dtype);
                Assert.That(Difference(dtype, "1", "\"NaN\""), Is.Not.Null, dtype);
                Assert.That(Difference(dtype, "\"Infinity\"", "\"Infinity\""), Is.Null, dtype);
                Assert.That(Difference(dtype, "1", "1"), Is.Null, dtype);
            }
        });
    }

    [TestCase(double.PositiveInfinity)]
    [TestCase(double.NaN)]
    [TestCase(-1)]
    public void A_slack_within_which_everything_holds_is_refused(double slack) =>
        Assert.That(() => new Impossible(slack), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("slack = "));

    // −1 is nowhere below −∞.
    private sealed class Impossible(double slack) : Statement("impossible", "none", "−1 is not below 0", slack, new VariableRange("x", 0, 1))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => T.Of(-1);
    }
}
