namespace TrainingSpec.Tokenizers;

/// <summary>The 256 bytes as ids 0 to 255, and special tokens behind them: with three, D1's vocabulary of 259.</summary>
/// <remarks>Source: D1 "Training Output"; Xue et al., "ByT5" (2022), section 3.1.</remarks>
public sealed class ByteTokenizer : ITokenizer
{
    internal const string Kind = "bytes";

    /// <summary>How many bytes there are.</summary>
    public const int Bytes = 256;

    /// <summary>A tokenizer with special tokens.</summary>
    /// <param name="specials">Their names, in the order of their ids, each once.</param>
    /// <exception cref="ArgumentException">A name is empty or comes twice.</exception>
    public ByteTokenizer(params IReadOnlyList<string> specials) => Specials = new SpecialTokens(specials, Bytes);

    /// <summary>The special tokens.</summary>
    public SpecialTokens Specials { get; }

    /// <inheritdoc/>
    public int VocabularySize => Bytes + Specials.Names.Count;

    /// <inheritdoc/>
    public int[] Encode(ReadOnlySpan<byte> text)
    {
        var ids = new int[text.Length];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = text[i];
        return ids;
    }

    /// <inheritdoc/>
    public byte[] Decode(ReadOnlySpan<int> ids)
    {
        var text = new List<byte>(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)VocabularySize)
                throw TokenizerText.NoToken(ids[i], i, VocabularySize);
            if (ids[i] < Bytes)
                text.Add((byte)ids[i]);
        }

        return [.. text];
    }

    /// <inheritdoc/>
    public string Serialize() => TokenizerFile.Write(Kind, Specials.Names, []);
}
