using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>What a device is made of.</summary>
public enum DeviceKind
{
    /// <summary>A plain loop over <see cref="Real32"/>: what every other device is compared with.</summary>
    Reference,

    /// <summary>SIMD lanes on threads of this processor.</summary>
    Cpu,

    /// <summary>ILGPU's simulation of a GPU on this processor.</summary>
    Simulator,

    /// <summary>The kernels' PTX, executed on this processor by a machine of this project.</summary>
    Ptx,

    /// <summary>The kernels' OpenCL C, compiled by this machine's OpenCL through a host of this project.</summary>
    OpenClText,

    /// <summary>An OpenCL device through ILGPU.</summary>
    OpenCL,

    /// <summary>A CUDA device through ILGPU.</summary>
    Cuda,
}

/// <summary>The loss whose gradient is wanted.</summary>
public enum GradientOf
{
    /// <summary>Each row's own loss: p − y.</summary>
    EachRow,

    /// <summary>The mean of the rows' losses: (p − y)/N.</summary>
    Mean,
}

/// <summary>Something that runs training operations in single precision, with the same bits as every other device.</summary>
/// <remarks>Tensors are flat; NaN counts as one value, its payload is not promised. A device is used by one thread at a time.</remarks>
public interface IDevice : IDisposable
{
    /// <summary>A short stable name, such as "cpu-8x2".</summary>
    string Name { get; }

    /// <summary>What it is made of.</summary>
    DeviceKind Kind { get; }

    /// <summary>One line for people.</summary>
    string Description { get; }

    /// <summary>The operations of a model's training step on this device; they live as long as the device.</summary>
    ITensorOperations<Real32> Operations { get; }

    /// <summary>One step of Adam or AdamW on a flat tensor, in place.</summary>
    /// <param name="theta">n parameters.</param>
    /// <param name="m">n first moments.</param>
    /// <param name="v">n second moments.</param>
    /// <param name="gradient">n gradients.</param>
    /// <param name="coefficients">What all elements share, as single precision holds it; hyperparameters that it holds with few digits are a matter of the optimizer's step on a device.</param>
    /// <exception cref="ArgumentException">The lengths differ, or tensors overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A coefficient lies outside its domain.</exception>
    void AdamStep(Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients);

    /// <summary>Softmax with cross-entropy of rows of logits against one target each: losses in nats and the gradient by the logits.</summary>
    /// <param name="logits">N·K logits, row by row.</param>
    /// <param name="targets">N classes, each in [0, K − 1].</param>
    /// <param name="classes">K ≥ 1.</param>
    /// <param name="losses">Receives N losses.</param>
    /// <param name="gradient">Receives N·K derivatives.</param>
    /// <param name="of">Of which loss the gradient is.</param>
    /// <exception cref="ArgumentException">A length does not fit N and K, or tensors overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class, or K &lt; 1.</exception>
    void SoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of);

    /// <summary>Σ xᵢ² in the fixed shape of <see cref="Reduction"/>; 0 for an empty tensor.</summary>
    /// <param name="x">n elements.</param>
    float SumOfSquares(ReadOnlyMemory<float> x);

    /// <summary>A formula of numbers at n lists of arguments, in single precision.</summary>
    /// <param name="formula">One of <see cref="FormulaCatalog.All"/> that takes numbers.</param>
    /// <param name="arguments">n values of its first parameter, then n of its second, and so on; whether they lie in its domains is not asked.</param>
    /// <param name="results">Receives n values.</param>
    /// <exception cref="ArgumentException">The formula takes a row or is none of the catalogue, the lengths do not fit, or tensors overlap.</exception>
    void Evaluate(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results);

    /// <summary>The same in double precision.</summary>
    /// <param name="formula">One of <see cref="FormulaCatalog.All"/> that takes numbers.</param>
    /// <param name="arguments">n values of its first parameter, then n of its second, and so on; whether they lie in its domains is not asked.</param>
    /// <param name="results">Receives n values.</param>
    /// <exception cref="ArgumentException">The formula takes a row or is none of the catalogue, the lengths do not fit, or tensors overlap.</exception>
    void Evaluate(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results);

    /// <summary>A formula of a row at n rows, in single precision.</summary>
    /// <param name="formula">One of <see cref="FormulaCatalog.All"/> that takes a row.</param>
    /// <param name="rows">n rows, one after the other; whether their elements lie in the formula's domain is not asked.</param>
    /// <param name="width">Elements of a row, at least 1.</param>
    /// <param name="results">Receives n rows, or n values where the formula gives one for a row.</param>
    /// <exception cref="ArgumentException">The formula takes numbers or is none of the catalogue, the lengths do not fit, or tensors overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">width &lt; 1.</exception>
    void EvaluateRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results);

    /// <summary>The same in double precision.</summary>
    /// <param name="formula">One of <see cref="FormulaCatalog.All"/> that takes a row.</param>
    /// <param name="rows">n rows, one after the other; whether their elements lie in the formula's domain is not asked.</param>
    /// <param name="width">Elements of a row, at least 1.</param>
    /// <param name="results">Receives n rows, or n values where the formula gives one for a row.</param>
    /// <exception cref="ArgumentException">The formula takes numbers or is none of the catalogue, the lengths do not fit, or tensors overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">width &lt; 1.</exception>
    void EvaluateRows(Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results);
}
