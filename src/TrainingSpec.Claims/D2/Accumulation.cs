using TrainingSpec.Claims.D2.Listings;
using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Gradient Accumulation": the function and what it says of itself.</summary>
internal static class Accumulation
{
    /// <summary>Numbers held at once while the listing runs over micro-batches, beside one large batch.</summary>
    [Claim("D2-029")]
    [Turn("facts/memory with more micro-batches", "more", Verdict.Erratum)]
    [Turn("D2/train_with_accumulation/per micro-batch", "[\"forward\"]", Verdict.Erratum)]
    internal static Finding FitsIntoMemory(Claim claim, Document document)
    {
        const int Examples = 8, Width = 16, Depth = 3;
        string[] stages = document.Facts["train_with_accumulation"]["per micro-batch"].Texts;
        (int Steps, int Peak)[] peaks = [.. ((int[])[1, 4, 16]).Select(steps => (steps, Peak(steps, Examples)))];
        int large = Peak(1, 16 * Examples);
        foreach ((int steps, int peak) in peaks)
            Working.Value(Say($"numbers held at most with {steps} micro-batches of {Examples} examples"), peak);
        Working.Value(Say($"with one batch of {16 * Examples} examples"), large);
        return Judge.Stated(
            claim,
            "memory with more micro-batches",
            peaks.All(p => p.Peak == peaks[0].Peak) ? "the same" : "more",
            Say($"{peaks[0].Peak} numbers, {large} in one batch"),
            Say($"a stack of {Depth} layers of {Width} units holds at most {peaks[0].Peak} activations and gradients for 1, 4 and 16 micro-batches of {Examples} examples, and {large} for one batch of {16 * Examples}; the accumulators cost one more set of gradients, whatever their number"));

        // A pass's activations are held until its backward pass is over, its gradients until they are added.
        int Peak(int steps, int examples)
        {
            var draws = new Draws(229);
            var stack = new DeepStack(draws, Depth, Width, StackFigures.Deviation(Squashing.Relu, Width), Squashing.Relu);
            StackPass pass = stack.Forward(DeepStack.Rows(draws, examples, Width));
            (double[][] w, double[][] b) = stack.Backward(pass, pass.Outputs[^1]);
            int activations = pass.Outputs.Sum(l => l.Sum(h => h.Length)), gradients = w.Concat(b).Sum(g => g.Length), held = Depth * (Width + 1) * Width, most = held;
            foreach (string stage in Enumerable.Repeat(stages, steps).SelectMany(s => s))
            {
                held += stage == "forward" ? activations : stage == "backward" ? gradients : 0;
                most = Math.Max(most, held);
                held -= stage == "backward" ? activations : stage == "accumulate" ? gradients : 0;
            }

            return most;
        }
    }

    /// <summary>The call of the optimizer beside the signature of the only optimizer class that the documents have.</summary>
    [Claim("D2-030")]
    [Turn("D4/signatures/AdamW.step/1", "[\"parameters\", \"None\"]", Verdict.Confirmed)]
    [Turn("D2/calls/optimizer.step/positional", "2", Verdict.Confirmed)]
    internal static Finding StepOfTheOptimizer(Claim claim, Document document)
    {
        var call = PythonCall.Read(document.Facts, "optimizer.step");
        PythonSignature signature = PythonSignature.Read(document.Other("D4").Facts, "AdamW.step");
        PythonError? error = PythonException.Of(() => signature.Bind(call));
        string[] free = claim.Facts["free names"].Texts;
        Working.Counted("names of the function that are neither its arguments nor assigned in it", free.Length, free.Length);
        Working.Tried($"the call with {call.Positional} argument bound to {signature.Name}({string.Join(", ", signature.Parameters.Select(p => p.Name))}): {error?.ToString() ?? "fits"}");
        return Judge.Agrees(
            error is null,
            "D4-140",
            error is null ? "the call fits" : error.Value.ToString(),
            Say($"the function takes {And(free)} from outside and calls the optimizer with {call.Positional} argument; {signature.Name} of D4 asks for {And(signature.Parameters.Where(p => p.Default is null).Select(p => p.Name))}: {error?.ToString() ?? "no error"}"));
    }

    /// <summary>Equal micro-batches of a linear regression: what the optimizer is handed beside the gradient over all examples.</summary>
    [Claim("D2-031")]
    [Turn("D2/train_with_accumulation/added", "g", Verdict.Erratum)]
    [Turn("D2/train_with_accumulation/operator", "=", Verdict.Erratum)]
    internal static Finding ReproducesTheLargeBatch(Document document)
    {
        var same = new Tally("random regressions in which the optimizer is handed the gradient over all examples, once");
        for (int seed = 0; seed < 20; seed++)
        {
            var draws = new Draws(2310 + seed);
            int steps = 1 + draws.Index(8), size = 1 + draws.Index(8);
            double[][] examples = DeepStack.Rows(draws, steps * size, 5);
            (Real64[][] updates, int left) = new AccumulationListing(document.Facts["train_with_accumulation"]).Run<Real64>(
                [.. examples.Chunk(size).Select(Mean)], steps);
            Real64[] whole = Mean(examples);
            same.Add(updates.Length == 1 && left == 0 && updates[0].Zip(whole).All(p => Math.Abs(p.First - p.Second) <= Roundoff(steps * size + 4, 4)));
        }

        Working.Uses("gradient_accumulation.added");
        same.Shown();
        return Judge.Holds(
            same.Always,
            $"{same} regressions",
            Say($"over equal micro-batches the optimizer gets the gradient over all examples but for rounding in {same} random cases, by one call"),
            Say($"the optimizer gets the gradient over all examples in {same} random cases"));

        static Real64[] Mean(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(j => new Real64(rows.Average(r => r[j])))];
    }

    /// <summary>The product; the variable that holds it is never read.</summary>
    [Claim("D2-032")]
    [Turn("facts/effective batch", "micro_batch_size + accumulation_steps", Verdict.Erratum)]
    internal static Finding EffectiveBatch(Claim claim)
    {
        Finding finding = Judge.Formula(claim, "effective batch", x => GradientAccumulation.EffectiveBatch(x.Whole("micro_batch_size", 1, 64), x.Whole("accumulation_steps", 1, 64)));
        return claim.Facts["read in lines"].Rows.Count > 0 ? finding : finding.AndYet("the variable is never read: micro_batch_size has no effect on what the function does");
    }

    /// <summary>A trace over scalar gradients.</summary>
    [Claim("D2-033")]
    [Turn("D2/train_with_accumulation/reset", "nothing", Verdict.Erratum)]
    internal static Finding ResetAfterEachStep(Claim claim, Document document)
    {
        int steps = claim.GivenInteger("accumulation_steps");
        int[] ends = [.. claim.GivenText("grads").Split("..").Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture))];
        double[] gradients = [.. Enumerable.Range(ends[0], ends[1] - ends[0] + 1).Select(i => (double)i)];
        double[] updates = [.. Updates(document, gradients, steps).Updates.Select(u => u[0].Value)];
        double[] alone = [.. gradients.Chunk(steps).Where(c => c.Length == steps).Select(c => c.Average())];
        Working.Value("what the optimizer is handed", updates);
        Working.Value("means of each window alone", alone);
        return Judge.Holds(
            updates.SequenceEqual(alone),
            string.Join(", ", updates.Select(u => Say($"{u:G4}"))),
            Say($"from the gradients {ends[0]} to {ends[1]} in windows of {steps} the optimizer is handed {And(updates.Select(u => Say($"{u:G4}")))}: each window starts at zero"),
            Say($"the optimizer is handed {And(updates.Select(u => Say($"{u:G4}")))}, the windows' own means are {And(alone.Select(u => Say($"{u:G4}")))}"));
    }

    /// <summary>Micro-batches that are left in the accumulators when the data end.</summary>
    [Claim("D2-034")]
    [Turn("given/n", "12", Verdict.Confirmed)]
    [Turn("given/accumulation_steps", "5", Verdict.Confirmed)]
    internal static Finding NothingIsLeft(Claim claim, Document document)
    {
        int count = claim.GivenInteger("n"), steps = claim.GivenInteger("accumulation_steps");
        (Real64[][] updates, int left) = Updates(document, [.. Enumerable.Range(0, count).Select(i => (double)i)], steps);
        Working.Value("updates", updates.Length);
        Working.Counted("micro-batches that go into no update", left, count);
        return Judge.Holds(
            left == 0,
            Say($"{left} of {count} left"),
            Say($"all {count} micro-batches go into {updates.Length} updates"),
            Say($"of {count} micro-batches in windows of {steps} the last {left} are summed and never handed to the optimizer"));
    }

    /// <summary>The operator changes the stored arrays; what it does to whole numbers and to half precision.</summary>
    [Claim("D2-035")]
    [Turn("D2/train_with_accumulation/operator", "=", Verdict.Erratum)]
    internal static Finding InPlace(Claim claim, Document document)
    {
        (Real64[][] updates, _) = Updates(document, [1, 1], 2);
        double seen = Working.Value("what the stored array holds after two gradients of 1 in a window of 2", updates[0][0].Value);
        int stalls = Working.Value("micro-batches of 4096 that count in half precision", (int)(AccumulatedInHalfPrecision(4096) * 4096));
        return Judge.Stated(claim, "the stored arrays", seen == 1 ? "change" : "stay", Say($"{seen} in place"), Say($"after two gradients of 1 in a window of 2 the stored array holds {seen}"))
            .AndYet(Say($"an array of whole numbers raises an error, and in float16 only {stalls} of 4096 equal micro-batches change the sum"));
    }

    /// <summary>Micro-batches of unequal size: the mean of their means beside the mean over all examples.</summary>
    [Claim("D2-036")]
    [Turn("facts/sizes", "[4, 4, 4]", Verdict.Confirmed)]
    [Turn("D2/train_with_accumulation/added", "g", Verdict.Erratum)]
    internal static Finding MeanOverAllExamples(Claim claim, Document document)
    {
        int[] sizes = [.. claim.Facts["sizes"].Numbers.Select(n => (int)n)];
        (bool unequal, double mean, double whole) = Compare(sizes);
        (bool equal, _, _) = Compare([4, 4, 4]);
        Working.Holds("with equal sizes both are the same", equal);
        return Judge.Conditional(
            unequal && equal,
            equal,
            "when all micro-batches hold equally many examples",
            Say($"{mean:G5} against {whole:G5}"),
            Say($"for micro-batches of {And(sizes.Select(s => Say($"{s}")))} examples with gradients 1, 2, 3, … the listing's mean is {mean:G5}, the mean over all examples {whole:G5}"));

        (bool, double, double) Compare(int[] parts)
        {
            int at = 0;
            double[] means = [.. parts.Select(n => Enumerable.Range(at += n, n).Average(i => i - n + 1.0))];
            double got = Updates(document, means, parts.Length).Updates[0][0].Value, all = (parts.Sum() + 1) / 2.0;
            Working.Value(Say($"mean over sizes {And(parts.Select(s => Say($"{s}")))}, then over all examples"), new[] { got, all });
            return (Closeness.Near(got, all, 8), got, all);
        }
    }

    /// <summary>What equal micro-batches with gradients of 1 add up to in half precision.</summary>
    internal static double AccumulatedInHalfPrecision(int steps)
    {
        Float16 half = Float16.Of(0), part = Float16.Of(1.0 / steps);
        for (int i = 0; i < steps; i++)
            half += part;
        return half.Value;
    }

    private static (Real64[][] Updates, int Left) Updates(Document document, double[] gradients, int steps) =>
        new AccumulationListing(document.Facts["train_with_accumulation"]).Run<Real64>([.. gradients.Select(g => new[] { new Real64(g) })], steps);
}
