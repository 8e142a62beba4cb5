using System.Text;
using System.Text.RegularExpressions;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tokenizers;

namespace TrainingSpec.Tests.Tokenizers;

/// <summary>Byte-pair encoding against the algorithm written down plainly: count all pairs anew for every merge.</summary>
public sealed partial class BytePairTests
{
    private static readonly string[] Words = ["low", "lower", "newest", "widest", "aaaa", "aaab", "abab", "don't", "we'll", "12", "1212", "…", "über", "漢字", "\n", "  ", ","];

    [Rule("TOKENIZERS-4")]
    [Test]
    public void Merges_are_those_of_counting_anew_each_time()
    {
        var random = new SplitMix(3);
        for (int n = 0; n < 60; n++)
        {
            string text = string.Concat(Enumerable.Range(0, 1 + random.Below(60)).Select(_ => Words[random.Below(Words.Length)] + (random.Below(3) > 0 ? " " : "")));
            BytePairTokenizer tokenizer = BytePairTraining.Learn(Encoding.UTF8.GetBytes(text), 256 + 30);
            (List<(int, int)> merges, List<int> ids) = Plain(text, 256 + 30);
            Assert.That(tokenizer.Merges, Is.EqualTo(merges), text);
            Assert.That(tokenizer.Encode(text), Is.EqualTo(ids), text);
        }
    }

    // GPT-2's pattern, which .NET's own engine runs over the text.
    [Test]
    public void Pieces_are_those_of_the_published_pattern()
    {
        var random = new SplitMix(5);
        string[] parts = [.. Words, "'s", "'", "'re", "'S", " ", "  ", "\t", "\r\n", "\u00a0", "\u2003", "½", "Ⅷ", "²", "é", "_", "-", "$", "A"];
        for (int n = 0; n < 2000; n++)
        {
            string text = string.Concat(Enumerable.Range(0, 1 + random.Below(9)).Select(_ => parts[random.Below(parts.Length)]));
            Assert.That(Pieces(text), Is.EqualTo(Published().Matches(text).Select(m => m.Value)), text);
        }
    }

    [Rule("TOKENIZERS-4")]
    [Test]
    public void Ties_go_to_the_lower_ids_and_a_pair_must_stand_side_by_side_twice()
    {
        Assert.That(BytePairTraining.Learn("ba ba ca ca"u8, 257).Merges, Is.EqualTo(new[] { (32, (int)'c') }));
        Assert.That(BytePairTraining.Learn("xy,xy;ab,ab"u8, 257).Merges, Is.EqualTo(new[] { ((int)'a', (int)'b') }));
        BytePairTokenizer none = BytePairTraining.Learn("abcdef"u8, 1000, "<end>");
        Assert.That((none.Merges.Count, none.VocabularySize, none.Specials["<end>"]), Is.EqualTo((0, 257, 256)));
        Assert.That(BytePairTraining.Learn([], 256).VocabularySize, Is.EqualTo(256));
        Assert.That(() => BytePairTraining.Learn("a"u8, 256, "<end>"), Throws.TypeOf<OutsideDomainException>().With.Message.EqualTo("vocabularySize = 256 is outside [257, 16777216]"));
    }

    [Rule("TOKENIZERS-5")]
    [Test]
    public void Overlapping_pairs_are_merged_from_the_left()
    {
        BytePairTokenizer tokenizer = new([('a', 'a'), (256, 'a')]);
        Assert.That(tokenizer.Encode("aaaaa"), Is.EqualTo(new[] { 256, 257 }));
        Assert.That(tokenizer.Encode("aaaa"), Is.EqualTo(new[] { 256, 256 }));
    }

    [Test]
    public void Two_merges_that_make_the_same_bytes_make_one_token()
    {
        BytePairTokenizer tokenizer = new([('a', 'b'), ('b', 'c'), (256, 'c'), ('a', 257)]);
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(256 + 3));
        Assert.That(() => new BytePairTokenizer([(300, 'a')]), Throws.ArgumentException.With.Message.Contains("merges[0] = (300, 97) is outside the 256 tokens"));
        Assert.That(() => new BytePairTokenizer([('a', 'b'), ('a', 'b')]), Throws.ArgumentException.With.Message.Contains("merges[1] = (97, 98) comes twice"));
    }

    [Test]
    public void A_long_piece_takes_time_in_proportion()
    {
        BytePairTokenizer tokenizer = BytePairTraining.Learn(Encoding.UTF8.GetBytes(new string('a', 4096)), 256 + 10);
        byte[] text = [.. Enumerable.Repeat((byte)'a', 1 << 18)];
        Assert.That(tokenizer.Encode(text), Has.Length.EqualTo((1 << 18) >> tokenizer.Merges.Count));
    }

    private static List<string> Pieces(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        var pieces = new List<string>();
        while (!rest.IsEmpty)
        {
            int length = TextPieces.First(rest);
            pieces.Add(Encoding.UTF8.GetString(rest[..length]));
            rest = rest[length..];
        }

        return pieces;
    }

    private static (List<(int, int)> Merges, List<int> Ids) Plain(string text, int vocabulary)
    {
        List<List<int>> words = [.. Published().Matches(text).Select(m => Encoding.UTF8.GetBytes(m.Value).Select(b => (int)b).ToList())];
        var tokens = Enumerable.Range(0, 256).Select(b => $"{(char)b}").ToList();
        var merges = new List<(int, int)>();
        while (tokens.Count < vocabulary)
        {
            var best = words.SelectMany(w => w.Zip(w.Skip(1))).GroupBy(p => p).Select(g => (Count: g.Count(), Pair: g.Key)).OrderByDescending(g => g.Count).ThenBy(g => g.Pair.First).ThenBy(g => g.Pair.Second).FirstOrDefault();
            if (best.Count < 2)
                break;
            string made = tokens[best.Pair.First] + tokens[best.Pair.Second];
            if (!tokens.Contains(made))
                tokens.Add(made);
            merges.Add(best.Pair);
            foreach (List<int> word in words)
            {
                for (int i = 0; i + 1 < word.Count; i++)
                {
                    if ((word[i], word[i + 1]) == best.Pair)
                    {
                        word[i] = tokens.IndexOf(made);
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }

        return (merges, [.. words.SelectMany(w => w)]);
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Published();
}
