using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Vectors;

/// <summary>The vectors as files: one for each operation, a vector a line, and the JSON schema that they keep.</summary>
public static class VectorFiles
{
    /// <summary>The name of the schema.</summary>
    public const string SchemaName = "schema";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = OracleEngine.Encoder };

    /// <summary>golden/vectors/*.verified.json.</summary>
    [GoldenSource("vectors")]
    public static IReadOnlyList<GoldenDocument> Documents() => [.. Texts().Select(t => GoldenDocument.OfText("vectors", t.Name, t.Text, "json"))];

    /// <summary>Each file's name, without ".json", and its text; the schema is the last.</summary>
    public static IEnumerable<(string Name, string Text)> Texts() =>
        TestVectors.All.GroupBy(v => v.Operation, StringComparer.Ordinal).Select(g => (g.Key, Text(g.Key, [.. g]))).Append((SchemaName, Schema()));

    private static string Schema()
    {
        using var reader = new StreamReader(typeof(VectorFiles).Assembly.GetManifestResourceStream("vectors/schema.json")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Text(string operation, TestVector[] vectors)
    {
        var text = new StringBuilder();
        text.Append("{\n  \"$schema\": \"schema.json\",\n  \"op\": ").Append(JsonSerializer.Serialize(operation, Readable)).Append(",\n  \"vectors\": [\n");
        for (int i = 0; i < vectors.Length; i++)
            text.Append("    ").Append(Line(vectors[i]).ToJsonString(Readable)).Append(i + 1 < vectors.Length ? ",\n" : "\n");
        return text.Append("  ]\n}\n").ToString();
    }

    private static JsonObject Line(TestVector vector)
    {
        var line = new JsonObject
        {
            ["id"] = vector.Id,
            ["rules"] = Strings(vector.Rules),
            ["level"] = Level(vector),
            ["op"] = vector.Operation,
            ["dtype"] = vector.DataType,
            ["args"] = vector.Args.DeepClone(),
        };
        if (vector.After is { } after)
            line["state_from"] = after;
        if (vector.Expected is { } expected)
        {
            line["expected"] = expected.DeepClone();
            line["tolerance"] = new JsonObject(expected.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)Tolerance(vector, m.Key))));
        }
        else
        {
            line["refusal"] = new JsonObject { ["kind"] = vector.Refusal!.Value.Kind, ["argument"] = vector.Refusal.Value.Argument };
        }

        line["kills"] = Strings(vector.Kills);
        line["note"] = vector.Note;
        return line;
    }

    // Of several rules the one that binds most; a drawn case asks what the protocol says of the operation.
    private static string Level(TestVector vector) => vector.Rules.Count == 0 || vector.Rules.Any(id => BookRules.Of(id).Level == "required") ? "required" : BookRules.Of(vector.Rules[0]).Level;

    private static JsonObject Tolerance(TestVector vector, string member)
    {
        (MemberEquality rule, double within, string because) = AnswerEquality.Bound(vector.Operation, vector.DataType, vector.Args, vector.Expected!, member);
        var tolerance = new JsonObject { ["equal"] = rule.Kind.ToString().ToLowerInvariant() };
        if (rule.Kind == EqualityKind.Near)
            (tolerance["within"], tolerance["because"]) = (within, because);
        return tolerance;
    }

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
