#if HAS_ILGPU
using System.Runtime.InteropServices;
using ILGPU;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu.Kernels;
using TrainingSpec.Ilgpu.OpenCl;
using TrainingSpec.Ilgpu.Ptx;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>Elementary functions compile to PTX that gives the reference's bits: nothing is approximated, fused behind our back, or left to a library.</summary>
[TestFixture]
public class ElementaryPtxTests
{
    // One for float and one for double, since the two go different ways.
    private static void Exp(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Exp(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Exp(y[Group.IdxX]);
    }

    private static void Log(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Log(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Log(y[Group.IdxX]);
    }

    private static void Cos(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Cos(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Cos(y[Group.IdxX]);
    }

    private static void Sin(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Sin(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Sin(y[Group.IdxX]);
    }

    private static void Tanh(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Tanh(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Tanh(y[Group.IdxX]);
    }

    private static void Erf(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Erf(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Erf(y[Group.IdxX]);
    }

    private static void Expm1(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Expm1(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Expm1(y[Group.IdxX]);
    }

    private static void Log1p(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Log1p(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Log1p(y[Group.IdxX]);
    }

    private static void Erfc(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Erfc(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Erfc(y[Group.IdxX]);
    }

    // With a constant exponent ILGPU 1.5.3 itself fails while it folds constants.
    private static void Pow(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Pow(x[Group.IdxX], x[Group.IdxX + Group.DimX]);
        y[Group.IdxX] = Real64.Pow(y[Group.IdxX], y[Group.IdxX + Group.DimX]);
    }

    private static void Power(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Power(x[Group.IdxX], Real32.Of(5));
        y[Group.IdxX] = Real64.Power(y[Group.IdxX], Real64.Of(5));
    }

    private static void BinaryScale(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.BinaryScale(x[Group.IdxX]);
        y[Group.IdxX] = Real64.BinaryScale(y[Group.IdxX]);
    }

    private static void Floor(ArrayView<Real32> x, ArrayView<Real64> y)
    {
        x[Group.IdxX] = Real32.Floor(x[Group.IdxX]);
        y[Group.IdxX] = Real64.Floor(y[Group.IdxX]);
    }

    // What the text cannot do without, so that an empty or wrong one is not accepted.
    [TestCase(nameof(Exp), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Log), "fma.rn.f64", "div.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Cos), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Sin), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Tanh), "fma.rn.f64", "div.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Erf), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Expm1), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Log1p), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Erfc), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Pow), "fma.rn.f64", "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Power), "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(BinaryScale), "mul.rn.f64", "cvt.rn.f32.f64")]
    [TestCase(nameof(Floor), "cvt.rmi.f32.f32", "cvt.rmi.f64.f64")]
    public void The_PTX_is_accepted(string function, params string[] needed)
    {
        string ptx = Text(function);
        Assert.That(PtxRefusal.Reasons(ptx), Is.Empty);
        foreach (string instruction in needed)
            Assert.That(ptx, Does.Contain(instruction));
    }

    private static readonly object[] Functions =
    [
        new object[] { nameof(Exp), (Func<Real32, Real32, Real32>)((x, _) => Real32.Exp(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Exp(x)) },
        new object[] { nameof(Log), (Func<Real32, Real32, Real32>)((x, _) => Real32.Log(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Log(x)) },
        new object[] { nameof(Cos), (Func<Real32, Real32, Real32>)((x, _) => Real32.Cos(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Cos(x)) },
        new object[] { nameof(Sin), (Func<Real32, Real32, Real32>)((x, _) => Real32.Sin(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Sin(x)) },
        new object[] { nameof(Tanh), (Func<Real32, Real32, Real32>)((x, _) => Real32.Tanh(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Tanh(x)) },
        new object[] { nameof(Erf), (Func<Real32, Real32, Real32>)((x, _) => Real32.Erf(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Erf(x)) },
        new object[] { nameof(Erfc), (Func<Real32, Real32, Real32>)((x, _) => Real32.Erfc(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Erfc(x)) },
        new object[] { nameof(Log1p), (Func<Real32, Real32, Real32>)((x, _) => Real32.Log1p(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Log1p(x)) },
        new object[] { nameof(Expm1), (Func<Real32, Real32, Real32>)((x, _) => Real32.Expm1(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Expm1(x)) },
        new object[] { nameof(Pow), (Func<Real32, Real32, Real32>)Real32.Pow, (Func<Real64, Real64, Real64>)Real64.Pow },
        new object[] { nameof(Power), (Func<Real32, Real32, Real32>)((x, _) => Real32.Power(x, Real32.Of(5))), (Func<Real64, Real64, Real64>)((x, _) => Real64.Power(x, Real64.Of(5))) },
        new object[] { nameof(BinaryScale), (Func<Real32, Real32, Real32>)((x, _) => Real32.BinaryScale(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.BinaryScale(x)) },
        new object[] { nameof(Floor), (Func<Real32, Real32, Real32>)((x, _) => Real32.Floor(x)), (Func<Real64, Real64, Real64>)((x, _) => Real64.Floor(x)) },
    ];

    [TestCaseSource(nameof(Functions))]
    public void The_PTX_executed_has_the_bits_of_the_reference(string function, Func<Real32, Real32, Real32> single, Func<Real64, Real64, Real64> exact)
    {
        const int Threads = 1000;
        float[] x = Inputs(2 * Threads);
        double[] y = Array.ConvertAll(Inputs(2 * Threads), v => v * 1.0000000123);
        (float[] computed, double[] computedExactly) = OnMachine(function, x, y, Threads);
        RequireReference(function, x, y, computed, computedExactly, single, exact);
    }

    [TestCaseSource(nameof(Functions))]
    public void The_OpenCL_C_compiled_and_run_has_the_bits_of_the_reference(string function, Func<Real32, Real32, Real32> single, Func<Real64, Real64, Real64> exact)
    {
        OpenClDeviceInfo? device = OpenClHost.Devices().FirstOrDefault(candidate => candidate.Refusal is null);
        if (device is null)
            Assert.Ignore(string.Join("; ", OpenClMachine.LeftOut()));
        const int Threads = 4096;
        float[] x = Inputs(2 * Threads);
        double[] y = Array.ConvertAll(Inputs(2 * Threads), v => v * 1.0000000123);
        using var machine = new OpenClMachine(device!);
        KernelBuffer xs = machine.Copy<float>("x", x), ys = machine.Copy<double>("y", y);
        machine.Launch(Method(function), 1, Threads, 0, xs, ys);
        float[] computed = new float[x.Length];
        double[] computedExactly = new double[y.Length];
        machine.Read<float>(xs, computed);
        machine.Read<double>(ys, computedExactly);
        RequireReference(function, x, y, computed, computedExactly, single, exact);
    }

    private static (float[] Single, double[] Exact) OnMachine(string function, float[] x, double[] y, int threads)
    {
        var machine = new PtxMachine(PtxModule.Parse(Text(function)));
        PtxBuffer xs = machine.Copy<float>("x", x), ys = machine.Copy<double>("y", y);
        machine.Launch("Kernel_" + function, 1, threads, 0, PtxMachine.View<float>(xs), PtxMachine.View<double>(ys));
        return (MemoryMarshal.Cast<byte, float>(xs.Bytes).ToArray(), MemoryMarshal.Cast<byte, double>(ys.Bytes).ToArray());
    }

    private static void RequireReference(
        string function, float[] x, double[] y, float[] computed, double[] computedExactly, Func<Real32, Real32, Real32> single, Func<Real64, Real64, Real64> exact)
    {
        int threads = x.Length / 2;
        for (int i = 0; i < threads; i++)
        {
            float expected = single(new Real32(x[i]), new Real32(x[i + threads])).Value;
            if (DeviceCheck.Bits(computed[i]) != DeviceCheck.Bits(expected))
                Assert.Fail(FormattableString.Invariant($"{function}({x[i]:R}, {x[i + threads]:R}) is {computed[i]:R} after compilation, {expected:R} by the reference"));
            double expectedExactly = exact(new Real64(y[i]), new Real64(y[i + threads])).Value;
            if (BitConverter.DoubleToInt64Bits(computedExactly[i]) != BitConverter.DoubleToInt64Bits(expectedExactly) && !(double.IsNaN(computedExactly[i]) && double.IsNaN(expectedExactly)))
                Assert.Fail(FormattableString.Invariant($"{function}({y[i]:R}, {y[i + threads]:R}) is {computedExactly[i]:R} after compilation, {expectedExactly:R} by the reference"));
        }
    }

    private static string Text(string function) => KernelText.Ptx(Method(function));

    private static System.Reflection.MethodInfo Method(string function) =>
        typeof(ElementaryPtxTests).GetMethod(function, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!;

    // Special values, all magnitudes, and the range where functions bend.
    private static float[] Inputs(int count)
    {
        float[] inputs = [.. DeviceInputs.Values(count / 2, seed: 41), .. DeviceInputs.Ordinary(count - count / 2, seed: 42)];
        for (int i = 1; i < count; i += 3)
            inputs[i] = (i * 2654435761L % 40_000 - 20_000) / 1000f;
        return inputs;
    }
}
#endif
