using System.Reflection;
using ILGPU;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using TrainingSpec.Numbers;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>What stands for the operations of <see cref="Rounded"/> while a kernel is compiled: one instruction with a rounding mode each.</summary>
/// <remarks>
/// The bodies only give signatures; <see cref="PtxArithmetic"/> and <see cref="ClArithmetic"/> emit the instructions. ILGPU's CPU accelerator compiles
/// nothing but runs the kernel's own .NET code, where <see cref="Rounded"/> itself is right.
/// </remarks>
internal static class KernelArithmetic
{
    /// <summary>Operations that each back end emits by itself; minimum and maximum are compiled from their bodies instead.</summary>
    public static readonly string[] Emitted =
    [
        nameof(Rounded.Add), nameof(Rounded.Subtract), nameof(Rounded.Multiply), nameof(Rounded.Divide), nameof(Rounded.Sqrt), nameof(Rounded.Fma),
        nameof(Rounded.IfLess),
    ];

    private static readonly Lock Gate = new();
    private static bool _remapped;

    [IntrinsicImplementation]
    public static float Add(float x, float y) => x + y;

    [IntrinsicImplementation]
    public static float Subtract(float x, float y) => x - y;

    [IntrinsicImplementation]
    public static float Multiply(float x, float y) => x * y;

    [IntrinsicImplementation]
    public static float Divide(float x, float y) => x / y;

    [IntrinsicImplementation]
    public static float Sqrt(float x) => MathF.Sqrt(x);

    [IntrinsicImplementation]
    public static float Fma(float x, float y, float z) => MathF.FusedMultiplyAdd(x, y, z);

    [IntrinsicImplementation]
    public static double Add(double x, double y) => x + y;

    [IntrinsicImplementation]
    public static double Subtract(double x, double y) => x - y;

    [IntrinsicImplementation]
    public static double Multiply(double x, double y) => x * y;

    [IntrinsicImplementation]
    public static double Divide(double x, double y) => x / y;

    [IntrinsicImplementation]
    public static double Sqrt(double x) => Math.Sqrt(x);

    [IntrinsicImplementation]
    public static double Fma(double x, double y, double z) => Math.FusedMultiplyAdd(x, y, z);

    // ILGPU 1.5.3 moves a constant from the left of a comparison to the right and takes the answer for NaN to be the other one then.
    [IntrinsicImplementation]
    public static float IfLess(float x, float y, float then, float otherwise) => x < y ? then : otherwise;

    [IntrinsicImplementation]
    public static double IfLess(double x, double y, double then, double otherwise) => x < y ? then : otherwise;

    // A device's own minimum and maximum drop NaN, and not every architecture has a form that keeps it.
    public static float Min(float x, float y) =>
        IfLess(x, y, x, IfLess(y, x, y, x == y ? (BitConverter.SingleToInt32Bits(x) < 0 ? x : y) : float.NaN));

    public static float Max(float x, float y) =>
        IfLess(y, x, x, IfLess(x, y, y, x == y ? (BitConverter.SingleToInt32Bits(x) < 0 ? y : x) : float.NaN));

    public static double Min(double x, double y) =>
        IfLess(x, y, x, IfLess(y, x, y, x == y ? (BitConverter.DoubleToInt64Bits(x) < 0 ? x : y) : double.NaN));

    public static double Max(double x, double y) =>
        IfLess(y, x, x, IfLess(x, y, y, x == y ? (BitConverter.DoubleToInt64Bits(x) < 0 ? y : x) : double.NaN));

    /// <summary>Makes the compilation of kernels in <paramref name="context"/> use the operations above.</summary>
    public static void Register(Context.Builder context)
    {
        Remap();
        IntrinsicImplementationManager manager = context.GetIntrinsicManager();
        foreach (MethodInfo method in Methods().Where(method => Emitted.Contains(method.Name)))
        {
            manager.RegisterMethod(method, PtxArithmetic.Intrinsic);
            manager.RegisterMethod(method, ClArithmetic.Intrinsic);
        }
    }

    // Only methods of our own are remapped, so that other users of ILGPU in the process notice nothing.
    private static void Remap()
    {
        lock (Gate)
        {
            if (_remapped)
                return;
            foreach (MethodInfo method in Methods())
            {
                Type[] types = Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType);
                MethodInfo rounded = typeof(Rounded).GetMethod(method.Name, types)
                    ?? throw new MissingMethodException(nameof(Rounded), method.Name);
                RemappedIntrinsics.AddRemapping(rounded, (ref ILGPU.Frontend.InvocationContext call) => call.Method = method);
            }

            _remapped = true;
        }
    }

    private static IEnumerable<MethodInfo> Methods() =>
        typeof(KernelArithmetic).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(float) || method.ReturnType == typeof(double));
}
