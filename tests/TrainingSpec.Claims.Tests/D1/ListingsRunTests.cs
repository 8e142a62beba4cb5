using System.Globalization;
using TrainingSpec.Claims.D1;
using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Claims.Tests.Documents;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Tests.Documents.ListingComparison;

namespace TrainingSpec.Claims.Tests.D1;

/// <summary>The models of D1's listings against the listings themselves, taken out of the document and compiled as Go with the types that they name.</summary>
[Parallelizable(ParallelScope.Children)]
public class ListingsRunTests
{
    private static readonly Document Document = DocumentLibrary.Open()["D1"];
    private static readonly (int Warmup, int Total)[] Lengths = [(10, 1000), (0, 20), (10, 10), (20, 10)];
    private static readonly double[] Rows = [1, -2, 3.5, 1000, 999, -1000];
    private static readonly double[]?[][] Gradients = [[[3, 4], [0.3], [6, 8]], [[1], [1.0000000000000002], [0.9999999999999999]], [[1, double.NaN]], [[1, double.PositiveInfinity]], [[3, 4], null, [1]], [[0, 0]]];
    private static readonly double[]?[][] Monitored = [[[3, 4], null, [12]], [[-3, -1], [-0.25]], [[-50, 1, 0.5]], [null, null], [[1, double.NaN], [2]], [[1, double.PositiveInfinity], [2]], [[10]], [[10.000000000000002]], [[1e-6]], [[9.999999999999999e-7]], []];

    private static readonly double[][] Curves =
    [
        [3, 2, 2.5, 1.5, 1.6, 1.2, 1.4, 1.1, 1.3, 1, 1.2, 1.2], [3, 3.1, 3.2, 3.3, 3.4, 3.5, 3.6, 3.7, 3.8, 3.9, 4, 4.1], [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2], [1, 2, double.NaN, 2, 0.5, 2, double.NaN, 2, 2, 2, 2, 2],
    ];

    // What the listings call and never define: tensors whose methods take and give numbers, and a model that notes what is called.
    private static readonly ListingScript Types = ListingScript.InGo("D1", [], "return true", """
        type Tensor struct{ data []float64 }
        func (t *Tensor) each(f func(float64) float64) *Tensor {
            out := &Tensor{}
            for _, x := range t.data { out.data = append(out.data, f(x)) }
            return out
        }
        func (t *Tensor) best(better func(a, b float64) bool) float64 {
            out := t.data[0]
            for _, x := range t.data { if better(x, out) { out = x } }
            return out
        }
        func (t *Tensor) Norm() float64 {
            sum := 0.0
            for _, x := range t.data { sum += x * x }
            return math.Sqrt(sum)
        }
        func (t *Tensor) Sum() (sum float64) {
            for _, x := range t.data { sum += x }
            return
        }
        func (t *Tensor) Max() float64 { return t.best(func(a, b float64) bool { return a > b }) }
        func (t *Tensor) Min() float64 { return t.best(func(a, b float64) bool { return a < b }) }
        func (t *Tensor) MulScalar(f float64) *Tensor { return t.each(func(x float64) float64 { return x * f }) }
        func (t *Tensor) Sub(f float64) *Tensor { return t.each(func(x float64) float64 { return x - f }) }
        func (t *Tensor) Div(f float64) *Tensor { return t.each(func(x float64) float64 { return x / f }) }
        func (t *Tensor) Exp() *Tensor { return t.each(math.Exp) }
        func (t *Tensor) At(i int) float64 { return t.data[i] }
        type Parameter struct{ Grad *Tensor }
        type Transformer struct { parameters []*Parameter; calls []any; weight, stored float64 }
        func (m *Transformer) Parameters() []*Parameter { return m.parameters }
        type Loss struct{ model *Transformer }
        func (m *Transformer) Forward(batch float64) *Loss { m.calls = append(m.calls, "forward"); return &Loss{m} }
        func (l *Loss) Backward() { l.model.calls = append(l.model.calls, "backward"); l.model.stored += l.model.weight }
        type Descent struct { model *Transformer; rate float64 }
        func (d *Descent) Step() { d.model.calls = append(d.model.calls, "step"); d.model.weight -= d.rate * d.model.stored }
        func modelOf(gradients [][]float64) *Transformer {
            m := &Transformer{weight: 1}
            for _, g := range gradients {
                p := &Parameter{}
                if g != nil { p.Grad = &Tensor{g} }
                m.parameters = append(m.parameters, p)
            }
            return m
        }
        func gradientsOf(m *Transformer) []any {
            out := []any{}
            for _, p := range m.parameters { if p.Grad != nil { out = append(out, p.Grad.data) } }
            return out
        }
        """);

    private static readonly ListingScript WarmupRun = ListingScript.InGo("D1", [(146, 148)], "return true", "func warmed(step, warmupSteps int, baseLR float64) (lr float64) {", "return\n}");

    private static readonly ListingScript ScheduleRun = ListingScript.InGo("D1", [(175, 176)], $$"""
        out := []any{}
        for _, run := range [][]int{ {{string.Join(", ", Lengths.Select(l => $"{{{l.Warmup}, {l.Total}}}"))}} } {
            rates := []float64{}
            for step := 0; step <= run[1]+20; step++ {
                if step < run[0] { rates = append(rates, warmed(step, run[0], 0.001)) } else { rates = append(rates, decayed(step, run[0], run[1], 0.001, 0.0001)) }
            }
            out = append(out, rates)
        }
        return out
        """, "func decayed(step, warmupSteps, totalSteps int, baseLR, minLR float64) (lr float64) {", "return\n}");

    private static readonly ListingScript ClippingRun = ListingScript.InGo("D1", [(423, 430)], $$"""
        out := []any{}
        for _, gradients := range {{Literal(Gradients)}} {
            model := modelOf(gradients)
            text := printed(func() { clipped(model) })
            out = append(out, []any{text, gradientsOf(model)})
        }
        return out
        """, "func clipped(model *Transformer) {", "}");

    private static readonly ListingScript SoftmaxRun = ListingScript.InGo("D1", [(435, 440)], $$"""
        row := &Tensor{ {{Literal([Rows])}}[0] }
        masked := &Tensor{[]float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)} }
        return []any{Softmax(row).data, Softmax(masked).data, row.data}
        """);

    private static readonly ListingScript DebuggingRun = ListingScript.InGo("D1", [(461, 484)], """
        model := modelOf([][]float64{ {3, 4}, {0.5}})
        model.weight = 1
        config := &debugged{}
        text := printed(func() { debug(model, &Descent{model, 0.01}, config, 7, 4e-7, 1) })
        missing := modelOf([][]float64{ {3, 4}, nil, {1}})
        panicked := printed(func() { debug(missing, &Descent{missing, 0.01}, config, 1, 0.0001, 1) })
        return []any{text, model.calls, model.weight, config.NumLayers, config.EmbedDim, panicked, len(missing.calls)}
        """, "type debugged struct{ NumLayers, EmbedDim int }\nfunc debug(model *Transformer, optimizer *Descent, config *debugged, step int, currentLR, singleBatch float64) {", "}");

    private static readonly ListingScript StoppingRun = ListingScript.InGo("D1", [(499, 505)], $$"""
        out := []any{}
        for _, curve := range {{Literal(Curves)}} {
            for _, patience := range []int{0, 2, 5} {
                for _, best := range []float64{0, math.Inf(1), curve[0]} { out = append(out, float64(stopped(curve, best, patience))) }
            }
        }
        return out
        """, "func stopped(losses []float64, bestValidationLoss float64, patience int) int {\npatienceCounter, seen := 0, 0\nfor _, validationLoss := range losses {\nseen++", "if seen == len(losses) { return 0 }\n}\nreturn seen\n}");

    private static readonly ListingScript OscillationRun = ListingScript.InGo("D1", [(542, 554)], """
        model := modelOf(nil)
        lr, batchSize := accumulated(model, &Descent{model, 0.1}, []float64{1, 2, 3, 4})
        return []any{lr, batchSize, model.calls, model.stored}
        """, "func accumulated(model *Transformer, optimizer *Descent, batch []float64) (float64, int) {\nlr, batchSize := 0.001, 4", "return lr, batchSize\n}");

    private static readonly ListingScript SpeedRun = ListingScript.InGo("D1", [(566, 580)], "return speed()", "func speed() []any {\nvar config debugged\nvar seqLen, batchSize int", "return []any{seqLen, batchSize, config.NumLayers, config.EmbedDim, maxFiles}\n}");

    private static readonly ListingScript LoggingRun = new()
    {
        Language = ListingLanguage.Go,
        Document = "D1",
        Lines = [(622, 653)],
        Before = "type TrainConfig struct{}\nvar totalSteps = 95\nvar weight = 1.0\nfunc lossNow() *Tensor { return &Tensor{[]float64{weight * weight / 2}} }\nfunc rateOf(step int) float64 { return 0.001 * float64(step) }\nfunc update() { weight *= 0.5 }",
        Holes = new Dictionary<string, string> { ["/* compute loss */"] = "lossNow()", ["/* compute learning rate */"] = "rateOf(step)", ["/* backprop and optimizer step */"] = "update()" },
        Driver = """
            metrics := TrainWithMetrics(nil, nil, TrainConfig{})
            PlotMetrics(metrics)
            return []any{metrics.Steps, metrics.Losses[:2], metrics.LearningRates}
            """,
    };

    private static readonly ListingScript MonitoringRun = ListingScript.InGo("D1", [(661, 697)], $$"""
        out := []any{}
        for _, gradients := range {{Literal(Monitored)}} {
            out = append(out, printed(func() { ComputeGradientStats(modelOf(gradients)) }))
        }
        return out
        """);

    [Test]
    public void Schedule()
    {
        foreach ((int i, (int warmup, int total)) in Lengths.Index())
            Same(ScheduleRun.Output[i], [.. Enumerable.Range(0, total + 21).Select(step => ScheduleListing.At(0.001, step, warmup, total, 0.0001))]);
    }

    [Test]
    public void Clipping()
    {
        double maxNorm = Document["D1-141"].GivenNumber("maxNorm");
        bool tests = Document.Facts["clip listing"]["tests for nil"].Holds;
        foreach ((int i, double[]?[] gradients) in Gradients.Index())
        {
            int missing = Array.IndexOf(gradients, null);
            bool panics = missing >= 0 && !tests;
            Assert.That(ClippingRun.Output[i][0].GetString(), Is.EqualTo(panics ? "panic" : ""));
            Same(ClippingRun.Output[i][1], [.. gradients.Select((g, p) => g is null ? [] : panics && p > missing ? g : Problem1.Clip(g, maxNorm)).SelectMany(g => g)]);
        }
    }

    [Test]
    public void StableSoftmax()
    {
        Same(SoftmaxRun.Output[0], Problem1.Listed(Rows));
        Same(SoftmaxRun.Output[1], Problem1.Listed([double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity]));
        Same(SoftmaxRun.Output[2], Rows);
    }

    [Test]
    public void Debugging()
    {
        ShownValue listing = DebuggingRun.Output;
        string[] body = Document.Facts["one batch listing"]["body"].Texts;
        (double w, double stored) = (1, 0);
        foreach (string stage in Enumerable.Repeat(body, Document["D1-155"].GivenInteger("iterations")).SelectMany(s => s))
        {
            stored += stage == "backward" ? w : 0;
            w = stage == "step" ? Sgd.Update<Real64>(w, stored, 0.01).Value : w;
        }

        string Norm(int i, double norm) => string.Create(CultureInfo.InvariantCulture, $"%!s(int={i}) gradient norm: {norm:F6}\n");
        Assert.That(listing[0].GetString(), Is.EqualTo($"{Norm(0, 5)}{Norm(1, 0.5)}Step 7: LR = 0.000000\n"));
        Same(listing[1], [.. Enumerable.Repeat(body, 1000).SelectMany(s => s)]);
        Same(listing[2], w);
        Same((ShownValue[])[listing[3], listing[4]], [Document["D1-158"].GivenRow("layers")[1], Document["D1-158"].GivenRow("embed")[1]]);
        Assert.That(Document.Facts["gradient check listing"]["after the message"].Text, Is.EqualTo("norm"));
        Assert.That(listing[5].GetString(), Is.EqualTo($"{Norm(0, 5)}Parameter %!s(int=1) has no gradient!\npanic"));
        Assert.That(listing[6].GetInt32(), Is.Zero);
    }

    [Test]
    public void EarlyStopping() =>
        Same(StoppingRun.Output, [.. from curve in Curves from patience in (int[])[0, 2, 5] from best in (double[])[0, double.PositiveInfinity, curve[0]] select (double)(StoppingListing.D1Snippet.StopAt(curve, patience, best) ?? 0)]);

    [Test]
    public void Oscillation()
    {
        ShownValue listing = OscillationRun.Output;
        Facts facts = Document.Facts["accumulating listing"];
        int steps = Document["D1-173"].GivenInteger("accumSteps");
        Same(listing[0], 0.001 * Document["D1-171"].GivenNumber("factor"));
        Same(listing[1], Document["D1-172"].GivenInteger("new"));
        Same(listing[2], [.. Enumerable.Repeat(facts["in the loop"].Texts.Select(s => s == "loss" ? "forward" : s.Split(' ')[0]), steps).SelectMany(s => s), .. facts["after the loop"].Texts]);
        // Each pass adds the whole gradient of weight 1.
        Same(listing[3], Enumerable.Range(0, steps).Aggregate(0.0, (stored, _) => GradientAccumulation.Added<Real64>(stored, 1, facts["in the loop"].Texts.Any(s => s.Contains('/', StringComparison.Ordinal)) ? 1.0 / steps : 1).Value));
    }

    [Test]
    public void Speed() => Same(SpeedRun.Output,
    [
        32, Document["D1-178"].GivenInteger("new"), Document["D1-179"].GivenRow("layers")[1], Document["D1-179"].GivenRow("embed")[1], Document["D1-180"].PrintedNumber("maxFiles").Value.ToDouble(),
    ]);

    [Test]
    public void Logging()
    {
        int[] stored = Exercise2.Stored(Document, 95);
        Same(LoggingRun.Output[0], [.. stored.Select(s => (double)s)]);
        Same(LoggingRun.Output[1], [0.5, 0.5 * Math.Pow(0.25, stored[1])]);
        Same(LoggingRun.Output[2], [.. stored.Select(s => 0.001 * s)]);
    }

    [Test]
    public void Monitoring()
    {
        static string Go(double x) => double.IsNaN(x) ? "NaN" : double.IsPositiveInfinity(x) ? "+Inf" : x.ToString("F4", CultureInfo.InvariantCulture);
        foreach ((int i, double[]?[] gradients) in Monitored.Index())
        {
            GradientStatsListing.Printed model = GradientStatsListing.Run(Document.Facts["gradient stats listing"], gradients);
            string[] lines = [$"Gradient stats: norm={Go(model.Norm)}, max={Go(model.Max)}, min={Go(model.Min)}", .. model.Warnings.Select(w => $"WARNING: {char.ToUpperInvariant(w[0])}{w[1..]} gradients!")];
            Assert.That(MonitoringRun.Output[i].GetString()!.TrimEnd('\n').Split('\n'), Is.EqualTo(lines));
        }
    }

    [Test]
    public void TypesCompile() => Assert.That(Types.Output.GetBoolean() && WarmupRun.Output.GetBoolean());

    private static string Literal(double[]?[][] values) => $"[][][]float64{{{string.Join(", ", values.Select(v => $"{{{Inner(v)}}}"))}}}";

    private static string Literal(double[]?[] values) => $"[][]float64{{{Inner(values)}}}";

    private static string Inner(double[]?[] values) => string.Join(", ", values.Select(row => row is null ? "nil" : $"{{{string.Join(", ", row.Select(x => double.IsNaN(x) ? "math.NaN()" : double.IsPositiveInfinity(x) ? "math.Inf(1)" : x.ToString("R", CultureInfo.InvariantCulture)))}}}"));
}
