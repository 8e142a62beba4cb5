namespace TrainingSpec.Claims.D1;

/// <summary>What findings of this document need beyond <see cref="Judge"/>.</summary>
internal static class Judged
{
    /// <summary>The same finding without digits to put in the printed ones' place: it is not the digits that are wrong.</summary>
    public static Finding DigitsStand(this Finding finding) => finding with { Corrected = new Dictionary<string, IReadOnlyList<string>>() };
}
