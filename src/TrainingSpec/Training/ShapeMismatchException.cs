namespace TrainingSpec.Training;

/// <summary>Lists, rows or tensors whose lengths do not fit together; the message names the culprit, its index and the lengths.</summary>
/// <param name="argument">The argument at fault, by its name in the oracle protocol.</param>
/// <param name="message">One line that says what differs.</param>
public sealed class ShapeMismatchException(string argument, string message) : ArgumentException(message, argument)
{
    /// <summary>The message alone, on one line.</summary>
    public override string Message { get; } = message;
}
