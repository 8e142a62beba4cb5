using System.Text.Json;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Tests.D4;

/// <summary>The models of D4's listings against the listings themselves, taken out of the document and run in their own language.</summary>
[Parallelizable(ParallelScope.Children)]
public class ListingsRunTests
{
    private static readonly JsonSerializerOptions Named = new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private static readonly Document Document = DocumentLibrary.Open()["D4"];
    private static readonly (int, int)[] LogSoftmax = [(110, 114)], Clip = [(299, 312)], CrossEntropy = [(479, 530)], Optimizer = [(538, 603)], Schedule = [(611, 638)];

    [Test]
    public void LogSoftmaxRows()
    {
        double[][] rows = [[2.1, -0.5, 3.4, 0.2, -1.2, 1.8], [1000, 0], [0, -800], [double.NegativeInfinity, 0], [1e300, -1e300], [double.PositiveInfinity, 0], [5]];
        JsonElement listing = ListingRun.RunPython("D4", LogSoftmax, $"show([log_softmax(np.array(r)) for r in {Literal(rows)}])");
        foreach ((int i, double[] row) in rows.Index())
            Same(listing[i], LogSoftmaxListing.Run([row])[0]);
        JsonElement error = ListingRun.RunPython("D4", LogSoftmax, "show(error(lambda: log_softmax(np.array([]))))");
        Assert.That(error.GetString(), Is.EqualTo("ValueError"));
        Assert.That(() => LogSoftmaxListing.Run([[]]), Throws.ArgumentException);
    }

    [Test]
    public void ClippingInPlace()
    {
        double[][] gradients = [[3, 0], [0.5, 0.25], [0, 0], [double.NaN, 2000], [double.PositiveInfinity, 2], [1e-200, 1e200]];
        JsonElement listing = ListingRun.RunPython("D4", Clip, $$"""
            out = []
            for row in {{Literal(gradients)}}:
                g = {"a": np.array(row, dtype=float), "b": np.array([[0.0, 4.0]])}
                a = g["a"]
                r = clip_gradient_norm(g, 1.0)
                out.append([g["a"], g["b"][0], r is g, r["a"] is a])
            out.append(clip_gradient_norm({}, 1.0) == {})
            show(out)
            """);
        foreach ((int i, double[] row) in gradients.Index())
        {
            Dictionary<string, Real64[]> model = new() { ["a"] = Numbers(row), ["b"] = [0, 4] };
            Real64[] a = model["a"];
            Dictionary<string, Real64[]> returned = ClipGradientNormListing.Run<Real64>(model, 1);
            Same(listing[i][0], Doubles(model["a"]));
            Same(listing[i][1], Doubles(model["b"]));
            Assert.That((listing[i][2].GetBoolean(), listing[i][3].GetBoolean()), Is.EqualTo((ReferenceEquals(returned, model), ReferenceEquals(returned["a"], a))));
        }

        Assert.That(listing[gradients.Length].GetBoolean(), Is.True);
    }

    [Test]
    public void LossAndItsGradient()
    {
        double[][][] logits = [[[1.5, 0.2, 2.1, -0.5], [0.8, 2.3, 0.1, -0.2]], [[0, 0, 0, 0], [1e4, -1e4, 0, 3]]];
        int[][][] targets = [[[2, 1], [0, 3]], [[-1, -4], [1, 2]]];
        JsonElement listing = ListingRun.RunPython("D4", CrossEntropy, $$"""
            logits = np.array({{Literal(logits)}})
            kept = logits.copy()
            out = []
            for t in {{JsonSerializer.Serialize(targets)}}:
                t = np.array(t)
                out.append([cross_entropy_loss(logits, t), cross_entropy_loss_backward(logits, t)])
            out.append([error(lambda: cross_entropy_loss(logits, np.array([[4, 0], [0, 0]]))), error(lambda: cross_entropy_loss(logits, np.array([[-5, 0], [0, 0]]))),
                error(lambda: cross_entropy_loss_backward(logits, np.array([[4, 0], [0, 0]])))])
            out.append([isinstance(cross_entropy_loss(logits, t), float), isinstance(cross_entropy_loss(logits.astype(np.float32), t), float), np.array_equal(logits, kept)])
            show(out)
            """);
        Real64[][][] numbers = [.. logits.Select(b => b.Select(Numbers).ToArray())];
        foreach ((int i, int[][] t) in targets.Index())
        {
            Same(listing[i][0], [CrossEntropyListing.Loss(numbers, t)]);
            Same(listing[i][1], [.. CrossEntropyListing.Backward(numbers, t).SelectMany(b => b).SelectMany(Doubles)]);
        }

        PythonError? Error(Action run) => PythonException.Of(run);
        Assert.That(Words(listing[2]), Is.EqualTo(new[]
        {
            Error(() => CrossEntropyListing.Loss(numbers, [[4, 0], [0, 0]])).ToString(),
            Error(() => CrossEntropyListing.Loss(numbers, [[-5, 0], [0, 0]])).ToString(),
            Error(() => CrossEntropyListing.Backward(numbers, [[4, 0], [0, 0]])).ToString(),
        }));
        Assert.That((listing[3][0].GetBoolean(), listing[3][1].GetBoolean(), listing[3][2].GetBoolean()), Is.EqualTo((
            NumPyTypes.IsPythonFloat(NumPyTypes.Mean(NumPyType.Float64)), NumPyTypes.IsPythonFloat(NumPyTypes.Mean(NumPyType.Float32)), true)));
    }

    [Test]
    public void OptimizerSteps()
    {
        double[] gradients = [0.2, -0.5, 3, 1e-9, 0, -2];
        JsonElement listing = ListingRun.RunPython("D4", Optimizer, $$"""
            out = []
            for decay in [0.01, 0.0, -0.01]:
                o = AdamW(weight_decay=decay)
                p = {"w": np.array([0.5]), "late": np.array([1.0])}
                o.initialize(p)
                for g in {{Literal(gradients)}}:
                    o.step({"w": np.array([g])}, p)
                o.step({"w": np.array([0.1]), "late": np.array([1.0])}, p, 0)
                o.step({"w": np.array([0.1]), "late": np.array([1.0])}, p, 3e-4)
                t = o.t
                o.initialize(p)
                out.append([p["w"], p["late"], t, o.t, o.m["w"]])
            fresh = AdamW()
            out.append(error(lambda: fresh.step({"w": np.array([1.0])}, {"w": np.array([1.0])})))
            o = AdamW(); p = {"w": 1.0}; o.initialize(p); o.step({"w": 1.0}, p); out.append(p["w"])
            o = AdamW(); p = {"w": np.array([1])}; o.initialize(p); out.append(error(lambda: o.step({"w": np.array([1.0])}, p)))
            out.append(error(lambda: fresh.step({"w": 1.0}, learning_rate=0.1)))
            show(out)
            """, before: "from typing import Dict");
        foreach ((int i, double decay) in new[] { 0.01, 0, -0.01 }.Index())
        {
            var model = new AdamWListing<Real64>(Document) { WeightDecay = decay };
            Dictionary<string, ListedParameter<Real64>> parameters = new() { ["w"] = new FloatArray<Real64>(0.5), ["late"] = new FloatArray<Real64>(1) };
            model.Initialize(parameters);
            foreach (double g in gradients)
                model.Step(new Dictionary<string, Real64[]> { ["w"] = [g] }, parameters);
            model.Step(new Dictionary<string, Real64[]> { ["w"] = [0.1], ["late"] = [1] }, parameters, 0);
            model.Step(new Dictionary<string, Real64[]> { ["w"] = [0.1], ["late"] = [1] }, parameters, 3e-4);
            int steps = model.Time;
            model.Initialize(parameters);
            Same(listing[i][0], Doubles(parameters["w"].Values));
            Same(listing[i][1], Doubles(parameters["late"].Values));
            Assert.That((listing[i][2].GetInt32(), listing[i][3].GetInt32(), listing[i][4][0].GetDouble()), Is.EqualTo((steps, model.Time, model.Moments["w"].First[0].Value)));
        }

        (double _, PythonError? missing) = Step(new FloatArray<Real64>(1), initialize: false);
        (double plain, PythonError? plainError) = Step(new PlainFloat<Real64>(1));
        (double _, PythonError? integers) = Step(new IntegerArray<Real64>(1));
        Assert.That(listing[3].GetString(), Is.EqualTo(missing.ToString()));
        Assert.That((listing[4].GetDouble(), plainError), Is.EqualTo((plain, (PythonError?)null)));
        // NumPy names its own error by the cast that it refuses.
        Assert.That((listing[5].GetString(), integers), Is.EqualTo(("UFuncTypeError", (PythonError?)PythonError.UFuncTypeError)).Or.EqualTo(("_UFuncOutputCastingError", (PythonError?)PythonError.UFuncTypeError)));
        Assert.That(listing[6].GetString(), Is.EqualTo(PythonException.Of(() => PythonSignature.Read(Document.Facts, "AdamW.step").Bind(PythonCall.Read(Document.Facts, "optimizer.step"))).ToString()));
    }

    [Test]
    public void ScheduleAtEveryStep()
    {
        JsonElement listing = ListingRun.RunPython("D4", Schedule, """
            f = get_learning_rate_with_warmup
            out = [[f(s, 3e-4, 100, 1000) for s in range(2001)], [f(s, 3e-4, 100, 1000, 1e-5) for s in range(2001)], [f(0, 1e-3, 0, 10), f(12, 1e-3, 10, 5)]]
            out.append([error(lambda: f(10, 1e-3, 10, 10)), error(lambda: f(9, 1e-3, 10, 10)), type(f(0, 3e-4, 10, 20)).__name__, type(f(10, 3e-4, 10, 20)).__name__])
            show(out)
            """);
        Same(listing[0], [.. Enumerable.Range(0, 2001).Select(s => ScheduleListing.At(3e-4, s, 100, 1000))]);
        Same(listing[1], [.. Enumerable.Range(0, 2001).Select(s => ScheduleListing.At(3e-4, s, 100, 1000, 1e-5))]);
        Same(listing[2], [ScheduleListing.At(1e-3, 0, 0, 10), ScheduleListing.At(1e-3, 12, 10, 5)]);
        Assert.That(Words(listing[3]), Is.EqualTo(new[]
        {
            PythonException.Of(() => ScheduleListing.At(1e-3, 10, 10, 10)).ToString(),
            PythonException.Of(() => ScheduleListing.At(1e-3, 9, 10, 10))?.ToString(),
            ScheduleListing.TypeAt(0, 10) == NumPyType.PythonFloat ? "float" : "float64",
            ScheduleListing.TypeAt(10, 10) == NumPyType.Float64 ? "float64" : "float",
        }));
    }

    [Test]
    public void TrainingStepFailsAtItsOptimizerCall()
    {
        JsonElement listing = ListingRun.RunPython("D4", [.. Clip, .. CrossEntropy, .. Optimizer, (646, 672)], """
            class Model:
                def __init__(self): self.calls = []
                def forward(self, inputs): self.calls.append("forward"); return np.zeros((1, 2, 3))
                def backward(self, g): self.calls.append("backward"); return {"w": np.array([1.0])}
            m, o = Model(), AdamW()
            o.initialize({"w": np.array([1.0])})
            show([error(lambda: train_step(m, o, np.array([[0, 1]]), np.array([[0, 1]]), 0.1)), m.calls, o.t])
            """, before: "from typing import Dict\nclass GPTModel: pass");
        PythonError? model = PythonException.Of(() => PythonSignature.Read(Document.Facts, "AdamW.step").Bind(PythonCall.Read(Document.Facts, "optimizer.step")));
        Assert.That((listing[0].GetString(), string.Join(' ', Words(listing[1])), listing[2].GetInt32()), Is.EqualTo((model.ToString(), "forward backward", 0)));
    }

    private static (double Value, PythonError? Error) Step(ListedParameter<Real64> parameter, bool initialize = true)
    {
        var run = new AdamWListing<Real64>(Document);
        var parameters = new Dictionary<string, ListedParameter<Real64>> { ["w"] = parameter };
        if (initialize)
            run.Initialize(parameters);
        PythonError? error = PythonException.Of(() => run.Step(new Dictionary<string, Real64[]> { ["w"] = [1] }, parameters));
        return (parameter.Values[0], error);
    }

    // NumPy's functions are within a few units of the last place of ours, and its sums in another order.
    private static void Same(JsonElement listing, double[] model)
    {
        double[] run = [.. Flat(listing)];
        Assert.That(run, Has.Length.EqualTo(model.Length));
        for (int i = 0; i < run.Length; i++)
            Assert.That(model[i], double.IsFinite(run[i]) ? Is.EqualTo(run[i]).Within(64 * Real64.UnitRoundoff * Math.Max(1, Math.Abs(run[i]))) : Is.EqualTo(run[i]));
    }

    private static IEnumerable<double> Flat(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Flat),
        JsonValueKind.String => [json.GetString() switch { "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, _ => double.NaN }],
        _ => [json.GetDouble()],
    };

    private static string?[] Words(JsonElement json) => [.. json.EnumerateArray().Select(e => e.GetString())];

    private static Real64[] Numbers(double[] row) => [.. row.Select(x => new Real64(x))];

    private static double[] Doubles(IEnumerable<Real64> row) => [.. row.Select(x => x.Value)];

    private static string Literal<T>(T value) => JsonSerializer.Serialize(value, Named)
        .Replace("\"NaN\"", "float('nan')", StringComparison.Ordinal).Replace("\"-Infinity\"", "float('-inf')", StringComparison.Ordinal).Replace("\"Infinity\"", "float('inf')", StringComparison.Ordinal);
}
