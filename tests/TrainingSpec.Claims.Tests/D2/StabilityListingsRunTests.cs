using TrainingSpec.Claims.D2;
using TrainingSpec.Claims.D2.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Tests.Documents.ListingComparison;

namespace TrainingSpec.Claims.Tests.D2;

/// <summary>The same from "Numerical Stability" to "Hyperparameter Search": half precision, softmax, dropout, smoothed labels, the log, early stopping, the search.</summary>
[Parallelizable(ParallelScope.Children)]
public class StabilityListingsRunTests
{
    private static readonly Document Document = DocumentLibrary.Open()["D2"];
    private static readonly double[][][] Logits = [[[1000, 1001]], [[-1000, -1000]], [[0, 0, 0], [0, 0, 0]], [[1, 2, 3], [0, -5, 700]], [[-800, 0], [0, -800]], [[double.NegativeInfinity, double.NegativeInfinity]], [[double.PositiveInfinity, 0]], [[double.NegativeInfinity, 0]]];
    private static readonly (double P, bool Training)[] Drops = [(0.1, true), (0.5, true), (0, true), (1, true), (0.1, false), (1, false)];
    private static readonly double[] Activations = [1, -2, 3, 0.5, -0.25, 7, 1e-3, 4];
    private static readonly (int[] Targets, int Classes, double Smoothing)[] Labels = [([0, 3, 1], 4, 0.1), ([2], 3, 0), ([1, -1], 5, 0.3), ([0], 1, 1)];
    private static readonly (int Patience, double[] Losses)[] Streams =
    [
        (10, [.. Enumerable.Repeat(1.0, 15)]), (10, [5, 4, 3, .. Enumerable.Repeat(3.5, 15)]), (1, [1, 1, 1]), (2, [1, 1, 1, 0.5, 0.5]), (10, [.. Enumerable.Repeat(double.NaN, 15)]), (3, [1, 0.9999, 0.9998, 0.99979, 0.5]),
        (5, [.. Enumerable.Range(0, 40).Select(i => 1 - i * 0.11e-4)]), (5, [.. Enumerable.Range(0, 40).Select(i => 1 - i * 0.5e-4)]), (0, [3, 2, 2]),
    ];

    private static readonly ListingScript MixedRun = ListingScript.InPython("D2", [(243, 260)], $$"""
        class Scaled:
            def __init__(self, calls): self.calls = calls
            def __mul__(self, scale): self.calls.append("scale"); return scale
        class Gradient(np.ndarray):
            def __truediv__(self, other): calls.append("unscale"); return np.asarray(self) / other
        class Model:
            def forward_fp16(self, batch): calls.append("forward"); return np.zeros(1, dtype=np.float16)
            def backward(self, scale): calls.append("backward"); return [np.array([g * scale], dtype=np.float16).view(Gradient) for g in [1e-8, 3e-9, 1.0, 100.0]]
        class batch: targets = None
        class optimizer:
            def step(grads): calls.append("step"); handed.extend([str(g.dtype), g[0]] for g in grads)
        def compute_loss_fp32(logits, targets): calls.append("loss"); return Scaled(calls)
        out = []
        for scale in [1024, 1024.0]:
            calls, handed = [], []
            train_step_mixed_precision(Model(), batch, scale)
            out.append([list(dict.fromkeys(calls)), handed])
        calls, handed, scales = [], [], []
        Scaled.__mul__ = lambda self, scale: scales.append(scale) or scale
        train_step_mixed_precision(Model(), batch)
        show([out, scales, int(np.__version__.split(".")[0])])
        """);

    private static readonly ListingScript SoftmaxRun = ListingScript.InPython("D2", [(269, 276)], $$"""
        show([[softmax_bad(np.array(x)), softmax_good(np.array(x))] for x in {{Literal(Logits)}}] + [[error(lambda: softmax_good(np.array([]))), error(lambda: softmax_bad(np.array([])))]])
        """);

    private static readonly ListingScript DropoutRun = ListingScript.InPython("D2", [(293, 298)], $$"""
        binomial, out = np.random.binomial, []
        for p, training in {{Literal(Drops.Select(d => new object[] { d.P, d.Training }))}}:
            drawn = []
            def mask(n, q, shape):
                drawn.append([n, q, list(shape)])
                return (np.array({{Literal(Uniforms())}}) < q).astype(int)
            np.random.binomial = mask
            x = np.array({{Literal(Activations)}})
            y = dropout(x, p, training)
            out.append([y, y is x, drawn, x])
        np.random.binomial = binomial
        show([out, [str(dropout(np.ones(3, dtype=t)).dtype) for t in (np.float64, np.float32, np.float16)], error(lambda: dropout(np.ones(3), 1.5))])
        """);

    private static readonly ListingScript LabelsRun = ListingScript.InPython("D2", [(306, 313)], $$"""
        out = [smooth_labels(np.array(t), k, s) for t, k, s in {{Literal(Labels.Select(l => new object[] { l.Targets, l.Classes, l.Smoothing }))}}]
        show([out, smooth_labels(np.array([1]), 4), error(lambda: smooth_labels(np.array([4]), 4))])
        """);

    private static readonly ListingScript MetricsRun = ListingScript.InPython("D2", [(323, 330)], "show([list(metrics), all(v == [] for v in metrics.values()), len(set(map(id, metrics.values())))])");

    private static readonly ListingScript StoppingRun = ListingScript.InPython("D2", [(338, 354)], $$"""
        out = []
        for patience, losses in {{Literal(Streams.Select(s => new object[] { s.Patience, s.Losses }))}}:
            stopping = EarlyStopping(patience)
            out.append([[stopping.should_stop(x) for x in losses], stopping.best_loss])
        show([out, [EarlyStopping().patience, EarlyStopping().min_delta], sorted(vars(EarlyStopping()))])
        """);

    private static readonly ListingScript SearchRun = ListingScript.InPython("D2", [(394, 398), (406, 411)], """
        calls, uniform, choice = [], np.random.uniform, np.random.choice
        def train(**settings): calls.append(settings); return 0.5
        returned = [grid_search()]
        grid = [[c["lr"], c["batch_size"], c["wd"]] for c in calls]
        calls, draws = [], []
        np.random.uniform = lambda low, high: (draws.append([low, high]), low + 0.25 * (high - low))[1]
        np.random.choice = lambda sizes: (draws.append(sizes), sizes[-1])[1]
        returned.append(random_search(2))
        drawn = [[c["lr"], c["batch_size"], c["wd"]] for c in calls]
        np.random.uniform, np.random.choice = uniform, choice
        calls = []
        random_search()
        show([grid, [r is None for r in returned], draws, drawn, len(calls), error(lambda: json.dumps(calls[0]["batch_size"]))])
        """);

    [Test]
    public void MixedPrecision()
    {
        ShownValue listing = MixedRun.Output;
        Facts facts = Document.Facts["train_step_mixed_precision"];
        bool second = listing[2].GetInt32() >= 2;
        foreach ((int i, bool wholeNumber) in new[] { true, false }.Index())
        {
            // Before its version 2 NumPy looked at the value of a whole number, and 1024 does not fit into eight bits.
            string format = second || !wholeNumber ? facts["unscaled in"].Text : "float32";
            Same(listing[0][i][0], facts["calls"].Texts);
            Assert.That(listing[0][i][1].EnumerateArray().Select(h => h[0].GetString()), Is.All.EqualTo(format));
            Same(listing[0][i][1].EnumerateArray().Select(h => h[1]), [.. ((double[])[1e-8, 3e-9, 1, 100]).Select(g => LossScale.Unscaled(g, 1024, format))]);
        }

        Same(listing[1], [Document["D2-080"].GivenNumber("loss_scale")]);
    }

    [Test]
    public void Softmaxes()
    {
        foreach ((int i, double[][] rows) in Logits.Index())
        {
            Same(SoftmaxRun.Output[i][0], [.. SoftmaxOverflow.Softmax(Document, "softmax_bad", rows).SelectMany(r => r)]);
            Same(SoftmaxRun.Output[i][1], [.. SoftmaxOverflow.Softmax(Document, "softmax_good", rows).SelectMany(r => r)]);
        }

        Same(SoftmaxRun.Output[Logits.Length], ["ValueError", null]);
    }

    [Test]
    public void Dropped()
    {
        var model = new DropoutListing(Document.Facts["dropout"]);
        foreach ((int i, (double p, bool training)) in Drops.Index())
        {
            double[] x = [.. Activations];
            (double[] y, int drawn) = model.Run(x, p, training, new Draws(29));
            ShownValue listing = DropoutRun.Output[0][i];
            Same(listing[0], y);
            Assert.That(listing[1].GetBoolean(), Is.EqualTo(ReferenceEquals(x, y)));
            Same(listing[2], drawn == 0 ? [] : [1, 1 - p, drawn]);
            Same(listing[3], x);
        }

        Same(DropoutRun.Output[1], Document.Facts["dropout"]["mask type"].Text == "float64" ? ["float64", "float64", "float64"] : ["float64", "float32", "float16"]);
        Assert.That(DropoutRun.Output[2].GetString(), Is.EqualTo("ValueError"));
    }

    [Test]
    public void SmoothedLabels()
    {
        double[] Rows(int[] targets, int classes, double s) => [.. from t in targets from k in Enumerable.Range(0, classes) select CrossEntropy.SmoothedLabel<Real64>((t + classes) % classes == k ? 1 : 0, s, classes).Value];
        foreach ((int i, (int[] targets, int classes, double smoothing)) in Labels.Index())
            Same(LabelsRun.Output[0][i], Rows(targets, classes, smoothing));
        Same(LabelsRun.Output[1], Rows([1], 4, Document.Facts["smooth_labels"]["smoothing"].Exact.ToDouble()));
        Assert.That(LabelsRun.Output[2].GetString(), Is.EqualTo("IndexError"));
    }

    [Test]
    public void Series()
    {
        string[] series = Document.Facts["metrics listing"]["keys"].Texts;
        Same(MetricsRun.Output[0], series);
        Assert.That((MetricsRun.Output[1].GetBoolean(), MetricsRun.Output[2].GetInt32()), Is.EqualTo((true, series.Length)));
    }

    [Test]
    public void EarlyStopping()
    {
        foreach ((int i, (int patience, double[] losses)) in Streams.Index())
        {
            (bool[] answers, double best) = Stopping.Answers(Document, patience, losses);
            Same(StoppingRun.Output[0][i][0], answers);
            Same(StoppingRun.Output[0][i][1], best);
            Assert.That(StoppingListing.D2Class.Answers(losses, patience), Is.EqualTo(answers));
        }

        Claim defaults = Document["D2-108"];
        Same(StoppingRun.Output[1], [defaults.PrintedNumber("patience").Value.ToDouble(), defaults.PrintedNumber("min_delta").Value.ToDouble()]);
        Same(StoppingRun.Output[2], Document.Facts["EarlyStopping"]["keeps"].Texts.Order(StringComparer.Ordinal));
    }

    [Test]
    public void Searches()
    {
        ShownValue listing = SearchRun.Output;
        Facts random = Document.Facts["random_search"];
        Same(listing[0], [.. HyperparameterSearch.Calls(Document.Facts["grid_search"]).SelectMany(c => new[] { c.Rate.ToDouble(), c.Batch.ToDouble(), c.Decay.ToDouble() })]);
        Same(listing[1], ((string[])["grid_search", "random_search"]).Select(r => Document.Facts[r]["returns"].Text == "nothing"));
        double[] sizes = random["batch sizes"].Numbers;
        double[][] exponents = [.. ((string[])["D2-126", "D2-128"]).Select(id => Places.Shape(Document[id].GivenText("exponent")[1..]).Select(n => (double)n).ToArray())];
        double[] trial = [.. exponents[0], .. sizes, .. exponents[1]];
        Same(listing[2], [.. trial, .. trial]);
        double Value(int i, string id) => Document[id].Facts["value"].Formula.Evaluate<Real64>(name => [name switch { "low" => exponents[i][0], "high" => exponents[i][1], _ => 0.25 }]).Value;
        double[] settings = [Value(0, "D2-126"), sizes[^1], Value(1, "D2-128")];
        Same(listing[3], [.. settings, .. settings]);
        Assert.That((listing[4].GetInt32(), listing[5].GetString()), Is.EqualTo(((int)random["n_trials"].Exact.ToDouble(), "TypeError")));
    }

    // The draws of the model's mask.
    private static double[] Uniforms()
    {
        var draws = new Draws(29);
        return [.. Activations.Select(_ => draws.Uniform(0, 1))];
    }
}
