namespace TrainingSpec.Training;

/// <summary>A NaN or an infinity where a finite number is needed.</summary>
/// <param name="argument">The argument at fault, by its name in the oracle protocol, with the tensor's index where there is one.</param>
/// <param name="message">One line that says what was found.</param>
public sealed class NonFiniteException(string argument, string message) : ArithmeticException(message)
{
    /// <summary>The argument at fault, such as "grads".</summary>
    public string Argument { get; } = argument;
}
