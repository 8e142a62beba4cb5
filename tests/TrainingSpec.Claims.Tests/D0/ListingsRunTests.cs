using TrainingSpec.Claims.D0;
using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Tests.Documents.ListingComparison;

namespace TrainingSpec.Claims.Tests.D0;

/// <summary>The models of D0's listings against the listings themselves, taken out of the document and run in their own language.</summary>
[Parallelizable(ParallelScope.Children)]
public class ListingsRunTests
{
    private static readonly Document Document = DocumentLibrary.Open()["D0"];
    private static readonly (string Activation, int In, int Out)[] Shapes = [("relu", 3, 2), ("relu", 5, 1), ("relu", 5, 0), ("relu", 0, 5), ("ReLU", 3, 2), ("tanh", 4, 3), ("tanh", 0, 5), ("tanh", 0, 0)];
    private static readonly double[] Normals = [0.5, -1.25, 2, 0.75, -0.5, 1, 3, -2, 0.125, 1.5, -1, 0.25];
    private static readonly (double P, bool Training)[] Drops = [(0.5, true), (0.25, true), (0, true), (1.5, true), (-1, true), (1, true), (0.5, false)];
    private static readonly double[] Uniforms = [0, 0.25, 0.5, 0.75, 0.999, 0.1];
    private static readonly double[] Activations = [1, -2, 3, 0.5, -0.25, 7];
    private static readonly double[][] Gradients = [[3, 4], [], [0.5], [1e-200], [double.NaN, 4], [double.PositiveInfinity, 4], [1e200], [-1, 2, -3, 4]];
    private static readonly double[] Thresholds = [1, 5, 0, -5, 1000];
    private static readonly (int Count, double Fraction)[] Splits = [(100, 0.1), (9, 0.1), (1, 0.1), (0, 0.1), (105, 0.1), (20, 1), (10, -0.3), (37, 0.29), (10, 1.5)];
    private static readonly double[][] Curves =
    [
        [3, 2, 2.5, 1.5, 1.6, 1.2, 1.4, 1.1, 1.3, 1, 1.2, 1.2], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], [5, 4, 3, 2, 1, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.04],
        [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN], [3, 2, 2.1, 2.2, 2.3, double.NaN, 2.5, 2.6, 1, 1, 1, 1],
    ];
    private static readonly int[] Patiences = [0, 1, 2, 5];

    private static readonly ListingScript StepDecayRun = ListingScript.InPython("D0", [(168, 169)], """
        show([[step_decay(0.1, e) for e in range(-3, 60)], [step_decay(0.3, e, 0.3, 7) for e in range(60)], error(lambda: step_decay(0.1, 5, decay_every=0))])
        """);

    private static readonly ListingScript LinearDecayRun = ListingScript.InPython("D0", [(180, 181)], """
        show([[linear_decay(0.1, s, 10) for s in range(-2, 15)], error(lambda: linear_decay(0.1, 0, 0))])
        """);

    private static readonly ListingScript InitializationRun = ListingScript.InPython("D0", [(271, 280)], $$"""
        def weights(activation, n_in, n_out):
            drawn = iter({{Literal(Normals)}})
            random.gauss = lambda mean, deviation: mean + deviation * next(drawn)
            found = []
            raised = error(lambda: found.append(init_weights((n_in, n_out), activation) if activation != "relu" else init_weights((n_in, n_out))))
            return [raised, len(found[0]) if found else None, found[0] if found else []]
        out = [weights(*shape) for shape in {{Literal(Shapes.Select(s => new object[] { s.Activation, s.In, s.Out }))}}]
        del random
        show([out, error(lambda: init_weights((2, 2)))])
        """, "class random: pass\ndef Value(x): return x");

    private static readonly ListingScript BatchesRun = ListingScript.InPython("D0", [(312, 318)], $$"""
        class Shuffled:
            def __init__(self, orders): self.orders = list(orders)
            def shuffle(self, x):
                order = self.orders.pop(0)
                x[:] = [x[i] for i in order]
        out = []
        for order, n, size in {{Literal(Orders().Select(o => new object[] { o.Order, o.Count, o.Size }))}}:
            random = Shuffled([order])
            examples = list(range(n))
            same = examples
            batches, raised = [], None
            raised = error(lambda: batches.extend(create_batches(examples, size)))
            out.append([raised, [len(b) for b in batches], [e for b in batches for e in b], examples])
        import random
        big = list(range(50))
        cut = create_batches(big, 8)
        out.append([error(lambda: create_batches((1, 2, 3), 2)), sorted(e for b in cut for e in b) == list(range(50)), [e for b in cut for e in b] == big, big != list(range(50))])
        del random
        out.append(error(lambda: create_batches([1], 1)))
        show(out)
        """);

    private static readonly ListingScript SplitRun = ListingScript.InPython("D0", [(374, 378)], $$"""
        class Shuffled:
            def shuffle(self, x): x[:] = [x[i] for i in self.order]
        random = Shuffled()
        out = []
        for order, n, fraction in {{Literal(Splits.Select(s => new object[] { Order(s.Count, 113), s.Count, s.Fraction }))}}:
            random.order = order
            out.append(split_data(list(range(n)), fraction) if fraction != 0.1 else split_data(list(range(n))))
        show(out)
        """);

    private static readonly ListingScript StoppingRun = ListingScript.InPython("D0", [(386, 411)], $$"""
        def train_epoch(model, examples):
            model["calls"].append(examples)
            return 2.34567
        def evaluate(model, examples):
            model["calls"].append(examples)
            return model["losses"].pop(0)
        out = []
        for curve in {{Literal(Curves)}}:
            for patience in {{Literal(Patiences)}}:
                model = {"losses": list(curve), "calls": []}
                lines = printed(lambda: out.append([train_with_early_stopping(model, "train", "held out", patience=patience, max_epochs=12)]))
                out[-1] += [lines, model["calls"] == ["train", "held out"] * (12 - len(model["losses"]))]
        model = {"losses": [1.0] * 200, "calls": []}
        lines = printed(lambda: train_with_early_stopping(model, "train", "held out"))
        falling = {"losses": [1.0 / (i + 1) for i in range(200)], "calls": []}
        printed(lambda: train_with_early_stopping(falling, "train", "held out"))
        del evaluate
        show([out, len(lines), 200 - len(falling["losses"]), error(lambda: train_with_early_stopping({"losses": [], "calls": []}, "", ""))])
        """);

    private static readonly ListingScript DecayRun = ListingScript.InPython("D0", [(424, 427)], """
        class P:
            def __init__(self, data): self.data = data
        params = [P(x) for x in [1.0, -2.0, 0.0, float("inf"), 3e-310]]
        returned = apply_weight_decay(params, 0.1, 0.5)
        once = [p.data for p in params]
        apply_weight_decay(params, 4.0, 0.5)
        show([once, [p.data for p in params], returned is None])
        """);

    private static readonly ListingScript DropoutRun = ListingScript.InPython("D0", [(447, 453)], $$"""
        class Uniform:
            def random(self):
                self.drawn += 1
                return self.numbers.pop(0)
        random = Uniform()
        out = []
        for p, training in {{Literal(Drops.Select(d => new object[] { d.P, d.Training }))}}:
            random.numbers, random.drawn = list({{Literal(Uniforms)}}), 0
            x = {{Literal(Activations)}}
            y = []
            raised = error(lambda: y.append(dropout(x, p, training)))
            out.append([raised, y[0] if y else [], bool(y) and y[0] is x, random.drawn, x])
        random.numbers = [0.5]
        show([out, dropout([1.0])])
        """);

    private static readonly ListingScript NormsRun = ListingScript.InPython("D0", [(469, 478)], $$"""
        class P:
            def __init__(self, data, grad): self.data, self.grad = data, grad
        out = []
        for row in {{Literal(Gradients)}}:
            answers = []
            for f, params in [(compute_gradient_norm, [P(None, g) for g in row]), (compute_param_norm, [P(g, None) for g in row])]:
                found = []
                answers.append([error(lambda: found.append(f(params))), found])
            out.append(answers)
        show(out)
        """);

    private static readonly ListingScript ClippingRun = ListingScript.InPython("D0", [(469, 472), (497, 503)], $$"""
        class P:
            def __init__(self, grad): self.grad = grad
        out = []
        for row in {{Literal(Gradients)}}:
            for threshold in {{Literal(Thresholds)}}:
                params = [P(g) for g in row]
                raised = error(lambda: clip_gradients(params, threshold))
                out.append([raised, [p.grad for p in params]])
        show(out)
        """);

    [Test]
    public void StepDecay()
    {
        Facts defaults = Document.Facts["step_decay defaults"];
        (double rate, int every) = (defaults["decay_rate"].Exact.ToDouble(), (int)defaults["decay_every"].Exact.ToDouble());
        Same(StepDecayRun.Output[0], [.. Enumerable.Range(-3, 63).Select(e => ScheduleListings.StepDecay(0.1, e, rate, every))]);
        Same(StepDecayRun.Output[1], [.. Enumerable.Range(0, 60).Select(e => ScheduleListings.StepDecay(0.3, e, 0.3, 7))]);
        Assert.That(StepDecayRun.Output[2].GetString(), Is.EqualTo(PythonRaises.Of(() => ScheduleListings.StepDecay(0.1, 5, rate, 0))));
    }

    [Test]
    public void LinearDecay()
    {
        Same(LinearDecayRun.Output[0], [.. Enumerable.Range(-2, 17).Select(s => ScheduleListings.LinearDecay(0.1, s, 10))]);
        Assert.That(LinearDecayRun.Output[1].GetString(), Is.EqualTo(PythonRaises.Of(() => ScheduleListings.LinearDecay(0.1, 0, 0))));
    }

    [Test]
    public void InitialWeights()
    {
        foreach ((int i, (string activation, int fanIn, int fanOut)) in Shapes.Index())
        {
            double[][] weights = [];
            int drawn = 0;
            string raised = PythonRaises.Of(() => weights = InitializationListing.Weights((fanIn, fanOut), InitializationListing.Scheme(activation, Document.Facts["init_weights"]["tests for"].Text), scale => scale * Normals[drawn++]));
            ShownValue listing = InitializationRun.Output[0][i];
            Assert.That(listing[0].GetString() ?? "nothing", Is.EqualTo(raised), activation);
            Same(listing[2], [.. weights.SelectMany(w => w)]);
            if (raised == "nothing")
                Assert.That(listing[1].GetInt32(), Is.EqualTo(weights.Length));
            else
                Assert.That(listing[1].IsNull);
        }

        Assert.That(InitializationRun.Output[1].GetString(), Is.EqualTo("NameError"));
    }

    [Test]
    public void Batches()
    {
        ShownValue listing = BatchesRun.Output;
        foreach ((int i, (_, int count, int size)) in Orders().Index())
        {
            Example[] text = [.. Enumerable.Range(0, count).Select(n => new Example(n, 0, 0))];
            List<Example[]> batches = [];
            string raised = PythonRaises.Of(() => batches = TrainerListing.CreateBatches(text, size, new Draws(100 * count + size)));
            Assert.That(listing[i][0].GetString() ?? "nothing", Is.EqualTo(raised), $"{count} in batches of {size}");
            Same(listing[i][1], [.. batches.Select(b => (double)b.Length)]);
            Same(listing[i][2], [.. batches.SelectMany(b => b).Select(e => (double)e.First)]);
            Same(listing[i][3], [.. text.Select(e => (double)e.First)]);
        }

        ShownValue own = listing[Orders().Length];
        Assert.That((own[0].GetString(), own[1].GetBoolean(), own[2].GetBoolean(), own[3].GetBoolean()), Is.EqualTo(("TypeError", true, true, true)));
        Assert.That(listing[Orders().Length + 1].GetString(), Is.EqualTo("NameError"));
    }

    [Test]
    public void Split()
    {
        foreach ((int i, (int count, double fraction)) in Splits.Index())
        {
            (int[] first, int[] second) = TrainValidationSplit.Split(count, fraction);
            Same(SplitRun.Output[i][0], [.. first.Select(n => (double)n)]);
            Same(SplitRun.Output[i][1], [.. second.Select(n => (double)n)]);
        }
    }

    [Test]
    public void EarlyStopping()
    {
        Facts log = Document.Facts["stopping log"];
        (int first, int decimals) = (log["first epoch"].Integer, log["decimals"].Integer);
        int run = 0;
        foreach (double[] curve in Curves)
        {
            foreach (int patience in Patiences)
            {
                ShownValue listing = StoppingRun.Output[0][run++];
                long? stop = StoppingListing.D0Function.StopAt(curve, patience);
                string[] lines = [.. curve.Take((int)(stop ?? curve.Length)).Select((loss, e) => $"Epoch {first + e}: train={PythonFormat.Fixed(2.34567, decimals)}, val={PythonFormat.Fixed(loss, decimals)}"), .. stop is null ? Array.Empty<string>() : [$"Early stopping at epoch {stop}"]];
                Assert.That(listing[0].IsNull, Is.True);
                Same(listing[1], lines);
                Assert.That(listing[2].GetBoolean(), Is.True);
            }
        }

        (PrintedNumber defaultPatience, PrintedNumber most) = (Document["D0-118"].PrintedNumber("patience"), Document["D0-118"].PrintedNumber("max_epochs"));
        Assert.That(StoppingRun.Output[1].GetInt32(), Is.EqualTo(1 + StoppingListing.D0Function.StopAt([.. Enumerable.Repeat(1.0, 200)], (long)defaultPatience.Value.ToDouble())));
        Assert.That(StoppingRun.Output[2].GetInt32(), Is.EqualTo((int)most.Value.ToDouble()));
        Assert.That(StoppingRun.Output[3].GetString(), Is.EqualTo("NameError"));
    }

    [Test]
    public void WeightDecay()
    {
        StatedFormula code = Document.Facts["apply_weight_decay"]["code"].Formula;
        double Decayed(double theta, double rate) => code.Evaluate<Real64>(name => [name switch { "theta" => theta, "lr" => rate, _ => 0.5 }]).Value;
        double[] start = [1, -2, 0, double.PositiveInfinity, 3e-310], once = [.. start.Select(t => Decayed(t, 0.1))];
        Same(DecayRun.Output[0], once);
        Same(DecayRun.Output[1], [.. once.Select(t => Decayed(t, 4))]);
        Assert.That(DecayRun.Output[2].GetBoolean(), Is.True);
    }

    [Test]
    public void Dropped()
    {
        foreach ((int i, (double p, bool training)) in Drops.Index())
        {
            double[] x = [.. Activations], y = [];
            int drawn = 0;
            string raised = PythonRaises.Of(() => y = DropoutListing.Of(x, p, training, () => Uniforms[drawn++]));
            ShownValue listing = DropoutRun.Output[0][i];
            Assert.That((listing[0].GetString() ?? "nothing", listing[2].GetBoolean(), listing[3].GetInt32()), Is.EqualTo((raised, ReferenceEquals(x, y), drawn)), $"p = {p}");
            Same(listing[1], y);
            Same(listing[4], x);
        }

        Same(DropoutRun.Output[1], DropoutListing.Of([1], Document["D0-138"].PrintedNumber("p").Value.ToDouble(), true, () => 0.5));
    }

    [Test]
    public void Norms()
    {
        foreach ((int i, double[] row) in Gradients.Index())
        {
            double norm = 0;
            string raised = PythonRaises.Of(() => norm = MonitoringSection.Norm(row));
            foreach (ShownValue listing in NormsRun.Output[i].EnumerateArray())
            {
                Assert.That(listing[0].GetString() ?? "nothing", Is.EqualTo(raised));
                Same(listing[1], raised == "nothing" ? [norm] : []);
            }
        }
    }

    [Test]
    public void Clipping()
    {
        int run = 0;
        foreach (double[] row in Gradients)
        {
            foreach (double threshold in Thresholds)
            {
                double[] clipped = row;
                string raised = PythonRaises.Of(() => clipped = ClippingListing.Clip(row, threshold));
                ShownValue listing = ClippingRun.Output[run++];
                Assert.That(listing[0].GetString() ?? "nothing", Is.EqualTo(raised));
                Same(listing[1], clipped);
            }
        }
    }

    // Where the model's shuffling puts each of so many examples.
    private static int[] Order(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Python.Shuffle(order, new Draws(seed));
        return order;
    }

    private static (int[] Order, int Count, int Size)[] Orders() =>
        [.. from count in (int[])[0, 1, 7, 10, 32] from size in (int[])[1, 3, 4, 32, 0, -4] select (Order(count, 100 * count + size), count, size)];
}
