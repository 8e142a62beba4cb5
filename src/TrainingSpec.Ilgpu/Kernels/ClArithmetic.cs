using System.Diagnostics.CodeAnalysis;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Emits OpenCL C in which nothing is left to contract: a product is written as a fused x·y + (−0), which rounds once to the product itself.</summary>
/// <remarks>Source: OpenCL C specification, "FP_CONTRACT" and "fma". Not run on hardware: no OpenCL device that ILGPU accepts was at hand.</remarks>
internal static class ClArithmetic
{
    /// <summary>The intrinsic to register for each operation of <see cref="KernelArithmetic.Emitted"/>.</summary>
    public static CLIntrinsic Intrinsic => new(typeof(ClArithmetic), nameof(Emit), IntrinsicImplementationMode.GenerateCode);

    [SuppressMessage("Style", "IDE0060", Justification = "the signature is ILGPU's handler")]
    private static void Emit(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        (string opening, string[] separators, string closing) = call.Target.Source.Name switch
        {
            nameof(KernelArithmetic.Add) => ("(", [" + "], ")"),
            nameof(KernelArithmetic.Subtract) => ("(", [" - "], ")"),
            nameof(KernelArithmetic.Multiply) => ("fma(", [", "], value.BasicValueType == BasicValueType.Float32 ? ", -0.0f)" : ", -0.0)"),
            nameof(KernelArithmetic.Divide) => ("(", [" / "], ")"),
            nameof(KernelArithmetic.Sqrt) => ("sqrt(", Array.Empty<string>(), ")"),
            nameof(KernelArithmetic.Fma) => ("fma(", [", ", ", "], ")"),
            nameof(KernelArithmetic.IfLess) => ("(", [" < ", " ? ", " : "], ")"),
            string other => throw new NotSupportedException($"no OpenCL expression for {other}"),
        };
        var target = generator.Allocate(value);
        using CLCodeGenerator.StatementEmitter statement = generator.BeginStatement(target);
        statement.AppendCommand(opening);
        for (int i = 0; i < call.Count; i++)
        {
            if (i > 0)
                statement.AppendCommand(separators[i - 1]);

            // ILGPU writes the constant 2.0 as 2, which is a whole number to OpenCL C: sqrt(2) names no function, and (1 / 3) would be 0.
            statement.AppendCommand(call[i].BasicValueType == BasicValueType.Float32 ? "(float)" : "(double)");
            statement.Append(generator.Load(call[i]));
        }

        statement.AppendCommand(closing);
    }
}
