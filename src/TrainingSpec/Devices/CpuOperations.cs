using System.Buffers;
using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>The operations of a training step in single precision over SIMD lanes on threads of this processor; tensors that are given back are handed out again.</summary>
public sealed class CpuOperations : ITensorOperations<Real32>
{
    // Elements of a part, where one element costs little.
    private const int Block = Reduction.BlockLength;

    private readonly ReferenceOperations<Real32> _reference = new();
    private readonly TensorBuffers<Real32> _buffers = new();
    private readonly LaneLoops _loops;
    private readonly LaneLayers _layers;
    private readonly WorkParts _parts;

    /// <summary>A number of threads, with this processor's widest registers.</summary>
    /// <param name="threads">At least 1; with 1 nothing leaves the calling thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">threads lies outside [1, 1024].</exception>
    public CpuOperations(int threads)
        : this(threads, CpuDevice.LaneCounts[0])
    {
    }

    /// <summary>A number of threads and of lanes.</summary>
    /// <param name="threads">At least 1; with 1 nothing leaves the calling thread.</param>
    /// <param name="lanes">One of <see cref="CpuDevice.LaneCounts"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">threads lies outside [1, 1024], or lanes is none of <see cref="CpuDevice.LaneCounts"/>.</exception>
    public CpuOperations(int threads, int lanes)
    {
        _parts = new WorkParts((int)Domain.Require("[1, 1024]", (long)threads, nameof(threads)));
        _loops = CpuDevice.LoopsOf(lanes);
        _layers = _loops.Layers;
    }

    /// <inheritdoc/>
    public Real32[] Rent(int count) => _buffers.Rent(count);

    /// <inheritdoc/>
    public void Return(Real32[] tensor) => _buffers.Return(tensor);

    /// <inheritdoc/>
    public Real32[] Read(Real32[] tensor) => tensor;

    /// <inheritdoc/>
    public void Written(Real32[] tensor)
    {
        // The array is the tensor.
    }

    /// <inheritdoc/>
    public void Fill(Real32[] tensor, Real32 value) => Array.Fill(tensor, value);

    /// <inheritdoc/>
    public void Embed(int[] ids, int length, Real32[] tokens, Real32[] positions, Real32[] x, int width) => _layers.Embed(ids, length, tokens, positions, x, width);

    /// <inheritdoc/>
    public void AddTokenGradient(int[] ids, Real32[] dx, Real32[] dTokens, int width) => _layers.AddTokenGradient(ids, dx, dTokens, width);

    /// <inheritdoc/>
    public void AddPositionGradient(Real32[] dx, int length, Real32[] dPositions, int width) => _layers.AddPositionGradient(dx, length, dPositions, width);

    /// <inheritdoc/>
    public void Linear(Real32[] x, Real32[] weight, Real32[] bias, Real32[] y, int inputs, int outputs)
    {
        Multiply(x, MatrixLayout.RowMajor(inputs), weight, MatrixLayout.RowMajor(inputs).Transposed, y, Rows(x, inputs), inputs, outputs);
        if (bias.Length > 0)
            _parts.Run(Rows(x, inputs), (first, end) => _layers.AddBias(bias, y.AsSpan((first * outputs)..(end * outputs))));
    }

    /// <inheritdoc/>
    public void LinearInputGradient(Real32[] dy, Real32[] weight, Real32[] dx, int inputs, int outputs) =>
        Multiply(dy, MatrixLayout.RowMajor(outputs), weight, MatrixLayout.RowMajor(inputs), dx, Rows(dy, outputs), outputs, inputs);

    /// <inheritdoc/>
    public void LinearWeightGradient(Real32[] dy, Real32[] x, Real32[] dWeight, int inputs, int outputs) =>
        Multiply(dy, MatrixLayout.RowMajor(outputs).Transposed, x, MatrixLayout.RowMajor(inputs), dWeight, outputs, Rows(x, inputs), inputs);

    /// <inheritdoc/>
    public void BiasGradient(Real32[] dy, Real32[] dBias) => _layers.BiasGradient(dy, dBias);

    /// <inheritdoc/>
    public void LayerNorm(Real32[] x, Real32[] gain, Real32[] bias, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocalDeviations)
    {
        if (Hyperparameter.HasDigits<Real32>(eps))
            Normalize(x, gain, bias, eps, y, normalized, reciprocalDeviations, centred: true);
        else
            _reference.LayerNorm(x, gain, bias, eps, y, normalized, reciprocalDeviations);
    }

    /// <inheritdoc/>
    public void LayerNormInputGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocalDeviations, Real32[] dx) =>
        NormalizeGradient(dy, gain, normalized, reciprocalDeviations, dx, centred: true);

    /// <inheritdoc/>
    public void RmsNorm(Real32[] x, Real32[] gain, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocalRoots)
    {
        if (Hyperparameter.HasDigits<Real32>(Hyperparameters.RmsNormEpsilon.Require(eps)))
            Normalize(x, gain, new Real32[gain.Length], eps, y, normalized, reciprocalRoots, centred: false);
        else
            _reference.RmsNorm(x, gain, eps, y, normalized, reciprocalRoots);
    }

    /// <inheritdoc/>
    public void RmsNormInputGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocalRoots, Real32[] dx) =>
        NormalizeGradient(dy, gain, normalized, reciprocalRoots, dx, centred: false);

    /// <inheritdoc/>
    public void GainGradient(Real32[] dy, Real32[] normalized, Real32[] dGain) => _layers.GainGradient(dy, normalized, dGain);

    /// <inheritdoc/>
    public int AttentionWeightCount(AttentionShape shape) => _layers.Blocks(shape.Batch * shape.Heads) * _loops.Lanes * shape.Length * shape.Length;

    /// <inheritdoc/>
    public void Attention(Real32[] qkv, AttentionShape shape, Real32[] mask, Real32[] weights, Real32[] y) =>
        _parts.Run(_layers.Blocks(shape.Batch * shape.Heads), (first, end) => _layers.Attention(Floats(qkv), shape, mask, Floats(weights), Floats(y), first, end));

    /// <inheritdoc/>
    public void AttentionInputGradient(Real32[] dy, Real32[] qkv, Real32[] weights, AttentionShape shape, Real32[] dQkv) =>
        _parts.Run(_layers.Blocks(shape.Batch * shape.Heads), (first, end) => _layers.AttentionInputGradient(Floats(dy), Floats(qkv), Floats(weights), shape, Floats(dQkv), first, end));

    /// <inheritdoc/>
    public void Activate(Activation activation, Real32[] x, Real32[] y, Real32[] slopes) =>
        ByElements(x.Length, (first, end) => _layers.Activate(activation, Floats(x)[first..end], Floats(y)[first..end], Floats(slopes)[first..end]));

    /// <inheritdoc/>
    public void ActivationGradient(Real32[] dy, Real32[] slopes, Real32[] dx) =>
        ByElements(dy.Length, (first, end) => _layers.ActivationGradient(Floats(dy)[first..end], Floats(slopes)[first..end], Floats(dx)[first..end]));

    /// <inheritdoc/>
    public void Add(Real32[] x, Real32[] y) => ByElements(x.Length, (first, end) => _layers.Add(Floats(x)[first..end], Floats(y)[first..end]));

    /// <inheritdoc/>
    public void CrossEntropy(Real32[] logits, int[] targets, Real32[] losses, Real32[] gradient)
    {
        int classes = logits.Length / targets.Length;
        _parts.Run(targets.Length, (first, end) => _loops.SoftmaxCrossEntropy(
            Floats(logits)[(first * classes)..(end * classes)], targets.AsSpan(first..end), classes, Floats(losses)[first..end],
            gradient.Length == 0 ? [] : Floats(gradient)[(first * classes)..(end * classes)], targets.Length, GradientOf.Mean));
    }

    /// <inheritdoc/>
    public Real32 GlobalNorm(IReadOnlyList<Real32[]> tensors)
    {
        var sums = new Real32[tensors.Count];
        _parts.Run(sums.Length, (first, end) =>
        {
            for (int i = first; i < end; i++)
                sums[i] = _layers.LargestMagnitude(Floats(tensors[i]));
        });
        Real32 scale = Real32.BinaryScale(Norms.LargestMagnitude<Real32>(sums));
        _parts.Run(sums.Length, (first, end) =>
        {
            for (int i = first; i < end; i++)
                sums[i] = _layers.ScaledSumOfSquares(Floats(tensors[i]), scale);
        });
        return Norms.Unscale(scale, Reduction.Pairwise<Real32>(sums));
    }

    /// <inheritdoc/>
    public void Scale(Real32[] x, Real32 scale) => ByElements(x.Length, (first, end) => _layers.Scale(Floats(x)[first..end], scale));

    /// <inheritdoc/>
    public void RoundStochastically(Real32[] x, CastTarget to, RandomPlace from) => ByElements(x.Length, (first, end) =>
    {
        float[] uniform = ArrayPool<float>.Shared.Rent(end - first);
        RandomStreams.FillUniform(from.Seed, from.Stream, unchecked(from.Offset + (ulong)first), MemoryMarshal.Cast<float, Real32>(uniform.AsSpan(0, end - first)));
        _layers.RoundStochastically(Floats(x)[first..end], to, uniform.AsSpan(0, end - first));
        ArrayPool<float>.Shared.Return(uniform);
    });

    /// <inheritdoc/>
    public void AdamStep(Real32[] theta, Real32[] m, Real32[] v, Real32[] gradient, AdamCoefficients<Real32> coefficients) =>
        ByElements(theta.Length, (first, end) => _loops.AdamStep(Floats(theta)[first..end], Floats(m)[first..end], Floats(v)[first..end], Floats(gradient)[first..end], coefficients));

    private void Normalize(Real32[] x, Real32[] gain, Real32[] bias, double eps, Real32[] y, Real32[] normalized, Real32[] reciprocalDeviations, bool centred)
    {
        Real32 rounded = Hyperparameters.LayerNormEpsilon.Rounded<Real32>(eps);
        _parts.Run(_layers.Blocks(reciprocalDeviations.Length), (first, end) =>
            _layers.LayerNorm(Floats(x), gain, bias, rounded, Floats(y), Floats(normalized), Floats(reciprocalDeviations), centred, first, end));
    }

    private void NormalizeGradient(Real32[] dy, Real32[] gain, Real32[] normalized, Real32[] reciprocalDeviations, Real32[] dx, bool centred) =>
        _parts.Run(_layers.Blocks(reciprocalDeviations.Length), (first, end) =>
            _layers.LayerNormInputGradient(Floats(dy), gain, Floats(normalized), Floats(reciprocalDeviations), Floats(dx), centred, first, end));

    // The right matrix is packed once, for all threads; each then forms rows of its own.
    private void Multiply(Real32[] a, MatrixLayout aLayout, Real32[] b, MatrixLayout bLayout, Real32[] c, int rows, int inner, int columns)
    {
        float[] right = ArrayPool<float>.Shared.Rent(_layers.PackedLength(inner, columns));
        if (inner * columns < 1 << 17)
            _layers.Pack(Floats(b), bLayout, inner, columns, 0, _layers.Panels(columns), right);
        else
            _parts.Run(_layers.Panels(columns), (first, end) => _layers.Pack(Floats(b), bLayout, inner, columns, first, end, right));
        int tiles = (rows + LaneMatrixProduct.TileRows - 1) / LaneMatrixProduct.TileRows;
        _parts.Run(tiles, (first, end) => _layers.MultiplyRows(
            Floats(a), aLayout, right, Floats(c), first * LaneMatrixProduct.TileRows, Math.Min(end * LaneMatrixProduct.TileRows, rows), inner, columns));
        ArrayPool<float>.Shared.Return(right);
    }

    private void ByElements(int count, Action<int, int> run)
    {
        int blocks = (count + Block - 1) / Block;
        _parts.Run(blocks, (first, end) => run(first * Block, (int)Math.Min((long)end * Block, count)));
    }

    private static int Rows(Real32[] x, int width) => x.Length / width;

    private static Span<float> Floats(Real32[] x) => MemoryMarshal.Cast<Real32, float>(x.AsSpan());
}
