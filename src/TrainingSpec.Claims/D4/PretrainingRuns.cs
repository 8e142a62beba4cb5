using System.Globalization;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tokenizers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.D4;

/// <summary>How the pretraining may have been set up, where the document leaves it open.</summary>
/// <param name="Encoding">How the text is parted before pairs of bytes are merged: "gpt2-style words" or "whitespace apart".</param>
/// <param name="Batch">Sequences of a batch.</param>
/// <param name="Length">Tokens of a sequence.</param>
/// <param name="Deviation">Standard deviation of the initial matrices.</param>
/// <param name="Seed">Draws weights and batches.</param>
public sealed record PretrainingReading(string Encoding, int Batch, int Length, double Deviation, ulong Seed);

/// <summary>The pretraining that D4 shows, trained by this library on its corpus under every reading of what it leaves open; what its log would print at the logged steps.</summary>
/// <remarks>Source: D4 "Try It Yourself": 1,044,736 parameters, a vocabulary of 2000, nine tenths of the text, the rates of its log.</remarks>
public static class PretrainingRuns
{
    private const string Words = "gpt2-style words", Apart = "whitespace apart";
    private const int Vocabulary = 2000;

    /// <summary>The readings, in the order of the facts' rows.</summary>
    public static IReadOnlyList<PretrainingReading> All { get; } =
    [
        .. from encoding in new[] { Words, Apart }
           from shape in new (int Batch, double Deviation)[] { (8, 0.02), (4, 0.02), (16, 0.02), (8, 0.088) }
           from seed in new ulong[] { 0, 1, 2 }
           select new PretrainingReading(encoding, shape.Batch, 128, shape.Deviation, seed),
    ];

    /// <summary>What a log may mean by the loss of a line: that of the step's batch, the mean of the steps since the line before, or that of all steps of the epoch so far.</summary>
    public static IReadOnlyList<string> Meanings { get; } = ["the batch's", "the mean since the line before", "the epoch's mean so far"];

    /// <summary>Trains under every reading.</summary>
    /// <param name="corpus">The document's corpus.</param>
    /// <param name="documents">The documents, whose claims name the steps of the log, the rates and the sizes.</param>
    /// <param name="operations">What computes it; the bits are the same.</param>
    /// <param name="stepped">Told of each step.</param>
    /// <returns>For each reading a row of facts: the reading, and each meaning of the loss at each logged step.</returns>
    /// <exception cref="ArgumentException">The corpus is another one than the document's.</exception>
    public static IReadOnlyList<string> Rows(byte[] corpus, DocumentLibrary documents, ITensorOperations<Real32> operations, Action stepped)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(documents);
        Document document = documents["D4"];
        long characters = document.Facts["corpus"]["characters"].Whole;
        if (corpus.LongLength != characters || Array.Exists(corpus, b => b >= 0x80))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"the corpus has {corpus.LongLength} bytes, and the document's {characters} characters are ASCII"), nameof(corpus));
        byte[] training = corpus[..(int)document["D4-150"].PrintedNumber("train").Value.ToDouble()];
        Dictionary<string, int[]> ids = All.Select(r => r.Encoding).Distinct().ToDictionary(e => e, e => Encode(training, e));
        int[] steps = Steps(document);
        return [.. All.Select(reading => Row(reading, Train(ids[reading.Encoding], reading, document, steps[^1], operations, stepped), steps))];
    }

    /// <summary>How many steps all trainings have together.</summary>
    /// <param name="documents">The documents, whose log has so many steps.</param>
    public static int Steps(DocumentLibrary documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return All.Count * Steps(documents["D4"])[^1];
    }

    /// <summary>The rows that the facts keep, in the form of <see cref="Rows"/>.</summary>
    /// <param name="documents">The documents.</param>
    public static IReadOnlyList<string> Kept(DocumentLibrary documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return [.. documents["D4"].Facts["own runs"]["rows"].Rows.Select(row => $"[{string.Join(", ", row.Rows.Select(cell => cell.Json))}]")];
    }

    /// <summary>The steps of the log's lines.</summary>
    internal static int[] Steps(Document document) => [.. LoggedLine.All(document).Select(l => l.Step)];

    /// <summary>The batches' losses of the first steps of a run.</summary>
    /// <param name="ids">The text.</param>
    /// <param name="reading">The reading.</param>
    /// <param name="document">Names the rates.</param>
    /// <param name="count">How many steps.</param>
    /// <param name="operations">What computes it.</param>
    /// <param name="stepped">Told of each step.</param>
    internal static double[] Train(int[] ids, PretrainingReading reading, Document document, int count, ITensorOperations<Real32> operations, Action stepped)
    {
        (double peak, int warmup, int total) = LogRates.Configuration(document["D4-156"]);
        GptPreset preset = GptPreset.All.Single(p => p.Name == "d4");
        GptConfig config = preset.Config with { Vocabulary = Vocabulary, Context = reading.Length };
        var trainer = new GptTrainer<Real32>(new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, reading.Seed, reading.Deviation), operations), preset.Options, preset.MaxNorm);
        var text = new TokenText(ids, reading.Length, "the training text");
        var schedule = new WarmupCosineSchedule(peak, 0, warmup, total);
        var losses = new double[count];
        for (int step = 1; step <= count; step++)
        {
            // The log's rates are those of its own step numbers (D4-156).
            losses[step - 1] = trainer.Step(text.Batch(reading.Seed, step, reading.Batch), schedule.At(step)).Loss.Value;
            stepped();
        }

        return losses;
    }

    /// <summary>A row of facts.</summary>
    internal static string Row(PretrainingReading reading, double[] losses, int[] steps)
    {
        IEnumerable<double> meant = from meaning in Enumerable.Range(0, Meanings.Count)
                                    from i in Enumerable.Range(0, steps.Length)
                                    let first = meaning switch { 0 => steps[i] - 1, 1 => i == 0 ? 0 : steps[i - 1], _ => 0 }
                                    select Math.Round(losses[first..steps[i]].Average(), 6);
        return string.Create(CultureInfo.InvariantCulture, $"[\"{reading.Encoding}\", {reading.Batch}, {reading.Length}, {reading.Deviation}, {reading.Seed}, {string.Join(", ", meant.Select(m => m.ToString(CultureInfo.InvariantCulture)))}]");
    }

    // A space belongs to the word behind it and a tabulator to none: where spaces become tabulators, of which the text has none, white space stands apart.
    private static int[] Encode(byte[] text, string encoding)
    {
        byte[] parted = encoding == Apart ? Array.ConvertAll(text, b => b == (byte)' ' ? (byte)'\t' : b) : text;
        return BytePairTraining.Learn(parted, Vocabulary).Encode(parted);
    }
}
