using TrainingSpec.Claims.D4.Listings;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Numeric Example" of the training step: "Setup" and "Forward Pass".</summary>
internal static class WorkedSetup
{
    /// <summary>The stages that are worked out against those that the figure of a step has.</summary>
    [Claim("D4-089")]
    [Turn("D4/trace", "[[1, \"forward\"], [2, \"loss\"], [3, \"loss gradient\"], [4, \"backward\"], [5, \"clip\"], [6, \"update\"]]", Verdict.Confirmed)]
    internal static Finding CompleteStep(Document document)
    {
        DocumentFacts facts = document.Facts;
        string[] figure = Names("step figure"), worked = Names("trace");
        string[] missing = [.. figure.Except(worked)], assumed = [.. missing.Intersect(Names("trace assumed"))];
        Working.Value("stages of the figure", figure);
        Working.Value("stages that are worked out", worked);
        Working.Value("how many of each", new[] { figure.Length, worked.Length });
        Working.Value("stages that are assumed", assumed);
        Working.Value("stages that are left out", missing.Except(assumed));
        return Judge.Holds(
            missing.Length == 0,
            Say($"{worked.Length} of {figure.Length} stages"),
            Say($"all {figure.Length} stages of the figure are worked out"),
            Say($"of the figure's {figure.Length} stages {worked.Length} are worked out ({string.Join(", ", worked)}); {string.Join(", ", assumed)} is assumed, {string.Join(" and ", missing.Except(assumed))} left out, so that the weight's gradient has nothing to do with the logits' gradient before it"));

        string[] Names(string list) => [.. facts[list].Rows.Select(row => row[1].Text)];
    }

    /// <summary>The sizes against the arrays that follow; the logits' rank is the least embedding width that could have given them.</summary>
    [Claim("D4-090", Plain = true)]
    [Turn("given/V", "5", Verdict.Erratum)]
    internal static Finding Sizes(Claim claim, Document document)
    {
        (int v, int d, int b, int s) = (claim.GivenInteger("V"), claim.GivenInteger("d"), claim.GivenInteger("B"), claim.GivenInteger("S"));
        Claim ids = document["D4-091"], logits = document["D4-092"];
        int[] shape = logits.GivenShape("logits"), inputs = ids.GivenShape("input_ids"), targets = ids.GivenShape("targets");
        int rank = Rank([.. logits.GivenExactRow("logits").Chunk(shape[^1])]);
        Working.Value("shape of the logits", shape);
        Working.Value("shape of the input ids", inputs);
        Working.Value("shape of the targets", targets);
        Working.Value("rank of the logits, by exact elimination", rank);
        bool fits = shape.SequenceEqual([b, s, v]) && inputs.SequenceEqual([b, s]) && targets.SequenceEqual([b, s]);
        return Judge.Holds(
            fits && rank <= d,
            Say($"logits {string.Join("x", shape)}, rank {rank}"),
            Say($"ids and targets are {string.Join("x", inputs)}, logits {string.Join("x", shape)} = batch x sequence x vocabulary, and their rank {rank} is within an embedding width of {d}"),
            Say($"given are B = {b}, S = {s}, V = {v}, d = {d}; ids are {string.Join("x", inputs)}, logits {string.Join("x", shape)} of rank {rank}"))
            .With("nothing that follows uses the embedding dimension; the rank of the logits is all that it bounds");
    }

    /// <summary>The shift by one, the words as ids, and the targets of the two losses.</summary>
    [Claim("D4-091", Plain = true)]
    [Turn("given/targets", "[[2, 3]]", Verdict.Erratum)]
    internal static Finding Ids(Claim claim, Document document)
    {
        DocumentFacts facts = document.Facts;
        string[] words = Words("input"), next = Words("target");
        int[] inputs = Whole(claim, "input_ids"), targets = Whole(claim, "targets");
        (string[] w, string[] n) = NextTokenPairs.Of<string>([.. words, next[^1]]);
        bool shifted = n.SequenceEqual(next) && w.SequenceEqual(words) && inputs.AsSpan(1).SequenceEqual(targets.AsSpan(..^1));
        var pairs = words.Concat(next).Zip(inputs.Concat(targets)).Distinct().ToArray();
        // One id per word and one word per id.
        bool mapping = pairs.DistinctBy(p => p.First).Count() == pairs.Length && pairs.DistinctBy(p => p.Second).Count() == pairs.Length;
        int vocabulary = document["D4-090"].GivenInteger("V");
        bool known = pairs.All(p => p.Second >= 0 && p.Second < vocabulary);
        bool used = targets.SequenceEqual([document["D4-094"].GivenInteger("target"), document["D4-096"].GivenInteger("target")]);
        Working.Value("words as ids", pairs.Select(p => Say($"{p.First} = {p.Second}")));
        Working.Holds("the targets are the inputs shifted by one", shifted);
        Working.Holds("one id per word and one word per id", mapping);
        Working.Holds(Say($"every id is from 0 to {vocabulary - 1}"), known);
        Working.Holds("the losses that follow use the same targets", used);
        return Judge.Holds(
            shifted && mapping && known && used,
            string.Join(", ", pairs.Select(p => Say($"{p.First} = {p.Second}"))),
            Say($"the targets are the inputs shifted by one, the words give {string.Join(", ", pairs.Select(p => Say($"{p.First} = {p.Second}")))} without contradiction, and the losses use the same targets"),
            Say($"shifted: {shifted}, one id per word: {mapping}, within the vocabulary: {known}, the losses' targets: {used}"));

        string[] Words(string role) => (facts["words"].Rows.First(row => row[1].Text == role)[2].Text).Split(' ');
    }

    /// <summary>Their shape, the rows that the losses use, the largest entries, and whether anything derives them.</summary>
    [Claim("D4-092", Plain = true)]
    [Turn("given/logits/0/0/2", "0.1", Verdict.Erratum)]
    internal static Finding AssumedLogits(Claim claim, Document document)
    {
        DocumentFacts facts = document.Facts;
        int[] shape = claim.GivenShape("logits"), listed = [.. facts["listing logits"]["axes"].Rows.Select(n => n.Integer)];
        Rational[][] rows = [.. claim.GivenExactRow("logits").Chunk(shape[^1])];
        int[] targets = Whole(document["D4-091"], "targets"), largest = [.. rows.Select(r => Array.IndexOf(r, r.Max()))];
        string[] losses = ["D4-093", "D4-095"];
        bool same = rows.Length == losses.Length && losses.Select((id, i) => document[id].GivenExactRow("logits").SequenceEqual(rows[i])).All(x => x);
        bool assumed = facts["trace assumed"].Rows.Any(row => row[1].Text == "forward");
        Working.Value("shape of the logits", shape);
        Working.Value("shape that the listing takes", listed);
        Working.Value("targets", targets);
        Working.Value("places of the largest entries", largest);
        Working.Holds("the losses that follow use the same rows", same);
        Working.Holds("the forward pass is assumed, not worked out", assumed);
        return Judge.Holds(
            shape.SequenceEqual(listed) && same && assumed && largest.SequenceEqual(targets),
            Say($"{string.Join("x", shape)}, largest at {string.Join(" and ", largest)}"),
            Say($"the logits are {string.Join("x", shape)}, the losses use the same {rows.Length} rows, no weights derive them, and the largest entries {string.Join(" and ", largest)} are the targets"),
            Say($"shape {string.Join("x", shape)} for {string.Join("x", listed)}, the losses' rows: {same}, assumed: {assumed}, largest at {string.Join(" and ", largest)} for targets {string.Join(" and ", targets)}"));
    }

    private static int[] Whole(Claim claim, string key) => [.. claim.GivenRow(key).Select(x => (int)x)];

    // Gaussian elimination on exact fractions.
    private static int Rank(Rational[][] rows)
    {
        int rank = 0;
        for (int column = 0; column < rows[0].Length && rank < rows.Length; column++)
        {
            int pivot = Array.FindIndex(rows, rank, row => !row[column].Numerator.IsZero);
            if (pivot < 0)
                continue;
            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            for (int r = rank + 1; r < rows.Length; r++)
            {
                Rational factor = rows[r][column] / rows[rank][column];
                for (int c = column; c < rows[0].Length; c++)
                    rows[r][c] -= factor * rows[rank][c];
            }

            rank++;
        }

        return rank;
    }
}
