using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;

namespace TrainingSpec.Tests.RandomNumbers;

/// <summary>Orders and whole numbers of many seeds against their laws; as many are drawn as the known mistakes take to be found.</summary>
internal sealed class ShuffleLawTests
{
    private const double Level = 1e-3, Power = 0.99;
    private const int Runs = 40;

    [TestCase(3)]
    [TestCase(4)]
    [Rule("BATCHES-7")]
    public void All_orders_are_equally_likely(int size)
    {
        Dictionary<int, int> cell = NaiveShuffle.Orders(size).Select((order, i) => (Number(order.Select(c => c - '0')), i)).ToDictionary();
        double[] even = [.. Enumerable.Repeat(1.0 / cell.Count, cell.Count)], naive = NaiveShuffle.OrderProbabilities(size);
        int count = SizeAndPower.SamplesNeeded(Power, n => ChiSquare.Power(n, even, naive, Level));
        Check(
            seed => Draw(seed, count, (s, k) => RandomStreams.Permutation(s, k, size)),
            (seed, _) => Draw(seed, count, (s, k) => NaiveShuffle.Order(size, new RandomSequence(s, k).Below)),
            drawn => ChiSquare.Test(LawCheck.Counts(drawn.Select(order => cell[Number(order)]), cell.Count), even).Passed(Level),
            $"{count} orders of {size}, the naive shuffle");

        static int Number(IEnumerable<int> order) => order.Aggregate(0, (n, digit) => 10 * n + digit);
    }

    [TestCase(5)]
    [TestCase(12)]
    [Rule("BATCHES-7")]
    public void Every_index_is_equally_likely_at_every_place(int size)
    {
        double[,] naive = ShuffleTest.NaiveProbabilities(size);
        int count = SizeAndPower.SamplesNeeded(Power, n => ShuffleTest.Power(n, naive, Level));
        Check(
            seed => Draw(seed, count, (s, k) => RandomStreams.Permutation(s, k, size)),
            (seed, _) => Draw(seed, count, (s, k) => NaiveShuffle.Order(size, new RandomSequence(s, k).Below)),
            drawn => ShuffleTest.Test(drawn).Passed(Level),
            $"{count} orders of {size}, the naive shuffle");
    }

    [Test]
    public void Whole_numbers_below_a_bound_are_equally_likely()
    {
        // A die that shows one face once more in so many throws.
        const int faces = 6, count = 3000;
        double[] even = [.. Enumerable.Repeat(1.0 / faces, faces)];
        double loaded = LawCheck.Detectable(Power, d => ChiSquare.Power(count, even, Loaded(d), Level));
        Check(
            seed => Throws(seed, count, words => words.Below(faces)),
            (seed, _) => Throws(seed, count, words => RandomStreams.UniformOf<Real64>(words.Word()) < loaded ? 0 : words.Below(faces)),
            drawn => ChiSquare.Test(LawCheck.Counts(drawn, faces), even).Passed(Level),
            $"one face in {100 * loaded:0.0} throws of 100 more");

        static double[] Loaded(double share) => [.. Enumerable.Range(0, faces).Select(face => (1 - share) / faces + (face == 0 ? share : 0))];
    }

    [Test]
    public void No_remainder_is_favoured_below_a_bound_that_words_do_not_share_evenly()
    {
        // ⌊w·3·2²⁹/2³²⌋ without a skipped word: eight words give 0 0 0 1 1 1 2 2 modulo 3.
        const int bound = 3 << 29;
        double[] even = [1 / 3.0, 1 / 3.0, 1 / 3.0], kept = [3 / 8.0, 3 / 8.0, 2 / 8.0];
        int count = SizeAndPower.SamplesNeeded(Power, n => ChiSquare.Power(n, even, kept, Level));
        Check(
            seed => Throws(seed, count, words => words.Below(bound)),
            (seed, _) => Throws(seed, count, words => (int)((ulong)words.Word() * bound >> 32)),
            drawn => ChiSquare.Test(LawCheck.Counts(drawn.Select(x => x % 3), 3), even).Passed(Level),
            $"{count} numbers, no word skipped");
    }

    private static int[][] Draw(ulong seed, int count, Func<ulong, ulong, int[]> order) => [.. Enumerable.Range(0, count).Select(k => order(seed, (ulong)k))];

    private static int[] Throws(ulong seed, int count, Func<RandomSequence, int> next)
    {
        var words = new RandomSequence(seed, 0);
        return [.. Enumerable.Range(0, count).Select(_ => next(words))];
    }

    private static void Check<T>(Func<ulong, T> right, Func<ulong, T, T> wrong, Func<T, bool> passes, string what) =>
        LawCheck.Holds(Runs, Level, Power, right, wrong, passes, what);
}
