using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims;

/// <summary>Reads the claims of a document from spec/claims.</summary>
public static class ClaimFile
{
    // A key that stands twice in one object has no value.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The documents in order.</summary>
    public static IReadOnlyList<string> Documents { get; } = ["D0", "D1", "D2", "D3", "D4"];

    /// <summary>All claims of one document, in the order of the file.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="folder">The folder of the claims files; null for that of <see cref="ClaimSource.Find"/>.</param>
    /// <exception cref="ArgumentException">No such document.</exception>
    /// <exception cref="ClaimDataException">The file is missing or damaged, or a claim in it.</exception>
    public static IReadOnlyList<Claim> Read(string document, string? folder = null)
    {
        ClaimDocument read = Load(document, folder ?? ClaimSource.Find().Claims);
        return read.Problems is [var first, ..] ? throw new ClaimDataException(first.Message) : read.Claims;
    }

    /// <summary>The claims of one document that can be read, and what is wrong with the others.</summary>
    /// <param name="document">D0 … D4.</param>
    /// <param name="folder">The folder of the claims files.</param>
    /// <exception cref="ArgumentException">No such document.</exception>
    public static ClaimDocument Load(string document, string folder)
    {
        if (!Documents.Contains(document))
            throw new ArgumentException($"document = {document} is outside {{{string.Join(", ", Documents)}}}", nameof(document));
        string path = Path.Combine(folder, document + ".json");
        JsonArray array;
        try
        {
            array = Parse(path) as JsonArray ?? throw new ClaimDataException($"{path}: not a list of claims");
        }
        catch (ClaimDataException e)
        {
            return new ClaimDocument(document, path, [], [new ClaimProblem(null, e.Message)], Readable: false);
        }

        List<Claim> claims = [];
        List<ClaimProblem> problems = [];
        foreach ((JsonNode? node, int index) in array.Select((n, i) => (n, i)))
        {
            string? id = null;
            try
            {
                Claim claim = ReadClaim(path, index, node);
                id = claim.Id;
                claims.Add(claim.Document == document ? claim : throw new ClaimDataException($"{path}: {claim.Id} is no claim of {document}"));
            }
            catch (ClaimDataException e)
            {
                problems.Add(new ClaimProblem(id ?? IdOf(node), e.Message));
            }
        }

        // Neither of two claims with the same id is judged: which of them is meant, nobody can say.
        foreach (string twice in claims.GroupBy(c => c.Id, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToArray())
        {
            problems.Add(new ClaimProblem(twice, $"{path}: {twice} stands {(claims.Count(c => c.Id == twice) == 2 ? "twice" : "more than twice")}"));
            claims.RemoveAll(c => c.Id == twice);
        }

        return new ClaimDocument(document, path, claims, problems);
    }

    internal static JsonNode? Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path), null, Strict);
        }
        catch (JsonException e)
        {
            throw Damaged(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClaimDataException($"{path}: {e.Message}", e);
        }
    }

    // A key that stands twice is found after the lines are gone.
    internal static ClaimDataException Damaged(string path, JsonException e) =>
        new($"{path}: damaged{(e.LineNumber is { } line ? $" at line {line + 1}" : $": {e.Message}")}", e);

    private static string? IdOf(JsonNode? node) => node is JsonObject o && o["id"] is JsonValue id && id.TryGetValue(out string? text) ? text : null;

    private static Claim ReadClaim(string path, int index, JsonNode? node)
    {
        string where = $"{path}: claim {index}{(IdOf(node) is { Length: > 0 } known ? $" ({known})" : "")}";
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
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException or NullReferenceException)
        {
            throw new ClaimDataException($"{where} has a value of the wrong type", e);
        }
    }
}
