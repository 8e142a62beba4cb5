using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static System.FormattableString;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Code Implementation / Cross-Entropy Loss": what the two functions do when they run.</summary>
internal static class CodeCrossEntropy
{
    // Losses of these sizes are sums of at most a few thousand terms; the depth of the reduction bounds the roundings.
    private static double Roundoff(int terms, double size) => 4 * (Reduction.Depth(terms) + 8) * Real64.UnitRoundoff * Math.Max(size, 1);

    /// <summary>Which of the blocks marked as Python are Python, and which names they never bring in.</summary>
    [Claim("D4-112")]
    internal static Finding MarkedAsPython()
    {
        JsonObject facts = ClaimFile.Facts("D4-code");
        int section = (int)ClaimFile.Facts("D4")["headings"]!.AsArray().First(h => (string)h![2]! == "Code Implementation")![0]!;
        (int Line, int Refused)[] blocks = [.. facts["python blocks"]!["blocks"]!.AsArray().Select(b => ((int)b![0]!, (int)b[1]!))];
        int[] refused = [.. blocks.Where(b => b.Refused > 0).Select(b => b.Refused)];
        string[] unknown = [.. facts["names without an import"]!.AsArray().Select(n => (string)n![1]!).Distinct()];
        return Judge.Conditional(
            refused.Length == 0 && unknown.Length == 0,
            blocks.Where(b => b.Line > section).All(b => b.Refused == 0),
            "for the listings of the section Code Implementation",
            Invariant($"{blocks.Length - refused.Length} of {blocks.Length} parse"),
            Invariant($"{blocks.Length - refused.Length} of the {blocks.Length} blocks marked as Python parse, the others are refused at lines {string.Join(", ", refused)}; {string.Join(", ", unknown)} are used without an import"));
    }

    /// <summary>The forward listing against the project's loss, on the given logits, uniform logits, shifted and huge ones.</summary>
    [Claim("D4-113")]
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
        bool holds = Math.Abs(listing - reference) <= Roundoff(targets.Length, listing)
            && Math.Abs(uniform - Math.Log(Vocabulary)) <= Roundoff(Vocabulary, uniform)
            && Math.Abs(shifted - listing) <= 8 * Roundoff(targets.Length, listing)
            && double.IsFinite(huge);
        return Judge.Holds(
            holds,
            Invariant($"{listing:G10}"),
            Invariant($"the listing gives {listing:G10} on the document's logits, as the reference does; uniform logits give ln {Vocabulary} = {uniform:G7}, a shift changes nothing and logits of 1e4 stay finite ({huge:G5})"),
            Invariant($"listing {listing:G10}, reference {reference:G10}, uniform {uniform:G7}, shifted {shifted:G10}, huge {huge:G5}"));
    }

    /// <summary>One number per batch, whatever the order of positions, and its type for both precisions.</summary>
    [Claim("D4-114")]
    internal static Finding ScalarFloat()
    {
        (Real64[][][] logits, int[][] targets) = Random(new Draws(514), 3, 4, 7);
        double whole = CrossEntropyListing.Loss(logits, targets);
        double turned = CrossEntropyListing.Loss([.. logits.Reverse()], [.. targets.Reverse()]);
        double parts = (CrossEntropyListing.Loss(logits[..1], targets[..1]) + 2 * CrossEntropyListing.Loss(logits[1..], targets[1..])) / 3;
        double bound = Roundoff(12, whole);
        bool average = Math.Abs(whole - turned) <= bound && Math.Abs(whole - parts) <= bound;
        bool wide = NumPyTypes.IsPythonFloat(NumPyTypes.Mean(NumPyType.Float64)), narrow = NumPyTypes.IsPythonFloat(NumPyTypes.Mean(NumPyType.Float32));
        return Judge.Conditional(
            average && wide && narrow,
            average && wide,
            "for float64 logits",
            Invariant($"float64 passes as float: {wide}, float32: {narrow}"),
            Invariant($"the value is the mean over all positions ({whole:G6} in any order, {parts:G6} from two parts weighted by size); NumPy's mean of float32 logits is a float32 scalar, which is no Python float"));
    }

    /// <summary>Targets outside the vocabulary: which wrap around and which are refused, in the listing and in the reference.</summary>
    [Claim("D4-115")]
    internal static Finding NegativeTargetsWrap()
    {
        const int Vocabulary = 4, Large = 2000, Ignored = -100;
        (Real64[][][] logits, _) = Random(new Draws(515), 1, 1, Vocabulary);
        double last = CrossEntropyListing.Loss(logits, [[Vocabulary - 1]]), wrapped = CrossEntropyListing.Loss(logits, [[-1]]);
        PythonError? below = Error(Ignored), above = Error(Vocabulary);
        int silent = NumPyIndexing.Resolve(Ignored, Large);
        int refused = new[] { -1, Ignored, Vocabulary }.Count(t => Refuses(() => Training.CrossEntropyLoss.Evaluate(logits[0], [t])));
        return Judge.Holds(
            wrapped == last && below == PythonError.IndexError && above == PythonError.IndexError && refused == 3,
            Invariant($"target -1 means {NumPyIndexing.Resolve(-1, Vocabulary)} of {Vocabulary}"),
            Invariant($"target -1 gives the loss of target V - 1 ({wrapped:G5}); {Ignored} and V raise an IndexError at V = {Vocabulary}, but at V = {Large} the target {Ignored} silently means {silent}; the reference refuses all three"),
            Invariant($"target -1 gives {wrapped:G5}, target V - 1 gives {last:G5}; the reference refuses {refused} of 3"));

        PythonError? Error(int target) => PythonException.Of(() => CrossEntropyListing.Loss(logits, [[target]]));
    }

    /// <summary>The backward listing against differences of the forward listing; every row adds up to zero.</summary>
    [Claim("D4-116")]
    internal static Finding BackwardListing()
    {
        (Real64[][][] logits, int[][] targets) = Random(new Draws(516), 2, 3, 4);
        (int agreeing, int count, _) = AgainstDifferences(logits, targets, CrossEntropyListing.Backward(logits, targets), 1);
        double sum = CrossEntropyListing.Backward(logits, targets).SelectMany(b => b).Max(row => Math.Abs(Reduction.Sum<Real64>(row)));
        return Judge.Holds(
            agreeing == count && sum <= Roundoff(4, 1),
            Invariant($"{agreeing} of {count} components"),
            Invariant($"the listing agrees with the derivative of its own loss in {agreeing} of {count} components within Ridders' error bar, and every position's row adds up to zero ({sum:G2})"),
            Invariant($"the listing agrees with differences in {agreeing} of {count} components; the largest row sum is {sum:G2}"));
    }

    /// <summary>The docstring's formula against differences, for one position and for several.</summary>
    [Claim("D4-117")]
    internal static Finding DocstringLeavesOutMean()
    {
        (Real64[][][] one, int[][] oneTarget) = Random(new Draws(517), 1, 1, 4);
        (Real64[][][] many, int[][] manyTargets) = Random(new Draws(517), 2, 3, 4);
        (int single, int singleCount, _) = AgainstDifferences(one, oneTarget, CrossEntropyListing.Backward(one, oneTarget), 1);
        (int several, int count, double ratio) = AgainstDifferences(many, manyTargets, CrossEntropyListing.Backward(many, manyTargets), 6);
        return Judge.Holds(
            several == count && single == singleCount,
            Invariant($"{several} of {count} components for 6 positions"),
            Invariant($"softmax - one-hot is the derivative in {several} of {count} components"),
            Invariant($"softmax - one-hot is the derivative of the loss for one position ({single} of {singleCount} components); for 6 positions it is {ratio:G3} times too large and agrees in {several} of {count}, and the body divides by B*S, which the docstring leaves out"));
    }

    /// <summary>The softmax of the backward pass against the exponential of the forward pass's log-softmax, and what computing it again costs.</summary>
    [Claim("D4-118")]
    internal static Finding SoftmaxComputedAgain()
    {
        JsonObject counts = ClaimFile.Facts("D4-code")["exponentials"]!.AsObject();
        int forward = counts["forward"]!.AsArray().Count, backward = counts["backward"]!.AsArray().Count;
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

        return Judge.Holds(
            forward > 0 && backward > 0 && worst <= Roundoff(50, 10),
            Invariant($"{backward} further pass of exponentials"),
            Invariant($"both functions take exponentials of all B*S*V logits ({forward} pass forward, {backward} backward, so half of them could be saved), and both softmaxes agree to {worst:G2}"),
            Invariant($"passes of exponentials: {forward} forward, {backward} backward; largest difference {worst:G2}"));
    }

    /// <summary>Which entries the indexed subtraction changes, for random shapes, and that the inputs stay.</summary>
    [Claim("D4-119")]
    internal static Finding OneEntryPerPosition()
    {
        var draws = new Draws(519);
        int shapes = 0, right = 0;
        for (int trial = 0; trial < 40; trial++, shapes++)
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
            right += placed && changed == batch * length && shape is [var rows, var columns] && rows == batch && columns == length
                && before.SequenceEqual(logits.SelectMany(b => b).SelectMany(r => r)) ? 1 : 0;
        }

        return Judge.Holds(
            right == shapes,
            Invariant($"{right} of {shapes} shapes"),
            Invariant($"(B, 1), (1, S) and (B, S) broadcast to (B, S): for {right} of {shapes} random shapes exactly the B*S target entries are lowered, and the logits keep their values"),
            Invariant($"exactly the target entries are lowered for {right} of {shapes} random shapes only"));
    }

    private static (int Agreeing, int Count, double Ratio) AgainstDifferences(Real64[][][] logits, int[][] targets, Real64[][][] gradient, double factor)
    {
        (int agreeing, int count, double ratio) = (0, 0, 0);
        for (int b = 0; b < logits.Length; b++)
        {
            for (int s = 0; s < logits[b].Length; s++)
            {
                for (int v = 0; v < logits[b][s].Length; v++, count++)
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
                    agreeing += Math.Abs(factor * gradient[b][s][v] - slope.Value) <= slope.Error ? 1 : 0;
                    ratio = Math.Max(ratio, factor * gradient[b][s][v] / slope.Value);
                }
            }
        }

        return (agreeing, count, ratio);
    }

    private static bool Refuses(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static (Real64[][][] Logits, int[][] Targets) Random(Draws draws, int batch, int length, int vocabulary) => (
        [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, length).Select(_ => draws.Row(vocabulary)).ToArray())],
        [.. Enumerable.Range(0, batch).Select(_ => Enumerable.Range(0, length).Select(_ => draws.Index(vocabulary)).ToArray())]);
}
