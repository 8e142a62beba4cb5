using TrainingSpec.Devices;
using TrainingSpec.Tests.Devices;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>An ILGPU accelerator has the reference's bits; one fixture for each kind, left out with a reason where the machine has none.</summary>
[TestFixture(DeviceKind.Simulator)]
[TestFixture(DeviceKind.Ptx)]
[TestFixture(DeviceKind.OpenClText)]
[TestFixture(DeviceKind.OpenCL)]
[TestFixture(DeviceKind.Cuda)]
public class AcceleratorTests(DeviceKind kind) : DeviceEquality
{
    private readonly DeviceEntry? _entry = new IlgpuDevices().List().FirstOrDefault(entry => entry.Kind == kind);

    protected override string? LeftOut => IlgpuDevices.Reason ?? (_entry is null ? $"this machine has no {kind} device; {string.Join("; ", new IlgpuDevices().LeftOut)}" : null);

    protected override Compared OfFormulas => kind switch
    {
        // All formulas in both precisions are compared by `spec devices --check`.
        DeviceKind.Simulator or DeviceKind.Ptx => Compared.FirstOfTopic,
        _ => Compared.FirstOfTopicSingle,
    };

    protected override IDevice Open() => _entry!.Open();
}
