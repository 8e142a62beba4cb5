using TrainingSpec.Checking;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Code Implementation / Cross-Entropy Loss": what the two functions do when they run.</summary>
internal static class CodeCrossEntropy
{
    // Losses of these sizes are sums of at most a few thousand terms; the depth of the reduction bounds the roundings.
    private static double Roundoff(int terms, double size) => 4 * (Reduction.Depth(terms) + 8) * Real64.UnitRoundoff * Math.Max(size, 1);

    /// <summary>Which of the blocks marked as Python are Python, and which names they never bring in.</summary>
    [Claim("D4-112")]
    [Turn("D4/python blocks/blocks/8/1", "490", Verdict.Erratum)]
    internal static Finding MarkedAsPython(Document document)
    {
        DocumentFacts facts = document.Facts;
        int section = document.Facts["headings"].Rows.First(h => h[2].Text == "Code Implementation")[0].Integer;
        (int Line, int Refused)[] blocks = [.. facts["python blocks"]["blocks"].Rows.Select(b => (b[0].Integer, b[1].Integer))];
        int[] refused = [.. blocks.Where(b => b.Refused > 0).Select(b => b.Refused)];
        string[] unknown = [.. facts["names without an import"].Rows.Select(n => n[1].Text).Distinct()];
        Working.Value("the section Code Implementation begins in line", section);
        Working.Counted("blocks marked as Python that parse", blocks.Length - refused.Length, blocks.Length);
        Working.Value("lines at which the others are refused", refused);
        Working.Value("names used without an import", unknown);
        return Judge.Conditional(
            refused.Length == 0 && unknown.Length == 0,
            blocks.Where(b => b.Line > section).All(b => b.Refused == 0),
            "for the listings of the section Code Implementation",
            Say($"{blocks.Length - refused.Length} of {blocks.Length} parse"),
            Say($"{blocks.Length - refused.Length} of the {blocks.Length} blocks marked as Python parse, the others are refused at lines {string.Join(", ", refused)}; {string.Join(", ", unknown)} are used without an import"));
    }

    /// <summary>The forward listing against the project's loss, on the given logits, uniform logits, shifted and huge ones.</summary>
    [Claim("D4-113")]
    [Turn("facts/the loss is", "the sum over positions", Verdict.Erratum)]
    internal static Finding ForwardListing(Claim claim)
    {
        double[] flat = claim.GivenRow("logits");
        int[] targets = [.. claim.GivenRow("targets").Select(t => (int)t)];
        Real64[][] rows = [.. flat.Select(x => new Real64(x)).Chunk(flat.Length / targets.Length)];
        double listing = CrossEntropyListing.Loss([rows], [targets]);
        double reference = Training.CrossEntropyLoss.Evaluate(rows, targets).Loss;
        const int Vocabulary = 2000;
        double uniform = CrossEntropyListing.Loss<Real64>([[new Real64[Vocabulary]]], [[17]]);
        double shifted = CrossEntropyListing.Loss<Real64>([[.. rows.Select(r => r.Select(x => x + new Real64(3)).ToArray())]], [targets]);
        double huge = CrossEntropyListing.Loss<Real64>([[[1e4, -1e4, 0]]], [[1]]);
        Working.Uses("log_softmax");
        Working.Value("the listing's loss on the given logits and targets", listing);
        Working.Value("the reference's", reference);
        Working.Value(Say($"the listing's on {Vocabulary} equal logits"), uniform);
        Working.Value(Say($"ln {Vocabulary}"), Math.Log(Vocabulary));
        Working.Value("on the given logits plus 3", shifted);
        Working.Value("on the logits 10000, -10000, 0", huge);
        bool holds = Math.Abs(listing - reference) <= Roundoff(targets.Length, listing)
            && Math.Abs(uniform - Math.Log(Vocabulary)) <= Roundoff(Vocabulary, uniform)
            && Math.Abs(shifted - listing) <= 8 * Roundoff(targets.Length, listing)
            && double.IsFinite(huge);
        return Judge.OneOf(
            claim,
            "the loss is",
            [("the mean over positions", holds), ("the sum over positions", Math.Abs(listing - targets.Length * reference) <= Roundoff(targets.Length, listing))],
            Say($"{listing:G10}"),
            Say($"the listing gives {listing:G10} on the document's logits, as the reference does; uniform logits give ln {Vocabulary} = {uniform:G7}, a shift changes nothing and logits of 1e4 stay finite ({huge:G5})"),
            Say($"listing {listing:G10}, reference {reference:G10}, uniform {uniform:G7}, shifted {shifted:G10}, huge {huge:G5}"));
    }

    /// <summary>One number per batch, whatever the order of positions, and whether it is of the promised type for both precisions.</summary>
    [Claim("D4-114")]
    [Turn("facts/type", "NumPy scalar", Verdict.Confirmed)]
    internal static Finding ScalarFloat(Claim claim)
    {
        string type = claim.Facts["type"].Text;
        (Real64[][][] logits, int[][] targets) = Random(new Draws(514), 3, 4, 7);
        double whole = CrossEntropyListing.Loss(logits, targets), turned = CrossEntropyListing.Loss([.. logits.Reverse()], [.. targets.Reverse()]);
        double parts = (CrossEntropyListing.Loss(logits[..1], targets[..1]) + 2 * CrossEntropyListing.Loss(logits[1..], targets[1..])) / 3, bound = Roundoff(12, whole);
        bool average = Math.Abs(whole - turned) <= bound && Math.Abs(whole - parts) <= bound;
        Working.Tried("random logits for 3 sequences of 4 positions over 7 tokens (seed 514)");
        Working.Value("the listing's loss", whole);
        Working.Value("with the sequences in reverse order", turned);
        Working.Value("the mean of its losses on the first sequence and on the two others, weighted by size", parts);
        bool wide = Passes(NumPyType.Float64), narrow = Passes(NumPyType.Float32);
        return Judge.Conditional(
            average && wide && narrow,
            average && wide,
            "for float64 logits",
            Say($"a {type} for float64 logits: {wide}, for float32: {narrow}"),
            Say($"the value is the mean over all positions ({whole:G6} in any order, {parts:G6} from two parts weighted by size); NumPy's mean of float32 logits is a float32 scalar, which is no Python float"));

        // A mean has the type of its array; NumPy's float64 is a subclass of Python's float, its float32 is none.
        bool Passes(NumPyType logitsType) => Working.Holds($"the mean of {logitsType} logits passes as {type}", type switch
        {
            "float" => NumPyTypes.IsPythonFloat(NumPyTypes.Mean(logitsType)),
            "NumPy scalar" => true,
            _ => throw claim.Bad("facts/type"),
        });
    }

    /// <summary>Targets outside the vocabulary: which wrap around and which are refused, in the listing and in the reference.</summary>
    [Claim("D4-115")]
    [Turn("facts/negative ids", "are refused", Verdict.Erratum)]
    internal static Finding NegativeTargetsWrap(Claim claim)
    {
        const int Vocabulary = 4, Large = 2000, Ignored = -100;
        (Real64[][][] logits, _) = Random(new Draws(515), 1, 1, Vocabulary);
        double last = CrossEntropyListing.Loss(logits, [[Vocabulary - 1]]), wrapped = CrossEntropyListing.Loss(logits, [[-1]]);
        PythonError? below = Error(Ignored), above = Error(Vocabulary);
        int silent = NumPyIndexing.Resolve(Ignored, Large);
        int refused = new[] { -1, Ignored, Vocabulary }.Count(t => Refuses(() => Training.CrossEntropyLoss.Evaluate(logits[0], [t])));
        Working.Value("a random row of logits (seed 515)", logits[0][0]);
        Working.Value(Say($"target -1 of {Vocabulary} means"), NumPyIndexing.Resolve(-1, Vocabulary));
        Working.Value("the listing's loss with target -1", wrapped);
        Working.Value("with target V - 1", last);
        Working.Value(Say($"errors at targets {Ignored} and {Vocabulary}"), $"{below}, {above}");
        Working.Value(Say($"target {Ignored} of {Large} means"), silent);
        Working.Counted("targets -1, -100 and V that the reference refuses", refused, 3);
        return Judge.OneOf(
            claim,
            "negative ids",
            [("count from the end", wrapped == last && below == PythonError.IndexError && above == PythonError.IndexError && refused == 3), ("are refused", Error(-1) is not null)],
            Say($"target -1 means {NumPyIndexing.Resolve(-1, Vocabulary)} of {Vocabulary}"),
            Say($"target -1 gives the loss of target V - 1 ({wrapped:G5}); {Ignored} and V raise an IndexError at V = {Vocabulary}, but at V = {Large} the target {Ignored} silently means {silent}; the reference refuses all three"),
            Say($"target -1 gives {wrapped:G5}, target V - 1 gives {last:G5}; the reference refuses {refused} of 3"));

        PythonError? Error(int target) => PythonException.Of(() => CrossEntropyListing.Loss(logits, [[target]]));
    }

    /// <summary>The backward listing against the stated form, entry by entry, and against differences of the forward listing.</summary>
    [Claim("D4-116")]
    [Turn("facts/formula", "softmax - one_hot", Verdict.Erratum)]
    [Turn("facts/formula", "(softmax - one_hot) / batch_size", Verdict.Erratum)]
    internal static Finding BackwardListing(Claim claim)
    {
        (Real64[][][] logits, int[][] targets) = Random(new Draws(516), 2, 3, 4);
        Real64[][][] listing = CrossEntropyListing.Backward(logits, targets), stated = Stated(claim.Facts["formula"].Formula, logits, targets);
        (Tally said, Tally slopes) = (AgainstDifferences("the stated form is the derivative of the listing's loss", logits, targets, stated), AgainstDifferences("the backward listing is", logits, targets, listing));
        double sum = listing.SelectMany(b => b).Max(row => Math.Abs(Reduction.Sum<Real64>(row)));
        Working.Uses("cross_entropy.mean_gradient");
        Working.Value("largest absolute sum of a position's row", sum);
        return Judge.Holds(
            said.Always && slopes.Always && sum <= Roundoff(4, 1),
            Say($"{said} components"),
            Say($"{claim.Facts["formula"].Text} is the derivative of the listing's own loss in {said} components within Ridders' error bar, as the listing is in {slopes}, and every position's row adds up to zero ({sum:G2})"),
            Say($"{claim.Facts["formula"].Text} is the derivative of the listing's loss in {said} components, the backward listing in {slopes}; the largest row sum is {sum:G2}"));
    }

    /// <summary>The docstring's formula against differences, for one position and for several.</summary>
    [Claim("D4-117")]
    [Turn("facts/formula", "(softmax - one_hot) / (batch_size * seq_len)", Verdict.Confirmed)]
    internal static Finding DocstringLeavesOutMean(Claim claim)
    {
        StatedFormula stated = claim.Facts["formula"].Formula;
        (Real64[][][] one, int[][] oneTarget) = Random(new Draws(517), 1, 1, 4);
        (Real64[][][] many, int[][] manyTargets) = Random(new Draws(517), 2, 3, 4);
        Working.Uses("cross_entropy.gradient");
        Tally single = AgainstDifferences("the docstring's form is the derivative for 1 position", one, oneTarget, Stated(stated, one, oneTarget));
        Tally several = AgainstDifferences("the docstring's form is the derivative for 6 positions", many, manyTargets, Stated(stated, many, manyTargets));
        return Judge.Holds(
            several.Always && single.Always,
            Say($"{several} components for 6 positions"),
            Say($"{stated} is the derivative of the loss in {several} components"),
            Say($"{stated} is the derivative of the loss for one position ({single} components); for 6 positions it agrees in {several}: the body divides by the number of positions, which the docstring leaves out"));
    }

    /// <summary>The softmax of the backward pass against the exponential of the forward pass's log-softmax, and what computing it again costs.</summary>
    [Claim("D4-118")]
    [Turn("facts/the backward pass", "reuses the forward's", Verdict.Erratum)]
    [Turn("D4/exponentials/backward", "[]", Verdict.Erratum)]
    internal static Finding SoftmaxComputedAgain(Claim claim, Document document)
    {
        Facts counts = document.Facts["exponentials"];
        int forward = counts["forward"].Rows.Count, backward = counts["backward"].Rows.Count;
        (Real64[][][] logits, _) = Random(new Draws(518), 4, 8, 50);
        double worst = 0;
        foreach (Real64[] row in logits.SelectMany(b => b))
        {
            var (direct, logs) = (new Real64[row.Length], new Real64[row.Length]);
            Softmax.Probabilities<Real64>(row, direct);
            Softmax.LogProbabilities<Real64>(row, logs);
            for (int v = 0; v < row.Length; v++)
                worst = Math.Max(worst, Math.Abs(direct[v] - Real64.Exp(logs[v])));
        }

        Working.Value("passes of exponentials over all logits in the forward function", forward);
        Working.Value("in the backward function", backward);
        Working.Uses("softmax");
        Working.Uses("log_softmax");
        Working.Value("largest difference between softmax and exp of log-softmax on 32 random rows of 50 logits (seed 518)", worst);
        return Judge.OneOf(
            claim,
            "the backward pass",
            [("computes the softmax again", forward > 0 && backward > 0 && worst <= Roundoff(50, 10)), ("reuses the forward's", backward == 0)],
            Say($"{backward} further pass of exponentials"),
            Say($"both functions take exponentials of all B*S*V logits ({forward} pass forward, {backward} backward, so half of them could be saved), and both softmaxes agree to {worst:G2}"),
            Say($"passes of exponentials: {forward} forward, {backward} backward; largest difference {worst:G2}"));
    }

    /// <summary>Which entries the indexed subtraction changes, for random shapes, and that the inputs stay.</summary>
    [Claim("D4-119")]
    [Turn("facts/entries lowered per position", "2", Verdict.Erratum)]
    internal static Finding OneEntryPerPosition(Claim claim)
    {
        var draws = new Draws(519);
        var right = new Tally("shapes in which exactly the B*S target entries are lowered and the logits stay");
        for (int trial = 0; trial < 40; trial++)
        {
            (int batch, int length, int vocabulary) = (1 + draws.Index(4), 1 + draws.Index(5), 2 + draws.Index(6));
            (Real64[][][] logits, int[][] targets) = Random(draws, batch, length, vocabulary);
            Real64[] before = [.. logits.SelectMany(b => b).SelectMany(r => r)];
            Real64[][][] gradient = CrossEntropyListing.Backward(logits, targets);
            int changed = 0;
            bool placed = true;
            for (int b = 0; b < batch; b++)
            {
                for (int s = 0; s < length; s++)
                {
                    var p = new Real64[vocabulary];
                    Softmax.Probabilities<Real64>(logits[b][s], p);
                    int[] lowered = [.. Enumerable.Range(0, vocabulary).Where(v => gradient[b][s][v] < 0)];
                    changed += lowered.Length;
                    placed &= lowered is [var only] && only == targets[b][s];
                }
            }

            int[] shape = NumPyIndexing.Broadcast([batch, 1], [1, length], [batch, length]);
            right.Add(placed && changed == claim.Facts["entries lowered per position"].Integer * batch * length && shape is [var rows, var columns] && rows == batch && columns == length
                && before.SequenceEqual(logits.SelectMany(b => b).SelectMany(r => r)));
        }

        Working.Tried("random logits of 40 shapes (B, S, V) with B up to 4, S up to 5, V up to 7 (seed 519): which entries of the gradient are negative, and whether the inputs keep their bits");
        right.Shown();
        return Judge.Holds(
            right.Always,
            Say($"{right} shapes"),
            Say($"(B, 1), (1, S) and (B, S) broadcast to (B, S): for {right} random shapes exactly the B*S target entries are lowered, and the logits keep their values"),
            Say($"exactly the target entries are lowered for {right} random shapes only"));
    }

    // Each component against a Ridders-extrapolated difference of the listing's loss, within Ridders' own error bar.
    private static Tally AgainstDifferences(string what, Real64[][][] logits, int[][] targets, Real64[][][] gradient)
    {
        var agree = new Tally($"components in which {what}, by Ridders-extrapolated differences");
        for (int b = 0; b < logits.Length; b++)
        {
            for (int s = 0; s < logits[b].Length; s++)
            {
                for (int v = 0; v < logits[b][s].Length; v++)
                {
                    Real64 kept = logits[b][s][v];
                    Ridders.Estimate slope = Ridders.Derivative(
                        x =>
                        {
                            logits[b][s][v] = x;
                            return CrossEntropyListing.Loss(logits, targets);
                        },
                        kept);
                    logits[b][s][v] = kept;
                    agree.Add(Math.Abs(gradient[b][s][v] - slope.Value) <= slope.Error);
                }
            }
        }

        return agree.Shown();
    }

    // A stated form of the gradient, entry by entry.
    private static Real64[][][] Stated(StatedFormula formula, Real64[][][] logits, int[][] targets) => [.. logits.Select((batch, b) => batch.Select((row, s) =>
    {
        var p = new Real64[row.Length];
        Softmax.Probabilities<Real64>(row, p);
        return p.Select((x, v) => formula.At(("softmax", x), ("one_hot", v == targets[b][s] ? 1 : 0), ("batch_size", logits.Length), ("seq_len", logits[0].Length))).ToArray();
    }).ToArray())];

    private static (Real64[][][] Logits, int[][] Targets) Random(Draws draws, int batch, int length, int vocabulary) => (
        [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, length).Select(_ => draws.Row(vocabulary)).ToArray())],
        [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, length).Select(_ => draws.Index(vocabulary)).ToArray())]);
}
