using System.Text.Json;

namespace TrainingSpec.Claims;

/// <summary>Reads the claims of a document from spec/claims.</summary>
public static class ClaimFile
{
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
        JsonElement array;
        try
        {
            array = Json.Read(path);
            if (array.ValueKind != JsonValueKind.Array)
                throw new ClaimDataException($"{path}: not a list of claims");
        }
        catch (ClaimDataException e)
        {
            return new ClaimDocument(document, path, [], [new ClaimProblem(null, e.Message)], Readable: false);
        }

        List<Claim> claims = [];
        List<ClaimProblem> problems = [];
        foreach ((int index, JsonElement node) in array.EnumerateArray().Index())
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

    private static string? IdOf(JsonElement node) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;

    private static Claim ReadClaim(string path, int index, JsonElement node)
    {
        string where = $"{path}: claim {index}{(IdOf(node) is { Length: > 0 } known ? $" ({known})" : "")}";
        if (node.ValueKind != JsonValueKind.Object)
            throw new ClaimDataException($"{where} is not an object");
        string id = Text("id");
        if (id.Length < 4 || id[2] != '-')
            throw new ClaimDataException($"{where} has the id '{id}', which is not of the form D4-071");
        JsonElement lines = Member("lines", JsonValueKind.Array);
        return new Claim
        {
            Id = id,
            Lines = lines.GetArrayLength() == 2 ? (Line(lines[0]), Line(lines[1])) : throw new ClaimDataException($"{where} has no lines"),
            Section = Text("section"),
            Topic = Text("topic"),
            Kind = Text("kind"),
            Statement = Text("statement"),
            Given = Member("given", JsonValueKind.Object),
            Printed = Member("printed", JsonValueKind.Object),
            Check = Text("check"),
        };

        string Text(string key) => Member(key, JsonValueKind.String).GetString()!;

        JsonElement Member(string key, JsonValueKind kind) => !node.TryGetProperty(key, out JsonElement member) ? throw new ClaimDataException($"{where} has no {key}")
            : member.ValueKind == kind ? member
            : throw new ClaimDataException($"{where} has a value of the wrong type under {key}");

        int Line(JsonElement line) => line.ValueKind == JsonValueKind.Number && line.TryGetInt32(out int n) ? n : throw new ClaimDataException($"{where} has a line that is no number");
    }
}
