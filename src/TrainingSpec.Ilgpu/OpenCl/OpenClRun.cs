using System.Runtime.CompilerServices;
using Silk.NET.OpenCL;
using TrainingSpec.Ilgpu.Kernels;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>One launch through OpenCL.</summary>
/// <param name="program">What runs; it outlives this.</param>
internal sealed unsafe class OpenClRun(OpenClProgram program) : IKernelRun
{
    private readonly CL _api = OpenClHost.Api!;
    private readonly List<nint> _buffers = [];

    /// <inheritdoc/>
    public KernelBuffer Copy<T>(string name, ReadOnlySpan<T> content)
        where T : unmanaged
    {
        Memory memory = New<T>(content.Length);
        fixed (T* first = content)
        {
            if (!content.IsEmpty)
                OpenClHost.Check(_api.EnqueueWriteBuffer(program.Queue, memory.Handle, true, 0, (nuint)(content.Length * sizeof(T)), first, 0, null, null), "clEnqueueWriteBuffer");
        }

        return memory;
    }

    /// <inheritdoc/>
    public KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged => New<T>(length);

    /// <inheritdoc/>
    /// <remarks>ILGPU's order: shared memory and its length where there is any, the memory of all views, then all parameters, a view as where it begins and how long it is.</remarks>
    public void Launch(int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments)
    {
        uint index = 0;
        if (sharedBytes > 0)
        {
            OpenClHost.Check(_api.SetKernelArg(program.Kernel, index++, (nuint)sharedBytes, null), "clSetKernelArg");
            Set(index++, KernelArgument.Of(sharedBytes).Value);
        }

        foreach (Memory memory in arguments.Select(argument => argument.Buffer).OfType<Memory>())
            Set(index++, BitConverter.GetBytes((long)memory.Handle));
        foreach (KernelArgument argument in arguments)
            Set(index++, argument.Buffer is null ? argument.Value : [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes((long)argument.Buffer.Length)]);
        nuint global = (nuint)groups * (nuint)groupSize, local = (nuint)groupSize;
        OpenClHost.Check(_api.EnqueueNdrangeKernel(program.Queue, program.Kernel, 1, null, &global, &local, 0, null, null), "clEnqueueNDRangeKernel");
        OpenClHost.Check(_api.Finish(program.Queue), "clFinish");
    }

    /// <inheritdoc/>
    public void Read<T>(KernelBuffer buffer, Span<T> content)
        where T : unmanaged
    {
        fixed (T* first = content)
        {
            if (!content.IsEmpty)
                OpenClHost.Check(_api.EnqueueReadBuffer(program.Queue, ((Memory)buffer).Handle, true, 0, (nuint)(content.Length * sizeof(T)), first, 0, null, null), "clEnqueueReadBuffer");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint buffer in _buffers)
            _api.ReleaseMemObject(buffer);
    }

    private Memory New<T>(int length)
        where T : unmanaged
    {
        nint handle = program.Allocate(checked(length * Unsafe.SizeOf<T>()));
        _buffers.Add(handle);
        return new Memory(handle, length);
    }

    private void Set(uint index, byte[] value)
    {
        fixed (byte* first = value)
            OpenClHost.Check(_api.SetKernelArg(program.Kernel, index, (nuint)value.Length, first), "clSetKernelArg");
    }

    private sealed record Memory(nint Handle, int Length) : KernelBuffer(Length);
}
