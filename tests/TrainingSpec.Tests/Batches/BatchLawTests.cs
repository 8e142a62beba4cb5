using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Batches;

/// <summary>What is dealt by chance, over fixed seeds; as much is drawn as the known mistakes take to be found. Orders themselves: ShuffleLawTests.</summary>
internal sealed class BatchLawTests
{
    private const double Level = 1e-3, Power = 0.99;
    private const int Runs = 40;

    [Rule("BATCHES-7")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(BatchCases)])]
    public bool Batches_and_splits_are_dealt_from_the_orders_whose_law_is_tested(BatchCase c)
    {
        (int[] train, int[] validation) = BatchSampling.Split(c.Count, c.Fraction, c.Seed);
        return BatchSampling.Shuffled(c.Count, c.Size, c.Seed, c.Epoch).SelectMany(b => b).SequenceEqual(RandomStreams.Permutation(c.Seed, c.Epoch, c.Count))
            && validation.Concat(train).SequenceEqual(RandomStreams.Permutation(c.Seed, 0, c.Count));
    }

    [Test]
    [Rule("BATCHES-1")]
    [Rule("BATCHES-7")]
    public void Every_index_is_in_validation_equally_often()
    {
        // Wrong: one split in ten takes the first three of ten unshuffled, each then with a probability of 0.37.
        const int count = 10, validation = 3;
        const double each = Level / count, unshuffled = 0.1, expected = (double)validation / count;
        int splits = SizeAndPower.SamplesNeeded(Power, n => ProportionTest.Power(n, expected, expected + (1 - expected) * unshuffled, each));
        (long fewest, long most) = ProportionTest.Critical(splits, expected, each);
        int[][] Splits(ulong run) => [.. Enumerable.Range(0, splits).Select(k => BatchSampling.Split(count, 0.3, run * (ulong)splits + (ulong)k).Validation)];
        LawCheck.Holds(
            Runs,
            Level,
            Power,
            Splits,
            (run, right) => [.. right.Select((v, k) => RandomStreams.Uniform<Real64>(run, 99, (ulong)k) < unshuffled ? new[] { 0, 1, 2 } : v)],
            split => LawCheck.Counts(split.SelectMany(v => v), count).All(n => n >= fewest && n <= most),
            $"{splits} splits, one in ten unshuffled");
    }

    [Test]
    [Rule("BATCHES-9")]
    public void Every_window_is_equally_likely()
    {
        // Wrong: the last of the windows is never drawn.
        const int length = 8, windows = 12, batch = 16;
        int[] tokens = [.. Enumerable.Range(0, length + windows)];
        double[] even = [.. Enumerable.Repeat(1.0 / windows, windows)], fewer = [.. Enumerable.Repeat(1.0 / (windows - 1), windows - 1), 0];
        int steps = 1 + SizeAndPower.SamplesNeeded(Power, n => ChiSquare.Power(n, even, fewer, Level)) / batch;
        int[] Starts(ulong run, int[] text) => [.. Enumerable.Range(0, steps).SelectMany(step => BatchSampling.Windows(text, length, batch, run, (ulong)step).Inputs.Select(w => w[0]))];
        LawCheck.Holds(
            Runs,
            Level,
            Power,
            run => Starts(run, tokens),
            (run, _) => Starts(run, tokens[..^1]),
            starts => ChiSquare.Test(LawCheck.Counts(starts, windows), even).Passed(Level),
            $"{batch * steps} windows, the last one never");
    }
}
