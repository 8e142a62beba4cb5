namespace TrainingSpec.Conformance;

/// <summary>An implementation breaks a rule; the message says the call, what was expected and what came.</summary>
public sealed class RuleBrokenException : Exception
{
    /// <summary>An exception without a message.</summary>
    public RuleBrokenException()
    {
    }

    /// <summary>An exception with its message.</summary>
    public RuleBrokenException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its message and cause.</summary>
    public RuleBrokenException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
