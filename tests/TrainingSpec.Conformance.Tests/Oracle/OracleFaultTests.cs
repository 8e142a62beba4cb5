using System.Text.Json;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Each way in which a request can be wrong gets the protocol's kind and names the argument.</summary>
public sealed class OracleFaultTests
{
    private const string Steps = "\"params\": [[1, 2]], \"grads\": [[0.1, 0.2]]";

    [TestCase("softmax", "{}", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": []}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": null}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": {"0": 1}}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": "1, 2"}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": [1, "x"]}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": [1, "nan"]}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": [1, null]}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": [1, true]}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": [[1, 2]]}""", "shape-mismatch", "logits")]
    [TestCase("softmax", """{"logits": 1}""", "shape-mismatch", "logits")]
    [TestCase("softmax", """{"logits": [1], "temperature": 2}""", "invalid-argument", "temperature")]
    [TestCase("softmax", """{"logits": [1], "logits": [2]}""", "invalid-argument", "logits")]
    [TestCase("softmax", """{"logits": ["-Infinity", "-Infinity"]}""", "non-finite", "logits")]
    [TestCase("softmax", "[]", "invalid-argument", "args")]
    [TestCase("softmax", "null", "invalid-argument", "args")]
    [TestCase("logsumexp", """{"logits": [1]}""", "invalid-argument", "x")]
    [TestCase("perplexity", """{"loss": "NaN"}""", "invalid-argument", "loss")]
    [TestCase("perplexity", """{"loss": [1]}""", "invalid-argument", "loss")]
    [TestCase("smooth_labels", """{"targets": [3], "num_classes": 3, "smoothing": 0.1}""", "invalid-argument", "targets")]
    [TestCase("smooth_labels", """{"targets": [-1], "num_classes": 3, "smoothing": 0.1}""", "invalid-argument", "targets")]
    [TestCase("smooth_labels", """{"targets": [1.5], "num_classes": 3, "smoothing": 0.1}""", "invalid-argument", "targets")]
    [TestCase("smooth_labels", """{"targets": [[1]], "num_classes": 3, "smoothing": 0.1}""", "shape-mismatch", "targets")]
    [TestCase("smooth_labels", """{"targets": [1], "num_classes": 0, "smoothing": 0.1}""", "invalid-argument", "num_classes")]
    [TestCase("smooth_labels", """{"targets": [1], "num_classes": 3, "smoothing": 1.1}""", "invalid-argument", "smoothing")]
    [TestCase("smooth_labels", """{"targets": [1, 1], "num_classes": 5000001, "smoothing": 0}""", "invalid-argument", "num_classes")]
    [TestCase("smooth_labels", """{"targets": [1, 1], "num_classes": 9223372036854775807, "smoothing": 0}""", "invalid-argument", "num_classes")]
    [TestCase("adam.step", "{" + Steps + "}", "invalid-argument", "lr")]
    [TestCase("adam.step", "{" + Steps + """, "lr": -0.1}""", "invalid-argument", "lr")]
    [TestCase("adam.step", "{" + Steps + """, "lr": "NaN"}""", "invalid-argument", "lr")]
    [TestCase("adam.step", "{" + Steps + """, "lr": "Infinity"}""", "invalid-argument", "lr")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 1e999}""", "invalid-argument", "lr")]
    [TestCase("adam.step", "{" + Steps + """, "lr": "0.1"}""", "invalid-argument", "lr")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "beta1": 1}""", "invalid-argument", "beta1")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "beta2": 1.0}""", "invalid-argument", "beta2")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "beta1": null}""", "invalid-argument", "beta1")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "eps": -1e-8}""", "invalid-argument", "eps")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "bias_correction": 1}""", "invalid-argument", "bias_correction")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "decay_on": "old"}""", "invalid-argument", "decay_on")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "state": {}}""", "invalid-argument", "state")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "state": [1]}""", "invalid-argument", "state")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "state": "x"}""", "invalid-argument", "state")]
    [TestCase("adam.step", "{" + Steps + """, "lr": 0.1, "state": {"step": 1, "m": [[0, 0]], "v": [[0, 0]]}}""", "invalid-argument", "state")]
    [TestCase("adam.step", """{"params": [[1, 2]], "grads": [[1]], "lr": 0.1}""", "shape-mismatch", "grads")]
    [TestCase("adam.step", """{"params": [[1, 2]], "grads": [], "lr": 0.1}""", "shape-mismatch", "grads")]
    [TestCase("adam.step", """{"params": [[1, 2]], "grads": [1, 2], "lr": 0.1}""", "shape-mismatch", "grads")]
    [TestCase("adam.step", """{"params": [[[1, 2]]], "grads": [[1, 2]], "lr": 0.1}""", "shape-mismatch", "params")]
    [TestCase("adam.step", """{"params": [], "grads": [], "lr": 0.1}""", "invalid-argument", "params")]
    [TestCase("adamw.step", "{" + Steps + """, "lr": 0.1, "decay_on": "new"}""", "invalid-argument", "decay_on")]
    [TestCase("adamw.step", "{" + Steps + """, "lr": 0.1, "weight_decay": -1}""", "invalid-argument", "weight_decay")]
    [TestCase("sgd.step", "{" + Steps + """, "lr": 0.1, "nesterov": true}""", "invalid-argument", "nesterov")]
    [TestCase("sgd.step", "{" + Steps + """, "lr": 0.1, "nesterov": true, "momentum": 0.9, "dampening": 0.1}""", "invalid-argument", "nesterov")]
    [TestCase("sgd.step", "{" + Steps + """, "lr": 0.1, "momentum": 1}""", "invalid-argument", "momentum")]
    [TestCase("schedule", """{"steps": [0], "lr": 1}""", "invalid-argument", "kind")]
    [TestCase("schedule", """{"kind": "exponentially", "steps": [0], "lr": 1}""", "invalid-argument", "kind")]
    [TestCase("schedule", """{"kind": "constant", "steps": [-1], "lr": 1}""", "invalid-argument", "steps")]
    [TestCase("schedule", """{"kind": "constant", "steps": [0], "lr": 1, "total": 3}""", "invalid-argument", "total")]
    [TestCase("schedule", """{"kind": "step_decay", "steps": [0], "lr": 1, "gamma": 0, "every": 3}""", "invalid-argument", "gamma")]
    [TestCase("schedule", """{"kind": "step_decay", "steps": [0], "lr": 1, "gamma": 0.5, "every": 0}""", "invalid-argument", "every")]
    [TestCase("schedule", """{"kind": "cosine", "steps": [0], "lr_max": 1, "lr_min": 2, "total": 10}""", "invalid-argument", "lr_min")]
    [TestCase("schedule", """{"kind": "cosine", "steps": [0], "lr_max": 1, "total": 0}""", "invalid-argument", "total")]
    [TestCase("schedule", """{"kind": "warmup_cosine", "steps": [0], "lr_max": 1, "warmup": 11, "total": 10}""", "invalid-argument", "warmup")]
    [TestCase("cross_entropy", """{"logits": [[1, 2], [3]], "targets": [0, 0]}""", "shape-mismatch", "logits")]
    [TestCase("cross_entropy", """{"logits": [1, 2], "targets": [0]}""", "shape-mismatch", "logits")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [0, 1]}""", "shape-mismatch", "targets")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": 0}""", "shape-mismatch", "targets")]
    [TestCase("cross_entropy", """{"logits": [], "targets": []}""", "invalid-argument", "logits")]
    [TestCase("cross_entropy", """{"logits": [[]], "targets": [0]}""", "invalid-argument", "logits")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [2]}""", "invalid-argument", "targets")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [-1]}""", "invalid-argument", "targets")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [4294967296]}""", "invalid-argument", "targets")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [1], "ignore_index": 1}""", "invalid-argument", "targets")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [1], "ignore_index": "none"}""", "invalid-argument", "ignore_index")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [1], "reduction": "avg"}""", "invalid-argument", "reduction")]
    [TestCase("cross_entropy", """{"logits": [[1, 2]], "targets": [1], "label_smoothing": -0.1}""", "invalid-argument", "label_smoothing")]
    [TestCase("cross_entropy", """{"logits": [["-Infinity", "-Infinity"]], "targets": [1]}""", "non-finite", "logits")]
    [TestCase("clip.global_norm", """{"grads": [["NaN"]], "max_norm": 1}""", "non-finite", "grads")]
    [TestCase("clip.per_tensor_norm", """{"grads": [[1], ["Infinity"]], "max_norm": 1}""", "non-finite", "grads")]
    [TestCase("clip.global_norm", """{"grads": [[1]], "max_norm": 0}""", "invalid-argument", "max_norm")]
    [TestCase("clip.global_norm", """{"grads": [[1]], "max_norm": "NaN"}""", "invalid-argument", "max_norm")]
    [TestCase("clip.global_norm", """{"grads": [[1]], "max_norm": 1, "if_nonfinite": "warn"}""", "invalid-argument", "if_nonfinite")]
    [TestCase("clip.value", """{"grads": [[1]], "limit": "Infinity"}""", "invalid-argument", "limit")]
    [TestCase("clip.value", """{"grads": [1], "limit": 1}""", "shape-mismatch", "grads")]
    [TestCase("smooth_labels", """{"targets": [], "num_classes": 3, "smoothing": 0.1}""", "invalid-argument", "targets")]
    [TestCase("gpt.count", """{"vocab": 10, "width": 0, "layers": 1, "context": 4}""", "invalid-argument", "width")]
    [TestCase("gpt.count", """{"vocab": 10, "width": 4, "layers": 1}""", "invalid-argument", "context")]
    [TestCase("gpt.count", """{"vocab": 1e18, "width": 1e18, "layers": 1, "context": 4}""", "invalid-argument", "width")]
    [TestCase("random.philox", """{"key": [0], "counter": [0, 0, 0, 0]}""", "shape-mismatch", "key")]
    [TestCase("random.philox", """{"key": [0, 4294967296], "counter": [0, 0, 0, 0]}""", "invalid-argument", "key")]
    [TestCase("random.uniform", """{"seed": -1, "count": 1}""", "invalid-argument", "seed")]
    [TestCase("random.uniform", """{"seed": "0x1", "count": 1}""", "invalid-argument", "seed")]
    [TestCase("random.uniform", """{"seed": 18446744073709551616, "count": 1}""", "invalid-argument", "seed")]
    [TestCase("random.uniform", """{"seed": 1, "count": 10000001}""", "invalid-argument", "count")]
    [TestCase("random.uniform", """{"seed": 1, "count": 0}""", "invalid-argument", "count")]
    [TestCase("random.normal", """{"seed": 1, "count": 0}""", "invalid-argument", "count")]
    [TestCase("activation", """{"x": [1]}""", "invalid-argument", "kind")]
    [TestCase("activation", """{"kind": "swish", "x": [1]}""", "invalid-argument", "kind")]
    [TestCase("activation", """{"kind": "relu", "x": []}""", "invalid-argument", "x")]
    [TestCase("activation", """{"kind": "relu", "x": [[1]]}""", "shape-mismatch", "x")]
    [TestCase("layer_norm", """{"x": [[1, 2]], "gain": [1], "bias": [0, 0]}""", "shape-mismatch", "gain")]
    [TestCase("layer_norm", """{"x": [[1, 2]], "gain": [1, 1], "bias": [0]}""", "shape-mismatch", "bias")]
    [TestCase("layer_norm", """{"x": [[1, 2], [3]], "gain": [1, 1], "bias": [0, 0]}""", "shape-mismatch", "x")]
    [TestCase("layer_norm", """{"x": [[1, 2]], "gain": [1, 1], "bias": [0, 0], "eps": -1}""", "invalid-argument", "eps")]
    [TestCase("layer_norm", """{"x": [[1, 2]], "gain": [1, 1], "bias": [0, 0], "grad_y": [[1]]}""", "shape-mismatch", "grad_y")]
    [TestCase("attention", """{"q": [[1, 2]], "k": [[1]], "v": [[1, 2]]}""", "shape-mismatch", "k")]
    [TestCase("attention", """{"q": [[1, 2]], "k": [[1, 2]]}""", "invalid-argument", "v")]
    [TestCase("attention", """{"q": [[1, 2]], "k": [[1, 2]], "v": [[1, 2], [3, 4]]}""", "shape-mismatch", "v")]
    [TestCase("attention", """{"q": [[1, 2]], "k": [[1, 2]], "v": [[1, 2]], "heads": 3}""", "invalid-argument", "heads")]
    [TestCase("attention", """{"q": [[1, 2]], "k": [[1, 2]], "v": [[1, 2]], "heads": 0}""", "invalid-argument", "heads")]
    [TestCase("attention", """{"q": [], "k": [], "v": []}""", "invalid-argument", "q")]
    [TestCase("random.normal", """{"count": 1}""", "invalid-argument", "seed")]
    [TestCase("softmin", "{}", "unknown-op", "op")]
    [TestCase("", "{}", "unknown-op", "op")]
    [TestCase("Softmax", "{}", "unknown-op", "op")]
    public void A_fault_has_its_kind_and_its_argument(string op, string args, string kind, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op(op, args, dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [TestCase("""{"id": 1, "op": "softmax", "args": {"logits": [1]}, "argz": 1}""", "invalid-argument", "argz")]
    [TestCase("""{"id": 1, "op": "softmax", "op": "softmax", "args": {"logits": [1]}}""", "invalid-argument", "op")]
    [TestCase("""{"id": 1, "args": {"logits": [1]}}""", "invalid-argument", "op")]
    [TestCase("""{"id": 1, "op": 3}""", "invalid-argument", "op")]
    [TestCase("""{"id": 1, "op": "softmax", "dtype": "float128", "args": {"logits": [1]}}""", "invalid-argument", "dtype")]
    [TestCase("""{"id": 1, "op": "softmax", "dtype": 64, "args": {"logits": [1]}}""", "invalid-argument", "dtype")]
    [TestCase("""{"id": 1, "op": "softmax", "dtype": null, "args": {"logits": [1]}}""", "invalid-argument", "dtype")]
    [TestCase("""{"id": 1, "op": "perplexity", "dtype": "bfloat16", "args": {"loss": 1}}""", "unsupported", "dtype")]
    [TestCase("""{"id": 1, "op": "softmax"}""", "invalid-argument", "logits")]
    public void A_fault_of_the_request_keeps_its_id(string line, string kind, string argument)
    {
        JsonElement answer = Ask.One(line);
        Assert.That(Ask.Fault(answer), Is.EqualTo((kind, argument)));
        Assert.That(answer.GetProperty("id").GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public void A_hyperparameter_that_float32_cannot_hold_is_refused_and_one_that_is_only_rounded_is_not()
    {
        string Args(string more) => "{" + Steps + ", " + more + "}";
        foreach (string args in new[] { """ "lr": 0.1, "beta1": 0.99999999999 """, """ "lr": 1e-46 """, """ "lr": 1, "eps": 2e-45 """ })
            Assert.That(Ask.Op("adam.step", Args(args), "float32").GetProperty("ok").GetBoolean(), Is.True, args);
        foreach ((string args, string argument) in new[] { (""" "lr": 1e39 """, "lr"), (""" "lr": 1, "eps": 1e-46 """, "eps"), (""" "lr": 1, "weight_decay": 1e39 """, "weight_decay") })
        {
            Assert.That(Ask.Op("adam.step", Args(args)).GetProperty("ok").GetBoolean(), Is.True, args);
            JsonElement answer = Ask.Op("adam.step", Args(args), "float32");
            Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", argument)));
            Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.EndWith("is outside [0, inf) when rounded to float32"));
        }
    }

    [Test]
    public void A_state_of_another_operation_dtype_or_shape_is_refused()
    {
        string first = Ask.Result("sgd.step", "{" + Steps + """, "lr": 0.1, "momentum": 0.9}""").GetProperty("state").GetRawText();
        string adam = Ask.Result("adam.step", "{" + Steps + """, "lr": 0.1}""").GetProperty("state").GetRawText();
        Assert.That(Ask.Fault(Ask.Op("adam.step", "{" + Steps + $$""", "lr": 0.1, "state": {{first}}}""")), Is.EqualTo(("invalid-argument", "state")));
        Assert.That(Ask.Fault(Ask.Op("adam.step", "{" + Steps + $$""", "lr": 0.1, "state": {{adam}}}""", "float32")), Is.EqualTo(("invalid-argument", "state")));
        Assert.That(
            Ask.Fault(Ask.Op("adam.step", $$"""{"params": [[1]], "grads": [[1]], "lr": 0.1, "state": {{adam}}}""")),
            Is.EqualTo(("invalid-argument", "state")));
    }
}
