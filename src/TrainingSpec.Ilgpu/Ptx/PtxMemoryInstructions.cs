namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>ld, st and cvta.</summary>
/// <remarks>Source: PTX ISA 8.0, "Data Movement and Conversion Instructions".</remarks>
internal static class PtxMemoryInstructions
{
    private static readonly Dictionary<string, PtxSpace> Spaces = new()
    {
        ["global"] = PtxSpace.Global,
        ["shared"] = PtxSpace.Shared,
        ["local"] = PtxSpace.Local,
        ["param"] = PtxSpace.Param,
    };

    /// <summary>A load or store; its parts are ld or st, a space, a vector, a type.</summary>
    public static Action<PtxThread> Step(string[] parts, PtxOperands operands)
    {
        int next = 1;
        PtxSpace space = PtxSpace.Generic;
        if (next < parts.Length && Spaces.TryGetValue(parts[next], out PtxSpace named))
        {
            space = named;
            next++;
        }

        int count = next < parts.Length ? parts[next] switch { "v2" => 2, "v4" => 4, _ => 1 } : 1;
        if (count > 1)
            next++;
        PtxType? type = next == parts.Length - 1 ? PtxType.Find(parts[next]) : null;
        if (type is null || type == PtxType.Pred)
            throw new PtxFaultException(PtxFaultKind.Instruction, $"{string.Join('.', parts)} is not executed: the machine does not know it");
        return parts[0] == "ld" ? Load(space, count, type, operands) : Store(space, count, type, operands);
    }

    /// <summary>cvta.SPACE gives the generic address, cvta.to.SPACE takes one.</summary>
    public static Action<PtxThread> AddressStep(string[] parts, PtxOperands operands)
    {
        bool narrows = parts.Length == 4 && parts[1] == "to";
        if (parts.Length != (narrows ? 4 : 3) || parts[^1] != "u64" || !Spaces.TryGetValue(parts[^2], out PtxSpace space) || space == PtxSpace.Param)
            throw new PtxFaultException(PtxFaultKind.Instruction, $"{string.Join('.', parts)} is not executed: the machine does not know it");
        PtxType address = PtxType.Of("u64");
        int target = operands.Target(address);
        operands.Comma();
        int source = operands.Source(address);
        operands.End();
        if (!narrows)
            return thread => thread.Slots[target] = PtxAddresses.Widen(space, thread.Slots[source]);
        return thread =>
        {
            ulong wide = thread.Slots[source];
            bool elsewhere = PtxAddresses.TryNarrow(wide, out PtxSpace found, out ulong inside);
            if (space == PtxSpace.Global ? elsewhere : found != space)
                throw new PtxFaultException(PtxFaultKind.Bounds, $"the address does not lie in {space} memory");
            thread.Slots[target] = elsewhere ? inside : wide;
        };
    }

    private static Action<PtxThread> Load(PtxSpace space, int count, PtxType type, PtxOperands operands)
    {
        int[] targets = operands.Vector(count, () => operands.Target(type, wider: true));
        operands.Comma();
        (int at, long offset, PtxVariable? variable) = operands.Address();
        operands.End();
        RequireSpace(variable, space);
        return thread =>
        {
            (PtxMemory memory, long start) = thread.Launch.Find(thread, space, thread.Slots[at] + (ulong)offset);
            RequireAligned(start, count * type.Size, memory);
            for (int i = 0; i < targets.Length; i++)
            {
                ulong bits = memory.Read(thread, start + i * type.Size, type.Size);

                // A narrow signed value fills the register with its sign.
                thread.Slots[targets[i]] = type.IsSigned && type.Size < 2 ? PtxBits.Truncate((ulong)PtxBits.Signed(bits, type.Size), 2) : bits;
            }
        };
    }

    private static Action<PtxThread> Store(PtxSpace space, int count, PtxType type, PtxOperands operands)
    {
        (int at, long offset, PtxVariable? variable) = operands.Address();
        operands.Comma();
        int[] sources = operands.Vector(count, () => operands.Source(type, wider: true));
        operands.End();
        RequireSpace(variable, space);
        return thread =>
        {
            (PtxMemory memory, long start) = thread.Launch.Find(thread, space, thread.Slots[at] + (ulong)offset);
            RequireAligned(start, count * type.Size, memory);
            for (int i = 0; i < sources.Length; i++)
                memory.Write(thread, start + i * type.Size, type.Size, PtxBits.Truncate(thread.Slots[sources[i]], type.Size));
        };
    }

    // The address of a variable is one of its own space, and means something else in another.
    private static void RequireSpace(PtxVariable? variable, PtxSpace space)
    {
        if (variable is not null && variable.Space != space)
            throw new PtxFaultException(PtxFaultKind.Syntax, $"{variable.Name} lies in {variable.Space} memory, not in {space} memory");
    }

    private static void RequireAligned(long start, int bytes, PtxMemory memory)
    {
        if (start % bytes != 0)
            throw new PtxFaultException(PtxFaultKind.Alignment, FormattableString.Invariant($"{bytes} bytes at {start} of {memory.Name} are not aligned"));
    }
}
