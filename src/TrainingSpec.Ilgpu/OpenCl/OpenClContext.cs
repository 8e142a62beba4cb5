using Silk.NET.OpenCL;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>What kernels of one device share: OpenCL's context with its memory, and the queue in which launches follow each other.</summary>
internal sealed unsafe class OpenClContext : IDisposable
{
    private readonly CL _api = OpenClHost.Api ?? throw new InvalidOperationException("this machine has no OpenCL");

    /// <summary>Opens a device.</summary>
    public OpenClContext(OpenClDeviceInfo device)
    {
        Device = device;
        nint handle = device.Handle;
        int code = 0;
        Handle = _api.CreateContext(null, 1, &handle, null, null, &code);
        OpenClHost.Check(code, "clCreateContext");
        Queue = _api.CreateCommandQueue(Handle, handle, CommandQueueProperties.None, &code);
        OpenClHost.Check(code, "clCreateCommandQueue");
    }

    /// <summary>The device.</summary>
    public OpenClDeviceInfo Device { get; }

    /// <summary>OpenCL's own.</summary>
    public nint Handle { get; }

    /// <summary>OpenCL's queue.</summary>
    public nint Queue { get; }

    /// <summary>Memory of the device; at least one byte, since OpenCL has no empty buffers.</summary>
    public nint Allocate(int bytes)
    {
        int code = 0;
        nint buffer = _api.CreateBuffer(Handle, MemFlags.ReadWrite, (nuint)Math.Max(bytes, 1), null, &code);
        OpenClHost.Check(code, "clCreateBuffer");
        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _api.ReleaseCommandQueue(Queue);
        _api.ReleaseContext(Handle);
    }
}
