using System.Reflection;
using System.Runtime.InteropServices;

namespace TrainingSpec.Ilgpu.Kernels;

/// <summary>Memory of a machine that a kernel can be given a view of.</summary>
/// <param name="length">Elements.</param>
internal abstract class KernelBuffer(int length)
{
    /// <summary>Elements.</summary>
    public int Length { get; } = length;
}

/// <summary>What a kernel is given for one parameter.</summary>
/// <param name="Buffer">The memory that it sees whole, or null.</param>
/// <param name="Value">The number or struct, where there is no memory.</param>
/// <param name="Bytes">Its bytes.</param>
internal readonly record struct KernelArgument(KernelBuffer? Buffer, object? Value, byte[] Bytes)
{
    public static implicit operator KernelArgument(KernelBuffer buffer) => new(buffer, null, []);

    public static implicit operator KernelArgument(int value) => Of(value);

    /// <summary>A number or struct.</summary>
    public static KernelArgument Of<T>(T value)
        where T : unmanaged => new(null, value, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray());
}

/// <summary>Something that runs kernels over memory of its own, which stays from launch to launch; launches run one after the other.</summary>
internal interface IKernelMachine : IDisposable
{
    /// <summary>Threads of a group, at most the number wanted.</summary>
    int GroupSize(int wanted);

    /// <summary>Groups of a launch, at most the number wanted; kernels stride over the rest.</summary>
    int Groups(int wanted);

    /// <summary>Memory that nobody has written.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="length">Elements.</param>
    KernelBuffer Allocate<T>(string name, int length)
        where T : unmanaged;

    /// <summary>Gives memory back; no kernel may be given it from then on.</summary>
    void Release(KernelBuffer buffer);

    /// <summary>What memory holds counts as written by nobody; a machine that keeps no account of that does nothing.</summary>
    void Forget(KernelBuffer buffer);

    /// <summary>Replaces what memory holds.</summary>
    void Write<T>(KernelBuffer buffer, ReadOnlySpan<T> content)
        where T : unmanaged;

    /// <summary>What memory holds now, after all launches.</summary>
    void Read<T>(KernelBuffer buffer, Span<T> content)
        where T : unmanaged;

    /// <summary>Runs an explicitly grouped kernel.</summary>
    /// <exception cref="InvalidOperationException">It can't be compiled for this machine; the message has the compiler's words.</exception>
    void Launch(MethodInfo kernel, int groups, int groupSize, int sharedBytes, params IReadOnlyList<KernelArgument> arguments);
}

/// <summary>What every machine does alike.</summary>
internal static class KernelMachineExtensions
{
    private const int ElementGroup = 256, RowGroup = 64;

    /// <summary>New memory that holds <paramref name="content"/>.</summary>
    public static KernelBuffer Copy<T>(this IKernelMachine machine, string name, ReadOnlySpan<T> content)
        where T : unmanaged
    {
        KernelBuffer buffer = machine.Allocate<T>(name, content.Length);
        machine.Write(buffer, content);
        return buffer;
    }

    /// <summary>Runs a kernel whose threads take elements or columns.</summary>
    public static void LaunchOver(this IKernelMachine machine, MethodInfo kernel, int count, params IReadOnlyList<KernelArgument> arguments) =>
        machine.LaunchOver(kernel, count, ElementGroup, arguments);

    /// <summary>Runs a kernel whose threads take rows: long work, which small groups spread over the device.</summary>
    public static void LaunchOverRows(this IKernelMachine machine, MethodInfo kernel, int rows, params IReadOnlyList<KernelArgument> arguments) =>
        machine.LaunchOver(kernel, rows, RowGroup, arguments);

    /// <summary>How many threads of <see cref="LaunchOver(IKernelMachine, MethodInfo, int, IReadOnlyList{KernelArgument})"/> have work.</summary>
    public static int Threads(this IKernelMachine machine, int count) => machine.Threads(count, ElementGroup);

    /// <summary>How many threads of <see cref="LaunchOverRows"/> have work.</summary>
    public static int RowThreads(this IKernelMachine machine, int rows) => machine.Threads(rows, RowGroup);

    private static void LaunchOver(this IKernelMachine machine, MethodInfo kernel, int count, int wanted, IReadOnlyList<KernelArgument> arguments)
    {
        if (count == 0)
            return;
        int group = machine.GroupSize(wanted);
        machine.Launch(kernel, machine.Groups((count - 1) / group + 1), group, 0, arguments);
    }

    private static int Threads(this IKernelMachine machine, int count, int wanted)
    {
        int group = machine.GroupSize(wanted);
        return count == 0 ? 0 : Math.Min(machine.Groups((count - 1) / group + 1) * group, count);
    }
}
