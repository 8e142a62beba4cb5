using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Introduction".</summary>
internal static class Introduction
{
    /// <summary>From random starts, training at the document's rate lowers the loss on the training text.</summary>
    [Claim("D1-001")]
    [Turn("facts/training loss", "higher", Verdict.Erratum)]
    internal static Finding TrainingLowersTheLoss(Claim claim, Document document)
    {
        const int Seeds = 5;
        Claim schedule = document["D1-047"];
        var lower = new Tally("random starts from which the loss on the training text ends lower than it began");
        double[] ends = new double[Seeds];
        Working.Tried(SmallRuns.What);
        for (int seed = 0; seed < Seeds; seed++)
        {
            Measurement[] run = SmallRuns.Of(PhaseRuns.Setting(seed, schedule)).Measured;
            ends[seed] = run[^1].Trained;
            lower.Add(run[^1].Trained < run[0].Trained);
        }

        lower.Shown();
        Working.Value("losses at the end", ends);
        return Judge.Stated(
            claim, "training loss", lower.Always ? "lower" : lower.Never ? "higher" : "either", $"{lower}",
            Say($"in {lower} runs of {schedule.GivenInteger("T")} steps with the document's schedule the loss on the training text ends lower; it ends between {ends.Min():F3} and {ends.Max():F3}, whatever the start"));
    }
}

/// <summary>Runs over the document's phases: its steps, its schedule, two epochs.</summary>
internal static class PhaseRuns
{
    /// <summary>The document's run: the schedule of its snippets, its total and warmup, a training text of half as many batches as there are steps.</summary>
    public static TrainingSetting Setting(int seed, Claim schedule)
    {
        int total = schedule.GivenInteger("T");
        return new TrainingSetting(seed, total, schedule.GivenNumber("base")) { Warmup = schedule.GivenInteger("W"), Shape = RateShape.Snippets, Corpus = total / 2 * SmallRuns.Batch };
    }
}
