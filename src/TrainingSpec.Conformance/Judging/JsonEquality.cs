using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>The protocol's equality of two answers, for trees that may hold anything.</summary>
internal static class JsonEquality
{
    /// <summary>Where two results differ; null if they are equal.</summary>
    public static string? Difference(string op, string dtype, JsonObject args, JsonObject expected, JsonObject actual)
    {
        using JsonDocument a = Parse(args), e = Parse(expected), g = Parse(actual);
        return AnswerEquality.Difference(op, dtype, a.RootElement, e.RootElement, g.RootElement);
    }

    private static JsonDocument Parse(JsonObject tree) => JsonDocument.Parse(tree.ToJsonString());
}
