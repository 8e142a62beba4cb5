using System.Text.Encodings.Web;
using System.Text.Json;

namespace TrainingSpec.Claims;

/// <summary>How the claims' data are read and shown.</summary>
internal static class Json
{
    /// <summary>JSON in one line, without escapes where none are needed.</summary>
    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A key that stands twice in one object has no value.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>A file's data; they never change, and any thread may read them.</summary>
    /// <exception cref="ClaimDataException">The file is missing or damaged.</exception>
    public static JsonElement Read(string path)
    {
        try
        {
            return JsonElement.Parse(File.ReadAllText(path), Strict);
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

    /// <summary>The exception for a damaged file. A key that stands twice is found after the lines are gone.</summary>
    public static ClaimDataException Damaged(string path, JsonException e) =>
        new($"{path}: damaged{(e.LineNumber is { } line ? $" at line {line + 1}" : $": {e.Message}")}", e);

    /// <summary>A value as text: a text as it is, anything else as JSON in one line.</summary>
    public static string OneLine(JsonElement value) => value.ValueKind is JsonValueKind.Array or JsonValueKind.Object ? JsonSerializer.Serialize(value, Readable) : value.ToString();

    /// <summary>The single values in a row or a nested row, in order; a single value by itself.</summary>
    public static IEnumerable<JsonElement> Flatten(JsonElement node) => node.ValueKind == JsonValueKind.Array ? node.EnumerateArray().SelectMany(Flatten) : [node];
}
