namespace TrainingSpec.Claims.D3;

/// <summary>Printed digits that are right, in a claim of which another part is not: other digits would not mend it.</summary>
internal static class Uncorrected
{
    /// <summary>The same finding without digits that should stand in the document's place.</summary>
    public static Finding Of(Finding finding) => finding with { Corrected = new Dictionary<string, IReadOnlyList<string>>() };
}
