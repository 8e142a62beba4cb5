using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

public sealed class LossScaleOperationTests
{
    [TestCase("loss_scale.unscale", """{"scale": 1}""", "invalid-argument", "grads")]
    [TestCase("loss_scale.unscale", """{"grads": [[1]]}""", "invalid-argument", "scale")]
    [TestCase("loss_scale.unscale", """{"grads": [], "scale": 1}""", "invalid-argument", "grads")]
    [TestCase("loss_scale.unscale", """{"grads": [[]], "scale": 1}""", "invalid-argument", "grads")]
    [TestCase("loss_scale.unscale", """{"grads": [1], "scale": 1}""", "shape-mismatch", "grads")]
    [TestCase("loss_scale.unscale", """{"grads": [[1]], "scale": 0}""", "invalid-argument", "scale")]
    [TestCase("loss_scale.unscale", """{"grads": [[1]], "scale": "Infinity"}""", "invalid-argument", "scale")]
    [TestCase("loss_scale.unscale", """{"grads": [[1]], "scale": 1e39}""", "invalid-argument", "scale")]
    [TestCase("loss_scale.unscale", """{"grads": [[1]], "scale": 1, "grad_dtype": "bfloat16"}""", "invalid-argument", "grad_dtype")]
    [TestCase("loss_scale.unscale", """{"grads": [[1]], "scale": 1, "grad_dtype": null}""", "invalid-argument", "grad_dtype")]
    [TestCase("loss_scale.unscale", """{"grads": [[1]], "scale": 1, "found_inf": true}""", "invalid-argument", "found_inf")]
    [TestCase("loss_scale.update", """{"tracker": 0, "found_inf": false}""", "invalid-argument", "scale")]
    [TestCase("loss_scale.update", """{"scale": 1, "found_inf": false}""", "invalid-argument", "tracker")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": 0}""", "invalid-argument", "found_inf")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": 0, "found_inf": 1}""", "invalid-argument", "found_inf")]
    [TestCase("loss_scale.update", """{"scale": -1, "tracker": 0, "found_inf": false}""", "invalid-argument", "scale")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": -1, "found_inf": false}""", "invalid-argument", "tracker")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": 0, "found_inf": false, "growth": 1}""", "invalid-argument", "growth")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": 0, "found_inf": false, "backoff": 1}""", "invalid-argument", "backoff")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": 0, "found_inf": false, "backoff": 0}""", "invalid-argument", "backoff")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": 0, "found_inf": false, "interval": 0}""", "invalid-argument", "interval")]
    public void A_fault_has_its_kind_and_its_argument(string op, string args, string kind, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op(op, args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [Test]
    public void Unscaled_gradients_are_the_librarys_bits()
    {
        double[] grads = [0.1, -70000, 1e-8, 3e38, 5e-324, 1024.5];
        foreach ((string name, GradientFormat format) in new[] { ("float16", GradientFormat.Float16), ("float32", GradientFormat.Float32) })
        {
            UnscaledGradients expected = LossScaler.Unscale([Array.ConvertAll(grads, g => (Real64)g)], 3, format);
            System.Text.Json.JsonElement result = Ask.Result("loss_scale.unscale", $$"""{"grads": [[0.1, -70000, 1e-8, 3e38, 5e-324, 1024.5]], "scale": 3, "grad_dtype": "{{name}}"}""");
            Assert.That(Ask.Row(result.GetProperty("grads")[0]), Is.EqualTo(expected.Gradients[0].Select(g => (double)g.Value)));
            Assert.That(result.GetProperty("found_inf").GetBoolean(), Is.EqualTo(name == "float16"));
        }
    }

    [Test]
    public void A_float64_gradient_is_rounded_to_float16_at_once()
    {
        // A little above the tie between 2048 and 2050; by way of float32 it would land on the tie, and round down.
        const string Args = """{"grads": [[2049.00000001]], "scale": 1, "grad_dtype": "float16"}""";
        Assert.That(Ask.Result("loss_scale.unscale", Args).GetProperty("grads")[0][0].GetDouble(), Is.EqualTo(2050));
        Assert.That(Ask.Result("loss_scale.unscale", Args, "float32").GetProperty("grads")[0][0].GetDouble(), Is.EqualTo(2048));
    }

    [TestCase("""{"scale": 1024, "tracker": 3, "found_inf": false}""", """{"scale":1024,"tracker":4,"skip":false}""")]
    [TestCase("""{"scale": 1024, "tracker": 1999, "found_inf": false}""", """{"scale":2048,"tracker":0,"skip":false}""")]
    [TestCase("""{"scale": 1024, "tracker": 1999, "found_inf": true}""", """{"scale":512,"tracker":0,"skip":true}""")]
    [TestCase("""{"scale": 8, "tracker": 0, "found_inf": false, "growth": 4, "backoff": 0.25, "interval": 1}""", """{"scale":32,"tracker":0,"skip":false}""")]
    [TestCase("""{"scale": 8, "tracker": 0, "found_inf": true, "growth": 4, "backoff": 0.25, "interval": 1}""", """{"scale":2,"tracker":0,"skip":true}""")]
    public void An_update_is_exact_in_any_dtype(string args, string expected)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Result("loss_scale.update", args, dtype).GetRawText(), Is.EqualTo(expected), dtype);
    }

    [Test]
    public void Gradients_are_in_float32_by_default() => Assert.That(
        Ask.Result("loss_scale.unscale", """{"grads": [[70000]], "scale": 2}""").GetRawText(), Is.EqualTo("""{"grads":[[35000]],"found_inf":false}"""));
}
