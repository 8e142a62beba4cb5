using TrainingSpec.Claims.D0.Listings;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, the introduction.</summary>
internal static class TrainingDynamics
{
    /// <summary>One architecture, one text: where training ends with every pair of a rate and a start.</summary>
    [Claim("D0-001")]
    [Turn("facts/one architecture ends", "at one loss", Verdict.Erratum)]
    internal static Finding MoreThanModelAndLoss(Claim claim)
    {
        (double Rate, string Scheme, double End)[] runs =
        [
            .. from rate in (double[])[1e-4, 0.1, 10]
               from scheme in (string[])["He", "zeros"]
               select (rate, scheme, new CharRun { Validates = false, Rate = rate, Scheme = scheme, Epochs = 30 }.Run().Train),
        ];
        Example[] text = new CharRun { Rate = 0 }.Text();
        double floor = Working.Value("least possible loss on the text", CharText.Floor(text)), unigram = Working.Value("loss of one who only counts characters", CharText.Unigram(text));
        Working.Tried(Say($"30 epochs of one character model on one text of {text.Length} examples, batches of 32, from every pair of a rate and a start"));
        foreach ((double rate, string scheme, double end) in runs)
            Working.Tried(Say($"rate {rate}, {scheme}: ends at {end:F3}"));
        double best = runs.Min(r => double.IsNaN(r.End) ? double.PositiveInfinity : r.End), worst = runs.Max(r => double.IsNaN(r.End) ? double.PositiveInfinity : r.End);
        return Judge.Stated(
            claim,
            "one architecture ends",
            best < (floor + unigram) / 2 && worst > unigram - 0.05 ? "at very different losses" : "at one loss",
            Say($"from {best:F3} to {(double.IsFinite(worst) ? Say($"{worst:F3}") : "no number")}"),
            Say($"the same model on the same text ends between {best:F3} nats and {(double.IsFinite(worst) ? Say($"{worst:F3}") : "no number")}, by rate and start alone; the least possible is {floor:F3}, counting characters gives {unigram:F3}"));
    }

    /// <summary>The scope of the section.</summary>
    [Claim("D0-002")]
    internal static Finding Scope(Claim claim) => Judge.NotCheckable(claim, "the sentence announces what the section is about; it says nothing that could be true or false of training");
}
