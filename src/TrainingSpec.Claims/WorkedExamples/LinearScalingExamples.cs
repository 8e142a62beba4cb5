using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>The linear scaling rule.</summary>
public static class LinearScalingExamples
{
    /// <summary>D2-024, D2-026, D2-027: rate and warmup for other batches than 256; with as many epochs the run has fewer steps, so that warmup takes the square of the factor.</summary>
    [GoldenSource]
    public static GoldenDocument OtherBatches()
    {
        Claim batches = ExampleNumbers.Claim("D2-026"), rate = ExampleNumbers.Claim("D2-027"), run = ExampleNumbers.Claim("D2-024");
        Real64 batch = batches.GivenNumber("base_batch"), lr = rate.GivenNumber("base_lr"), warmup = run.GivenNumber("W"), total = run.GivenNumber("T");
        var document = new GoldenDocument("linear-scaling", "OtherBatches")
            .Add("batch", batch.Value).Add("learning rate", lr.Value).Add("warmup steps", warmup.Value).Add("steps", total.Value);
        foreach (double other in new[] { batches.GivenNumber("new_batch"), 384, 32, 1000, 2048 })
        {
            Real64 scaledWarmup = LinearScaling.Scaled<Real64>(warmup, batch, other), steps = LinearScaling.Scaled<Real64>(total, other, batch);
            string key = Invariant($"batch {other}.");
            document.Add(key + "factor", LinearScaling.Scaled<Real64>(1, batch, other).Value).Add(key + "learning rate", LinearScaling.Scaled<Real64>(lr, batch, other).Value)
                .Add(key + "learning rate, single precision", LinearScaling.Scaled((Real32)lr.Value, (Real32)batch.Value, (Real32)other).Value)
                .Add(key + "warmup steps", scaledWarmup.Value).Add(key + "steps for as many epochs", steps.Value)
                .Add(key + "share of the warmup", Schedules.Progress(0, steps, scaledWarmup).Value);
        }

        return document;
    }
}
