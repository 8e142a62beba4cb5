#if HAS_ILGPU
using System.Reflection;
using TrainingSpec.Ilgpu.Kernels;

namespace TrainingSpec.Ilgpu.Tests.Devices;

/// <summary>The PTX machine, with launches changed on their way, and memory counted.</summary>
/// <param name="change">What is launched in place of a kernel and its arguments; null changes nothing.</param>
internal sealed class ChangedMachine(Func<MethodInfo, IReadOnlyList<KernelArgument>, (MethodInfo, IReadOnlyList<KernelArgument>)>? change = null) : IKernelMachine
{
    private readonly PtxKernelMachine _machine = new(2, 16);

    /// <summary>Buffers that are not released.</summary>
    public int Buffers { get; private set; }

    /// <summary>Bytes copied to and from the machine.</summary>
    public (long To, long From) Copied { get; private set; }

    public int GroupSize(int wanted) => _machine.GroupSize(wanted);

    public int Groups(int wanted) => _machine.Groups(wanted);

    public KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged
    {
        Buffers++;
        return _machine.Allocate<T>(name, length);
    }

    public void Release(KernelBuffer buffer)
    {
        Buffers--;
        _machine.Release(buffer);
    }

    public void Forget(KernelBuffer buffer) => _machine.Forget(buffer);

    public void Write<T>(KernelBuffer buffer, ReadOnlySpan<T> content)
        where T : unmanaged
    {
        Copied = Copied with { To = Copied.To + content.Length * sizeof(int) };
        _machine.Write(buffer, content);
    }

    public void Read<T>(KernelBuffer buffer, Span<T> content)
        where T : unmanaged
    {
        Copied = Copied with { From = Copied.From + content.Length * sizeof(int) };
        _machine.Read(buffer, content);
    }

    public void Launch(MethodInfo kernel, int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments)
    {
        (MethodInfo launched, IReadOnlyList<KernelArgument> given) = change is null ? (kernel, arguments) : change(kernel, arguments);
        _machine.Launch(launched, groups, groupSize, sharedBytes, given);
    }

    public void Dispose() => _machine.Dispose();
}
#endif
