using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Language Modeling Objective".</summary>
internal static class LanguageModelingObjective
{
    /// <summary>The shift by one token, on the sentence and on every window of random streams.</summary>
    [Claim("D4-004")]
    [Turn("printed/input", "The cat sat on", Verdict.Erratum)]
    [Turn("printed/target", "The cat sat on the", Verdict.Erratum)]
    internal static Finding TargetsAreInputsShifted(Claim claim)
    {
        string[] words = claim.GivenText("sequence").Split(' ');
        (string[] input, string[] target) = NextTokenPairs.Of(words);
        string recomputed = $"{string.Join(' ', input)} → {string.Join(' ', target)}";
        bool asPrinted = string.Join(' ', input) == claim.PrintedText("input") && string.Join(' ', target) == claim.PrintedText("target");
        var draws = new Draws(404);
        int windows = 0;
        var shifted = new Tally("windows in which it is");
        for (int stream = 0; stream < 100; stream++)
        {
            int[] tokens = [.. Enumerable.Range(0, 2 + draws.Index(40)).Select(_ => draws.Index(7))];
            for (int length = 2; length <= tokens.Length; length++, windows++)
            {
                int start = draws.Index(tokens.Length - length + 1);
                (int[] inputs, int[] targets) = NextTokenPairs.Of(tokens[start..(start + length)]);
                bool next = targets.Select((t, i) => t == tokens[start + i + 1]).All(b => b) && inputs.Skip(1).SequenceEqual(targets.SkipLast(1));
                shifted.Add(next);
            }
        }

        Working.Value("the words but the last, and the words but the first", recomputed);
        Working.Tried("100 random streams of 2 to 41 tokens (seed 404), a window of every length from each: whether every target is the token after its input");
        shifted.Shown();
        return Judge.Holds(
            asPrinted && shifted.Always,
            recomputed,
            Say($"the {words.Length} words give {input.Length} inputs and the {target.Length} words after them; the shift holds in all {windows} random windows"),
            $"the shift gives {recomputed}");
    }

    /// <summary>The table of prefixes and next words, rebuilt from the sentence of D4-004.</summary>
    [Claim("D4-005")]
    [Turn("D4/next words/0/2", "sat", Verdict.Erratum)]
    internal static Finding PrefixPredictsNextWord(Document document)
    {
        (string[] input, string[] target) = NextTokenPairs.Of(document["D4-004"].GivenText("sequence").Split(' '));
        string[] pairs = [.. input.Select((_, k) => $"{string.Join(' ', input.Take(k + 1))} → {target[k]}")];
        string[] printed = [.. document.Facts["next words"].Rows.Select(row => $"{row[1].Text} → {row[2].Text}")];
        Working.Value("prefixes of the sentence with the word after them", pairs);
        Working.Value("rows of the table", printed);
        return Judge.Holds(
            printed.SequenceEqual(pairs.Take(printed.Length)),
            string.Join("; ", pairs.Take(printed.Length)),
            Say($"all {printed.Length} rows are the sentence's prefixes with the word after them"),
            $"the sentence gives {string.Join("; ", pairs)}").With($"elided: {string.Join("; ", pairs.Skip(printed.Length))}");
    }

    /// <summary>The order of the signal's stages against the order of calls in train_step.</summary>
    [Claim("D4-007")]
    [Turn("D4/training signal/3/0", "44", Verdict.Erratum)]
    internal static Finding OrderOfStages(Document document)
    {
        DocumentFacts facts = document.Facts;
        string[] calls = Stages(facts, "train_step calls"), signal = Stages(facts, "training signal");
        int[] places = [.. signal.Select(s => Array.IndexOf(calls, s))];
        Working.Value("calls of train_step in order", calls);
        Working.Value("stages of the figure in order", signal);
        Working.Value("places of the stages among the calls, -1 for none", places);
        bool inOrder = places.All(p => p >= 0) && places.SequenceEqual(places.Order());
        return Judge.Holds(
            inOrder,
            string.Join(" → ", calls),
            $"train_step calls {string.Join(", ", calls)}, with the figure's stages {string.Join(", ", signal)} in this order",
            $"train_step calls {string.Join(", ", calls)}; the figure has {string.Join(", ", signal)}");
    }

    /// <summary>One-hot targets and indices give the same loss; the listing takes indices.</summary>
    [Claim("D4-008")]
    [Turn("D4/target axes/figure/axes", "[\"batch\", \"seq_len\"]", Verdict.Confirmed)]
    internal static Finding TargetsOneHot(Document document)
    {
        var draws = new Draws(408);
        double largest = 0;
        for (int row = 0; row < 200; row++)
        {
            Real64[] logits = draws.Row(2 + draws.Index(10), 3), p = new Real64[logits.Length], y = new Real64[logits.Length];
            int target = draws.Index(logits.Length);
            y[target] = 1;
            Softmax.Probabilities<Real64>(logits, p);
            double full = CrossEntropy.OfDistributions<Real64>(y, p), indexed = CrossEntropy.Row(logits, target, 0, new Real64[p.Length]);
            largest = Math.Max(largest, Math.Abs(full - indexed));
        }

        Facts axes = document.Facts["target axes"];
        int figure = Working.Value("axes of one-hot targets", axes["figure"]["axes"].Rows.Count), listing = Working.Value("axes of the listing's targets", axes["listing"]["axes"].Rows.Count);
        Working.Uses("cross_entropy.term");
        Working.Tried("200 random rows of 2 to 11 logits (seed 408): the sum over the one-hot row against the loss of the index");
        Working.Value("largest difference of both losses", largest);
        bool same = largest <= Closeness.Roundoff(64, 10);
        return Judge.All(
            Judge.Holds(same, "", "a one-hot row and its index give the same loss", "a one-hot row and its index give different losses"),
            Judge.Agrees(
                figure == listing,
                "the loss listing, line 485",
                Say($"one-hot targets have {figure} axes, the listing's targets {listing}"),
                Say($"one-hot targets have {figure} axes, the loss listing takes {listing} ({And(axes["listing"]["axes"].Texts)}); both give the same loss, apart by {largest:G2} at most")));
    }

    private static string[] Stages(DocumentFacts facts, string key) => [.. facts[key].Rows.OrderBy(s => s[0].Integer).Select(s => s[1].Text)];
}
