using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Tokenizers;

/// <summary>A byte-pair tokenizer in the two files that GPT-2's encoder reads, and other libraries with it: vocab.json and merges.txt.</summary>
/// <remarks>Source: Radford et al. (2019), the published encoder: each byte stands as a printable character.</remarks>
public static class Gpt2Files
{
    /// <summary>vocab.json: each token's text and its id.</summary>
    public static string Vocabulary(BytePairTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var vocabulary = new JsonObject();
        int ordinary = tokenizer.VocabularySize - tokenizer.Specials.Names.Count;
        for (int id = 0; id < ordinary; id++)
            vocabulary[Printable(tokenizer.BytesOf(id))] = id;
        foreach (string special in tokenizer.Specials.Names)
            vocabulary[special] = tokenizer.Specials[special];
        return vocabulary.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>merges.txt: a pair a line, in the order in which they were learned.</summary>
    public static string Merges(BytePairTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var text = new StringBuilder("#version: 0.2\n");
        foreach ((int left, int right) in tokenizer.Merges)
            text.Append(CultureInfo.InvariantCulture, $"{Printable(tokenizer.BytesOf(left))} {Printable(tokenizer.BytesOf(right))}\n");
        return text.ToString();
    }

    // Bytes that print as themselves in Latin-1 do so; the others are counted from U+0100 on.
    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
            text.Append(IsPrinted(b) ? (char)b : (char)(256 + Enumerable.Range(0, b).Count(other => !IsPrinted((byte)other))));
        return text.ToString();
    }

    private static bool IsPrinted(byte b) => b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174;
}
