namespace TrainingSpec.Models;

/// <summary>A file of tensors that is damaged, or holds other ones than asked for; one line that names the file.</summary>
public sealed class TensorFileException : Exception
{
    /// <summary>An exception without a message.</summary>
    public TensorFileException()
    {
    }

    /// <summary>An exception with its line.</summary>
    public TensorFileException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its line and cause.</summary>
    public TensorFileException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
