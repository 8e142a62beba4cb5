using TrainingSpec.Checking;

namespace TrainingSpec.Tests.Checking;

/// <summary>What is near to a mistyped name.</summary>
public class NearNamesTests
{
    // Counted by hand.
    [TestCase("", "", 0)]
    [TestCase("adam", "adam", 0)]
    [TestCase("", "abc", 3)]
    [TestCase("kitten", "sitting", 3)]
    [TestCase("explian", "explain", 1)]
    [TestCase("ca", "abc", 3)]
    [TestCase("ab", "ba", 1)]
    public void Distances_are_those_counted_by_hand(string a, string b, int distance)
    {
        Assert.That(NearNames.Distance(a, b), Is.EqualTo(distance));
        Assert.That(NearNames.Distance(b, a), Is.EqualTo(distance));
    }

    [Law]
    public bool A_distance_is_symmetric_and_at_most_the_longer_length(string? a, string? b)
    {
        (string x, string y) = (a ?? "", b ?? "");
        int distance = NearNames.Distance(x, y);
        return distance == NearNames.Distance(y, x) && distance <= Math.Max(x.Length, y.Length) && distance >= Math.Abs(x.Length - y.Length) && distance == 0 == (x == y);
    }

    [Test]
    public void At_most_three_are_near_and_the_nearest_comes_first()
    {
        string[] names = ["verify", "explain", "exhaustive", "errata", "trace"];
        Assert.That(NearNames.Of("EXPLIAN", names), Is.EqualTo(new[] { "explain" }));
        Assert.That(NearNames.Of("frobnicate", names), Is.Empty);
        Assert.That(NearNames.Of("a1", ["a2", "a3", "a4", "a1"]), Is.EqualTo(new[] { "a1", "a2", "a3" }));
        Assert.That(NearNames.Question("tracer", names), Is.EqualTo("; did you mean trace?"));
        Assert.That(NearNames.Question("frobnicate", names), Is.Empty);
    }

    // A topic, a formula and an operation may share a name.
    [Test]
    public void A_name_of_several_things_is_told_once() =>
        Assert.That(NearNames.Question("sofmax", ["softmax", "softmax", "softmax"]), Is.EqualTo("; did you mean softmax?"));
}
