using System.Text;
using Silk.NET.OpenCL;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>A kernel compiled from OpenCL C for one device.</summary>
internal sealed unsafe class OpenClProgram : IDisposable
{
    // Without the option a float division may be off by 2.5 ULP and a root by 3.
    private const string Options = "-cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt";

    private readonly CL _api = OpenClHost.Api!;
    private readonly nint _program;

    /// <summary>Compiles.</summary>
    /// <param name="context">For which device.</param>
    /// <param name="source">OpenCL C.</param>
    /// <param name="kernel">The kernel's name in the source.</param>
    /// <exception cref="InvalidOperationException">The driver refuses; the message has the compiler's log.</exception>
    public OpenClProgram(OpenClContext context, string source, string kernel)
    {
        nint handle = context.Device.Handle;
        int code = 0;
        byte[] text = Encoding.ASCII.GetBytes(source);
        fixed (byte* first = text)
        {
            byte* only = first;
            nuint length = (nuint)text.Length;
            _program = _api.CreateProgramWithSource(context.Handle, 1, &only, &length, &code);
        }

        OpenClHost.Check(code, "clCreateProgramWithSource");
        code = _api.BuildProgram(_program, 1, &handle, Options, null, null);
        if (code != 0)
            throw new InvalidOperationException($"{context.Device.Name} refuses the kernel {kernel}: {Log(handle).Trim()}");
        Kernel = _api.CreateKernel(_program, kernel, &code);
        OpenClHost.Check(code, "clCreateKernel");
    }

    /// <summary>OpenCL's kernel.</summary>
    public nint Kernel { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _api.ReleaseKernel(Kernel);
        _api.ReleaseProgram(_program);
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
