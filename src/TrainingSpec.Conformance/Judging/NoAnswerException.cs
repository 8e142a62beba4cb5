namespace TrainingSpec.Conformance.Judging;

/// <summary>An implementation gave no answer of the protocol: too late, something else, or it ended.</summary>
public sealed class NoAnswerException : Exception
{
    /// <summary>An exception without a message.</summary>
    public NoAnswerException()
    {
    }

    /// <summary>An exception with its message.</summary>
    public NoAnswerException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with its message and cause.</summary>
    public NoAnswerException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>An exception for one of the two ways to give none.</summary>
    /// <param name="status"><see cref="RuleStatus.TimedOut"/> or <see cref="RuleStatus.Malformed"/>.</param>
    /// <param name="message">One line.</param>
    public NoAnswerException(RuleStatus status, string message)
        : base(message) => Status = status;

    /// <summary>Which of the two.</summary>
    public RuleStatus Status { get; } = RuleStatus.Malformed;
}
