using System.Runtime.InteropServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class LanesTests
{
    private static readonly float[] Special =
    [
        0, -0f, 1, -1, 0.5f, -2.5f, 3, 7, float.Epsilon, -float.Epsilon, 1e-40f, -3e-39f, 1.17549435e-38f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 88.72284f, -103.97f, -87.4f, 1e10f, 1048576f, 3.0e38f, 1.5707964f, 8388609f, 0.99999994f, 1.0000001f,
    ];

    // Every member of IReal, as one function of three numbers each.
    private static T[] Members<T>(T x, T y, T z) where T : IReal<T> =>
    [
        x + y, x - y, x * y, x / y, -x, T.Of(0.1), T.Pi, T.Sqrt(x), T.Exp(x), T.Log(x), T.Cos(x), T.Sin(x), T.Tanh(x), T.Erf(x), T.Expm1(x), T.Log1p(x), T.Erfc(x), T.NormalTwiceBelow(x), T.NormalBell(x), T.Normal(y).TwiceBelow, T.Normal(y).Bell, T.Pow(x, y), T.Pow(T.Abs(x), z), T.Power(x, T.Floor(T.Abs(y))), T.Power(x, y), T.Abs(x),
        T.Min(x, y), T.Max(x, y), T.Floor(x), T.Fma(x, y, z), T.BinaryScale(x), T.IfLess(x, y, z, x), T.IfEqual(x, y, z, x), T.IfEqual(x, x, y, z),
    ];

    private static bool SameBits(float a, float b) =>
        BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));

    private static bool SameBits(double a, double b) =>
        BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));

    private static float[] Values(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = random.Next(4) switch
            {
                0 => Special[random.Next(Special.Length)],
                1 => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)),
                2 => (float)(200 * random.NextDouble() - 100),
                _ => random.Next(20),
            };
        return values;
    }

    [Test]
    public void Arrays_of_every_length_have_the_bits_of_the_scalar()
    {
        for (int length = 0; length <= 2 * WideLanes.Count + 1; length++)
            for (int seed = 0; seed < 8; seed++)
                AssertSame(Values(length, 3 * seed + 100 * length), Values(length, 3 * seed + 100 * length + 1), Values(length, 3 * seed + 100 * length + 2));
    }

    [Test]
    public void Long_arrays_have_the_bits_of_the_scalar() => AssertSame(Values(30_011, 1), Values(30_011, 2), Values(30_011, 3));

    [Test]
    public void All_pairs_of_special_values_have_the_bits_of_the_scalar()
    {
        var pairs = Special.SelectMany(x => Special.Select(y => (x, y))).ToArray();
        AssertSame([.. pairs.Select(p => p.x)], [.. pairs.Select(p => p.y)], [.. pairs.Select(p => p.x / 3)]);
    }

    [Test]
    public void Double_lanes_have_the_bits_of_the_scalar()
    {
        AssertDoubleLanes<Lanes64>();
        AssertDoubleLanes<WideLanes64>();
    }

    private static int CountOf<T>() where T : unmanaged => MemoryMarshal.Cast<T, double>(new T[1].AsSpan()).Length;

    private static T From<T>(ReadOnlySpan<double> values) where T : unmanaged => MemoryMarshal.Cast<double, T>(values)[0];

    private static double[] Values<T>(T lanes) where T : unmanaged => MemoryMarshal.Cast<T, double>([lanes]).ToArray();

    private static void AssertDoubleLanes<T>() where T : unmanaged, IBinary64<T>
    {
        var random = new Random(20260601);
        double[] special = [0, -0.0, 1, double.Epsilon, -1e-310, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 709.78, -745.1, -720, 1e22, 1048576];
        double[][] inputs = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 4000).Select(i => random.Next(3) switch
        {
            0 => special[random.Next(special.Length)],
            1 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
            _ => 1000 * random.NextDouble() - 500,
        }).ToArray())];
        int count = CountOf<T>();
        for (int start = 0; start + count <= 4000; start += count)
        {
            double[][] lanes = [.. Members(From<T>(inputs[0].AsSpan(start)), From<T>(inputs[1].AsSpan(start)), From<T>(inputs[2].AsSpan(start))).Select(Values)];
            for (int i = 0; i < count; i++)
            {
                Real64[] scalars = Members<Real64>(inputs[0][start + i], inputs[1][start + i], inputs[2][start + i]);
                for (int member = 0; member < scalars.Length; member++)
                {
                    if (!SameBits(lanes[member][i], scalars[member]))
                        Assert.Fail($"member {member} of {inputs[0][start + i]:R}, {inputs[1][start + i]:R}, {inputs[2][start + i]:R}: {lanes[member][i]:R}, scalar {scalars[member]}");
                }
            }
        }
    }

    // What the elementary functions use beyond IReal, each within its domain.
    private static T[] BitMembers<T>(T normal, T high, T low, T whole) where T : IBinary64<T>
    {
        var (significand, exponent) = T.SplitAtRootHalf(T.Abs(normal));
        return
        [
            T.PowerOfTwo(whole), T.Exponent(normal), T.Significand(normal), T.RoundToOdd(high, low), significand, exponent, T.InQuadrant(whole, high, low),
            T.AtMost(high, normal), T.AtLeast(high, normal), T.WithSignOf(high, low),
        ];
    }

    [Test]
    public void Bit_operations_of_double_lanes_have_the_bits_of_the_scalar()
    {
        AssertBitOperations<Lanes64>();
        AssertBitOperations<WideLanes64>();
    }

    private static void AssertBitOperations<T>() where T : unmanaged, IBinary64<T>
    {
        var random = new Random(20260602);
        int count = CountOf<T>();
        var (normal, high, low, whole) = (new double[count], new double[count], new double[count], new double[count]);
        for (int round = 0; round < 5000; round++)
        {
            for (int i = 0; i < count; i++)
            {
                whole[i] = random.Next(-1022, 1024);
                normal[i] = Math.ScaleB(1 + random.NextDouble(), random.Next(-1022, 1024)) * (1 - 2 * random.Next(2));
                double wide = 2 * random.NextDouble() - 1, narrow = random.Next(4) == 0 ? 0 : (2 * random.NextDouble() - 1) * 1e-16;
                (high[i], low[i]) = (wide + narrow, narrow - ((wide + narrow) - wide));
            }
            double[][] lanes = [.. BitMembers(From<T>(normal), From<T>(high), From<T>(low), From<T>(whole)).Select(Values)];
            for (int i = 0; i < count; i++)
            {
                Real64[] scalars = BitMembers<Real64>(normal[i], high[i], low[i], whole[i]);
                for (int member = 0; member < scalars.Length; member++)
                {
                    if (!SameBits(lanes[member][i], scalars[member]))
                        Assert.Fail($"member {member} of {normal[i]:R}, {high[i]:R} + {low[i]:R}, {whole[i]}: {lanes[member][i]:R}, scalar {scalars[member]}");
                }
                Assert.That((double)scalars[0], Is.EqualTo(Math.ScaleB(1, (int)whole[i])));
                Assert.That((double)scalars[1], Is.EqualTo(Math.ILogB(normal[i])));
                Assert.That((double)scalars[2], Is.EqualTo(Math.ScaleB(Math.Abs(normal[i]), -Math.ILogB(normal[i]))));
                // To odd: the neighbour on the side of the low part, unless the high part is odd or exact.
                bool odd = (BitConverter.DoubleToInt64Bits(high[i]) & 1) == 1;
                double expected = low[i] == 0 || odd ? high[i] : low[i] > 0 ? Math.BitIncrement(high[i]) : Math.BitDecrement(high[i]);
                Assert.That((double)scalars[3], Is.EqualTo(expected));
                Assert.That((double)scalars[4], Is.InRange(Math.Sqrt(0.5), Math.BitDecrement(Math.Sqrt(2))));
                Assert.That(Math.ScaleB(scalars[4], (int)(double)scalars[5]), Is.EqualTo(Math.Abs(normal[i])));
                int quadrant = ((int)whole[i] % 4 + 4) % 4;
                Assert.That((double)scalars[6], Is.EqualTo((quadrant % 2 == 0 ? high[i] : low[i]) * (quadrant < 2 ? 1 : -1)));
                Assert.That((double)scalars[7], Is.EqualTo(Math.Min(high[i], normal[i])));
                Assert.That((double)scalars[8], Is.EqualTo(Math.Max(high[i], normal[i])));
                Assert.That((double)scalars[9], Is.EqualTo(Math.CopySign(high[i], low[i])));
            }
        }
    }

    [Test]
    public void Fma_rounds_once()
    {
        // (1 + 2^-12)² − 1 needs 25 bits: a product that is rounded first loses the last.
        float x = 1 + MathF.ScaleB(1, -12);
        var exact = (float)((double)x * x - (1 + MathF.ScaleB(1, -11)));
        var result = Lanes.Fma(Lanes.Of(x), Lanes.Of(x), Lanes.Of(-(1 + MathF.ScaleB(1, -11))));
        Assert.Multiple(() =>
        {
            Assert.That(result.Value[0], Is.EqualTo(exact));
            Assert.That(exact, Is.Not.EqualTo(x * x - (1 + MathF.ScaleB(1, -11))));
        });
    }

    [Test]
    public void Partial_loads_fill_and_partial_stores_leave_the_rest()
    {
        float[] source = [1, 2, 3], target = [9, 9, 9];
        Lanes lanes = Lanes.LoadPartial(source.AsSpan(0, 2), 5);
        lanes.StorePartial(target.AsSpan(0, 1));
        Assert.Multiple(() =>
        {
            Assert.That(lanes.Value[1], Is.EqualTo(2));
            Assert.That(lanes.Value[2], Is.EqualTo(5));
            Assert.That(target, Is.EqualTo(new float[] { 1, 9, 9 }));
        });
    }

    // One member after the other over whole arrays, for each kind of lanes.
    private static void AssertSame(float[] x, float[] y, float[] z)
    {
        AssertSame<Lanes>(x, y, z);
        AssertSame<WideLanes>(x, y, z);
    }

    private static void AssertSame<T>(float[] x, float[] y, float[] z)
        where T : unmanaged, ILanes<T>
    {
        T[] lanesX = Filled<T>(x), lanesY = Filled<T>(y), lanesZ = Filled<T>(z);
        T[][] results = [.. lanesX.Select((_, i) => Members(lanesX[i], lanesY[i], lanesZ[i]))];
        for (int i = 0; i < x.Length; i++)
        {
            Real32[] scalars = Members<Real32>(x[i], y[i], z[i]);
            for (int member = 0; member < scalars.Length; member++)
            {
                float result = MemoryMarshal.Cast<T, float>(new ReadOnlySpan<T>(in results[i / T.Count][member]))[i % T.Count];
                if (!SameBits(result, scalars[member]))
                    Assert.Fail($"member {member} of {x[i]:R}, {y[i]:R}, {z[i]:R} at {i} of {x.Length}, {T.Count} lanes: {result:R}, scalar {scalars[member]}");
            }
        }
    }

    private static T[] Filled<T>(float[] values)
        where T : unmanaged, ILanes<T>
    {
        var lanes = new T[(values.Length + T.Count - 1) / T.Count];
        values.CopyTo(MemoryMarshal.Cast<T, float>(lanes.AsSpan()));
        return lanes;
    }
}
