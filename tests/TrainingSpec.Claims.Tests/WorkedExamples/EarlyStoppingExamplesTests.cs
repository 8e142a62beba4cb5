namespace TrainingSpec.Claims.Tests.WorkedExamples;

/// <summary>Against decisions reached by hand from the histories.</summary>
public class EarlyStoppingExamplesTests
{
    // Stop epochs of D0's function, D0's loop and D2's class at patience 3, then at patience 0; 0 for never.
    [TestCase("falls and rises", 9, 9, 6, 1, 4, 4)]
    [TestCase("level", 4, 4, 4, 1, 2, 2)]
    [TestCase("small steps", 0, 0, 0, 1, 0, 2)]
    [TestCase("not a number", 6, 6, 6, 1, 2, 2)]
    [TestCase("never a number", 3, 3, 3, 1, 1, 1)]
    [TestCase("always better", 0, 0, 0, 1, 0, 0)]
    [TestCase("every other one worse", 0, 0, 0, 1, 2, 2)]
    public void Versions_stop_where_their_code_says(string history, params int[] epochs)
    {
        string[] names = ["D0's function", "D0's loop", "D2's class"];
        WorkedDocument document = WorkedDocument.Of("early-stopping/Versions");
        Assert.Multiple(() =>
        {
            for (int i = 0; i < epochs.Length; i++)
            {
                string key = $"{history}.{names[i % 3]}, patience {(i < 3 ? 3 : 0)}";
                Assert.That(document.Text(key + ", stops after"), Is.EqualTo(epochs[i] == 0 ? "never" : $"epoch {epochs[i]}"), key);
                Assert.That(Array.IndexOf(document.Row(key), 1) + 1, Is.EqualTo(epochs[i]), key);
            }
        });
    }

    // Nothing lies above infinity; from the first loss on, four worse ones in all, never set back, exceed a patience of 3.
    [TestCase("falls and rises", 0)]
    [TestCase("level", 0)]
    [TestCase("not a number", 0)]
    [TestCase("every other one worse", 8)]
    public void D1_counts_losses_above_a_best_that_never_moves(string history, int epoch)
    {
        WorkedDocument document = WorkedDocument.Of("early-stopping/Versions");
        Assert.Multiple(() =>
        {
            Assert.That(document.Row(history + ".D1's snippet, patience 3"), Is.All.Zero);
            Assert.That(document.Row(history + ".D1's snippet, patience 0"), Is.All.Zero);
            Assert.That(document.Text(history + ".D1's snippet, patience 3, from the first loss, stops after"), Is.EqualTo(epoch == 0 ? "never" : $"epoch {epoch}"));
        });
    }

    // The best loss, its epoch, the last epoch seen.
    [TestCase("falls and rises, least improvement 0", 1.19995, 6, 9, true)]
    [TestCase("falls and rises, least improvement 0.0001", 1.2, 3, 6, true)]
    [TestCase("small steps, least improvement 0", 0.9997, 7, 7, false)]
    [TestCase("small steps, least improvement 0.0001", 0.9997, 7, 7, false)]
    [TestCase("not a number, least improvement 0", 0.9, 3, 6, true)]
    [TestCase("level, least improvement 0", 1, 1, 4, true)]
    [TestCase("every other one worse, least improvement 0", 0.2, 9, 9, false)]
    public void The_reference_keeps_the_weights_of_the_best_epoch(string key, double best, int bestEpoch, int last, bool stops)
    {
        WorkedDocument document = WorkedDocument.Of("early-stopping/Reference");
        Assert.Multiple(() =>
        {
            Assert.That(document.Row(key + ".best")[^1], Is.EqualTo(best));
            Assert.That(document.Row(key + ".best epoch")[^1], Is.EqualTo(bestEpoch));
            Assert.That(document.Row(key + ".best"), Has.Length.EqualTo(last));
            Assert.That(document.Row(key + ".epoch of the kept weights"), Is.EqualTo(document.Row(key + ".best epoch")));
            Assert.That(document.Text(key + ".stops after"), Is.EqualTo(stops ? $"epoch {last}" : "never"));
        });
    }

    [Test]
    public void Small_steps_add_up_to_the_least_improvement()
    {
        // Epochs 1, 4 and 7 lie 0, 1.5 and 3 least improvements down; 2 of them are a tie that 0.9999 just misses.
        Assert.That(WorkedDocument.Of("early-stopping/Reference").Row("small steps, least improvement 0.0001.best epoch"), Is.EqualTo(new[] { 1, 1, 1, 4, 4, 4, 7 }));
    }

    [Test]
    public void A_loss_that_is_never_a_number_has_no_best()
    {
        WorkedDocument document = WorkedDocument.Of("early-stopping/Reference");
        Assert.That(document.Row("never a number, least improvement 0.best"), Is.All.NaN);
        Assert.That(document.Row("never a number, least improvement 0.best epoch"), Is.All.Zero);
    }
}
