using System.Diagnostics;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Essential Metrics".</summary>
internal static class Metrics
{
    /// <summary>The series of the listing: how many, and whether a training loop can fill each.</summary>
    [Claim("D2-105")]
    [Turn("facts/series/5", "wall_time_of_the_run", Verdict.Erratum)]
    [Turn("facts/series", "[\"train_loss\", \"val_loss\", \"learning_rate\", \"grad_norm\", \"step_time\"]", Verdict.Erratum)]
    internal static Finding SixSeries(Claim claim)
    {
        string[] series = claim.Facts["series"].Texts;
        var filled = new Tally("series that a training loop delivers: its step gives loss, gradient norm and rate, its meter seconds and tokens per second");
        Gpt<Real64> gpt = SmallGpt.Fresh(305);
        var draws = new Draws(305);
        (int[][] inputs, int[][] targets) = SmallGpt.Text(draws, SmallGpt.Smallest.Vocabulary, 4, SmallGpt.Smallest.Context);
        (int[][] held, int[][] heldTargets) = SmallGpt.Text(draws, SmallGpt.Smallest.Vocabulary, 4, SmallGpt.Smallest.Context);
        long start = Stopwatch.GetTimestamp();
        TrainingStep<Real64> step = TrainingLoop.Step(
            new GptTraining<Real64>(gpt), new TokenLossTraining<Real64>(), new GlobalNormClipping<Real64>(1), new AdamTraining<Real64>(AdamOptions.AdamW(0)), new TokenBatch(inputs, targets), 1e-3);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (string name in series)
            filled.Add(Delivered(name) is { } value && double.IsFinite(value) && value > 0);
        filled.Shown();
        return Judge.Holds(
            filled.Always && series.Distinct().Count() == claim.Facts["count"].Integer,
            $"{filled} series",
            $"{filled} series can be logged, each once: {And(series)}",
            $"{filled} series can be logged: {And(series)}");

        double? Delivered(string name) => name switch
        {
            "train_loss" => step.Loss.Value,
            "val_loss" => gpt.Loss(held, heldTargets).Value,
            "learning_rate" => step.LearningRate,
            "grad_norm" => step.GradientNorm.Value,
            "step_time" => seconds,
            "throughput" => Monitoring.Throughput<Real64>(inputs.Sum(x => x.Length), seconds).Value,
            _ => null,
        };
    }

    /// <summary>Throughput as tokens over seconds.</summary>
    [Claim("D2-106")]
    [Turn("facts/throughput", "tokens * seconds", Verdict.Erratum)]
    [Turn("facts/throughput", "examples / seconds", Verdict.Erratum)]
    internal static Finding Throughput(Claim claim) =>
        Judge.Formula(claim, "throughput", x => Monitoring.Throughput(x.Whole("tokens", 1, 4096), x["seconds"]));
}
