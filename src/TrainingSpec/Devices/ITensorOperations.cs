using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>The operations on whole tensors that a model's training step is made of; whoever runs them, the bits are those of <see cref="ReferenceOperations{T}"/>.</summary>
/// <remarks>
/// Tensors are flat and row-major; results are written over what they held. N rows; NaN counts as one value. Used by one thread at a time.
/// A tensor may live in a device's memory, and the array be its name: what operations wrote is in the array after <see cref="Read"/>, and what is written into the array counts after <see cref="Written"/>.
/// </remarks>
/// <typeparam name="T">The number.</typeparam>
public interface ITensorOperations<T>
    where T : IReal<T>
{
    /// <summary>A tensor of <paramref name="count"/> elements that hold anything; it may have been used before.</summary>
    T[] Rent(int count);

    /// <summary>Takes back a tensor that nobody reads any more.</summary>
    void Return(T[] tensor);

    /// <summary>Brings into the array what operations have written, and gives it.</summary>
    T[] Read(T[] tensor);

    /// <summary>Takes what has been written into the array, of a tensor that operations have been given before.</summary>
    void Written(T[] tensor);

    /// <summary>The same value everywhere.</summary>
    void Fill(T[] tensor, T value);

    /// <summary>x (N, C) = token table [id] + position table [n mod length]; an empty position table adds nothing.</summary>
    void Embed(int[] ids, int length, T[] tokens, T[] positions, T[] x, int width);

    /// <summary>Adds ∂L/∂x to the rows of the tokens that were read.</summary>
    void AddTokenGradient(int[] ids, T[] dx, T[] dTokens, int width);

    /// <summary>Adds ∂L/∂x to the rows of the positions.</summary>
    void AddPositionGradient(T[] dx, int length, T[] dPositions, int width);

    /// <summary>y (N, O) = x (N, I) · Wᵀ + b, W (O, I); an empty bias adds nothing.</summary>
    void Linear(T[] x, T[] weight, T[] bias, T[] y, int inputs, int outputs);

    /// <summary>∂L/∂x = ∂L/∂y · W.</summary>
    void LinearInputGradient(T[] dy, T[] weight, T[] dx, int inputs, int outputs);

    /// <summary>∂L/∂W = (∂L/∂y)ᵀ · x.</summary>
    void LinearWeightGradient(T[] dy, T[] x, T[] dWeight, int inputs, int outputs);

    /// <summary>∂L/∂b = Σ over rows of ∂L/∂y.</summary>
    void BiasGradient(T[] dy, T[] dBias);

    /// <summary>y = g·x̂ + b of rows as long as the gain; keeps x̂ and the reciprocal deviations.</summary>
    void LayerNorm(T[] x, T[] gain, T[] bias, double eps, T[] y, T[] normalized, T[] reciprocalDeviations);

    /// <summary>∂L/∂x of a layer norm.</summary>
    void LayerNormInputGradient(T[] dy, T[] gain, T[] normalized, T[] reciprocalDeviations, T[] dx);

    /// <summary>y = g·x̂ of rows as long as the gain, which keep their mean; keeps x̂ and the reciprocal roots.</summary>
    void RmsNorm(T[] x, T[] gain, double eps, T[] y, T[] normalized, T[] reciprocalRoots);

    /// <summary>∂L/∂x of an RMS norm; the gradient of its gain is that of a layer norm's.</summary>
    void RmsNormInputGradient(T[] dy, T[] gain, T[] normalized, T[] reciprocalRoots, T[] dx);

    /// <summary>∂L/∂g = Σ over rows of ∂L/∂y·x̂.</summary>
    void GainGradient(T[] dy, T[] normalized, T[] dGain);

    /// <summary>How many elements the kept weights of an attention take here, in whatever order.</summary>
    int AttentionWeightCount(AttentionShape shape);

    /// <summary>Causal attention on qkv (B, T, 3C) with a mask (T, T) added to the scores of every head, or an empty one; keeps its weights.</summary>
    void Attention(T[] qkv, AttentionShape shape, T[] mask, T[] weights, T[] y);

    /// <summary>∂L/∂qkv from ∂L/∂y and the kept weights.</summary>
    void AttentionInputGradient(T[] dy, T[] qkv, T[] weights, AttentionShape shape, T[] dQkv);

    /// <summary>y = f(x) for every element; keeps f'(x), which shares most of its work and may be written over x.</summary>
    void Activate(Activation activation, T[] x, T[] y, T[] slopes);

    /// <summary>∂L/∂x = ∂L/∂y·f'(x) from the kept f'(x); may be written over ∂L/∂y.</summary>
    void ActivationGradient(T[] dy, T[] slopes, T[] dx);

    /// <summary>y = x + y for every element.</summary>
    void Add(T[] x, T[] y);

    /// <summary>Cross-entropy of N rows against a class each, with (p − y)/N, or, where that is empty, without a gradient; where a loss is not finite, nothing is promised of any.</summary>
    void CrossEntropy(T[] logits, int[] targets, T[] losses, T[] gradient);

    /// <summary>The norm of all tensors together, as <see cref="Norms.Global"/> has it.</summary>
    T GlobalNorm(IReadOnlyList<T[]> tensors);

    /// <summary>x·s for every element, in place.</summary>
    void Scale(T[] x, T scale);

    /// <summary>Every element rounded to one of its neighbours in a format, in place, by the uniform number of its index in a stream; see <see cref="Cast.Stochastic(double, CastTarget, double)"/>.</summary>
    void RoundStochastically(T[] x, CastTarget to, RandomPlace from);

    /// <summary>One step of Adam or AdamW, in place.</summary>
    void AdamStep(T[] theta, T[] m, T[] v, T[] gradient, AdamCoefficients<T> coefficients);
}
