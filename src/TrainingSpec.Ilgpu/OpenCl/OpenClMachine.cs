using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Silk.NET.OpenCL;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu.Kernels;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>The kernels' OpenCL C, compiled and run by this machine's OpenCL: a compiler that is not ours has its say.</summary>
/// <remarks>ILGPU itself refuses devices without the generic address space, such as those of PoCL 3.1; the text runs there after <see cref="OpenClAdaptation"/>.</remarks>
/// <param name="device">Which of its devices.</param>
internal sealed unsafe class OpenClMachine(OpenClDeviceInfo device) : IKernelMachine
{
    private static readonly Lazy<string> Changes = new(() => string.Join("; ", OpenClAdaptation.Apply(KernelText.OpenCl(nameof(TrainingKernels.SoftmaxCrossEntropyRows))).Changes));

    private readonly CL _api = OpenClHost.Api!;
    private readonly OpenClContext _context = new(device);
    private readonly Dictionary<MethodInfo, OpenClProgram> _programs = [];
    private readonly HashSet<nint> _memory = [];

    /// <summary>One entry for each device of this machine that promises the reference's bits.</summary>
    public static IReadOnlyList<DeviceEntry> List() =>
    [
        .. OpenClHost.Devices().Where(device => device.Refusal is null).Select((device, i) =>
        {
            string name = i == 0 ? "opencl-text" : string.Create(CultureInfo.InvariantCulture, $"opencl-text{i}");
            string description = $"the kernels' OpenCL C on {device.Name}, adapted: {Changes.Value}";
            return new DeviceEntry(name, DeviceKind.OpenClText, description, () => new KernelDevice(name, DeviceKind.OpenClText, description, new OpenClMachine(device)));
        }),
    ];

    /// <summary>One line for each device that is refused, and one where there is no OpenCL at all.</summary>
    public static IReadOnlyList<string> LeftOut()
    {
        IReadOnlyList<OpenClDeviceInfo> devices = OpenClHost.Devices();
        return devices.Count == 0
            ? ["OpenCL is left out: this machine has no OpenCL platform (on Debian, pocl-opencl-icd is one)"]
            : [.. devices.Where(device => device.Refusal is not null).Select(device => $"the OpenCL device {device.Name} is left out: {device.Refusal}")];
    }

    /// <inheritdoc/>
    public int GroupSize(int wanted) => Math.Min(64, wanted);

    /// <inheritdoc/>
    public int Groups(int wanted) => Math.Min(4, wanted);

    /// <inheritdoc/>
    public KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged
    {
        nint handle = _context.Allocate(checked(length * Unsafe.SizeOf<T>()));
        _memory.Add(handle);
        return new Memory(handle, length);
    }

    /// <inheritdoc/>
    public void Release(KernelBuffer buffer)
    {
        nint handle = ((Memory)buffer).Handle;
        _memory.Remove(handle);
        _api.ReleaseMemObject(handle);
    }

    /// <inheritdoc/>
    public void Forget(KernelBuffer buffer)
    {
        // OpenCL keeps no account of who wrote what.
    }

    /// <inheritdoc/>
    public void Write<T>(KernelBuffer buffer, ReadOnlySpan<T> content)
        where T : unmanaged
    {
        fixed (T* first = content)
        {
            if (!content.IsEmpty)
                OpenClHost.Check(_api.EnqueueWriteBuffer(_context.Queue, ((Memory)buffer).Handle, true, 0, (nuint)(content.Length * sizeof(T)), first, 0, null, null), "clEnqueueWriteBuffer");
        }
    }

    /// <inheritdoc/>
    public void Read<T>(KernelBuffer buffer, Span<T> content)
        where T : unmanaged
    {
        fixed (T* first = content)
        {
            if (!content.IsEmpty)
                OpenClHost.Check(_api.EnqueueReadBuffer(_context.Queue, ((Memory)buffer).Handle, true, 0, (nuint)(content.Length * sizeof(T)), first, 0, null, null), "clEnqueueReadBuffer");
        }
    }

    /// <inheritdoc/>
    /// <remarks>ILGPU's order: shared memory and its length where there is any, the memory of all views, then all parameters, a view as where it begins and how long it is.</remarks>
    public void Launch(MethodInfo kernel, int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments)
    {
        if (!_programs.TryGetValue(kernel, out OpenClProgram? program))
            program = _programs[kernel] = new OpenClProgram(_context, OpenClAdaptation.Apply(KernelText.OpenCl(kernel)).Text, "Kernel_" + kernel.Name);
        uint index = 0;
        if (sharedBytes > 0)
        {
            OpenClHost.Check(_api.SetKernelArg(program.Kernel, index++, (nuint)sharedBytes, null), "clSetKernelArg");
            Set(program, index++, KernelArgument.Of(sharedBytes).Bytes);
        }

        foreach (Memory memory in arguments.Select(argument => argument.Buffer).OfType<Memory>())
            Set(program, index++, BitConverter.GetBytes((long)memory.Handle));
        foreach (KernelArgument argument in arguments)
            Set(program, index++, argument.Buffer is null ? argument.Bytes : [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes((long)argument.Buffer.Length)]);
        nuint global = (nuint)groups * (nuint)groupSize, local = (nuint)groupSize;
        OpenClHost.Check(_api.EnqueueNdrangeKernel(_context.Queue, program.Kernel, 1, null, &global, &local, 0, null, null), "clEnqueueNDRangeKernel");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _api.Finish(_context.Queue);
        foreach (nint handle in _memory)
            _api.ReleaseMemObject(handle);
        foreach (OpenClProgram program in _programs.Values)
            program.Dispose();
        _context.Dispose();
    }

    private void Set(OpenClProgram program, uint index, byte[] value)
    {
        fixed (byte* first = value)
            OpenClHost.Check(_api.SetKernelArg(program.Kernel, index, (nuint)value.Length, first), "clSetKernelArg");
    }

    private sealed class Memory(nint handle, int length) : KernelBuffer(length)
    {
        public nint Handle { get; } = handle;
    }
}
