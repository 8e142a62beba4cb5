using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims;

/// <summary>Reads the claims of a document, and the facts of it that its checks need, from spec/claims.</summary>
public static class ClaimFile
{
    /// <summary>The documents in order.</summary>
    public static IReadOnlyList<string> Documents { get; } = ["D0", "D1", "D2", "D3", "D4"];

    /// <summary>The folder of the claims files beside the program.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "claims");

    /// <summary>All claims of one document, in the order of the file.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="folder">The folder of the claims files; null for the one beside the program.</param>
    /// <exception cref="ArgumentException">No such document.</exception>
    /// <exception cref="ClaimDataException">The file is missing or damaged.</exception>
    public static IReadOnlyList<Claim> Read(string document, string? folder = null)
    {
        if (!Documents.Contains(document))
            throw new ArgumentException($"document = {document} is outside {{{string.Join(", ", Documents)}}}", nameof(document));
        string path = Path.Combine(folder ?? DefaultFolder, document + ".json");
        JsonArray array = Parse(path) as JsonArray ?? throw new ClaimDataException($"{path}: not a list of claims");
        var claims = new List<Claim>(array.Count);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonNode? node in array)
        {
            Claim claim = ReadClaim(path, claims.Count, node);
            if (claim.Document != document)
                throw new ClaimDataException($"{path}: {claim.Id} is no claim of {document}");
            if (!ids.Add(claim.Id))
                throw new ClaimDataException($"{path}: {claim.Id} stands twice");
            claims.Add(claim);
        }

        return claims;
    }

    /// <summary>Facts of a document beyond its claims (defaults of its listings, columns of its figures, its headings), from facts/D4.json.</summary>
    /// <exception cref="ClaimDataException">The file is missing or damaged.</exception>
    public static JsonObject Facts(string document, string? folder = null)
    {
        string path = Path.Combine(folder ?? DefaultFolder, "facts", document + ".json");
        return Parse(path) as JsonObject ?? throw new ClaimDataException($"{path}: not an object of facts");
    }

    private static JsonNode? Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path));
        }
        catch (JsonException e)
        {
            throw new ClaimDataException($"{path}: damaged at line {e.LineNumber + 1}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClaimDataException($"{path}: {e.Message}", e);
        }
    }

    private static Claim ReadClaim(string path, int index, JsonNode? node)
    {
        string where = $"{path}: claim {index}";
        try
        {
            JsonObject o = node as JsonObject ?? throw new ClaimDataException($"{where} is not an object");
            string Text(string key) => (string?)o[key] ?? throw new ClaimDataException($"{where} has no {key}");
            string id = Text("id");
            if (id.Length < 4 || id[2] != '-')
                throw new ClaimDataException($"{where} has the id '{id}', which is not of the form D4-071");
            return new Claim
            {
                Id = id,
                Lines = o["lines"] is JsonArray { Count: 2 } l ? ((int)l[0]!, (int)l[1]!) : throw new ClaimDataException($"{where} has no lines"),
                Section = Text("section"),
                Topic = Text("topic"),
                Kind = Text("kind"),
                Statement = Text("statement"),
                Given = o["given"] as JsonObject ?? throw new ClaimDataException($"{where} has no given"),
                Printed = o["printed"] as JsonObject ?? throw new ClaimDataException($"{where} has no printed"),
                Check = Text("check"),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new ClaimDataException($"{where} has a value of the wrong type", e);
        }
    }
}
