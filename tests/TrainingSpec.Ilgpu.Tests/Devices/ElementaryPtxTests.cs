#if HAS_ILGPU
using ILGPU;
using TrainingSpec.Ilgpu.Kernels;
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
        x[Group.IdxX] = Real32.Pow(x[Group.IdxX], x[Group.IdxX + 1]);
        y[Group.IdxX] = Real64.Pow(y[Group.IdxX], y[Group.IdxX + 1]);
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
        string ptx = KernelText.Ptx(typeof(ElementaryPtxTests).GetMethod(function, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!);
        Assert.That(PtxRefusal.Reasons(ptx), Is.Empty);
        foreach (string instruction in needed)
            Assert.That(ptx, Does.Contain(instruction));
    }
}
#endif
