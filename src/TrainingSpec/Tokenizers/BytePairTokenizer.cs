using System.Globalization;
using System.Text;

namespace TrainingSpec.Tokenizers;

/// <summary>Byte-pair encoding: the bytes are ids 0 to 255; each merge makes one token of two; special tokens come last. Of the pairs of a piece, the one that was learned first is merged first, from the left.</summary>
/// <remarks>Source: Sennrich, Haddow, Birch, "Neural machine translation of rare words with subword units" (2016), section 3.2, over bytes as in Radford et al. (2019), section 2.2.</remarks>
public sealed class BytePairTokenizer : ITokenizer
{
    internal const string Kind = "byte pairs";
    private const int RememberedPieces = 1 << 16;
    private readonly List<byte[]> _tokens;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Token)> _merges = [];
    private readonly Dictionary<string, int[]> _pieces = new(StringComparer.Ordinal);

    /// <summary>A tokenizer with its merges.</summary>
    /// <param name="merges">Pairs of ids, in the order in which they were learned; each of bytes or of what earlier merges made. Two merges that make the same bytes make the same token.</param>
    /// <param name="specials">Names of special tokens.</param>
    /// <exception cref="ArgumentException">A merge is of a token that is not there yet, or comes twice; a name is empty or comes twice.</exception>
    public BytePairTokenizer(IReadOnlyList<(int Left, int Right)> merges, params IReadOnlyList<string> specials)
    {
        ArgumentNullException.ThrowIfNull(merges);
        _tokens = [.. Enumerable.Range(0, ByteTokenizer.Bytes).Select(b => new[] { (byte)b })];
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int b = 0; b < ByteTokenizer.Bytes; b++)
            known[Key(_tokens[b])] = b;
        for (int rank = 0; rank < merges.Count; rank++)
        {
            (int left, int right) = merges[rank];
            if ((uint)left >= (uint)_tokens.Count || (uint)right >= (uint)_tokens.Count)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"merges[{rank}] = ({left}, {right}) is outside the {_tokens.Count} tokens that are there before it"), nameof(merges));
            byte[] bytes = [.. _tokens[left], .. _tokens[right]];
            if (!known.TryGetValue(Key(bytes), out int token))
            {
                known[Key(bytes)] = token = _tokens.Count;
                _tokens.Add(bytes);
            }

            if (!_merges.TryAdd((left, right), (rank, token)))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"merges[{rank}] = ({left}, {right}) comes twice"), nameof(merges));
        }

        Merges = [.. merges];
        Specials = new SpecialTokens(specials, _tokens.Count);
    }

    /// <summary>The merges in the order in which they were learned.</summary>
    public IReadOnlyList<(int Left, int Right)> Merges { get; }

    /// <summary>The special tokens.</summary>
    public SpecialTokens Specials { get; }

    /// <inheritdoc/>
    public int VocabularySize => _tokens.Count + Specials.Names.Count;

    /// <summary>The bytes of a token; none for a special one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is none of the vocabulary's.</exception>
    public ReadOnlySpan<byte> BytesOf(int id) =>
        (uint)id >= (uint)VocabularySize ? throw TokenizerText.NoToken(id, 0, VocabularySize) : id < _tokens.Count ? _tokens[id] : [];

    /// <inheritdoc/>
    public int[] Encode(ReadOnlySpan<byte> text)
    {
        var ids = new List<int>(text.Length / 2);
        while (!text.IsEmpty)
        {
            int length = TextPieces.First(text);
            ids.AddRange(Piece(text[..length]));
            text = text[length..];
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    public byte[] Decode(ReadOnlySpan<int> ids)
    {
        var text = new List<byte>(3 * ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)VocabularySize)
                throw TokenizerText.NoToken(ids[i], i, VocabularySize);
            if (ids[i] < _tokens.Count)
                text.AddRange(_tokens[ids[i]]);
        }

        return [.. text];
    }

    /// <inheritdoc/>
    public string Serialize() => TokenizerFile.Write(Kind, Specials.Names, Merges.Select(m => new[] { m.Left, m.Right }));

    internal static string Key(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private int[] Piece(ReadOnlySpan<byte> piece)
    {
        string key = Key(piece);
        lock (_pieces)
        {
            if (_pieces.TryGetValue(key, out int[]? known))
                return known;
        }

        int[] ids = Merged(piece);
        lock (_pieces)
        {
            if (_pieces.Count < RememberedPieces)
                _pieces[key] = ids;
        }

        return ids;
    }

    // A queue of the pairs that stand side by side: n log n in a piece of n bytes.
    private int[] Merged(ReadOnlySpan<byte> piece)
    {
        var ids = new int[piece.Length];
        var next = new int[piece.Length];
        var before = new int[piece.Length];
        for (int i = 0; i < ids.Length; i++)
            (ids[i], next[i], before[i]) = (piece[i], i + 1, i - 1);
        var pairs = new PriorityQueue<(int At, int Left, int Right, int Token), (int Rank, int At)>();
        void Look(int at)
        {
            if (at >= 0 && next[at] < ids.Length && _merges.TryGetValue((ids[at], ids[next[at]]), out var merge))
                pairs.Enqueue((at, ids[at], ids[next[at]], merge.Token), (merge.Rank, at));
        }

        for (int i = 0; i < ids.Length; i++)
            Look(i);
        while (pairs.TryDequeue(out var pair, out _))
        {
            int right = pair.At < ids.Length ? next[pair.At] : ids.Length;

            // One of the two may have been merged since.
            if (ids[pair.At] != pair.Left || right >= ids.Length || ids[right] != pair.Right)
                continue;
            ids[pair.At] = pair.Token;
            ids[right] = -1;
            next[pair.At] = next[right];
            if (next[right] < ids.Length)
                before[next[right]] = pair.At;
            Look(before[pair.At]);
            Look(pair.At);
        }

        return [.. ids.Where(id => id >= 0)];
    }
}
