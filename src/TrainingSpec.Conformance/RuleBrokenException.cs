using TrainingSpec.Conformance.Oracle;

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

    /// <summary>An exception of two numbers that are not near enough.</summary>
    /// <param name="message">The message.</param>
    /// <param name="expected">The value by the rule.</param>
    /// <param name="actual">The value that came.</param>
    /// <param name="allowed">By how much it might differ.</param>
    public RuleBrokenException(string message, double expected, double actual, double allowed)
        : base(message)
    {
        Expected = expected;
        Actual = actual;
        Allowed = allowed;
    }

    /// <summary>An exception with its message and cause.</summary>
    public RuleBrokenException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>An exception of what differs.</summary>
    internal static RuleBrokenException Of(string message, AnswerDifference difference) =>
        difference is { Expected: { } expected, Actual: { } actual, Allowed: { } allowed } ? new(message, expected, actual, allowed) : new(message);

    /// <summary>The value by the rule; null where the rule is not about one number.</summary>
    public double? Expected { get; }

    /// <summary>The value that came.</summary>
    public double? Actual { get; }

    /// <summary>By how much it might differ.</summary>
    public double? Allowed { get; }
}
