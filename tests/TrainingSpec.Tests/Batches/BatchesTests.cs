using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Batches;

internal sealed class BatchesTests
{
    [Rule("BATCHES-1")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(BatchCases)])]
    public bool A_split_deals_every_index_once(BatchCase c)
    {
        (int[] train, int[] validation) = BatchSampling.Split(c.Count, c.Fraction, c.Seed);
        return train.Concat(validation).Order().SequenceEqual(Enumerable.Range(0, c.Count));
    }

    [Rule("BATCHES-1")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(BatchCases)])]
    public bool A_larger_share_only_moves_indices_from_training_to_validation(BatchCase c, byte more)
    {
        double larger = c.Fraction + (1 - c.Fraction) * (more / 255.0);
        int[] validation = BatchSampling.Split(c.Count, c.Fraction, c.Seed).Validation;
        (int[] train, int[] grown) = BatchSampling.Split(c.Count, larger, c.Seed);
        return grown.AsSpan().StartsWith(validation) && !train.Intersect(validation).Any();
    }

    [Rule("BATCHES-2")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(BatchCases)])]
    public bool Validation_gets_the_floor_of_the_exact_product(BatchCase c) =>
        BatchSampling.Split(c.Count, c.Fraction, c.Seed).Validation.Length == c.Count * (int)Math.Round(1000 * c.Fraction) / 1000;

    [TestCase(1_115_394, 0.9, 1_003_854)]
    [TestCase(10, 0.9, 9)]
    [TestCase(10, 0.7, 7)]
    [TestCase(100, 0.29, 29)]
    [TestCase(47, 13.0 / 47, 13)]
    [TestCase(22, 18.0 / 22, 18)]
    [TestCase(int.MaxValue, 5e-324, 0)]
    [TestCase(int.MaxValue, 1.0, int.MaxValue)]
    [TestCase(0, 0.9, 0)]
    [Rule("BATCHES-2")]
    public void A_part_is_the_floor_of_the_exact_product(int count, double fraction, int expected) =>
        Assert.That(BatchSampling.Part(count, fraction), Is.EqualTo(expected));

    [Rule("BATCHES-3")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(BatchCases)])]
    public bool An_epoch_deals_every_index_once(BatchCase c) =>
        Epoch(c).SelectMany(b => b).Order().SequenceEqual(Enumerable.Range(0, c.Count));

    [Rule("BATCHES-3")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(BatchCases)])]
    public bool The_order_does_not_depend_on_the_batch_size(BatchCase c) =>
        Epoch(c).SelectMany(b => b).SequenceEqual(Epoch(c with { Size = 1 }).SelectMany(b => b));

    [Rule("BATCHES-4")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(BatchCases)])]
    public bool Each_epoch_has_an_order_of_its_own(BatchCase c)
    {
        // 40! orders: no two of ten epochs agree by chance.
        BatchCase large = c with { Count = c.Count + 40 };
        return Enumerable.Range(0, 10).Select(e => string.Join(' ', Epoch(large with { Epoch = (ulong)e }).SelectMany(b => b))).Distinct().Count() == 10;
    }

    [Rule("BATCHES-5")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(BatchCases)])]
    public bool All_batches_are_full_but_a_last_one_that_drop_last_leaves_out(BatchCase c)
    {
        int[][] all = Epoch(c), full = Epoch(c, dropLast: true);
        return all.SkipLast(1).All(b => b.Length == c.Size)
            && all[^1].Length == c.Count - c.Size * (all.Length - 1)
            && full.All(b => b.Length == c.Size)
            && full.SelectMany(b => b).SequenceEqual(all.Where(b => b.Length == c.Size).SelectMany(b => b))
            && all.Length == BatchSampling.PerEpoch(c.Count, c.Size) && full.Length == BatchSampling.PerEpoch(c.Count, c.Size, dropLast: true);
    }

    [Rule("BATCHES-6")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(BatchCases)])]
    public bool What_was_asked_before_and_on_which_thread_decides_nothing(BatchCase c)
    {
        int[][] first = Epoch(c);
        Epoch(c with { Seed = c.Seed + 1 });
        return Enumerable.Range(0, 3).AsParallel().All(_ => Same(first, Epoch(c)))
            && BatchSampling.Split(c.Count, c.Fraction, c.Seed).Train.SequenceEqual(BatchSampling.Split(c.Count, c.Fraction, c.Seed).Train);
    }

    [Test]
    [Rule("BATCHES-6")]
    public void The_order_is_that_of_the_words_of_the_stream()
    {
        // Durstenfeld's algorithm by hand: for i = n − 1 … 1 swap with ⌊w·(i + 1)/2³²⌋; no word here is one that Lemire's method rejects.
        const int Count = 8;
        int[] order = [.. Enumerable.Range(0, Count)];
        for (int i = Count - 1, next = 0; i > 0; i--, next++)
        {
            int j = (int)((ulong)RandomStreams.Word(11, 3, (ulong)next) * (ulong)(i + 1) >> 32);
            (order[i], order[j]) = (order[j], order[i]);
        }

        Assert.That(BatchSampling.Shuffled(Count, Count, 11, 3)[0], Is.EqualTo(order));
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(5)]
    [TestCase(6)]
    [Rule("BATCHES-8")]
    public void The_variance_of_a_batch_mean_is_that_over_all_batches_there_are(int size)
    {
        // Every subset of six gradients, each equally likely: the exact variance of their means, in rational numbers over 5·size².
        double[] gradients = [3, -1, 4, 1, -5, 9];
        double mean = gradients.Average();
        double spread = gradients.Sum(g => (g - mean) * (g - mean)) / 5;
        double[] means = [.. Subsets(gradients, size).Select(s => s.Average())];
        double exact = means.Sum(m => (m - mean) * (m - mean)) / means.Length;
        Assert.That(Formulas.Batches.VarianceWithoutReplacement<Real64>(spread, size, 6).Value, Is.EqualTo(exact).Within(1e-13 * spread));
    }

    [Rule("BATCHES-8")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(BatchCases)])]
    public bool Doubling_the_batch_halves_the_variance(BatchCase c)
    {
        double one = Formulas.Batches.Variance<Real64>(1 + c.Fraction, c.Size).Value;
        return Formulas.Batches.Variance<Real64>(1 + c.Fraction, 2 * c.Size).Value == one / 2
            && Formulas.Batches.VarianceWithoutReplacement<Real64>(1 + c.Fraction, Math.Min(c.Size, c.Count), c.Count).Value <= Formulas.Batches.Variance<Real64>(1 + c.Fraction, Math.Min(c.Size, c.Count)).Value;
    }

    [Law]
    public bool A_contiguous_split_loses_nothing(byte[] data)
    {
        (byte[] train, byte[] validation) = BatchSampling.Contiguous<byte>(data, 0.9);
        return train.Length == data.Length * 9 / 10 && train.Concat(validation).SequenceEqual(data);
    }

    [Rule("BATCHES-9")]
    [Test]
    public void Targets_are_the_tokens_that_follow()
    {
        int[] tokens = [.. Enumerable.Range(0, 20)];
        HashSet<int> starts = [];
        for (ulong step = 0; step < 100; step++)
        {
            TokenBatch batch = BatchSampling.Windows(tokens, 8, 3, 1, step);
            for (int b = 0; b < 3; b++)
            {
                starts.Add(batch.Inputs[b][0]);
                Assert.That(batch.Inputs[b], Is.EqualTo(Enumerable.Range(batch.Inputs[b][0], 8)));
                Assert.That(batch.Targets[b], Is.EqualTo(Enumerable.Range(batch.Inputs[b][0] + 1, 8)));
            }
        }

        Assert.That(starts, Is.EquivalentTo(Enumerable.Range(0, 12)), "every window occurs");
    }

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => BatchSampling.Split(10, 1.5, 1), "fraction", "fraction = 1.5 is outside [0, 1]");
        Refused(() => BatchSampling.Split(-1, 0.5, 1), "count", "count = -1 is outside [0, inf)");
        Refused(() => BatchSampling.Shuffled(10, 0, 1, 0), "batch_size", "batch_size = 0 is outside [1, inf)");
        Refused(() => BatchSampling.PerEpoch(0, 1), "count", "count = 0 is outside [1, inf)");
        Assert.That(() => BatchSampling.Windows([1, 2, 3], 3, 1, 1, 0), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("(3, inf)"));
    });

    private static int[][] Epoch(BatchCase c, bool dropLast = false) => BatchSampling.Shuffled(c.Count, c.Size, c.Seed, c.Epoch, dropLast);

    private static bool Same(int[][] x, int[][] y) => x.Length == y.Length && x.Zip(y).All(p => p.First.SequenceEqual(p.Second));

    private static IEnumerable<double[]> Subsets(double[] x, int size) =>
        Enumerable.Range(0, 1 << x.Length).Where(mask => int.PopCount(mask) == size).Select(mask => x.Where((_, i) => (mask >> i & 1) == 1).ToArray());
}
