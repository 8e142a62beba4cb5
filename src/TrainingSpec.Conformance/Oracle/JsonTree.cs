using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Trees of answers that may hold anything.</summary>
internal static class JsonTree
{
    /// <summary>The text of a node; null where it is none.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue v && v.TryGetValue(out string? text) ? text : null;

    /// <summary>The tree as an element of its own.</summary>
    public static JsonElement Element(JsonObject tree)
    {
        using JsonDocument document = JsonDocument.Parse(tree.ToJsonString());
        return document.RootElement.Clone();
    }

    /// <summary>Where two results differ by the protocol's equality; null if they are equal.</summary>
    public static string? Difference(string op, string dtype, JsonObject args, JsonObject expected, JsonObject actual) =>
        AnswerEquality.Difference(op, dtype, Element(args), Element(expected), Element(actual));

    /// <summary>The same by the roundings of the operation, which are derived once two results are not the same; null if they are equal.</summary>
    public static AnswerDifference? Difference(string op, string dtype, JsonObject args, JsonObject expected, JsonObject actual, Func<JsonObject?> derived, double times)
    {
        JsonElement right = Element(expected), answered = Element(actual);
        return JsonElement.DeepEquals(right, answered) ? null : AnswerEquality.Compare(op, dtype, Element(args), right, answered, derived() is { } distances ? Element(distances) : default, times);
    }

    /// <summary>The same where a formula may lose digits; null if they are equal but for those.</summary>
    public static AnswerDifference? DifferenceBeyondLostDigits(string op, string dtype, JsonObject args, JsonObject expected, JsonObject actual) =>
        AnswerEquality.DifferenceBeyondLostDigits(op, dtype, Element(args), Element(expected), Element(actual));
}
