namespace TrainingSpec.Numbers;

/// <summary>An argument outside its domain; the message is one line that names argument, value and domain once.</summary>
/// <param name="argument">The argument's name.</param>
/// <param name="message">The line.</param>
public sealed class OutsideDomainException(string argument, string message) : ArgumentOutOfRangeException(argument)
{
    /// <summary>The line alone; the base class would name the argument a second time.</summary>
    public override string Message { get; } = message;
}
