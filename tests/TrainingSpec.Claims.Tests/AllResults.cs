namespace TrainingSpec.Claims.Tests;

/// <summary>All claims judged once for all tests that look at findings.</summary>
internal static class AllResults
{
    private static readonly Lazy<IReadOnlyList<ClaimResult>> Judged = new(() => ClaimChecks.Run(ClaimFile.Documents.SelectMany(d => ClaimFile.Read(d)), 2));

    /// <summary>The results in order.</summary>
    public static IReadOnlyList<ClaimResult> Value => Judged.Value;

    /// <summary>The finding on one claim.</summary>
    public static Finding Of(string id) => Value.First(r => r.Claim.Id == id).Finding;
}
