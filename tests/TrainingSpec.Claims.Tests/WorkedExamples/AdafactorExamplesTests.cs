namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Adafactor's steps where they are known: of signs, of a bounded size, of the size of the parameters, and none.</summary>
public class AdafactorExamplesTests
{
    private static readonly WorkedDocument Document = WorkedDocument.Of("adafactor/Steps");

    [Test]
    public void A_first_step_of_a_vector_is_the_rate_times_the_signs() =>
        Assert.That(Document.Row("vector.step 1"), Is.EqualTo(new[] { 0.875, 1.125, 0.875, 0.875, 1, 1.125 }).Within(1).Ulps);

    [TestCase("wide")]
    [TestCase("tall")]
    [TestCase("vector")]
    public void A_gradient_that_is_much_larger_moves_by_the_rate_and_none_moves_nothing(string name)
    {
        double[] before = Document.Row(name + ".step 2"), after = Document.Row(name + ".step 3");
        Assert.That(Size([.. before.Zip(after, (x, y) => x - y)]), Is.EqualTo(0.125 * Size(before)).Within(1e-15));
        Assert.That(Document.Row(name + ".step 4"), Is.EqualTo(after));
        Assert.That(Document.Row(name + ".m in the end"), Is.Empty);
    }

    [Test]
    public void Rows_and_columns_have_the_roots_of_their_means()
    {
        // Shares 2^-0.8, 3^-0.8 and 4^-0.8 of the squares of rows of three, and of columns of two.
        double[] shares = [1, Math.Pow(2, -0.8), Math.Pow(3, -0.8), Math.Pow(4, -0.8)];
        double[][] rows = [[(0.25 + 0.0625 + 1) / 3, 5.0 / 3], [(1 + 0.25 + 0.0625) / 3, 2.0 / 3], [(2 * 4096 + 1024) / 3.0, 2 * 4096 / 3.0], [0, 0]];
        double[][] columns = [[(0.25 + 4) / 2, 0.0625 / 2, 1], [1, 1.25 / 2, 0.0625 / 2], [4096, 512, 4096], [0, 0, 0]];
        Assert.That(Document.Row("wide.row in the end"), Is.EqualTo(Roots(rows, shares)).Within(16).Ulps);
        Assert.That(Document.Row("wide.column in the end"), Is.EqualTo(Roots(columns, shares)).Within(16).Ulps);
    }

    [Test]
    public void Without_a_gradient_momentum_goes_on_by_its_share_and_decay_by_its_rate()
    {
        double[] before = Document.Row("momentum, decay.step 3"), after = Document.Row("momentum, decay.step 4"), kept = Document.Row("momentum, decay.m in the end");
        Assert.That(after, Is.EqualTo(before.Zip(kept, (x, m) => x - m - 0.125 * 0.25 * x)).Within(1e-15));
    }

    private static double[] Roots(double[][] means, double[] shares) =>
        [.. Enumerable.Range(0, means[0].Length).Select(i => Math.Sqrt(means.Zip(shares).Aggregate(0.0, (moment, step) => (1 - step.Second) * moment + step.Second * step.First[i])))];

    private static double Size(double[] x) => Math.Sqrt(x.Sum(e => e * e) / x.Length);
}
