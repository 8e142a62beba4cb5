using System.Reflection;
using System.Runtime.InteropServices;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Device = TrainingSpec.Devices.Device;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Memory that a kernel can be given a view of.</summary>
/// <param name="Length">Elements.</param>
internal abstract record KernelBuffer(int Length);

/// <summary>What a kernel is given for one parameter.</summary>
/// <param name="Buffer">The memory that it sees whole, or null.</param>
/// <param name="Value">The bytes of a number or struct, where there is no memory.</param>
internal readonly record struct KernelArgument(KernelBuffer? Buffer, byte[] Value)
{
    public static implicit operator KernelArgument(KernelBuffer buffer) => new(buffer, []);

    /// <summary>A number or struct.</summary>
    public static KernelArgument Of<T>(T value)
        where T : unmanaged => new(null, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray());
}

/// <summary>One launch of a compiled kernel, with its memory.</summary>
internal interface IKernelRun : IDisposable
{
    /// <summary>Memory that holds <paramref name="content"/>.</summary>
    KernelBuffer Copy<T>(string name, ReadOnlySpan<T> content)
        where T : unmanaged;

    /// <summary>Memory that nobody has written.</summary>
    KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged;

    /// <summary>Runs the kernel to its end.</summary>
    void Launch(int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments);

    /// <summary>What the memory holds now.</summary>
    void Read<T>(KernelBuffer buffer, Span<T> content)
        where T : unmanaged;
}

/// <summary>A device that runs the text that ILGPU made of the kernels, without ILGPU's own run time.</summary>
/// <param name="name">A short stable name.</param>
/// <param name="kind">What it is made of.</param>
/// <param name="description">One line for people.</param>
/// <param name="groups">The most groups of a launch; kernels stride over the rest.</param>
/// <param name="groupSize">Threads of a group.</param>
internal abstract class KernelTextDevice(string name, DeviceKind kind, string description, int groups, int groupSize) : Device(name, kind, description)
{
    /// <summary>Prepares a launch of an explicitly grouped kernel.</summary>
    protected abstract IKernelRun Begin(MethodInfo kernel);

    /// <inheritdoc/>
    protected override void RunAdamStep(
        Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients)
    {
        using IKernelRun run = Begin(KernelText.Method(nameof(TrainingKernels.AdamStep)));
        KernelBuffer thetas = run.Copy<float>("theta", theta.Span), ms = run.Copy<float>("m", m.Span), vs = run.Copy<float>("v", v.Span);
        run.Launch(Groups((theta.Length + groupSize - 1) / groupSize), groupSize, 0, thetas, ms, vs, run.Copy("gradient", gradient.Span), KernelArgument.Of(coefficients));
        run.Read(thetas, theta.Span);
        run.Read(ms, m.Span);
        run.Read(vs, v.Span);
    }

    /// <inheritdoc/>
    protected override void RunSoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
    {
        using IKernelRun run = Begin(KernelText.Method(nameof(TrainingKernels.SoftmaxCrossEntropyRows)));
        KernelBuffer x = run.Copy("logits", logits.Span), t = run.Copy("targets", targets.Span);
        KernelBuffer l = run.Allocate<float>("losses", losses.Length), g = run.Allocate<float>("gradient", gradient.Length);
        KernelBuffer sums = run.Allocate<float>("blockSums", targets.Length * Blocks(classes));
        run.Launch(
            Groups(targets.Length), groupSize, TrainingKernels.SoftmaxCells(groupSize) * sizeof(float), x, t, l, g, sums, KernelArgument.Of(classes), KernelArgument.Of((int)of));
        run.Read(l, losses.Span);
        run.Read(g, gradient.Span);
    }

    /// <inheritdoc/>
    protected override float RunSumOfSquares(ReadOnlyMemory<float> x)
    {
        using IKernelRun run = Begin(KernelText.Method(nameof(TrainingKernels.SumOfSquares)));
        var sums = new float[Blocks(x.Length)];
        KernelBuffer blockSums = run.Allocate<float>("blockSums", sums.Length);
        run.Launch(Groups(sums.Length), groupSize, TrainingKernels.SumOfSquaresCells * sizeof(float), run.Copy("x", x.Span), blockSums);
        run.Read<float>(blockSums, sums);
        return Reduction.Pairwise(MemoryMarshal.Cast<float, Real32>(sums.AsSpan()));
    }

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results) => Run<float>(FormulaKernels.Single(formula).Method, arguments.Span, results.Span);

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results) => Run<double>(FormulaKernels.Double(formula).Method, arguments.Span, results.Span);

    private void Run<T>(MethodInfo kernel, ReadOnlySpan<T> arguments, Span<T> results)
        where T : unmanaged
    {
        using IKernelRun run = Begin(kernel);
        KernelBuffer values = run.Allocate<T>("results", results.Length);
        run.Launch(Groups((results.Length + groupSize - 1) / groupSize), groupSize, 0, run.Copy("arguments", arguments), values);
        run.Read(values, results);
    }

    private static int Blocks(int count) => (count + Reduction.BlockLength - 1) / Reduction.BlockLength;

    private int Groups(int wanted) => Math.Min(groups, wanted);
}
