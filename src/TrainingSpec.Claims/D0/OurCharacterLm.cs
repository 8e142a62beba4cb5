using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Our Character LM": the rates for the section's own model.</summary>
internal static class OurCharacterLm
{
    /// <summary>The printed first rate against the rule of thumb, on the character model.</summary>
    [Claim("D0-045")]
    [Turn("printed/lr", "0.0001", Verdict.Erratum)]
    [Turn("printed/lr", "10", Verdict.Erratum)]
    [Turn("facts/beside the rule of thumb", "cautious", Verdict.Erratum)]
    internal static Finding AggressiveStart(Claim claim, Document document)
    {
        double rate = claim.PrintedNumber("lr").Value.ToDouble(), rule = document["D0-037"].PrintedNumber("lr").Value.ToDouble();
        PairedOutcome outcome = new PairedRuns(Say($"is the training loss at {rate} lower than at {rule}"), "training loss after 10 epochs", Pairs: 10, Least: 0.02)
            .Run(Say($"at {rate}"), Say($"at {rule}"), seed => (new CharRun { Validates = false, Seed = seed, Rate = rate }.Run().Train, new CharRun { Validates = false, Seed = seed, Rate = rule }.Run().Train));
        return Judge.All(
            Judge.Stated(claim, "beside the rule of thumb", rate > rule ? "aggressive" : "cautious", Say($"{rate} against {rule}"), Say($"{rate} is {Working.Value("times the rule of thumb", rate / rule):G3} times the rule of thumb")),
            Judge.Holds(outcome.Direction == "lower", Say($"{outcome.Lower} of {outcome.Values.Count} lower"), outcome.ToString(), outcome.ToString()));
    }

    /// <summary>A model that the first rate makes unstable, and the printed lower one.</summary>
    [Claim("D0-046")]
    [Turn("facts/cures", "no", Verdict.Erratum)]
    internal static Finding LowerIfUnstable(Claim claim, Document document)
    {
        Rational from = claim.GivenExact("from"), factor = document["D0-038"].PrintedNumber("factor").Value;
        double rate = from.ToDouble(), to = claim.PrintedNumber("to").Value.ToDouble();
        Tally unstable = new(Say($"runs of nets with ten hidden layers, single examples, at {rate} that end no better than counting characters")), cured = new(Say($"of them at {to} that end better"));
        double unigram = CharText.Unigram(new CharRun { Validates = false, Rate = 0, Examples = 256 }.Text());
        foreach (int seed in Enumerable.Range(0, 5))
        {
            var run = new CharRun { Validates = false, Seed = seed, Rate = rate, Layers = 10, BatchSize = 1, Examples = 256 };
            CharOutcome high = run.Run(), low = (run with { Rate = to }).Run();
            if (unstable.Add(!(high.Train < unigram - 0.01)))
                cured.Add(low.Train < unigram - 0.01);
        }

        return Judge.All(
            Judge.Number(claim, "to", Working.Value(Say($"{from} reduced by the rule's factor of {factor}"), from / factor)),
            Judge.Stated(claim, "cures", unstable.Shown().Count > 0 && 2 * cured.Shown().Count > cured.Of ? "yes" : "no", Say($"{unstable}, {cured}"), Say($"{unstable} {unstable.What}; {cured} {cured.What}")));
    }

    /// <summary>The printed higher rate against the first one.</summary>
    [Claim("D0-047")]
    [Turn("printed/to", "0.05", Verdict.Erratum)]
    [Turn("printed/to", "20", Verdict.Erratum)]
    internal static Finding HigherIfSlow(Claim claim)
    {
        double from = claim.GivenNumber("from"), to = claim.PrintedNumber("to").Value.ToDouble();
        PairedOutcome outcome = new PairedRuns(Say($"is the training loss at {to} lower than at {from}"), "training loss after 3 epochs", Pairs: 10, Least: 0.01)
            .Run(Say($"at {to}"), Say($"at {from}"), seed => (new CharRun { Validates = false, Seed = seed, Rate = to, Epochs = 3 }.Run().Train, new CharRun { Validates = false, Seed = seed, Rate = from, Epochs = 3 }.Run().Train));
        return Judge.Holds(outcome.Direction == "lower", Say($"{outcome.Lower} of {outcome.Values.Count} lower"), outcome.ToString(), outcome.ToString())
            .With(Say($"a factor of {Working.Value("factor", to / from):G3}, where the rule of thumb adjusts by factors of 10"));
    }
}
