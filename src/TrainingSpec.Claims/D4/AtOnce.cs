using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>Whether one reading has all logged losses at once: each of them may lie within the range of all readings, and of another one each.</summary>
/// <param name="Readings">How many readings there are, a meaning of the loss and all but the seed fixed.</param>
/// <param name="Having">How many of them have every logged loss between the least and the largest of their seeds.</param>
/// <param name="Nearest">The single run that comes nearest, with the meaning.</param>
/// <param name="Off">By how much it is off where it is off most, in nats.</param>
internal sealed record AtOnce(int Readings, int Having, string Nearest, double Off)
{
    /// <summary>Compares runs with a log.</summary>
    /// <param name="runs">Each with its losses, by meaning and line.</param>
    /// <param name="logged">The logged losses, by line.</param>
    public static AtOnce Of(IReadOnlyList<(PretrainingReading Reading, double[][] Losses)> runs, double[] logged)
    {
        double[][][] readings = [.. runs.GroupBy(r => r.Reading with { Seed = 0 }).SelectMany(g => PretrainingRuns.Meanings.Select((_, m) => g.Select(r => r.Losses[m]).ToArray()))];
        int having = readings.Count(seeds => Enumerable.Range(0, logged.Length).All(i => seeds.Min(l => l[i]) <= logged[i] && logged[i] <= seeds.Max(l => l[i])));
        (PretrainingReading reading, string meaning, double off) = runs
            .SelectMany(r => PretrainingRuns.Meanings.Select((meaning, m) => (r.Reading, meaning, r.Losses[m].Zip(logged).Max(p => Math.Abs(p.First - p.Second))))).MinBy(x => x.Item3);
        return new AtOnce(readings.Length, having, Say($"{reading.Encoding}, batches of {reading.Batch}, deviation {reading.Deviation}, seed {reading.Seed}, a line's loss being {meaning}"), off);
    }

    /// <inheritdoc/>
    public override string ToString() => Say($"{(Having == 0 ? "no single reading has" : Having == 1 ? "one reading has" : Say($"{Having} readings have"))} all logged losses at once: of {Readings}, all but the seed fixed, {(Having == 0 ? "none" : Having)} between the least and the largest of its seeds, and the nearest run ({Nearest}) is {Off:F2} off at one of the lines");
}
