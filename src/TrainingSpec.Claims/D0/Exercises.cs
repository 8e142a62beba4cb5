using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Exercises" and "What's Next": each exercise is done, and asks for a difference that must be there.</summary>
internal static class Exercises
{
    /// <summary>The training losses at the four rates.</summary>
    [Claim("D0-182")]
    [Turn("given/lr", "0.1, 0.1, 0.1, 0.1", Verdict.Erratum)]
    internal static Finding Rates(Claim claim)
    {
        double[] rates = [.. PrintedNumber.All(claim.GivenText("lr")).Select(p => p.Value.ToDouble())];
        double[] ends = [.. rates.Select(rate => Enumerable.Range(0, 5).Average(seed => AtRate(rate, seed).Run().Train))];
        for (int i = 0; i < rates.Length; i++)
            Working.Tried(Say($"rate {rates[i]}: training loss {ends[i]:F3} after 20 epochs, mean of five seeds"));
        bool apart = ends.Order().Zip(ends.Order().Skip(1)).All(x => x.Second > x.First + 0.01);
        return Judge.Holds(apart, And(ends.Select(e => Say($"{e:F3}"))), Say($"the exercise has an answer: the losses after 20 epochs are {And(ends.Zip(rates, (e, r) => Say($"{e:F3} at {r}")))}, and none diverges"), Say($"the losses after 20 epochs are {And(ends.Select(e => Say($"{e:F3}")))}: the rates can't be told apart"));
    }

    /// <summary>Epochs to a common loss from the two starts.</summary>
    [Claim("D0-183")]
    [Turn("given/inits", "Xavier, Xavier", Verdict.Erratum)]
    internal static Finding Starts(Claim claim)
    {
        string[] inits = [.. claim.GivenText("inits").Split(", ").Select(s => s.Replace("N(0,1)", "N(0, 1)", StringComparison.Ordinal))];
        PairedOutcome outcome = new PairedRuns("does the start change how long training takes", "first epoch with a training loss below 1.3", Pairs: 20).Run($"from {inits[0]}", $"from {inits[1]}", seed => (Epochs(seed, inits[0]), Epochs(seed, inits[1])));
        return Judge.Holds(outcome.Direction != "no different", Say($"{outcome.Lower} of {outcome.Values.Count} earlier"), Say($"the exercise has an answer: {outcome}"), outcome.ToString());

        static double Epochs(int seed, string scheme) => EpochsTo(1.3, From(scheme, seed).Run());
    }

    /// <summary>Updates and examples to a common loss by batch size.</summary>
    [Claim("D0-184")]
    [Turn("given/B", "16, 16, 16, 16", Verdict.Erratum)]
    internal static Finding BatchSizes(Claim claim)
    {
        int[] sizes = [.. PrintedNumber.All(claim.GivenText("B")).Select(p => (int)p.Value.ToDouble())];
        int[] epochs = [.. sizes.Select(size => EpochsTo(1.2, InBatches(size).Run()))];
        double[] updates = [.. sizes.Zip(epochs, (size, e) => e * Batches.Count<Real64>(512, size).Value)];
        for (int i = 0; i < sizes.Length; i++)
            Working.Tried(Say($"batches of {sizes[i]}: training loss below 1.2 after {epochs[i]} epochs of 512 examples, {updates[i]} updates"));
        bool differ = updates.Distinct().Count() == sizes.Length && epochs.Distinct().Count() > 1;
        return Judge.Holds(differ, And(updates.Select(u => Say($"{u}"))), Say($"the exercise has an answer: batches of {And(sizes.Select(s => Say($"{s}")))} reach the loss 1.2 in {And(updates.Select(u => Say($"{u}")))} updates and {And(epochs.Select(e => Say($"{e}")))} epochs; the clock decides between them by the machine"), "the sizes can't be told apart");
    }

    /// <summary>The held-out loss with and without early stopping.</summary>
    [Claim("D0-185")]
    [Turn("D0-118/printed/patience", "1000", Verdict.Erratum)]
    internal static Finding WithEarlyStopping(Document document)
    {
        int patience = (int)document["D0-118"].PrintedNumber("patience").Value.ToDouble();
        PairedOutcome outcome = new PairedRuns("does early stopping change the final validation loss", "validation loss at the end, 64 examples, at most 100 epochs", Pairs: 10).Run(Say($"with a patience of {patience}"), "without", seed => ((Overfitting.Small(seed) with { Patience = patience }).Run().HeldOut, Overfitting.Small(seed).Run().HeldOut));
        return Judge.Holds(outcome.Direction != "no different", Say($"{outcome.Lower} of {outcome.Values.Count} lower"), Say($"the exercise has an answer: {outcome}"), outcome.ToString());
    }

    /// <summary>The tenth of training in which the gradients are longest.</summary>
    [Claim("D0-186")]
    [Turn("facts/logged", "rate", Verdict.Erratum)]
    internal static Finding LargestGradients(Claim claim)
    {
        bool norms = claim.Facts["logged"].Text == "gradient norm";
        Tally first = new("runs at 0.1, 20 epochs, in which the first tenth has the largest mean of what is logged");
        foreach (string scheme in (string[])["He", "N(0, 1)"])
        {
            foreach (int seed in Enumerable.Range(0, 5))
            {
                CharOutcome run = AtRate(0.1, seed, scheme).Run();
                double[] logged = norms ? run.Norms : [.. run.Norms.Select(_ => 0.1)];
                double[] tenths = [.. logged.Chunk(logged.Length / 10).Take(10).Select(c => c.Average())];
                first.Add(tenths[0] > tenths[1..].Max());
            }
        }

        return Judge.Holds(first.Shown().Count > 0, Say($"{first}"), Say($"the exercise has an answer: {first} {first.What}, from He's start and from N(0, 1)"), Say($"{first} {first.What}"));
    }

    /// <summary>The run at a rate.</summary>
    internal static CharRun AtRate(double rate, int seed, string scheme = "He") => new() { Validates = false, Seed = seed, Rate = rate, Epochs = 20, Scheme = scheme };

    /// <summary>The run from a start, long enough for each to converge.</summary>
    internal static CharRun From(string scheme, int seed) => new() { Validates = false, Seed = seed, Rate = 0.1, Epochs = 40, Scheme = scheme };

    /// <summary>The run with batches of a size.</summary>
    internal static CharRun InBatches(int size) => new() { Validates = false, Rate = 0.1, Epochs = 80, BatchSize = size };

    /// <summary>The first epoch with a training loss below a bound; one more than there are where none has.</summary>
    internal static int EpochsTo(double loss, CharOutcome run) => run.Log.Count(l => l.Train >= loss) + 1;

    /// <summary>What the next section is to show.</summary>
    [Claim("D0-187")]
    internal static Finding NextSection(Claim claim) => Judge.NotCheckable(claim, "the sentences announce another section and its models, which this document does not hold");
}
