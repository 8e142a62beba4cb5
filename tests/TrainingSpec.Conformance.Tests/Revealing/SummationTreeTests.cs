using TrainingSpec.Conformance.Revealing;

namespace TrainingSpec.Conformance.Tests.Revealing;

/// <summary>Trees as text and by name.</summary>
public sealed class SummationTreeTests
{
    [Test]
    public void Text_reads_from_left_to_right()
    {
        Assert.That(TreeShape.Ascending(3).ToString(), Is.EqualTo("0+1+2"));
        Assert.That(TreeShape.Ascending(256).ToString(), Is.EqualTo("0+1+…+255"));
        Assert.That(TreeShape.Descending(9).ToString(), Is.EqualTo("8+7+…+0"));
        Assert.That(TreeShape.Pairwise(4).ToString(), Is.EqualTo("0+1+(2+3)"));
        Assert.That(TreeShape.Folded(8).ToString(), Is.EqualTo("0+4+(2+6)+(1+5+(3+7))"));
        Assert.That(TreeShape.Pairwise(5).ToString(), Is.EqualTo("0+1+(2+3)+4"));
    }

    [Test]
    public void Trees_are_equal_whatever_part_is_named_first()
    {
        SummationTree a = SummationTree.Of(SummationTree.Leaf(2), SummationTree.Of(SummationTree.Leaf(1), SummationTree.Leaf(0)));
        Assert.That(a, Is.EqualTo(TreeShape.Ascending(3)));
        Assert.That(a.GetHashCode(), Is.EqualTo(TreeShape.Ascending(3).GetHashCode()));
        Assert.That(a, Is.Not.EqualTo(TreeShape.Descending(3)));
        Assert.That(a.Terms, Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [Test]
    public void A_sum_is_rounded_in_the_order_of_its_tree()
    {
        float[] terms = [1, 1e8f, -1e8f];
        Assert.That(TreeShape.Ascending(3).Sum(terms, (a, b) => a + b), Is.Zero);
        Assert.That(TreeShape.Descending(3).Sum(terms, (a, b) => a + b), Is.EqualTo(1));
    }

    [Test]
    public void Names_are_made_of_names()
    {
        Assert.That(TreeShape.NameOf(TreeShape.Folded(16)), Is.EqualTo("16 folded in halves, i with i + 8 first"));
        SummationTree first = SummationTree.Of(SummationTree.Leaf(0), TreeShape.Ascending(7).Over(i => SummationTree.Leaf(i + 1)));
        Assert.That(TreeShape.NameOf(first), Is.EqualTo("an ascending chain of 7, but for the first term, which comes last"));
        SummationTree blocksOfLanes = SummationTree.Chain(Enumerable.Range(0, 3).Select(b => SummationTree.Chain(Enumerable.Range(0, 2).Select(j => SummationTree.Chain(Enumerable.Range(0, 4).Select(i => SummationTree.Leaf(8 * b + j + 2 * i)))))));
        Assert.That(TreeShape.NameOf(blocksOfLanes), Is.EqualTo("blocks of 8, each 2 interleaved lanes, each an ascending chain of 4; the lanes: one addition; the blocks: an ascending chain of 3"));
        SummationTree odd = SummationTree.Chain(new[] { 3, 0, 4, 1, 5, 2 }.Select(SummationTree.Leaf));
        Assert.That(TreeShape.NameOf(odd), Is.Null);
    }
}
