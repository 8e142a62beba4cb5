using System.Globalization;
using System.Text;

namespace TrainingSpec.Tokenizers;

/// <summary>One id for each character (code point) of an alphabet, in the order of code points.</summary>
/// <remarks>Source: D0 "Our Character LM"; Karpathy, "The unreasonable effectiveness of recurrent neural networks" (2015).</remarks>
public sealed class CharacterTokenizer : ITokenizer
{
    internal const string Kind = "characters";
    private readonly Rune[] _alphabet;
    private readonly Dictionary<int, int> _ids;

    /// <summary>A tokenizer whose alphabet is all characters of a text.</summary>
    /// <param name="text">UTF-8 with at least one character.</param>
    /// <exception cref="TokenizerException">The text is empty or is no UTF-8.</exception>
    public CharacterTokenizer(ReadOnlySpan<byte> text)
        : this([.. Runes(text).Select(r => r.Value).Distinct().Order()])
    {
        if (_alphabet.Length == 0)
            throw new TokenizerException("text is empty, which has no alphabet");
    }

    internal CharacterTokenizer(int[] codePoints)
    {
        _alphabet = [.. codePoints.Select(c => new Rune(c))];
        _ids = codePoints.Select((c, i) => KeyValuePair.Create(c, i)).ToDictionary();
    }

    /// <inheritdoc/>
    public int VocabularySize => _alphabet.Length;

    /// <summary>The characters in the order of their ids.</summary>
    public string Alphabet => string.Concat(_alphabet);

    /// <inheritdoc/>
    public int[] Encode(ReadOnlySpan<byte> text)
    {
        List<Rune> runes = Runes(text);
        var ids = new int[runes.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = _ids.TryGetValue(runes[i].Value, out int id)
                ? id
                : throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"text has U+{runes[i].Value:X4} as character {i}, which is none of the {_alphabet.Length} of the alphabet"));
        }

        return ids;
    }

    /// <inheritdoc/>
    public byte[] Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length);
        for (int i = 0; i < ids.Length; i++)
            text.Append((uint)ids[i] < (uint)_alphabet.Length ? _alphabet[ids[i]].ToString() : throw TokenizerText.NoToken(ids[i], i, _alphabet.Length));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <inheritdoc/>
    public string Serialize() => TokenizerFile.Write(Kind, [], _alphabet.Select(r => new[] { r.Value }));

    private static List<Rune> Runes(ReadOnlySpan<byte> text)
    {
        var runes = new List<Rune>(text.Length);
        for (int at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf8(text[at..], out Rune rune, out int length) != System.Buffers.OperationStatus.Done)
                throw new TokenizerException(string.Create(CultureInfo.InvariantCulture, $"text is no UTF-8 at byte {at}"));
            runes.Add(rune);
            at += length;
        }

        return runes;
    }
}
