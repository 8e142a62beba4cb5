using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Training;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Early stopping as it goes wrong.</summary>
internal static class WrongEarlyStopping
{
    private const string Op = "early_stopping";
    private static readonly StoppingListing Plain = new() { Source = "the rules, but for one thing" };

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        .. RightWhere(Listed(), Op, args => args["mode"] is not null || args["delta_mode"] is not null || args.Number("patience") == 0),
        Mistake("early-stopping-always-least", "EARLY-STOPPING-8", "the smallest value is the best, though an accuracy is watched", Op, (right, args) =>
        {
            args.Remove("mode");
            return right.Answer(Op, args);
        }),
        Mistake("early-stopping-relative-signed", "EARLY-STOPPING-9", "the share is taken of the best itself and not of its magnitude, so that below 0 a worse loss passes (pytorch #47513)", Op, (right, args) =>
        {
            double[] losses = args.Row("losses");
            if (args["delta_mode"] is null || args["mode"] is not null || args.Number("patience") < losses.Length)
                return right.Answer(Op, args);
            int best = 0;
            for (int i = 1; i < losses.Length; i++)
                best = losses[i] < losses[best] * (1 - args.Number(Hyperparameters.MinDelta)) ? i : best;
            return right.Answer(Op, args).With("best", losses[best]).With("best_epoch", best + 1);
        }),
        Mistake("early-stopping-patience-0-at-once", "EARLY-STOPPING-10", "no bad epoch is as many as a patience of 0, so that the first epoch ends the training", Op, (right, args) =>
            args.Number("patience") == 0 ? right.Answer(Op, args).With("stop_at", 1) : right.Answer(Op, args)),
    ];

    private static IReadOnlyList<WrongImplementation> Listed() =>
    [
        Stops("early-stopping-one-late", "EARLY-STOPPING-1", "it stops above the patience, one epoch late (D1's comparison)", Plain with { StopsAbovePatience = true }),
        Stops("early-stopping-never-resets", "EARLY-STOPPING-2", "bad epochs are counted over the whole run, not in a row (D1's counter)", Plain with { NeverResets = true }),
        Stops("early-stopping-best-is-first", "EARLY-STOPPING-3", "the best stays the first loss (D1's snippet never assigns it)", Plain with { KeepsFirstBest = true }),
        Stops("early-stopping-as-in-d1", "EARLY-STOPPING-1 EARLY-STOPPING-2 EARLY-STOPPING-3 EARLY-STOPPING-5 EARLY-STOPPING-6", "D1's snippet with the first loss as its best", StoppingListing.D1Snippet),
        Mistake("early-stopping-against-previous", "EARLY-STOPPING-4", "each loss is compared with the one before, so that small steps never add up", Op, (right, args) =>
        {
            double[] losses = args.Row("losses");
            double delta = args.Number(Hyperparameters.MinDelta);
            int best = 0;
            for (int i = 1; i < losses.Length; i++)
                best = losses[i] < losses[i - 1] - delta ? i : best;
            JsonObject result = right.Answer(Op, args);
            return delta == 0 ? result : result.With("best", losses[best]).With("best_epoch", best + 1);
        }),
        Mistake("early-stopping-delta-inclusive", "EARLY-STOPPING-4", "an improvement of min_delta exactly counts", Op, (right, args) =>
            right.Answer(Op, args.Number(Hyperparameters.MinDelta) > 0 ? args.With("min_delta", args.Number("min_delta") * (1 - 1e-9)) : args)),
        Mistake("early-stopping-ties-pass", "EARLY-STOPPING-5", "a loss equal to the best doesn't count, so a flat one goes on for ever (D1's comparison)", Op, (right, args) =>
            right.Answer(Op, args).With("stop_at", StopWhereTiesPass(args.Row("losses"), args.Number("patience"), args.Number(Hyperparameters.MinDelta)))),
        Mistake("early-stopping-nan-is-best", "EARLY-STOPPING-6", "the first loss becomes the best unseen, and nothing is below NaN", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            return double.IsNaN(args.Row("losses")[0]) ? result.With("best", "NaN").With("best_epoch", 1) : result;
        }),
    ];

    // A listing that never assigns its best is given the first loss; what is reported as best stays right.
    private static WrongImplementation Stops(string name, string breaks, string story, StoppingListing listing) =>
        Mistake(name, breaks, story, Op, (right, args) =>
        {
            double[] losses = args.Row("losses");
            long patience = (long)args.Number("patience");
            StoppingListing stops = listing with { MinDelta = args.Number(Hyperparameters.MinDelta) };
            long? at = listing.KeepsFirstBest ? 1 + stops.StopAt(losses.AsSpan(1), patience, losses[0]) : stops.StopAt(losses, patience);
            return right.Answer(Op, args).With("stop_at", at);
        });

    private static long? StopWhereTiesPass(double[] losses, double patience, double minDelta)
    {
        double best = double.PositiveInfinity;
        int bad = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            bad = losses[i] < best - minDelta ? 0 : losses[i] == best ? bad : bad + 1;
            best = bad == 0 ? losses[i] : best;
            if (bad >= patience)
                return i + 1;
        }

        return null;
    }
}
