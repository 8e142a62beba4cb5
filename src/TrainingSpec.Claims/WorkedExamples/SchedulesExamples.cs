using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims.D4;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Learning rates at the steps that documents work or log.</summary>
public static class SchedulesExamples
{
    /// <summary>D4 "Numeric Example" of the schedule, and the learning rates of the log.</summary>
    [GoldenSource]
    public static IEnumerable<GoldenDocument> LearningRates()
    {
        var example = new GoldenDocument("schedules", "WorkedSteps");
        foreach (string id in new[] { "D4-067", "D4-071", "D4-074" })
        {
            Claim claim = ExampleNumbers.Claim(id);
            (int step, int warmup, int total) = (claim.GivenInteger("step"), claim.GivenInteger("warmup_steps"), claim.GivenInteger("total_steps"));
            string key = Invariant($"step {step}");
            if (step > warmup)
            {
                Real64 progress = Schedules.Progress<Real64>(warmup, total, step);
                example.Add(key + ".progress", progress.Value).Add(key + ".cosine", Schedules.CosineRate<Real64>(1, -1, progress).Value);
            }

            example.Add(key + ".rate", Schedules.WarmupCosine<Real64>(claim.GivenNumber("max_lr"), 0, warmup, total, step).Value);
        }

        (double peak, int logWarmup, int logTotal) = LogRates.Configuration(ExampleNumbers.Claim("D4-163"));
        var log = new GoldenDocument("schedules", "LoggedRates").Add("peak", peak).Add("warmup", logWarmup).Add("total", logTotal);
        foreach (LoggedLine line in LoggedLine.All(ExampleNumbers.Document("D4")))
            log.Add(Invariant($"step {line.Step}"), Schedules.WarmupCosine<Real64>(peak, 0, logWarmup, logTotal, line.Step).Value);
        return [example, log];
    }

    /// <summary>D0-050, D0-053, D0-056, D0-058: step decay by epochs, linear decay and cosine from 0.1, past their ends too, where D0's formulas turn negative or rise again.</summary>
    [GoldenSource]
    public static GoldenDocument Decays()
    {
        Claim claim = ExampleNumbers.Claim("D0-050");
        double start = claim.GivenNumber("eta0");
        var steps = new StepDecaySchedule(start, claim.GivenNumber("gamma"), claim.GivenInteger("K"));
        int[] epochs = [0, 9, 10, 19, 20, 29, 30, 39, 99], at = [0, 1, 25, 50, 75, 99, 100, 101, 200];
        var linear = new LinearDecaySchedule(start, 100);
        var cosine = new CosineSchedule(start, start / 16, 100);
        return new GoldenDocument("schedules", "Decays").Add("start", start).Add("step decay.epochs", epochs).Add("step decay.rates", epochs.Select(t => steps.At(t)))
            .Add("step decay.rates, single precision", epochs.Select(t => steps.At<Real32>(t).Value))
            .Add("total", linear.Total).Add("steps", at).Add("linear.rates", at.Select(t => linear.At(t)))
            .Add("cosine.least rate", cosine.Minimum).Add("cosine.rates", at.Select(t => cosine.At(t)))
            .Add("constant.rates", at.Select(t => new ConstantSchedule(start).At(t)));
    }

    /// <summary>D1-031, D1-039, D1-041, D1-047: the three phases that D1 tells, and the two that its code has, over a thousand steps; the warmup alone as D3-032 has it.</summary>
    [GoldenSource]
    public static GoldenDocument ThreePhases()
    {
        Claim claim = ExampleNumbers.Claim("D1-047"), alone = ExampleNumbers.Claim("D3-032");
        (double largest, double least, int warmup, int total) = (claim.GivenNumber("base"), claim.GivenNumber("min"), claim.GivenInteger("W"), claim.GivenInteger("T"));
        int decayStart = total / 5 * 4;
        var told = new WarmupHoldCosineSchedule(largest, least, warmup, decayStart, total);
        var coded = new WarmupCosineSchedule(largest, least, warmup, total);
        var warm = new WarmupSchedule(alone.GivenNumber("eta_max"), alone.GivenInteger("w"));
        int[] at = [.. Enumerable.Range(0, warmup + 2), 100, 400, 505, decayStart - 1, decayStart, 850, 900, 950, total - 1, total, total + 100];
        return new GoldenDocument("schedules", "ThreePhases").Add("largest rate", largest).Add("least rate", least).Add("warmup", warmup).Add("decay start", decayStart).Add("total", total)
            .Add("steps", at).Add("as told", at.Select(t => told.At(t))).Add("as coded", at.Select(t => coded.At(t))).Add("warmup alone", at.Select(t => warm.At(t)))
            .Add("as told, single precision", at.Select(t => told.At<Real32>(t).Value)).Add("as coded, single precision", at.Select(t => coded.At<Real32>(t).Value));
    }

    /// <summary>D1-112: the six logged rates of D1 under its code, counted from 1 over two epochs of 573 batches, and under the three phases that it tells.</summary>
    [GoldenSource]
    public static GoldenDocument D1LoggedRates()
    {
        const int Total = 2 * 573;
        Claim claim = ExampleNumbers.Claim("D1-112"), settings = ExampleNumbers.Claim("D1-117");
        (double largest, double least, int warmup) = (settings.GivenNumber("base"), settings.GivenNumber("min"), settings.GivenInteger("warmup"));
        int[] steps = [.. claim.GivenParts("lr").Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture))];
        var coded = new WarmupCosineSchedule(largest, least, warmup, Total);
        var told = new WarmupHoldCosineSchedule(largest, least, warmup, Total / 5 * 4, Total);
        return new GoldenDocument("schedules", "D1LoggedRates").Add("total", Total).Add("steps", steps)
            .Add("as coded", steps.Select(t => coded.At(t))).Add("as told", steps.Select(t => told.At(t)));
    }
}
