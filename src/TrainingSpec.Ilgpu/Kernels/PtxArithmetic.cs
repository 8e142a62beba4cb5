using System.Diagnostics.CodeAnalysis;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Emits PTX with an explicit rounding to nearest, ties to even, which no later compiler may contract.</summary>
/// <remarks>Source: PTX ISA, "Floating Point Instructions": an add or mul without a rounding mode may become part of a fused operation.</remarks>
internal static class PtxArithmetic
{
    /// <summary>The intrinsic to register for each operation of <see cref="KernelArithmetic.Emitted"/>.</summary>
    public static PTXIntrinsic Intrinsic => new(typeof(PtxArithmetic), nameof(Emit), IntrinsicImplementationMode.GenerateCode);

    [SuppressMessage("Style", "IDE0060", Justification = "the signature is ILGPU's handler")]
    private static void Emit(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        var call = (MethodCall)value;
        string operation = call.Target.Source.Name switch
        {
            nameof(KernelArithmetic.Add) => "add",
            nameof(KernelArithmetic.Subtract) => "sub",
            nameof(KernelArithmetic.Multiply) => "mul",
            nameof(KernelArithmetic.Divide) => "div",
            nameof(KernelArithmetic.Sqrt) => "sqrt",
            nameof(KernelArithmetic.Fma) => "fma",
            nameof(KernelArithmetic.IfLess) => "setp.lt",
            string other => throw new NotSupportedException($"no PTX instruction for {other}"),
        };
        string type = value.BasicValueType switch
        {
            BasicValueType.Float32 => "f32",
            BasicValueType.Float64 => "f64",
            BasicValueType other => throw new NotSupportedException($"no PTX instruction for {other}"),
        };
        var operands = new RegisterAllocator<PTXRegisterKind>.PrimitiveRegister[call.Count];
        for (int i = 0; i < operands.Length; i++)
            operands[i] = generator.LoadPrimitive(call[i]);
        RegisterAllocator<PTXRegisterKind>.HardwareRegister target = generator.AllocateHardware(value);
        if (operation == "setp.lt")
        {
            EmitIfLess(generator, type, target, operands);
            return;
        }

        using PTXCodeGenerator.CommandEmitter command = generator.BeginCommand($"{operation}.rn.{type}");
        command.AppendArgument(target);
        foreach (RegisterAllocator<PTXRegisterKind>.PrimitiveRegister operand in operands)
            command.AppendArgument(operand);
    }

    private static void EmitIfLess(
        PTXCodeGenerator generator,
        string type,
        RegisterAllocator<PTXRegisterKind>.HardwareRegister target,
        RegisterAllocator<PTXRegisterKind>.PrimitiveRegister[] operands)
    {
        RegisterAllocator<PTXRegisterKind>.HardwareRegister less = generator.AllocateRegister(BasicValueType.Int1, PTXRegisterKind.Predicate);
        using (PTXCodeGenerator.CommandEmitter comparison = generator.BeginCommand($"setp.lt.{type}"))
        {
            comparison.AppendArgument(less);
            comparison.AppendArgument(operands[0]);
            comparison.AppendArgument(operands[1]);
        }

        using (PTXCodeGenerator.CommandEmitter selection = generator.BeginCommand($"selp.{type}"))
        {
            selection.AppendArgument(target);
            selection.AppendArgument(operands[2]);
            selection.AppendArgument(operands[3]);
            selection.AppendArgument(less);
        }

        generator.FreeRegister(less);
    }
}
