using System.Globalization;
using System.Reflection;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu.Kernels;

namespace TrainingSpec.Ilgpu.OpenCl;

/// <summary>The kernels' OpenCL C, compiled and run by this machine's OpenCL: a compiler that is not ours has its say.</summary>
/// <remarks>ILGPU itself refuses devices without the generic address space, such as those of PoCL 3.1; the text runs there after <see cref="OpenClAdaptation"/>.</remarks>
internal sealed class OpenClTextDevice : KernelTextDevice
{
    private static readonly Lazy<string> Changes = new(() => string.Join("; ", KernelText.Names.SelectMany(kernel => OpenClAdaptation.Apply(KernelText.OpenCl(kernel)).Changes).Distinct()));

    private readonly OpenClDeviceInfo _device;
    private readonly Dictionary<MethodInfo, OpenClProgram> _programs = [];

    private OpenClTextDevice(OpenClDeviceInfo device, string name)
        : base(name, DeviceKind.OpenClText, Describe(device), 4, 64)
    {
        _device = device;
    }

    /// <summary>One entry for each device of this machine that promises the reference's bits.</summary>
    public static IReadOnlyList<DeviceEntry> List() =>
    [
        .. OpenClHost.Devices().Where(device => device.Refusal is null).Select((device, i) =>
        {
            string name = i == 0 ? "opencl-text" : string.Create(CultureInfo.InvariantCulture, $"opencl-text{i}");
            return new DeviceEntry(name, DeviceKind.OpenClText, Describe(device), () => new OpenClTextDevice(device, name));
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
    protected override IKernelRun Begin(MethodInfo kernel)
    {
        if (!_programs.TryGetValue(kernel, out OpenClProgram? program))
            program = _programs[kernel] = new OpenClProgram(_device, OpenClAdaptation.Apply(KernelText.OpenCl(kernel)).Text, "Kernel_" + kernel.Name);
        return new OpenClRun(program);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (OpenClProgram program in _programs.Values)
            program.Dispose();
        base.Dispose(disposing);
    }

    private static string Describe(OpenClDeviceInfo device) => $"the kernels' OpenCL C on {device.Name}, adapted: {Changes.Value}";
}
