namespace TrainingSpec.Tokenizers;

/// <summary>A text that a vocabulary can't hold, or a tokenizer's file that is damaged; one line that says what and where.</summary>
public sealed class TokenizerException : Exception
{
    /// <summary>An exception without a message.</summary>
    public TokenizerException()
    {
    }

    /// <summary>An exception with its line.</summary>
    public TokenizerException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its line and cause.</summary>
    public TokenizerException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
