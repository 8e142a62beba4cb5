namespace TrainingSpec.Conformance.Revealing;

/// <summary>The answers are those of no tree of rounded additions of two parts; the message says how that shows.</summary>
public sealed class NoTreeException : Exception
{
    /// <summary>An exception without a message.</summary>
    public NoTreeException()
    {
    }

    /// <summary>An exception with its message.</summary>
    public NoTreeException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its message and cause.</summary>
    public NoTreeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
