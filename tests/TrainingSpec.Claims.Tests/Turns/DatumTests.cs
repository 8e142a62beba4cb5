using System.Text.Json.Nodes;

namespace TrainingSpec.Claims.Tests.Turns;

/// <summary>Verdicts follow the data that a claim starts from, where it prints no number of its own.</summary>
[Parallelizable(ParallelScope.Children)]
public class DatumTests
{
    private static readonly string[] Ids = ["D4-090", "D4-091", "D4-092"];
    private static readonly Document Document = DocumentLibrary.Open()["D4"];

    // One less of a width can no longer hold the logits; more of it is never used. A sequence's first id occurs nowhere else.
    [TestCaseSource(nameof(Data))]
    public void AnotherDatumIsNotConfirmed(string id, string key, int index)
    {
        int remaining = index;
        JsonNode changed = Change(JsonNode.Parse(Document[id].Given.GetProperty(key).GetRawText())!, ref remaining, id == "D4-090" ? -1 : 1);
        Assert.That(ClaimChecks.Run(Document, id).Verdict, Is.EqualTo(Verdict.Confirmed));
        Assert.That(With(id, key, changed.ToJsonString()).Verdict, Is.EqualTo(Verdict.Erratum), changed.ToJsonString());
    }

    [TestCase("D4-091", "input_ids", "[[0, 2, 1]]")]
    [TestCase("D4-092", "logits", "[[1.5, 0.2, 2.1, -0.5, 0.8, 2.3, 0.1, -0.2]]")]
    public void AnotherShapeIsNotConfirmed(string id, string key, string value) =>
        Assert.That(With(id, key, value).Verdict, Is.EqualTo(Verdict.Erratum));

    [Test]
    public void RaggedRowsAreRefusedByName() =>
        Assert.That(() => With("D4-092", "logits", "[[[1, 2], [3]]]"), Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4-092").And.Message.Contains("given.logits"));

    private static Finding With(string id, string key, string value) => ClaimChecks.Run(Document.With(DataPlace.Of($"given/{key}", id), value), id);

    private static IEnumerable<TestCaseData> Data() =>
        from id in Ids
        from key in Document[id].GivenKeys
        from index in Enumerable.Range(0, Document[id].GivenRow(key).Length)
        select new TestCaseData(id, key, index);

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
