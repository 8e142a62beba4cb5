#if HAS_ILGPU
using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu.Kernels;
using TrainingSpec.Ilgpu.OpenCl;
using TrainingSpec.Ilgpu.Ptx;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>Neither ILGPU nor the driver's compiler writes an expression otherwise: the compiled text has the bits of the traps that tests/TrainingSpec.Tests/CompilerTraps compares with fractions.</summary>
public sealed class CompilerTrapTests
{
    private const int Count = 512;

    private static readonly float[] Edges = [0, float.NegativeZero, 1, 3, 10, 1 + 1 / 8388608f, 1 - 1 / 16777216f, 1 / 16777216f, float.MaxValue, 1.17549435e-38f, 1e-39f, float.Epsilon, float.PositiveInfinity, float.NaN];

    private static void Traps(ArrayView<Real32> x, ArrayView<Real64> y, ArrayView<Real32> answers, ArrayView<Real64> exact)
    {
        int at = Group.IdxX, count = Group.DimX;
        Real32 a = x[at], b = x[at + count], c = x[at + 2 * count];
        Real64 u = y[at], v = y[at + count], w = y[at + 2 * count];
        answers[at + 0 * count] = CompilerTraps.SumOfProduct(a, b, c);
        exact[at + 0 * count] = CompilerTraps.SumOfProduct(u, v, w);
        answers[at + 1 * count] = CompilerTraps.DifferenceOfProduct(a, b, c);
        exact[at + 1 * count] = CompilerTraps.DifferenceOfProduct(u, v, w);
        answers[at + 2 * count] = CompilerTraps.LessProduct(a, b, c);
        exact[at + 2 * count] = CompilerTraps.LessProduct(u, v, w);
        answers[at + 3 * count] = CompilerTraps.SumFromTheLeft(a, b, c);
        exact[at + 3 * count] = CompilerTraps.SumFromTheLeft(u, v, w);
        answers[at + 4 * count] = CompilerTraps.SumFromTheRight(a, b, c);
        exact[at + 4 * count] = CompilerTraps.SumFromTheRight(u, v, w);
        answers[at + 5 * count] = CompilerTraps.ProductFromTheLeft(a, b, c);
        exact[at + 5 * count] = CompilerTraps.ProductFromTheLeft(u, v, w);
        answers[at + 6 * count] = CompilerTraps.ProductFromTheRight(a, b, c);
        exact[at + 6 * count] = CompilerTraps.ProductFromTheRight(u, v, w);
        answers[at + 7 * count] = CompilerTraps.SumOfProducts(a, b, c);
        exact[at + 7 * count] = CompilerTraps.SumOfProducts(u, v, w);
        answers[at + 8 * count] = CompilerTraps.ProductOfSum(a, b, c);
        exact[at + 8 * count] = CompilerTraps.ProductOfSum(u, v, w);
        answers[at + 9 * count] = CompilerTraps.Quotient(a, b, c);
        exact[at + 9 * count] = CompilerTraps.Quotient(u, v, w);
        answers[at + 10 * count] = CompilerTraps.QuotientByThree(a, b, c);
        exact[at + 10 * count] = CompilerTraps.QuotientByThree(u, v, w);
        answers[at + 11 * count] = CompilerTraps.QuotientOfQuotient(a, b, c);
        exact[at + 11 * count] = CompilerTraps.QuotientOfQuotient(u, v, w);
        answers[at + 12 * count] = CompilerTraps.ProductOverFactor(a, b, c);
        exact[at + 12 * count] = CompilerTraps.ProductOverFactor(u, v, w);
        answers[at + 13 * count] = CompilerTraps.SumLessTerm(a, b, c);
        exact[at + 13 * count] = CompilerTraps.SumLessTerm(u, v, w);
        answers[at + 14 * count] = CompilerTraps.DifferencePlusTerm(a, b, c);
        exact[at + 14 * count] = CompilerTraps.DifferencePlusTerm(u, v, w);
        answers[at + 15 * count] = CompilerTraps.PlusZero(a, b, c);
        exact[at + 15 * count] = CompilerTraps.PlusZero(u, v, w);
        answers[at + 16 * count] = CompilerTraps.ZeroLess(a, b, c);
        exact[at + 16 * count] = CompilerTraps.ZeroLess(u, v, w);
        answers[at + 17 * count] = CompilerTraps.TimesZero(a, b, c);
        exact[at + 17 * count] = CompilerTraps.TimesZero(u, v, w);
        answers[at + 18 * count] = CompilerTraps.LessItself(a, b, c);
        exact[at + 18 * count] = CompilerTraps.LessItself(u, v, w);
        answers[at + 19 * count] = CompilerTraps.OverItself(a, b, c);
        exact[at + 19 * count] = CompilerTraps.OverItself(u, v, w);
        answers[at + 20 * count] = CompilerTraps.NegatedDifference(a, b, c);
        exact[at + 20 * count] = CompilerTraps.NegatedDifference(u, v, w);
        answers[at + 21 * count] = CompilerTraps.RootOfSquare(a, b, c);
        exact[at + 21 * count] = CompilerTraps.RootOfSquare(u, v, w);
        answers[at + 22 * count] = CompilerTraps.SquareOfRoot(a, b, c);
        exact[at + 22 * count] = CompilerTraps.SquareOfRoot(u, v, w);
        answers[at + 23 * count] = CompilerTraps.QuotientOfRoots(a, b, c);
        exact[at + 23 * count] = CompilerTraps.QuotientOfRoots(u, v, w);
        answers[at + 24 * count] = CompilerTraps.OverRoot(a, b, c);
        exact[at + 24 * count] = CompilerTraps.OverRoot(u, v, w);
        answers[at + 25 * count] = CompilerTraps.LostOfSum(a, b, c);
        exact[at + 25 * count] = CompilerTraps.LostOfSum(u, v, w);
        answers[at + 26 * count] = CompilerTraps.CompensatedSum(a, b, c);
        exact[at + 26 * count] = CompilerTraps.CompensatedSum(u, v, w);
        answers[at + 27 * count] = CompilerTraps.SmallProduct(a, b, c);
        exact[at + 27 * count] = CompilerTraps.SmallProduct(u, v, w);
        answers[at + 28 * count] = CompilerTraps.SmallSum(a, b, c);
        exact[at + 28 * count] = CompilerTraps.SmallSum(u, v, w);
        answers[at + 29 * count] = CompilerTraps.NotLess(a, b, c);
        exact[at + 29 * count] = CompilerTraps.NotLess(u, v, w);
        answers[at + 30 * count] = CompilerTraps.EqualToItself(a, b, c);
        exact[at + 30 * count] = CompilerTraps.EqualToItself(u, v, w);
        answers[at + 31 * count] = CompilerTraps.SumOfTenths(a, b, c);
        exact[at + 31 * count] = CompilerTraps.SumOfTenths(u, v, w);
    }

    [Test]
    public void The_PTX_executed_has_the_bits_of_what_is_written()
    {
        var machine = new PtxMachine(PtxModule.Parse(KernelText.Ptx(Kernel)));
        (float[] x, double[] y) = Inputs();
        PtxBuffer xs = machine.Copy<float>("x", x), ys = machine.Copy<double>("y", y);
        PtxBuffer answers = machine.Copy<float>("answers", new float[Names.Length * Count]), exact = machine.Copy<double>("exact", new double[Names.Length * Count]);
        machine.Launch("Kernel_" + nameof(Traps), 1, Count, 0, PtxMachine.View<float>(xs), PtxMachine.View<double>(ys), PtxMachine.View<float>(answers), PtxMachine.View<double>(exact));
        Require(MemoryMarshal.Cast<byte, float>(answers.Bytes), MemoryMarshal.Cast<byte, double>(exact.Bytes));
    }

    [Test]
    public void The_OpenCL_C_compiled_and_run_has_the_bits_of_what_is_written()
    {
        OpenClDeviceInfo? device = OpenClHost.Devices().FirstOrDefault(candidate => candidate.Refusal is null);
        if (device is null)
            Assert.Ignore(string.Join("; ", OpenClMachine.LeftOut()));
        using var machine = new OpenClMachine(device!);
        (float[] x, double[] y) = Inputs();
        KernelBuffer xs = machine.Copy<float>("x", x), ys = machine.Copy<double>("y", y);
        float[] single = new float[Names.Length * Count];
        double[] twice = new double[Names.Length * Count];
        KernelBuffer answers = machine.Copy<float>("answers", single), exact = machine.Copy<double>("exact", twice);
        machine.Launch(Kernel, 1, Count, 0, xs, ys, answers, exact);
        machine.Read<float>(answers, single);
        machine.Read<double>(exact, twice);
        Require(single, twice);
    }

    private static string[] Names { get; } = [.. CompilerTraps.Over<Real32>().Select(t => t.Key)];

    private static MethodInfo Kernel => typeof(CompilerTrapTests).GetMethod(nameof(Traps), BindingFlags.Static | BindingFlags.NonPublic)!;

    // Every pair of edges, the third of them drawn; in binary64 at its own edges beside.
    private static (float[] X, double[] Y) Inputs()
    {
        var random = new SplitMix(3);
        float[] x = [.. Enumerable.Range(0, 3 * Count).Select(i => i < Edges.Length * Edges.Length ? Edges[i / Edges.Length]
            : i >= Count && i < Count + Edges.Length * Edges.Length ? Edges[(i - Count) % Edges.Length]
            : (float)random.Sign() * (random.Below(2) == 0 ? Edges[random.Below(Edges.Length)] : (float)random.Magnitude(-3, 3)))];
        return (x, Array.ConvertAll(x, v => v == float.MaxValue ? double.MaxValue : v is 1e-39f ? 1e-310 : v is float.Epsilon ? double.Epsilon : v * (1 + Math.ScaleB(1, -52))));
    }

    private static void Require(ReadOnlySpan<float> single, ReadOnlySpan<double> twice)
    {
        (float[] x, double[] y) = Inputs();
        foreach ((int k, (string name, Func<Real32, Real32, Real32, Real32> trap)) in CompilerTraps.Over<Real32>().Index())
        {
            Func<Real64, Real64, Real64, Real64> exact = CompilerTraps.Over<Real64>()[k].Value;
            for (int i = 0; i < Count; i++)
            {
                float expected = trap(x[i], x[i + Count], x[i + 2 * Count]).Value;
                double expectedExactly = exact(y[i], y[i + Count], y[i + 2 * Count]).Value;
                if (DeviceCheck.Bits(single[k * Count + i]) != DeviceCheck.Bits(expected))
                    Assert.Fail(FormattableString.Invariant($"{name}({x[i]:R}, {x[i + Count]:R}, {x[i + 2 * Count]:R}) is {single[k * Count + i]:R} after compilation, {expected:R} as written"));
                if (BitConverter.DoubleToInt64Bits(twice[k * Count + i]) != BitConverter.DoubleToInt64Bits(expectedExactly) && !(double.IsNaN(twice[k * Count + i]) && double.IsNaN(expectedExactly)))
                    Assert.Fail(FormattableString.Invariant($"{name}({y[i]:R}, {y[i + Count]:R}, {y[i + 2 * Count]:R}) is {twice[k * Count + i]:R} after compilation, {expectedExactly:R} as written"));
            }
        }
    }
}
#endif
