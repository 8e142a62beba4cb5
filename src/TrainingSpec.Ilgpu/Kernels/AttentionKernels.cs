using ILGPU;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Cells = TrainingSpec.Ilgpu.Kernels.ViewCells<TrainingSpec.Numbers.Real32>;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Attention: a thread takes positions of heads. What is out of the ordinary is told, and left to the host, which has numbers that a kernel has not.</summary>
internal static class AttentionKernels
{
    // Powers of two far inside the single precision numbers: within them no sum of products overflows, none of two numbers underflows, and no score loses its units.
    private const double LargestScore = 1 << 20, LargestGradient = 1L << 40, Least = 1.0 / (1L << 50);

    private static int Thread => Grid.IdxX * Group.DimX + Group.IdxX;

    private static int Threads => Grid.DimX * Group.DimX;

    /// <summary>Weights and output of each position, with room for two rows.</summary>
    /// <param name="qkv">Queries, keys and values.</param>
    /// <param name="mask">What is added to the scores of every head, or nothing.</param>
    /// <param name="weights">Receives the weights.</param>
    /// <param name="y">Receives the outputs.</param>
    /// <param name="scores">Room for a row of scores of each thread.</param>
    /// <param name="room">Room for two rows of each thread.</param>
    /// <param name="ordinary">Receives 1 for each position of each head that is so, else 0.</param>
    /// <param name="shape">The sizes.</param>
    public static void Attention(
        ArrayView<Real32> qkv, ArrayView<Real32> mask, ArrayView<Real32> weights, ArrayView<Real32> y, ArrayView<Real32> scores, ArrayView<Real32> room, ArrayView<Real32> ordinary, AttentionShape shape)
    {
        int count = ordinary.IntLength, working = IntrinsicMath.Min(Threads, count);
        Cells read = new(qkv, 0), outputs = new(y, 0), ownScores = new(scores, Thread, working), own = new(room, Thread, working);
        Real32 headWidth = Real32.Of(shape.HeadWidth), zero = Real32.Of(0), one = Real32.Of(1);
        for (int n = Thread; n < count; n += Threads)
        {
            int head = n / shape.Length, i = n % shape.Length;
            Formulas.Attention.Places at = Formulas.Attention.Places.Of(shape, head);
            Cells row = new(weights, n * shape.Length);
            Formulas.Attention.Scores<Real32, Cells, Cells>(read, at, i, shape.HeadWidth, headWidth, ownScores);
            Real32 kept = one, largest;
            if (mask.IntLength == 0)
            {
                largest = Norms.LargestMagnitude<Real32, Cells>(ownScores, i + 1);
            }
            else
            {
                Cells added = new(mask, i * shape.Length);
                kept = Formulas.Attention.AddMask<Real32, Cells, Cells>(added, i + 1, ownScores);
                largest = Formulas.Attention.LargestKept<Real32, Cells, Cells>(added, i + 1, ownScores);
            }

            int weighed = 0;
            if (Real32.AllEqual(kept, one))
            {
                Formulas.Attention.Attend<Real32, Cells, Cells, Cells>(ownScores, read, at, i, shape.HeadWidth, row, outputs, own);
                weighed = i + 1;
            }
            else
            {
                for (int column = 0; column < shape.HeadWidth; column++)
                    Cells.Write(outputs, at.Output.Row(i).Start + column, zero);
            }

            for (int j = weighed; j < shape.Length; j++)
                Cells.Write(row, j, zero);
            Real32 output = Norms.LargestMagnitude<Real32, Cells>(new Cells(y, at.Output.Row(i).Start), shape.HeadWidth);
            ordinary[n] = Real32.IfLess(largest, Real32.Of(LargestScore), Real32.IfLess(output, Real32.Of(double.PositiveInfinity), one, zero), zero);
        }
    }

    /// <summary>Gradients of each position's scores and query, with room for a row.</summary>
    /// <param name="dy">∂L/∂y.</param>
    /// <param name="qkv">Queries, keys and values.</param>
    /// <param name="weights">The weights of the forward pass.</param>
    /// <param name="dScores">Receives the gradients of scores, up to the diagonal.</param>
    /// <param name="dQkv">Receives those of queries.</param>
    /// <param name="room">Room for a row of each thread.</param>
    /// <param name="ordinary">Receives 1 for each position of each head that is so, else 0.</param>
    /// <param name="shape">The sizes.</param>
    public static void AttentionQueryGradient(
        ArrayView<Real32> dy, ArrayView<Real32> qkv, ArrayView<Real32> weights, ArrayView<Real32> dScores, ArrayView<Real32> dQkv, ArrayView<Real32> room, ArrayView<Real32> ordinary, AttentionShape shape)
    {
        int count = ordinary.IntLength;
        Cells up = new(dy, 0), read = new(qkv, 0), gradients = new(dQkv, 0), own = new(room, Thread, IntrinsicMath.Min(Threads, count));
        Real32 headWidth = Real32.Of(shape.HeadWidth);
        for (int n = Thread; n < count; n += Threads)
        {
            int head = n / shape.Length, i = n % shape.Length;
            Formulas.Attention.Places at = Formulas.Attention.Places.Of(shape, head);
            Formulas.Attention.QueryGradient<Real32, Cells, Cells, Cells>(up, read, new Cells(weights, n * shape.Length), at, i, shape.HeadWidth, headWidth, new Cells(dScores, n * shape.Length), gradients, own);
            ordinary[n] = Within(dy, at.Output.Row(i).Start, shape.HeadWidth, Real32.Of(Least), Real32.Of(LargestGradient))
                * Within(qkv, at.Value.Row(i).Start, shape.HeadWidth, Real32.Of(Least), Real32.Of(LargestScore))
                * Within(qkv, at.Query.Row(i).Start, shape.HeadWidth, Real32.Of(0), Real32.Of(LargestScore))
                * Within(qkv, at.Key.Row(i).Start, shape.HeadWidth, Real32.Of(0), Real32.Of(LargestScore));
        }
    }

    /// <summary>Gradients of each position's key and value, once those of all scores are there.</summary>
    public static void AttentionKeyAndValueGradient(
        ArrayView<Real32> dy, ArrayView<Real32> qkv, ArrayView<Real32> weights, ArrayView<Real32> dScores, ArrayView<Real32> dQkv, AttentionShape shape)
    {
        Cells up = new(dy, 0), read = new(qkv, 0), gradients = new(dQkv, 0);
        for (int n = Thread; n < shape.Batch * shape.Heads * shape.Length; n += Threads)
        {
            int head = n / shape.Length, start = head * shape.Length * shape.Length;
            Formulas.Attention.KeyAndValueGradient<Real32, Cells, Cells, Cells>(
                up, read, new Cells(weights, start), Formulas.Attention.Places.Of(shape, head), n % shape.Length, shape.Length, shape.HeadWidth, new Cells(dScores, start), gradients);
        }
    }

    // 1 where the largest magnitude of a row is 0 or lies between the two, else 0.
    private static Real32 Within(ArrayView<Real32> x, int start, int width, Real32 least, Real32 largest)
    {
        Real32 magnitude = Norms.LargestMagnitude<Real32, Cells>(new Cells(x, start), width), zero = Real32.Of(0), one = Real32.Of(1);
        return Real32.IfEqual(magnitude, zero, one, Real32.IfLess(magnitude, least, zero, Real32.IfLess(magnitude, largest, one, zero)));
    }
}
