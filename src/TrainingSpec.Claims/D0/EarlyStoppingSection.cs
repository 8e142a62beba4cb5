using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Early Stopping": train_with_early_stopping.</summary>
internal static class EarlyStoppingSection
{
    /// <summary>Scripted validation losses: where the listing stops, and what counts as an improvement.</summary>
    [Claim("D0-117")]
    [Turn("facts/an equal loss", "is an improvement", Verdict.Erratum)]
    [Turn("facts/stops", "patience epochs after the first", Verdict.Erratum)]
    [Turn("given/patience", "4", Verdict.Conflicts)]
    internal static Finding StopsAfterPatience(Claim claim, Document document)
    {
        int patience = claim.GivenInteger("patience"), epochs = claim.GivenInteger("max_epochs");
        Claim defaults = document["D0-118"];
        var right = new Tally("random sequences of losses on which it stops patience epochs after the last improvement, and not before, nor without");
        var draws = new Draws(117);
        for (int i = 0; i < 200; i++)
        {
            double[] losses = [.. Enumerable.Range(0, epochs).Select(_ => draws.Uniform(1, 2))];
            long? stop = StoppingListing.D0Function.StopAt(losses, patience);
            int best = 0, expected = 0;
            for (int e = 1; e < epochs && expected == 0; e++)
            {
                best = losses[e] < losses[best] ? e : best;
                expected = e - best == patience ? e + 1 : 0;
            }

            right.Add(stop == (expected == 0 ? null : expected));
        }

        double[] ties = [.. Enumerable.Repeat(1.0, epochs)];
        long tie = Working.Value("epoch at which it stops on equal losses", StoppingListing.D0Function.StopAt(ties, patience) ?? 0);
        bool falling = Working.Holds("it stops on ever lower losses", StoppingListing.D0Function.StopAt([.. ties.Select((t, i) => t / (i + 1))], patience) is not null);
        return Judge.All(
            Judge.Agrees(patience == defaults.PrintedNumber("patience").Value && epochs == defaults.PrintedNumber("max_epochs").Value, defaults.Id, Say($"patience {Working.Value("patience", patience)}"), Say($"the patience is {patience}, of at most {epochs} epochs")),
            Judge.Stated(claim, "stops", right.Shown().Always && !falling ? "patience epochs after the best" : "elsewhere", Say($"{right}"), Say($"{right} {right.What}")),
            Judge.Stated(claim, "an equal loss", tie == patience + 1 ? "is no improvement" : "is an improvement", Say($"epoch {tie}"), Say($"on equal losses it stops at epoch {tie}")));
    }

    /// <summary>The defaults against the summary's range and the default of D2.</summary>
    [Claim("D0-118")]
    [Turn("printed/patience", "10", Verdict.Confirmed)]
    [Turn("printed/patience", "3", Verdict.Conflicts)]
    [Turn("printed/max_epochs", "0", Verdict.Erratum)]
    [Turn("D2-108/printed/patience", "5", Verdict.Confirmed)]
    internal static Finding Defaults(Claim claim, Document document)
    {
        Rational patience = claim.PrintedNumber("patience").Value, epochs = claim.PrintedNumber("max_epochs").Value, other = document["D2-108"].PrintedNumber("patience").Value;
        PrintedRange range = document["D0-180"].PrintedRange("patience");
        Working.Value("patience of D2-108", other);
        Working.Holds(Say($"the patience lies within the summary's {range}"), range.Contains(patience));
        return Judge.All(
            Judge.Holds(epochs > patience, Say($"{Working.Value("epochs", epochs)}"), "there are more epochs than the patience", "the patience never runs out"),
            Judge.Agrees(range.Contains(patience) && patience == other, range.Contains(patience) ? "D2-108" : "D0-180", Say($"{other}"), Say($"the default patience is {patience}, the summary has {range}, the class of D2 {other}")));
    }

    /// <summary>The names that the snippets use and never define.</summary>
    [Claim("D0-119")]
    [Turn("facts/undefined", "[\"train_epoch\"]", Verdict.Erratum)]
    [Turn("D0/defined names", "[\"train_batch\", \"train_epoch\", \"clip_gradients\", \"apply_weight_decay\", \"create_batches\", \"compute_gradient_norm\", \"compute_param_norm\", \"split_data\", \"dropout\", \"init_weights\", \"step_decay\", \"linear_decay\", \"train_model\", \"train_with_early_stopping\"]", Verdict.Erratum)]
    internal static Finding UndefinedHelpers(Claim claim, Document document)
    {
        string[] defined = document.Facts["defined names"].Texts;
        string[] undefined = [.. document.Facts["called names"].Rows.Select(r => r[1].Text).Except(defined).Order(StringComparer.Ordinal)], stated = [.. claim.Facts["undefined"].Texts.Order(StringComparer.Ordinal)];
        string[] helpers = [.. undefined.Except(document.Facts["imported names"].Texts)];
        Working.Value("functions that the snippets call and none defines", helpers.Length);
        Working.Tried($"used and not defined in the section: {And(undefined)}");
        return Judge.Holds(helpers.SequenceEqual(stated), Say($"{helpers.Length} functions"), $"{And(helpers)} are called and defined nowhere in the section", $"{And(helpers)} are called and defined nowhere in the section; stated is {And(stated)}")
            .AndYet($"run as it stands the section raises NameError; beside the functions it lacks {And(undefined.Except(helpers))}");
    }

    /// <summary>What the loop passes to train_epoch, and what a step needs.</summary>
    [Claim("D0-120")]
    [Turn("D0/train_epoch arguments", "[\"model\", \"train_examples\", \"learning_rate\"]", Verdict.Erratum)]
    internal static Finding NothingReachesTheEpoch(Claim claim, Document document)
    {
        string[] passed = document.Facts["train_epoch arguments"].Texts, needed = claim.Facts["what does not reach it"].Texts;
        string[] reaches = [.. needed.Intersect(passed)];
        Working.Value("of the settings that are passed to train_epoch", reaches.Length);
        return Judge.Holds(reaches.Length == 0, Say($"{reaches.Length} of {Working.Value("settings", needed.Length)}"), $"train_epoch gets {And(passed)}; none of {And(needed)} reaches it", $"{And(reaches)} reaches train_epoch")
            .AndYet("whatever rate it trains with is set elsewhere");
    }

    /// <summary>The line that an epoch prints.</summary>
    [Claim("D0-121")]
    [Turn("facts/decimals", "[\"two\", \"two\"]", Verdict.Erratum)]
    [Turn("D0/stopping log/first epoch", "0", Verdict.Erratum)]
    internal static Finding LogLine(Claim claim, Document document)
    {
        Facts log = document.Facts["stopping log"];
        (int first, int decimals) = (log["first epoch"].Integer, log["decimals"].Integer);
        string line = $"Epoch {first}: train={D4.Listings.PythonFormat.Fixed(2.34567, decimals)}, val={D4.Listings.PythonFormat.Fixed(2.5, decimals)}";
        Working.Tried($"losses 2.34567 and 2.5 in the first epoch print '{line}'");
        string found = decimals == 4 ? "four" : "another number";
        return Judge.Holds(
            first == 1 && claim.Facts["decimals"].Texts.All(d => d == found) && claim.Facts["epochs count from"].Text == "one",
            line,
            $"losses 2.34567 and 2.5 in the first epoch print '{line}'",
            $"losses 2.34567 and 2.5 in the first epoch print '{line}', which is not what is said");
    }

    /// <summary>Losses that fall by ever so little.</summary>
    [Claim("D0-122")]
    [Turn("facts/least improvement", "1e-4", Verdict.Erratum)]
    internal static Finding NoLeastImprovement(Claim claim, Document document)
    {
        double[] losses = [.. Enumerable.Range(0, 100).Select(k => 3 - k * 1e-12)];
        int patience = (int)document["D0-118"].PrintedNumber("patience").Value.ToDouble();
        long? own = StoppingListing.D0Function.StopAt(losses, patience), margin = StoppingListing.D2Class.StopAt(losses, patience);
        Working.Tried(Say($"100 losses that fall by 1e-12 from 3, patience {patience}: the listing {(own is null ? "never stops" : Say($"stops at {own}"))}, one with the margin of D2 stops at epoch {margin}"));
        return Judge.Stated(claim, "least improvement", own is null ? "none" : "some", Say($"epoch {margin} with a margin"), Say($"on losses that fall by 1e-12 the listing {(own is null ? "never stops" : "stops")}; with the margin of D2 it would stop at epoch {margin}"))
            .AndYet("progress that no one could measure keeps the training going");
    }

    /// <summary>Losses that are no numbers.</summary>
    [Claim("D0-123")]
    [Turn("facts/NaN", "is an improvement", Verdict.Erratum)]
    internal static Finding NaNIsNoImprovement(Claim claim, Document document)
    {
        int patience = (int)document["D0-118"].PrintedNumber("patience").Value.ToDouble();
        long? stop = StoppingListing.D0Function.StopAt([.. Enumerable.Repeat(double.NaN, 100)], patience);
        Working.Tried(Say($"losses that are NaN from the first epoch, patience {patience}: it stops at epoch {stop}"));
        return Judge.Stated(claim, "NaN", stop == patience ? "is no improvement" : "is an improvement", Say($"epoch {stop}"), Say($"on losses that are NaN it stops at epoch {stop}, the patience being {patience}"))
            .AndYet("a run that has broken down ends with the same words as one that has converged");
    }

    /// <summary>The weights at the end of a run that stopped early, against the best ones.</summary>
    [Claim("D0-124")]
    [Claim("D0-173")]
    [Turn("facts/weights at the end", "the best", Verdict.Erratum)]
    internal static Finding LastWeights(Claim claim)
    {
        Tally last = new("runs that stopped early whose model has the last validation loss and not the least"), differs = new("of them in which these are more than 0.02 apart");
        double apart = 0;
        foreach (int seed in Enumerable.Range(0, 5))
        {
            CharOutcome run = (Overfitting.Small(seed) with { Patience = 5 }).Run();
            double best = run.Log.Min(l => l.Validation);
            last.Add(Near(run.HeldOut, run.Log[^1].Validation, 16) && run.HeldOut > best);
            differs.Add(run.HeldOut > best + 0.02);
            apart = Math.Max(apart, run.HeldOut - best);
        }

        Working.Value("the most that the end lies above the best", apart);
        return Judge.Stated(claim, "weights at the end", last.Shown().Always ? "the last" : last.Never ? "the best" : "either", Say($"{last}, up to {apart:F3}"), Say($"{last} {last.What}; {differs.Shown()} {differs.What}, up to {apart:F3} nats"))
            .AndYet(Say($"what was to be saved stands in a comment alone: the model that is left is up to {apart:F3} nats worse than the best one seen"));
    }

    /// <summary>Patience 0 where the first epoch improves, in the function and in the loop of the training function.</summary>
    [Claim("D0-125")]
    [Turn("given/patience", "2", Verdict.Erratum)]
    [Turn("facts/halts", "never", Verdict.Erratum)]
    internal static Finding PatienceZero(Claim claim)
    {
        int patience = claim.GivenInteger("patience");
        double[] falling = [5, 4, 3, 2, 1];
        long? function = StoppingListing.D0Function.StopAt(falling, patience), loop = StoppingListing.D0Loop.StopAt(falling, patience);
        Working.Tried(Say($"losses that fall in every epoch, patience {patience}: the function stops at epoch {(object?)function ?? "none"}, the training function at epoch {(object?)loop ?? "none"}"));
        return Judge.Stated(claim, "halts", function == 1 ? "after the first epoch" : "never", Say($"epoch {(object?)function ?? "none"}"), Say($"with patience {patience} and falling losses the function stops at epoch {(object?)function ?? "none"}, since its test stands outside of the else branch, and the training function, where it stands inside, at epoch {(object?)loop ?? "none"}"))
            .AndYet("the section's two loops differ here, and nowhere else");
    }
}
