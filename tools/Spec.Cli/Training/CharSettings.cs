using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tokenizers;
using TrainingSpec.Training;

namespace Spec.Cli.Training;

/// <summary>A training of D0's character model: its text, shape and options.</summary>
internal sealed class CharSettings
{
    // D0 names no sizes: these are ours.
    private const int Context = 4, Width = 8, Hidden = 32;

    // D0's share of examples for validation.
    private const double ValidationFraction = 0.1;

    private readonly byte[] _corpus;

    /// <summary>A training on the beginning of a text.</summary>
    /// <param name="corpus">The text in UTF-8.</param>
    /// <param name="examples">How many examples of it.</param>
    /// <param name="options">D0's configuration.</param>
    /// <exception cref="ArgumentException">The text has not more characters than the context, or is no UTF-8.</exception>
    public CharSettings(byte[] corpus, int examples, CharacterTraining options)
    {
        _corpus = corpus;
        byte[] part = Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(corpus).EnumerateRunes().Take(examples + Context)));
        Tokenizer = new CharacterTokenizer(part);
        Config = new CharacterConfig(Math.Max(2, Tokenizer.VocabularySize), Context, Width, Hidden);
        Options = options;
        CharacterExample[] all = CharacterModel.Examples(Tokenizer.Encode(part), Context);
        (int[] training, int[] validation) = BatchSampling.Split(all.Length, ValidationFraction, options.Seed);
        if (validation.Length == 0)
            throw new ArgumentException($"the text has {all.Length} examples, which is outside texts with one for validation");
        (Training, Validation) = ([.. training.Select(i => all[i])], [.. validation.Select(i => all[i])]);
    }

    /// <summary>The characters.</summary>
    public CharacterTokenizer Tokenizer { get; }

    /// <summary>The shape.</summary>
    public CharacterConfig Config { get; }

    /// <summary>D0's configuration.</summary>
    public CharacterTraining Options { get; }

    /// <summary>The examples for training.</summary>
    public CharacterExample[] Training { get; }

    /// <summary>Those for validation.</summary>
    public CharacterExample[] Validation { get; }

    /// <summary>The loss, in nats, of who knows how often each character comes and no more: what a model must be below.</summary>
    public double Unigram()
    {
        double[] counts = new double[Config.Vocabulary];
        foreach (CharacterExample example in Training)
            counts[example.Target]++;

        // One more of each: a character that only the validation has would cost without bound.
        double all = Training.Length + counts.Length;
        return Validation.Average(e => -Real64.Log((counts[e.Target] + 1) / all).Value);
    }

    /// <summary>What a run that goes on must share with the one that it goes on from, by name.</summary>
    /// <param name="by">What gives loss and gradients, whose number the weights have.</param>
    public IReadOnlyDictionary<string, string> Named(string by) => new Dictionary<string, string>
    {
        ["preset"] = "d0",
        ["corpus"] = Convert.ToHexStringLower(SHA256.HashData(_corpus)),
        ["examples"] = (Training.Length + Validation.Length).ToString(CultureInfo.InvariantCulture),
        ["epochs"] = Options.Epochs.ToString(CultureInfo.InvariantCulture),
        ["rate"] = Options.Rate.ToString("R", CultureInfo.InvariantCulture),
        ["seed"] = Options.Seed.ToString(CultureInfo.InvariantCulture),
        ["order"] = Options.Order.ToString().ToLowerInvariant(),
        ["by"] = by,
    };

    /// <summary>Trains weights from the start, or from where a run was.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="pass">What gives loss and gradients.</param>
    /// <param name="ended">Told of each epoch.</param>
    /// <param name="from">Where a run was; null for the start.</param>
    /// <param name="saved">Told where the run is after each epoch; true ends it there.</param>
    public (OrderedDictionary<string, T[]> Weights, IReadOnlyList<CharacterEpoch> Epochs) Run<T>(
        CharacterTraining options, CharacterPass<T> pass, Action<CharacterEpoch>? ended = null, CharacterState<T>? from = null, Func<CharacterState<T>, bool>? saved = null)
        where T : struct, IBinaryFormat<T>
    {
        OrderedDictionary<string, T[]> weights = from?.Weights ?? CharacterModel.Start<T>(Config, options.Seed);
        return (weights, CharacterTrainer.Run(Config, weights, Training, Validation, options, pass, ended, from, saved));
    }
}
