using TrainingSpec.Claims.D1.Listings;
using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Visualizing Our Learning Rate Schedule": the figure against the snippets and the prose.</summary>
internal static class ScheduleFigure
{
    /// <summary>The schedule's values over the figure's steps.</summary>
    [Claim("D1-047")]
    [Turn("given/W", "1000", Verdict.Erratum)]
    [Turn("given/min", "0.002", Verdict.Erratum)]
    internal static Finding Values(Claim claim)
    {
        int total = claim.GivenInteger("T"), warmup = claim.GivenInteger("W");
        (double peak, double floor) = (claim.GivenNumber("base"), claim.GivenNumber("min"));
        double[] all = [.. Enumerable.Range(0, total + 1).Select(s => ScheduleListing.At(peak, s, warmup, total, floor))];
        Working.Apply(Schedules.WarmupCosine, Exact.Of(claim.GivenExact("base")), Exact.Of(claim.GivenExact("min")), Precise.Of(warmup), Precise.Of(total), Precise.Of(total / 2));
        int[] steps = [0, 1, warmup, total / 10, total / 2, total * 8 / 10, total * 9 / 10, total];
        double[] shown = [.. steps.Select(s => Math.Round(all[s], 9))];
        Working.Value("steps", steps);
        Working.Value("rates", shown);
        int highest = Working.Value("step with the highest rate", Array.IndexOf(all, all.Max()));
        bool valid = highest == warmup && warmup < total && Closeness.Near(all[warmup], peak, 8) && Closeness.Near(all[total], floor, 8) && all[total] < peak;
        return Judge.Holds(
            valid, string.Join(", ", shown.Select(r => Say($"{r}"))),
            Say($"the snippets give {And(steps.Zip(shown, (s, r) => Say($"{r} at step {s}")))}"),
            Say($"with {warmup} of {total} steps of warmup, from {peak} to {floor}, the rate is highest at step {highest}"));
    }

    /// <summary>The row of the first star against the rate at step 0.</summary>
    [Claim("D1-048")]
    [Turn("printed/row", "0.0000", Verdict.Confirmed)]
    internal static Finding FirstStar(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        (Precise peak, Precise warmup) = (Exact.Of(schedule.GivenExact("base")), Precise.Of(claim.GivenInteger("warmup")));
        Rational zero = Exact.Value(Working.Apply(Schedules.WarmupRate, peak, warmup, Precise.Zero)), one = Exact.Value(Working.Apply(Schedules.WarmupRate, peak, warmup, Precise.Of(1)));
        Finding row = Judge.Number(claim, "row", zero);
        return (row with { Why = Say($"the first star, step 0, stands in the row of {claim.PrintedText("row")}; the snippet gives {zero.ToDouble()} there, the text {document["D1-031"].PrintedNumber("from")}") })
            .With(Say($"step 1 has {one.ToDouble()}, which the text gives as the first rate ({document["D1-031"].PrintedNumber("from")})"));
    }

    /// <summary>Where the drawn decay begins and ends, by the labels under it.</summary>
    [Claim("D1-049")]
    [Turn("given/fall_columns", "[59, 71]", Verdict.Confirmed)]
    [Turn("given/fall_columns", "[12, 71]", Verdict.Confirmed)]
    internal static Finding DrawnDecay(Claim claim, Document document)
    {
        double[] columns = claim.GivenRow("fall_columns"), flat = claim.GivenRow("flat_top_columns");
        Axis axis = Axis.Read(claim);
        Claim schedule = document["D1-047"];
        double total = schedule.GivenNumber("T"), warmup = schedule.GivenNumber("W"), prose = total * document["D1-041"].GivenPrinted("start").Value.ToDouble() / 100;
        (double begin, double end) = (Working.Value("label position at which the drawn fall begins", axis.StepOf(columns[0])), Working.Value("at which it is at the bottom", axis.StepOf(columns[1])));
        Working.Value("label positions of the flat top", flat.Select(axis.StepOf));
        Working.Value("steps at which the prose and the snippets begin the decay", new[] { prose, warmup });
        // A column is a sixth of a hundred.
        bool Near(double a, double b) => Math.Abs(a - b) <= 100 / 6.0;
        return Judge.Holds(
            (Near(begin, prose) || Near(begin, warmup)) && Near(end, total),
            Say($"{begin:F0} to {end:F0}"),
            Say($"the drawn decay goes from {begin:F0} to {end:F0}"),
            Say($"the drawn decay goes from {begin:F0} to {end:F0} on the labels; by the prose it goes from {prose} to {total}, by the snippets from {warmup}"));
    }

    /// <summary>The drawn decay against a line and a cosine.</summary>
    [Claim("D1-050")]
    [Turn("printed/label", "Linear Decay", Verdict.Confirmed)]
    internal static Finding DrawnShape(Claim claim, Document document)
    {
        double[] middle = [.. claim.GivenText("rows_columns").Split(',').Select(r => r.Split('-').Average(c => double.Parse(c, System.Globalization.CultureInfo.InvariantCulture)))];
        double top = document["D1-049"].GivenRow("flat_top_columns")[1], bottom = middle[^1];
        double Misses(Func<double, double> progressAt) => Enumerable.Range(1, middle.Length).Max(k => Math.Abs(top + (bottom - top) * progressAt(1 - k / (double)middle.Length) - middle[k - 1]));
        double line = Working.Value("largest distance of a row from a line, in columns", Misses(height => 1 - height));
        double cosine = Working.Value("from a cosine", Misses(height => Math.Acos(2 * height - 1) / Math.PI));
        Working.Uses("schedules.cosine_rate");
        Working.Uses("schedules.linear_decay");
        return Judge.Printed(
            claim, "label", line < cosine ? "Linear Decay" : "Cosine Decay", Say($"{line:F1} against {cosine:F1} columns"),
            Say($"the drawn rows lie within {line:F1} columns of a line from the flat top to the bottom, and up to {cosine:F1} columns from a cosine, which is level at both ends"));
    }

    /// <summary>Whether the labels of the axis stand to scale.</summary>
    [Claim("D1-051")]
    [Turn("given/label_columns", "[0, 1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]", Verdict.Confirmed, AndPlace = "given/axis_end_column", AndValue = "101")]
    [Turn("given/axis_end_column", "80", Verdict.Erratum)]
    internal static Finding AxisToScale(Claim claim)
    {
        double[] columns = claim.GivenRow("label_columns"), labels = claim.Facts["labels"].Numbers;
        double end = claim.GivenNumber("axis_end_column"), perStep = (columns[^1] - columns[0]) / (labels[^1] - labels[0]);
        double worst = Working.Value("largest distance of a label from its place on an even axis, in columns", columns.Zip(labels).Max(x => Math.Abs(x.First - columns[0] - perStep * (x.Second - labels[0]))));
        Working.Value("steps from label to label", labels.Zip(labels.Skip(1)).Select(l => l.Second - l.First));
        int beyond = Working.Value("labels that begin beyond the end of the axis", columns.Count(c => c > end));
        double first = Working.Value("columns from the first to the second label", columns[1] - columns[0]), second = Working.Value("from the second to the third", columns[2] - columns[1]);
        return Judge.Holds(
            worst <= 0.5 && beyond == 0, Say($"{first} columns for {labels[1] - labels[0]} steps, {second} for {labels[2] - labels[1]}"),
            Say($"every label stands within {worst:F1} columns of its place, and none beyond the axis"),
            Say($"{first} columns are {labels[1] - labels[0]} steps from {labels[0]} to {labels[1]} and {second} columns {labels[2] - labels[1]} steps from {labels[1]} to {labels[2]}; a label stands up to {worst:F1} columns from its place on an even axis, and {beyond} labels stand beyond its arrow"));
    }

    /// <summary>The brackets under the axis against the phases.</summary>
    [Claim("D1-052")]
    [Turn("D1-030/given/warmup", "100", Verdict.Confirmed, AndPlace = "D1-041/given/start", AndValue = "50%")]
    internal static Finding Brackets(Claim claim, Document document)
    {
        Axis axis = Axis.Read(document["D1-049"]);
        double[] warmup = claim.GivenRow("bracket_columns/warmup"), constant = claim.GivenRow("bracket_columns/constant"), cosine = claim.GivenRow("bracket_columns/cosine");
        double total = document["D1-047"].GivenNumber("T"), stated = document["D1-030"].GivenNumber("warmup"), decay = total * document["D1-041"].GivenPrinted("start").Value.ToDouble() / 100;
        double first = Working.Value("label position between the first two brackets", axis.StepOf((warmup[1] + constant[0]) / 2)), second = Working.Value("between the last two", axis.StepOf((constant[1] + cosine[0]) / 2));
        Working.Value("boundaries of the phases in the text", new[] { stated, decay });
        return Judge.Holds(
            Math.Abs(first - stated) <= 100 / 6.0 && Math.Abs(second - decay) <= 100 / 6.0,
            Say($"{first:F0} and {second:F0}"),
            Say($"the brackets part the axis at {first:F0} and {second:F0}, as the text does"),
            Say($"the brackets part the axis at {first:F0} and {second:F0}; by the text the warmup ends at step {stated} and the constant phase at step {decay}"));
    }
}

/// <summary>The axis of the schedule figure, between its labels.</summary>
internal sealed class Axis
{
    private readonly (double Step, double Column)[] _labels;

    private Axis((double Step, double Column)[] labels) => _labels = labels;

    public static Axis Read(Claim claim) => new([.. claim.GivenParts("label_columns").Select(label => (
        double.Parse(label, System.Globalization.CultureInfo.InvariantCulture), claim.GivenNumber($"label_columns/{label}"))).OrderBy(x => x.Item1)]);

    /// <summary>The step at a column, interpolated between the labels on both sides.</summary>
    public double StepOf(double column)
    {
        int right = Math.Max(1, Array.FindIndex(_labels, l => l.Column >= column));
        (double Step, double Column) a = _labels[right - 1], b = _labels[right];
        return a.Step + (column - a.Column) / (b.Column - a.Column) * (b.Step - a.Step);
    }
}
