namespace TrainingSpec.Conformance.Oracle;

/// <summary>What was wrong with a request. Source: oracle protocol, version 1, "Framing".</summary>
public enum ErrorKind
{
    /// <summary>The line is not a JSON object; the answer's id is null and the stream goes on.</summary>
    Parse,

    /// <summary>The protocol has no operation of that name.</summary>
    UnknownOp,

    /// <summary>The protocol knows it, this implementation has it not.</summary>
    Unsupported,

    /// <summary>An argument is missing, of the wrong type, out of its range, or NaN where a number is needed.</summary>
    InvalidArgument,

    /// <summary>Wrong nesting, ragged rows or lists of unequal length.</summary>
    ShapeMismatch,

    /// <summary>NaN or an infinity where the operation was told or defined to refuse it.</summary>
    NonFinite,
}

/// <summary>A request that can't be answered; becomes the error of its answer line.</summary>
public sealed class OracleException : Exception
{
    /// <summary>An exception without a message.</summary>
    public OracleException()
    {
    }

    /// <summary>An exception with a one-line message.</summary>
    public OracleException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a one-line message and its cause.</summary>
    public OracleException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>An error of a kind, with the argument at fault in the protocol's name for it.</summary>
    public OracleException(ErrorKind kind, string? argument, string message)
        : base(message)
    {
        Kind = kind;
        Argument = argument;
    }

    /// <summary>The kind.</summary>
    public ErrorKind Kind { get; } = ErrorKind.InvalidArgument;

    /// <summary>The protocol's name of the argument at fault; null where no argument is.</summary>
    public string? Argument { get; }

    /// <summary>The kind's word on the wire.</summary>
    public string Word => Kind switch
    {
        ErrorKind.Parse => "parse",
        ErrorKind.UnknownOp => "unknown-op",
        ErrorKind.Unsupported => "unsupported",
        ErrorKind.ShapeMismatch => "shape-mismatch",
        ErrorKind.NonFinite => "non-finite",
        _ => "invalid-argument",
    };

    /// <summary>A missing, mistyped or out-of-range argument.</summary>
    public static OracleException Invalid(string argument, string message) => new(ErrorKind.InvalidArgument, argument, message);

    /// <summary>More memory than there is; the arrays of the request are garbage by then, and the next one starts afresh.</summary>
    internal static OracleException OutOfMemory() => new(ErrorKind.Unsupported, null, "the request needs more memory than this process may use");

    /// <summary>Wrong nesting or lengths at odds.</summary>
    public static OracleException Shape(string argument, string message) => new(ErrorKind.ShapeMismatch, argument, message);
}
