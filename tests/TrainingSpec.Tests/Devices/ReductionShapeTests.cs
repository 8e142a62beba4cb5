using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Devices;

[TestFixture]
public class ReductionShapeTests
{
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    [TestCase(8)]
    [TestCase(33)]
    [TestCase(63)]
    [TestCase(64)]
    [TestCase(65)]
    [TestCase(4095)]
    [TestCase(4096)]
    [TestCase(4097)]
    [TestCase(20011)]
    [TestCase(28673)]
    public void Sums_have_the_shape_that_the_specification_fixes(int count)
    {
        Assert.Multiple(() =>
        {
            foreach (float[] x in new[] { DeviceInputs.Ordinary(count, seed: (ulong)count), DeviceInputs.Tie(count % 64) })
            {
                uint sum = Bits(Plain(x, (a, b) => a + b)), sumOfSquares = Bits(Plain(x, (a, b) => MathF.FusedMultiplyAdd(b, b, a)));
                Real32[] wrapped = Array.ConvertAll(x, value => new Real32(value));
                Assert.That(Bits(Reduction.Sum<Real32>(wrapped)), Is.EqualTo(sum));
                Assert.That(Bits(Reduction.SumOfSquares<Real32>(wrapped)), Is.EqualTo(sumOfSquares));
                Assert.That(Bits(LaneReduction.Sum<Lanes>(x)), Is.EqualTo(sum));
                Assert.That(Bits(LaneReduction.SumOfSquares<Lanes>(x)), Is.EqualTo(sumOfSquares));
                Assert.That(Bits(LaneReduction.Sum<WideLanes>(x)), Is.EqualTo(sum));
                Assert.That(Bits(LaneReduction.SumOfSquares<WideLanes>(x)), Is.EqualTo(sumOfSquares));
            }
        });
    }

    [Test]
    public void The_shape_matters_to_the_bits()
    {
        float[] x = DeviceInputs.Ordinary(20011, seed: 3);
        float sequential = 0;
        foreach (float value in x)
            sequential += value;
        Assert.That(Bits(Reduction.Sum<Real32>(Array.ConvertAll(x, value => new Real32(value)))), Is.Not.EqualTo(Bits(sequential)));
    }

    private static uint Bits(float x) => BitConverter.SingleToUInt32Bits(x);

    // The specification's sentence, recursively and in plain floats: no code shared with the reduction under test.
    private static float Plain(float[] x, Func<float, float, float> enter)
    {
        var sums = new List<float>();
        for (int start = 0; start < x.Length; start += 4096)
        {
            var accumulators = new float[64];
            for (int i = start; i < Math.Min(start + 4096, x.Length); i++)
                accumulators[(i - start) % 64] = enter(accumulators[(i - start) % 64], x[i]);
            sums.Add(Tree(accumulators, 0, 1));
        }

        while (sums.Count > 1)
            sums = sums.Chunk(2).Select(pair => pair.Length == 2 ? pair[0] + pair[1] : pair[0]).ToList();
        return sums.Count == 0 ? 0 : sums[0];
    }

    [Test]
    public void The_depth_is_that_of_the_longest_way_through_the_shape()
    {
        for (int blocks = 1; blocks <= 40; blocks++)
        {
            // 64 elements enter each accumulator, the tree of accumulators is 6 high, that of the blocks ⌈log₂ blocks⌉.
            int height = System.Numerics.BitOperations.Log2((uint)(2 * blocks - 1));
            Assert.That(Reduction.Depth(4096L * blocks), Is.EqualTo(64 + 6 + height), $"{blocks} blocks");
        }

        Assert.That(new long[] { 0, 1, 64, 65, 4097 }.Select(Reduction.Depth), Is.EqualTo(new[] { 6, 7, 7, 8, 71 }));
    }

    private static float Tree(float[] a, int j, int half) =>
        half == 64 ? a[j] : Tree(a, j, 2 * half) + Tree(a, j + half, 2 * half);
}
