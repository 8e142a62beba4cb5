using System.Text.Json.Nodes;
using TrainingSpec.Tokenizers;

namespace TrainingSpec.Tests.Tokenizers;

/// <summary>GPT-2's two files against what its published vocabulary has: Ġ for a space, Ċ for a new line, bytes that don't print from U+0100 to U+0143.</summary>
public sealed class Gpt2FilesTests
{
    private static readonly BytePairTokenizer Pairs = new([(' ', 't'), ('h', 'e'), (256, 257)], "<|endoftext|>");

    [Test]
    public void Merges_stand_a_line_each_as_printable_characters() =>
        Assert.That(Gpt2Files.Merges(Pairs), Is.EqualTo("#version: 0.2\nĠ t\nh e\nĠt he\n"));

    [TestCase("Ġ", 32)]
    [TestCase("Ċ", 10)]
    [TestCase("Ā", 0)]
    [TestCase("ġ", 127)]
    [TestCase("Ń", 173)]
    [TestCase("!", 33)]
    [TestCase("ÿ", 255)]
    [TestCase("Ġthe", 258)]
    [TestCase("<|endoftext|>", 259)]
    public void The_vocabulary_has_each_tokens_id(string text, int id) => Assert.That((int)JsonNode.Parse(Gpt2Files.Vocabulary(Pairs))![text]!, Is.EqualTo(id));

    [Test]
    public void Each_token_has_a_text_of_its_own() => Assert.That(JsonNode.Parse(Gpt2Files.Vocabulary(Pairs))!.AsObject(), Has.Count.EqualTo(Pairs.VocabularySize));
}
