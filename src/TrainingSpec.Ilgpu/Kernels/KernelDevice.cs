using System.Reflection;
using System.Runtime.InteropServices;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using Device = TrainingSpec.Devices.Device;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>A device that runs the kernels on some machine.</summary>
/// <param name="name">A short stable name.</param>
/// <param name="kind">What it is made of.</param>
/// <param name="description">One line for people.</param>
/// <param name="machine">What runs the kernels; it is disposed of with the device.</param>
internal sealed class KernelDevice(string name, DeviceKind kind, string description, IKernelMachine machine) : Device(name, kind, description)
{
    private readonly List<KernelBuffer> _taken = [];

    /// <inheritdoc/>
    protected override ITensorOperations<Real32> NewOperations() => new KernelOperations(machine);

    /// <inheritdoc/>
    protected override void RunAdamStep(
        Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients)
    {
        KernelBuffer thetas = Copy<Real32, float>("theta", theta.Span), ms = Copy<Real32, float>("m", m.Span), vs = Copy<Real32, float>("v", v.Span);
        machine.LaunchOver(KernelText.Method(nameof(TrainingKernels.AdamStep)), theta.Length, thetas, ms, vs, Copy<Real32, float>("gradient", gradient.Span), KernelArgument.Of(coefficients));
        Read<Real32, float>(thetas, theta.Span);
        Read<Real32, float>(ms, m.Span);
        Read<Real32, float>(vs, v.Span);
        ReleaseAll();
    }

    /// <inheritdoc/>
    protected override void RunSoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
    {
        KernelBuffer l = Allocate<Real32>("losses", losses.Length), g = Allocate<Real32>("gradient", gradient.Length);
        TrainingKernels.LaunchSoftmaxCrossEntropy(
            machine, Copy<Real32, float>("logits", logits.Span), Copy<int, int>("targets", targets.Span), l, g, Allocate<Real32>("blockSums", targets.Length * Reduction.Blocks(classes)), classes, of);
        Read<Real32, float>(l, losses.Span);
        Read<Real32, float>(g, gradient.Span);
        ReleaseAll();
    }

    /// <inheritdoc/>
    protected override float RunSumOfSquares(ReadOnlyMemory<float> x)
    {
        var sums = new Real32[Reduction.Blocks(x.Length)];
        KernelBuffer blockSums = Allocate<Real32>("blockSums", sums.Length);
        TrainingKernels.LaunchSumOfSquares(machine, Copy<Real32, float>("x", x.Span), blockSums, Real32.Of(1), 0);
        machine.Read<Real32>(blockSums, sums);
        ReleaseAll();
        return Reduction.Pairwise<Real32>(sums);
    }

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results) =>
        Run<Real32, float>(FormulaKernels.Single(formula), arguments.Span, results.Span);

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results) =>
        Run<Real64, double>(FormulaKernels.Double(formula), arguments.Span, results.Span);

    /// <inheritdoc/>
    protected override void RunRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results) =>
        RunRows<Real32, float>(FormulaKernels.Single(formula), rows.Span, width, results.Span);

    /// <inheritdoc/>
    protected override void RunRows(Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results) =>
        RunRows<Real64, double>(FormulaKernels.Double(formula), rows.Span, width, results.Span);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        machine.Dispose();
        base.Dispose(disposing);
    }

    private void Run<T, TFloat>(MethodInfo kernel, ReadOnlySpan<TFloat> arguments, Span<TFloat> results)
        where T : unmanaged
        where TFloat : unmanaged
    {
        KernelBuffer values = Allocate<T>("results", results.Length);
        machine.LaunchOver(kernel, results.Length, Copy<T, TFloat>("arguments", arguments), values);
        Read<T, TFloat>(values, results);
        ReleaseAll();
    }

    // A thread takes rows, with room of its own.
    private void RunRows<T, TFloat>(MethodInfo kernel, ReadOnlySpan<TFloat> rows, int width, Span<TFloat> results)
        where T : unmanaged
        where TFloat : unmanaged
    {
        int count = rows.Length / width;
        KernelBuffer values = Allocate<T>("results", results.Length), room = Allocate<T>("room", checked(machine.RowThreads(count) * RowRoom.Cells(width)));
        machine.LaunchOverRows(kernel, count, Copy<T, TFloat>("rows", rows), values, room, width);
        Read<T, TFloat>(values, results);
        ReleaseAll();
    }

    private KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged => Taken(machine.Allocate<T>(name, length));

    private KernelBuffer Copy<T, TFloat>(string name, ReadOnlySpan<TFloat> content)
        where T : unmanaged
        where TFloat : unmanaged => Taken(machine.Copy(name, MemoryMarshal.Cast<TFloat, T>(content)));

    private void Read<T, TFloat>(KernelBuffer buffer, Span<TFloat> content)
        where T : unmanaged
        where TFloat : unmanaged => machine.Read(buffer, MemoryMarshal.Cast<TFloat, T>(content));

    private KernelBuffer Taken(KernelBuffer buffer)
    {
        _taken.Add(buffer);
        return buffer;
    }

    private void ReleaseAll()
    {
        foreach (KernelBuffer buffer in _taken)
            machine.Release(buffer);
        _taken.Clear();
    }
}
