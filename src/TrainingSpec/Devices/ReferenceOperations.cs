using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>The generic formulas as they are, over any number, one element after the other; every tensor is a fresh one.</summary>
/// <typeparam name="T">The number.</typeparam>
public sealed class ReferenceOperations<T> : ITensorOperations<T>
    where T : IReal<T>
{
    /// <inheritdoc/>
    public T[] Rent(int count) => new T[count];

    /// <inheritdoc/>
    public void Return(T[] tensor)
    {
        // Whoever still reads it may go on.
    }

    /// <inheritdoc/>
    public T[] Read(T[] tensor) => tensor;

    /// <inheritdoc/>
    public void Written(T[] tensor)
    {
        // The array is the tensor.
    }

    /// <inheritdoc/>
    public void Fill(T[] tensor, T value) => Array.Fill(tensor, value);

    /// <inheritdoc/>
    public void Embed(int[] ids, int length, T[] tokens, T[] positions, T[] x, int width) => Embedding.Forward<T>(ids, length, tokens, positions, x, width);

    /// <inheritdoc/>
    public void AddTokenGradient(int[] ids, T[] dx, T[] dTokens, int width) => Embedding.AddTokenGradient<T>(ids, dx, dTokens, width);

    /// <inheritdoc/>
    public void AddPositionGradient(T[] dx, int length, T[] dPositions, int width) => Embedding.AddPositionGradient<T>(dx, length, dPositions, width);

    /// <inheritdoc/>
    public void Linear(T[] x, T[] weight, T[] bias, T[] y, int inputs, int outputs) => Formulas.Linear.Forward<T>(x, weight, bias, y, inputs, outputs);

    /// <inheritdoc/>
    public void LinearInputGradient(T[] dy, T[] weight, T[] dx, int inputs, int outputs) => Formulas.Linear.InputGradient<T>(dy, weight, dx, inputs, outputs);

    /// <inheritdoc/>
    public void LinearWeightGradient(T[] dy, T[] x, T[] dWeight, int inputs, int outputs) => Formulas.Linear.WeightGradient<T>(dy, x, dWeight, inputs, outputs);

    /// <inheritdoc/>
    public void BiasGradient(T[] dy, T[] dBias) => Formulas.Linear.BiasGradient<T>(dy, dBias);

    /// <inheritdoc/>
    public void LayerNorm(T[] x, T[] gain, T[] bias, double eps, T[] y, T[] normalized, T[] reciprocalDeviations) =>
        Formulas.LayerNorm.Forward<T>(x, gain, bias, eps, y, normalized, reciprocalDeviations);

    /// <inheritdoc/>
    public void LayerNormInputGradient(T[] dy, T[] gain, T[] normalized, T[] reciprocalDeviations, T[] dx) =>
        Formulas.LayerNorm.InputGradient<T>(dy, gain, normalized, reciprocalDeviations, dx);

    /// <inheritdoc/>
    public void RmsNorm(T[] x, T[] gain, double eps, T[] y, T[] normalized, T[] reciprocalRoots) => Formulas.RmsNorm.Forward<T>(x, gain, eps, y, normalized, reciprocalRoots);

    /// <inheritdoc/>
    public void RmsNormInputGradient(T[] dy, T[] gain, T[] normalized, T[] reciprocalRoots, T[] dx) => Formulas.RmsNorm.InputGradient<T>(dy, gain, normalized, reciprocalRoots, dx);

    /// <inheritdoc/>
    public void GainGradient(T[] dy, T[] normalized, T[] dGain) => Formulas.LayerNorm.GainGradient<T>(dy, normalized, dGain);

    /// <inheritdoc/>
    public int AttentionWeightCount(AttentionShape shape) => shape.WeightCount;

    /// <inheritdoc/>
    public void Attention(T[] qkv, AttentionShape shape, T[] mask, T[] weights, T[] y) => Formulas.Attention.Forward<T>(qkv, shape, weights, y, mask);

    /// <inheritdoc/>
    public void AttentionInputGradient(T[] dy, T[] qkv, T[] weights, AttentionShape shape, T[] dQkv) => Formulas.Attention.InputGradient<T>(dy, qkv, weights, shape, dQkv);

    /// <inheritdoc/>
    public void Activate(Activation activation, T[] x, T[] y, T[] slopes) => ActivationLayer.Forward<T>(activation, x, y, slopes);

    /// <inheritdoc/>
    public void ActivationGradient(T[] dy, T[] slopes, T[] dx) => ActivationLayer.InputGradient<T>(dy, slopes, dx);

    /// <inheritdoc/>
    public void Add(T[] x, T[] y) => Formulas.Linear.Add<T>(x, y);

    /// <inheritdoc/>
    public void CrossEntropy(T[] logits, int[] targets, T[] losses, T[] gradient)
    {
        ArgumentNullException.ThrowIfNull(targets);
        int classes = logits.Length / targets.Length;
        T rows = T.Of(targets.Length), zero = T.Of(0);
        LabelSmoothing<T> none = LabelSmoothing<T>.Of(0, classes);
        for (int n = 0; n < targets.Length; n++)
        {
            if (gradient.Length == 0)
            {
                losses[n] = Formulas.CrossEntropy.LossOfRow(logits.AsSpan(n * classes, classes), targets[n], 0);
                continue;
            }

            Span<T> row = gradient.AsSpan(n * classes, classes);
            losses[n] = Formulas.CrossEntropy.Row(logits.AsSpan(n * classes, classes), targets[n], none, row);
            for (int i = 0; i < row.Length; i++)
                row[i] = Formulas.CrossEntropy.MeanGradient(row[i], zero, rows);
        }
    }

    /// <inheritdoc/>
    public T GlobalNorm(IReadOnlyList<T[]> tensors) => Norms.Global(tensors);

    /// <inheritdoc/>
    public void Scale(T[] x, T scale) => Clipping.ScaleAll(x.AsSpan(), scale);

    /// <inheritdoc/>
    public void RoundStochastically(T[] x, CastTarget to, RandomPlace from)
    {
        CastBounds<T> bounds = CastBounds<T>.Of(to);
        for (int i = 0; i < x.Length; i++)
            x[i] = Cast.Stochastic(x[i], RandomStreams.Uniform<T>(from.Seed, from.Stream, unchecked(from.Offset + (ulong)i)), bounds);
    }

    /// <inheritdoc/>
    public void AdamStep(T[] theta, T[] m, T[] v, T[] gradient, AdamCoefficients<T> coefficients) => Formulas.AdamStep.ApplyAll(theta, m, v, gradient, coefficients);
}
