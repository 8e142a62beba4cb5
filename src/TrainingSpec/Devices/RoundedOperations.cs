using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>What mixed precision makes of a training step: every tensor of activations and of gradients is rounded to a narrow format when it is written, while sums inside an operation, the loss and the optimizer stay in single precision.</summary>
/// <remarks>Source: D2 "Mixed Precision Training"; Micikevicius et al. (2018), sections 3.1 and 3.3.</remarks>
/// <typeparam name="TFormat">The narrow format, <see cref="Float16"/> or <see cref="BFloat16"/>.</typeparam>
/// <param name="inner">What computes in single precision.</param>
public sealed class RoundedOperations<TFormat>(ITensorOperations<Real32> inner) : WrappedOperations<Real32>(inner)
    where TFormat : IBinaryFormat<TFormat>
{
    /// <summary>The nearest number of the format.</summary>
    public static Real32 Round(Real32 x) => (float)TFormat.ToDouble(TFormat.Of(x.Value));

    /// <summary>Rounds a tensor in place.</summary>
    public void Round(Real32[] tensor)
    {
        Read(tensor);
        for (int i = 0; i < tensor.Length; i++)
            tensor[i] = Round(tensor[i]);
        Written(tensor);
    }

    /// <inheritdoc/>
    public override void Embed(int[] ids, int length, Real32[] tokens, Real32[] positions, Real32[] x, int width)
    {
        base.Embed(ids, length, tokens, positions, x, width);
        Round(x);
    }

    /// <inheritdoc/>
    public override void AddTokenGradient(int[] ids, Real32[] dx, Real32[] dTokens, int width)
    {
        base.AddTokenGradient(ids, dx, dTokens, width);
        Round(dTokens);
    }

    /// <inheritdoc/>
    public override void AddPositionGradient(Real32[] dx, int length, Real32[] dPositions, int width)
    {
        base.AddPositionGradient(dx, length, dPositions, width);
        Round(dPositions);
    }

    /// <inheritdoc/>
    public override void Linear(Real32[] x, Real32[] weight, Real32[] bias, Real32[] y, int inputs, int outputs)
    {
        base.Linear(x, weight, bias, y, inputs, outputs);
        Round(y);
    }

    /// <inheritdoc/>
    public override void LinearInputGradient(Real32[] dy, Real32[] weight, Real32[] dx, int inputs, int outputs)
    {
        base.LinearInputGradient(dy, weight, dx, inputs, outputs);
        Round(dx);
    }

    /// <inheritdoc/>
    public override void LinearWeightGradient(Real32[] dy, Real32[] x, Real32[] dWeight, int inputs, int outputs)
    {
        base.LinearWeightGradient(dy, x, dWeight, inputs, outputs);
        Round(dWeight);
    }

    /// <inheritdoc/>
    public override void BiasGradient(Real32[] dy, Real32[] dBias)
    {
        base.BiasGradient(dy, dBias);
        Round(dBias);
    }

    /// <inheritdoc/>
    public override void LayerNorm(Real32[] x, Real32[] gain, Real32[] bias, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocalDeviations)
    {
        base.LayerNorm(x, gain, bias, eps, y, normalized, reciprocalDeviations);
        Round(y);
        Round(normalized);
    }

    /// <inheritdoc/>
    public override void LayerNormInputGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocalDeviations, Real32[] dx)
    {
        base.LayerNormInputGradient(dy, gain, normalized, reciprocalDeviations, dx);
        Round(dx);
    }

    /// <inheritdoc/>
    public override void RmsNorm(Real32[] x, Real32[] gain, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocalRoots)
    {
        base.RmsNorm(x, gain, eps, y, normalized, reciprocalRoots);
        Round(y);
        Round(normalized);
    }

    /// <inheritdoc/>
    public override void RmsNormInputGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocalRoots, Real32[] dx)
    {
        base.RmsNormInputGradient(dy, gain, normalized, reciprocalRoots, dx);
        Round(dx);
    }

    /// <inheritdoc/>
    public override void GainGradient(Real32[] dy, Real32[] normalized, Real32[] dGain)
    {
        base.GainGradient(dy, normalized, dGain);
        Round(dGain);
    }

    /// <inheritdoc/>
    public override void Attention(Real32[] qkv, AttentionShape shape, Real32[] mask, Real32[] weights, Real32[] y)
    {
        base.Attention(qkv, shape, mask, weights, y);
        Round(weights);
        Round(y);
    }

    /// <inheritdoc/>
    public override void AttentionInputGradient(Real32[] dy, Real32[] qkv, Real32[] weights, AttentionShape shape, Real32[] dQkv)
    {
        base.AttentionInputGradient(dy, qkv, weights, shape, dQkv);
        Round(dQkv);
    }

    /// <summary>y is rounded. f'(x) is that of the rounded x, and is itself kept as it is, as if the backward pass evaluated it.</summary>
    public override void Activate(Activation activation, Real32[] x, Real32[] y, Real32[] slopes)
    {
        base.Activate(activation, x, y, slopes);
        Round(y);
    }

    /// <inheritdoc/>
    public override void ActivationGradient(Real32[] dy, Real32[] slopes, Real32[] dx)
    {
        base.ActivationGradient(dy, slopes, dx);
        Round(dx);
    }

    /// <inheritdoc/>
    public override void Add(Real32[] x, Real32[] y)
    {
        base.Add(x, y);
        Round(y);
    }
}
