using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrainingSpec.Models;
using TrainingSpec.Tokenizers;

namespace Spec.Cli.Training;

/// <summary>What the passes of a training compute in.</summary>
internal enum PassFormat
{
    /// <summary>binary32.</summary>
    Float32,

    /// <summary>binary16, with a dynamic loss scale.</summary>
    Float16,

    /// <summary>bfloat16, whose range needs no loss scale.</summary>
    BFloat16,
}

/// <summary>What a training is of: what a run that goes on must share with the one that it goes on from.</summary>
/// <param name="Preset">The preset.</param>
/// <param name="Corpus">The text, as bytes.</param>
/// <param name="Steps">How many steps the whole run has.</param>
/// <param name="Seed">Weights and batches are drawn from it.</param>
internal sealed record TrainSettings(GptPreset Preset, byte[] Corpus, int Steps, ulong Seed)
{
    // Of the text, the last tenth is for validation.
    private const int Parts = 10;

    /// <summary>Micro-batches of a step; each has the preset's sequences.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>What the passes compute in.</summary>
    public PassFormat Format { get; init; }

    /// <summary>How many measurements in a row without a better validation loss end the run, which then has its best weights back; null for none.</summary>
    public int? Patience { get; init; }

    /// <summary>The tokenizer: byte pairs are learned from the part for training, characters are those of the whole text.</summary>
    public ITokenizer Tokenizer { get; } = Learn(Preset, Corpus);

    /// <summary>The model's shape.</summary>
    public GptConfig Config => Preset.Config with { Vocabulary = Tokenizer.VocabularySize };

    /// <summary>The text in two parts, cut at a character.</summary>
    public (TokenText Training, TokenText Validation) Texts()
    {
        int cut = Cut(Corpus);
        return (Text(Corpus[..cut], "the training text"), Text(Corpus[cut..], "the validation text"));
    }

    /// <summary>The text's first character, as ids: what a text that the model writes goes on from.</summary>
    /// <exception cref="TokenizerException">The text does not begin with UTF-8, and the tokenizer has characters alone.</exception>
    public int[] Beginning()
    {
        Rune.DecodeFromUtf8(Corpus, out _, out int length);
        return Tokenizer.Encode(Corpus.AsSpan(0, length));
    }

    /// <summary>By name, as a checkpoint has them.</summary>
    public IReadOnlyDictionary<string, string> Named() => new Dictionary<string, string>
    {
        ["preset"] = Preset.Name,
        ["corpus"] = Convert.ToHexStringLower(SHA256.HashData(Corpus)),
        ["steps"] = Steps.ToString(CultureInfo.InvariantCulture),
        ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
        ["micro-batches"] = MicroBatches.ToString(CultureInfo.InvariantCulture),
        ["format"] = Format.ToString().ToLowerInvariant(),
        ["patience"] = Patience?.ToString(CultureInfo.InvariantCulture) ?? "none",
    };

    private TokenText Text(byte[] part, string name) => new(Tokenizer.Encode(part), Preset.Config.Context, name);

    private static ITokenizer Learn(GptPreset preset, byte[] corpus) => preset.Vocabulary switch
    {
        0 => new CharacterTokenizer(corpus),
        ByteTokenizer.Bytes + 3 => new ByteTokenizer("<pad>", "<bos>", "<eos>"),
        _ => BytePairTraining.Learn(corpus.AsSpan(0, Cut(corpus)), preset.Vocabulary),
    };

    private static int Cut(byte[] corpus)
    {
        int cut = (int)((long)corpus.Length * (Parts - 1) / Parts);
        while (cut > 0 && cut < corpus.Length && (corpus[cut] & 0xC0) == 0x80)
            cut--;
        return cut;
    }
}
