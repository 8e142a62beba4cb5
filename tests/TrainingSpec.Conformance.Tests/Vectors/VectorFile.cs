using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Vectors;

/// <summary>The vectors as a stranger has them: the files and nothing of what made them.</summary>
internal static class VectorFile
{
    private static readonly string Folder = Path.Combine(GoldenFolder.Find().Root, "vectors");

    /// <summary>The schema's text.</summary>
    public static string Schema => File.ReadAllText(Path.Combine(Folder, "schema.verified.json"));

    /// <summary>Each operation's file.</summary>
    public static IReadOnlyList<(string Name, JsonObject File)> All { get; } =
    [
        .. Directory.GetFiles(Folder, "*.verified.json").Where(f => !f.EndsWith("schema.verified.json", StringComparison.Ordinal))
            .Select(f => (Path.GetFileName(f).Replace(".verified.json", "", StringComparison.Ordinal), JsonNode.Parse(File.ReadAllText(f))!.AsObject())).OrderBy(f => f.Item1, StringComparer.Ordinal),
    ];

    /// <summary>All vectors.</summary>
    public static IEnumerable<JsonObject> Vectors => All.SelectMany(f => VectorsOf(f.File));

    /// <summary>The vectors of a file.</summary>
    public static IEnumerable<JsonObject> VectorsOf(JsonObject file) => file["vectors"]!.AsArray().Select(v => v!.AsObject());

    /// <summary>The texts of a list.</summary>
    public static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(t => (string)t!)];

    /// <summary>Asks an implementation a vector, and says how the answer departs; null where it does not.</summary>
    /// <param name="peer">Who is asked.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="states">The states that earlier answers gave, by vector; this one's is added.</param>
    public static string? Departure(IImplementation peer, JsonObject vector, Dictionary<string, JsonNode?> states)
    {
        var args = (JsonObject)vector["args"]!.DeepClone();
        if (vector["state_from"] is { } from)
            args["state"] = states[(string)from!]?.DeepClone();
        JsonObject result;
        try
        {
            result = peer.Answer((string)vector["op"]!, (string)vector["dtype"]!, args);
        }
        catch (OracleException e)
        {
            return vector["refusal"] is { } refusal && (string)refusal["kind"]! == e.Word && (string?)refusal["argument"] == e.Argument ? null : $"refused: {e.Word} of {e.Argument}";
        }

        // As it would be read from a line.
        result = JsonNode.Parse(result.ToJsonString())!.AsObject();
        states[(string)vector["id"]!] = result["state"]?.DeepClone();
        if (vector["expected"] is not JsonObject expected)
            return "answered, and must be refused";
        var dealt = new List<double>();
        foreach ((string member, JsonNode? right) in expected)
        {
            JsonNode tolerance = vector["tolerance"]![member]!;
            if (!IsNear(right, result[member], (string)tolerance["equal"]! == "near" ? (double)tolerance["within"]! : 0, (string)tolerance["equal"]! == "dealt"))
                return $"{member} is {result[member]?.ToJsonString()} and not {right?.ToJsonString()}";
            if ((string)tolerance["equal"]! == "dealt")
                dealt.AddRange(Numbers(result[member]));
        }

        return dealt.Distinct().Count() < dealt.Count || dealt.Exists(i => i < 0 || i >= (double)args["count"]!) ? "an index stands twice or is none" : null;
    }

    private static IEnumerable<double> Numbers(JsonNode? node) => node is JsonArray list ? list.SelectMany(Numbers) : [(double)node!];

    private static bool IsNear(JsonNode? right, JsonNode? actual, double within, bool dealt) => (right, actual) switch
    {
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(p => IsNear(p.First, p.Second, within, dealt)),
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(m => IsNear(m.Value, b[m.Key], within, dealt)),
        ({ } a, { } b) when a.GetValueKind() == JsonValueKind.Number && b.GetValueKind() == JsonValueKind.Number => dealt || Math.Abs((double)a - (double)b) <= within,
        _ => right?.ToJsonString() == actual?.ToJsonString(),
    };
}
