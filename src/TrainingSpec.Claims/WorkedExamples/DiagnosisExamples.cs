using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>What the documents' tables find in runs made for them, and in the logs that the documents print.</summary>
public static class DiagnosisExamples
{
    private const int Short = 5;

    /// <summary>For every row a run that has its symptom and one that narrowly has not: what is measured of each, and every row that finds something in it.</summary>
    [GoldenSource]
    public static GoldenDocument Rows()
    {
        var document = new GoldenDocument("diagnosis", "Rows");
        foreach (DiagnosisRow row in Diagnosis.Rows)
        {
            (RunRecord has, RunRecord hasNot) = SyntheticRuns.All[row.Id];
            document.Add(row.Id + ".symptom", row.Symptom);
            AddRun(document, row, "with the symptom", has);
            AddRun(document, row, "narrowly without", hasNot);
        }

        AddMeasured(document, "healthy", SyntheticRuns.Healthy);
        return document.Add("healthy.findings", Diagnosis.Of(SyntheticRuns.Healthy).Select(r => r.Id));
    }

    /// <summary>The logs that D1 prints as faults and as an exercise (D1-138, D1-151, D1-169, D1-182), read by all rows; the oscillation too, with as many swings as noise rarely has.</summary>
    [GoldenSource]
    public static GoldenDocument PrintedLogs()
    {
        var document = new GoldenDocument("diagnosis", "PrintedLogs");
        double[] oscillation = ExampleNumbers.Claim("D1-169").GivenRow("losses");
        (string Name, double[] Losses)[] logs =
        [
            ("loss is NaN", Printed("D1-138", "step1", "step2", "step3")), ("loss not decreasing", Printed("D1-151", "1", "100", "200", "300")), ("loss oscillating", oscillation),
            ("loss oscillating, its swings repeated twice", [.. oscillation, .. oscillation[1..], .. oscillation[1..]]), ("exercise 1", ExampleNumbers.Claim("D1-182").GivenRow("losses")),
        ];
        foreach ((string name, double[] losses) in logs)
            document.Add(name + ".losses", losses).Add(name + ".findings", Diagnosis.Of(new RunRecord { TrainingLoss = losses }).Select(r => r.Id));
        return document;
    }

    private static double[] Printed(string id, params string[] keys) =>
        [.. keys.Select(key => ExampleNumbers.Claim(id).PrintedText(key)).Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];

    private static void AddRun(GoldenDocument document, DiagnosisRow row, string name, RunRecord run)
    {
        string key = row.Id + "." + name;
        AddMeasured(document, key, run);
        document.Add(key + ".found", row.Shows(run)).Add(key + ".findings", Diagnosis.Of(run).Select(r => r.Id));
    }

    private static void AddMeasured(GoldenDocument document, string key, RunRecord run)
    {
        AddSeries(document, key + ".training loss", run.TrainingLoss);
        AddSeries(document, key + ".validation loss", run.ValidationLoss);
        AddSeries(document, key + ".gradient norms", run.GradientNorms);
        AddSeries(document, key + ".gradient norms by layer", run.LayerGradientNorms);
        AddSeries(document, key + ".learning rates", run.LearningRates);
        if (run.StepsOffSchedule.Count > 0)
            document.Add(key + ".steps off schedule", run.StepsOffSchedule);
        foreach ((string name, double? value) in new[] { ("share of dead units", run.DeadUnitShare), ("attainable loss", run.AttainableLoss), ("seconds per epoch", run.SecondsPerEpoch) })
        {
            if (value is { } measured)
                document.Add(key + "." + name, measured);
        }
    }

    // A short series stands in full; of a long one its ends, extremes, slope and trend, each half's, and of training losses how often they turn.
    private static void AddSeries(GoldenDocument document, string key, IReadOnlyList<double> series)
    {
        if (series.Count is > 0 and <= Short)
        {
            document.Add(key, series);
            return;
        }

        if (series.Count == 0)
            return;
        double[] values = [.. series];
        Real64[] x = GoldenRows.Over<Real64>(values);
        document.Add(key + ", first and last", [values[0], values[^1]]).Add(key + ", least and largest", [Monitoring.Min<Real64>(x), Monitoring.Max<Real64>(x)]);
        double[][] parts = [values, values[..(values.Length / 2)], values[(values.Length / 2)..]];
        SlopeTest[] tests = [.. parts.Select(part => RunCurves.SlopeOf(part))];
        document.Add(key + ", slope of all, first half, second half", tests.Select(t => t.Slope)).Add(key + ", standard errors of the slopes", tests.Select(t => t.Error))
            .Add(key + ", trends", parts.Select(part => RunCurves.TrendOf(part, Symptoms.Significance).ToString()));
        if (!key.EndsWith("training loss", StringComparison.Ordinal))
            return;
        TurningPoints turns = Symptoms.TurningPointsOf(values);
        document.Add(key + ", turning points", turns.Count).AddApproximate(key + ", turning points that noise rarely exceeds", turns.Threshold).Add(key + ", mean swing over mean", turns.Swing / turns.Mean);
    }
}
