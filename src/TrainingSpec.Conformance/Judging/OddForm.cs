namespace TrainingSpec.Conformance.Judging;

/// <summary>Results of another form than the protocol's: a text for a number, a row that is too short. Checks read them as they should be and stumble.</summary>
internal static class OddForm
{
    /// <summary>True for what reading a result of another form throws.</summary>
    public static bool Is(Exception e) =>
        e is InvalidCastException or InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentException or NullReferenceException or OverflowException or KeyNotFoundException;

    /// <summary>The fault of an answer that a check stumbles over.</summary>
    public static NoAnswerException Of(Exchange last, Exception e) =>
        new(RuleStatus.Malformed, $"the result of {last.Op} has another form than the protocol's: {e.Message.Split('\n', '\r')[0]}");
}
