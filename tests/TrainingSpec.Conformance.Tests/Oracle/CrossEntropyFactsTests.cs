using System.Text.Json;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>cross_entropy with weights of classes and labels for targets is PyTorch's own, whose answers cross_entropy.py beside this file writes.</summary>
internal sealed class CrossEntropyFactsTests
{
    private static JsonElement[] Facts { get; } =
        [.. File.ReadLines(Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Oracle", "cross_entropy.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    [Test]
    public void Losses_and_gradients_are_those_of_pytorch([Values("float64", "float32")] string dtype)
    {
        Assert.That(Facts, Has.Length.EqualTo(24));
        foreach (JsonElement fact in Facts)
        {
            JsonElement args = fact.GetProperty("args");
            Assert.That(AnswerEquality.Difference("cross_entropy", dtype, args, fact.GetProperty("result"), Ask.Result("cross_entropy", args.GetRawText(), dtype)), Is.Null, args.GetRawText());
        }
    }

    [Test]
    public void Weights_of_1_and_labels_of_one_class_change_nothing()
    {
        const string Logits = "\"logits\": [[1, 2, 0.5], [40, 0, -1]], \"label_smoothing\": 0.25";
        double Loss(string more) => Ask.Number(Ask.Result("cross_entropy", $"{{{Logits}, {more}}}").GetProperty("loss"));
        double plain = Loss("\"targets\": [0, 2]");
        Assert.That(Loss("\"targets\": [0, 2], \"weight\": [1, 1, 1]"), Is.EqualTo(plain).Within(4).Ulps);
        Assert.That(Loss("\"targets\": [[1, 0, 0], [0, 0, 1]]"), Is.EqualTo(plain).Within(4).Ulps);
        Assert.That(Loss("\"targets\": [0, 2], \"weight\": null"), Is.EqualTo(plain));
    }

    [TestCase("\"targets\": [0], \"weight\": [1, 1]", "shape-mismatch", "weight")]
    [TestCase("\"targets\": [0], \"weight\": [1, -1, 1]", "invalid-argument", "weight")]
    [TestCase("\"targets\": [0], \"weight\": [1, \"NaN\", 1]", "invalid-argument", "weight")]
    [TestCase("\"targets\": [[1, 0]]", "shape-mismatch", "targets")]
    [TestCase("\"targets\": [[1, 0, 0], [1, 0, 0]]", "shape-mismatch", "targets")]
    [TestCase("\"targets\": [[1, 0, 0]], \"ignore_index\": 0", "invalid-argument", "ignore_index")]
    public void A_fault_names_its_argument(string more, string kind, string argument) =>
        Assert.That(Ask.Fault(Ask.Op("cross_entropy", "{\"logits\": [[1, 2, 3]], " + more + "}")), Is.EqualTo((kind, argument)));
}
