using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>A loss of many numbers, each against its own target, with its gradient.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Loss">The reduced loss; for no reduction, the sum.</param>
/// <param name="Losses">The loss of each number.</param>
/// <param name="Gradient">The gradient of <paramref name="Loss"/> with respect to the numbers.</param>
public sealed record ElementwiseLossResult<T>(T Loss, T[] Losses, T[] Gradient);

/// <summary>Losses of numbers against targets: squared, Huber's, the smooth absolute error, and binary cross-entropy of logits.</summary>
/// <remarks>The losses are added in the fixed shape of <see cref="Reduction"/>; the mean is over all numbers, and right where their sum, or a loss, is more than the number holds.</remarks>
public static class ElementwiseLoss
{
    /// <summary>A loss times the square of a power of two, of the element with an index.</summary>
    private delegate T Term<T>(int index, T root);

    /// <summary>(ŷ − y)² of each.</summary>
    /// <param name="predictions">ŷ.</param>
    /// <param name="targets">y, as many.</param>
    /// <param name="reduction">What becomes of the losses.</param>
    /// <param name="weights">What each loss is multiplied by, in [0, inf); null for 1. The mean divides by how many there are, whatever they are.</param>
    /// <exception cref="ShapeMismatchException">Another number of targets or of weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such reduction; a weight lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No predictions.</exception>
    public static ElementwiseLossResult<T> Squared<T>(T[] predictions, T[] targets, LossReduction reduction, T[]? weights = null)
        where T : IReal<T>
    {
        Require(predictions, "predictions", targets, reduction, weights);
        return Evaluate<T>(
            predictions.Length,
            weights,
            reduction,
            (i, root) => ElementwiseLosses.Squared(root * predictions[i], root * targets[i]),
            (i, root) => ElementwiseLosses.SquaredGradient(root * predictions[i], root * targets[i]));
    }

    /// <summary>Huber's loss of each: half of the square up to δ, linear beyond.</summary>
    /// <param name="predictions">ŷ.</param>
    /// <param name="targets">y, as many.</param>
    /// <param name="delta"><c>delta</c>, of <see cref="Hyperparameters.HuberDelta"/>.</param>
    /// <param name="reduction">What becomes of the losses.</param>
    /// <param name="weights">What each loss is multiplied by, in [0, inf); null for 1. The mean divides by how many there are, whatever they are.</param>
    /// <exception cref="ShapeMismatchException">Another number of targets or of weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> or a weight lies outside, or the number does not hold δ; no such reduction.</exception>
    /// <exception cref="InvalidArgumentException">No predictions.</exception>
    public static ElementwiseLossResult<T> Huber<T>(T[] predictions, T[] targets, double delta, LossReduction reduction, T[]? weights = null)
        where T : IReal<T>
    {
        Require(predictions, "predictions", targets, reduction, weights);
        T held = Hyperparameters.HuberDelta.Rounded<T>(Hyperparameters.HuberDelta.Require(delta));
        return Evaluate<T>(
            predictions.Length,
            weights,
            reduction,
            (i, root) => ElementwiseLosses.Huber(root * predictions[i], root * targets[i], root * held),
            (i, root) => root * ElementwiseLosses.HuberGradient(predictions[i], targets[i], held));
    }

    /// <summary>The smooth absolute error of each: Huber's loss over β, and at β = 0 the absolute error.</summary>
    /// <param name="predictions">ŷ.</param>
    /// <param name="targets">y, as many.</param>
    /// <param name="beta"><c>beta</c>, of <see cref="Hyperparameters.SmoothBeta"/>.</param>
    /// <param name="reduction">What becomes of the losses.</param>
    /// <param name="weights">What each loss is multiplied by, in [0, inf); null for 1. The mean divides by how many there are, whatever they are.</param>
    /// <exception cref="ShapeMismatchException">Another number of targets or of weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> or a weight lies outside, or the number does not hold β; no such reduction.</exception>
    /// <exception cref="InvalidArgumentException">No predictions.</exception>
    public static ElementwiseLossResult<T> SmoothL1<T>(T[] predictions, T[] targets, double beta, LossReduction reduction, T[]? weights = null)
        where T : IReal<T>
    {
        Require(predictions, "predictions", targets, reduction, weights);
        T held = Hyperparameters.SmoothBeta.Rounded<T>(Hyperparameters.SmoothBeta.Require(beta));
        return Evaluate<T>(
            predictions.Length,
            weights,
            reduction,
            (i, root) => ElementwiseLosses.SmoothL1(root * root * predictions[i], root * root * targets[i], root * root * held),
            (i, root) => root * ElementwiseLosses.SmoothL1Gradient(predictions[i], targets[i], held));
    }

    /// <summary>Binary cross-entropy of each logit, in nats.</summary>
    /// <param name="logits">z.</param>
    /// <param name="targets">y in [0, 1], as many.</param>
    /// <param name="positiveWeights">What the term of the positive class is multiplied by, p in [0, inf) for each logit; null for 1.</param>
    /// <param name="reduction">What becomes of the losses; the mean is over the logits whatever their weights are.</param>
    /// <param name="weights">What each loss is multiplied by, in [0, inf); null for 1.</param>
    /// <param name="smoothing"><c>label_smoothing</c>, of <see cref="Hyperparameters.LabelSmoothing"/>: the share of a target that is spread over both classes.</param>
    /// <exception cref="ShapeMismatchException">Another number of targets or of weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target, a weight or <paramref name="smoothing"/> lies outside; no such reduction.</exception>
    /// <exception cref="InvalidArgumentException">No logits.</exception>
    public static ElementwiseLossResult<T> BinaryCrossEntropy<T>(T[] logits, T[] targets, T[]? positiveWeights, LossReduction reduction, T[]? weights = null, double smoothing = 0)
        where T : IReal<T>
    {
        Require(logits, "logits", targets, reduction, weights);
        RequireInside(targets, "targets", "[0, 1]", 1);
        if (positiveWeights is not null)
        {
            Tensors.RequireSameShape([logits], "logits", [positiveWeights], "pos_weight");
            RequireInside(positiveWeights, "pos_weight", "[0, inf)", double.MaxValue);
        }

        T one = T.Of(1);
        var labels = LabelSmoothing<T>.Of(smoothing, 2);
        T Label(T y) => labels.TargetShare * y + labels.Other;
        T Weight(int i) => positiveWeights is null ? one : positiveWeights[i];
        return Evaluate<T>(
            logits.Length,
            weights,
            reduction,
            (i, root) => ElementwiseLosses.PartOfBinaryCrossEntropy(logits[i], Label(targets[i]), Label(one - targets[i]), Weight(i), root * root),
            (i, root) => root * ElementwiseLosses.BinaryCrossEntropyGradient(logits[i], Label(targets[i]), Label(one - targets[i]), Weight(i)));
    }

    private static ElementwiseLossResult<T> Evaluate<T>(int count, T[]? weights, LossReduction reduction, Term<T> loss, Term<T> gradient)
        where T : IReal<T>
    {
        if (weights is not null)
            return Evaluate<T>(count, null, reduction, (i, root) => Weighted(weights[i], i, root, loss), (i, root) => WeightedGradient(weights[i], i, root, gradient));
        T one = T.Of(1);
        T[] Over(Term<T> term, T root) => Tensors.Made(count, i => term(i, root));
        T[] losses = Over(loss, one), slopes = Over(gradient, one);
        if (reduction != LossReduction.Mean)
            return new(Reduction.Sum<T>(losses), losses, slopes);

        // Terms as much smaller that each, and so their mean, is held wherever the mean of the true ones is.
        T mean = Monitoring.Mean<T>(losses), all = T.Of(count), root = T.Of(0.5) / T.BinaryScale(T.Sqrt(all));
        if (!Tensors.IsFinite(mean))
            mean = Monitoring.Mean<T>(Over(loss, root)) / (root * root);
        return new(mean, losses, Tensors.Made(count, i => Tensors.IsFinite(slopes[i]) ? slopes[i] / all : gradient(i, root) / all / root));
    }

    // w·L; where the loss is or may be subnormal or infinite, by way of terms as much smaller or larger as the weight says, if those are finite.
    private static T Weighted<T>(T weight, int index, T root, Term<T> loss)
        where T : IReal<T>
    {
        T plain = loss(index, root), whole = T.BinaryScale(T.Sqrt(weight)), part = T.IfEqual(weight, T.Of(0), T.Of(0), whole);
        if (NormalRange.IsNormal(plain))
            return weight * plain;
        T scaled = weight / (whole * whole) * loss(index, part * root);
        return Tensors.IsFinite(scaled) ? scaled : weight * plain;
    }

    // An eighth of every slope is held.
    private static T WeightedGradient<T>(T weight, int index, T root, Term<T> gradient)
        where T : IReal<T>
    {
        T plain = gradient(index, root);
        return Tensors.IsFinite(plain) ? weight * plain : T.Of(8) * (weight * gradient(index, T.Of(0.125) * root));
    }

    private static void Require<T>(T[] values, string name, T[] targets, LossReduction reduction, T[]? weights)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(targets);
        Tensors.RequireSome([values], name);
        if (targets.Length != values.Length)
            throw new ShapeMismatchException("targets", $"targets has {Tensors.Text(targets.Length)} elements, {name} has {Tensors.Text(values.Length)}");
        if (!Enum.IsDefined(reduction))
            throw Domain.Outside("{mean, sum, none}", Tensors.Text((int)reduction), "reduction");
        if (weights is null)
            return;
        Tensors.RequireSameShape([values], name, [weights], "weight");
        RequireInside(weights, "weight", "[0, inf)", double.MaxValue);
    }

    private static void RequireInside<T>(T[] values, string name, string domain, double most)
        where T : IReal<T>
    {
        bool IsUpTo(T x, T limit) => Tensors.AreEqual(T.IfLess(limit, x, limit, x), x);
        int outside = Array.FindIndex(values, v => !IsUpTo(T.Of(0), v) || !IsUpTo(v, T.Of(most)));
        if (outside >= 0)
            throw Domain.Outside(domain, values[outside].ToString()!, name);
    }
}
