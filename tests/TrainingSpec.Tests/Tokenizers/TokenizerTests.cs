using System.Text;
using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tokenizers;

namespace TrainingSpec.Tests.Tokenizers;

/// <summary>Texts to ids and back, for every kind of tokenizer.</summary>
public sealed class TokenizerTests
{
    private const string Sample = "The cat sat on the mat, and the rat sat on the cat: 12, 120 and 1200.  It's theirs; they've   got\n\n\tthe mat. Ärger über naïve Ωmega 漢字 🙂 done\n";
    private static readonly byte[] Utf8 = Encoding.UTF8.GetBytes(Sample);

    private static IEnumerable<TestCaseData> All()
    {
        yield return new TestCaseData(new CharacterTokenizer(Utf8)).SetArgDisplayNames("characters");
        yield return new TestCaseData(new ByteTokenizer("<pad>", "<bos>", "<eos>")).SetArgDisplayNames("bytes");
        yield return new TestCaseData(BytePairTraining.Learn(Utf8, 300, "<end>")).SetArgDisplayNames("byte pairs");
    }

    [Rule("TOKENIZERS-1")]
    [TestCaseSource(nameof(All))]
    public void A_text_comes_back(ITokenizer tokenizer)
    {
        int[] ids = tokenizer.Encode(Sample);
        Assert.That(tokenizer.DecodeText(ids), Is.EqualTo(Sample));
        Assert.That(ids, Is.All.InRange(0, tokenizer.VocabularySize - 1));
        Assert.That(tokenizer.Encode(""), Is.Empty);
        Assert.That(tokenizer.Decode([]), Is.Empty);
    }

    [Rule("TOKENIZERS-6")]
    [TestCaseSource(nameof(All))]
    public void A_written_tokenizer_is_read_back_and_gives_the_same_ids(ITokenizer tokenizer)
    {
        ITokenizer read = TokenizerFile.Parse(tokenizer.Serialize(), "file");
        Assert.That(read, Is.TypeOf(tokenizer.GetType()));
        Assert.That(read.VocabularySize, Is.EqualTo(tokenizer.VocabularySize));
        Assert.That(read.Encode(Sample), Is.EqualTo(tokenizer.Encode(Sample)));
        Assert.That(read.Serialize(), Is.EqualTo(tokenizer.Serialize()));
    }

    [TestCaseSource(nameof(All))]
    public void An_id_that_is_none_is_refused_by_its_place(ITokenizer tokenizer)
    {
        foreach (int id in (int[])[-1, tokenizer.VocabularySize, int.MinValue, int.MaxValue])
            Assert.That(() => tokenizer.Decode([0, id]), Throws.TypeOf<OutsideDomainException>().With.Message.EqualTo($"ids[1] = {id} is outside [0, {tokenizer.VocabularySize})"));
    }

    // Every change of one character that leaves other entries is found by the checksum, or is no such file.
    [Rule("TOKENIZERS-6")]
    [TestCaseSource(nameof(All))]
    public void A_damaged_file_is_refused_by_name(ITokenizer tokenizer)
    {
        string text = tokenizer.Serialize();
        for (int at = 0; at < text.Length - 1; at += 1 + (text.Length / 200))
        {
            foreach (string damaged in (string[])[text[..at], $"{text[..at]}{(text[at] == '1' ? '2' : '1')}{text[(at + 1)..]}", $"{text[..at]}{text[(at + 1)..]}"])
            {
                TokenizerException? refused = null;
                try
                {
                    Assert.That(TokenizerFile.Parse(damaged, "my.json").Serialize(), Is.EqualTo(text), $"changed at {at}");
                }
                catch (TokenizerException e)
                {
                    refused = e;
                }

                Assert.That(refused?.Message, Is.Null.Or.StartWith("my.json: the tokenizer's file is damaged: ").And.Not.Contain("\n"), $"changed at {at}");
            }
        }
    }

    [Test]
    public void A_later_version_and_another_file_are_refused_with_the_reason()
    {
        JsonObject file = JsonNode.Parse(new ByteTokenizer().Serialize())!.AsObject();
        file["version"] = 2;
        Assert.That(() => TokenizerFile.Parse(file.ToJsonString(), "f"), Throws.TypeOf<TokenizerException>().With.Message.EqualTo("f: the tokenizer's file is damaged: has version 2 and not 1"));
        Assert.That(() => TokenizerFile.Parse("{}", "f"), Throws.TypeOf<TokenizerException>().With.Message.EqualTo("f: the tokenizer's file is damaged: is no trainingspec.tokenizer"));
    }

    [Rule("TOKENIZERS-1")]
    [Test]
    public void Any_bytes_come_back()
    {
        var random = new SplitMix(11);
        BytePairTokenizer pairs = BytePairTraining.Learn(Utf8, 300);
        for (int n = 0; n < 300; n++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Below(60)).Select(_ => random.Below(3) == 0 ? (byte)random.Below(256) : Utf8[random.Below(Utf8.Length)])];
            Assert.That(pairs.Decode(pairs.Encode(bytes)), Is.EqualTo(bytes));
            Assert.That(new ByteTokenizer().Decode(new ByteTokenizer().Encode(bytes)), Is.EqualTo(bytes));
        }
    }

    [Rule("TOKENIZERS-2")]
    [Test]
    public void Characters_that_are_not_in_the_alphabet_and_bytes_that_are_no_text_are_named()
    {
        var tokenizer = new CharacterTokenizer("cab"u8);
        Assert.That(tokenizer.Alphabet, Is.EqualTo("abc"));
        Assert.That(tokenizer.Encode("abca"), Is.EqualTo(new[] { 0, 1, 2, 0 }));
        Assert.That(() => tokenizer.Encode("ab🙂"), Throws.TypeOf<TokenizerException>().With.Message.EqualTo("text has U+1F642 as character 2, which is none of the 3 of the alphabet"));
        Assert.That(() => tokenizer.Encode([97, 0xFF]), Throws.TypeOf<TokenizerException>().With.Message.EqualTo("text is no UTF-8 at byte 1"));
        Assert.That(() => tokenizer.Encode("a\uD83D"), Throws.TypeOf<TokenizerException>().With.Message.EqualTo("text has half of a surrogate pair, U+D83D, at index 1, which no UTF-8 has"));
        Assert.That(() => new CharacterTokenizer(ReadOnlySpan<byte>.Empty), Throws.TypeOf<TokenizerException>());
    }

    [Rule("TOKENIZERS-3")]
    [Test]
    public void Three_special_tokens_make_the_259_of_D1_and_are_no_text()
    {
        var tokenizer = new ByteTokenizer("<pad>", "<bos>", "<eos>");
        Assert.That(tokenizer.VocabularySize, Is.EqualTo(259));
        Assert.That(tokenizer.Specials["<eos>"], Is.EqualTo(258));
        Assert.That(tokenizer.Encode("<eos>"), Is.EqualTo("<eos>".Select(c => (int)c)));
        Assert.That(tokenizer.DecodeText([104, 258, 105, 256]), Is.EqualTo("hi"));
        Assert.That(() => tokenizer.Specials["<sos>"], Throws.TypeOf<KeyNotFoundException>().With.Message.EqualTo("name = <sos> is outside {<pad>, <bos>, <eos>}"));
        Assert.That(() => new ByteTokenizer("a", "a"), Throws.ArgumentException);
        Assert.That(() => new ByteTokenizer(""), Throws.ArgumentException);
    }
}
