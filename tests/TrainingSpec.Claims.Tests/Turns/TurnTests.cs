namespace TrainingSpec.Claims.Tests.Turns;

/// <summary>No verdict is written down: over changed data every check reaches the verdict that its turns name, and another one than over the document's own.</summary>
[Parallelizable(ParallelScope.Children)]
public class TurnTests
{
    private static readonly DocumentLibrary Documents = DocumentLibrary.Open();

    [TestCaseSource(nameof(Turns))]
    public void ReachesTheVerdict(string id, int number)
    {
        Turn turn = ClaimChecks.Turns(id)[number];
        Finding finding = turn.Run(Documents);
        Assert.That(finding.Verdict, Is.EqualTo(turn.Reaches), $"{turn}: {finding.Why}");
    }

    [TestCaseSource(nameof(Checked))]
    public void OneTurnLeavesTheVerdictOfTheDocument(string id)
    {
        Verdict own = AllResults.Of(id).Verdict;
        Assert.That(ClaimChecks.CanTurn(id, VerdictWord.Of(own)), $"{id} has {(ClaimChecks.Turns(id).Count == 0 ? "no turn" : $"turns to {own} alone")}");
    }

    private static IEnumerable<TestCaseData> Turns() =>
        from id in ClaimChecks.Ids.Order(StringComparer.Ordinal)
        from number in Enumerable.Range(0, ClaimChecks.Turns(id).Count)
        select new TestCaseData(id, number).SetArgDisplayNames(id, ClaimChecks.Turns(id)[number].ToString());

    private static IEnumerable<string> Checked() => ClaimChecks.Ids.Order(StringComparer.Ordinal);
}
