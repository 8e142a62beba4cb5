using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Numbers that the test suites of other libraries print, within the tolerance that they state: published.jsonl beside this file, each with its source.</summary>
/// <remarks>A run of an optimizer has its gradients in order, of which the last one stays; null is a step of which nothing is printed.</remarks>
internal sealed class PublishedNumbersTests
{
    private static JsonElement[] Facts { get; } =
        [.. File.ReadLines(Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Oracle", "published.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    [Test]
    public void All_hold() => Assert.Multiple(() =>
    {
        Assert.That(Facts, Has.Length.GreaterThanOrEqualTo(280));
        foreach (JsonElement fact in Facts)
            Assert.That(Off(fact, []), Is.LessThanOrEqualTo(1), fact.GetProperty("source").GetString());
    });

    // Where a fact that has the option holds without it just as well, the option was not asked.
    [TestCase("decoupled_weight_decay")]
    [TestCase("eps_on")]
    [TestCase("initial_accumulator_value")]
    [TestCase("centered")]
    [TestCase("momentum")]
    [TestCase("nesterov")]
    [TestCase("weight_decay")]
    [TestCase("momentum_decay")]
    [TestCase("scale")]
    [TestCase("gamma")]
    [TestCase("cycle")]
    [TestCase("staircase")]
    [TestCase("power")]
    [TestCase("three_phase")]
    [TestCase("mode")]
    [TestCase("cooldown")]
    [TestCase("threshold_mode")]
    [TestCase("label_smoothing")]
    [TestCase("delta")]
    [TestCase("reduction")]
    [TestCase("weight")]
    [TestCase("negative_slope")]
    [TestCase("alpha")]
    [TestCase("beta")]
    public void An_option_is_what_its_facts_ask_for(string option)
    {
        JsonElement[] asking = [.. Facts.Where(fact => fact.GetProperty("args").TryGetProperty(option, out _))];
        Assert.That(asking, Is.Not.Empty);
        Assert.That(asking.Max(fact => Off(fact, option)), Is.GreaterThan(1));
    }

    // How far the farthest number is from the printed one, in tolerances; infinitely far where the request is refused without the option.
    private static double Off(JsonElement fact, params string[] without)
    {
        string op = fact.GetProperty("op").GetString()!;
        JsonObject args = JsonNode.Parse(fact.GetProperty("args").GetRawText())!.AsObject();
        foreach (string option in without)
            args.Remove(option);
        if (!fact.TryGetProperty("start", out JsonElement start))
            return Ask.Op(op, args.ToJsonString()) is var answer && answer.GetProperty("ok").GetBoolean() ? Off(fact, fact.GetProperty("value"), answer.GetProperty("result").GetProperty(fact.GetProperty("member").GetString()!)) : double.PositiveInfinity;
        (JsonNode? parameters, JsonNode? state, double worst) = (JsonNode.Parse(start.GetRawText()), null, 0);
        JsonElement[] gradients = [.. fact.GetProperty("grads").EnumerateArray()];
        foreach ((int t, JsonElement printed) in fact.GetProperty("params").EnumerateArray().Index())
        {
            (args["params"], args["grads"], args["state"]) = (parameters!.DeepClone(), JsonNode.Parse(gradients[Math.Min(t, gradients.Length - 1)].GetRawText()), state?.DeepClone());
            JsonElement answer = Ask.Op(op, args.ToJsonString());
            if (!answer.GetProperty("ok").GetBoolean())
                return double.PositiveInfinity;
            JsonElement moved = answer.GetProperty("result").GetProperty("params");
            (parameters, state) = (JsonNode.Parse(moved.GetRawText()), JsonNode.Parse(answer.GetProperty("result").GetProperty("state").GetRawText()));
            if (printed.ValueKind != JsonValueKind.Null)
                worst = Math.Max(worst, Off(fact, printed, moved));
        }

        return worst;
    }

    private static double Off(JsonElement fact, JsonElement printed, JsonElement answered)
    {
        double within = fact.GetProperty("within").GetDouble(), relative = fact.GetProperty("relative").GetDouble();
        double[] expected = [.. Numbers(printed)], got = [.. Numbers(answered)];
        return expected.Length != got.Length ? double.PositiveInfinity : expected.Zip(got, (e, g) => e.Equals(g) ? 0 : Math.Abs(g - e) / (within + relative * Math.Abs(e))).Max();
    }

    private static IEnumerable<double> Numbers(JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Numbers) : [Ask.Number(element)];
}
