using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Tests.Documents.ListingComparison;

namespace TrainingSpec.Claims.Tests.D4;

/// <summary>The models of D4's listings against the listings themselves, taken out of the document and run in their own language.</summary>
[Parallelizable(ParallelScope.Children)]
public class ListingsRunTests
{
    private static readonly Document Document = DocumentLibrary.Open()["D4"];
    private static readonly (int, int)[] LogSoftmax = [(110, 114)], Clip = [(299, 312)], CrossEntropy = [(479, 530)], Optimizer = [(538, 603)], Schedule = [(611, 638)];
    private static readonly double[][] Rows = [[2.1, -0.5, 3.4, 0.2, -1.2, 1.8], [1000, 0], [0, -800], [double.NegativeInfinity, 0], [1e300, -1e300], [double.PositiveInfinity, 0], [5]];
    private static readonly double[][] Clipped = [[3, 0], [0.5, 0.25], [0, 0], [double.NaN, 2000], [double.PositiveInfinity, 2], [1e-200, 1e200]];
    private static readonly double[][][] Logits = [[[1.5, 0.2, 2.1, -0.5], [0.8, 2.3, 0.1, -0.2]], [[0, 0, 0, 0], [1e4, -1e4, 0, 3]]];
    private static readonly int[][][] Targets = [[[2, 1], [0, 3]], [[-1, -4], [1, 2]]];
    private static readonly double[] Steps = [0.2, -0.5, 3, 1e-9, 0, -2];

    private static readonly ListingScript LogSoftmaxRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D4",
        Lines = LogSoftmax,
        Driver = $"show([[log_softmax(np.array(r)) for r in {Literal(Rows)}], error(lambda: log_softmax(np.array([])))])",
    };

    private static readonly ListingScript ClippingRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D4",
        Lines = Clip,
        Driver = $$"""
            out = []
            for row in {{Literal(Clipped)}}:
                g = {"a": np.array(row, dtype=float), "b": np.array([[0.0, 4.0]])}
                a = g["a"]
                r = clip_gradient_norm(g, 1.0)
                out.append([g["a"], g["b"][0], r is g, r["a"] is a])
            out.append(clip_gradient_norm({}, 1.0) == {})
            show(out)
            """,
    };

    private static readonly ListingScript LossRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D4",
        Lines = CrossEntropy,
        Driver = $$"""
            logits = np.array({{Literal(Logits)}})
            kept = logits.copy()
            out = []
            for t in {{Literal(Targets)}}:
                t = np.array(t)
                out.append([cross_entropy_loss(logits, t), cross_entropy_loss_backward(logits, t)])
            out.append([error(lambda: cross_entropy_loss(logits, np.array([[4, 0], [0, 0]]))), error(lambda: cross_entropy_loss(logits, np.array([[-5, 0], [0, 0]]))),
                error(lambda: cross_entropy_loss_backward(logits, np.array([[4, 0], [0, 0]])))])
            out.append([isinstance(cross_entropy_loss(logits, t), float), isinstance(cross_entropy_loss(logits.astype(np.float32), t), float), np.array_equal(logits, kept)])
            show(out)
            """,
    };

    private static readonly ListingScript OptimizerRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D4",
        Lines = Optimizer,
        Before = "from typing import Dict",
        Driver = $$"""
            out = []
            for decay in [0.01, 0.0, -0.01]:
                o = AdamW(weight_decay=decay)
                p = {"w": np.array([0.5]), "late": np.array([1.0])}
                o.initialize(p)
                for g in {{Literal(Steps)}}:
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
            """,
    };

    private static readonly ListingScript ScheduleRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D4",
        Lines = Schedule,
        Driver = """
            f = get_learning_rate_with_warmup
            out = [[f(s, 3e-4, 100, 1000) for s in range(2001)], [f(s, 3e-4, 100, 1000, 1e-5) for s in range(2001)], [f(0, 1e-3, 0, 10), f(12, 1e-3, 10, 5)]]
            out.append([error(lambda: f(10, 1e-3, 10, 10)), error(lambda: f(9, 1e-3, 10, 10)), type(f(0, 3e-4, 10, 20)).__name__, type(f(10, 3e-4, 10, 20)).__name__])
            show(out)
            """,
    };

    private static readonly ListingScript TrainingStepRun = new()
    {
        Language = ListingLanguage.Python,
        Document = "D4",
        Lines = [.. Clip, .. CrossEntropy, .. Optimizer, (646, 672)],
        Before = "from typing import Dict\nclass GPTModel: pass",
        Driver = """
            class Model:
                def __init__(self): self.calls = []
                def forward(self, inputs): self.calls.append("forward"); return np.zeros((1, 2, 3))
                def backward(self, g): self.calls.append("backward"); return {"w": np.array([1.0])}
            m, o = Model(), AdamW()
            o.initialize({"w": np.array([1.0])})
            show([error(lambda: train_step(m, o, np.array([[0, 1]]), np.array([[0, 1]]), 0.1)), m.calls, o.t])
            """,
    };

    private static readonly ListingScript GradientRun = ListingScript.InPython("D4", [(150, 153)], "show([predicted, target, gradient])");

    private static readonly ListingScript InputRun = ListingScript.InPython("D4", [(395, 403)], "show([input_ids, targets, logits])");

    // Worked arithmetic in the dress of Python: the claims of its lines judge it.
    private static readonly ListingScript ScheduleArithmetic = Refused((256, 274)), LossArithmetic = Refused((409, 420)), GradientArithmetic = Refused((426, 433)), UpdateArithmetic = Refused((439, 467));

    [Test]
    public void WorkedArithmeticIsNoPython() =>
        Assert.That(((ListingScript[])[ScheduleArithmetic, LossArithmetic, GradientArithmetic, UpdateArithmetic]).Select(s => s.Output.GetString()), Is.All.EqualTo("SyntaxError").Or.EqualTo("IndentationError"));

    [Test]
    public void WorkedNumbersAreTheClaims()
    {
        Claim gradient = Document["D4-035"], input = Document["D4-091"];
        Same(GradientRun.Output, [.. gradient.GivenRow("predicted"), .. gradient.GivenRow("target"), .. gradient.PrintedRow("gradient").Select(n => n.Value.ToDouble())]);
        Same(InputRun.Output, [.. input.GivenRow("input_ids"), .. input.GivenRow("targets"), .. Document["D4-092"].GivenRow("logits")]);
    }

    [Test]
    public void LogSoftmaxRows()
    {
        ShownValue listing = LogSoftmaxRun.Output;
        foreach ((int i, double[] row) in Rows.Index())
            Same(listing[0][i], LogSoftmaxListing.Run([row])[0]);
        Assert.That(listing[1].GetString(), Is.EqualTo("ValueError"));
        Assert.That(() => LogSoftmaxListing.Run([[]]), Throws.ArgumentException);
    }

    [Test]
    public void ClippingInPlace()
    {
        ShownValue listing = ClippingRun.Output;
        foreach ((int i, double[] row) in Clipped.Index())
        {
            Dictionary<string, Real64[]> model = new() { ["a"] = Reals(row), ["b"] = [0, 4] };
            Real64[] a = model["a"];
            Dictionary<string, Real64[]> returned = ClipGradientNormListing.Run<Real64>(model, 1);
            Same(listing[i][0], Doubles(model["a"]));
            Same(listing[i][1], Doubles(model["b"]));
            Assert.That((listing[i][2].GetBoolean(), listing[i][3].GetBoolean()), Is.EqualTo((ReferenceEquals(returned, model), ReferenceEquals(returned["a"], a))));
        }

        Assert.That(listing[Clipped.Length].GetBoolean(), Is.True);
    }

    [Test]
    public void LossAndItsGradient()
    {
        ShownValue listing = LossRun.Output;
        Real64[][][] numbers = [.. Logits.Select(b => b.Select(Reals).ToArray())];
        foreach ((int i, int[][] t) in Targets.Index())
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
        ShownValue listing = OptimizerRun.Output;
        foreach ((int i, double decay) in new[] { 0.01, 0, -0.01 }.Index())
        {
            var model = new AdamWListing<Real64>(Document) { WeightDecay = decay };
            Dictionary<string, ListedParameter<Real64>> parameters = new() { ["w"] = new FloatArray<Real64>(0.5), ["late"] = new FloatArray<Real64>(1) };
            model.Initialize(parameters);
            foreach (double g in Steps)
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
        ShownValue listing = ScheduleRun.Output;
        // 1 + cos cancels near the end, where its roundings are those of the whole rate.
        Same(listing[0], [.. Enumerable.Range(0, 2001).Select(s => ScheduleListing.At(3e-4, s, 100, 1000))], size: 3e-4);
        Same(listing[1], [.. Enumerable.Range(0, 2001).Select(s => ScheduleListing.At(3e-4, s, 100, 1000, 1e-5))], size: 3e-4);
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
        ShownValue listing = TrainingStepRun.Output;
        PythonError? model = PythonException.Of(() => PythonSignature.Read(Document.Facts, "AdamW.step").Bind(PythonCall.Read(Document.Facts, "optimizer.step")));
        Assert.That((listing[0].GetString(), string.Join(' ', Words(listing[1])), listing[2].GetInt32()), Is.EqualTo((model.ToString(), "forward backward", 0)));
    }

    private static ListingScript Refused((int, int) lines) => ListingScript.TextInPython("D4", [lines], "show(error(lambda: compile(listing, 'listing', 'exec')))");

    private static (double Value, PythonError? Error) Step(ListedParameter<Real64> parameter, bool initialize = true)
    {
        var run = new AdamWListing<Real64>(Document);
        var parameters = new Dictionary<string, ListedParameter<Real64>> { ["w"] = parameter };
        if (initialize)
            run.Initialize(parameters);
        PythonError? error = PythonException.Of(() => run.Step(new Dictionary<string, Real64[]> { ["w"] = [1] }, parameters));
        return (parameter.Values[0], error);
    }
}
