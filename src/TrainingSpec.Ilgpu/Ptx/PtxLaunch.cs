using System.Globalization;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Memory of the machine that a kernel can be given a view of.</summary>
public sealed class PtxBuffer
{
    internal PtxBuffer(PtxMemory memory, ulong address)
    {
        Memory = memory;
        Address = address;
    }

    /// <summary>The bytes; what the host writes here before a launch counts as written only after <see cref="MarkWritten"/>.</summary>
    public Span<byte> Bytes => Memory.Bytes;

    /// <summary>The address of its first byte.</summary>
    public ulong Address { get; }

    /// <summary>What messages call it.</summary>
    public string Name => Memory.Name;

    internal PtxMemory Memory { get; }

    /// <summary>The host wrote all of it, so that kernels may read it.</summary>
    public void MarkWritten() => Memory.MarkWritten();

    /// <summary>What it holds counts as written by nobody.</summary>
    public void MarkUnwritten() => Memory.MarkUnwritten();

    /// <summary>Offset of the first byte that neither the host nor a kernel wrote, or -1.</summary>
    public int FirstUnwritten() => Memory.FirstUnwritten();
}

/// <summary>What one launch shares: its shape, its shared memory, its buffers.</summary>
internal sealed class PtxLaunch(int groups, int groupSize, int dynamicSharedSize, IReadOnlyList<PtxBuffer> buffers)
{
    private readonly Dictionary<ulong, PtxMemory> _shared = [];

    public int Groups { get; } = groups;

    public int GroupSize { get; } = groupSize;

    /// <summary>Shared memory of the group that runs, by segment.</summary>
    public void BeginGroup(PtxModule module)
    {
        _shared.Clear();
        foreach (PtxVariable variable in module.Shared)
            _shared[PtxAddresses.Segment(variable.Address)] = new PtxMemory("shared " + variable.Name, variable.Size < 0 ? dynamicSharedSize : variable.Size, written: false);
    }

    /// <summary>The memory at an address of a space, and the offset there.</summary>
    /// <exception cref="PtxFaultException">Nothing is there.</exception>
    public (PtxMemory Memory, long Offset) Find(PtxThread thread, PtxSpace space, ulong address)
    {
        if (space is PtxSpace.Generic or PtxSpace.Global)
        {
            if (space == PtxSpace.Generic && PtxAddresses.TryNarrow(address, out PtxSpace narrow, out ulong inside))
                return Find(thread, narrow, inside);
            ulong number = PtxAddresses.BufferNumber(address);
            if (number < (ulong)buffers.Count)
                return (buffers[(int)number].Memory, (long)(address - buffers[(int)number].Address));
        }
        else if (space == PtxSpace.Local)
        {
            return (thread.Frame.Local, (long)address);
        }
        else if (space == PtxSpace.Param)
        {
            return (thread.Frame.Parameters, (long)address);
        }
        else if (_shared.TryGetValue(PtxAddresses.Segment(address), out PtxMemory? memory))
        {
            return (memory, PtxAddresses.Offset(address));
        }

        throw new PtxFaultException(PtxFaultKind.Bounds, string.Create(CultureInfo.InvariantCulture, $"address 0x{address:X} of {space} memory lies in no buffer"));
    }

    public ulong Special(string name, int group, int index) => name switch
    {
        "%tid.x" => (ulong)index,
        "%ntid.x" => (ulong)GroupSize,
        "%ctaid.x" => (ulong)group,
        "%nctaid.x" => (ulong)Groups,
        "%tid.y" or "%tid.z" or "%ctaid.y" or "%ctaid.z" => 0,
        "%ntid.y" or "%ntid.z" or "%nctaid.y" or "%nctaid.z" => 1,
        "%laneid" => (ulong)(index % 32),
        "%warpid" => (ulong)(index / 32),
        "%dynamic_smem_size" => (ulong)dynamicSharedSize,
        _ => throw new PtxFaultException(PtxFaultKind.Instruction, $"{name} is no special register that the machine knows"),
    };

    /// <summary>Names of the special registers.</summary>
    public static bool IsSpecial(string name) =>
        name.StartsWith("%tid.", StringComparison.Ordinal) || name.StartsWith("%ntid.", StringComparison.Ordinal)
        || name.StartsWith("%ctaid.", StringComparison.Ordinal) || name.StartsWith("%nctaid.", StringComparison.Ordinal)
        || name is "%laneid" or "%warpid" or "%dynamic_smem_size";
}

/// <summary>How addresses are laid out: far apart, so that an index that is one too far lands in no other buffer.</summary>
internal static class PtxAddresses
{
    private const int BufferShift = 40;
    private const int SegmentShift = 26;
    private const ulong Middle = 1UL << (BufferShift - 1);
    private const ulong SegmentMiddle = 1UL << (SegmentShift - 1);
    private const ulong SharedWindow = 0x7001UL << BufferShift;
    private const ulong LocalWindow = 0x7002UL << BufferShift;

    public static ulong OfBuffer(int number) => ((ulong)(number + 1) << BufferShift) + Middle;

    public static ulong BufferNumber(ulong address) => (address >> BufferShift) - 1;

    public static ulong OfShared(int number) => ((ulong)number << SegmentShift) + SegmentMiddle;

    public static ulong Segment(ulong address) => address >> SegmentShift;

    public static long Offset(ulong address) => (long)(address & ((1UL << SegmentShift) - 1)) - (long)SegmentMiddle;

    /// <summary>The generic address of an address in a space.</summary>
    public static ulong Widen(PtxSpace space, ulong address) => space switch
    {
        PtxSpace.Shared => SharedWindow + address,
        PtxSpace.Local => LocalWindow + address,
        _ => address,
    };

    /// <summary>The space that a generic address points into, where it is none of the buffers.</summary>
    public static bool TryNarrow(ulong address, out PtxSpace space, out ulong inside)
    {
        space = (address >> BufferShift) switch
        {
            SharedWindow >> BufferShift => PtxSpace.Shared,
            LocalWindow >> BufferShift => PtxSpace.Local,
            _ => PtxSpace.Generic,
        };
        inside = address - (space == PtxSpace.Shared ? SharedWindow : LocalWindow);
        return space != PtxSpace.Generic;
    }
}
