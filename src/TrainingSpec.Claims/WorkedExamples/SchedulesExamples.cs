using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims.D4;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
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
            Claim claim = Elsewhere.Claim(id);
            (int step, int warmup, int total) = (claim.GivenInteger("step"), claim.GivenInteger("warmup_steps"), claim.GivenInteger("total_steps"));
            string key = Invariant($"step {step}");
            if (step > warmup)
            {
                Real64 progress = Schedules.Progress<Real64>(warmup, total, step);
                example.Add(key + ".progress", progress.Value).Add(key + ".cosine", Schedules.CosineRate<Real64>(1, -1, progress).Value);
            }

            example.Add(key + ".rate", Schedules.WarmupCosine<Real64>(claim.GivenNumber("max_lr"), 0, warmup, total, step).Value);
        }

        (double peak, int logWarmup, int logTotal) = LogRates.Configuration(Elsewhere.Claim("D4-163"));
        var log = new GoldenDocument("schedules", "LoggedRates").Add("peak", peak).Add("warmup", logWarmup).Add("total", logTotal);
        foreach (LoggedLine line in LoggedLine.All())
            log.Add(Invariant($"step {line.Step}"), Schedules.WarmupCosine<Real64>(peak, 0, logWarmup, logTotal, line.Step).Value);
        return [example, log];
    }
}
