using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu.Ptx;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The PTX of the kernels, executed by the machine: what a GPU would be given is what runs.</summary>
/// <param name="groups">The most groups of a launch; kernels stride over the rest.</param>
/// <param name="groupSize">The most threads of a group.</param>
internal sealed class PtxKernelMachine(int groups, int groupSize) : IKernelMachine
{
    private const string Description = "the kernels' PTX, executed instruction by instruction, each rounded as PTX says: slow by nature";

    private static readonly ConcurrentDictionary<MethodInfo, PtxModule> Modules = new();

    private readonly PtxMachine _machine = new();

    /// <summary>Few threads, yet more than one group and more than one stride in every dimension.</summary>
    public static DeviceEntry Entry => new("ptx", DeviceKind.Ptx, Description, () => new KernelDevice("ptx", DeviceKind.Ptx, Description, new PtxKernelMachine(3, 48)));

    /// <inheritdoc/>
    public int GroupSize(int wanted) => Math.Min(groupSize, wanted);

    /// <inheritdoc/>
    public int Groups(int wanted) => Math.Min(groups, wanted);

    /// <inheritdoc/>
    public KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged
    {
        PtxBuffer buffer = _machine.Allocate<T>(name, length);
        return new Memory(buffer, PtxMachine.View<T>(buffer), length);
    }

    /// <inheritdoc/>
    public void Release(KernelBuffer buffer) => _machine.Release(((Memory)buffer).Cells);

    /// <inheritdoc/>
    public void Forget(KernelBuffer buffer) => ((Memory)buffer).Cells.MarkUnwritten();

    /// <inheritdoc/>
    public void Write<T>(KernelBuffer buffer, ReadOnlySpan<T> content)
        where T : unmanaged
    {
        PtxBuffer cells = ((Memory)buffer).Cells;
        MemoryMarshal.AsBytes(content).CopyTo(cells.Bytes);
        cells.MarkWritten();
    }

    /// <inheritdoc/>
    public void Read<T>(KernelBuffer buffer, Span<T> content)
        where T : unmanaged
    {
        PtxBuffer cells = ((Memory)buffer).Cells;
        if (cells.FirstUnwritten() is int unwritten && unwritten >= 0)
            throw new PtxFaultException(PtxFaultKind.Unwritten, FormattableString.Invariant($"the kernels left byte {unwritten} of {cells.Name} unwritten"));
        MemoryMarshal.Cast<byte, T>(cells.Bytes).CopyTo(content);
    }

    /// <inheritdoc/>
    /// <remarks>ILGPU names an entry after the method.</remarks>
    public void Launch(MethodInfo kernel, int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments) =>
        _machine.Launch(
            Modules.GetOrAdd(kernel, method => PtxModule.Parse(Accepted(method))), "Kernel_" + kernel.Name, groups, groupSize, sharedBytes,
            [.. arguments.Select(argument => argument.Buffer is Memory memory ? memory.View : argument.Bytes)]);

    /// <inheritdoc/>
    public void Dispose()
    {
        // All memory is this process's own.
    }

    // What the machine executes may still be what a GPU rounds another way.
    private static string Accepted(MethodInfo kernel)
    {
        string ptx = KernelText.Ptx(kernel);
        IReadOnlyList<string> reasons = PtxRefusal.Reasons(ptx);
        return reasons.Count == 0 ? ptx : throw new InvalidOperationException($"the PTX of the kernel {kernel.Name} is refused: {string.Join("; ", reasons)}");
    }

    private sealed class Memory(PtxBuffer cells, byte[] view, int length) : KernelBuffer(length)
    {
        public PtxBuffer Cells { get; } = cells;

        public byte[] View { get; } = view;
    }
}
