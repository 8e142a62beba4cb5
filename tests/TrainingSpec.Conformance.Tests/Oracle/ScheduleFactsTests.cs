using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Schedules are PyTorch's own, whose rates schedules.py beside this file writes.</summary>
internal sealed class ScheduleFactsTests
{
    private static JsonElement[] Facts { get; } =
        [.. File.ReadLines(Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Oracle", "schedules.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    private static IEnumerable<int> Cases => Enumerable.Range(0, Facts.Length);

    [TestCaseSource(nameof(Cases))]
    public void Rates_are_those_of_pytorch(int number)
    {
        double[] right = Ask.Row(Facts[number].GetProperty("lr"));
        JsonObject args = JsonNode.Parse(Facts[number].GetProperty("args").GetRawText())!.AsObject();
        args["steps"] = new JsonArray([.. Enumerable.Range(0, right.Length).Select(t => (JsonNode)t)]);

        // PyTorch makes each rate of the last one by at most eight roundings; the table allows both sides 40.
        double allowed = (40 + 8 * right.Length) * Questions.UnitRoundoff * right.Max();
        JsonElement result = Ask.Result("schedule", args.ToJsonString());
        Assert.That(Ask.Row(result.GetProperty("lr")), Is.EqualTo(right).Within(allowed), args["kind"]!.ToString());
        if (Facts[number].TryGetProperty("momentum", out JsonElement momentum))
            Assert.That(Ask.Row(result.GetProperty("momentum")), Is.EqualTo(Ask.Row(momentum)).Within((40 + 8 * right.Length) * Questions.UnitRoundoff), args["kind"]!.ToString());
    }

    [Test]
    public void A_schedule_asked_in_the_middle_or_backwards_is_the_same()
    {
        foreach (JsonElement fact in Facts)
        {
            int count = fact.GetProperty("lr").GetArrayLength();
            JsonObject args = JsonNode.Parse(fact.GetProperty("args").GetRawText())!.AsObject();
            args["steps"] = new JsonArray([.. Enumerable.Range(0, count).Select(t => (JsonNode)t)]);
            double[] forward = Ask.Row(Ask.Result("schedule", args.ToJsonString()).GetProperty("lr"));
            args["steps"] = new JsonArray([.. Enumerable.Range(0, count).Reverse().Select(t => (JsonNode)t)]);
            Assert.That(Ask.Row(Ask.Result("schedule", args.ToJsonString()).GetProperty("lr")), Is.EqualTo(forward.Reverse()));
        }
    }

    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [{"kind": "constant", "lr": -1}], "milestones": []}""", "schedules[0].lr")]
    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [{"kind": "constant", "lr": 1}, {"kind": "cosine", "lr_max": 1, "lr_min": 2, "total": 3}], "milestones": [2]}""", "schedules[1].lr_min")]
    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [{"kind": "constant", "lr": 1, "gamma": 1}], "milestones": []}""", "schedules[0].gamma")]
    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [{"kind": "constant", "lr": 1}], "milestones": [2]}""", "milestones")]
    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [], "milestones": []}""", "schedules")]
    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [{"kind": "constant", "lr": 1}, {"kind": "constant", "lr": 1}, {"kind": "constant", "lr": 1}], "milestones": [3, 2]}""", "milestones")]
    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [3], "milestones": []}""", "schedules")]
    [TestCase("""{"kind": "sequence", "steps": [0], "schedules": [{"kind": "plateau", "lr": 1, "metrics": []}], "milestones": []}""", "schedules[0].kind")]
    [TestCase("""{"kind": "product", "steps": [0], "schedules": []}""", "schedules")]
    [TestCase("""{"kind": "product", "steps": [0], "schedules": [{"kind": "constant", "lr": 1}, {"kind": "step_decay", "lr": 1, "gamma": 0, "every": 2}]}""", "schedules[1].gamma")]
    [TestCase("""{"kind": "product", "steps": [0], "schedules": [{"kind": "constant", "lr": 1}], "milestones": []}""", "milestones")]
    [TestCase("""{"kind": "warmup_polynomial", "steps": [0], "lr_max": 1, "lr_min": 2, "warmup": 1, "total": 5}""", "lr_min")]
    [TestCase("""{"kind": "inverse_sqrt", "steps": [0], "lr_max": 1, "warmup": 0}""", "timescale")]
    [TestCase("""{"kind": "warmup_linear", "steps": [0], "lr_max": 1, "warmup": 9, "total": 5}""", "warmup")]
    [TestCase("""{"kind": "warmup_hold_linear", "steps": [0], "lr_max": 1, "warmup": 2, "decay_start": 6, "total": 5}""", "decay_start")]
    [TestCase("""{"kind": "cyclic", "steps": [0], "lr_min": 2, "lr_max": 1}""", "lr_min")]
    [TestCase("""{"kind": "multi_step", "steps": [0], "lr": 1, "milestones": [-1]}""", "milestones")]
    [TestCase("""{"kind": "plateau", "steps": [0], "lr": 1}""", "metrics")]
    public void A_fault_names_its_argument_by_its_place(string args, string argument) =>
        Assert.That(Ask.Fault(Ask.Op("schedule", args)), Is.EqualTo(("invalid-argument", argument)));

    [Test]
    public void Sequences_are_nested_eight_deep_and_no_deeper()
    {
        string Nested(int depth) => depth == 0 ? """{"kind": "constant", "lr": 1}""" : $$"""{"kind": "sequence", "schedules": [{{Nested(depth - 1)}}], "milestones": []}""";
        Assert.That(Ask.Row(Ask.Result("schedule", Nested(8)[..^1] + ", \"steps\": [0]}").GetProperty("lr")), Is.EqualTo(new[] { 1.0 }));
        Assert.That(Ask.Fault(Ask.Op("schedule", Nested(9)[..^1] + ", \"steps\": [0]}")).Kind, Is.EqualTo("invalid-argument"));
        Assert.That(Ask.Fault(Ask.Op("schedule", $$"""{"kind": "product", "schedules": [{{Nested(8)}}], "steps": [0]}""")).Kind, Is.EqualTo("invalid-argument"));
    }

    // A product of three has three rates at each step.
    [Test]
    public void What_a_product_computes_counts_as_its_rates()
    {
        string args = """{"kind": "product", "schedules": [{"kind": "constant", "lr": 1}, {"kind": "constant", "lr": 2}, {"kind": "constant", "lr": 3}], "steps": [#]}""";
        Assert.That(Ask.Fault(Ask.Op("schedule", args.Replace("#", string.Join(',', Enumerable.Repeat(0, 666_667)), StringComparison.Ordinal))), Is.EqualTo(("invalid-argument", "steps")));
        Assert.That(Ask.Row(Ask.Result("schedule", args.Replace('#', '7')).GetProperty("lr")), Is.EqualTo(new[] { 6.0 }));
    }

    [Test]
    public void Warmups_without_a_phase_of_their_own_are_held()
    {
        double[] Rates(string args) => Ask.Row(Ask.Result("schedule", args).GetProperty("lr"));
        Assert.That(Rates("""{"kind": "warmup_linear", "steps": [0, 2, 4, 5], "lr_max": 1, "lr_min": 0.25, "warmup": 4, "total": 4, "start_factor": 0.5}"""), Is.EqualTo(new[] { 0.5, 0.75, 0.25, 0.25 }));
        Assert.That(Rates("""{"kind": "warmup_hold_linear", "steps": [0, 3, 4, 9], "lr_max": 1, "warmup": 0, "decay_start": 4, "total": 4}"""), Is.EqualTo(new[] { 1.0, 1, 0, 0 }));
        Assert.That(Rates("""{"kind": "warmup_cosine", "steps": [0, 1, 2, 6], "lr_max": 1, "warmup": 2, "total": 10, "start_factor": 0.5}"""), Is.EqualTo(new[] { 0.5, 0.75, 1, 0.5 }).Within(1e-15));
        Assert.That(Rates("""{"kind": "one_cycle", "steps": [0, 1, 2], "lr_max": 1, "total": 1}"""), Is.EqualTo(new[] { 1 / 25e4, 1 / 25e4, 1 / 25e4 }).Within(1e-20));
    }
}
