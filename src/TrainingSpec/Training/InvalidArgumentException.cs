namespace TrainingSpec.Training;

/// <summary>An argument that is empty, damaged or at odds with another; the message names it on one line.</summary>
/// <param name="argument">The argument at fault, by its name in the oracle protocol.</param>
/// <param name="message">One line that says what is wrong.</param>
public sealed class InvalidArgumentException(string argument, string message) : ArgumentException(message, argument)
{
    /// <summary>The message alone, on one line.</summary>
    public override string Message { get; } = message;
}
