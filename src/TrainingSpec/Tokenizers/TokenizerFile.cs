using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Tokenizers;

/// <summary>A tokenizer as one line of JSON: format, version, kind, special tokens, entries and a checksum of all that.</summary>
public static class TokenizerFile
{
    private const string Format = "trainingspec.tokenizer";
    private const int Version = 1;

    /// <summary>Reads what <see cref="ITokenizer.Serialize"/> wrote.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="TokenizerException">It is no such file, is damaged, or is of a later version; one line.</exception>
    public static ITokenizer Parse(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            JsonObject file = JsonNode.Parse(text) as JsonObject ?? throw new FormatException("is no object");
            if ((string?)file["format"] != Format)
                throw new FormatException($"is no {Format}");
            if ((int?)file["version"] != Version)
                throw new FormatException($"has version {file["version"]?.ToJsonString() ?? "none"} and not {Version}");
            string kind = (string?)file["kind"] ?? throw new FormatException("has no kind");
            string[] specials = [.. Items(file, "specials").Select(s => (string?)s ?? throw new FormatException("has a special token without a name"))];
            int[][] entries = [.. Items(file, "entries").Select(e => ((e as JsonArray) ?? throw new FormatException("has an entry that is no array")).Select(n => (int?)n ?? throw new FormatException("has an entry that is no number")).ToArray())];
            if ((string?)file["sha256"] != Checksum(kind, specials, entries))
                throw new FormatException("has another checksum than its entries");
            return Of(kind, specials, entries);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new TokenizerException($"{name}: the tokenizer's file is damaged: {(e is JsonException j ? string.Create(CultureInfo.InvariantCulture, $"no JSON at line {j.LineNumber + 1}, byte {j.BytePositionInLine}") : e.Message)}", e);
        }
    }

    internal static string Write(string kind, IReadOnlyList<string> specials, IEnumerable<int[]> entries)
    {
        int[][] all = [.. entries];
        return new JsonObject
        {
            ["format"] = Format,
            ["version"] = Version,
            ["kind"] = kind,
            ["specials"] = new JsonArray([.. specials.Select(s => (JsonNode)s)]),
            ["entries"] = new JsonArray([.. all.Select(e => new JsonArray([.. e.Select(n => (JsonNode)n)]))]),
            ["sha256"] = Checksum(kind, specials, all),
        }.ToJsonString() + "\n";
    }

    private static ITokenizer Of(string kind, string[] specials, int[][] entries) => kind switch
    {
        CharacterTokenizer.Kind when entries.Length > 0 && entries.All(e => e.Length == 1 && Rune.IsValid(e[0])) && entries.Zip(entries.Skip(1)).All(p => p.First[0] < p.Second[0]) => new CharacterTokenizer([.. entries.Select(e => e[0])]),
        ByteTokenizer.Kind when entries.Length == 0 => new ByteTokenizer(specials),
        BytePairTokenizer.Kind when entries.All(e => e.Length == 2) => new BytePairTokenizer([.. entries.Select(e => (e[0], e[1]))], specials),
        _ => throw new FormatException($"has entries that are none of the kind '{kind}'"),
    };

    private static JsonArray Items(JsonObject file, string member) => file[member] as JsonArray ?? throw new FormatException($"has no array {member}");

    private static string Checksum(string kind, IReadOnlyList<string> specials, int[][] entries)
    {
        var text = new StringBuilder(kind).Append('\n');
        foreach (string special in specials)
            text.Append(special.Length.ToString(CultureInfo.InvariantCulture)).Append(' ').Append(special).Append('\n');
        foreach (int[] entry in entries)
            text.AppendJoin(' ', entry.Select(n => n.ToString(CultureInfo.InvariantCulture))).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
