using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Summary".</summary>
internal static class Summary
{
    /// <summary>The document's decay against a constant rate, at rates from low to high.</summary>
    [Claim("D0-175")]
    [Turn("D0-174/printed/lr", "1", Verdict.Confirmed, AndPlace = "D0-045/printed/lr", AndValue = "1")]
    internal static Finding DecayHelps(Claim claim, Document document)
    {
        string stated = claim.Facts["loss with decay"].Text;
        double[] rates = [document["D0-174"].PrintedNumber("lr").Value.ToDouble(), document["D0-045"].PrintedNumber("lr").Value.ToDouble(), 1];
        PairedOutcome[] outcomes = [.. rates.Select(rate => new PairedRuns(Say($"does linear decay lower the loss at the rate {rate}"), "training loss after 40 epochs of 256 examples", Pairs: 10)
            .Run("with decay", "at a constant rate", seed => (
                new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = 40, Examples = 256, BatchSize = 16, Constant = false }.Run().Train,
                new CharRun { Validates = false, Seed = seed, Rate = rate, Epochs = 40, Examples = 256, BatchSize = 16 }.Run().Train)))];
        string[] where = [.. rates.Zip(outcomes).Where(x => x.Second.Direction == stated).Select(x => Say($"{x.First}"))];
        return Judge.Conditional(
            where.Length == rates.Length,
            where.Length > 0,
            $"at the rate {And(where)}",
            And(outcomes.Select(o => Say($"{o.Lower} of {o.Values.Count} lower"))),
            Say($"with linear decay the final loss is {And(outcomes.Zip(rates, (o, rate) => Say($"{o.Direction} at {rate} ({o.Lower} of {o.Values.Count} lower)")))}"))
            .With([.. outcomes.Select(o => o.ToString())]);
    }

    /// <summary>The printed range of decays against those that other places name.</summary>
    [Claim("D0-178")]
    [Turn("printed/lambda", "1e-4 to 1e-1", Verdict.Confirmed)]
    [Turn("D2-091/printed/llm", "0.01", Verdict.Confirmed)]
    internal static Finding RangeOfDecay(Claim claim, Document document)
    {
        PrintedRange range = claim.PrintedRange("lambda");
        (string Id, Rational Value)[] others = [("D4-056", document["D4-056"].PrintedNumber("lambda").Value), ("D2-093", document["D2-093"].PrintedNumber("small").Value), ("D2-091", document["D2-091"].PrintedNumber("llm").Value)];
        foreach ((string id, Rational value) in others)
            Working.Value(Say($"decay of {id}"), value);
        string[] outside = [.. others.Where(o => !range.Contains(o.Value)).Select(o => o.Id)];
        return Judge.Agrees(outside.Length == 0, And(outside), And(others.Select(o => Say($"{o.Value}"))), Say($"the summary has {range}; {And(others.Select(o => Say($"{o.Id} has {o.Value}")))}"));
    }

    /// <summary>The printed range of thresholds against those of the other documents.</summary>
    [Claim("D0-179")]
    [Turn("printed/max_norm", "2-5", Verdict.Conflicts)]
    [Turn("D4-087/printed/max_norm", "0.5", Verdict.Conflicts)]
    internal static Finding RangeOfClipping(Claim claim, Document document)
    {
        PrintedRange range = claim.PrintedRange("max_norm");
        (string Id, Rational Value)[] others = [("D1-142", document["D1-142"].PrintedNumber("maxNorm").Value), ("D4-087", document["D4-087"].PrintedNumber("max_norm").Value)];
        foreach ((string id, Rational value) in others)
            Working.Value(Say($"threshold of {id}"), value);
        string[] outside = [.. others.Where(o => !range.Contains(o.Value)).Select(o => o.Id)];
        int clipped = Working.Counted("runs at rate 3 that stay finite with a threshold at the lower end, clipping before the update", Enumerable.Range(0, 5).Count(seed => double.IsFinite(new CharRun { Validates = false, Seed = seed, Rate = 3, MaxNorm = range.Low!.Value.ToDouble() }.Run().Train)), 5);
        return Judge.Agrees(outside.Length == 0, And(outside), And(others.Select(o => Say($"{o.Value}"))), Say($"the summary has {range}; {And(others.Select(o => Say($"{o.Id} has {o.Value}")))}; at rate 3 {clipped} of 5 runs stay finite with {range.Low}"))
            .AndYet("in the section's own training function no threshold has any effect (D0-168)");
    }

    /// <summary>The printed range of patiences against the defaults, and what they do on little text.</summary>
    [Claim("D0-180")]
    [Turn("printed/patience", "6-10", Verdict.Conflicts)]
    [Turn("D2-108/printed/patience", "20", Verdict.Conflicts)]
    internal static Finding RangeOfPatience(Claim claim, Document document)
    {
        PrintedRange range = claim.PrintedRange("patience");
        (string Id, Rational Value)[] others = [("D0-118", document["D0-118"].PrintedNumber("patience").Value), ("D2-108", document["D2-108"].PrintedNumber("patience").Value)];
        foreach ((string id, Rational value) in others)
            Working.Value(Say($"patience of {id}"), value);
        string[] outside = [.. others.Where(o => !range.Contains(o.Value)).Select(o => o.Id)];
        Tally better = new("runs on 64 examples that end at a lower loss on new text for having stopped, with the patience at either end");
        foreach (int seed in Enumerable.Range(0, 3))
        {
            foreach (PrintedNumber end in (PrintedNumber[])[range.Low!, range.High!])
                better.Add((Overfitting.Small(seed) with { Patience = (int)end.Value.ToDouble() }).Run().HeldOut < Overfitting.Small(seed).Run().HeldOut);
        }

        return Judge.All(
            Judge.Agrees(outside.Length == 0, And(outside), And(others.Select(o => Say($"{o.Value}"))), Say($"the summary has {range}; {And(others.Select(o => Say($"{o.Id} has {o.Value}")))}")),
            Judge.Holds(better.Shown().Always, Say($"{better}"), Say($"{better} {better.What}"), Say($"{better} {better.What}")));
    }

    /// <summary>Advice on method.</summary>
    [Claim("D0-181")]
    internal static Finding Empirical(Claim claim) => Judge.NotCheckable(claim, "the sentence is advice on method; no effect is named that a program could look for");
}
