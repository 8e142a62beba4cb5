using ILGPU;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Cells = TrainingSpec.Ilgpu.Kernels.ViewCells<TrainingSpec.Numbers.Real32>;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The kernels of a model's layers: a thread takes elements, columns or rows, in strides of the whole grid, and runs the formula's own body on them.</summary>
/// <remarks>
/// Threads side by side take elements or columns side by side, so that what they read lies together. Rows don't, but for their room, whose cells are strided by threads;
/// nor does the right matrix of a product with a transpose.
/// </remarks>
internal static class OperationKernels
{
    private static int Thread => Grid.IdxX * Group.DimX + Group.IdxX;

    private static int Threads => Grid.DimX * Group.DimX;

    /// <summary>The same value everywhere.</summary>
    public static void Fill(ArrayView<Real32> x, Real32 value)
    {
        for (int i = Thread; i < x.IntLength; i += Threads)
            x[i] = value;
    }

    /// <summary>y = x + y.</summary>
    public static void Add(ArrayView<Real32> x, ArrayView<Real32> y)
    {
        for (int i = Thread; i < x.IntLength; i += Threads)
            y[i] = x[i] + y[i];
    }

    /// <summary>y = y + b in every row.</summary>
    public static void AddBias(ArrayView<Real32> bias, ArrayView<Real32> y)
    {
        int width = bias.IntLength;
        for (int i = Thread; i < y.IntLength; i += Threads)
            y[i] = y[i] + bias[i % width];
    }

    /// <summary>x = s·x.</summary>
    public static void Scale(ArrayView<Real32> x, Real32 scale)
    {
        for (int i = Thread; i < x.IntLength; i += Threads)
            x[i] = Clipping.Scaled(x[i], scale);
    }

    /// <summary>Every element rounded to one of its neighbours in a format; its uniform number is had of its index alone.</summary>
    public static void RoundStochastically(ArrayView<Real32> x, CastBounds<Real32> to, RandomPlace from)
    {
        for (int i = Thread; i < x.IntLength; i += Threads)
            x[i] = Cast.Stochastic(x[i], RandomStreams.Uniform<Real32>(from.Seed, from.Stream, from.Offset + (ulong)i), to);
    }

    /// <summary>y = f(x), and f'(x), which may be written over x.</summary>
    public static void Activate<TActivation>(ArrayView<Real32> x, ArrayView<Real32> y, ArrayView<Real32> slopes)
        where TActivation : IActivation<Real32>
    {
        for (int i = Thread; i < x.IntLength; i += Threads)
            (y[i], slopes[i]) = TActivation.At(x[i]);
    }

    /// <summary>∂L/∂x = ∂L/∂y·f'(x); may be written over ∂L/∂y.</summary>
    public static void ActivationGradient(ArrayView<Real32> dy, ArrayView<Real32> slopes, ArrayView<Real32> dx)
    {
        for (int i = Thread; i < dy.IntLength; i += Threads)
            dx[i] = dy[i] * slopes[i];
    }

    /// <summary>Token and position embeddings; a thread takes elements.</summary>
    public static void Embed(ArrayView<int> ids, ArrayView<Real32> tokens, ArrayView<Real32> positions, ArrayView<Real32> x, int length, int width)
    {
        for (int i = Thread; i < x.IntLength; i += Threads)
        {
            int n = i / width;
            x[i] = Embedding.Element<Real32, Cells>(new Cells(tokens, 0), new Cells(positions, 0), positions.IntLength, ids[n], n % length, width, i % width);
        }
    }

    /// <summary>Gradients of the token table; a thread takes columns, so that no two add to one element.</summary>
    public static void AddTokenGradient(ArrayView<int> ids, ArrayView<Real32> dx, ArrayView<Real32> dTokens, int width)
    {
        for (int column = Thread; column < width; column += Threads)
            Embedding.AddTokenGradient<Real32, ViewCells<int>, Cells, Cells>(new ViewCells<int>(ids, 0), ids.IntLength, new Cells(dx, 0), new Cells(dTokens, 0), width, column, column + 1);
    }

    /// <summary>Gradients of the position table; a thread takes columns.</summary>
    public static void AddPositionGradient(ArrayView<Real32> dx, ArrayView<Real32> dPositions, int length, int width)
    {
        for (int column = Thread; column < width; column += Threads)
            Embedding.AddPositionGradient<Real32, Cells, Cells>(new Cells(dx, 0), dx.IntLength, length, new Cells(dPositions, 0), width, column, column + 1);
    }

    /// <summary>∂L/∂b; a thread takes columns. A sum that overflows is told, and left to the host.</summary>
    public static void BiasGradient(ArrayView<Real32> dy, ArrayView<Real32> dBias, ArrayView<Real32> ordinary)
    {
        for (int column = Thread; column < dBias.IntLength; column += Threads)
        {
            Linear.BiasGradient<Real32, Cells, Cells>(new Cells(dy, 0), dy.IntLength, new Cells(dBias, 0), dBias.IntLength, column, column + 1);
            ordinary[column] = IsFinite(dBias[column]);
        }
    }

    /// <summary>∂L/∂g of a layer norm; a thread takes columns. A sum that overflows is told, and left to the host.</summary>
    public static void GainGradient(ArrayView<Real32> dy, ArrayView<Real32> normalized, ArrayView<Real32> dGain, ArrayView<Real32> ordinary)
    {
        for (int column = Thread; column < dGain.IntLength; column += Threads)
        {
            Formulas.LayerNorm.GainGradient<Real32, Cells, Cells>(new Cells(dy, 0), new Cells(normalized, 0), dy.IntLength, new Cells(dGain, 0), dGain.IntLength, column, column + 1);
            ordinary[column] = IsFinite(dGain[column]);
        }
    }

    /// <summary>C = A·B, C row-major; a thread takes elements, each a chain.</summary>
    public static void Multiply(ArrayView<Real32> a, MatrixLayout aLayout, ArrayView<Real32> b, MatrixLayout bLayout, ArrayView<Real32> c, int inner, int columns)
    {
        for (int i = Thread; i < c.IntLength; i += Threads)
        {
            int aAt = aLayout.Start + i / columns * aLayout.RowStride, bAt = bLayout.Start + i % columns * bLayout.ColumnStride;
            c[i] = MatrixProduct.Chain<Real32, Cells, Cells>(new Cells(a, 0), aAt, aLayout.ColumnStride, new Cells(b, 0), bAt, bLayout.RowStride, inner);
        }
    }

    /// <summary>Layer norm, or RMS norm where rows are not centred; a thread takes rows, with room of its own for one.</summary>
    public static void LayerNorm(
        ArrayView<Real32> x, ArrayView<Real32> gain, ArrayView<Real32> bias, ArrayView<Real32> y, ArrayView<Real32> normalized, ArrayView<Real32> reciprocalDeviations, ArrayView<Real32> room, Real32 eps, int centred)
    {
        int width = gain.IntLength, count = reciprocalDeviations.IntLength;
        var own = new Cells(room, Thread, IntrinsicMath.Min(Threads, count));
        for (int row = Thread; row < count; row += Threads)
        {
            reciprocalDeviations[row] = Formulas.LayerNorm.Row<Real32, Cells, Cells, Cells>(
                new Cells(x, row * width), new Cells(gain, 0), new Cells(bias, 0), width, eps, new Cells(y, row * width), new Cells(normalized, row * width), own, centred != 0);
        }
    }

    /// <summary>∂L/∂x of a layer norm, or of an RMS norm where rows are not centred; a thread takes rows, with room of its own for two. A row that leaves the range on the way is told, and left to the host.</summary>
    public static void LayerNormInputGradient(
        ArrayView<Real32> dy, ArrayView<Real32> gain, ArrayView<Real32> normalized, ArrayView<Real32> reciprocalDeviations, ArrayView<Real32> dx, ArrayView<Real32> room, ArrayView<Real32> ordinary, int centred)
    {
        int width = gain.IntLength, count = reciprocalDeviations.IntLength;
        var own = new Cells(room, Thread, IntrinsicMath.Min(Threads, count));
        for (int row = Thread; row < count; row += Threads)
        {
            Formulas.LayerNorm.RowGradient<Real32, Cells, Cells, Cells>(
                new Cells(dy, row * width), new Cells(gain, 0), new Cells(normalized, row * width), width, reciprocalDeviations[row], new Cells(dx, row * width), own, centred != 0);
            ordinary[row] = Formulas.LayerNorm.Ordinary<Real32, Cells, Cells>(new Cells(dy, row * width), width, own);
        }
    }

    /// <summary>The largest magnitude of each thread's share.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="maxima">Receives one for each thread that has a share.</param>
    /// <param name="first">Where the first thread's goes.</param>
    public static void LargestMagnitudes(ArrayView<Real32> x, ArrayView<Real32> maxima, int first)
    {
        int length = x.IntLength;
        if (Thread < length)
            maxima[first + Thread] = Norms.LargestMagnitude<Real32, Cells>(new Cells(x, Thread, Threads), (length - Thread - 1) / Threads + 1);
    }

    // 1 or 0.
    private static Real32 IsFinite(Real32 x) => Real32.IfEqual(x - x, Real32.Of(0), Real32.Of(1), Real32.Of(0));
}
