using TrainingSpec.Devices;
#if HAS_ILGPU
using TrainingSpec.Ilgpu.Kernels;
using TrainingSpec.Ilgpu.OpenCl;
#endif

namespace TrainingSpec.Ilgpu;

/// <summary>The ILGPU accelerators of this machine, where the package feed has ILGPU; one line saying so where it has not.</summary>
public sealed class IlgpuDevices : IDeviceSource
{
    /// <summary>True where this build contains the ILGPU back end.</summary>
    public static bool Available =>
#if HAS_ILGPU
        true;
#else
        false;
#endif

    /// <summary>Null where available, else one line that says what is left out, why, and what brings it in.</summary>
    public static string? Reason =>
        Available ? null : "ILGPU devices are left out: this build has no ILGPU 1.5.3, which the package feed lacked or -p:OptionalPackages=off withheld; `dotnet restore -p:OptionalPackages=ask` asks the package feed for it";

    /// <inheritdoc/>
    public IReadOnlyList<string> LeftOut =>
#if HAS_ILGPU
        OpenClMachine.LeftOut();
#else
        [Reason!];
#endif

    /// <summary>Names of the kernels that <see cref="Ptx"/> compiles; empty where ILGPU is left out.</summary>
    public static IReadOnlyList<string> Kernels =>
#if HAS_ILGPU
        KernelText.Names;
#else
        [];
#endif

    /// <summary>The PTX of a kernel, compiled with no GPU for SM 9.0 and PTX ISA 8.0.</summary>
    /// <param name="kernel">One of <see cref="Kernels"/>.</param>
    /// <exception cref="ArgumentException">There is no such kernel.</exception>
    /// <exception cref="NotSupportedException">This build has no ILGPU; the message is <see cref="Reason"/>.</exception>
    /// <exception cref="InvalidOperationException">ILGPU cannot compile the kernel.</exception>
    public static string Ptx(string kernel) =>
#if HAS_ILGPU
        KernelText.Ptx(kernel);
#else
        throw new NotSupportedException($"{Reason}; the kernel {kernel} cannot be compiled");
#endif

    /// <inheritdoc/>
    public IReadOnlyList<DeviceEntry> List() =>
#if HAS_ILGPU
        [.. AcceleratorMachine.List(), PtxKernelMachine.Entry, .. OpenClMachine.List()];
#else
        [];
#endif
}
