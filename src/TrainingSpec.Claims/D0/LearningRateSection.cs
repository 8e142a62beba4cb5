using TrainingSpec.Claims.D0.Listings;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "The Learning Rate": how much it matters.</summary>
internal static class LearningRateSection
{
    /// <summary>One hyperparameter after the other over the range that the document prints, and how far apart the runs end.</summary>
    [Claim("D0-027")]
    [Turn("facts/matters most", "batch size", Verdict.Erratum)]
    [Turn("facts/matters most", "initialization", Verdict.Erratum)]
    internal static Finding MattersMost(Claim claim, Document document)
    {
        var run = new CharRun { Validates = false, Rate = document["D0-045"].PrintedNumber("lr").Value.ToDouble(), Epochs = 20 };
        double[] rates = [.. ((string[])["D0-041", "D0-042", "D0-043", "D0-044"]).Select(id => document[id].PrintedNumber("lr").Value.ToDouble())];
        double[] sizes = [.. document["D0-095"].PrintedRow("sizes").Select(p => p.Value.ToDouble())];
        PrintedRange decays = document["D0-178"].PrintedRange("lambda"), norms = document["D0-179"].PrintedRange("max_norm");
        (string Name, double Spread)[] spreads =
        [
            ("learning rate", Spread(rates.Select(rate => run with { Rate = rate }))),
            ("batch size", Spread(sizes.Select(size => run with { BatchSize = (int)size }))),
            ("weight decay", Spread(Ends(decays).Select(decay => run with { WeightDecay = decay }))),
            ("clipping", Spread(Ends(norms).Select(norm => run with { MaxNorm = norm }))),
            ("initialization", Spread(((string[])["He", "Xavier"]).Select(scheme => run with { Scheme = scheme }))),
            ("schedule", Spread(((bool[])[true, false]).Select(constant => run with { Constant = constant }))),
        ];
        foreach ((string name, double spread) in spreads)
            Working.Tried(Say($"{name} over the values that the document prints, all else the same: losses after {run.Epochs} epochs lie {spread:F3} apart, mean of three seeds"));
        (string Name, double Spread)[] order = [.. spreads.OrderByDescending(s => s.Spread)];
        return Judge.Stated(
            claim,
            "matters most",
            order[0].Name,
            Say($"{order[0].Name} {order[0].Spread:F3}, {order[1].Name} {order[1].Spread:F3}"),
            Say($"over the values that the document prints the {order[0].Name} moves the training loss of a character model by {order[0].Spread:F3}, the {order[1].Name} by {order[1].Spread:F3}, the {order[2].Name} by {order[2].Spread:F3}"));

        static double[] Ends(PrintedRange range) => [range.Low!.Value.ToDouble(), range.High!.Value.ToDouble()];

        static double Spread(IEnumerable<CharRun> runs)
        {
            double[] ends = [.. runs.Select(r => Enumerable.Range(0, 3).Average(seed => (r with { Seed = seed }).Run().Train))];
            return ends.Max() - ends.Min();
        }
    }
}
