using System.Globalization;
using TrainingSpec.Claims.D4;
using TrainingSpec.Devices;

namespace TrainingSpec.Claims.Tests.D4;

/// <summary>D4's pretraining as this library runs it: what a row says of a run, and that a run is a function of its reading.</summary>
public sealed class PretrainingRunsTests
{
    private static readonly DocumentLibrary Documents = DocumentLibrary.Open();

    [Test]
    public void A_row_has_the_batchs_loss_the_mean_since_the_line_before_and_the_mean_so_far()
    {
        // Of losses 1, 2, …, 150.
        string row = PretrainingRuns.Row(PretrainingRuns.All[0], [.. Enumerable.Range(1, 150).Select(i => (double)i)], [50, 100, 150]);
        Assert.That(row, Is.EqualTo("[\"gpt2-style words\", 8, 128, 0.02, 0, 50, 100, 150, 25.5, 75.5, 125.5, 25.5, 50.5, 75.5]"));
    }

    [Test]
    public void The_facts_keep_a_row_for_each_reading_in_order()
    {
        IReadOnlyList<string> kept = PretrainingRuns.Kept(Documents);
        Assert.That(kept, Has.Count.EqualTo(PretrainingRuns.All.Count));
        for (int i = 0; i < kept.Count; i++)
        {
            PretrainingReading r = PretrainingRuns.All[i];
            Assert.That(kept[i], Does.StartWith(string.Create(CultureInfo.InvariantCulture, $"[\"{r.Encoding}\", {r.Batch}, {r.Length}, {r.Deviation}, {r.Seed}, ")));
        }

        Assert.That(PretrainingRuns.Steps(Documents), Is.EqualTo(24 * 150));
    }

    [Test]
    public void A_run_starts_at_the_logarithm_of_the_vocabulary_and_has_the_same_bits_on_any_threads()
    {
        int[] ids = [.. Enumerable.Range(0, 90).Select(i => i * i % 2000)];
        var reading = new PretrainingReading("gpt2-style words", 2, 8, 0.02, 1);
        double[] losses = Run(1);
        Assert.That(losses[0], Is.EqualTo(Math.Log(2000)).Within(0.05 * Math.Log(2000)));
        Assert.That(Run(2), Is.EqualTo(losses));

        double[] Run(int threads) => PretrainingRuns.Train(ids, reading, Documents["D4"], 2, new CpuOperations(threads), () => { });
    }

    [Test]
    public void Another_corpus_is_refused() => Assert.That(
        () => PretrainingRuns.Rows([65, 66], Documents, new CpuOperations(1), () => { }),
        Throws.ArgumentException.With.Message.StartsWith("the corpus has 2 bytes, and the document's 1115394 characters are ASCII"));
}
