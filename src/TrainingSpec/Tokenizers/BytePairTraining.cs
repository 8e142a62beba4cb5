using System.Runtime.InteropServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tokenizers;

/// <summary>Learns the merges of a byte-pair encoding from a text.</summary>
/// <remarks>Source: Sennrich, Haddow, Birch (2016), algorithm 1, over the pieces of <see cref="TextPieces"/>. Ties go to the pair with the lower left id, then the lower right one.</remarks>
public sealed class BytePairTraining
{
    private readonly List<(int[] Ids, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), (long Count, HashSet<int> Words)> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long Fewer, int Left, int Right)> _queue = new();
    private readonly List<(int Left, int Right)> _merges = [];
    private readonly List<byte[]> _tokens = [.. Enumerable.Range(0, ByteTokenizer.Bytes).Select(b => new[] { (byte)b })];
    private readonly Dictionary<string, int> _known = [];

    private BytePairTraining(ReadOnlySpan<byte> text)
    {
        for (int b = 0; b < ByteTokenizer.Bytes; b++)
            _known[BytePairTokenizer.Key(_tokens[b])] = b;
        var words = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!text.IsEmpty)
        {
            int length = TextPieces.First(text);
            string key = BytePairTokenizer.Key(text[..length]);
            if (words.TryAdd(key, _words.Count))
                _words.Add(([.. key.Select(c => (int)c)], 0));
            CollectionsMarshal.AsSpan(_words)[words[key]].Count++;
            text = text[length..];
        }

        for (int w = 0; w < _words.Count; w++)
            Count(w, 1);
        foreach ((int Left, int Right) pair in _pairs.Keys)
            Enqueue(pair);
    }

    /// <summary>Learns until the vocabulary has its size, or no pair stands side by side twice: then the vocabulary is smaller.</summary>
    /// <param name="text">UTF-8, or any bytes.</param>
    /// <param name="vocabularySize">V in [256 + number of specials, 16777216].</param>
    /// <param name="specials">Names of special tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size lies outside.</exception>
    public static BytePairTokenizer Learn(ReadOnlySpan<byte> text, int vocabularySize, params IReadOnlyList<string> specials)
    {
        ArgumentNullException.ThrowIfNull(specials);
        int least = ByteTokenizer.Bytes + specials.Count;
        Domain.Require($"[{least}, 16777216]", (long)vocabularySize, nameof(vocabularySize));
        var training = new BytePairTraining(text);
        while (training._tokens.Count + specials.Count < vocabularySize && training.Next())
        {
            // Each turn is a merge.
        }

        return new BytePairTokenizer(training._merges, specials);
    }

    // One merge: the pair that stands side by side most often.
    private bool Next()
    {
        while (_queue.TryDequeue(out (int Left, int Right) pair, out (long Fewer, int Left, int Right) place))
        {
            if (!_pairs.TryGetValue(pair, out (long Count, HashSet<int> Words) now) || now.Count != -place.Fewer)
                continue;
            if (now.Count < 2)
                return false;
            byte[] bytes = [.. _tokens[pair.Left], .. _tokens[pair.Right]];
            if (!_known.TryGetValue(BytePairTokenizer.Key(bytes), out int token))
            {
                _known[BytePairTokenizer.Key(bytes)] = token = _tokens.Count;
                _tokens.Add(bytes);
            }

            _merges.Add(pair);
            var changed = new HashSet<(int Left, int Right)>();
            foreach (int word in now.Words.ToArray())
                Merge(word, pair, token, changed);
            _pairs.Remove(pair);
            foreach ((int Left, int Right) other in changed)
                Enqueue(other);
            return true;
        }

        return false;
    }

    private void Merge(int word, (int Left, int Right) pair, int token, HashSet<(int Left, int Right)> changed)
    {
        int[] ids = _words[word].Ids;
        Note(ids, changed);
        Count(word, -1);
        var merged = new List<int>(ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            bool here = i + 1 < ids.Length && ids[i] == pair.Left && ids[i + 1] == pair.Right;
            merged.Add(here ? token : ids[i]);
            i += here ? 1 : 0;
        }

        CollectionsMarshal.AsSpan(_words)[word].Ids = [.. merged];
        Count(word, 1);
        Note(_words[word].Ids, changed);
    }

    private static void Note(int[] ids, HashSet<(int Left, int Right)> changed)
    {
        for (int i = 1; i < ids.Length; i++)
            changed.Add((ids[i - 1], ids[i]));
    }

    // The pairs of a word, each as often as the word is there.
    private void Count(int word, int sign)
    {
        (int[] ids, long count) = _words[word];
        for (int i = 1; i < ids.Length; i++)
        {
            ref (long Count, HashSet<int> Words) pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (ids[i - 1], ids[i]), out bool exists);
            if (!exists)
                pair.Words = [];
            pair.Count += sign * count;
            if (sign > 0)
                pair.Words.Add(word);
            else
                pair.Words.Remove(word);
        }
    }

    private void Enqueue((int Left, int Right) pair)
    {
        if (_pairs.TryGetValue(pair, out (long Count, HashSet<int> Words) now) && now.Count > 0)
            _queue.Enqueue(pair, (-now.Count, pair.Left, pair.Right));
    }
}
