using System.Globalization;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using TrainingSpec.Devices;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>An accelerator of ILGPU with the context that it lives in.</summary>
internal sealed class AcceleratorMachine : IKernelMachine
{
    // Two threads are enough to make every barrier real, and keep the simulator quick.
    private static readonly CPUDevice Simulator = new(2, 1, 1);

    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly string _name;
    private readonly Dictionary<MethodInfo, Kernel> _kernels = [];
    private readonly HashSet<Memory> _memory = [];

    private AcceleratorMachine(Context context, Accelerator accelerator, string name)
    {
        _context = context;
        _accelerator = accelerator;
        _name = name;
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
                Open = () => new KernelDevice(entry.Name, entry.Kind, entry.Description, Open(index, entry.Name)),
            });
        }

        return entries;
    }

    /// <inheritdoc/>
    public int GroupSize(int wanted) => Math.Min(wanted, _accelerator.MaxNumThreadsPerGroup);

    /// <inheritdoc/>
    /// <remarks>Enough groups to fill the device.</remarks>
    public int Groups(int wanted) => Math.Min(wanted, 32 * _accelerator.NumMultiprocessors);

    /// <inheritdoc/>
    public KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged
    {
        var memory = new Memory<T>(_accelerator.Allocate1D<T>(Math.Max(length, 1)), length);
        _memory.Add(memory);
        return memory;
    }

    /// <inheritdoc/>
    public void Release(KernelBuffer buffer)
    {
        _memory.Remove((Memory)buffer);
        ((Memory)buffer).Release();
    }

    /// <inheritdoc/>
    public void Forget(KernelBuffer buffer)
    {
        // An accelerator keeps no account of who wrote what.
    }

    /// <inheritdoc/>
    public unsafe void Write<T>(KernelBuffer buffer, ReadOnlySpan<T> content)
        where T : unmanaged
    {
        if (content.IsEmpty)
            return;

        // ILGPU keeps the bare address of what it copies: an array that is not pinned may have been moved by then.
        fixed (T* pinned = content)
            ((Memory<T>)buffer).Buffer.View.CopyFromCPU(ref MemoryMarshal.GetReference(content), content.Length);
    }

    /// <inheritdoc/>
    /// <remarks>Copying on the default stream waits for the kernels.</remarks>
    public unsafe void Read<T>(KernelBuffer buffer, Span<T> content)
        where T : unmanaged
    {
        if (content.IsEmpty)
            return;
        fixed (T* pinned = content)
            ((Memory<T>)buffer).Buffer.View.CopyToCPU(ref MemoryMarshal.GetReference(content), content.Length);
    }

    /// <inheritdoc/>
    public void Launch(MethodInfo kernel, int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments)
    {
        if (!_kernels.TryGetValue(kernel, out Kernel? loaded))
            loaded = _kernels[kernel] = Load(kernel);
        KernelConfig config = sharedBytes == 0 ? new(groups, groupSize) : new(groups, groupSize, SharedMemoryConfig.RequestDynamic<byte>(sharedBytes));
        try
        {
            loaded.Launch(_accelerator.DefaultStream, config, [.. arguments.Select(argument => argument.Buffer is Memory memory ? memory.View : argument.Value!)]);
        }
        catch (TargetInvocationException failure) when (failure.InnerException is not null)
        {
            // ILGPU launches by reflection here; what went wrong is inside.
            ExceptionDispatchInfo.Throw(failure.InnerException);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Buffers, then the accelerator, then its context.
        foreach (Memory memory in _memory)
            memory.Release();
        _accelerator.Dispose();
        _context.Dispose();
    }

    private static Context NewContext() => Context.Create(builder => KernelArithmetic.Register(builder.CPU(Simulator).OpenCL().Cuda()));

    private static AcceleratorMachine Open(int index, string name)
    {
        Context context = NewContext();
        try
        {
            return new AcceleratorMachine(context, context.Devices[index].CreateAccelerator(context), name);
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

    private Kernel Load(MethodInfo kernel)
    {
        try
        {
            return _accelerator.LoadKernel(kernel);
        }

        // A driver's refusal is the kernel's alone: the caller hears of it in one line and goes on.
        catch (Exception failure) when (failure is InternalCompilerException or NotSupportedException or AcceleratorException)
        {
            // A failed compilation poisons the context for kernels that come later.
            _context.ClearCache(ClearCacheMode.Everything);
            throw new InvalidOperationException($"ILGPU cannot compile the kernel {kernel.Name} for {_name}: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }

    private abstract class Memory(int length) : KernelBuffer(length)
    {
        public abstract object View { get; }

        public abstract void Release();
    }

    private sealed class Memory<T>(MemoryBuffer1D<T, Stride1D.Dense> buffer, int length) : Memory(length)
        where T : unmanaged
    {
        public MemoryBuffer1D<T, Stride1D.Dense> Buffer { get; } = buffer;

        public override object View { get; } = (ArrayView<T>)buffer.View.SubView(0, length);

        public override void Release() => Buffer.Dispose();
    }
}
