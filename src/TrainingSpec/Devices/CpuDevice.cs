using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>SIMD lanes on threads of this processor. Work is split at blocks that the specification fixes, so no bit depends on lanes or threads.</summary>
public sealed class CpuDevice : Device
{
    private static readonly LaneLoops[] Widths = ListWidths();

    private readonly LaneLoops _loops;
    private readonly WorkParts _parts;
    private float[] _blockSums = [];

    /// <summary>As many threads as this processor runs at once, and its widest registers.</summary>
    public CpuDevice()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>A given number of threads, with this processor's widest registers.</summary>
    /// <param name="threads">At least 1; with 1 nothing leaves the calling thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">threads lies outside [1, 1024].</exception>
    public CpuDevice(int threads)
        : this(threads, LaneCounts[0])
    {
    }

    /// <summary>A given number of threads and lanes.</summary>
    /// <param name="threads">At least 1; with 1 nothing leaves the calling thread.</param>
    /// <param name="lanes">One of <see cref="LaneCounts"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">threads lies outside [1, 1024], or lanes is none of <see cref="LaneCounts"/>.</exception>
    public CpuDevice(int threads, int lanes)
        : base(NameOf(threads, lanes), DeviceKind.Cpu, Describe(threads, lanes))
    {
        Threads = threads;
        _loops = Array.Find(Widths, loops => loops.Lanes == lanes)!;
        _parts = new WorkParts(threads);
    }

    /// <summary>How many lanes a device can have here, the fastest first.</summary>
    public static IReadOnlyList<int> LaneCounts { get; } = Array.ConvertAll(Widths, loops => loops.Lanes);

    /// <summary>How many threads work at once, at most.</summary>
    public int Threads { get; }

    /// <summary>How many numbers one operation works on.</summary>
    public int Lanes => _loops.Lanes;

    /// <inheritdoc/>
    protected override ITensorOperations<Real32> NewOperations() => new CpuOperations(Threads, Lanes);

    /// <inheritdoc/>
    protected override void RunAdamStep(
        Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients)
    {
        int blocks = LaneReduction.Blocks(theta.Length);
        if (Threads == 1 || blocks == 1)
            _loops.AdamStep(theta.Span, m.Span, v.Span, gradient.Span, coefficients);
        else
            AdamStepInParts(blocks, theta, m, v, gradient, coefficients);
    }

    /// <inheritdoc/>
    protected override void RunSoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
    {
        if (Threads == 1 || targets.Length == 1)
            _loops.SoftmaxCrossEntropy(logits.Span, targets.Span, classes, losses.Span, gradient.Span, targets.Length, of);
        else
            SoftmaxCrossEntropyInParts(logits, targets, classes, losses, gradient, of);
    }

    /// <inheritdoc/>
    protected override float RunSumOfSquares(ReadOnlyMemory<float> x)
    {
        int blocks = LaneReduction.Blocks(x.Length);
        if (_blockSums.Length < blocks)
            _blockSums = new float[blocks];
        if (Threads == 1 || blocks == 1)
            _loops.BlockSumsOfSquares(x.Span, 0, _blockSums.AsSpan(0, blocks));
        else
            BlockSumsInParts(blocks, x);
        return Reduction.Pairwise<Real32>(MemoryMarshal.Cast<float, Real32>(_blockSums.AsSpan(0, blocks)));
    }

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results) =>
        InBlocks(results.Length, (first, end) => _loops.Evaluate(formula, arguments.Span, results.Span, first, end));

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results) =>
        InBlocks(results.Length, (first, end) => ReferenceDevice.Evaluate(formula, MemoryMarshal.Cast<double, Real64>(arguments.Span), MemoryMarshal.Cast<double, Real64>(results.Span), first, end));

    /// <inheritdoc/>
    protected override void RunRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results)
    {
        int count = rows.Length / width, each = results.Length / count;
        _parts.Run(_loops.Layers.Blocks(count), (first, end) =>
        {
            int start = first * Lanes, stop = Math.Min(end * Lanes, count);
            _loops.EvaluateRows(formula, rows.Span[(start * width)..(stop * width)], width, results.Span[(start * each)..(stop * each)]);
        });
    }

    /// <inheritdoc/>
    protected override void RunRows(Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results)
    {
        int count = rows.Length / width, each = results.Length / count;
        _parts.Run(count, (first, end) => ReferenceDevice.EvaluateRows(
            formula, MemoryMarshal.Cast<double, Real64>(rows.Span[(first * width)..(end * width)]), width, MemoryMarshal.Cast<double, Real64>(results.Span[(first * each)..(end * each)])));
    }

    // Methods of their own, since a closure is allocated where its method begins, also on the way that needs none.
    private void AdamStepInParts(
        int blocks, Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients) =>
        InParts(blocks, (first, end) =>
        {
            int start = first * Reduction.BlockLength;
            int count = (int)Math.Min((long)end * Reduction.BlockLength, theta.Length) - start;
            _loops.AdamStep(
                theta.Span.Slice(start, count), m.Span.Slice(start, count), v.Span.Slice(start, count), gradient.Span.Slice(start, count), coefficients);
        });

    private void SoftmaxCrossEntropyInParts(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of) =>
        InParts(targets.Length, (first, end) =>
            _loops.SoftmaxCrossEntropy(
                logits.Span[(first * classes)..(end * classes)], targets.Span[first..end], classes, losses.Span[first..end],
                gradient.Span[(first * classes)..(end * classes)], targets.Length, of));

    private void BlockSumsInParts(int blocks, ReadOnlyMemory<float> x) =>
        InParts(blocks, (first, end) => _loops.BlockSumsOfSquares(x.Span, first, _blockSums.AsSpan(first..end)));

    private void InBlocks(int count, Action<int, int> run)
    {
        if (Threads == 1)
            run(0, count);
        else
            InParts(LaneReduction.Blocks(count), (first, end) => run(first * Reduction.BlockLength, (int)Math.Min((long)end * Reduction.BlockLength, count)));
    }

    private void InParts(int units, Action<int, int> run) => _parts.Run(units, run);

    /// <summary>The loops over a number of lanes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">lanes is none of <see cref="LaneCounts"/>.</exception>
    internal static LaneLoops LoopsOf(int lanes) => Array.Find(Widths, loops => loops.Lanes == lanes)
        ?? throw Domain.Outside($"{{{string.Join(", ", LaneCounts)}}}", lanes.ToString(CultureInfo.InvariantCulture), nameof(lanes));

    // Explicit vectors of 512 bits run at full speed also on processors where the runtime does not prefer them.
    private static LaneLoops[] ListWidths()
    {
        LaneLoops wide = new LaneLoops<WideLanes>(), plain = new LaneLoops<Numbers.Lanes>();
        if (plain.Lanes == wide.Lanes)
            return [plain];
        return Vector512.IsHardwareAccelerated || Avx512F.IsSupported ? [wide, plain] : [plain, wide];
    }

    private static string NameOf(int threads, int lanes)
    {
        Domain.Require("[1, 1024]", threads, nameof(threads));
        if (!LaneCounts.Contains(lanes))
            throw Domain.Outside($"{{{string.Join(", ", LaneCounts)}}}", lanes.ToString(CultureInfo.InvariantCulture), nameof(lanes));
        return string.Create(CultureInfo.InvariantCulture, $"cpu-{lanes}x{threads}");
    }

    private static string Describe(int threads, int lanes) =>
        string.Create(CultureInfo.InvariantCulture, $"{lanes} lanes of single precision on {threads} {(threads == 1 ? "thread" : "threads")}");
}
