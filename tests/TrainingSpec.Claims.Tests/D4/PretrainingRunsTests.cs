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

    // Counted here from the kept rows themselves: three rows of seeds follow one another, and three meanings of three lines.
    [Test]
    public void The_findings_say_how_many_single_readings_have_all_logged_losses_at_once()
    {
        double[] logged = [7.2341, 5.8234, 4.9823];
        double[][] rows = [.. PretrainingRuns.Kept(Documents).Select(row => row.Trim('[', ']').Split(", ").Skip(5).Select(x => double.Parse(x, CultureInfo.InvariantCulture)).ToArray())];
        int having = 0;
        for (int first = 0; first < rows.Length; first += 3)
        {
            for (int meaning = 0; meaning < 9; meaning += 3)
                having += Enumerable.Range(0, 3).All(i => new[] { first, first + 1, first + 2 }.Select(r => rows[r][meaning + i]).ToArray() is var seeds && seeds.Min() <= logged[i] && logged[i] <= seeds.Max()) ? 1 : 0;
        }

        double off = rows.Min(row => Enumerable.Range(0, 3).Min(m => Enumerable.Range(0, 3).Max(i => Math.Abs(row[3 * m + i] - logged[i]))));
        Assert.That(having, Is.Zero);
        foreach (string id in (string[])["D4-159", "D4-162", "D4-164"])
        {
            string why = LogLosses.Loss(Documents["D4"][id], Documents["D4"]).Why;
            Assert.That(why, Does.Contain("no single reading has all logged losses at once: of 24").And.Contain(string.Create(CultureInfo.InvariantCulture, $"is {off:F2} off at one of the lines")), id);
        }
    }

    [Test]
    public void A_reading_that_has_all_logged_losses_is_counted_and_one_that_misses_a_line_is_not()
    {
        PretrainingReading reading = PretrainingRuns.All[0];
        (PretrainingReading, double[][])[] Runs(double third) => [(reading, [[7, 6, 5], [0, 0, 0], [0, 0, 0]]), (reading with { Seed = 1 }, [[8, 5, third], [0, 0, 0], [0, 0, 0]])];
        Assert.Multiple(() =>
        {
            Assert.That(AtOnce.Of(Runs(4), [7.2, 5.8, 4.9]), Is.EqualTo(new AtOnce(3, 1, "gpt2-style words, batches of 8, deviation 0.02, seed 0, a line's loss being the batch's", 7.2 - 7)));
            Assert.That(AtOnce.Of(Runs(5), [7.2, 5.8, 4.9]).Having, Is.Zero);
            Assert.That(AtOnce.Of(Runs(4), [7.2, 5.8, 4.9]).ToString(), Does.StartWith("one reading has all logged losses at once"));

            // Another setting's runs are not its seeds.
            Assert.That(AtOnce.Of([Runs(4)[0], (reading with { Batch = 4 }, Runs(4)[1].Item2)], [7.2, 5.8, 4.9]).Having, Is.Zero);
        });
    }

    [Test]
    public void Another_corpus_is_refused() => Assert.That(
        () => PretrainingRuns.Rows([65, 66], Documents, new CpuOperations(1), () => { }),
        Throws.ArgumentException.With.Message.StartsWith("the corpus has 2 bytes, and the document's 1115394 characters are ASCII"));
}
