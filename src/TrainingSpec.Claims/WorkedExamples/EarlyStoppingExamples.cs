using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>What every version of early stopping that the documents give says after each epoch of the same histories.</summary>
public static class EarlyStoppingExamples
{
    private const long Patience = 3;

    // The sixth loss of the first is a strict improvement, but by less than D2's least one; the third falls by half of that each epoch, which adds up (D2-113).
    private static readonly (string Name, double[] Losses)[] Histories =
    [
        ("falls and rises", [2, 1.5, 1.2, 1.3, 1.25, 1.19995, 1.4, 1.5, 1.6, 1.1]),
        ("level", [1, 1, 1, 1, 1]),
        ("small steps", [1, 0.99995, 0.9999, 0.99985, 0.9998, 0.99975, 0.9997]),
        ("not a number", [1, double.NaN, 0.9, double.NaN, double.NaN, double.NaN]),
        ("never a number", [double.NaN, double.NaN, double.NaN, double.NaN]),
        ("always better", [4, 3, 2, 1]),
        ("every other one worse", [1, 2, 0.5, 2, 0.4, 2, 0.3, 2, 0.2]),
    ];

    private static readonly (string Name, StoppingListing Listing)[] Listings =
        [("D0's function", StoppingListing.D0Function), ("D0's loop", StoppingListing.D0Loop), ("D1's snippet", StoppingListing.D1Snippet), ("D2's class", StoppingListing.D2Class)];

    /// <summary>The answers of the listings (D0-117, D0-125, D1-164, D2-110, D2-113), 1 where one would stop, with patience 3 and, where they part, 0.</summary>
    [GoldenSource]
    public static GoldenDocument Versions()
    {
        var document = new GoldenDocument("early-stopping", "Versions");
        foreach ((string name, StoppingListing listing) in Listings)
            document.Add(name + ".patience", listing.Patience is { } patience ? Invariant($"{patience}") : "none").Add(name + ".least improvement", listing.MinDelta);
        foreach ((string history, double[] losses) in Histories)
        {
            document.Add(history + ".losses", losses);
            foreach ((string name, StoppingListing listing) in Listings)
            {
                foreach (long patience in new[] { Patience, 0 })
                {
                    string key = Invariant($"{history}.{name}, patience {patience}");
                    document.Add(key, listing.Answers(losses, patience)).Add(key + ", stops after", Epoch(listing.StopAt(losses, patience)));
                }
            }

            // D1 leaves the first best open: from infinity nothing is ever worse, from the first loss on it may be.
            document.Add(history + ".D1's snippet, patience 3, from the first loss", StoppingListing.D1Snippet.Answers(losses, Patience, losses[0]))
                .Add(history + ".D1's snippet, patience 3, from the first loss, stops after", Epoch(StoppingListing.D1Snippet.StopAt(losses, Patience, losses[0])));
        }

        return document;
    }

    /// <summary>The reference, epoch by epoch: the best loss, its epoch, whether training stops, and which epoch's weights are kept.</summary>
    [GoldenSource]
    public static GoldenDocument Reference()
    {
        var document = new GoldenDocument("early-stopping", "Reference").Add("patience", Patience);
        foreach ((string history, double[] losses) in Histories)
        {
            foreach (double minDelta in new[] { 0, StoppingListing.D2Class.MinDelta })
            {
                var stopper = new EarlyStopper<Real64>(new EarlyStoppingOptions { Patience = Patience, MinDelta = minDelta });
                List<double> best = [];
                List<long> bestEpochs = [], kept = [];
                foreach (double loss in losses)
                {
                    bool stops = stopper.Observe(loss, [[stopper.Epoch + 1]]);
                    best.Add(stopper.Best ?? double.NaN);
                    bestEpochs.Add(stopper.BestEpoch ?? 0);
                    kept.Add((long)(stopper.BestParameters()?[0][0].Value ?? 0));
                    if (stops)
                        break;
                }

                string key = $"{history}, least improvement {ReadBack.Text(minDelta)}";
                document.Add(key + ".best", best).Add(key + ".best epoch", bestEpochs).Add(key + ".epoch of the kept weights", kept).Add(key + ".stops after", Epoch(stopper.StopAt));
            }
        }

        return document;
    }

    private static string Epoch(long? epoch) => epoch is { } at ? Invariant($"epoch {at}") : "never";
}
