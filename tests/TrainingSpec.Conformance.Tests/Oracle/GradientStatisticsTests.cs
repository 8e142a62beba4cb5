using System.Text.Json;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>grad_stats: the library's bits in either dtype, and every bad argument by its kind and name.</summary>
public sealed class GradientStatisticsTests
{
    private const string Grads = """{"grads": [[0.1, -0.7, 0], [-0.0, 1e-3, "NaN"], ["-Infinity", 3.3]]}""";
    private static readonly double[][] Values = [[0.1, -0.7, 0], [-0.0, 1e-3, double.NaN], [double.NegativeInfinity, 3.3]];

    [Test]
    public void Answers_are_the_librarys_bits()
    {
        GradientStatistics<Real64> wide = GradientStatistics.Of(Array.ConvertAll(Values, t => Array.ConvertAll(t, v => (Real64)v)));
        Assert.That(Numbers(Ask.Result("grad_stats", Grads)), Is.EqualTo(new[] { wide.Norm, wide.MaxAbs, wide.MinAbs, wide.Max, wide.Min, wide.ZeroFraction }.Select(v => v.Value)));
        GradientStatistics<Real32> single = GradientStatistics.Of(Array.ConvertAll(Values, t => Array.ConvertAll(t, v => (Real32)(float)v)));
        Assert.That(
            Numbers(Ask.Result("grad_stats", Grads, "float32")).Select(v => (float)v),
            Is.EqualTo(new[] { single.Norm, single.MaxAbs, single.MinAbs, single.Max, single.Min, single.ZeroFraction }.Select(v => v.Value)));
        Assert.That(Ask.Result("grad_stats", Grads, "float32").GetProperty("nonfinite").GetRawText(), Is.EqualTo("2"));
        Assert.That(wide.ZeroFraction.Value, Is.EqualTo(2.0 / 6));
    }

    [Test]
    public void Where_nothing_is_finite_there_are_no_extremes()
    {
        JsonElement none = Ask.Result("grad_stats", """{"grads": [["NaN", "Infinity"]]}""");
        Assert.That(Numbers(none), Is.EqualTo(new[] { 0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN }));
        Assert.That(none.GetProperty("nonfinite").GetInt32(), Is.EqualTo(2));
    }

    [TestCase("{}", "invalid-argument", "grads")]
    [TestCase("""{"grads": []}""", "invalid-argument", "grads")]
    [TestCase("""{"grads": [[1], []]}""", "invalid-argument", "grads")]
    [TestCase("""{"grads": [1, 2]}""", "shape-mismatch", "grads")]
    [TestCase("""{"grads": [[[1]]]}""", "shape-mismatch", "grads")]
    [TestCase("""{"grads": [["x"]]}""", "invalid-argument", "grads")]
    [TestCase("""{"grads": [[null]]}""", "invalid-argument", "grads")]
    [TestCase("""{"grads": [[1]], "dim": 0}""", "invalid-argument", "dim")]
    public void A_bad_argument_is_named(string args, string kind, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op("grad_stats", args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    private static double[] Numbers(JsonElement result) =>
        [.. new[] { "norm", "max_abs", "min_abs", "max", "min", "zero_fraction" }.Select(name => Ask.Number(result.GetProperty(name)))];
}
