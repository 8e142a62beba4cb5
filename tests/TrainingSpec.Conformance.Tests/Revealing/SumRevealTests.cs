using TrainingSpec.Conformance.Revealing;
using static TrainingSpec.Conformance.Tests.Revealing.PlantedSums;

namespace TrainingSpec.Conformance.Tests.Revealing;

/// <summary>Which ways to sum are revealed: planted ones by their own loops, and ours as its documents say.</summary>
public sealed class SumRevealTests
{
    private const int Terms = 32;

    private static IEnumerable<TestCaseData> Trees()
    {
        (string Name, Func<IReadOnlyList<double>, Func<double, double>, double> Sum, int Count, string Shape)[] planted =
        [
            ("ascending", Ascending, Terms, "an ascending chain of 32"),
            ("descending", Descending, Terms, "a descending chain of 32"),
            ("halves", Halves, Terms, "pairwise over 32, neighbours first"),
            ("halves of an odd count", Halves, 19, "pairwise over 19, halves of halves"),
            ("blocks", BlocksOfEight, Terms, "blocks of 8, each an ascending chain of 8; the blocks: an ascending chain of 4"),
            ("lanes", FourLanes, Terms, "4 interleaved lanes, each an ascending chain of 8; the lanes: pairwise over 4, neighbours first"),
            ("lanes and a rest", FourLanes, 34, "4 interleaved lanes, each an ascending chain of 8; the lanes: pairwise over 4, neighbours first; then the last 2 one after the other"),
        ];
        return planted.SelectMany(p => new[] { "float64", "float32" }.Select(dtype => new TestCaseData(p.Sum, p.Count, dtype, p.Shape).SetName($"A planted sum is revealed: {p.Name}, {dtype}")));
    }

    [TestCaseSource(nameof(Trees))]
    public void A_planted_sum_is_revealed(Func<IReadOnlyList<double>, Func<double, double>, double> sum, int count, string dtype, string shape)
    {
        RevealedSum mean = Reveal(new PlantedSums(sum), "accumulate over micro-batches", dtype, count), norm = Reveal(new PlantedSums(sum), "norm.l2 of one tensor", dtype, count);
        Assert.That((mean.Kind, mean.Shape), Is.EqualTo((SumKind.Tree, shape)));
        Assert.That((norm.Kind, norm.Shape, norm.Confirmed), Is.EqualTo((SumKind.Tree, shape, 32)));
        Assert.That(mean.Confirmed, Is.EqualTo(int.IsPow2(count) ? 32 : 0));
        Assert.That(mean.Tree, Is.EqualTo(norm.Tree));
    }

    [Test]
    public void A_compensated_sum_is_no_tree([Values("float64", "float32")] string dtype, [Values("accumulate over micro-batches", "norm.l2 of one tensor")] string name)
    {
        RevealedSum found = Reveal(new PlantedSums(Kahan), name, dtype, Terms);
        Assert.That((found.Kind, found.Tree), Is.EqualTo((SumKind.Compensated, (SummationTree?)null)));
        Assert.That(found.Shape, Does.Contain("compensated, ascending (Kahan)"));
    }

    [Test]
    public void An_exact_sum_is_no_tree([Values("float64", "float32")] string dtype, [Values("accumulate over micro-batches", "norm.l2 of one tensor")] string name)
    {
        RevealedSum found = Reveal(new PlantedSums(Exact), name, dtype, Terms);
        Assert.That((found.Kind, found.Tree), Is.EqualTo((SumKind.Compensated, (SummationTree?)null)));
        Assert.That(found.Shape, Does.Contain("the exact sum"));
    }

    [Test]
    public void A_sum_in_a_wider_type_is_a_tree_there()
    {
        RevealedSum found = Reveal(new PlantedSums((x, rounded) => rounded(Ascending(x, y => y))), "accumulate over micro-batches", "float32", Terms);
        Assert.That((found.Kind, found.Shape), Is.EqualTo((SumKind.Tree, "an ascending chain of 32, in float64")));
    }

    [Test]
    public void A_running_mean_is_no_tree_of_additions()
    {
        static double Running(IReadOnlyList<double> x, Func<double, double> rounded)
        {
            double mean = 0;
            for (int k = 0; k < x.Count; k++)
                mean = rounded(mean + rounded(rounded(x[k] - mean) / (k + 1)));
            return mean;
        }

        RevealedSum found = Reveal(new PlantedSums(Ascending) { MeanOf = Running }, "accumulate over micro-batches", "float64", Terms);
        Assert.That((found.Kind, found.Tree), Is.EqualTo((SumKind.Unknown, (SummationTree?)null)));
        Assert.That(found.Shape, Does.Contain("no whole number").Or.Contain("are lost between"));
    }

    [Test]
    public void A_tree_that_masks_show_and_bits_do_not_is_no_tree()
    {
        // Each addition ends in a place less than it has: masks see nothing of that.
        static double Coarse(double x) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) & ~1L);
        RevealedSum found = Reveal(new PlantedSums((x, _) => Ascending(x, Coarse)), "accumulate over micro-batches", "float64", Terms);
        Assert.That((found.Kind, found.Confirmed < 32), Is.EqualTo((SumKind.Unknown, true)));
        Assert.That(found.Shape, Does.Contain("drawn sums have other bits"));
    }

    [Test]
    public void What_is_not_there_is_unsupported()
    {
        RevealedSum found = Reveal(new PlantedSums(Ascending), "attention, weights by values", "float64", 4);
        Assert.That((found.Kind, found.Shape), Is.EqualTo((SumKind.Unsupported, "not supported")));
    }

    // design, "One result": 64 accumulators, element i into i mod 64, ascending; the accumulators j + 32, + 16, … + 1.
    [TestCase("norm.l2 of one tensor", 192)]
    [TestCase("norm.l2 of one tensor", 5, Category = Deep.Category)]
    [TestCase("cross_entropy, mean over rows", 128, Category = Deep.Category)]
    [TestCase("l2_penalty of one tensor", 128, Category = Deep.Category)]
    [TestCase("ewc of one tensor", 128, Category = Deep.Category)]
    public void Ours_is_the_documented_shape(string name, int count)
    {
        var lanes = new SummationTree?[64];
        for (int i = 0; i < count; i++)
            lanes[i % 64] = Sum(lanes[i % 64], SummationTree.Leaf(i));
        for (int apart = 32; apart >= 1; apart /= 2)
        {
            for (int j = 0; j < apart; j++)
                lanes[j] = Sum(lanes[j], lanes[j + apart]);
        }

        Holds(name, count, lanes[0]!);
    }

    // What the chapters of norms and penalties say of several tensors: neighbours first.
    [TestCase("norm.l2 over tensors")]
    [TestCase("clip.global_norm over tensors")]
    [TestCase("l2_penalty over tensors")]
    public void Ours_adds_tensors_pairwise(string name)
    {
        SummationTree[] level = [.. Enumerable.Range(0, 11).Select(SummationTree.Leaf)];
        for (; level.Length > 1; level = [.. level.Chunk(2).Select(pair => Sum(pair[0], pair.ElementAtOrDefault(1)))])
        {
        }

        Holds(name, 11, level[0]);
    }

    // MatrixProduct and LayerNorm: chains over the inner index and over rows, ascending; micro-batches one after the other.
    [TestCase("accumulate over micro-batches")]
    [TestCase("attention, weights by values")]
    [TestCase("attention, query by key")]
    [TestCase("layer_norm, gradient of a gain over rows")]
    [TestCase("layer_norm, gradient of a bias over rows")]
    public void Ours_multiplies_and_accumulates_ascending(string name) =>
        Holds(name, 16, Enumerable.Range(1, 15).Aggregate(SummationTree.Leaf(0), (sum, i) => SummationTree.Of(sum, SummationTree.Leaf(i))));

    [Test]
    public void Every_sum_of_ours_is_confirmed_by_drawn_ones([ValueSource(nameof(Names))] string name, [Values("float64", "float32")] string dtype)
    {
        RevealedSum found = Reveal(new ReferenceImplementation(), name, dtype, 8);
        Assert.That((found.Kind, found.Confirmed), Is.EqualTo((SumKind.Tree, name == "attention, query by key" ? 0 : 32)), found.Shape);
    }

    private static IEnumerable<string> Names => SumProbes.All.Select(p => p.Name);

    private static SummationTree Sum(SummationTree? a, SummationTree? b) => a is null ? b! : b is null ? a : SummationTree.Of(a, b);

    private static void Holds(string name, int count, SummationTree documented)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Reveal(new ReferenceImplementation(), name, dtype, count).Tree, Is.EqualTo(documented), $"{name} in {dtype}");
    }

    private static RevealedSum Reveal(IImplementation peer, string name, string dtype, int count) => new SumReveal(peer, count, 1).Reveal(SumProbes.All.Single(p => p.Name == name), dtype);
}
