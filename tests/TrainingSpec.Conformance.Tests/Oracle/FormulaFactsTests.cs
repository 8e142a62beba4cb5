using System.Text.Json;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Operations of one formula are PyTorch's own, whose answers formulas.py beside this file writes.</summary>
internal sealed class FormulaFactsTests
{
    private static JsonElement[] Facts { get; } =
        [.. File.ReadLines(Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Oracle", "formulas.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    [Test]
    public void Answers_are_those_of_pytorch([Values("float64", "float32")] string dtype) => Assert.Multiple(() =>
    {
        Assert.That(Facts.Select(fact => fact.GetProperty("op").GetString()).Distinct().Count(), Is.GreaterThanOrEqualTo(5));
        foreach (JsonElement fact in Facts)
        {
            string op = fact.GetProperty("op").GetString()!;
            JsonElement args = fact.GetProperty("args");
            Assert.That(AnswerEquality.Difference(op, dtype, args, fact.GetProperty("result"), Ask.Result(op, args.GetRawText(), dtype)), Is.Null, args.GetRawText());
        }
    });

    [TestCase("mse", """{"predictions": [1], "targets": [1, 2]}""", "shape-mismatch", "targets")]
    [TestCase("mse", """{"predictions": [], "targets": []}""", "invalid-argument", "predictions")]
    [TestCase("mse", """{"predictions": [1], "targets": [1], "reduction": "average"}""", "invalid-argument", "reduction")]
    [TestCase("mse", """{"predictions": [1], "targets": [1], "delta": 1}""", "invalid-argument", "delta")]
    [TestCase("huber", """{"predictions": [1], "targets": [1], "delta": 0}""", "invalid-argument", "delta")]
    [TestCase("smooth_l1", """{"predictions": [1], "targets": [1], "beta": -1}""", "invalid-argument", "beta")]
    [TestCase("bce_with_logits", """{"logits": [[1, 2]], "targets": [[1]]}""", "shape-mismatch", "targets")]
    [TestCase("bce_with_logits", """{"logits": [[1, 2]], "targets": [[1, 2]]}""", "invalid-argument", "targets")]
    [TestCase("bce_with_logits", """{"logits": [[1, 2]], "targets": [[1, 0]], "pos_weight": [1]}""", "shape-mismatch", "pos_weight")]
    [TestCase("bce_with_logits", """{"logits": [[1, 2]], "targets": [[1, 0]], "pos_weight": [1, -1]}""", "invalid-argument", "pos_weight")]
    [TestCase("init.truncated", """{"a": -0.2}""", "invalid-argument", "a")]
    [TestCase("init.truncated_sample", """{"seed": 1, "count": 0}""", "invalid-argument", "count")]
    [TestCase("init.orthogonal", """{"rows": 257, "columns": 1, "seed": 1}""", "invalid-argument", "rows")]
    [TestCase("init.fans", """{"shape": [4]}""", "invalid-argument", "shape")]
    [TestCase("init.fans", """{"shape": [4, 0]}""", "invalid-argument", "shape")]
    [TestCase("init.fans", """{"shape": [4, 1], "groups": 3}""", "invalid-argument", "groups")]
    [TestCase("init.gain", """{"nonlinearity": "gelu"}""", "invalid-argument", "nonlinearity")]
    [TestCase("sparse_adam.step", """{"params": [[1]], "rows": [1], "grads": [[1]], "lr": 1}""", "invalid-argument", "rows")]
    [TestCase("sparse_adam.step", """{"params": [[1]], "rows": [0, 0], "grads": [[1]], "lr": 1}""", "shape-mismatch", "grads")]
    [TestCase("sparse_adam.step", """{"params": [[1, 2], [3]], "rows": [1], "grads": [[1, 2]], "lr": 1}""", "shape-mismatch", "grads")]
    [TestCase("sparse_adam.step", """{"params": [[1], [2]], "rows": [0], "grads": [[1]], "lr": 1, "state": {"kind": "adam", "version": 1, "dtype": "float64", "step": 1, "m": [[0]], "v": [[0]]}}""", "invalid-argument", "state")]
    [TestCase("adafactor.step", """{"params": [[1, 2]], "shapes": [[2, 2]], "grads": [[1, 1]]}""", "shape-mismatch", "shapes")]
    [TestCase("adafactor.step", """{"params": [[1, 2]], "shapes": [[1, 2], [1, 1]], "grads": [[1, 1]], "groups": [{"tensors": [0]}]}""", "shape-mismatch", "shapes")]
    [TestCase("adafactor.step", """{"params": [[1, 2]], "shapes": [[2]], "grads": [[1, 1]]}""", "invalid-argument", "shapes")]
    [TestCase("adafactor.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1, 1]], "eps_on": "root"}""", "invalid-argument", "eps_on")]
    [TestCase("adafactor.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1, 1]], "clip_threshold": 0}""", "invalid-argument", "clip_threshold")]
    [TestCase("adafactor.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1, 1]], "state": {"kind": "adafactor", "version": 1, "dtype": "float64", "step": 1, "row": [[1, 1]], "column": [[1, 1]], "m": [[]]}}""", "invalid-argument", "state")]
    [TestCase("adafactor.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1, 1]], "groups": [{"tensors": [0], "shapes": [[2, 1]]}]}""", "invalid-argument", "groups[0].shapes")]
    [TestCase("muon.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1, 1]], "lr": 1, "scale": "columns"}""", "invalid-argument", "scale")]
    [TestCase("adam.step", """{"params": [[1]], "grads": [[1]], "lr": 1, "eps_on": "norm"}""", "invalid-argument", "eps_on")]
    [TestCase("lion.step", """{"params": [[1]], "grads": [[1]], "lr": 1, "decoupled_weight_decay": true}""", "invalid-argument", "decoupled_weight_decay")]
    [TestCase("schedule", """{"kind": "inverse_time", "steps": [0], "lr": 1, "lr_decay": -1}""", "invalid-argument", "lr_decay")]
    [TestCase("schedule", """{"kind": "cosine_restarts", "steps": [0], "lr_max": 1, "t_0": 2, "gamma": 2}""", "invalid-argument", "gamma")]
    [TestCase("muon.step", """{"params": [[1, 2]], "shapes": [[2, 2]], "grads": [[1, 1]], "lr": 1}""", "shape-mismatch", "shapes")]
    [TestCase("muon.step", """{"params": [[1, 2]], "shapes": [[2]], "grads": [[1, 1]], "lr": 1}""", "invalid-argument", "shapes")]
    [TestCase("muon.step", """{"params": [[1, 2]], "shapes": [[1, 257]], "grads": [[1, 1]], "lr": 1}""", "invalid-argument", "shapes")]
    [TestCase("muon.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1]], "lr": 1}""", "shape-mismatch", "grads")]
    [TestCase("muon.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1, 1]], "lr": 1, "ns_steps": 65}""", "invalid-argument", "ns_steps")]
    [TestCase("muon.step", """{"params": [[1, 2]], "shapes": [[1, 2]], "grads": [[1, 1]], "lr": 1, "state": {"kind": "muon", "version": 1, "dtype": "float64", "step": 1, "m": [[0]]}}""", "invalid-argument", "state")]
    [TestCase("norm.p", """{"tensors": [[1]], "p": 0.5}""", "invalid-argument", "p")]
    [TestCase("clip.global_norm", """{"grads": [[1]], "max_norm": 1, "norm_type": 0}""", "invalid-argument", "norm_type")]
    [TestCase("clip.adaptive", """{"params": [[1, 2]], "grads": [[1]]}""", "shape-mismatch", "grads")]
    [TestCase("clip.adaptive", """{"params": [["NaN"]], "grads": [[1]]}""", "non-finite", "params")]
    [TestCase("clip.adaptive", """{"params": [[1]], "grads": [["Infinity"]]}""", "non-finite", "grads")]
    [TestCase("schedule", """{"kind": "cyclic", "steps": [0], "lr_max": 1, "cycle_momentum": true, "base_momentum": 0.9, "max_momentum": 0.8}""", "invalid-argument", "base_momentum")]
    [TestCase("schedule", """{"kind": "cosine", "steps": [0], "lr_max": 1, "total": 2, "cycle_momentum": true}""", "invalid-argument", "cycle_momentum")]
    [TestCase("loss_scale.update", """{"scale": 1, "tracker": 0, "found_inf": true, "overflows": -1}""", "invalid-argument", "overflows")]
    [TestCase("activation", """{"kind": "silu", "x": [1], "alpha": 1}""", "invalid-argument", "alpha")]
    [TestCase("activation", """{"kind": "elu", "x": [1], "alpha": -1}""", "invalid-argument", "alpha")]
    [TestCase("rms_norm", """{"x": [[1, 2]], "gain": [1]}""", "shape-mismatch", "gain")]
    [TestCase("rms_norm", """{"x": [[1, 2]], "bias": [1, 1]}""", "invalid-argument", "bias")]
    [TestCase("rms_norm", """{"x": [[1, 2]], "eps": -1}""", "invalid-argument", "eps")]
    [TestCase("attention", """{"q": [[1], [2]], "k": [[1], [2]], "v": [[1], [2]], "mask": [[0, 0]]}""", "shape-mismatch", "mask")]
    [TestCase("attention", """{"q": [[1], [2]], "k": [[1], [2]], "v": [[1], [2]], "mask": [[0, 0], [0]]}""", "shape-mismatch", "mask")]
    [TestCase("attention", """{"q": [[1]], "k": [[1]], "v": [[1]], "mask": [["Infinity"]]}""", "invalid-argument", "mask")]
    [TestCase("attention", """{"q": [[1]], "k": [[1]], "v": [[1]], "mask": [["NaN"]]}""", "invalid-argument", "mask")]
    [TestCase("attention", """{"q": [[1]], "k": [[1]], "v": [[1]], "mask": [["no"]]}""", "invalid-argument", "mask")]
    [TestCase("attention", """{"q": [[1]], "k": [[1]], "v": [[1]], "mask": [[[0]]]}""", "shape-mismatch", "mask")]
    public void A_fault_names_its_argument(string op, string args, string kind, string argument) =>
        Assert.That(Ask.Fault(Ask.Op(op, args)), Is.EqualTo((kind, argument)));
}
