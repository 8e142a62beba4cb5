using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

public sealed class RateFinderOperationTests
{
    [TestCase("lr_finder.sweep", """{"lr_min": 0, "lr_max": 1, "count": 3}""", "invalid-argument", "lr_min")]
    [TestCase("lr_finder.sweep", """{"lr_min": 2, "lr_max": 1, "count": 3}""", "invalid-argument", "lr_min")]
    [TestCase("lr_finder.sweep", """{"lr_min": 1, "lr_max": 1, "count": 3}""", "invalid-argument", "lr_min")]
    [TestCase("lr_finder.sweep", """{"lr_min": 1, "lr_max": "Infinity", "count": 3}""", "invalid-argument", "lr_max")]
    [TestCase("lr_finder.sweep", """{"lr_min": 0.1, "lr_max": 1, "count": 1}""", "invalid-argument", "count")]
    [TestCase("lr_finder.sweep", """{"lr_min": 0.1, "lr_max": 1, "count": 10000001}""", "invalid-argument", "count")]
    [TestCase("lr_finder.sweep", """{"lr_min": 0.1, "lr_max": 1}""", "invalid-argument", "count")]
    [TestCase("lr_finder.suggest", """{"lr": [1, 2]}""", "invalid-argument", "loss")]
    [TestCase("lr_finder.suggest", """{"lr": [1, 2], "loss": [1]}""", "shape-mismatch", "loss")]
    [TestCase("lr_finder.suggest", """{"lr": [1, 2], "loss": [[1, 2]]}""", "shape-mismatch", "loss")]
    [TestCase("lr_finder.suggest", """{"lr": [], "loss": []}""", "invalid-argument", "lr")]
    [TestCase("lr_finder.suggest", """{"lr": [2, 1], "loss": [1, 1]}""", "invalid-argument", "lr")]
    [TestCase("lr_finder.suggest", """{"lr": [0, 1], "loss": [1, 1]}""", "invalid-argument", "lr")]
    [TestCase("lr_finder.suggest", """{"lr": [1, "Infinity"], "loss": [1, 1]}""", "invalid-argument", "lr")]
    [TestCase("lr_finder.suggest", """{"lr": [1, 2], "loss": [1, 1], "smoothing": 1}""", "invalid-argument", "smoothing")]
    [TestCase("lr_finder.suggest", """{"lr": [1, 2], "loss": [1, 1], "smooth": 0}""", "invalid-argument", "smooth")]
    public void A_fault_has_its_kind_and_its_argument(string op, string args, string kind, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op(op, args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [Test]
    public void A_sweep_is_the_librarys_bits()
    {
        const string Args = """{"lr_min": 1e-7, "lr_max": 10, "count": 37}""";
        Assert.That(Ask.Row(Ask.Result("lr_finder.sweep", Args).GetProperty("lr")), Is.EqualTo(LearningRateFinder.Sweep<Real64>(1e-7, 10, 37).Select(x => x.Value)));
        Assert.That(
            Ask.Result("lr_finder.sweep", Args, "float32").GetProperty("lr").EnumerateArray().Select(e => e.GetSingle()),
            Is.EqualTo(LearningRateFinder.Sweep<Real32>(1e-7, 10, 37).Select(x => x.Value)));
        Assert.That(Ask.Result("lr_finder.sweep", """{"lr_min": 1, "lr_max": 1.00000000001, "count": 3}""", "float32").GetProperty("lr").GetRawText(), Is.EqualTo("[1,1,1]"));
    }

    [TestCase("[4, 3.9, 2, 1.5]", """{"steepest":0.01,"before_divergence":0.1}""")]
    [TestCase("[4, \"NaN\", 2, 1.5]", """{"steepest":null,"before_divergence":0.001}""")]
    [TestCase("[\"Infinity\", 1, 1, 1]", """{"steepest":null,"before_divergence":null}""")]
    public void A_suggestion_is_a_rate_that_was_given_or_null(string loss, string expected)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Result("lr_finder.suggest", $$"""{"lr": [0.001, 0.01, 0.1, 1], "loss": {{loss}}}""".Replace("0.001, 0.01, 0.1, 1]", loss.StartsWith("[4, 3", StringComparison.Ordinal) ? "0.0001, 0.001, 0.01, 0.1]" : "0.001, 0.01, 0.1, 1]", StringComparison.Ordinal), dtype).GetRawText(), Is.EqualTo(expected), dtype);
    }

    [Test]
    public void Smoothing_left_out_is_none() => Assert.That(
        Ask.Result("lr_finder.suggest", """{"lr": [1, 2, 4], "loss": [3, 2, 1], "smoothing": 0}""").GetRawText(),
        Is.EqualTo(Ask.Result("lr_finder.suggest", """{"lr": [1, 2, 4], "loss": [3, 2, 1]}""").GetRawText()));
}
