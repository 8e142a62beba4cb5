using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "A Typical Loss Curve": the drawn curve as steps and losses, and what is observed of it.</summary>
internal static class TypicalLossCurve
{
    /// <summary>Labels in even distances, and the curve read off by them.</summary>
    [Claim("D1-008")]
    [Turn("printed/x_labels/4", "700", Verdict.Erratum)]
    [Turn("printed/y_labels/3", "4.1", Verdict.Erratum)]
    [Turn("given/loss_per_row", "0.5", Verdict.Erratum)]
    [Turn("D1/loss figure/rows/4/1", "12", Verdict.Erratum)]
    internal static Finding ReadOff(Claim claim, Document document)
    {
        LossCurve curve = LossCurve.Read(document);
        Rational perRow = claim.GivenExact("loss_per_row");
        PrintedNumber[] y = claim.PrintedRow("y_labels"), x = claim.PrintedRow("x_labels");
        var even = new Tally("labels within half a row or a column of even distances");
        for (int i = 0; i < y.Length; i++)
            even.Add(y[i].Value == y[0].Value - perRow * 2 * i && y[i].Value.ToDouble() == curve.Labels[i]);
        IReadOnlyList<Facts> places = document.Facts["loss figure"]["x labels"].Rows;
        for (int i = 0; i < x.Length; i++)
            even.Add(Math.Abs(curve.StepOf(places[i].Number) - x[i].Value.ToDouble()) <= curve.StepsPerColumn);
        even.Shown();
        var read = new Tally("drawn rows that stand at the steps that were read off");
        IReadOnlyList<Facts> reading = claim.Facts["reading"].Rows;
        foreach ((CurveRow row, Facts said) in curve.Rows.Zip(reading))
            read.Add(row.Loss == said[0].Number && row.First == said[1].Number && row.Last == said[2].Number);
        read.Shown();
        bool falls = Working.Holds("no row lies further to the left than the one above it", curve.Rows.Zip(curve.Rows.Skip(1)).All(r => r.Second.First > r.First.First));
        return Judge.Holds(
            even.Always && read.Always && reading.Count == curve.Rows.Length && falls,
            Say($"{even} labels, {read} rows"),
            Say($"{even} labels stand where even distances put them; the curve falls from {curve.Rows[0].Loss} at step {curve.Rows[0].First} to {curve.Rows[^1].Loss} at step {curve.Rows[^1].Last} and never rises"),
            Say($"{even} labels stand where even distances put them, and {read} rows stand at the steps that were read off"))
            .AndYet(Say($"nothing is drawn before step {curve.Rows[0].First}"));
    }

    /// <summary>Where the drawn curve starts, against the first logged loss.</summary>
    [Claim("D1-009")]
    [Turn("printed/first_point", "~5.75", Verdict.Erratum)]
    [Turn("D1-117/printed/loss", "5.2727", Verdict.Confirmed)]
    internal static Finding FirstPoint(Claim claim, Document document)
    {
        CurveRow first = LossCurve.Read(document).Rows[0];
        PrintedNumber printed = claim.PrintedNumber("first_point");
        double logged = document["D1-117"].PrintedNumber("loss").Value.ToDouble();
        double halfRow = document["D1-008"].GivenNumber("loss_per_row") / 2;
        Working.Value("loss of the first star", first.Loss);
        Working.Value("half a row of the figure", halfRow);
        Working.Value("first logged loss less the first star's", logged - first.Loss);
        return Judge.All(
            Judge.Holds(printed.IsRounded(Rational.Of(first.Loss)), Say($"{first.Loss}"), Say($"the first star stands for {first.Loss}"), Say($"the first star stands for {first.Loss}, not for {printed}")),
            Judge.Agrees(
                Math.Abs(logged - first.Loss) <= halfRow, "D1-117", Say($"drawn {first.Loss}, logged {logged}"),
                Say($"the drawn curve starts at {first.Loss} and the logged run of the same model at {logged}, {logged - first.Loss:F2} higher, where half a row of the figure is {halfRow}")));
    }

    /// <summary>An observation about the figure: does anything rise in it.</summary>
    [Claim("D1-010")]
    [Turn("facts/in the window", "a fall", Verdict.Erratum)]
    [Turn("facts/in the window", "nothing drawn", Verdict.Confirmed)]
    internal static Finding InitialSpike(Claim claim, Document document)
    {
        LossCurve curve = LossCurve.Read(document);
        PrintedRange window = claim.PrintedRange("window");
        CurveRow[] inside = [.. curve.Rows.Where(r => window.Contains(Rational.Of(r.First)))];
        (int Step, double Loss)[] exercise = ExerciseLog.Read(document);
        LoggedStep[] log = [.. LoggedStep.All(document)];
        var rises = new Tally("rows that lie higher than the one to the left");
        rises.AddAll(curve.Rows.Zip(curve.Rows.Skip(1)).Select(r => r.Second.Loss > r.First.Loss)).Shown();
        Working.Value("stars drawn in the window", inside.Length);
        Working.Value("step of the first star", curve.Rows[0].First);
        string found = inside.Length == 0 ? "nothing drawn" : inside[^1].Loss > inside[0].Loss ? "a rise" : "a fall";
        return Judge.Stated(
            claim, "in the window", found, Say($"first star at step {curve.Rows[0].First}, {rises} rises"),
            Say($"it is an observation about the figure, whose first star stands at step {curve.Rows[0].First}, after the window of steps {window}; and in {rises} places does the drawn curve rise"))
            .With(Say($"elsewhere the document prints such a rise: {exercise[0].Loss} to {exercise[1].Loss} by step {exercise[1].Step} in its exercise, {log[0].Loss} to {log[2].Loss} by step {log[2].Step} in its log"));
    }

    /// <summary>The slope within the window against the slope of the rest.</summary>
    [Claim("D1-011")]
    [Turn("printed/window", "300-1000", Verdict.Erratum)]
    internal static Finding RapidDescent(Claim claim, Document document)
    {
        LossCurve curve = LossCurve.Read(document);
        (double inside, double outside) = Slopes(curve, claim.PrintedRange("window"));
        return Judge.Holds(
            inside > outside,
            Say($"{inside:F3} against {outside:F3} per 100 steps"),
            Say($"the drawn curve falls by {inside:F3} per 100 steps within the window and by {outside:F3} in the rest of the figure"),
            Say($"the drawn curve falls by {inside:F3} per 100 steps within the window, and by {outside:F3} in the rest of the figure"));
    }

    /// <summary>Slower than before, and flat or not.</summary>
    [Claim("D1-012")]
    [Turn("printed/window", "60-300", Verdict.Erratum)]
    internal static Finding Plateau(Claim claim, Document document)
    {
        LossCurve curve = LossCurve.Read(document);
        PrintedRange window = claim.PrintedRange("window");
        (double inside, double outside) = Slopes(curve, window);
        double[] values = [.. Enumerable.Range(0, 8).Select(i => curve.At(window.Low!.Value.ToDouble() + i / 7.0 * (window.High!.Value - window.Low.Value).ToDouble()))];
        Trend trend = Working.Value("trend of eight drawn values of the window", RunCurves.TrendOf(values));
        double fall = Working.Value("fall within the window", values[0] - values[^1]), whole = Working.Value("fall of the whole curve", curve.Rows[0].Loss - curve.Rows[^1].Loss);
        return Judge.TwoReadings(
            inside < outside,
            trend == Trend.Flat,
            Say($"{inside:F3} against {outside:F3} per 100 steps; {fall} of {whole}"),
            Say($"read as 'slower' it holds: the drawn curve falls by {inside:F3} per 100 steps in the window and by {outside:F3} before; read as 'plateau' it does not: {fall} of the whole fall of {whole}, more than half, lies in the window"));
    }

    /// <summary>The loss of batches at fixed weights.</summary>
    [Claim("D1-013")]
    [Turn("facts/loss from batch to batch", "is the same", Verdict.Erratum)]
    internal static Finding FluctuatesFromBatchToBatch(Claim claim, Document document)
    {
        (double small, double large) = Kept.Of(13, static seed => (Spread(seed, SmallRuns.Batch), Spread(seed, 4 * SmallRuns.Batch)));
        Working.Tried(Say($"{SmallRuns.What}; weights with deviation 0.3 held fixed, {Batches} batches each"));
        Working.Value(Say($"standard deviation of the loss over batches of {SmallRuns.Batch}"), small);
        Working.Value(Say($"over batches of {4 * SmallRuns.Batch}"), large);
        double row = document["D1-008"].GivenNumber("loss_per_row");
        return Judge.Stated(
            claim, "loss from batch to batch", small > 0 ? "fluctuates" : "is the same", Say($"deviation {small:F3}, and {large:F3} for four times the batch"),
            Say($"at fixed weights the loss of a small GPT has a standard deviation of {small:F3} over batches of {SmallRuns.Batch} and of {large:F3} over batches of {4 * SmallRuns.Batch}, {small / large:F1} times less"))
            .AndYet(Say($"the figure above it is drawn in rows of {row} and shows no fluctuation at all"));
    }

    private const int Batches = 100;

    private static double Spread(int seed, int batch)
    {
        var gpt = SmallGpt.Fresh(seed, 0.3);
        var draws = new Draws(seed + batch);
        double[] losses = [.. Enumerable.Range(0, Batches).Select(_ =>
        {
            TokenBatch text = SkewedText.Of(draws, SmallGpt.Smallest, batch);
            return gpt.Loss(text.Inputs, text.Targets).Value;
        })];
        return Math.Sqrt(Formulas.Monitoring.Variance<Real64>([.. losses.Select(l => new Real64(l))]).Value);
    }

    // The mean falls per 100 steps within a window, and in the rest of what is drawn.
    private static (double Inside, double Outside) Slopes(LossCurve curve, PrintedRange window)
    {
        double first = curve.Rows[0].First, last = curve.Rows[^1].Last;
        double low = Math.Max(first, window.Low!.Value.ToDouble()), high = Math.Min(last, window.High!.Value.ToDouble());
        double inside = curve.At(low) - curve.At(high), all = curve.At(first) - curve.At(last);
        double outside = Working.Value("mean fall per 100 steps in the rest", 100 * (all - inside) / (last - first - (high - low)));
        return (Working.Value("mean fall per 100 steps within the window", 100 * inside / (high - low)), outside);
    }
}

/// <summary>A drawn row of the loss figure.</summary>
/// <param name="Loss">What it stands for.</param>
/// <param name="First">The step of its first star.</param>
/// <param name="Last">The step of its last star.</param>
internal readonly record struct CurveRow(double Loss, double First, double Last);

/// <summary>The loss figure as numbers.</summary>
internal sealed class LossCurve
{
    private readonly double _origin;

    private LossCurve(double origin, double stepsPerColumn, double[] labels, CurveRow[] rows) =>
        (_origin, StepsPerColumn, Labels, Rows) = (origin, stepsPerColumn, labels, rows);

    public double StepsPerColumn { get; }

    public double[] Labels { get; }

    public CurveRow[] Rows { get; }

    public static LossCurve Read(Document document)
    {
        Facts figure = document.Facts["loss figure"];
        IReadOnlyList<Facts> rows = figure["rows"].Rows;
        double origin = figure["origin"].Number, perColumn = 200.0 / document["D1-008"].GivenInteger("columns_per_200_steps");
        double[] labels = [.. rows.Where(r => r[0].Text.Length > 0).Select(r => double.Parse(r[0].Text, System.Globalization.CultureInfo.InvariantCulture))];
        // Rows without a label lie half way between those with one.
        CurveRow[] drawn = [.. rows.Select((r, i) => (r, i)).Where(x => x.r.Rows.Count > 1).Select(x => new CurveRow(
            labels[0] + x.i * (labels[^1] - labels[0]) / (rows.Count - 1), (x.r[1].Number - origin) * perColumn, (x.r[2].Number - origin) * perColumn))];
        return new LossCurve(origin, perColumn, labels, drawn);
    }

    public double StepOf(double column) => (column - _origin) * StepsPerColumn;

    /// <summary>The loss of the row that is drawn at a step, or last before it.</summary>
    public double At(double step) => Rows.Last(r => r.First <= step || r == Rows[0]).Loss;
}
