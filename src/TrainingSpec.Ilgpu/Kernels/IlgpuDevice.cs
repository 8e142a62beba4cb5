using System.Globalization;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Device = TrainingSpec.Devices.Device;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>An accelerator of ILGPU with the context that it lives in.</summary>
internal sealed class IlgpuDevice : Device
{
    // Two threads are enough to make every barrier real, and keep the simulator quick.
    private static readonly CPUDevice Simulator = new(2, 1, 1);

    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly Dictionary<string, Action<KernelConfig, ArrayView<Real32>, ArrayView<Real32>>> _single = [];
    private readonly Dictionary<string, Action<KernelConfig, ArrayView<Real64>, ArrayView<Real64>>> _double = [];
    private readonly Lazy<Action<KernelConfig, ArrayView<Real32>, ArrayView<Real32>, ArrayView<Real32>, ArrayView<Real32>, AdamCoefficients<Real32>>> _adamStep;
    private readonly Lazy<Action<KernelConfig, ArrayView<Real32>, ArrayView<Real32>>> _sumOfSquares;
    private readonly Lazy<Action<KernelConfig, ArrayView<Real32>, ArrayView<int>, ArrayView<Real32>, ArrayView<Real32>, ArrayView<Real32>, int, int>> _softmax;

    private IlgpuDevice(Context context, Accelerator accelerator, DeviceEntry entry)
        : base(entry.Name, entry.Kind, entry.Description)
    {
        _context = context;
        _accelerator = accelerator;
        _adamStep = new(() => Load(() => accelerator.LoadStreamKernel<ArrayView<Real32>, ArrayView<Real32>, ArrayView<Real32>, ArrayView<Real32>, AdamCoefficients<Real32>>(TrainingKernels.AdamStep), nameof(TrainingKernels.AdamStep)));
        _sumOfSquares = new(() => Load(() => accelerator.LoadStreamKernel<ArrayView<Real32>, ArrayView<Real32>>(TrainingKernels.SumOfSquares), nameof(TrainingKernels.SumOfSquares)));
        _softmax = new(() => Load(() => accelerator.LoadStreamKernel<ArrayView<Real32>, ArrayView<int>, ArrayView<Real32>, ArrayView<Real32>, ArrayView<Real32>, int, int>(TrainingKernels.SoftmaxCrossEntropyRows), nameof(TrainingKernels.SoftmaxCrossEntropyRows)));
    }

    /// <summary>The simulator, and the OpenCL and CUDA devices of this machine.</summary>
    public static IReadOnlyList<DeviceEntry> List()
    {
        using Context context = NewContext();
        var entries = new List<DeviceEntry>();
        for (int i = 0; i < context.Devices.Length; i++)
        {
            int index = i;
            DeviceEntry entry = Describe(context.Devices[i], entries.Count(other => other.Kind == KindOf(context.Devices[index])));
            entries.Add(entry with
            {
                Open = () => Open(index, entry),
            });
        }

        return entries;
    }

    /// <inheritdoc/>
    protected override void RunAdamStep(
        Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients)
    {
        using MemoryBuffer1D<Real32, Stride1D.Dense> thetas = Copy(theta);
        using MemoryBuffer1D<Real32, Stride1D.Dense> ms = Copy(m);
        using MemoryBuffer1D<Real32, Stride1D.Dense> vs = Copy(v);
        using MemoryBuffer1D<Real32, Stride1D.Dense> gradients = Copy(gradient);
        _adamStep.Value(Elementwise(theta.Length), thetas.View, ms.View, vs.View, gradients.View, coefficients);
        CopyBack(thetas, theta);
        CopyBack(ms, m);
        CopyBack(vs, v);
    }

    /// <inheritdoc/>
    protected override void RunSoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
    {
        using MemoryBuffer1D<Real32, Stride1D.Dense> x = Copy(logits);
        using MemoryBuffer1D<int, Stride1D.Dense> t = _accelerator.Allocate1D<int>(targets.Length);
        using (targets.Pin())
            t.View.CopyFromCPU(ref MemoryMarshal.GetReference(targets.Span), targets.Length);
        using MemoryBuffer1D<Real32, Stride1D.Dense> l = _accelerator.Allocate1D<Real32>(losses.Length);
        using MemoryBuffer1D<Real32, Stride1D.Dense> g = _accelerator.Allocate1D<Real32>(gradient.Length);
        using MemoryBuffer1D<Real32, Stride1D.Dense> sums = _accelerator.Allocate1D<Real32>((long)targets.Length * Blocks(classes));
        int group = GroupSize(Reduction.Accumulators);
        var shared = SharedMemoryConfig.RequestDynamic<Real32>(TrainingKernels.SoftmaxCells(group));
        _softmax.Value(new KernelConfig(Groups(targets.Length), group, shared), x.View, t.View, l.View, g.View, sums.View, classes, (int)of);
        CopyBack(l, losses);
        CopyBack(g, gradient);
    }

    /// <inheritdoc/>
    protected override float RunSumOfSquares(ReadOnlyMemory<float> x)
    {
        using MemoryBuffer1D<Real32, Stride1D.Dense> elements = Copy(x);
        var sums = new float[Blocks(x.Length)];
        using MemoryBuffer1D<Real32, Stride1D.Dense> blockSums = _accelerator.Allocate1D<Real32>(sums.Length);
        var shared = SharedMemoryConfig.RequestDynamic<Real32>(TrainingKernels.SumOfSquaresCells);
        _sumOfSquares.Value(new KernelConfig(Groups(sums.Length), GroupSize(Reduction.Accumulators), shared), elements.View, blockSums.View);
        CopyBack(blockSums, sums);
        return Reduction.Pairwise(MemoryMarshal.Cast<float, Real32>(sums.AsSpan()));
    }

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results)
    {
        if (!_single.TryGetValue(formula.Id, out var kernel))
            kernel = _single[formula.Id] = Load(() => _accelerator.LoadStreamKernel(FormulaKernels.Single(formula)), formula.Id);
        using MemoryBuffer1D<Real32, Stride1D.Dense> x = Copy(arguments);
        using MemoryBuffer1D<Real32, Stride1D.Dense> y = _accelerator.Allocate1D<Real32>(results.Length);
        kernel(Elementwise(results.Length), x.View, y.View);
        CopyBack(y, results);
    }

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results)
    {
        if (!_double.TryGetValue(formula.Id, out var kernel))
            kernel = _double[formula.Id] = Load(() => _accelerator.LoadStreamKernel(FormulaKernels.Double(formula)), formula.Id);
        using MemoryBuffer1D<Real64, Stride1D.Dense> x = _accelerator.Allocate1D<Real64>(arguments.Length);
        using (arguments.Pin())
            x.View.CopyFromCPU(ref MemoryMarshal.GetReference(MemoryMarshal.Cast<double, Real64>(arguments.Span)), arguments.Length);
        using MemoryBuffer1D<Real64, Stride1D.Dense> y = _accelerator.Allocate1D<Real64>(results.Length);
        kernel(Elementwise(results.Length), x.View, y.View);
        using (results.Pin())
            y.View.CopyToCPU(ref MemoryMarshal.GetReference(MemoryMarshal.Cast<double, Real64>(results.Span)), results.Length);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // Buffers live inside one call each, so only this order is left: the accelerator before its context.
        _accelerator.Dispose();
        _context.Dispose();
        base.Dispose(disposing);
    }

    private static Context NewContext() => Context.Create(builder => KernelArithmetic.Register(builder.CPU(Simulator).OpenCL().Cuda()));

    private static IlgpuDevice Open(int index, DeviceEntry entry)
    {
        Context context = NewContext();
        try
        {
            return new IlgpuDevice(context, context.Devices[index].CreateAccelerator(context), entry);
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    private static DeviceKind KindOf(ILGPU.Runtime.Device device) => device.AcceleratorType switch
    {
        AcceleratorType.Cuda => DeviceKind.Cuda,
        AcceleratorType.OpenCL => DeviceKind.OpenCL,
        _ => DeviceKind.Simulator,
    };

    private static DeviceEntry Describe(ILGPU.Runtime.Device device, int before)
    {
        DeviceKind kind = KindOf(device);
        string suffix = before == 0 ? "" : before.ToString(CultureInfo.InvariantCulture);
        string description = kind == DeviceKind.Simulator
            ? string.Create(CultureInfo.InvariantCulture, $"ILGPU's CPU accelerator, {device.MaxNumThreadsPerGroup} threads to a group: a simulator, slow by nature")
            : string.Create(CultureInfo.InvariantCulture, $"{device.Name}, {device.NumMultiprocessors} multiprocessors, {device.MemorySize >> 20} MiB");
        string name = kind switch
        {
            DeviceKind.Cuda => "cuda",
            DeviceKind.OpenCL => "opencl",
            _ => "ilgpu-cpu",
        };
        return new DeviceEntry(name + suffix, kind, description, () => throw new InvalidOperationException("not yet listed"));
    }

    private static int Blocks(int count) => (count + Reduction.BlockLength - 1) / Reduction.BlockLength;

    private KernelConfig Elementwise(int count)
    {
        int group = GroupSize(256);
        return new KernelConfig(Groups((count + group - 1) / group), group);
    }

    private int GroupSize(int wanted) => Math.Min(wanted, _accelerator.MaxNumThreadsPerGroup);

    // Enough groups to fill the device; kernels stride over the rest.
    private int Groups(int wanted) => Math.Min(wanted, 32 * _accelerator.NumMultiprocessors);

    private TKernel Load<TKernel>(Func<TKernel> load, string kernel)
    {
        try
        {
            return load();
        }

        // A driver's refusal is the kernel's alone: the caller hears of it in one line and goes on.
        catch (Exception failure) when (failure is InternalCompilerException or NotSupportedException or AcceleratorException)
        {
            // A failed compilation poisons the context for kernels that come later.
            _context.ClearCache(ClearCacheMode.Everything);
            throw new InvalidOperationException($"ILGPU cannot compile the kernel {kernel} for {Name}: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }

    // ILGPU keeps the bare address of what it copies: an array that is not pinned may have been moved by then.
    private MemoryBuffer1D<Real32, Stride1D.Dense> Copy(ReadOnlyMemory<float> x)
    {
        MemoryBuffer1D<Real32, Stride1D.Dense> buffer = _accelerator.Allocate1D<Real32>(x.Length);
        using (x.Pin())
            buffer.View.CopyFromCPU(ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, Real32>(x.Span)), x.Length);
        return buffer;
    }

    // Copying on the default stream waits for the kernel.
    private static void CopyBack(MemoryBuffer1D<Real32, Stride1D.Dense> buffer, Memory<float> x)
    {
        using (x.Pin())
            buffer.View.CopyToCPU(ref MemoryMarshal.GetReference(MemoryMarshal.Cast<float, Real32>(x.Span)), x.Length);
    }
}
