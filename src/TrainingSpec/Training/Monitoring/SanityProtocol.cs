using System.Globalization;
using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What one check of a set-up found.</summary>
/// <param name="Name">The check: targets, start, norm, repeat, causal, batch, gradients, updates, overfit or inputs.</param>
/// <param name="Passed">True where nothing is wrong.</param>
/// <param name="Text">What was found, in one line; where something is wrong, what looks like that.</param>
public sealed record SanityCheck(string Name, bool Passed, string Text);

/// <summary>A set-up to be checked.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Model">The model; its weights are changed.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Step">One step of training on a batch, at the rate of the training proper.</param>
/// <param name="Vocabulary">V.</param>
public sealed record SanitySubject<T>(ITrainedModel<T> Model, ITrainingLoss<T> Loss, Action<TokenBatch> Step, int Vocabulary)
    where T : IBinaryFormat<T>;

/// <summary>What to look at before a training: D2's protocol, and what it can't see.</summary>
/// <remarks>
/// Of D2: the first loss, the norm, the updates, the gradients against differences, one batch overfitted. Beside them: targets that are the ids one later, the same answer twice, no sight of
/// later tokens or of the batch's other sequences, and a model that reads its inputs. Source: D2 "The Sanity Check Protocol", "Gradient Checking".
/// </remarks>
public static class SanityProtocol
{
    /// <summary>By how much the first loss may differ from ln V, as a share of it.</summary>
    public const double StartTolerance = 0.05;

    /// <summary>D2's loss of an overfitted batch.</summary>
    public const double OverfittedLoss = 0.01;

    /// <summary>D2's number of steps.</summary>
    public const int OverfitSteps = 1000;

    // D2's bounds of a norm.
    private const double LeastNorm = 1e-7, LargestNorm = 1e3;

    /// <summary>All checks but that of the gradients, in order.</summary>
    /// <param name="subject">The set-up.</param>
    /// <param name="batch">A batch of at least two sequences of at least two tokens.</param>
    /// <param name="stepped">Told of each step of the overfitting.</param>
    public static IReadOnlyList<SanityCheck> Run<T>(SanitySubject<T> subject, TokenBatch batch, Action? stepped = null)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(batch);
        (double loss, OrderedDictionary<string, T[]> gradients) = Pass(subject, batch);
        var checks = new List<SanityCheck> { Targets(batch), Start(loss, subject.Vocabulary, batch.Targets.Sum(row => row.Length)), Norm(gradients), Repeat(subject, batch, loss, gradients), Causal(subject, batch), Apart(subject, batch), Updates(subject, batch) };
        (SanityCheck overfit, bool fits) = Overfit(subject, batch, loss, stepped ?? (() => { }));
        checks.Add(overfit);
        if (fits)
            checks.Add(Inputs(subject, batch));
        return checks;
    }

    /// <summary>Ten entries of each gradient beside D2's differences; a double's precision is needed.</summary>
    /// <param name="model">The model; its weights are changed a little.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="batch">A batch, small.</param>
    /// <remarks>The difference counts as a share of the tensor's largest entry: beside a small one, the roundings of the loss alone are more than D2 allows.</remarks>
    public static SanityCheck Gradients<T>(ITrainedModel<T> model, ITrainingLoss<T> loss, TokenBatch batch)
        where T : IBinaryFormat<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(batch);
        OrderedDictionary<string, T[]> gradients = model.Backward(loss.Gradient(model.Forward(batch.Inputs), batch.Targets));
        CheckedTensor<T>[] tensors = [.. model.Weights.Select(w => new CheckedTensor<T>(w.Key, w.Value, gradients[w.Key]))];
        IReadOnlyList<FixedStepEntry> entries = FixedStepGradientCheck.Run(tensors, () => T.ToDouble(loss.Loss(model.Forward(batch.Inputs), batch.Targets)));
        Dictionary<string, double> largest = tensors.ToDictionary(t => t.Name, t => t.Gradient.Max(g => Math.Abs(T.ToDouble(g))));
        FixedStepEntry[] wrong = [.. entries.Where(e => !(Math.Abs(e.Analytic - e.Numeric) <= FixedStepGradientCheck.Threshold * Math.Max(largest[e.Tensor], Math.Abs(e.Numeric))))];

        // The pass goes from the loss towards the inputs: what is wrong last in the model's order was wrong first.
        return wrong.Length == 0
            ? new("gradients", true, Say($"{entries.Count} entries of {tensors.Length} tensors are the slopes of the loss"))
            : new("gradients", false, Say($"{wrong.Length} of {entries.Count} entries are not the slopes of the loss, in {wrong.Select(e => e.Tensor).Distinct().Count()} of {tensors.Length} tensors; nearest to the loss {wrong[^1].Tensor}[{wrong[^1].Index}]: {wrong[^1].Analytic:G4} where the slope is {wrong[^1].Numeric:G4}"));
    }

    private static SanityCheck Targets(TokenBatch batch)
    {
        int wrong = batch.Inputs.Zip(batch.Targets).Sum(row => row.First.Skip(1).Zip(row.Second).Count(pair => pair.First != pair.Second));
        bool same = batch.Inputs.Zip(batch.Targets).All(row => row.First.SequenceEqual(row.Second));
        return wrong == 0
            ? new("targets", true, "each target is the id one later")
            : new("targets", false, same ? "the targets are the inputs themselves: they are not shifted by one" : Say($"{wrong} targets are not the id one later"));
    }

    private static SanityCheck Start(double loss, int vocabulary, int tokens)
    {
        double right = Real64.Log(vocabulary).Value;
        bool Near(double value) => Math.Abs(value / right - 1) <= StartTolerance;
        string like = Near(loss / tokens) ? ": that is a sum over the tokens, not their mean" : Near(loss * Real64.Log(2).Value) ? ": it is in bits, not nats" : loss > right ? ": the first logits are too far apart, as with weights too large, or the loss is another" : ": the model knows something already, or the loss is another";
        return new("start", Near(loss), Say($"the first loss is {loss:F4}, ln {vocabulary} is {right:F4}{(Near(loss) ? "" : like)}"));
    }

    private static SanityCheck Norm<T>(OrderedDictionary<string, T[]> gradients)
        where T : IBinaryFormat<T>
    {
        double norm = T.ToDouble(Norms.Global<T>([.. gradients.Values]));
        return new("norm", norm is > LeastNorm and < LargestNorm, Say($"the gradients' norm is {norm:G4}{(norm is > LeastNorm and < LargestNorm ? "" : $", outside ({LeastNorm:G1}, {LargestNorm:G1})")}"));
    }

    private static SanityCheck Repeat<T>(SanitySubject<T> subject, TokenBatch batch, double loss, OrderedDictionary<string, T[]> gradients)
        where T : IBinaryFormat<T>
    {
        double[][] before = [.. gradients.Values.Select(g => Array.ConvertAll(g, T.ToDouble))];
        (double again, OrderedDictionary<string, T[]> second) = Pass(subject, batch);
        if (!again.Equals(loss))
            return new("repeat", false, Say($"the same batch has the losses {loss:G9} and {again:G9}: something is drawn anew, as dropout that is left on"));
        double[][] after = [.. second.Values.Select(g => Array.ConvertAll(g, T.ToDouble))];
        if (before.Zip(after).All(pair => pair.First.SequenceEqual(pair.Second)))
            return new("repeat", true, "the same batch has the same loss and gradients twice");
        int i = Array.FindIndex(before, g => g.Any(x => x != 0));
        int j = i < 0 ? -1 : Array.FindIndex(before[i], x => x != 0);
        return new("repeat", false, Say($"the same batch has other gradients the second time{(i >= 0 ? $", {after[i][j] / before[i][j]:G3} times those of the first" : "")}: they are not cleared"));
    }

    private static SanityCheck Causal<T>(SanitySubject<T> subject, TokenBatch batch)
        where T : IBinaryFormat<T>
    {
        double[] before = Logits(subject, batch.Inputs);
        int length = batch.Inputs[0].Length;
        int[][] changed = [.. batch.Inputs.Select(row => (int[])[.. row[..^1], (row[^1] + 1) % subject.Vocabulary])];
        double[] after = Logits(subject, changed);
        int[] moved = [.. Enumerable.Range(0, before.Length).Where(i => !before[i].Equals(after[i])).Select(i => i / subject.Vocabulary % length).Distinct()];
        return moved.All(t => t == length - 1)
            ? new("causal", true, "a later token changes nothing before it")
            : new("causal", false, Say($"the last token changes the logits of {moved.Count(t => t < length - 1)} positions before it: the model sees what it is to predict"));
    }

    private static SanityCheck Apart<T>(SanitySubject<T> subject, TokenBatch batch)
        where T : IBinaryFormat<T>
    {
        double[] all = Logits(subject, batch.Inputs);
        double[] alone = Logits(subject, batch.Inputs[..1]);
        return alone.AsSpan().SequenceEqual(all.AsSpan(0, alone.Length))
            ? new("batch", true, "a sequence alone has the logits that it has in the batch")
            : new("batch", false, "a sequence alone has other logits than in the batch: sequences are mixed up");
    }

    private static SanityCheck Updates<T>(SanitySubject<T> subject, TokenBatch batch)
        where T : IBinaryFormat<T>
    {
        Dictionary<string, T[]> old = subject.Model.Weights.ToDictionary(w => w.Key, w => (T[])w.Value.Clone());
        subject.Step(batch);
        string[] still = [.. subject.Model.Weights.Where(w => w.Value.SequenceEqual(old[w.Key])).Select(w => w.Key)];
        return still.Length == 0
            ? new("updates", true, Say($"a step changes all {old.Count} tensors"))
            : new("updates", false, still.Length == old.Count ? "a step changes nothing: the rate is 0, or the optimizer has other tensors than the model" : Say($"a step leaves {string.Join(", ", still)} as before: the optimizer does not have them, or no gradient reaches them"));
    }

    private static (SanityCheck Check, bool Fits) Overfit<T>(SanitySubject<T> subject, TokenBatch batch, double first, Action stepped)
        where T : IBinaryFormat<T>
    {
        double loss = first, least = first;
        for (int step = 1; step <= OverfitSteps; step++)
        {
            try
            {
                subject.Step(batch);
            }
            catch (NonFiniteException e)
            {
                return (new("overfit", false, Say($"step {step} on one batch: {e.Message}")), false);
            }

            stepped();
            loss = T.ToDouble(subject.Loss.Loss(subject.Model.Forward(batch.Inputs), batch.Targets));
            least = Math.Min(least, loss);
            if (loss < OverfittedLoss)
                return (new("overfit", true, Say($"{step + 1} steps on one batch bring the loss to {loss:F4}")), true);
        }

        string like = loss > first ? "it rises: the update goes uphill, or the rate is too high" : least > 0.9 * first ? "it stays: the gradients or the rate are too small or wrong" : "it falls and stops: the batch contradicts itself, the model is too small, or some gradients are wrong";
        return (new("overfit", false, Say($"{OverfitSteps} steps on one batch bring the loss from {first:F4} to {loss:F4}, not below {OverfittedLoss}; {like}")), false);
    }

    private static SanityCheck Inputs<T>(SanitySubject<T> subject, TokenBatch batch)
        where T : IBinaryFormat<T>
    {
        double loss = T.ToDouble(subject.Loss.Loss(subject.Model.Forward([.. batch.Inputs.Select(row => new int[row.Length])]), batch.Targets));
        return new("inputs", loss > OverfittedLoss, Say($"with zeros for inputs the overfitted loss is {loss:F4}{(loss > OverfittedLoss ? "" : ": the model does not read its inputs")}"));
    }

    private static (double Loss, OrderedDictionary<string, T[]> Gradients) Pass<T>(SanitySubject<T> subject, TokenBatch batch)
        where T : IBinaryFormat<T>
    {
        T[] logits = subject.Model.Forward(batch.Inputs);
        return (T.ToDouble(subject.Loss.Loss(logits, batch.Targets)), subject.Model.Backward(subject.Loss.Gradient(logits, batch.Targets)));
    }

    private static double[] Logits<T>(SanitySubject<T> subject, int[][] inputs)
        where T : IBinaryFormat<T> => Array.ConvertAll(subject.Model.Forward(inputs), T.ToDouble);

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
