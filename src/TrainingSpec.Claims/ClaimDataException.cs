namespace TrainingSpec.Claims;

/// <summary>A claims file or a claim's data can't be used; the message is one line that names the file, claim and place.</summary>
public sealed class ClaimDataException : Exception
{
    /// <summary>An exception without a message.</summary>
    public ClaimDataException()
    {
    }

    /// <summary>An exception with a one-line message.</summary>
    public ClaimDataException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a one-line message and its cause.</summary>
    public ClaimDataException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
