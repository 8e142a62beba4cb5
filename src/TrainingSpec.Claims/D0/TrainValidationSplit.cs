using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Train/Validation Split": split_data.</summary>
internal static class TrainValidationSplit
{
    /// <summary>What the training loss says of new text, and what the held-out loss says.</summary>
    [Claim("D0-112")]
    [Turn("facts/training loss as a measure of new text", "is right", Verdict.Erratum)]
    internal static Finding HeldOutData(Claim claim)
    {
        Tally below = new("runs on 64 examples whose training loss is more than 0.5 below the loss on new text"), near = new("of them whose held-out loss is within 0.5 of the loss on other new text");
        Example[] other = CharText.Windows(112, 500);
        foreach (int seed in Enumerable.Range(0, 5))
        {
            (double train, double held, double fresh) = Kept.Of(seed, static s => Ends(s));
            below.Add(train < fresh - 0.5);
            near.Add(Math.Abs(held - fresh) < 0.5);
        }

        Working.Value("examples of new text", other.Length);
        return Judge.Stated(claim, "training loss as a measure of new text", below.Shown().Always && near.Shown().Always ? "is too low" : "is right", Say($"{below}, {near}"), Say($"{below} {below.What}, {near} {near.What}: only what was not trained on tells"));

        static (double Train, double Held, double Fresh) Ends(int seed)
        {
            CharModel model = CharModel.Start("He", seed);
            Example[] train = CharText.Windows(1, 64);
            TrainerListing.ClippingFirst().Train(model, train, [], new TrainerConfig(100, 16, 0.1, Constant: true), seed);
            return (model.Mean(train), model.Mean(CharRun.HeldOut()), model.Mean(CharText.Windows(112, 500)));
        }
    }

    /// <summary>Sizes and parts of splits of many lengths.</summary>
    [Claim("D0-113")]
    [Turn("given/val_fraction", "0.2", Verdict.Conflicts)]
    [Turn("facts/returns", "[\"validation\", \"train\"]", Verdict.Erratum)]
    internal static Finding Sizes(Claim claim, Document document)
    {
        double fraction = claim.GivenNumber("val_fraction");
        Rational own = document.Facts["split_data"]["val_fraction"].Exact;
        Tally sizes = new("lengths up to 2000 for which the second part has the whole number below N/10, exactly, and the first all others"), parts = new("lengths for which the two parts hold every example once");
        for (int n = 1; n <= 2000; n++)
        {
            (int[] first, int[] second) = Split(n, fraction);
            sizes.Add(second.Length == Rational.Truncate(claim.GivenExact("val_fraction") * n) && first.Length == n - second.Length);
            if (n <= 100)
                parts.Add(first.Concat(second).Order().SequenceEqual(Enumerable.Range(0, n)));
        }

        (int[] train, int[] validation) = Split(100, fraction);
        string[] order = train.Length > validation.Length ? ["train", "validation"] : ["validation", "train"], stated = claim.Facts["returns"].Texts;
        Working.Value("sizes of the two parts of 100", new[] { train.Length, validation.Length });
        return Judge.All(
            Judge.Agrees(claim.GivenExact("val_fraction") == own, "the listing's default in line 374", Say($"{train.Length} and {validation.Length} of 100"), Say($"the fraction is {fraction}, the listing's default {own}")),
            Judge.Holds(sizes.Shown().Always && parts.Shown().Always && order.SequenceEqual(stated), Say($"{sizes}"), Say($"{sizes} {sizes.What}; {parts} {parts.What}"), Say($"{sizes} {sizes.What}; the parts come as {And(order)}")));
    }

    /// <summary>How the share of a length that is no multiple of ten is rounded.</summary>
    [Claim("D0-114")]
    [Turn("facts/validation share is", "rounded up", Verdict.Erratum)]
    [Turn("D0/split_data/val_fraction", "0.5", Verdict.Erratum)]
    internal static Finding Truncated(Claim claim, Document document)
    {
        int n = claim.GivenInteger("n");
        Rational fraction = document.Facts["split_data"]["val_fraction"].Exact, share = fraction * n;
        (int[] train, int[] validation) = Kept.Of((n, fraction.ToDouble()), static x => Split(x.n, x.Item2));
        Working.Value("the listing's fraction of the length", share);
        Working.Value("examples for validation", validation.Length);
        Working.Value("examples for training", train.Length);
        return Judge.Stated(claim, "validation share is", share.Denominator == 1 ? "exact" : validation.Length == Rational.Truncate(share) ? "truncated" : "rounded up", Say($"{train.Length} and {validation.Length}"), Say($"of {n} examples {validation.Length} are for validation and {train.Length} for training: int() cuts off the rest of {share.ToDouble()}"))
            .With("who truncates the training share instead, as D4 does with int(0.9 n), has one example more for validation");
    }

    /// <summary>Few examples, and fractions outside (0, 1).</summary>
    [Claim("D0-115")]
    [Turn("facts/fewer than ten examples", "one for validation", Verdict.Erratum)]
    [Turn("facts/a fraction of one", "nothing for validation", Verdict.Erratum)]
    internal static Finding EmptyParts(Claim claim, Document document)
    {
        double fraction = document.Facts["split_data"]["val_fraction"].Exact.ToDouble();
        Tally none = new("lengths from 1 to 9 with nothing for validation");
        none.AddAll(Enumerable.Range(1, 9).Select(n => Split(n, fraction).Second.Length == 0));
        int train = Working.Value("examples for training of 20 at a fraction of 1", Split(20, 1).First.Length), negative = Working.Value("of 10 at a fraction of -0.3", Split(10, -0.3).First.Length);
        return Judge.All(
            Judge.Stated(claim, "fewer than ten examples", none.Shown().Always ? "nothing for validation" : "one for validation", Say($"{none}"), Say($"{none} {none.What}")),
            Judge.Stated(claim, "a fraction of one", train == 0 ? "nothing for training" : "nothing for validation", Say($"{train} for training"), Say($"at a fraction of 1 there are {train} examples for training")))
            .AndYet(Say($"nothing is refused: a fraction of -0.3 leaves {negative} of 10 for training"));
    }

    /// <summary>The caller's list after the split, and how much of the validation part stands in the training part too.</summary>
    [Claim("D0-116")]
    [Turn("facts/windows in both parts", "no more than in a contiguous split", Verdict.Erratum)]
    [Turn("facts/order of the caller's list", "kept", Verdict.Erratum)]
    internal static Finding Leaks(Claim claim, Document document)
    {
        double fraction = document.Facts["split_data"]["val_fraction"].Exact.ToDouble();
        int[] list = [.. Enumerable.Range(0, 1000)];
        Python.Shuffle(list, new Draws(116));
        int moved = Working.Value("of 1000 examples in another place of the caller's list after the split", list.Where((x, i) => x != i).Count());
        // Windows of eight characters, one place on from each other: a window shares seven with its neighbour.
        int validation = (int)(fraction * 1000);
        double Leaked(int[] held) => held.Count(w => (w < 999 && !held.Contains(w + 1)) || (w > 0 && !held.Contains(w - 1))) / (double)held.Length;
        double shuffled = Working.Value("share of the validation windows with a neighbour, seven of eight characters alike, in training, after a shuffled split", Leaked(list[..validation])), contiguous = Working.Value("after a contiguous split", Leaked([.. Enumerable.Range(1000 - validation, validation)]));
        return Judge.All(
            Judge.Stated(claim, "order of the caller's list", moved > 0 ? "changed" : "kept", Say($"{moved} moved"), Say($"after the split {moved} of 1000 examples stand elsewhere in the list that was passed")),
            Judge.Stated(claim, "windows in both parts", shuffled > 0.5 && contiguous < 0.1 ? "most" : "no more than in a contiguous split", Say($"{shuffled:F3} against {contiguous:F3}"), Say($"{shuffled:F3} of the windows for validation have a neighbour in training that differs by one character; after a contiguous split {contiguous:F3}")))
            .AndYet("on sliding windows the validation loss of this split is too good");
    }

    private static (int[] First, int[] Second) Split(int count, double fraction)
    {
        int[] list = [.. Enumerable.Range(0, count)];
        int validation = (int)(count * fraction);
        Python.Shuffle(list, new Draws(113));
        return (Python.Slice(list, validation, null), Python.Slice(list, null, validation));
    }
}
