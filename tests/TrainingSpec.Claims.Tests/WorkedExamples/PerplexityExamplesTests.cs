namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against D1's printed table, e, and the limits of the formats.</summary>
public class PerplexityExamplesTests
{
    private static readonly WorkedDocument Document = WorkedDocument.Of("perplexity/Table");

    [TestCase("D1-097", "5.5")]
    [TestCase("D1-098", "4")]
    [TestCase("D1-099", "3")]
    [TestCase("D1-100", "2")]
    [TestCase("D1-101", "1")]
    public void The_printed_table_is_rounded_from_these(string id, string loss)
    {
        PrintedNumber printed = TrainingSpec.Claims.WorkedExamples.ExampleNumbers.Claim(id).PrintedNumber("perplexity");
        Assert.That(printed.IsRounded(Rational.Of(Document["loss " + loss])), $"{printed} and {Document["loss " + loss]}");
        Assert.That(Document[$"loss {loss} in single precision"], Is.EqualTo((float)Document["loss " + loss]).Within(1e-5).Percent);
    }

    [Test]
    public void Guessing_has_as_many_choices_as_there_are_tokens_and_the_mean_comes_first()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Document["loss 1"], Is.EqualTo(Math.E).Within(1).Ulps);
            Assert.That(Document["loss 0"], Is.EqualTo(1));
            Assert.That(Document["guessing among 259.loss"], Is.EqualTo(Math.Log(259)).Within(1).Ulps);

            // A rounding of the logarithm, 5.6, is one of as many units in the result.
            Assert.That(Document["guessing among 259"], Is.EqualTo(259).Within(6 * 259.0 / (1L << 53)));
            Assert.That(Document["losses 1 and 3.perplexity of the mean"], Is.EqualTo(Document["loss 2"]));
            Assert.That(Document["losses 1 and 3.mean of the perplexities"], Is.EqualTo((Math.E + Math.Pow(Math.E, 3)) / 2).Within(8).Ulps);
            Assert.That(Document["losses 1 and 3.mean of the perplexities"], Is.GreaterThan(Document["losses 1 and 3.perplexity of the mean"]));
        });
    }

    [Test]
    public void Perplexities_end_where_the_format_ends()
    {
        // ln of the largest double is 709.78, of the largest float 88.72.
        Assert.Multiple(() =>
        {
            Assert.That(Document["loss 709.75"], Is.GreaterThan(1.7e308).And.LessThan(double.MaxValue));
            Assert.That(Document["loss 710"], Is.EqualTo(double.PositiveInfinity));
            Assert.That(Document["loss 88.5 in single precision"], Is.EqualTo(Math.Exp(88.5)).Within(1e-5).Percent);
            Assert.That(Document["loss 89 in single precision"], Is.EqualTo(double.PositiveInfinity));
        });
    }
}
