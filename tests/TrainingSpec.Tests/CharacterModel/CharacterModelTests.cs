using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using Model = TrainingSpec.Models.CharacterModel;

namespace TrainingSpec.Tests.CharacterModels;

/// <summary>D0's character model: its loss by hand, its gradients two ways, its trainer in both orders.</summary>
public sealed class CharacterModelTests
{
    private static readonly CharacterConfig Config = new(5, 2, 3, 6);
    private static readonly CharacterExample[] Examples = Model.Examples([.. Enumerable.Range(0, 90).Select(i => i * i % 7 % 5)], 2);
    private static readonly CharacterTraining Options = new() { Epochs = 6, BatchSize = 8, Rate = 0.5, MaxNorm = 0.3, DropProbability = 0 };

    [Test]
    [Rule("CHARACTER-MODEL-1")]
    public void The_loss_is_that_of_its_definition()
    {
        OrderedDictionary<string, Real64[]> w = Model.Start<Real64>(Config, 3);
        Array.Fill(w["hidden.b"], (Real64)0.25);
        foreach (CharacterExample example in Examples.Take(5))
        {
            double[] x = [.. example.Context.SelectMany(id => w["embedding"].Skip(3 * id).Take(3)).Select(v => v.Value)];
            double[] hidden = [.. Enumerable.Range(0, 6).Select(j => Math.Max(0, 0.25 + x.Select((value, i) => value * w["hidden.w"][6 * j + i].Value).Sum()))];
            double[] logits = [.. Enumerable.Range(0, 5).Select(k => hidden.Select((value, j) => value * w["output.w"][6 * k + j].Value).Sum())];
            double loss = Math.Log(logits.Sum(Math.Exp)) - logits[example.Target];

            // On both sides a hidden unit takes 14 roundings, a logit 13, the loss itself at most 12, each of no more than the terms' magnitudes.
            double terms = Enumerable.Range(0, 5).Max(k => Enumerable.Range(0, 6).Sum(j => Math.Abs(w["output.w"][6 * k + j].Value) * (0.25 + x.Select((value, i) => Math.Abs(value * w["hidden.w"][6 * j + i].Value)).Sum())));
            Assert.That(Model.Loss(Config, w, example).Value, Is.EqualTo(loss).Within(2 * (14 + 13 + 12) * Math.ScaleB(1, -53) * (Math.Log(5) + terms)));
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    [Rule("CHARACTER-MODEL-2")]
    public void The_record_and_whole_tensors_have_the_same_gradients_and_devices_the_same_bits(bool drops)
    {
        OrderedDictionary<string, Real64[]> w = Model.Start<Real64>(Config, 3);
        CharacterExample[] batch = Examples[..9];
        double[][]? kept = drops ? [.. Enumerable.Range(0, 9).Select(i => (double[])[.. Enumerable.Range(0, 6).Select(j => (i + j) % 3 == 0 ? 0 : 1.5)])] : null;
        Real64[][]? wide = kept is null ? null : Array.ConvertAll(kept, row => Array.ConvertAll(row, v => (Real64)v));
        (Real64 loss, Real64[][] record) = CharacterGradients.ByRecord(Config, w, batch, wide);
        (Real64 other, Real64[][] tensors) = CharacterGradients.By(new ReferenceOperations<Real64>())(Config, w, batch, wide);
        Assert.That(other.Value, Is.EqualTo(loss.Value).Within(1e-14));
        for (int i = 0; i < record.Length; i++)
        {
            // Sums of 9 examples with at most 6 terms each, all below 10.
            Assert.That(tensors[i].Select(g => g.Value), Is.EqualTo(record[i].Select(g => g.Value)).Within(100 * 9 * 10 * Real64.UnitRoundoff), w.GetAt(i).Key);
            Assert.That(record[i].Any(g => g.Value != 0), Is.True, w.GetAt(i).Key);
        }

        OrderedDictionary<string, Real32[]> single = Model.Start<Real32>(Config, 3);
        Real32[][]? narrow = kept is null ? null : Array.ConvertAll(kept, row => Array.ConvertAll(row, v => (Real32)v));
        var reference = CharacterGradients.By(new ReferenceOperations<Real32>())(Config, single, batch, narrow);
        foreach (int threads in new[] { 1, 2, 7 })
        {
            var found = CharacterGradients.By(new CpuOperations(threads))(Config, single, batch, narrow);
            Assert.That(found.Loss, Is.EqualTo(reference.Loss));
            Assert.That(found.Gradients, Is.EqualTo(reference.Gradients));
        }
    }

    [Test]
    [Rule("CHARACTER-MODEL-3")]
    public void As_printed_clipping_changes_no_bit_and_in_the_order_that_works_it_does()
    {
        OrderedDictionary<string, Real64[]> Trained(CharacterOrder order, double maxNorm)
        {
            OrderedDictionary<string, Real64[]> w = Model.Start<Real64>(Config, 3);
            CharacterTrainer.Run(Config, w, Examples[..60], Examples[60..], Options with { Order = order, MaxNorm = maxNorm }, CharacterGradients.ByRecord);
            return w;
        }

        Assert.That(Trained(CharacterOrder.Printed, 1e-9).Values, Is.EqualTo(Trained(CharacterOrder.Printed, double.PositiveInfinity).Values));
        Assert.That(Trained(CharacterOrder.Working, 0.3).Values, Is.Not.EqualTo(Trained(CharacterOrder.Working, double.PositiveInfinity).Values));
        OrderedDictionary<string, Real64[]> still = Trained(CharacterOrder.Working, 1e-12), start = Model.Start<Real64>(Config, 3);

        // Eight batches in each of six epochs.
        double decayed = Enumerable.Range(0, 6).Aggregate(1.0, (product, epoch) => product * Math.Pow(1 - 0.5 * (1 - epoch / 6.0) * 1e-4, 8));
        Assert.That(still["hidden.w"].Select(v => v.Value), Is.EqualTo(start["hidden.w"].Select(v => decayed * v.Value)).Within(1e-9), "a norm near zero holds all but the decay");
    }

    [Test]
    public void Each_epoch_goes_through_all_examples_in_an_order_of_its_own_and_each_step_drops_others()
    {
        List<CharacterExample> seen = [];
        List<string> dropped = [];
        CharacterTrainer.Run<Real64>(Config, Model.Start<Real64>(Config, 3), Examples[..60], Examples[60..], Options with { Epochs = 3, Patience = 9, DropProbability = 0.5 }, (config, weights, batch, kept) =>
        {
            seen.AddRange(batch);
            dropped.Add(string.Concat(kept!.SelectMany(row => row).Select(k => k.Value == 0 ? '0' : '1')));
            return CharacterGradients.ByRecord(config, weights, batch, kept);
        });
        CharacterExample[][] epochs = [.. seen.Chunk(60)];
        Assert.That(epochs, Has.Length.EqualTo(3).And.All.EquivalentTo(Examples[..60]));
        Assert.That(epochs.Select(e => string.Join(" ", e.Select(x => Array.IndexOf(Examples, x)))).Append("in order: " + string.Join(" ", Enumerable.Range(0, 60))), Is.Unique);
        Assert.That(dropped, Has.Count.EqualTo(24).And.Unique);
    }

    [Test]
    public void A_step_is_that_of_its_formula()
    {
        // One batch of all examples and one epoch: θ₁ = (1 − ηλ)·θ₀ − η·min(1, c/‖g‖)·g, and as printed (1 − ηλ)·(θ₀ − η·g).
        OrderedDictionary<string, Real64[]> start = Model.Start<Real64>(Config, 3);
        CharacterExample[] batch = Examples[..8];
        double[][] g = [.. CharacterGradients.ByRecord(Config, start, batch, null).Gradients.Select(t => t.Select(v => v.Value).ToArray())];
        double norm = Math.Sqrt(g.Sum(t => t.Sum(v => v * v))), factor = Math.Min(1, 0.3 / norm);
        Assert.That(factor, Is.LessThan(1));
        foreach (CharacterOrder order in Enum.GetValues<CharacterOrder>())
        {
            OrderedDictionary<string, Real64[]> w = Model.Start<Real64>(Config, 3);
            IReadOnlyList<CharacterEpoch> epochs = CharacterTrainer.Run(Config, w, batch, Examples[8..20], Options with { Epochs = 1, Decay = 0.1, Order = order }, CharacterGradients.ByRecord);
            for (int i = 0; i < g.Length; i++)
            {
                double[] expected = [.. start.GetAt(i).Value.Zip(g[i], (theta, slope) => order == CharacterOrder.Working ? 0.95 * theta.Value - 0.5 * factor * slope : 0.95 * (theta.Value - 0.5 * slope))];
                Assert.That(w.GetAt(i).Value.Select(v => v.Value), Is.EqualTo(expected).Within(1e-13));
            }

            Assert.That((epochs[0].LargestNorm, epochs[0].Clipped), Is.EqualTo((norm, 1)).Using<(double, int), (double, int)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && a.Item2 == b.Item2));
        }
    }

    [Test]
    [Rule("CHARACTER-MODEL-4")]
    public void The_best_weights_stay_in_the_order_that_works_and_the_last_as_printed()
    {
        foreach (CharacterOrder order in Enum.GetValues<CharacterOrder>())
        {
            OrderedDictionary<string, Real64[]> w = Model.Start<Real64>(Config, 3);
            IReadOnlyList<CharacterEpoch> epochs = CharacterTrainer.Run(
                Config, w, Examples[..12], Examples[12..30], Options with { Epochs = 40, Rate = 2, MaxNorm = 100, Patience = 3, Order = order }, CharacterGradients.ByRecord);
            double left = Model.Mean(Config, w, Examples[12..30]).Value, best = epochs.Min(e => e.Validation);
            Assert.That(epochs.Count, Is.InRange(4, 39), "it stopped early");
            Assert.That(left, Is.EqualTo(order == CharacterOrder.Working ? best : epochs[^1].Validation));
            Assert.That(epochs[^1].Validation, Is.GreaterThan(best));
            Assert.That(epochs[1].Rate, Is.EqualTo(2 * (1 - 1 / 40.0)).Within(1e-15));
        }
    }

    [Test]
    public void It_learns_and_says_so_in_the_lines_that_D0_prints()
    {
        OrderedDictionary<string, Real64[]> w = Model.Start<Real64>(Config, 3);
        IReadOnlyList<CharacterEpoch> epochs = CharacterTrainer.Run(Config, w, Examples[..70], Examples[70..], Options with { Epochs = 15, MaxNorm = 5, Patience = 15, DropProbability = 0.1 }, CharacterGradients.ByRecord);
        Assert.That(epochs[^1].Validation, Is.LessThan(0.3).And.LessThan(epochs[0].Validation / 3), "the text repeats itself");
        Assert.That(new CharacterEpoch(2, 0.1, 1.5, 2, 1, 0).ToString(), Is.EqualTo("Epoch 2: train_loss=1.5000 (PPL=4.48), val_loss=2.0000 (PPL=7.39)"));
    }

    [TestCase(1, 2, 3, 4)]
    [TestCase(2, 0, 3, 4)]
    [TestCase(2, 1, 0, 4)]
    [TestCase(2, 1, 1, 0)]
    public void Sizes_outside_are_refused(int vocabulary, int context, int width, int hidden) =>
        Assert.That(() => new CharacterConfig(vocabulary, context, width, hidden).Weights(), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Options_outside_are_refused_by_name()
    {
        using var scope = Assert.EnterMultipleScope();
        foreach ((string name, Action set) in new (string, Action)[]
        {
            ("epochs = 0", () => _ = new CharacterTraining { Epochs = 0 }),
            ("batch_size = 0", () => _ = new CharacterTraining { BatchSize = 0 }),
            ("lr = -1", () => _ = new CharacterTraining { Rate = -1 }),
            ("lambda = -1", () => _ = new CharacterTraining { Decay = -1 }),
            ("max_norm = 0", () => _ = new CharacterTraining { MaxNorm = 0 }),
            ("patience = -1", () => _ = new CharacterTraining { Patience = -1 }),
            ("p = 1", () => _ = new CharacterTraining { DropProbability = 1 }),
        })
            Assert.That(set, Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith(name + " is outside"));
    }
}
