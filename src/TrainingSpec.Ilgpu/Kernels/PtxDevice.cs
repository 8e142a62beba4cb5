using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using TrainingSpec.Devices;
using TrainingSpec.Ilgpu.Ptx;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>The PTX of the kernels, executed by the machine: what a GPU would be given is what runs.</summary>
/// <param name="groups">The most groups of a launch; kernels stride over the rest.</param>
/// <param name="groupSize">Threads of a group.</param>
internal sealed class PtxDevice(int groups, int groupSize)
    : KernelTextDevice("ptx", DeviceKind.Ptx, "the kernels' PTX, executed instruction by instruction, each rounded as PTX says: slow by nature", groups, groupSize)
{
    private static readonly ConcurrentDictionary<MethodInfo, PtxModule> Modules = new();

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
    protected override IKernelRun Begin(MethodInfo kernel) => new Run(kernel.Name, Modules.GetOrAdd(kernel, method => PtxModule.Parse(Accepted(method))));

    // What the machine executes may still be what a GPU rounds another way.
    private static string Accepted(MethodInfo kernel)
    {
        string ptx = KernelText.Ptx(kernel);
        IReadOnlyList<string> reasons = PtxRefusal.Reasons(ptx);
        return reasons.Count == 0 ? ptx : throw new InvalidOperationException($"the PTX of the kernel {kernel.Name} is refused: {string.Join("; ", reasons)}");
    }

    private sealed record Memory(PtxBuffer Cells, byte[] View, int Length) : KernelBuffer(Length);

    private sealed class Run(string kernel, PtxModule module) : IKernelRun
    {
        private readonly PtxMachine _machine = new(module);

        public KernelBuffer Copy<T>(string name, ReadOnlySpan<T> content)
            where T : unmanaged => Of<T>(_machine.Copy(name, content), content.Length);

        public KernelBuffer Allocate<T>(string name, int length)
            where T : unmanaged => Of<T>(_machine.Allocate<T>(name, length), length);

        // ILGPU names an entry after the method.
        public void Launch(int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments) =>
            _machine.Launch("Kernel_" + kernel, groups, groupSize, sharedBytes, [.. arguments.Select(argument => argument.Buffer is Memory memory ? memory.View : argument.Value)]);

        public void Read<T>(KernelBuffer buffer, Span<T> content)
            where T : unmanaged
        {
            PtxBuffer cells = ((Memory)buffer).Cells;
            if (cells.FirstUnwritten() is int unwritten && unwritten >= 0)
                throw new PtxFaultException(PtxFaultKind.Unwritten, FormattableString.Invariant($"the kernel left byte {unwritten} of its result unwritten"));
            MemoryMarshal.Cast<byte, T>(cells.Bytes).CopyTo(content);
        }

        public void Dispose()
        {
        }

        private static Memory Of<T>(PtxBuffer buffer, int length)
            where T : unmanaged => new(buffer, PtxMachine.View<T>(buffer), length);
    }
}
