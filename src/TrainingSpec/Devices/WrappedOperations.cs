using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>Operations that do what others do, but for what is overridden: to round, to count, to plant a fault.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="inner">The others.</param>
public abstract class WrappedOperations<T>(ITensorOperations<T> inner) : ITensorOperations<T>
    where T : IReal<T>
{
    /// <inheritdoc/>
    public virtual T[] Rent(int count) => inner.Rent(count);

    /// <inheritdoc/>
    public virtual void Return(T[] tensor) => inner.Return(tensor);

    /// <inheritdoc/>
    public virtual T[] Read(T[] tensor) => inner.Read(tensor);

    /// <inheritdoc/>
    public virtual void Written(T[] tensor) => inner.Written(tensor);

    /// <inheritdoc/>
    public virtual void Fill(T[] tensor, T value) => inner.Fill(tensor, value);

    /// <inheritdoc/>
    public virtual void Embed(int[] ids, int length, T[] tokens, T[] positions, T[] x, int width) => inner.Embed(ids, length, tokens, positions, x, width);

    /// <inheritdoc/>
    public virtual void AddTokenGradient(int[] ids, T[] dx, T[] dTokens, int width) => inner.AddTokenGradient(ids, dx, dTokens, width);

    /// <inheritdoc/>
    public virtual void AddPositionGradient(T[] dx, int length, T[] dPositions, int width) => inner.AddPositionGradient(dx, length, dPositions, width);

    /// <inheritdoc/>
    public virtual void Linear(T[] x, T[] weight, T[] bias, T[] y, int inputs, int outputs) => inner.Linear(x, weight, bias, y, inputs, outputs);

    /// <inheritdoc/>
    public virtual void LinearInputGradient(T[] dy, T[] weight, T[] dx, int inputs, int outputs) => inner.LinearInputGradient(dy, weight, dx, inputs, outputs);

    /// <inheritdoc/>
    public virtual void LinearWeightGradient(T[] dy, T[] x, T[] dWeight, int inputs, int outputs) => inner.LinearWeightGradient(dy, x, dWeight, inputs, outputs);

    /// <inheritdoc/>
    public virtual void BiasGradient(T[] dy, T[] dBias) => inner.BiasGradient(dy, dBias);

    /// <inheritdoc/>
    public virtual void LayerNorm(T[] x, T[] gain, T[] bias, double eps, T[] y, T[] normalized, T[] reciprocalDeviations) => inner.LayerNorm(x, gain, bias, eps, y, normalized, reciprocalDeviations);

    /// <inheritdoc/>
    public virtual void LayerNormInputGradient(T[] dy, T[] gain, T[] normalized, T[] reciprocalDeviations, T[] dx) => inner.LayerNormInputGradient(dy, gain, normalized, reciprocalDeviations, dx);

    /// <inheritdoc/>
    public virtual void RmsNorm(T[] x, T[] gain, double eps, T[] y, T[] normalized, T[] reciprocalRoots) => inner.RmsNorm(x, gain, eps, y, normalized, reciprocalRoots);

    /// <inheritdoc/>
    public virtual void RmsNormInputGradient(T[] dy, T[] gain, T[] normalized, T[] reciprocalRoots, T[] dx) => inner.RmsNormInputGradient(dy, gain, normalized, reciprocalRoots, dx);

    /// <inheritdoc/>
    public virtual void GainGradient(T[] dy, T[] normalized, T[] dGain) => inner.GainGradient(dy, normalized, dGain);

    /// <inheritdoc/>
    public virtual int AttentionWeightCount(AttentionShape shape) => inner.AttentionWeightCount(shape);

    /// <inheritdoc/>
    public virtual void Attention(T[] qkv, AttentionShape shape, T[] mask, T[] weights, T[] y) => inner.Attention(qkv, shape, mask, weights, y);

    /// <inheritdoc/>
    public virtual void AttentionInputGradient(T[] dy, T[] qkv, T[] weights, AttentionShape shape, T[] dQkv) => inner.AttentionInputGradient(dy, qkv, weights, shape, dQkv);

    /// <inheritdoc/>
    public virtual void Activate(Activation activation, T[] x, T[] y, T[] slopes) => inner.Activate(activation, x, y, slopes);

    /// <inheritdoc/>
    public virtual void ActivationGradient(T[] dy, T[] slopes, T[] dx) => inner.ActivationGradient(dy, slopes, dx);

    /// <inheritdoc/>
    public virtual void Add(T[] x, T[] y) => inner.Add(x, y);

    /// <inheritdoc/>
    public virtual void CrossEntropy(T[] logits, int[] targets, T[] losses, T[] gradient) => inner.CrossEntropy(logits, targets, losses, gradient);

    /// <inheritdoc/>
    public virtual T GlobalNorm(IReadOnlyList<T[]> tensors) => inner.GlobalNorm(tensors);

    /// <inheritdoc/>
    public virtual void Scale(T[] x, T scale) => inner.Scale(x, scale);

    /// <inheritdoc/>
    public virtual void RoundStochastically(T[] x, CastTarget to, RandomPlace from) => inner.RoundStochastically(x, to, from);

    /// <inheritdoc/>
    public virtual void AdamStep(T[] theta, T[] m, T[] v, T[] gradient, AdamCoefficients<T> coefficients) => inner.AdamStep(theta, m, v, gradient, coefficients);
}
