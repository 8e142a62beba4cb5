namespace TrainingSpec.Claims;

/// <summary>What a claim's check found.</summary>
public enum Verdict
{
    /// <summary>The printed digits are the correctly rounded exact value; the statement holds in the experiment.</summary>
    Confirmed,

    /// <summary>Off only by rounded intermediates, or true with a condition left unsaid.</summary>
    Imprecise,

    /// <summary>Wrong, or the code contradicts the text.</summary>
    Erratum,

    /// <summary>Two readings are possible; both were computed.</summary>
    Ambiguous,

    /// <summary>Another part of the document, or another document, says otherwise; the finding names it.</summary>
    Conflicts,

    /// <summary>No program could check it; the finding says why.</summary>
    NotChecked,
}

/// <summary>The verdict's word as it stands in reports and in JSON.</summary>
public static class VerdictWord
{
    /// <summary>The word in lower case: "confirmed", …, "not-checked".</summary>
    /// <exception cref="ArgumentOutOfRangeException">No verdict.</exception>
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "confirmed",
        Verdict.Imprecise => "imprecise",
        Verdict.Erratum => "erratum",
        Verdict.Ambiguous => "ambiguous",
        Verdict.Conflicts => "conflicts",
        Verdict.NotChecked => "not-checked",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, $"verdict = {verdict} is none of the six verdicts"),
    };
}
