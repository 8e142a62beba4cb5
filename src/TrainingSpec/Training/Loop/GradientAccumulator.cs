using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adds up the gradients of micro-batches until they are taken as one weighted mean; then it starts over at zero.</summary>
/// <remarks>
/// A window may hold any number of micro-batches: the mean is over those that were added. NaN and infinities propagate as IEEE 754 says.
/// Source: D2 "Gradient Accumulation"; D3 "Gradient Accumulation".
/// </remarks>
/// <typeparam name="T">The number.</typeparam>
public sealed class GradientAccumulator<T>
    where T : IReal<T>
{
    // What sums that would overflow are divided by.
    private const double Headroom = 1L << 32;

    private T[][]? _sums;
    private T[][]? _large;
    private T _totalWeight = T.Of(0);

    /// <summary>Micro-batches added since the last mean was taken.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a micro-batch.</summary>
    /// <param name="grads">Its mean gradient, a flat array per tensor; the shapes of the whole window.</param>
    /// <param name="weight">What it weighs, in [0, inf): its tokens where micro-batches are unequal, else 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight lies outside.</exception>
    /// <exception cref="ShapeMismatchException">Other shapes than those of the micro-batches before it.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    public void Add(T[][] grads, double weight = 1)
    {
        Tensors.RequireSome(grads, "micro_grads");
        Domain.Require("[0, inf)", weight, "weights");
        if (_sums is not null)
            Tensors.RequireSameShape(_sums, "the first micro-batch", grads, "micro_grads");
        _sums ??= Tensors.ZerosLike(grads);
        T rounded = T.Of(weight);
        for (int i = 0; i < grads.Length; i++)
        {
            for (int j = 0; j < grads[i].Length; j++)
                Add(i, j, grads[i][j], rounded);
        }

        _totalWeight += rounded;
        Count++;
    }

    // A sum that overflows though its summands are finite goes on divided by a power of two, since the mean may be finite.
    private void Add(int tensor, int element, T gradient, T weight)
    {
        T before = _sums![tensor][element], sum = GradientAccumulation.Added(before, gradient, weight);
        if (Tensors.IsFinite(sum) || !Tensors.IsFinite(before) || !Tensors.IsFinite(gradient))
        {
            _sums[tensor][element] = sum;
            return;
        }

        _large ??= Tensors.ZerosLike(_sums);
        T part = T.Of(1 / Headroom);
        _large[tensor][element] = GradientAccumulation.Added(_large[tensor][element] + before * part, gradient, weight * part);
        _sums[tensor][element] = T.Of(0);
    }

    /// <summary>The mean over the micro-batches added since the last call; the accumulators are zero afterwards.</summary>
    /// <exception cref="InvalidArgumentException">No micro-batch was added, or their weights add up to 0 or to infinity.</exception>
    public T[][] Take()
    {
        if (_sums is null)
            throw Tensors.Bad("micro_grads", "micro_grads = [] is outside lists of at least one micro-batch");
        T total = _totalWeight;
        if (Tensors.AreEqual(total, T.Of(0)) || Tensors.AreEqual(total, T.Of(double.PositiveInfinity)))
            throw Tensors.Bad("weights", $"weights add up to {total}, which is outside (0, inf)");
        T[][] mean = Array.ConvertAll(_sums, t => Array.ConvertAll(t, a => GradientAccumulation.Mean(a, total)));
        for (int i = 0; _large is not null && i < mean.Length; i++)
        {
            for (int j = 0; j < mean[i].Length; j++)
                mean[i][j] = Tensors.AreEqual(_large[i][j], T.Of(0)) ? mean[i][j] : GradientAccumulation.Mean(_large[i][j] + _sums[i][j] * T.Of(1 / Headroom), total) * T.Of(Headroom);
        }

        _sums = _large = null;
        _totalWeight = T.Of(0);
        Count = 0;
        return mean;
    }
}

/// <summary>The accumulated gradient of a whole window at once, and how micro-batches fall into windows.</summary>
public static class GradientAccumulator
{
    /// <summary>Σ wₖ·gₖ / Σ wₖ for every element; without weights each micro-batch weighs 1.</summary>
    /// <param name="microGrads"><c>micro_grads</c>: micro-batch, tensor, element; at least one micro-batch.</param>
    /// <param name="weights"><c>weights</c>: a number in [0, inf) per micro-batch, their sum above 0; null for equal ones.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight lies outside.</exception>
    /// <exception cref="ShapeMismatchException">Micro-batches of other shapes, or another number of weights.</exception>
    /// <exception cref="InvalidArgumentException">No micro-batch, no tensors, an empty tensor, or weights that add up to 0.</exception>
    public static T[][] Mean<T>(T[][][] microGrads, double[]? weights = null)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(microGrads);
        if (weights is not null && weights.Length != microGrads.Length)
            throw new ShapeMismatchException("weights", string.Create(CultureInfo.InvariantCulture, $"weights has {weights.Length} entries, micro_grads has {microGrads.Length} micro-batches"));
        foreach (double weight in weights ?? [])
            Domain.Require("[0, inf)", weight, nameof(weights));

        // Weights count beside each other alone: divided by a power of two near the largest, they are held where their sum or their products are not.
        double scale = weights is null ? 1 : Real64.BinaryScale(weights.DefaultIfEmpty().Max()).Value;
        var window = new GradientAccumulator<T>();
        for (int k = 0; k < microGrads.Length; k++)
            window.Add(microGrads[k], weights is null ? 1 : weights[k] / scale);
        return window.Take();
    }

    /// <summary>How many micro-batches each update sees: windows of <paramref name="size"/>, and a last one of what remains.</summary>
    /// <param name="count">Micro-batches there are, in [0, inf).</param>
    /// <param name="size">k, micro-batches of a full window, in [1, inf).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static int[] Windows(int count, int size)
    {
        Domain.Require("[0, inf)", (long)count, nameof(count));
        Domain.Require("[1, inf)", (long)size, nameof(size));
        var windows = new int[count / size + (count % size == 0 ? 0 : 1)];
        for (int i = 0; i < windows.Length; i++)
            windows[i] = Math.Min(size, count - i * size);
        return windows;
    }
}
