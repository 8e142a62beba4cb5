using System.Text;
using Silk.NET.OpenCL;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>A kernel compiled from OpenCL C for one device, with the queue that runs it.</summary>
internal sealed unsafe class OpenClProgram : IDisposable
{
    // Without the option a float division may be off by 2.5 ULP and a root by 3.
    private const string Options = "-cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt";

    private readonly CL _api = OpenClHost.Api ?? throw new InvalidOperationException("this machine has no OpenCL");
    private readonly nint _context;
    private readonly nint _program;

    /// <summary>Compiles.</summary>
    /// <param name="device">For which device.</param>
    /// <param name="source">OpenCL C.</param>
    /// <param name="kernel">The kernel's name in the source.</param>
    /// <exception cref="InvalidOperationException">The driver refuses; the message has the compiler's log.</exception>
    public OpenClProgram(OpenClDeviceInfo device, string source, string kernel)
    {
        nint handle = device.Handle;
        int code = 0;
        _context = _api.CreateContext(null, 1, &handle, null, null, &code);
        OpenClHost.Check(code, "clCreateContext");
        byte[] text = Encoding.ASCII.GetBytes(source);
        fixed (byte* first = text)
        {
            byte* only = first;
            nuint length = (nuint)text.Length;
            _program = _api.CreateProgramWithSource(_context, 1, &only, &length, &code);
        }

        OpenClHost.Check(code, "clCreateProgramWithSource");
        code = _api.BuildProgram(_program, 1, &handle, Options, null, null);
        if (code != 0)
            throw new InvalidOperationException($"{device.Name} refuses the kernel {kernel}: {Log(handle).Trim()}");
        Kernel = _api.CreateKernel(_program, kernel, &code);
        OpenClHost.Check(code, "clCreateKernel");
        Queue = _api.CreateCommandQueue(_context, handle, CommandQueueProperties.None, &code);
        OpenClHost.Check(code, "clCreateCommandQueue");
    }

    /// <summary>OpenCL's kernel.</summary>
    public nint Kernel { get; }

    /// <summary>OpenCL's queue.</summary>
    public nint Queue { get; }

    /// <summary>Memory of the device; at least one byte, since OpenCL has no empty buffers.</summary>
    public nint Allocate(int bytes)
    {
        int code = 0;
        nint buffer = _api.CreateBuffer(_context, MemFlags.ReadWrite, (nuint)Math.Max(bytes, 1), null, &code);
        OpenClHost.Check(code, "clCreateBuffer");
        return buffer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _api.ReleaseCommandQueue(Queue);
        _api.ReleaseKernel(Kernel);
        _api.ReleaseProgram(_program);
        _api.ReleaseContext(_context);
    }

    private string Log(nint device)
    {
        nuint size = 0;
        _api.GetProgramBuildInfo(_program, device, ProgramBuildInfo.BuildLog, 0, null, &size);
        var bytes = new byte[size];
        fixed (byte* first = bytes)
            _api.GetProgramBuildInfo(_program, device, ProgramBuildInfo.BuildLog, size, first, null);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
    }
}
