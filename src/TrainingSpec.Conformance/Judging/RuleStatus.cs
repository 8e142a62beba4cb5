namespace TrainingSpec.Conformance.Judging;

/// <summary>What became of a rule that an implementation was asked about.</summary>
public enum RuleStatus
{
    /// <summary>Every question was answered as the rule says.</summary>
    Kept,

    /// <summary>The implementation has not the operations, or not the option that the rule is about.</summary>
    Unsupported,

    /// <summary>Answered otherwise, as a documented variant does.</summary>
    Variant,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The answer is no answer of the protocol, or the program ended.</summary>
    Malformed,

    /// <summary>Answered otherwise.</summary>
    Broken,
}

/// <summary>The words of <see cref="RuleStatus"/> in reports.</summary>
public static class RuleStatusText
{
    /// <summary>The word: kept, unsupported, variant, timed-out, malformed, broken.</summary>
    public static string Word(this RuleStatus status) => status switch
    {
        RuleStatus.TimedOut => "timed-out",
        _ => status.ToString().ToLowerInvariant(),
    };

    /// <summary>The status of a word.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static RuleStatus Parse(string word) =>
        Enum.GetValues<RuleStatus>().Cast<RuleStatus?>().FirstOrDefault(s => s!.Value.Word() == word)
        ?? throw new ArgumentException($"status = {word} is outside {{{string.Join(", ", Enum.GetValues<RuleStatus>().Select(Word))}}}", nameof(word));
}
