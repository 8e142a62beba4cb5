using TrainingSpec.Devices;
using TrainingSpec.Models;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>A training step's operations on an accelerator have the reference's bits, alone and as whole steps of a GPT.</summary>
[TestFixture(DeviceKind.Simulator)]
[TestFixture(DeviceKind.Ptx)]
[TestFixture(DeviceKind.OpenClText)]
[TestFixture(DeviceKind.OpenCL)]
[TestFixture(DeviceKind.Cuda)]
public class OperationTests(DeviceKind kind)
{
    private IDevice? _device;

    private static IEnumerable<string> Models => GptStepCheck.Models.Keys;

    [OneTimeSetUp]
    public void Open()
    {
        DeviceEntry? entry = new IlgpuDevices().List().FirstOrDefault(entry => entry.Kind == kind);
        if (entry is null)
            Assert.Ignore(IlgpuDevices.Reason ?? $"this machine has no {kind} device; {string.Join("; ", new IlgpuDevices().LeftOut)}");
        _device = entry!.Open();
    }

    [OneTimeTearDown]
    public void Close() => _device?.Dispose();

    [Test]
    public void Operations_have_the_bits_of_the_reference()
    {
        // `spec devices --check` compares the large sizes too.
        OperationComparison[] compared = [.. OperationCheck.Run(_device!, largest: 600)];
        Assert.Multiple(() =>
        {
            Assert.That(compared, Has.Length.GreaterThan(300));
            foreach (OperationComparison one in compared)
                Assert.That(one.Result.Differences, Is.Zero, one.Result.First?.ToString());
        });
    }

    [TestCaseSource(nameof(Models))]
    public void Steps_of_a_GPT_have_the_bits_of_the_reference(string model)
    {
        OperationComparison steps = GptStepCheck.Run(_device!, model);
        Assert.That(steps.Result.Passed, steps.Result.First?.ToString());
    }
}
