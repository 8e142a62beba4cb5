using System.Text.Json.Nodes;

namespace TrainingSpec.Claims.Tests.D4;

/// <summary>Verdicts follow the data that a claim starts from, where it prints no number of its own.</summary>
[Parallelizable(ParallelScope.Children)]
public class DatumTests
{
    private static readonly string[] Ids = ["D4-090", "D4-091", "D4-092"];

    // One less of a width can no longer hold the logits; more of it is never used. A sequence's first id occurs nowhere else.
    [TestCaseSource(nameof(Data))]
    public void AnotherDatumIsNotConfirmed(string id, string key, int index)
    {
        Claim claim = Read(id);
        int remaining = index;
        JsonNode changed = Change(claim.Given[key]!, ref remaining, id == "D4-090" ? -1 : 1);
        Assert.That(ClaimChecks.Run(claim).Verdict, Is.EqualTo(Verdict.Confirmed));
        Assert.That(ClaimChecks.Run(claim.WithGiven(key, changed)).Verdict, Is.EqualTo(Verdict.Erratum), changed.ToJsonString());
    }

    [TestCase("D4-091", "input_ids", "[[0, 2, 1]]")]
    [TestCase("D4-092", "logits", "[[1.5, 0.2, 2.1, -0.5, 0.8, 2.3, 0.1, -0.2]]")]
    public void AnotherShapeIsNotConfirmed(string id, string key, string value) =>
        Assert.That(ClaimChecks.Run(Read(id).WithGiven(key, JsonNode.Parse(value)!)).Verdict, Is.EqualTo(Verdict.Erratum));

    [Test]
    public void RaggedRowsAreRefusedByName() =>
        Assert.That(
            () => ClaimChecks.Run(Read("D4-092").WithGiven("logits", JsonNode.Parse("[[[1, 2], [3]]]")!)),
            Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4-092").And.Message.Contains("given.logits"));

    private static Claim Read(string id) => ClaimFile.Read("D4").Single(c => c.Id == id);

    private static IEnumerable<TestCaseData> Data() =>
        from id in Ids
        from pair in Read(id).Given
        from index in Enumerable.Range(0, Read(id).GivenRow(pair.Key).Length)
        select new TestCaseData(id, pair.Key, index);

    // Raises the number at a flat index.
    private static JsonNode Change(JsonNode node, ref int index, int by)
    {
        if (node is not JsonArray rows)
            return JsonValue.Create(index-- == 0 ? node.GetValue<double>() + by : node.GetValue<double>());
        var changed = new JsonArray();
        foreach (JsonNode? row in rows)
            changed.Add(Change(row!, ref index, by));
        return changed;
    }
}
