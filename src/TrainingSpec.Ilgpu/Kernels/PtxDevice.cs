using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Ilgpu.Ptx;
using TrainingSpec.Numbers;
using Device = TrainingSpec.Devices.Device;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The PTX of the kernels, executed by the machine: what a GPU would be given is what runs.</summary>
/// <param name="groups">The most groups of a launch; kernels stride over the rest.</param>
/// <param name="groupSize">Threads of a group.</param>
internal sealed class PtxDevice(int groups, int groupSize)
    : Device("ptx", DeviceKind.Ptx, "the kernels' PTX, executed instruction by instruction, each rounded as PTX says: slow by nature")
{
    private static readonly ConcurrentDictionary<string, PtxModule> Modules = new();

    /// <summary>Few threads, yet more than one group and more than one stride in every dimension.</summary>
    public static DeviceEntry Entry
    {
        get
        {
            using var device = new PtxDevice(3, 48);
            return new DeviceEntry(device.Name, device.Kind, device.Description, () => new PtxDevice(3, 48));
        }
    }

    /// <inheritdoc/>
    protected override void RunAdamStep(
        Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients)
    {
        PtxMachine machine = Machine(nameof(TrainingKernels.AdamStep));
        PtxBuffer thetas = machine.Copy<float>("theta", theta.Span), ms = machine.Copy<float>("m", m.Span), vs = machine.Copy<float>("v", v.Span);
        PtxBuffer gradients = machine.Copy("gradient", gradient.Span);
        Launch(
            machine, nameof(TrainingKernels.AdamStep), (theta.Length + groupSize - 1) / groupSize, 0,
            View(thetas), View(ms), View(vs), View(gradients), PtxMachine.Value(coefficients));
        CopyBack(thetas, theta);
        CopyBack(ms, m);
        CopyBack(vs, v);
    }

    /// <inheritdoc/>
    protected override void RunSoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
    {
        PtxMachine machine = Machine(nameof(TrainingKernels.SoftmaxCrossEntropyRows));
        PtxBuffer x = machine.Copy("logits", logits.Span), t = machine.Copy("targets", targets.Span);
        PtxBuffer l = machine.Allocate<float>("losses", losses.Length), g = machine.Allocate<float>("gradient", gradient.Length);
        PtxBuffer sums = machine.Allocate<float>("blockSums", targets.Length * Blocks(classes));
        Launch(
            machine, nameof(TrainingKernels.SoftmaxCrossEntropyRows), targets.Length, TrainingKernels.SoftmaxCells(groupSize) * sizeof(float),
            View(x), PtxMachine.View<int>(t), View(l), View(g), View(sums), PtxMachine.Value(classes), PtxMachine.Value((int)of));
        CopyBack(l, losses);
        CopyBack(g, gradient);
    }

    /// <inheritdoc/>
    protected override float RunSumOfSquares(ReadOnlyMemory<float> x)
    {
        PtxMachine machine = Machine(nameof(TrainingKernels.SumOfSquares));
        PtxBuffer elements = machine.Copy("x", x.Span), blockSums = machine.Allocate<float>("blockSums", Blocks(x.Length));
        Launch(machine, nameof(TrainingKernels.SumOfSquares), Blocks(x.Length), TrainingKernels.SumOfSquaresCells * sizeof(float), View(elements), View(blockSums));
        var sums = new float[Blocks(x.Length)];
        CopyBack(blockSums, sums);
        return Reduction.Pairwise(MemoryMarshal.Cast<float, Real32>(sums.AsSpan()));
    }

    private static PtxMachine Machine(string kernel) => new(Modules.GetOrAdd(kernel, name => PtxModule.Parse(KernelText.Ptx(name))));

    private static int Blocks(int count) => (count + Reduction.BlockLength - 1) / Reduction.BlockLength;

    private static byte[] View(PtxBuffer buffer) => PtxMachine.View<float>(buffer);

    // ILGPU names an entry after the method.
    private void Launch(PtxMachine machine, string kernel, int wanted, int shared, params byte[][] arguments) =>
        machine.Launch("Kernel_" + kernel, Math.Min(groups, wanted), groupSize, shared, arguments);

    private static void CopyBack(PtxBuffer buffer, Memory<float> x)
    {
        if (buffer.FirstUnwritten() is int unwritten && unwritten >= 0)
            throw new PtxFaultException(PtxFaultKind.Unwritten, FormattableString.Invariant($"the kernel left byte {unwritten} of its result unwritten"));
        MemoryMarshal.Cast<byte, float>(buffer.Bytes).CopyTo(x.Span);
    }
}
