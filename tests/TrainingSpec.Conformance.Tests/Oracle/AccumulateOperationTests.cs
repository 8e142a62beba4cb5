using System.Text.Json;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

public sealed class AccumulateOperationTests
{
    [TestCase("{}", "invalid-argument", "micro_grads")]
    [TestCase("""{"micro_grads": null}""", "invalid-argument", "micro_grads")]
    [TestCase("""{"micro_grads": "x"}""", "invalid-argument", "micro_grads")]
    [TestCase("""{"micro_grads": []}""", "invalid-argument", "micro_grads")]
    [TestCase("""{"micro_grads": [[]]}""", "invalid-argument", "micro_grads")]
    [TestCase("""{"micro_grads": [[[]]]}""", "invalid-argument", "micro_grads")]
    [TestCase("""{"micro_grads": [[[null]]]}""", "invalid-argument", "micro_grads")]
    [TestCase("""{"micro_grads": 1}""", "shape-mismatch", "micro_grads")]
    [TestCase("""{"micro_grads": [1]}""", "shape-mismatch", "micro_grads")]
    [TestCase("""{"micro_grads": [[1]]}""", "shape-mismatch", "micro_grads")]
    [TestCase("""{"micro_grads": [[[[1]]]]}""", "shape-mismatch", "micro_grads")]
    [TestCase("""{"micro_grads": [[[1, 2]], [[1]]]}""", "shape-mismatch", "micro_grads")]
    [TestCase("""{"micro_grads": [[[1]], [[1], [2]]]}""", "shape-mismatch", "micro_grads")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": []}""", "shape-mismatch", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": [1, 2]}""", "shape-mismatch", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": [[1]]}""", "shape-mismatch", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": 1}""", "shape-mismatch", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": "1"}""", "invalid-argument", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": [-1]}""", "invalid-argument", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": ["NaN"]}""", "invalid-argument", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": ["Infinity"]}""", "invalid-argument", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weights": [null]}""", "invalid-argument", "weights")]
    [TestCase("""{"micro_grads": [[[1]], [[2]]], "weights": [0, 0]}""", "invalid-argument", "weights")]
    [TestCase("""{"micro_grads": [[[1]]], "weight": [1]}""", "invalid-argument", "weight")]
    public void A_fault_has_its_kind_and_its_argument(string args, string kind, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op("accumulate", args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [Test]
    public void The_mean_is_the_librarys_bits()
    {
        const string Args = """{"micro_grads": [[[0.1, -0.7], [3e-9]], [[1e10, 0.3], [2]], [[-5, 0.9], [0.6]]], "weights": [3, 1, 7]}""";
        double[][][] grads = [[[0.1, -0.7], [3e-9]], [[1e10, 0.3], [2]], [[-5, 0.9], [0.6]]];
        Real64[][] mean = GradientAccumulator.Mean(Array.ConvertAll(grads, g => Array.ConvertAll(g, t => Array.ConvertAll(t, x => (Real64)x))), [3, 1, 7]);
        Assert.That(Rows(Ask.Result("accumulate", Args)), Is.EqualTo(Array.ConvertAll(mean, t => Array.ConvertAll(t, x => x.Value))));
        Real32[][] single = GradientAccumulator.Mean(Array.ConvertAll(grads, g => Array.ConvertAll(g, t => Array.ConvertAll(t, x => (Real32)(float)x))), [3, 1, 7]);
        float[][] read = [.. Ask.Result("accumulate", Args, "float32").GetProperty("grads").EnumerateArray().Select(t => t.EnumerateArray().Select(e => e.GetSingle()).ToArray())];
        Assert.That(read, Is.EqualTo(Array.ConvertAll(single, t => Array.ConvertAll(t, x => x.Value))));
    }

    [Test]
    public void Weights_left_out_or_null_are_equal_ones()
    {
        const string Grads = "\"micro_grads\": [[[1]], [[4]]]";
        foreach (string weights in new[] { "", ", \"weights\": null", ", \"weights\": [2, 2]" })
            Assert.That(Rows(Ask.Result("accumulate", "{" + Grads + weights + "}")), Is.EqualTo(new[] { new[] { 2.5 } }));
    }

    private static double[][] Rows(JsonElement result) => [.. result.GetProperty("grads").EnumerateArray().Select(Ask.Row)];
}
