namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against exact fractions and the comparison itself.</summary>
public class DropoutExamplesTests
{
    private static readonly (string P, Rational Exact, double Value, int Dropped)[] Cases =
        [("0.5", new Rational(1, 2), 0.5, 7), ("0.1", new Rational(1, 10), 0.1, 2), ("0", 0, 0, 0)];

    [TestCaseSource(nameof(Cases))]
    public void Kept_elements_are_scaled_and_dropped_ones_are_zero((string P, Rational Exact, double Value, int Dropped) c)
    {
        WorkedDocument document = WorkedDocument.Of("dropout/Masks");
        double[] Row(string name) => document.Row($"p = {c.P}.{name}");
        double[] x = document.Row("x"), u = document.Row("uniform"), mask = Row("mask");
        Rational scale = 1 / (1 - c.Exact);
        double[] scaled = [.. x.Select(value => (Rational.Of(value) * scale).ToDouble())];
        Assert.Multiple(() =>
        {
            Assert.That(mask, Is.EqualTo(u.Select(value => value >= c.Value ? 1.0 : 0)));
            Assert.That(mask.Count(m => m == 0), Is.EqualTo(c.Dropped));
            Assert.That(document[$"p = {c.P}.scale"], Is.EqualTo(scale.ToDouble()).Within(2).Ulps);
            Assert.That(Row("inverted, training"), Is.EqualTo(scaled.Zip(mask, (y, m) => m == 0 ? 0 : y)).Within(3).Ulps);
            Assert.That(Row("gradient"), Is.EqualTo(scaled.Zip(mask, (y, m) => m == 0 ? 0 : y / 8)).Within(3).Ulps);
            Assert.That(Row("inverted, test"), Is.EqualTo(x));
            Assert.That(Row("plain, training"), Is.EqualTo(x.Zip(mask, (value, m) => m == 0 ? 0 : value)));
            Assert.That(Row("plain, test"), Is.EqualTo(x.Select(value => (Rational.Of(value) * (1 - c.Exact)).ToDouble())).Within(2).Ulps);
            Assert.That(Row("added variance"), Is.EqualTo(x.Select(value => (Rational.Of(value * value) * c.Exact * scale).ToDouble())).Within(4).Ulps);
        });
    }

    [TestCaseSource(nameof(Cases))]
    public void Conventions_keep_the_mean_and_mixing_them_does_not((string P, Rational Exact, double Value, int Dropped) c)
    {
        WorkedDocument document = WorkedDocument.Of("dropout/Masks");
        Assert.That(document[$"p = {c.P}.test over training mean, inverted with the plain test"], Is.EqualTo((1 - c.Exact).ToDouble()).Within(1).Ulps);
        Assert.That(document[$"p = {c.P}.test over training mean, plain with no scaling"], Is.EqualTo((1 / (1 - c.Exact)).ToDouble()).Within(2).Ulps);

        // Each rounding is the single format's own: 1 − p, its reciprocal, the product.
        float scale = 1f / (1f - (float)c.Value);
        double[] x = document.Row("x"), mask = document.Row($"p = {c.P}.mask");
        Assert.That(
            document.Row($"p = {c.P}.inverted, training, in single precision").Select(y => (float)y),
            Is.EqualTo(x.Zip(mask, (value, m) => m == 0 ? 0 : (float)value * scale)));
    }

    [Test]
    public void Edges_are_decided()
    {
        WorkedDocument document = WorkedDocument.Of("dropout/Edges");
        Assert.Multiple(() =>
        {
            Assert.That(document["mask of u = p = 0.5"], Is.EqualTo(1));
            Assert.That(document["mask of u below p = 0.5"], Is.Zero);
            Assert.That(document["mask of u = p = 0"], Is.EqualTo(1));
            Assert.That(document["scale of the largest p below 1"], Is.EqualTo(Math.ScaleB(1, 53)));
            Assert.That(document["share kept at the largest p below 1"], Is.EqualTo(Math.ScaleB(1, -53)));
            Assert.That(document["dropped infinity"], Is.NaN);
            Assert.That(1 / document["dropped negative number"], Is.EqualTo(double.NegativeInfinity));
        });
    }
}
