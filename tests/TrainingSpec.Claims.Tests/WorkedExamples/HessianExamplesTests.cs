namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against Hessians by hand and the closed forms of power iteration and descent on a parabola.</summary>
public class HessianExamplesTests
{
    private const double Unit = 1.0 / (1L << 53);

    // Gradient, then the symmetric Hessian's three entries.
    [TestCase("parabola", 5, 1, 2, 1, 2)]
    [TestCase("Rosenbrock", -215.6, -88, 1330, 480, 200)]
    [TestCase("Rosenbrock at its minimum", 0, 0, 802, -400, 200)]
    [TestCase("ridge at 1", 0, 0, 1, 1, 1)]
    [TestCase("ridge at 2", 0, 0, 0.25, 1, 4)]
    [TestCase("ridge at 10", 0, 0, 0.01, 1, 100)]
    public void Products_are_those_with_the_known_matrix(string name, double g0, double g1, double a, double b, double c)
    {
        WorkedDocument document = WorkedDocument.Of("hessian/Products");
        Assert.Multiple(() =>
        {
            // A dozen roundings of terms no larger than 2000.
            Assert.That(document.Row(name + ".gradient"), Is.EqualTo(new[] { g0, g1 }).Within(16 * 500 * Unit));
            Assert.That(document.Row(name + ".product with (1, 0)"), Is.EqualTo(new[] { a, b }).Within(16 * 2000 * Unit));
            Assert.That(document.Row(name + ".product with (0, 1)"), Is.EqualTo(new[] { b, c }).Within(16 * 2000 * Unit));
            Assert.That(document.Row(name + ".product with (2, -1)"), Is.EqualTo(new[] { 2 * a - b, 2 * b - c }).Within(16 * 4000 * Unit));
        });
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(10)]
    public void Minima_of_the_same_loss_are_flat_or_sharp(double a)
    {
        WorkedDocument document = WorkedDocument.Of("hessian/Products");
        double sharpness = a * a + 1 / (a * a);
        Assert.That(document[$"ridge at {a}.loss"], Is.Zero);
        Assert.That(document[$"ridge at {a}.top eigenvalue"], Is.EqualTo(sharpness).Within(1e-9 * sharpness));
        Assert.That(document[$"ridge at {a}.largest stable rate"], Is.EqualTo(2 / sharpness).Within(1e-9));
    }

    [Test]
    public void Power_iteration_divides_the_tangent_by_the_ratio_of_the_eigenvalues()
    {
        WorkedDocument document = WorkedDocument.Of("hessian/TopEigenvalue");
        double[] first = document.Row("iteration 1.vector");
        double along = (first[0] + first[1]) / Math.Sqrt(2), across = (first[0] - first[1]) / Math.Sqrt(2);
        Assert.Multiple(() =>
        {
            for (int n = 1; n <= 12; n++)
            {
                // 3 and 1: the quotient is 1 + 2cos², the residual 2·cos·sin, with a tangent three times smaller each time.
                double tangent = Math.Abs(across / along) / Math.Pow(3, n - 1), cosine = 1 / Math.Sqrt(1 + tangent * tangent);
                Assert.That(document[$"iteration {n}.Rayleigh quotient"], Is.EqualTo(1 + 2 * cosine * cosine).Within(64 * n * Unit), $"{n}");
                Assert.That(document[$"iteration {n}.residual"], Is.EqualTo(2 * cosine * cosine * tangent).Within(64 * n * Unit), $"{n}");
            }

            Assert.That(document["top eigenvalue"], Is.EqualTo(3).Within(1e-9));
            Assert.That(document["least eigenvalue, shifted by -3"], Is.EqualTo(1).Within(1e-9));
            Assert.That(document["largest stable rate"], Is.EqualTo(2 / 3.0).Within(1e-9));
        });
    }

    [TestCase("0.5", 0)]
    [TestCase("0.9", -0.8)]
    [TestCase("1", -1)]
    [TestCase("1.1", -1.2)]
    public void Descent_multiplies_by_the_factor_and_grows_beyond_the_bound(string share, double factor)
    {
        WorkedDocument document = WorkedDocument.Of("hessian/TopEigenvalue");
        Assert.That(document[share + " of it.factor along (1, 1)"], Is.EqualTo(factor).Within(8 * Unit));
        double[] path = document.Row(share + " of it.first coordinate");
        for (int n = 0; n < path.Length; n++)
            Assert.That(path[n], Is.EqualTo(Math.Pow(factor, n)).Within(16 * n * Unit * Math.Pow(1.2, n)), $"{n}");
    }

    [Test]
    public void The_saddle_is_left_where_something_pushes_and_by_then_when_the_formula_says()
    {
        WorkedDocument document = WorkedDocument.Of("hessian/Saddle");
        double[] steps = document.Row("no noise.steps"), x = document.Row("no noise.x"), y = document.Row("displaced by 1e-6.y");
        Assert.Multiple(() =>
        {
            Assert.That(document.Row("gradient at the saddle"), Is.All.Zero);
            Assert.That(document.Row("product with (1, 0)"), Is.EqualTo(new[] { 2, 0 }));
            Assert.That(document.Row("product with (0, 1)"), Is.EqualTo(new[] { 0, -2 }));
            Assert.That(document["least eigenvalue"], Is.EqualTo(-2).Within(1e-8));
            Assert.That(document["steps to leave, by formula"], Is.EqualTo(6 * Math.Log(10) / Math.Log(1.1)).Within(8).Ulps);

            // On the axis x shrinks by 0.9 a step and y stays 0: the run ends at the saddle.
            for (int i = 0; i < steps.Length; i++)
                Assert.That(x[i], Is.EqualTo(Math.Pow(0.9, steps[i])).Within(8 * (1 + steps[i])).Ulps, $"{steps[i]}");
            Assert.That(document.Row("no noise.y"), Is.All.Zero);

            // Off it y grows by 1.1 a step, as long as y³ is nothing beside y, and is of the size of 1 after the formula's 145 steps.
            Assert.That(y[3], Is.EqualTo(1e-6 * Math.Pow(1.1, 10)).Within(1e-4).Percent);
            Assert.That(Math.Abs(y[Array.IndexOf(steps, 120)]), Is.LessThan(0.1));
            Assert.That(Math.Abs(y[Array.IndexOf(steps, 160)]), Is.GreaterThan(0.9));
            Assert.That(document["displaced by 1e-6.loss at the end"], Is.EqualTo(-0.5).Within(1e-9));
            Assert.That(Math.Abs(document.Row("noise 0.001.y")[^1]), Is.EqualTo(1).Within(0.01));
            Assert.That(document["no noise.loss at the end"], Is.GreaterThan(0));
        });
    }
}
