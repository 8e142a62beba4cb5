using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Devices;

/// <summary>Lanes and threads have the reference's bits, whatever the number of threads.</summary>
[TestFixtureSource(nameof(ThreadsAndLanes))]
public class CpuDeviceTests(int threads, int lanes) : DeviceEquality
{
    // More blocks than seven threads have parts, an odd number of them, the last one not full.
    private const int Large = 75 * Reduction.BlockLength + 3;

    // Every run has each number of lanes, on one thread and on more than there are parts.
    private static readonly (int Threads, int Lanes)[] InEveryRun = [(1, 8), (7, 16)];

    public static IEnumerable<TestFixtureData> ThreadsAndLanes()
    {
        foreach ((int threads, int lanes) in from threads in new[] { 1, 2, 7 } from lanes in CpuDevice.LaneCounts select (threads, lanes))
        {
            var fixture = new TestFixtureData(threads, lanes);
            if (!InEveryRun.Contains((threads, lanes)))
                fixture.Properties.Add(global::NUnit.Framework.Internal.PropertyNames.Category, Deep.Category);
            yield return fixture;
        }
    }

    protected override IDevice Open() => new CpuDevice(threads, lanes);

    [Test]
    public void The_name_says_lanes_and_threads()
    {
        Assert.That(Device.Kind, Is.EqualTo(DeviceKind.Cpu));
        Assert.That(Device.Name, Is.EqualTo(string.Create(CultureInfo.InvariantCulture, $"cpu-{lanes}x{threads}")));
    }

    [Test]
    public void Operations_of_a_training_step_have_the_bits_of_the_reference()
    {
        // Longer tensors on more threads than there are parts; `spec devices --check` takes all, and LaneMatrixProductTests has large products on either kind of lanes.
        bool isLonger = (threads, lanes) is (7, 8);
        OperationComparison[] compared = [.. OperationCheck.Run(Device, isLonger ? 10_000 : 4096)];
        Assert.Multiple(() =>
        {
            Assert.That(compared, Has.Length.GreaterThan(400));
            foreach (OperationComparison one in compared)
                Assert.That(one.Result.Differences, Is.Zero, one.Result.First?.ToString());
        });
    }

    [Test]
    public void Large_tensors_have_the_bits_of_the_reference()
    {
        using var reference = new ReferenceDevice();
        float[] gradient = DeviceInputs.Ordinary(Large, seed: 51);
        AdamCoefficients<Real32> coefficients = DeviceInputs.Coefficients(2, DecayKind.Old);
        (float[] theta, float[] m, float[] v) = State();
        (float[] expectedTheta, float[] expectedM, float[] expectedV) = State();
        Device.AdamStep(theta, m, v, gradient, coefficients);
        reference.AdamStep(expectedTheta, expectedM, expectedV, gradient, coefficients);
        Assert.Multiple(() =>
        {
            Assert.That(theta.AsSpan().SequenceEqual(expectedTheta));
            Assert.That(m.AsSpan().SequenceEqual(expectedM));
            Assert.That(v.AsSpan().SequenceEqual(expectedV));
            Assert.That(Device.SumOfSquares(gradient), Is.EqualTo(reference.SumOfSquares(gradient)));
        });
    }

    [Test]
    public void A_part_of_an_array_has_the_bits_of_the_reference([Range(1, 17)] int offset)
    {
        // Vectors that start anywhere, and neighbours that must stay as they are.
        const int count = 100;
        using var reference = new ReferenceDevice();
        float[] expected = DeviceInputs.Ordinary(150, seed: 61), actual = (float[])expected.Clone(), gradient = DeviceInputs.Ordinary(150, seed: 62);
        AdamCoefficients<Real32> coefficients = DeviceInputs.Coefficients(1, DecayKind.Updated);
        reference.AdamStep(expected.AsMemory(offset, count), new float[count], new float[count], gradient.AsMemory(offset, count), coefficients);
        Device.AdamStep(actual.AsMemory(offset, count), new float[count], new float[count], gradient.AsMemory(offset, count), coefficients);
        Assert.That(actual, Is.EqualTo(expected));
    }

    [Test]
    public void The_mean_is_over_all_rows_whichever_thread_has_them()
    {
        using var reference = new ReferenceDevice();
        const int rows = 301, classes = 65;
        float[] logits = DeviceInputs.Logits(rows, classes, seed: 71);
        int[] targets = DeviceInputs.Targets(rows, classes, seed: 72);
        float[] expectedLosses = new float[rows], losses = new float[rows];
        float[] expected = new float[logits.Length], actual = new float[logits.Length];
        reference.SoftmaxCrossEntropy(logits, targets, classes, expectedLosses, expected, GradientOf.Mean);
        Device.SoftmaxCrossEntropy(logits, targets, classes, losses, actual, GradientOf.Mean);
        Assert.That(Array.ConvertAll(losses, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expectedLosses, DeviceCheck.Bits)));
        Assert.That(Array.ConvertAll(actual, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expected, DeviceCheck.Bits)));
    }

    [Test]
    public void A_step_of_one_thread_allocates_nothing_and_of_more_threads_nothing_that_grows()
    {
        AdamCoefficients<Real32> coefficients = DeviceInputs.Coefficients(1, DecayKind.Old);
        float[] gradient = DeviceInputs.Ordinary(Large, seed: 81);
        (float[] theta, float[] m, float[] v) = State();
        for (int warm = 0; warm < 3; warm++)
            Work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Work();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, threads == 1 ? Is.Zero : Is.LessThan(Large / 8));

        void Work()
        {
            Device.AdamStep(theta, m, v, gradient, coefficients);
            Device.SumOfSquares(gradient);
        }
    }

    private static (float[] Theta, float[] M, float[] V) State() =>
        (DeviceInputs.Ordinary(Large, seed: 52), DeviceInputs.Ordinary(Large, seed: 53), Array.ConvertAll(DeviceInputs.Ordinary(Large, seed: 54), MathF.Abs));
}

[TestFixture]
public class CpuDeviceCatalogTests
{
    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(1025)]
    public void A_number_of_threads_outside_its_domain_is_refused(int threads) =>
        Assert.That(() => new CpuDevice(threads), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"threads = {threads} is outside [1, 1024]"));

    [Test]
    public void A_number_of_lanes_that_there_is_not_is_refused() =>
        Assert.That(() => new CpuDevice(1, 5), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("lanes = 5 is outside {"));

    [Test]
    public void There_are_lanes_of_this_processor_and_wide_ones() =>
        Assert.That(CpuDevice.LaneCounts, Is.EquivalentTo(new[] { Lanes.Count, WideLanes.Count }.Distinct()));

    [Test]
    public void The_catalogue_has_this_processor_with_all_threads_and_with_one()
    {
        string[] cpus = [.. from lanes in CpuDevice.LaneCounts from threads in new[] { Environment.ProcessorCount, 1 }.Distinct() select $"cpu-{lanes}x{threads}"];
        var catalog = new DeviceCatalog();
        Assert.That(catalog.Devices.Select(entry => entry.Name), Is.EqualTo(cpus.Prepend("reference")));
        foreach (string name in cpus)
        {
            using IDevice device = catalog.Find(name).Open();
            Assert.That(device.Name, Is.EqualTo(name));
        }

        using var widest = new CpuDevice();
        Assert.That(widest.Name, Is.EqualTo(cpus[0]));
    }
}
