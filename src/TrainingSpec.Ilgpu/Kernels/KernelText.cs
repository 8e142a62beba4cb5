using System.Reflection;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Compiles kernels to text where no GPU is needed.</summary>
internal static class KernelText
{
    /// <summary>Every kernel.</summary>
    public static readonly IReadOnlyList<string> Names =
        [nameof(TrainingKernels.AdamStep), nameof(TrainingKernels.SoftmaxCrossEntropyRows), nameof(TrainingKernels.SumOfSquares)];

    /// <summary>The PTX of a kernel for SM 9.0 and PTX ISA 8.0.</summary>
    public static string Ptx(string kernel)
    {
        if (!Names.Contains(kernel))
            throw new ArgumentException($"kernel = {kernel} is none of {string.Join(", ", Names)}", nameof(kernel));
        return Ptx(typeof(TrainingKernels).GetMethod(kernel)!);
    }

    /// <summary>The PTX of any explicitly grouped kernel.</summary>
    public static string Ptx(MethodInfo kernel)
    {
        // A context of its own: a failed compilation poisons the one it ran in.
        using Context context = Context.Create(builder => KernelArithmetic.Register(builder.DefaultCPU()));
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!);
        try
        {
            CompiledKernel compiled = backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty);
            return ((PTXCompiledKernel)compiled).PTXAssembly;
        }
        catch (InternalCompilerException failure)
        {
            throw new InvalidOperationException($"ILGPU cannot compile the kernel {kernel.Name}: {failure.InnerException?.Message ?? failure.Message}", failure);
        }
    }
}
