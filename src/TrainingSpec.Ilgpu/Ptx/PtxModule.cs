namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>Where a variable lives.</summary>
internal enum PtxSpace
{
    Generic,
    Global,
    Shared,
    Local,
    Param,
}

/// <summary>A variable in memory: a parameter, a shared or local array.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Space">Where it lives.</param>
/// <param name="Size">Bytes; -1 where the launch decides.</param>
/// <param name="Align">Its address is a multiple of this.</param>
/// <param name="Address">Its address in its space.</param>
internal sealed record PtxVariable(string Name, PtxSpace Space, int Size, int Align, ulong Address);

/// <summary>One executable instruction.</summary>
/// <param name="Line">Line of the text, from 1.</param>
/// <param name="Text">The instruction as written.</param>
/// <param name="Guard">Slot of the predicate that allows it, or -1.</param>
/// <param name="GuardNegated">True where the predicate must be false.</param>
/// <param name="Step">What it does.</param>
internal sealed record PtxInstruction(int Line, string Text, int Guard, bool GuardNegated, Action<PtxThread> Step);

/// <summary>A function or kernel, ready to run.</summary>
internal sealed class PtxFunction
{
    public required string Name { get; init; }

    public required bool IsEntry { get; init; }

    /// <summary>Parameters in order; their addresses are offsets in the block of parameters.</summary>
    public required IReadOnlyList<PtxVariable> Parameters { get; init; }

    /// <summary>What the function returns, or null.</summary>
    public required PtxVariable? Result { get; init; }

    /// <summary>Bytes of parameters, of the result and of the parameters of calls inside.</summary>
    public int ParamSize { get; set; }

    /// <summary>True where parameters of calls stand beside its own.</summary>
    public bool Calls => ParamSize > Parameters.Append(Result).Max(variable => variable is null ? 0 : (int)variable.Address + variable.Size);

    /// <summary>Bytes of local arrays.</summary>
    public int LocalSize { get; set; }

    /// <summary>Registers, constants and special registers at the start of a call; null for a mere declaration.</summary>
    public ulong[]? Slots { get; set; }

    /// <summary>Slots that hold what a thread is asked for, such as %tid.x.</summary>
    public IReadOnlyList<(int Slot, string Name)> Special { get; set; } = [];

    public PtxInstruction[] Code { get; set; } = [];
}

/// <summary>A parsed text of PTX.</summary>
public sealed class PtxModule
{
    internal PtxModule(IReadOnlyDictionary<string, PtxFunction> functions, IReadOnlyList<PtxVariable> shared)
    {
        Functions = functions;
        Shared = shared;
    }

    /// <summary>Names of the kernels.</summary>
    public IReadOnlyList<string> Kernels => [.. Functions.Values.Where(function => function.IsEntry).Select(function => function.Name)];

    internal IReadOnlyDictionary<string, PtxFunction> Functions { get; }

    internal IReadOnlyList<PtxVariable> Shared { get; }

    /// <summary>Reads a text; every instruction in it must be known, whether a launch would reach it or not.</summary>
    /// <param name="text">PTX of ISA 8.0 with addresses of 64 bits.</param>
    /// <exception cref="PtxFaultException">The text is not PTX (Syntax), or holds what the machine cannot execute exactly (Instruction).</exception>
    public static PtxModule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new PtxParser(PtxTokens.Of(text)).Module();
    }
}
