using TrainingSpec.Training;

namespace TrainingSpec.Tests.TrainingLoop;

public class BatchesTests
{
    [TestCase(1_115_394, 0.9, 1_003_854)]
    [TestCase(10, 0.9, 9)]
    [TestCase(10, 0.7, 7)]
    [TestCase(100, 0.29, 29)]
    [TestCase(0, 0.9, 0)]
    public void A_part_is_the_floor_of_the_exact_product(int count, double fraction, int expected) =>
        Assert.That(Batches.Part(count, fraction), Is.EqualTo(expected));

    [Law]
    public bool A_contiguous_split_loses_nothing(byte[] data)
    {
        (byte[] train, byte[] validation) = Batches.Contiguous<byte>(data, 0.9);
        return train.Length == data.Length * 9 / 10 && train.Concat(validation).SequenceEqual(data);
    }

    [Law]
    public bool A_split_deals_every_index_once(byte count, ulong seed)
    {
        (int[] train, int[] validation) = Batches.Split(count, 0.25, seed);
        return validation.Length == count / 4 && train.Concat(validation).Order().SequenceEqual(Enumerable.Range(0, count));
    }

    [Law]
    public bool Batches_deal_every_index_once(byte count, byte size, ulong seed)
    {
        int batchSize = size + 1;
        int[][] all = Batches.Shuffled(count, batchSize, seed, 0);
        int[][] full = Batches.Shuffled(count, batchSize, seed, 0, dropLast: true);
        return all.SelectMany(b => b).Order().SequenceEqual(Enumerable.Range(0, count))
            && all.SkipLast(1).All(b => b.Length == batchSize)
            && full.Length == count / batchSize && full.All(b => b.Length == batchSize);
    }

    [Test]
    public void Each_epoch_has_an_order_of_its_own()
    {
        int[][] first = Batches.Shuffled(50, 10, 1, 0);
        Assert.That(Batches.Shuffled(50, 10, 1, 0), Is.EqualTo(first));
        Assert.That(Batches.Shuffled(50, 10, 1, 1), Is.Not.EqualTo(first));
    }

    [Test]
    public void Targets_are_the_tokens_that_follow()
    {
        int[] tokens = [.. Enumerable.Range(0, 20)];
        HashSet<int> starts = [];
        for (ulong step = 0; step < 100; step++)
        {
            TokenBatch batch = Batches.Windows(tokens, 8, 3, 1, step);
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
    public void A_sequence_no_longer_than_a_window_is_refused() =>
        Assert.That(() => Batches.Windows([1, 2, 3], 3, 1, 1, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("(3, inf)"));
}
