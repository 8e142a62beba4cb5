using TrainingSpec.Devices;

namespace TrainingSpec.Tests.Devices;

/// <summary>Speeds of a device are amounts over seconds, for every operation of the table.</summary>
[TestFixture]
public class OperationRateTests
{
    // By hand: 64 rows of 8 by 8 are 2·64·8·8 operations; of an element, a step of Adam reads and writes 7 floats, a norm reads x and writes y and x̂, and a rounding in place reads and writes one.
    [TestCase("Linear", "64 x 8 x 8", 8192.0, "GFLOP/s")]
    [TestCase("AdamStep", "64 x 8", 14336.0, "GB/s")]
    [TestCase("RmsNorm", "64 x 8", 6144.0, "GB/s")]
    [TestCase("RoundStochastically", "64 x 8", 4096.0, "GB/s")]
    public void A_speed_is_an_amount_over_its_seconds(string operation, string size, double amount, string unit)
    {
        using var device = new CpuDevice(threads: 1);
        OperationRate[] rates = [.. OperationRate.Measure(device, 8)];
        OperationRate rate = rates.Single(one => one.Operation == operation);
        Assert.That((rate.Size, rate.Unit), Is.EqualTo((size, unit)));
        Assert.That(rate.PerSecond * rate.Seconds * 1e9, Is.EqualTo(amount).Within(1e-6 * amount));
        Assert.That(rates, Has.Length.EqualTo(11));
    }

    [TestCase(0)]
    [TestCase(12)]
    public void Another_width_is_refused(int width)
    {
        using var device = new ReferenceDevice();
        Assert.That(() => OperationRate.Measure(device, width), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"width = {width}"));
    }
}
