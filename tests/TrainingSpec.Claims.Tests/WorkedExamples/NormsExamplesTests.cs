namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Norms known without computing them.</summary>
public class NormsExamplesTests
{
    [TestCase("3, 4", 5)]
    [TestCase("-2, 3, 6", 7)]
    [TestCase("1e16, 1", 1e16)]
    [TestCase("the largest double", double.MaxValue)]
    [TestCase("the largest double, twice", double.PositiveInfinity)]
    [TestCase("3 and 4 times the least double", 5 * double.Epsilon)]
    [TestCase("none", 0)]
    [TestCase("0", 0)]
    [TestCase("infinity, 1", double.PositiveInfinity)]
    [TestCase("NaN, 1", double.NaN)]
    [TestCase("together: 3, 4 and 12", 13)]
    [TestCase("together: 3e200 and 4e-200", 3e200)]
    [TestCase("float16: 1024 times 10", 320)]
    [TestCase("float16: their plain sum of squares", double.PositiveInfinity)]
    [TestCase("single precision: their plain sum of squares", double.PositiveInfinity)]
    public void Norms_known_exactly(string key, double norm) => Assert.That(WorkedDocument.Of("norms/Rows")[key], Is.EqualTo(norm));

    [TestCase("3e200, 4e200", 5e200, 2.3e-16)]
    [TestCase("3e-200, 4e-200", 5e-200, 2.3e-16)]
    [TestCase("together: 3e-200 and 4e-200", 5e-200, 2.3e-16)]
    [TestCase("a hundred times 0.1", 1, 2.3e-16)]
    [TestCase("single precision: 3e30, 4e30", 5e30, 1.2e-7)]
    public void Norms_known_to_a_rounding_of_their_elements_and_one_of_the_root(string key, double norm, double relative) =>
        Assert.That(WorkedDocument.Of("norms/Rows")[key], Is.EqualTo(norm).Within(relative * norm));

    // 16 elements enter each accumulator and six sums join them, each within half a unit of bfloat16, 2⁻⁸; the root halves that and rounds once more.
    [Test]
    public void In_bfloat16_the_norm_is_off_by_its_roundings() =>
        Assert.That(WorkedDocument.Of("norms/Rows")["bfloat16: 1024 times 10"], Is.EqualTo(320).Within((16 + 6) / 2.0 / 256 * 320 + 1.25));

    [TestCase("3, -4", 1, 3, 4)]
    [TestCase("1, 2 and -2", 1, 1, 2, 2)]
    [TestCase("three ones and 0", 1, 1, 1, 1)]
    [TestCase("3e200, 4e200", 1e200, 3, 4)]
    [TestCase("3e-200, 4e-200", 1e-200, 3, 4)]
    public void Norms_of_all_orders_are_those_of_powers(string key, double unit, params double[] magnitudes)
    {
        // Of the largest magnitude's share: at order 1000 the others are below 1e-100 but where several are the largest.
        WorkedDocument document = WorkedDocument.Of("norms/Orders");
        double most = magnitudes.Max();
        foreach ((double order, double norm) in document.Row("orders").Zip(document.Row(key)))
        {
            double expected = double.IsInfinity(order) ? unit * most : unit * most * Math.Pow(magnitudes.Sum(x => Math.Pow(x / most, order)), 1 / order);
            Assert.That(norm, Is.EqualTo(expected).Within(8).Ulps, $"order {order}");
        }
    }

    [Test]
    public void A_gradient_is_clipped_by_the_norm_of_its_order()
    {
        // Norms of 8 and 4.
        WorkedDocument document = WorkedDocument.Of("norms/Orders");
        Assert.That(document.Row("clipped at 2 by order 1: 3, -4 and 1"), Is.EqualTo(new[] { 0.75, -1, 0.25 }));
        Assert.That(document.Row("clipped at 2 by order Infinity: 3, -4 and 1"), Is.EqualTo(new[] { 1.5, -2, 0.5 }));
        Assert.That(document.Row("infinity, 1"), Has.All.EqualTo(double.PositiveInfinity));
        Assert.That(document["single precision: 3e30, 4e30, order 3"], Is.EqualTo(1e30 * Math.Cbrt(91)).Within(4 * Math.Pow(2, -24) * 4.5e30));
    }
}
