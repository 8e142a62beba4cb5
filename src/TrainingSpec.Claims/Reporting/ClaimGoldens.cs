using System.Text.Json.Nodes;
using TrainingSpec.Checking.Golden;

namespace TrainingSpec.Claims;

/// <summary>The accepted verdicts of the documents as golden files: golden/claims/D4.verdicts and golden/claims/D4.errata.</summary>
public static class ClaimGoldens
{
    /// <summary>The golden documents of D4, recomputed.</summary>
    [GoldenSource]
    public static IEnumerable<GoldenDocument> Documents() => Documents("D4", ClaimChecks.Run(ClaimFile.Read("D4"), Environment.ProcessorCount));

    /// <summary>The golden documents of one document's results.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="results">All its results.</param>
    public static IEnumerable<GoldenDocument> Documents(string document, IReadOnlyList<ClaimResult> results) =>
    [
        GoldenDocument.OfText("claims", document + ".verdicts", ErrataReport.Verdicts(results), "txt"),
        GoldenDocument.OfText("claims", document + ".errata", ErrataReport.Markdown(document, results), "md"),
    ];

    /// <summary>The accepted verdict's word per claim of one document; empty where none was ever accepted.</summary>
    /// <exception cref="ClaimDataException">The golden file is damaged.</exception>
    public static IReadOnlyDictionary<string, string> Accepted(string document)
    {
        string path = Path.Combine(GoldenFolder.Find().Root, "claims", document + ".verdicts.verified.txt");
        if (!File.Exists(path))
            return new Dictionary<string, string>();
        try
        {
            return ((JsonObject)JsonNode.Parse(File.ReadAllText(path))!).ToDictionary(p => p.Key, p => (string)p.Value!["verdict"]!, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or InvalidCastException or NullReferenceException)
        {
            throw new ClaimDataException($"{path}: damaged", e);
        }
    }
}
