using System.Runtime.InteropServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>The sums of <see cref="Reduction"/> over SIMD lanes, with the same bits: accumulator j of a block is lane j mod c of vector ⌊j / c⌋.</summary>
/// <remarks>c is the number of lanes, a power of two up to the number of accumulators. Source: design "One result".</remarks>
public static class LaneReduction
{
    /// <summary>Σ xᵢ in the fixed shape; 0 for an empty span.</summary>
    /// <typeparam name="TLanes">The lanes.</typeparam>
    /// <param name="x">n elements.</param>
    public static Real32 Sum<TLanes>(ReadOnlySpan<float> x)
        where TLanes : unmanaged, ILanes<TLanes> => Fold<TLanes, PlainTerm<TLanes>, PlainTerm<Real32>>(x);

    /// <summary>Σ xᵢ² in the fixed shape; 0 for an empty span.</summary>
    /// <typeparam name="TLanes">The lanes.</typeparam>
    /// <param name="x">n elements.</param>
    public static Real32 SumOfSquares<TLanes>(ReadOnlySpan<float> x)
        where TLanes : unmanaged, ILanes<TLanes> => Fold<TLanes, SquareTerm<TLanes>, SquareTerm<Real32>>(x);

    /// <summary>How many blocks <paramref name="count"/> elements make.</summary>
    public static int Blocks(int count) => Reduction.Blocks(count);

    /// <summary>The sums of squares of some blocks of x, each as <see cref="Reduction.Block{T, TTerm}(ReadOnlySpan{T})"/> has it; whoever calls adds them pairwise.</summary>
    /// <typeparam name="TLanes">The lanes.</typeparam>
    /// <param name="x">All n elements.</param>
    /// <param name="first">The first block that is wanted.</param>
    /// <param name="sums">Receives one sum for each block that is wanted.</param>
    public static void BlockSumsOfSquares<TLanes>(ReadOnlySpan<float> x, int first, Span<float> sums)
        where TLanes : unmanaged, ILanes<TLanes> => BlockSums<TLanes, SquareTerm<TLanes>, SquareTerm<Real32>>(x, first, sums);

    private static Real32 Fold<TLanes, TTerm, TScalarTerm>(ReadOnlySpan<float> x)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTerm : ITerm<TLanes>
        where TScalarTerm : ITerm<Real32>
    {
        if (x.Length <= Reduction.BlockLength)
            return Block<TLanes, TTerm, TScalarTerm>(x);
        var sums = new float[Blocks(x.Length)];
        BlockSums<TLanes, TTerm, TScalarTerm>(x, 0, sums);
        return Reduction.Pairwise<Real32>(MemoryMarshal.Cast<float, Real32>(sums.AsSpan()));
    }

    private static void BlockSums<TLanes, TTerm, TScalarTerm>(ReadOnlySpan<float> x, int first, Span<float> sums)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTerm : ITerm<TLanes>
        where TScalarTerm : ITerm<Real32>
    {
        for (int b = 0; b < sums.Length; b++)
        {
            int start = (first + b) * Reduction.BlockLength;
            sums[b] = Block<TLanes, TTerm, TScalarTerm>(x.Slice(start, Math.Min(Reduction.BlockLength, x.Length - start)));
        }
    }

    private static Real32 Block<TLanes, TTerm, TScalarTerm>(ReadOnlySpan<float> x)
        where TLanes : unmanaged, ILanes<TLanes>
        where TTerm : ITerm<TLanes>
        where TScalarTerm : ITerm<Real32>
    {
        Span<Real32> accumulators = stackalloc Real32[Reduction.Accumulators];
        Span<TLanes> vectors = MemoryMarshal.Cast<Real32, TLanes>(accumulators);
        ReadOnlySpan<TLanes> whole = MemoryMarshal.Cast<float, TLanes>(x);
        for (int k = 0; k < vectors.Length; k++)
            vectors[k] = Reduction.Chain<TLanes, TTerm, ReadOnlySpanCells<TLanes>>(TLanes.Of(0), new(whole), k, vectors.Length, whole.Length);

        // The elements that fill no vector are the last of their accumulators.
        for (int i = whole.Length * TLanes.Count; i < x.Length; i++)
            accumulators[i % Reduction.Accumulators] = TScalarTerm.Accumulate(accumulators[i % Reduction.Accumulators], x[i]);
        return Reduction.Tree(accumulators);
    }
}
