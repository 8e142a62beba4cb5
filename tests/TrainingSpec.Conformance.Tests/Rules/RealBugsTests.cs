using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Wrong;

namespace TrainingSpec.Conformance.Tests.Rules;

/// <summary>At least forty of the forty-three bugs are wrong implementations; each other one says why it can't be.</summary>
public sealed class RealBugsTests
{
    [Test]
    public void Every_bug_is_repeated_or_says_why_it_cannot_be() => Assert.Multiple(() =>
    {
        Assert.That(RealBugs.All.Select(bug => bug.Number), Is.EqualTo(Enumerable.Range(1, 43)));
        foreach (RealBug bug in RealBugs.All)
        {
            Assert.That(bug.Variants.Count > 0, Is.EqualTo(bug.Why is null), $"bug {bug.Number}, {bug.Where}");
            Assert.That(bug.Variants, Is.SubsetOf(WrongSuite.All.Keys), $"bug {bug.Number}, {bug.Where}");
        }
    });

    [Test]
    public void At_least_forty_are_wrong_implementations() =>
        Assert.That(RealBugs.All.Count(bug => bug.Variants.Count > 0), Is.GreaterThanOrEqualTo(40));
}
