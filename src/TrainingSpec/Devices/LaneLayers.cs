using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>The layers of a model over lanes, of whatever width: the generic formulas, with lanes for columns, rows, heads or elements. One thread does a part of a call.</summary>
internal abstract class LaneLayers
{
    /// <summary>How many tiles of the matrix product lie side by side.</summary>
    public abstract int Panels(int columns);

    /// <summary>Elements of a packed right matrix.</summary>
    public abstract int PackedLength(int inner, int columns);

    /// <summary>Packs panels of a right matrix.</summary>
    public abstract void Pack(ReadOnlySpan<float> b, MatrixLayout layout, int inner, int columns, int first, int end, Span<float> right);

    /// <summary>Rows of a product with a packed right matrix.</summary>
    public abstract void MultiplyRows(ReadOnlySpan<float> a, MatrixLayout layout, ReadOnlySpan<float> right, Span<float> c, int first, int end, int inner, int columns);

    /// <summary>Lanes are columns.</summary>
    public abstract void Embed(ReadOnlySpan<int> ids, int length, ReadOnlySpan<Real32> tokens, ReadOnlySpan<Real32> positions, Span<Real32> x, int width);

    /// <summary>Lanes are columns.</summary>
    public abstract void AddTokenGradient(ReadOnlySpan<int> ids, ReadOnlySpan<Real32> dx, Span<Real32> dTokens, int width);

    /// <summary>Lanes are columns.</summary>
    public abstract void AddPositionGradient(ReadOnlySpan<Real32> dx, int length, Span<Real32> dPositions, int width);

    /// <summary>Lanes are columns.</summary>
    public abstract void AddBias(ReadOnlySpan<Real32> bias, Span<Real32> y);

    /// <summary>Lanes are columns.</summary>
    public abstract void BiasGradient(ReadOnlySpan<Real32> dy, Span<Real32> dBias);

    /// <summary>Lanes are columns.</summary>
    public abstract void GainGradient(ReadOnlySpan<Real32> dy, ReadOnlySpan<Real32> normalized, Span<Real32> dGain);

    /// <summary>Blocks of as many rows as there are lanes.</summary>
    public abstract int Blocks(int rows);

    /// <summary>Lanes are rows, which are centred or, as RMS normalization has them, keep their mean.</summary>
    public abstract void LayerNorm(
        ReadOnlySpan<float> x, ReadOnlySpan<Real32> gain, ReadOnlySpan<Real32> bias, Real32 eps, Span<float> y, Span<float> normalized, Span<float> reciprocalDeviations, bool centred, int first, int end);

    /// <summary>Lanes are rows.</summary>
    public abstract void LayerNormInputGradient(
        ReadOnlySpan<float> dy, ReadOnlySpan<Real32> gain, ReadOnlySpan<float> normalized, ReadOnlySpan<float> reciprocalDeviations, Span<float> dx, bool centred, int first, int end);

    /// <summary>Lanes are heads; the weights lie head beside head. The mask may be empty.</summary>
    public abstract void Attention(ReadOnlySpan<float> qkv, AttentionShape shape, ReadOnlySpan<Real32> mask, Span<float> weights, Span<float> y, int first, int end);

    /// <summary>Lanes are heads.</summary>
    public abstract void AttentionInputGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> qkv, ReadOnlySpan<float> weights, AttentionShape shape, Span<float> dQkv, int first, int end);

    /// <summary>Lanes are elements.</summary>
    public abstract void Activate(Activation activation, ReadOnlySpan<float> x, Span<float> y, Span<float> slopes);

    /// <summary>Lanes are elements.</summary>
    public abstract void ActivationGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> slopes, Span<float> dx);

    /// <summary>Lanes are elements.</summary>
    public abstract void Add(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>Lanes are elements.</summary>
    public abstract void Scale(Span<float> x, Real32 scale);

    /// <summary>Lanes are elements, each with a uniform number.</summary>
    public abstract void RoundStochastically(Span<float> x, CastTarget to, ReadOnlySpan<float> uniform);

    /// <summary>Lanes are elements.</summary>
    public abstract Real32 LargestMagnitude(ReadOnlySpan<float> x);

    /// <summary>Σ(x/s)²; lanes are elements.</summary>
    public abstract Real32 ScaledSumOfSquares(ReadOnlySpan<float> x, Real32 scale);
}
