using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "What to Watch For": each row's causes are planted, its symptom is looked for, its remedies are tried.</summary>
internal static class WhatToWatchFor
{
    private const int Seeds = 3;

    /// <summary>A flat loss: a rate that is too low, and a start from which nothing moves.</summary>
    [Claim("D0-150")]
    [Turn("printed/cause", "too high a rate", Verdict.Erratum)]
    [Turn("printed/solution", "lower the rate", Verdict.Erratum)]
    internal static Finding FlatLoss(Claim claim)
    {
        CharRun low = new() { Rate = 1e-4, Epochs = 20 }, stuck = new() { Rate = 0.1, Scheme = "zeros", Epochs = 40 };
        return Row(
            claim,
            run => run.Log[^10].Train - run.Log[^1].Train < Symptoms.SlowShare * run.Log[^10].Train && run.Train > 1.2,
            [("too low a rate", low), ("stuck", stuck), ("too high a rate", low with { Rate = 0.5 })],
            [("raise the rate", low with { Rate = 0.1 }), ("reinitialise", stuck with { Scheme = "He" }), ("lower the rate", low with { Rate = 1e-5 })])
            .With(Say($"a rate of 1 does not free a start at zeros: {Share(stuck with { Rate = 1 }, run => run.Train < 1.2)} of {Seeds} runs get away"));
    }

    /// <summary>An exploding loss: a rate that is too high.</summary>
    [Claim("D0-151")]
    [Turn("printed/cause", "too low a rate", Verdict.Erratum)]
    [Turn("printed/solution", "raise the rate", Verdict.Erratum)]
    [Turn("D0-179/printed/max_norm", "0.01-5", Verdict.Confirmed)]
    internal static Finding ExplodingLoss(Claim claim, Document document)
    {
        CharRun high = new() { Rate = 10, Epochs = 10 };
        return Clipped(
            claim,
            document,
            run => Symptoms.ExplodingLoss(new RunRecord { TrainingLoss = run.BatchLosses }),
            [("rate too high", high), ("too low a rate", high with { Rate = 1e-3 })],
            [("lower the rate", high with { Rate = 0.1 }), ("clip", high), ("raise the rate", high with { Rate = 20 })])
            .With("these runs clip before the update, the section's training function after it (D0-168)");
    }

    /// <summary>Validation above training: in runs that overfit, and in runs that do not.</summary>
    [Claim("D0-152")]
    [Turn("printed/cause", "rate too high", Verdict.Erratum)]
    [Turn("printed/solution", "train longer", Verdict.Erratum)]
    internal static Finding ValidationAboveTraining(Claim claim)
    {
        CharRun small = Overfitting.Small(0), healthy = new() { Rate = 0.1, Epochs = 6, Examples = 2048 };
        static bool Above(CharOutcome run) => run.HeldOut > run.Train;
        Finding row = Row(
            claim,
            run => Above(run) && run.HeldOut > run.Log.Min(l => l.Validation) + 0.3,
            [("overfitting", small), ("rate too high", healthy with { Rate = 0.5 })],
            [("regularise", small with { WeightDecay = 0.01 }), ("stop early", small with { Patience = 5 }), ("train longer", small with { Epochs = 120 })]);
        int above = Working.Counted("runs on 2048 examples, 6 epochs, whose validation loss is still falling and yet above the training loss", Share(healthy, run => Above(run) && run.Log[^1].Validation < run.Log[^2].Validation + 0.02), Seeds);
        return Judge.All(
            row,
            Judge.Conditional(above == 0, row.Verdict == Verdict.Confirmed, "where the gap grows while the validation loss rises", Say($"{above} of {Seeds}"), Say($"validation is above training in {above} of {Seeds} runs that do not overfit as well")));
    }

    /// <summary>An oscillating loss: a rate that is too high on a curve, and noise.</summary>
    [Claim("D0-153")]
    [Turn("printed/cause", "rate too low", Verdict.Erratum)]
    [Turn("printed/solution", "raise the rate", Verdict.Erratum)]
    internal static Finding OscillatingLoss(Claim claim)
    {
        double[] Well(double rate)
        {
            double x = 0.5;
            return [.. Enumerable.Range(0, 60).Select(_ =>
            {
                x = Sgd.Update<Real64>(x, x * x * x - x, rate);
                return (x * x - 1) * (x * x - 1) / 4;
            })];
        }

        (string Word, double Rate)[] causes = [("rate too high", 1.1), ("rate too low", 0.01)], cures = [("lower the rate", 0.5), ("raise the rate", 1.2)];
        bool Shows(double rate) => Working.Holds(Say($"the loss in the double well oscillates at {rate}, by the turning points of the diagnosis engine"), Symptoms.OscillatingLoss(new RunRecord { TrainingLoss = Well(rate) }));
        bool cause = causes.Any(c => c.Word == claim.PrintedText("cause") && Shows(c.Rate)), cured = cures.Any(c => c.Word == claim.PrintedText("solution") && !Shows(c.Rate));
        Working.Uses("sgd.update");
        (int noisy, int calm) = (Share(new CharRun { Rate = 1, Epochs = 20, BatchSize = 4 }, Turning), Share(new CharRun { Rate = 0.1, Epochs = 20, BatchSize = 32 }, Turning));
        return Judge.Holds(cause && cured, Say($"{Working.Value("rate with oscillation", causes[0].Rate)} and {Working.Value("without", cures[0].Rate)}"), Say($"in the double well (x^2 - 1)^2/4 the loss oscillates at the rate {causes[0].Rate} and no longer at {cures[0].Rate}"), Say($"{claim.PrintedText("cause")} does not make the loss oscillate, or {claim.PrintedText("solution")} does not end it"))
            .With(Say($"the losses of small batches go up and down at any rate; epochs of a character model turn more often than noise would in {noisy} of {Seeds} runs at rate 1 in batches of 4, and in {calm} of {Seeds} at 0.1 in batches of 32"));

        static bool Turning(CharOutcome run) => Symptoms.OscillatingLoss(new RunRecord { TrainingLoss = [.. run.Log.Select(l => l.Train)] });
    }

    /// <summary>Gradients that vanish on the way down, with the remedies.</summary>
    [Claim("D0-154")]
    [Turn("printed/cause", "exploding gradients", Verdict.Erratum)]
    [Turn("printed/solution", "smaller rate", Verdict.Erratum)]
    internal static Finding VanishingGradients(Claim claim)
    {
        double Ratio(double deviation, bool skip) => DeepStack.GradientNorms(20, 32, deviation, skip, 0) is var norms ? norms[0] / norms[^1] : 0;
        double he = Math.Sqrt(2.0 / 32);
        (string Word, double Found)[] causes = [("vanishing gradients", Ratio(he / 3, false)), ("exploding gradients", Ratio(4 * he, false))], cures = [("better init", Ratio(he, false)), ("skip connections", Ratio(he / 3, true)), ("smaller rate", Ratio(he / 3, false))];
        foreach ((string word, double found) in causes.Concat(cures))
            Working.Tried(Say($"20 layers with ReLU, {word}: the gradient at the first layer is {found:G3} of that at the last"));
        double atMinimum = Working.Value("slope of x^2/2 after 200 steps at 0.1 from x = 1, where nothing vanishes on the way", KeyPropertiesSlope());
        return Judge.Holds(
            causes.Any(c => c.Word == claim.PrintedText("cause") && c.Found < 1e-6) && Words(claim).All(w => cures.Any(c => c.Word == w && c.Found > 1e-3)),
            Say($"{causes[0].Found:G3}, then {cures[0].Found:G3} and {cures[1].Found:G3}"),
            Say($"with weights a third of He's the gradient at the first of 20 layers is {causes[0].Found:G3} of that at the last; with He's it is {cures[0].Found:G3}, with skip connections {cures[1].Found:G3}"),
            Say($"{claim.PrintedText("cause")} or {claim.PrintedText("solution")} does not fit: {And(causes.Concat(cures).Select(c => Say($"{c.Word} {c.Found:G3}")))}"))
            .With(Say($"gradients tend to zero at a minimum too, as they should: {atMinimum:G3} after 200 steps on a parabola"));

        static double KeyPropertiesSlope() => Enumerable.Range(0, 200).Aggregate(1.0, (x, _) => Sgd.Update<Real64>(x, x, 0.1).Value);
    }

    /// <summary>Gradients that explode, with the remedies.</summary>
    [Claim("D0-155")]
    [Turn("printed/cause", "vanishing gradients", Verdict.Erratum)]
    [Turn("printed/solution", "larger rate", Verdict.Erratum)]
    [Turn("D0-179/printed/max_norm", "0.01-5", Verdict.Confirmed)]
    internal static Finding ExplodingGradients(Claim claim, Document document)
    {
        CharRun high = new() { Rate = 10, Epochs = 5 };
        static bool Explodes(CharOutcome run) => Symptoms.GrowingNorms(new RunRecord { GradientNorms = run.Norms });
        double deep = Working.Value("gradient at the first of 20 layers of N(0, 1) over that at the last", DeepStack.GradientNorms(20, 32, 1, false, 0) is var norms ? norms[0] / norms[^1] : 0);
        double threshold = document["D0-179"].PrintedRange("max_norm").Low!.Value.ToDouble(), clipped = Working.Value(Say($"its norm after clipping at {threshold}"), Clipping.Scale<Real64>(deep, threshold).Value * deep);
        Finding row = Clipped(
            claim,
            document,
            Explodes,
            [("exploding gradients", high), ("vanishing gradients", high with { Rate = 1e-3 })],
            [("clip", high), ("smaller rate", high with { Rate = 0.1 }), ("larger rate", high with { Rate = 30 })]);
        return Judge.All(row, Judge.Holds(deep > 1e6 && Near(clipped, threshold, 8), Say($"{clipped}"), Say($"clipping takes a gradient of {deep:G3} to {clipped}"), "clipping does not help"))
            .With("a smaller rate does not help where the weights at the start are too large: the first gradient does not know the rate");
    }

    // A row with clipping among its remedies: at the least threshold of the summary, and at a hundredth of it.
    private static Finding Clipped(Claim claim, Document document, Func<CharOutcome, bool> shows, (string Word, CharRun Run)[] causes, (string Word, CharRun Run)[] remedies)
    {
        double least = document["D0-179"].PrintedRange("max_norm").Low!.Value.ToDouble();
        (string Word, CharRun Run)[] At(double maxNorm) => [.. remedies.Select(r => (r.Word, r.Word == "clip" ? r.Run with { MaxNorm = maxNorm } : r.Run))];
        (bool Right, string Told) own = Outcomes(claim, shows, causes, At(least)), beyond = Outcomes(claim, shows, causes, At(least / 100));
        return Judge.Conditional(
            own.Right,
            beyond.Right,
            Say($"when the threshold is a hundredth of the summary's least, {least / 100}"),
            own.Told,
            Say($"clipped at {least}, the least of the summary's thresholds, the symptom is seen in {own.Told}; clipped at {least / 100}, in {beyond.Told}"));
    }

    // The printed causes must each show the symptom, the printed remedies must each end it, in all seeds.
    private static Finding Row(Claim claim, Func<CharOutcome, bool> shows, (string Word, CharRun Run)[] causes, (string Word, CharRun Run)[] remedies)
    {
        (bool right, string told) = Outcomes(claim, shows, causes, remedies);
        return Judge.Holds(right, told, Say($"the symptom is seen in {told}"), Say($"the symptom is seen in {told}, where every cause should show it and every remedy end it"));
    }

    private static (bool Right, string Told) Outcomes(Claim claim, Func<CharOutcome, bool> shows, (string Word, CharRun Run)[] causes, (string Word, CharRun Run)[] remedies)
    {
        string[] named = [.. claim.PrintedText("cause").Split(", or ", StringSplitOptions.TrimEntries)], cures = Words(claim);
        List<string> told = [];
        bool right = true;
        foreach ((string word, bool wanted) in named.Select(n => (n, true)).Concat(cures.Select(c => (c, false))))
        {
            (string Word, CharRun Run)[] planted = [.. (wanted ? causes : remedies).Where(p => p.Word == word)];
            int shown = planted.Length == 0 ? 0 : Share(planted[0].Run, shows);
            string at = planted.Length > 0 && double.IsFinite(planted[0].Run.MaxNorm) ? Say($" at {planted[0].Run.MaxNorm}") : "";
            Working.Counted(Say($"runs with '{word}'{at} {(wanted ? "planted" : "as the remedy")} that show the symptom"), shown, Seeds);
            right &= planted.Length > 0 && shown == (wanted ? Seeds : 0);
            told.Add(Say($"{shown} of {Seeds} with '{word}'"));
        }

        return (right, And(told));
    }

    private static string[] Words(Claim claim) => [.. claim.PrintedText("solution").Split([", ", " or "], StringSplitOptions.TrimEntries)];

    private static int Share(CharRun run, Func<CharOutcome, bool> shows) => Enumerable.Range(0, Seeds).Count(seed => shows((run with { Seed = seed }).Run()));
}
