using Spec.Benchmarks;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Devices;

/// <summary>The loop that lanes are measured against does the same work: its results have the same bits.</summary>
[TestFixture]
public class HandWrittenAdamWTests
{
    [Test]
    public void The_hand_written_loops_have_the_bits_of_the_lanes([Values(0, 1, 7, 8, 15, 16, 17, 20011)] int size, [Values(256, 512)] int bits)
    {
        using var device = new CpuDevice(threads: 1);
        AdamCoefficients<Real32> c = DeviceInputs.Coefficients(step: 3, DecayKind.Old);
        var handWritten = new HandWrittenAdamW(c.LearningRate, c.Beta1, c.Beta2, c.Share1, c.Share2, c.Epsilon, c.DecayRate, c.Correction1, c.RootCorrection2);
        float[] gradient = DeviceInputs.Values(size, seed: 91);
        (float[] theta, float[] m, float[] v) = State(size);
        (float[] expectedTheta, float[] expectedM, float[] expectedV) = State(size);
        device.AdamStep(expectedTheta, expectedM, expectedV, gradient, c);
        if (bits == 512)
            handWritten.Step512(theta, m, v, gradient);
        else
            handWritten.Step256(theta, m, v, gradient);

        // The loop is the simplest one: it takes the root of the second moment as it is kept.
        int[] held = [.. Enumerable.Range(0, size).Where(i => float.IsNormal(expectedV[i]) && float.IsFinite(expectedV[i]))];
        Assert.Multiple(() =>
        {
            Assert.That(held.Length, Is.GreaterThanOrEqualTo(size / 2), "most elements are compared");
            Assert.That(Array.ConvertAll(held, i => DeviceCheck.Bits(theta[i])), Is.EqualTo(Array.ConvertAll(held, i => DeviceCheck.Bits(expectedTheta[i]))));
            Assert.That(Array.ConvertAll(m, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expectedM, DeviceCheck.Bits)));
            Assert.That(Array.ConvertAll(v, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(expectedV, DeviceCheck.Bits)));
        });
    }

    private static (float[] Theta, float[] M, float[] V) State(int size) =>
        (DeviceInputs.Values(size, seed: 92), DeviceInputs.Values(size, seed: 93), Array.ConvertAll(DeviceInputs.Values(size, seed: 94), MathF.Abs));
}
