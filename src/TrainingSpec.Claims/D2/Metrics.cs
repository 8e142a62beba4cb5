using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Essential Metrics".</summary>
internal static class Metrics
{
    // What a loop of the project delivers: the step's record, a loss on other data, the meter's timing.
    private static readonly string[] Delivered = ["train_loss", "val_loss", "learning_rate", "grad_norm", "step_time", "throughput"];

    /// <summary>The series of the listing: how many, and whether a training loop can fill each.</summary>
    [Claim("D2-105")]
    [Turn("facts/series/5", "wall_time_of_the_run", Verdict.Erratum)]
    [Turn("facts/series", "[\"train_loss\", \"val_loss\", \"learning_rate\", \"grad_norm\", \"step_time\"]", Verdict.Erratum)]
    internal static Finding SixSeries(Claim claim)
    {
        string[] series = claim.Facts["series"].Texts;
        var filled = new Tally("series that a training loop delivers: its step gives loss, gradient norm and rate, its meter seconds and tokens per second");
        foreach (string name in series)
            filled.Add(Delivered.Contains(name));
        filled.Shown();
        return Judge.Holds(
            filled.Always && series.Distinct().Count() == Delivered.Length,
            $"{filled} series",
            $"{filled} series can be logged, each once: {And(series)}",
            $"{filled} series can be logged: {And(series)}");
    }

    /// <summary>Throughput as tokens over seconds.</summary>
    [Claim("D2-106")]
    [Turn("facts/throughput", "tokens * seconds", Verdict.Erratum)]
    [Turn("facts/throughput", "examples / seconds", Verdict.Erratum)]
    internal static Finding Throughput(Claim claim) =>
        Judge.Formula(claim, "throughput", x => Monitoring.Throughput(x.Whole("tokens", 1, 4096), x["seconds"]));
}
