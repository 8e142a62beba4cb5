using TrainingSpec.Claims.D2;
using TrainingSpec.Claims.D2.Listings;
using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Tests.Documents.ListingComparison;

namespace TrainingSpec.Claims.Tests.D2;

/// <summary>The models of D2's listings from "Initialization Matters" to "Gradient Clipping in Practice" against the listings themselves, taken out of the document and run in their own language.</summary>
[Parallelizable(ParallelScope.Children)]
public class ListingsRunTests
{
    private static readonly Document Document = DocumentLibrary.Open()["D2"];
    private static readonly int[][] Pairs = [[300, 500], [1, 1], [784, 10]];
    private static readonly int[][] OtherShapes = [[64, 3, 3, 3], [7]];
    private static readonly double[][] MicroBatches = [[1, -2], [2, 0.5], [3, 1], [4, -1], [5, 0.25], [6, 8], [7, 0], [8, 1], [9, 3], [10, -4], [0.1, 0.2]];
    private static readonly int[] Windows = [1, 2, 3, 4, 11, 12];
    private static readonly double[] Norms = [double.NaN, double.PositiveInfinity, 0, 1e-7, 1e3, Math.BitIncrement(1e-7), Math.BitDecrement(1e3), 1, -1];
    private static readonly double[][][] Gradients = [[[3, 0], [0, 4]], [[-0.5], [0.25, 2]], [[0, 0]], [[60, 80]], [[60, 80.5]], [[1e-7]], [[9e-8]], [[double.NaN, 1], [2]], [[double.PositiveInfinity], [-1]]];
    private static readonly (double Old, double New)[] Changes = [(1, 1 - 1e-5), (1, 1 - 1.1e-5), (0.02, 0.02 - 1e-7), (0, 1e-8), (0, 1.1e-8), (1, 1), (1, double.NaN)];
    private static readonly double[] Factors = [1, 1.0001, 1.001, -1, 2, 0];

    private static readonly ListingScript InitializationRun = ListingScript.InPython("D2", [(39, 50)], $$"""
        calls = []
        uniform, randn = np.random.uniform, np.random.randn
        np.random.uniform = lambda low, high, shape: (calls.append([low, high]), np.zeros(shape))[1]
        np.random.randn = lambda *shape: np.ones(shape)
        out = [[xavier_init(tuple(s)).shape, calls[-1], kaiming_init(tuple(s)).shape, kaiming_init(tuple(s)).flat[0]] for s in {{Literal(Pairs)}}]
        other = [[error(lambda: xavier_init(tuple(s))), error(lambda: kaiming_init(tuple(s))), kaiming_init(tuple(s)).flat[0]] for s in {{Literal(OtherShapes)}}]
        np.random.uniform, np.random.randn = uniform, randn
        show([out, other, [error(lambda: xavier_init((2, 3))), list(xavier_init((2, 3)).shape) == [2, 3]]])
        """);

    private static readonly ListingScript ScalingRun = ListingScript.TextInPython("D2", [(77, 84)], """
        names, given = {}, {"base_warmup": 500}
        raised = error(lambda: exec(listing, names))
        exec(listing, given)
        show([raised, names["scale"], names["new_lr"], "new_warmup" in names, given["new_warmup"]])
        """);

    private static readonly ListingScript AccumulationRun = ListingScript.InPython("D2", [(92, 109)], $$"""
        class Model:
            def __init__(self, params): self.params = params
            def forward_backward(self, g): return 0.0, [np.array(g, dtype=self.params[0].dtype)]
        class Optimizer:
            def __init__(self): self.handed = []
            def step(self, grads): self.handed.append([g.copy() for g in grads]); self.last = grads
        out = []
        for steps in {{Literal(Windows)}}:
            optimizer = Optimizer()
            returned = train_with_accumulation(Model([np.zeros(2)]), {{Literal(MicroBatches)}}, 8, steps)
            out.append([[h[0] for h in optimizer.handed], returned is None])
        optimizer = Optimizer()
        train_with_accumulation(Model([np.zeros(1, dtype=np.float16)]), [[1.0]] * 4096, 1, 4096)
        half = [optimizer.handed[0][0][0], str(optimizer.handed[0][0].dtype)]
        integers = error(lambda: train_with_accumulation(Model([np.zeros(1, dtype=int)]), [[1]], 1, 1))
        zero = error(lambda: train_with_accumulation(Model([np.zeros(1)]), [[1.0]], 1, 0))
        del optimizer
        show([out, half, integers, error(lambda: train_with_accumulation(Model([np.zeros(1)]), [[1.0]], 1, 1))])
        """);

    private static readonly ListingScript OverfitRun = ListingScript.TextInPython("D2", [(130, 133)], $$"""
        out = []
        for last in [0.0099, 0.01, 0.5, float("nan")]:
            losses = [5.0] * 999 + [last] + [7.0]
            out.append([error(lambda: exec(listing, {"train_step": lambda batch: losses.pop(0), "single_batch": None})), len(losses)])
        early = [0.0] * 999 + [5.0]
        out.append([error(lambda: exec(listing, {"train_step": lambda batch: early.pop(0), "single_batch": None})), len(early)])
        show(out)
        """);

    private static readonly ListingScript NormRun = ListingScript.TextInPython("D2", [(144, 145)], $$"""
        show([error(lambda: exec(listing, {"grad_norm": norm})) for norm in {{Literal(Norms)}}])
        """);

    private static readonly ListingScript UpdatingRun = ListingScript.TextInPython("D2", [(150, 154)], $$"""
        out = []
        for old, new in {{Literal(Changes.Select(c => new[] { c.Old, c.New }))}}:
            class model: params = [np.array([1.0]), np.array([old], dtype=float)]
            def train_step(batch): model.params[0] -= 0.5; model.params[1][0] = new
            out.append(error(lambda: exec(listing, {"np": np, "model": model, "train_step": train_step, "batch": None})))
        show(out)
        """);

    private static readonly ListingScript CheckRun = ListingScript.InPython("D2", [(162, 183)], $$"""
        class Model:
            def __init__(self, factor): self.params, self.factor, self.calls = [np.array({{Literal(CheckedP())}}), np.array({{Literal(CheckedQ())}})], factor, 0
            def forward(self, batch):
                self.calls += 1
                p, q = self.params
                return p[0] * p[0] * p[0] + p[0] * p[1] + q[0] * q[1] * q[2]
            def forward_backward(self, batch):
                p, q = self.params
                g = np.array([3 * p[0] * p[0] + p[1], p[0]]), np.array([q[1] * q[2], q[0] * q[2], q[0] * q[1]])
                return self.forward(batch), [x * self.factor for x in g]
        randint = np.random.randint
        out = []
        for factor in {{Literal(Factors)}}:
            places, asked = iter({{Literal(Checked(1).Select(e => e.Index))}}), []
            np.random.randint = lambda low, high: (asked.append([low, high]), next(places))[1]
            model = Model(factor)
            message = []
            try: check_gradients(model, None)
            except AssertionError as e: message.append(float(str(e).split(":")[1]))
            out.append([message, model.calls, model.params, asked[0]])
        np.random.randint = randint
        show(out)
        """);

    private static readonly ListingScript ThresholdsRun = ListingScript.TextInPython("D2", [(193, 195)], """
        names = {}
        exec(listing, names)
        show([names["max_grad_norm"], len([n for n in names if not n.startswith("__")])])
        """);

    private static readonly ListingScript StatisticsRun = ListingScript.InPython("D2", [(203, 220)], $$"""
        out = []
        for grads in {{Literal(Gradients)}}:
            found = []
            lines = printed(lambda: found.append(log_gradient_stats([np.array(g) for g in grads], 7)))
            out.append([found[0]["grad_norm"], found[0]["grad_max"], found[0]["grad_min"], [l.split(" ")[1] for l in lines], len(found[0])])
        half = log_gradient_stats([np.full(1024, 10, dtype=np.float16)], 0)
        one = np.linalg.norm(np.full(1024, 10, dtype=np.float16))
        show([out, [str(one.dtype), one], [error(lambda: log_gradient_stats([], 0)), error(lambda: log_gradient_stats([np.array([])], 0))]])
        """);

    [Test]
    public void Initialization()
    {
        ShownValue listing = InitializationRun.Output;
        Facts xavier = Document.Facts["xavier_init"], kaiming = Document.Facts["kaiming_init"];
        foreach ((int i, int[] shape) in Pairs.Index())
        {
            double Of(StatedFormula formula, double limit = 0) => formula.Evaluate<Real64>(name => [name switch { "fan_in" => shape[0], "fan_out" => shape[1], _ => limit }]).Value;
            double limit = Of(xavier["limit"].Formula);
            Same(listing[0][i], [.. shape, Of(xavier["low"].Formula, limit), Of(xavier["high"].Formula, limit), .. shape, Of(kaiming["std"].Formula)]);
        }

        foreach ((int i, int[] shape) in OtherShapes.Index())
        {
            Assert.That((listing[1][i][0].GetString(), listing[1][i][1].GetString()), Is.EqualTo((shape.Length == xavier["unpacks"].Texts.Length ? null : "ValueError", (string?)null)));
            Same(listing[1][i][2], Math.Sqrt(Formulas.Initialization.HeVariance<Real64>(shape[0]).Value));
        }

        Assert.That((listing[2][0].GetString(), listing[2][1].GetBoolean()), Is.EqualTo(((string?)null, true)));
    }

    [Test]
    public void Scaling()
    {
        ShownValue listing = ScalingRun.Output;
        Facts snippet = Document.Facts["scaling snippet"];
        string[] missing = [.. snippet["new_warmup"].Formula.Names.Except(snippet["assigned"].Texts)];
        Assert.That((listing[0].GetString(), listing[3].GetBoolean()), Is.EqualTo((missing.Length > 0 ? "NameError" : null, missing.Length == 0)));
        double scale = Document["D2-026"].PrintedNumber("scale").Value.ToDouble();
        Same(listing[1], scale);
        Same(listing[2], LinearScaling.Scaled<Real64>(Document["D2-027"].GivenNumber("base_lr"), 1, scale).Value);
        Same(listing[4], snippet["new_warmup"].Formula.Evaluate<Real64>(name => [name == "scale" ? scale : 500]).Value);
    }

    [Test]
    public void GradientAccumulation()
    {
        ShownValue listing = AccumulationRun.Output;
        foreach ((int i, int steps) in Windows.Index())
        {
            (Real64[][] updates, _) = new AccumulationListing(Document.Facts["train_with_accumulation"]).Run<Real64>([.. MicroBatches.Select(Reals)], steps);
            Same(listing[0][i][0], Doubles(updates.SelectMany(u => u)));
            Assert.That(listing[0][i][1].GetBoolean(), Is.True);
        }

        Same(listing[1][0], Accumulation.AccumulatedInHalfPrecision(4096));
        Assert.That(listing[1][1].GetString(), Is.EqualTo("float16"));
        Assert.That(listing[2].GetString(), Is.EqualTo("UFuncTypeError").Or.EqualTo("_UFuncOutputCastingError"));
        Assert.That(listing[3].GetString(), Is.EqualTo("NameError"));
    }

    [Test]
    public void SanityOfOneBatch()
    {
        ShownValue listing = OverfitRun.Output;
        Facts claim = Document["D2-045"].Facts;
        bool last = claim["in the loop"].Texts is ["loss = train_step"] && claim["after the loop"].Texts is ["assert loss"];
        int steps = Document["D2-043"].GivenInteger("iterations");
        string?[] errors = [last ? null : "AssertionError", "AssertionError", "AssertionError", "AssertionError", "AssertionError"];
        Assert.That(listing.EnumerateArray().Select(e => e[0].GetString()), Is.EqualTo(errors));
        Same(listing.EnumerateArray().Select(e => e[1]), [1, 1, 1, 1, 1000 - steps]);
    }

    [Test]
    public void SanityOfTheNorm()
    {
        Claim ends = Document["D2-049"];
        Same(NormRun.Output, [.. Norms.Select(n => SanityChecks.Passes(Document["D2-050"].Facts["comparisons"].Texts, ends.GivenNumber("low"), n, ends.GivenNumber("high")) ? null : "AssertionError")]);
    }

    [Test]
    public void SanityOfUpdates()
    {
        Claim tolerances = Document["D2-053"];
        Same(UpdatingRun.Output, [.. Changes.Select(c => SanityChecks.AllClose(c.Old, c.New, tolerances.GivenNumber("rtol"), tolerances.GivenNumber("atol")) ? "AssertionError" : null)]);
    }

    [Test]
    public void GradientCheck()
    {
        foreach ((int i, double factor) in Factors.Index())
        {
            Real64[] p = Reals(CheckedP()), q = Reals(CheckedQ());
            IReadOnlyList<FixedStepEntry> entries = Checked(factor, p, q);
            ShownValue listing = CheckRun.Output[i];
            bool passes = FixedStepGradientCheck.Passed(entries);
            Same(listing[0], passes ? [] : [entries.First(e => !(e.RelativeError < FixedStepGradientCheck.Threshold)).RelativeError]);
            Assert.That(listing[1].GetInt32(), Is.EqualTo(1 + 2 * (passes ? entries.Count : 1 + entries.TakeWhile(e => e.RelativeError < FixedStepGradientCheck.Threshold).Count())));
            Same(listing[3], [0, 2]);
            // Up to the place that fails each parameter goes a step up, two down and one up again, and does not always come back to its own bits.
            double[] moved = [.. CheckedP(), .. CheckedQ()];
            foreach (FixedStepEntry entry in entries.Take(passes ? entries.Count : 1 + entries.TakeWhile(e => e.RelativeError < FixedStepGradientCheck.Threshold).Count()))
            {
                ref double place = ref moved[entry.Index + (entry.Tensor == "p" ? 0 : 2)];
                place = place + FixedStepGradientCheck.Step - 2 * FixedStepGradientCheck.Step + FixedStepGradientCheck.Step;
            }

            Same(listing[2], moved, roundings: 0);
            if (passes)
                Assert.That(moved, Is.EqualTo((double[])[.. Doubles(p), .. Doubles(q)]));
        }
    }

    [Test]
    public void Thresholds()
    {
        Facts assigned = Document["D2-063"].Facts["assigned"];
        Same(ThresholdsRun.Output, [assigned[assigned.Rows.Count - 1][1].Exact.ToDouble(), assigned.Rows.Select(r => r[0].Text).Distinct().Count()]);
    }

    [Test]
    public void GradientStatistics()
    {
        foreach ((int i, double[][] grads) in Gradients.Index())
        {
            ShownValue listing = StatisticsRun.Output[0][i];
            Real64[][] g = [.. grads.Select(Reals)];
            double norm = Formulas.Norms.Global(g).Value;
            Same(listing[0], norm);
            Same(listing[1], double.IsNaN(norm) ? norm : Monitoring.MaxAbs<Real64>([.. g.SelectMany(x => x)]).Value);
            Same(listing[2], double.IsNaN(norm) ? norm : Monitoring.MinAbs<Real64>([.. g.SelectMany(x => x)]).Value);
            IReadOnlyList<Facts> warnings = Document.Facts["warnings"]["rows"].Rows;
            Same(listing[3], [.. ((string[])["Large", "Vanishing"]).Where((_, w) => GradientNorms.Warns(norm, warnings[w][0].Text, warnings[w][1].Exact.ToDouble()))]);
            Assert.That(listing[4].GetInt32(), Is.EqualTo(3));
        }

        ShownValue half = StatisticsRun.Output[1];
        Assert.That(half[0].GetString(), Is.EqualTo(Document["D2-067"].Facts["type of the norm"].Text));
        Same(half[1], GradientNorms.NormInHalfPrecision(1024, 10).Norm);
        Same(StatisticsRun.Output[2], ["ValueError", "ValueError"]);
    }

    private static double[] CheckedP() => [0.3, -1.7];

    private static double[] CheckedQ() => [0.9, -0.4, 2.1];

    private static IReadOnlyList<FixedStepEntry> Checked(double factor) => Checked(factor, Reals(CheckedP()), Reals(CheckedQ()));

    private static IReadOnlyList<FixedStepEntry> Checked(double factor, Real64[] p, Real64[] q) => FixedStepGradientCheck.Run<Real64>(
        [new("p", p, [(3 * p[0] * p[0] + p[1]) * factor, p[0] * factor]), new("q", q, [q[1] * q[2] * factor, q[0] * q[2] * factor, q[0] * q[1] * factor])],
        () => p[0] * p[0] * p[0] + p[0] * p[1] + q[0] * q[1] * q[2]);
}
