using System.Globalization;
using System.Text.Json;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

public sealed class LayerWiseOperationTests
{
    private const string Tensors = "\"params\": [[1, -2], [0.5]], \"grads\": [[0.3, 0.1], [-7]]";

    [TestCase("lars.step", "{" + Tensors + "}", "invalid-argument", "lr")]
    [TestCase("lars.step", "{" + Tensors + """, "lr": -1}""", "invalid-argument", "lr")]
    [TestCase("lars.step", "{" + Tensors + """, "lr": 1, "momentum": 1}""", "invalid-argument", "momentum")]
    [TestCase("lars.step", "{" + Tensors + """, "lr": 1, "weight_decay": -1}""", "invalid-argument", "weight_decay")]
    [TestCase("lars.step", "{" + Tensors + """, "lr": 1, "trust_coefficient": -0.1}""", "invalid-argument", "trust_coefficient")]
    [TestCase("lars.step", "{" + Tensors + """, "lr": 1, "trust_coefficient": "Infinity"}""", "invalid-argument", "trust_coefficient")]
    [TestCase("lars.step", "{" + Tensors + """, "lr": 1, "nesterov": true}""", "invalid-argument", "nesterov")]
    [TestCase("lars.step", "{" + Tensors + """, "lr": 1, "state": {}}""", "invalid-argument", "state")]
    [TestCase("lars.step", """{"params": [[1]], "grads": [[1], [2]], "lr": 1}""", "shape-mismatch", "grads")]
    [TestCase("lars.step", """{"params": [], "grads": [], "lr": 1}""", "invalid-argument", "params")]
    [TestCase("lamb.step", "{" + Tensors + "}", "invalid-argument", "lr")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "beta1": 1}""", "invalid-argument", "beta1")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "beta2": "NaN"}""", "invalid-argument", "beta2")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "eps": -1}""", "invalid-argument", "eps")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "weight_decay": -1}""", "invalid-argument", "weight_decay")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "debias": true}""", "invalid-argument", "debias")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "min_norm": 2, "max_norm": 1}""", "invalid-argument", "min_norm")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "min_ratio": 2, "max_ratio": 1}""", "invalid-argument", "min_ratio")]
    [TestCase("lamb.step", "{" + Tensors + """, "lr": 1, "state": {"kind": "lamb"}}""", "invalid-argument", "state")]
    [TestCase("lamb.step", """{"params": [1], "grads": [[1]], "lr": 1}""", "shape-mismatch", "params")]
    [TestCase("layerwise.ratio", "{" + Tensors + "}", "invalid-argument", "lr")]
    [TestCase("layerwise.ratio", "{" + Tensors + """, "lr": 1, "state": null}""", "invalid-argument", "state")]
    [TestCase("layerwise.ratio", """{"params": [[1, 2]], "grads": [[1]], "lr": 1}""", "shape-mismatch", "grads")]
    [TestCase("layerwise.ratio", """{"params": [[]], "grads": [[]], "lr": 1}""", "invalid-argument", "params")]
    [TestCase("llrd", """{"lr": 1, "decay": 0.5}""", "invalid-argument", "layers")]
    [TestCase("llrd", """{"lr": 1, "decay": 0, "layers": 3}""", "invalid-argument", "decay")]
    [TestCase("llrd", """{"lr": 1, "decay": 1.5, "layers": 3}""", "invalid-argument", "decay")]
    [TestCase("llrd", """{"lr": 1, "decay": 0.5, "layers": 0}""", "invalid-argument", "layers")]
    [TestCase("llrd", """{"lr": 1, "decay": 0.5, "layers": 10000001}""", "invalid-argument", "layers")]
    [TestCase("llrd", """{"lr": 1, "decay": 0.5, "layers": 2.5}""", "invalid-argument", "layers")]
    [TestCase("linear_scaling", """{"lr": 1, "batch": 0, "new_batch": 2}""", "invalid-argument", "batch")]
    [TestCase("linear_scaling", """{"lr": 1, "batch": 2}""", "invalid-argument", "new_batch")]
    [TestCase("linear_scaling", """{"lr": 1, "batch": 2, "new_batch": 0.5}""", "invalid-argument", "new_batch")]
    [TestCase("linear_scaling", """{"lr": -1, "batch": 2, "new_batch": 2}""", "invalid-argument", "lr")]
    [TestCase("linear_scaling", """{"lr": 1, "batch": 2, "new_batch": 2, "warmup": -1}""", "invalid-argument", "warmup")]
    [TestCase("linear_scaling", """{"lr": 1, "batch": 2, "new_batch": 2, "warmup": 1.5}""", "invalid-argument", "warmup")]
    public void A_fault_has_its_kind_and_its_argument(string op, string args, string kind, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op(op, args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [TestCase("lars.step", """, "momentum": 0.9, "weight_decay": 0, "trust_coefficient": 0.001, "state": null""")]
    [TestCase("lamb.step", """, "beta1": 0.9, "beta2": 0.999, "eps": 1e-6, "weight_decay": 0, "state": null""")]
    public void Defaults_are_the_protocols(string op, string more) => Assert.That(
        Ask.Result(op, "{" + Tensors + ", \"lr\": 0.1" + more + "}").GetRawText(),
        Is.EqualTo(Ask.Result(op, "{" + Tensors + ", \"lr\": 0.1}").GetRawText()));

    [Test]
    public void A_run_of_LARS_is_the_librarys_bits()
    {
        LarsState<Real64>? state = null;
        Run("lars.step", """, "weight_decay": 0.01""", (theta, grads, lr) =>
        {
            (theta, state) = LarsOptimizer.Step(theta, grads, state, new LarsOptions { LearningRate = lr, WeightDecay = 0.01 });
            return theta;
        });
    }

    [Test]
    public void A_run_of_LAMB_is_the_librarys_bits()
    {
        LambState<Real64>? state = null;
        Run("lamb.step", """, "weight_decay": 0.01""", (theta, grads, lr) =>
        {
            (theta, state) = LambOptimizer.Step(theta, grads, state, new LambOptions { LearningRate = lr, WeightDecay = 0.01 });
            return theta;
        });
    }

    [Test]
    public void A_state_of_another_optimizer_or_shape_is_refused()
    {
        string lars = Ask.Result("lars.step", "{" + Tensors + ", \"lr\": 0.1}").GetProperty("state").GetRawText();
        string lamb = Ask.Result("lamb.step", "{" + Tensors + ", \"lr\": 0.1}").GetProperty("state").GetRawText();
        foreach ((string op, string state) in new[] { ("lars.step", lamb), ("lamb.step", lars), ("adam.step", lamb), ("sgd.step", lars) })
            Assert.That(Ask.Fault(Ask.Op(op, "{" + Tensors + ", \"lr\": 0.1, \"state\": " + state + "}")), Is.EqualTo(("invalid-argument", "state")), op);
        Assert.That(
            Ask.Fault(Ask.Op("lars.step", $$"""{"params": [[1]], "grads": [[1]], "lr": 0.1, "state": {{lars}}}""")),
            Is.EqualTo(("invalid-argument", "state")));
    }

    [Test]
    public void Rates_are_the_librarys_bits()
    {
        Assert.That(
            Ask.Row(Ask.Result("layerwise.ratio", "{" + Tensors + ", \"lr\": 0.1}").GetProperty("lr")),
            Is.EqualTo(LayerRates.PlainRatio<Real64>([[1, -2], [0.5]], [[0.3, 0.1], [-7]], 0.1).Select(x => x.Value)));
        Assert.That(
            Ask.Row(Ask.Result("llrd", """{"lr": 0.1, "decay": 0.9, "layers": 5}""").GetProperty("lr")),
            Is.EqualTo(LayerRates.Decayed<Real64>(0.1, 0.9, 5).Select(x => x.Value)));
        Assert.That(Ask.Result("linear_scaling", """{"lr": 1e-4, "batch": 256, "new_batch": 1024}""").GetRawText(), Is.EqualTo("""{"lr":0.0004,"warmup":null}"""));
        Assert.That(Ask.Result("linear_scaling", """{"lr": 1e-4, "batch": 256, "new_batch": 1024, "warmup": 3}""", "float32").GetRawText(), Is.EqualTo("""{"lr":0.0004,"warmup":12}"""));
    }

    private static void Run(string op, string more, Func<Real64[][], Real64[][], double, Real64[][]> step)
    {
        var random = new Random(4);
        Real64[] Draw(int n) => [.. Enumerable.Range(0, n).Select(_ => (Real64)(random.NextDouble() - 0.5))];
        Real64[][] theta = [Draw(3), Draw(1)];
        string said = "null";
        for (int t = 1; t <= 4; t++)
        {
            Real64[][] grads = [Draw(3), Draw(1)];
            double lr = 0.1 / t;
            string args = string.Create(CultureInfo.InvariantCulture, $"{{\"params\": {Nested(theta)}, \"grads\": {Nested(grads)}, \"lr\": {lr:R}, \"state\": {said}{more}}}");
            theta = step(theta, grads, lr);
            JsonElement result = Ask.Result(op, args);
            Assert.That(Ask.Result(op, args).GetRawText(), Is.EqualTo(result.GetRawText()), "the same state twice");
            Assert.That(result.GetProperty("params").EnumerateArray().Select(Ask.Row), Is.EqualTo(theta.Select(x => x.Select(v => v.Value))));
            said = result.GetProperty("state").GetRawText();
        }
    }

    private static string Nested(Real64[][] x) => "[" + string.Join(", ", x.Select(t => "[" + string.Join(", ", t.Select(v => v.ToString())) + "]")) + "]";
}
