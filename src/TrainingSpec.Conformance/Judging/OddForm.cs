using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Results of another form than the protocol's: a text for a number, a row that is too short. Checks read them as they should be and stumble.</summary>
internal static class OddForm
{
    private const int MostCharacters = 60;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True for what reading a result of another form throws.</summary>
    public static bool Is(Exception e) =>
        e is InvalidCastException or InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentException or NullReferenceException or OverflowException or KeyNotFoundException;

    /// <summary>The fault of an answer that a check stumbles over.</summary>
    public static NoAnswerException Of(Exchange last) => new(RuleStatus.Malformed, Text(last));

    /// <summary>What is odd about an answer: where its form departs from that of the reference's answer to the same question, and not what reading it threw.</summary>
    /// <param name="last">The question and the answer.</param>
    /// <param name="otherwise">What is said where it does not depart.</param>
    public static string Text(Exchange last, string? otherwise = null)
    {
        string? where = Expected(last) is { } expected && last.Result is { } result ? Departure("", expected, result) ?? otherwise : otherwise;
        return $"the result of {last.Op} has another form than the protocol's{(where is null ? "" : $": {where}")}";
    }

    // A state is the implementation's own: the first step has the form of all.
    private static JsonObject? Expected(Exchange last)
    {
        var asked = (JsonObject)last.Args.DeepClone();
        if (asked.ContainsKey("state"))
            asked["state"] = null;
        try
        {
            return new ReferenceImplementation().Answer(last.Op, last.DataType, asked);
        }
        catch (Exception e) when (e is OracleException || Is(e))
        {
            return null;
        }
    }

    private static string? Departure(string where, JsonNode? expected, JsonNode? actual) => (expected, actual) switch
    {
        (null, _) => null,
        (JsonObject, not JsonObject) => $"{where} is {Short(actual)} in the place of an object",
        (JsonArray, not JsonArray) => $"{where} is {Short(actual)} in the place of a list",
        (JsonObject right, JsonObject answered) => right.Select(m => m.Key).FirstOrDefault(name => !answered.ContainsKey(name)) is { } missing
            ? $"{(where.Length == 0 ? "it" : where)} lacks {missing}"
            : right.Where(m => where.Length > 0 || m.Key != "state").Select(m => Departure(where.Length == 0 ? m.Key : $"{where}.{m.Key}", m.Value, answered[m.Key])).FirstOrDefault(d => d is not null),
        (JsonArray right, JsonArray answered) => right.Count != answered.Count
            ? string.Create(CultureInfo.InvariantCulture, $"{where} has {answered.Count} items instead of {right.Count}")
            : right.Zip(answered).Index().Select(x => Departure(string.Create(CultureInfo.InvariantCulture, $"{where}[{x.Index}]"), x.Item.First, x.Item.Second)).FirstOrDefault(d => d is not null),
        _ when IsNumber(expected) => IsNumber(actual) ? null : $"{where} is {Short(actual)} in the place of a number",
        _ => expected.GetValueKind() == actual?.GetValueKind() || IsTruth(expected) && IsTruth(actual) ? null : $"{where} is {Short(actual)} in the place of {(IsTruth(expected) ? "true or false" : "a text")}",
    };

    private static bool IsTruth(JsonNode? node) => node?.GetValueKind() is JsonValueKind.True or JsonValueKind.False;

    // One that is written as text is read all the same, and none that is beyond every number of binary64 is.
    private static bool IsNumber(JsonNode? node) => node is JsonValue v && !IsTruth(v) && double.TryParse(v.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Short(JsonNode? node)
    {
        string text = JsonSerializer.Serialize(node, Readable);
        return text.Length > MostCharacters ? text[..MostCharacters] + "…" : text;
    }
}
