using System.Globalization;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>What the machine found.</summary>
public enum PtxFaultKind
{
    /// <summary>The text is not PTX, or not of the part that the machine knows.</summary>
    Syntax,

    /// <summary>An instruction whose result is not fixed bit by bit, or that the machine does not know.</summary>
    Instruction,

    /// <summary>A launch that does not fit the kernel.</summary>
    Launch,

    /// <summary>An address outside every buffer.</summary>
    Bounds,

    /// <summary>An address that is no multiple of the size that is read or written there.</summary>
    Alignment,

    /// <summary>A read of memory that nobody wrote.</summary>
    Unwritten,

    /// <summary>Two threads at one byte without a barrier between them, where at least one writes.</summary>
    Race,

    /// <summary>A barrier that not all threads of a group reach.</summary>
    Barrier,

    /// <summary>A division of whole numbers by zero.</summary>
    Division,

    /// <summary>More instructions than a thread may execute.</summary>
    Endless,
}

/// <summary>A fault of a kernel or of its text, with the place where it shows.</summary>
public sealed class PtxFaultException : Exception
{
    /// <summary>A fault whose place is not known yet.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="message">What happened, in one sentence.</param>
    public PtxFaultException(PtxFaultKind kind, string message)
        : base(message)
    {
        Kind = kind;
    }

    internal PtxFaultException(PtxFaultException fault, int line, string instruction, string thread)
        : base(string.Create(CultureInfo.InvariantCulture, $"line {line}: {instruction}: {fault.Message}{thread}"), fault)
    {
        Kind = fault.Kind;
    }

    /// <summary>What it is.</summary>
    public PtxFaultKind Kind { get; }

    internal static PtxFaultException At(PtxFaultKind kind, int line, string message) =>
        new(kind, string.Create(CultureInfo.InvariantCulture, $"line {line}: {message}"));
}
