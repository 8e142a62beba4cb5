using ILGPU;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Cells = TrainingSpec.Ilgpu.Kernels.ViewCells<TrainingSpec.Numbers.Real32>;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The kernels. Each one takes its work in strides of groups, so that grid and group may have any size without a change of bits.</summary>
internal static class TrainingKernels
{
    // Beside the numbers of the losses whose gradients are wanted.
    private const int NoGradient = -1;

    /// <summary>Shared cells of <see cref="SumOfSquares"/>.</summary>
    public const int SumOfSquaresCells = Reduction.Accumulators;

    /// <summary>Shared cells of <see cref="SoftmaxCrossEntropyRows"/>: accumulators, the row's rest, and for each thread a maximum, then an index.</summary>
    public static int SoftmaxCells(int groupSize) => Reduction.Accumulators + 1 + groupSize;

    /// <summary>Runs <see cref="SumOfSquares"/>.</summary>
    public static void LaunchSumOfSquares(IKernelMachine machine, KernelBuffer x, KernelBuffer blockSums, Real32 scale, int first)
    {
        if (x.Length == 0)
            return;
        int group = machine.GroupSize(Reduction.Accumulators);
        machine.Launch(
            KernelText.Method(nameof(SumOfSquares)), machine.Groups(Reduction.Blocks(x.Length)), group, SumOfSquaresCells * sizeof(float), x, blockSums, KernelArgument.Of(scale), first);
    }

    /// <summary>Runs <see cref="SoftmaxCrossEntropyRows"/>; without a loss whose gradient is wanted, <paramref name="gradient"/> is the exponentials' room and nothing else.</summary>
    public static void LaunchSoftmaxCrossEntropy(
        IKernelMachine machine, KernelBuffer logits, KernelBuffer targets, KernelBuffer losses, KernelBuffer gradient, KernelBuffer blockSums, int classes, GradientOf? of)
    {
        int group = machine.GroupSize(Reduction.Accumulators);
        machine.Launch(
            KernelText.Method(nameof(SoftmaxCrossEntropyRows)), machine.Groups(targets.Length), group, SoftmaxCells(group) * sizeof(float),
            logits, targets, losses, gradient, blockSums, classes, of is { } loss ? (int)loss : NoGradient);
    }

    /// <summary>One step of the Adam family; a thread takes elements.</summary>
    public static void AdamStep(
        ArrayView<Real32> theta, ArrayView<Real32> m, ArrayView<Real32> v, ArrayView<Real32> gradient, AdamCoefficients<Real32> coefficients)
    {
        // Long, since the last stride may pass the end of the largest tensor.
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = (long)Grid.IdxX * Group.DimX + Group.IdxX; i < theta.Length; i += stride)
            Formulas.AdamStep.Apply(ref theta[i], ref m[i], ref v[i], gradient[i], coefficients);
    }

    /// <summary>Σ(x/s)² of each block of the fixed shape; a group takes blocks, a thread takes accumulators. The host adds the blocks.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="blockSums">Receives the sums.</param>
    /// <param name="scale">s.</param>
    /// <param name="first">Where the first block's sum goes.</param>
    public static void SumOfSquares(ArrayView<Real32> x, ArrayView<Real32> blockSums, Real32 scale, int first)
    {
        ArrayView<Real32> shared = SharedMemory.GetDynamic<Real32>();
        int blocks = Reduction.Blocks(x.IntLength);
        for (int block = Grid.IdxX; block < blocks; block += Grid.DimX)
        {
            int start = block * Reduction.BlockLength;
            int count = IntrinsicMath.Min(Reduction.BlockLength, x.IntLength - start);
            Accumulate<SquareTerm<Real32>, ScaledCells>(new ScaledCells(x, start, scale), count, shared);
            Group.Barrier();
            if (Group.IdxX == 0)
                blockSums[first + block] = Reduction.Tree<Real32, Cells>(new Cells(shared, 0));

            // The next block overwrites the accumulators.
            Group.Barrier();
        }
    }

    /// <summary>Softmax with cross-entropy; a group takes rows. Exponentials pass through <paramref name="gradient"/>.</summary>
    public static void SoftmaxCrossEntropyRows(
        ArrayView<Real32> logits,
        ArrayView<int> targets,
        ArrayView<Real32> losses,
        ArrayView<Real32> gradient,
        ArrayView<Real32> blockSums,
        int classes,
        int ofMean)
    {
        ArrayView<Real32> shared = SharedMemory.GetDynamic<Real32>();
        var maxima = new Cells(shared, Reduction.Accumulators + 1);
        int blocks = Reduction.Blocks(classes);
        Real32 lowest = Real32.Of(double.NegativeInfinity);
        Real32 rows = Real32.Of(targets.IntLength);
        for (int row = Grid.IdxX; row < targets.IntLength; row += Grid.DimX)
        {
            var x = new Cells(logits, row * classes);
            var g = new Cells(gradient, row * classes);
            var sums = new Cells(blockSums, row * blocks);
            Cells.Write(maxima, Group.IdxX, Reduction.Chain<Real32, MaximumTerm<Real32>, Cells>(lowest, x, Group.IdxX, Group.DimX, classes));
            Group.Barrier();
            Real32 max = Reduction.Chain<Real32, MaximumTerm<Real32>, Cells>(lowest, maxima, 0, 1, Group.DimX);
            Group.Barrier();
            Cells.Write(maxima, Group.IdxX, new Real32(Interop.IntAsFloat((uint)FirstEqual(x, max, Group.IdxX, Group.DimX, classes))));
            Group.Barrier();

            // The first of the largest logits has the exponential 1, and no part in the rest.
            int first = Least(maxima, Group.DimX, classes);
            for (int block = 0; block < blocks; block++)
            {
                int start = block * Reduction.BlockLength;
                int count = IntrinsicMath.Min(Reduction.BlockLength, classes - start);

                // A thread exponentiates the very elements that enter its accumulators.
                for (int j = Group.IdxX; j < Reduction.Accumulators; j += Group.DimX)
                {
                    for (int i = start + j; i < start + count; i += Reduction.Accumulators)
                        Cells.Write(g, i, i == first ? Real32.Of(0) : Softmax.Exponential(Cells.Read(x, i), max));
                }

                Accumulate<PlainTerm<Real32>, Cells>(new Cells(gradient, row * classes + start), count, shared);
                Group.Barrier();
                if (Group.IdxX == 0)
                {
                    Cells.Write(sums, block, Reduction.Tree<Real32, Cells>(new Cells(shared, 0)));
                    if (block == blocks - 1)
                        shared[Reduction.Accumulators] = Reduction.Pairwise<Real32, Cells>(sums, blocks);
                }

                Group.Barrier();
            }

            Real32 rest = Softmax.FiniteRow(shared[Reduction.Accumulators], max), sum = Real32.Of(1) + rest;
            int target = targets[row];
            Real32 targetLogit = Cells.Read(x, target);
            Real32 ofTarget = SoftmaxCrossEntropy.TargetShare(target == first ? Real32.Of(1) : Real32.Of(0), Cells.Read(g, target), sum, rest);

            // Every thread has read the target's exponential before one overwrites it.
            Group.Barrier();
            if (Group.IdxX == 0)
                losses[row] = SoftmaxCrossEntropy.Loss(targetLogit, max, rest);
            if (ofMean == NoGradient)
                continue;
            for (int j = Group.IdxX; j < Reduction.Accumulators; j += Group.DimX)
            {
                for (int start = 0; start < classes; start += Reduction.BlockLength)
                {
                    int end = IntrinsicMath.Min(start + Reduction.BlockLength, classes);
                    for (int i = start + j; i < end; i += Reduction.Accumulators)
                    {
                        Real32 share = i == target ? ofTarget : i == first ? Real32.Of(1) : Cells.Read(g, i);
                        Cells.Write(g, i, SoftmaxCrossEntropy.Gradient(share, sum, rows, ofMean));
                    }
                }
            }
        }
    }

    // The least index of a thread's share whose value is the given one; the number of cells where there is none.
    private static int FirstEqual(Cells x, Real32 value, int first, int stride, int count)
    {
        for (int i = first; i < count; i += stride)
        {
            if (Cells.Read(x, i).Value == value.Value)
                return i;
        }

        return count;
    }

    // The least of the whole numbers whose bits the cells hold.
    private static int Least(Cells cells, int count, int otherwise)
    {
        int least = otherwise;
        for (int i = 0; i < count; i++)
            least = IntrinsicMath.Min(least, (int)Interop.FloatAsInt(Cells.Read(cells, i).Value));
        return least;
    }

    private static void Accumulate<TTerm, TCells>(TCells x, int count, ArrayView<Real32> shared)
        where TTerm : ITerm<Real32>
        where TCells : IReadCells<TCells, Real32>
    {
        for (int j = Group.IdxX; j < Reduction.Accumulators; j += Group.DimX)
            shared[j] = Reduction.Chain<Real32, TTerm, TCells>(Real32.Of(0), x, j, Reduction.Accumulators, count);
    }
}
