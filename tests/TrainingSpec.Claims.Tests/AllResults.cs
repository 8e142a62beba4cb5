using System.Collections.Concurrent;

namespace TrainingSpec.Claims.Tests;

/// <summary>Findings for all tests that look at them: each claim is judged once, and in an odd culture, so that whatever depends on the culture fails some of them.</summary>
internal static class AllResults
{
    private static readonly DocumentLibrary Documents = DocumentLibrary.Open();
    private static readonly ConcurrentDictionary<string, Lazy<Finding>> Findings = new(StringComparer.Ordinal);

    private static readonly Lazy<IReadOnlyList<ClaimResult>> Judged = new(() =>
        [.. ClaimFile.Documents.SelectMany(d => Documents[d].Claims).Where(c => ClaimChecks.Ids.Contains(c.Id)).AsParallel().AsOrdered().Select(c => new ClaimResult(c, Of(c.Id), 0))]);

    /// <summary>The results in order.</summary>
    public static IReadOnlyList<ClaimResult> Value => Judged.Value;

    /// <summary>The finding on one claim.</summary>
    public static Finding Of(string id) => Findings.GetOrAdd(id, key => new Lazy<Finding>(() => OddCulture.Run(() => ClaimChecks.Run(Documents[key.Split('-')[0]], key)))).Value;
}
