using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>The stream of a wrong implementation breaks what the implementation breaks, and nothing else.</summary>
public sealed class WrongOracleTests
{
    private static IEnumerable<TestCaseData> Names() => Deep.AllButEvery(8, WrongSuite.All.Keys.Select(name => new TestCaseData(name)));

    [TestCaseSource(nameof(Names))]
    public void Through_the_stream_it_breaks_the_same_rules_of_its_topics(string name)
    {
        // What it breaks of all rules is tested without the stream.
        HashSet<string> topics = [.. WrongSuite.All[name].Breaks.Select(Topic)];
        string[] broken = [.. RuleChecks.All.Where(c => topics.Contains(Topic(c.Rule)) && c.Broken(new Piped(name)) is not null).Select(c => c.Rule).Distinct()];
        Assert.That(broken, Is.EquivalentTo(WrongSuite.All[name].Breaks));
    }

    [TestCase("not json", "parse", null)]
    [TestCase("""{"id": 1, "op": "adamw.frob"}""", "unknown-op", "op")]
    [TestCase("""{"id": 1, "op": "adamw.step", "args": {"params": [[1]], "grads": [[1, 2]], "lr": 1}}""", "shape-mismatch", "grads")]
    [TestCase("""{"id": 1, "op": "adamw.step", "args": {"params": [[1]], "lr": 1}}""", "invalid-argument", "grads")]
    [TestCase("""{"id": 1, "op": "adamw.step", "args": 3}""", "invalid-argument", "args")]
    [TestCase("""{"id": 1, "op": "adamw.step", "dtype": "float7", "args": {}}""", "invalid-argument", "dtype")]
    [TestCase("""{"id": 1, "op": "adamw.step", "dtype": "float32", "args": {"params": [[1]], "grads": [[1]], "lr": 1}}""", "unsupported", "dtype")]
    [TestCase("""{"id": 1, "op": "adamw.step", "more": 1}""", "invalid-argument", "more")]
    public void A_malformed_line_gets_the_error_that_the_reference_gives(string line, string kind, string? argument)
    {
        foreach (string name in new[] { "adamw-decays-updated", "adam-amsgrad" })
        {
            string[] answers = Lines(new WrongOracle(name), line + "\n\n" + line);
            Assert.That(answers, Has.Length.EqualTo(2));
            Assert.That(Ask.Fault(JsonDocument.Parse(answers[0]).RootElement), Is.EqualTo((kind, argument)));
        }
    }

    [Test]
    public void Other_operations_are_answered_as_the_reference_does()
    {
        const string line = """{"id": {"a": [1]}, "op": "softmax", "args": {"logits": [1, 2]}}""";
        Assert.That(Lines(new WrongOracle("adam-amsgrad"), line), Is.EqualTo(Ask.Lines(line)));
    }

    [Test]
    public void What_is_too_large_to_be_wrong_about_is_refused_with_its_id()
    {
        string list = string.Join(",", Enumerable.Repeat("1", 300_000));
        string adam = $$"""{"id": 8, "op": "adam.step", "args": {"params": [[{{list}}]], "grads": [[{{list}}]], "lr": 1} }""";
        JsonElement large = JsonDocument.Parse(Lines(new WrongOracle("adam-amsgrad"), adam).Single()).RootElement;
        Assert.That((Ask.Fault(large), large.GetProperty("id").GetInt32()), Is.EqualTo((("unsupported", "args"), 8)));
        JsonElement longAnswer = JsonDocument.Parse(Lines(new WrongOracle("batches-hidden-generator"), """{"id": 9, "op": "batches", "args": {"count": 200000, "batch_size": 10, "seed": 1, "epoch": 0}}""").Single()).RootElement;
        Assert.That((Ask.Fault(longAnswer), longAnswer.GetProperty("id").GetInt32()), Is.EqualTo((("unsupported", "args"), 9)));
    }

    [TestCase("adam-amsgrad", "adam.step")]
    [TestCase("sgd-velocity-contains-rate", "sgd.step")]
    [TestCase("lars-rate-outside-velocity", "lars.step")]
    public void A_state_of_the_reference_is_refused_by_name(string name, string op)
    {
        const string step = "\"params\": [[1]], \"grads\": [[1]], \"lr\": 0.1";
        string momentum = op == "sgd.step" ? ", \"momentum\": 0.9" : "";
        string state = Ask.Result(op, "{" + step + momentum + "}").GetProperty("state").GetRawText();
        string line = $$"""{"id": 1, "op": "{{op}}", "args": { {{step + momentum}}, "state": {{state}} } }""";
        string[] answers = Lines(new WrongOracle(name), line + "\n" + """{"id": 2, "op": "softmax", "args": {"logits": [1]}}""");
        Assert.That(answers, Has.Length.EqualTo(2));
        Assert.That(Ask.Fault(JsonDocument.Parse(answers[0]).RootElement), Is.EqualTo(("invalid-argument", "state")));
    }

    [TestCaseSource(nameof(Names))]
    public void Edge_cases_and_states_of_the_reference_end_no_stream(string name)
    {
        var lines = new List<string>
        {
            """{"op": "linear_scaling", "args": {"lr": 0, "batch": 2, "new_batch": 3}}""",
            """{"op": "lr_finder.suggest", "args": {"lr": [0.1], "loss": [1]}}""",
            """{"op": "lr_finder.suggest", "args": {"lr": [0.1, 0.2], "loss": [1, 2]}}""",
            """{"op": "lr_finder.suggest", "args": {"lr": [0.1, 0.2, 0.3], "loss": ["NaN", 2, 1]}}""",
            """{"op": "norm.l2", "args": {"tensors": [["Infinity"], [1]]}}""",
            """{"op": "cross_entropy", "args": {"logits": [[1, 2], [3, 4]], "targets": [0, -1], "ignore_index": -1, "reduction": "none"}}""",
            """{"op": "clip.global_norm", "args": {"grads": [["NaN", 1]], "max_norm": 1, "if_nonfinite": "propagate"}}""",
            """{"op": "grad_stats", "args": {"grads": [["NaN", "Infinity"]]}}""",
        };
        foreach (string op in CaseRequests.Stateful)
        {
            string args = op == "average.weights" ? "\"params\": [[1, 2]]" : "\"params\": [[1, 2]], \"grads\": [[1, 0]], \"lr\": 0.1" + op switch { "sgd.step" => ", \"momentum\": 0.9", "sparse_adam.step" => ", \"rows\": [0]", "muon.step" or "adafactor.step" => ", \"shapes\": [[1, 2]]", _ => "" };
            string state = Ask.Result(op, "{" + args + "}").GetProperty("state").GetRawText();
            lines.Add("{\"op\": \"" + op + "\", \"args\": {" + args + ", \"state\": null}}");
            lines.Add("{\"op\": \"" + op + "\", \"args\": {" + args + ", \"state\": " + state + "}}");
        }

        string[] answers = Lines(new WrongOracle(name), string.Join('\n', lines));
        Assert.That(answers, Has.Length.EqualTo(lines.Count));
        foreach (string answer in answers)
            Assert.That(JsonDocument.Parse(answer).RootElement.TryGetProperty("ok", out _), Is.True);
    }

    [Test]
    public void A_wrong_answer_that_is_not_finite_is_written_as_a_string()
    {
        const string line = """{"id": 1, "op": "norm.l2", "args": {"tensors": [["Infinity"], ["NaN"], [1]]}}""";
        Assert.That(Lines(new WrongOracle("norm-sum-of-norms"), line), Is.EqualTo(new[] { """{"id":1,"ok":true,"result":{"norm":"NaN"}}""" }));
    }

    [Test]
    public void An_unknown_name_is_refused_with_the_list() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _ = new WrongOracle("adam-amsgard"))!.Message, Contains.Substring("adam-amsgard is none of").And.Contains("did you mean adam-amsgrad"));

    private static string Topic(string rule) => rule[..rule.LastIndexOf('-')];

    private static string[] Lines(WrongOracle oracle, string input)
    {
        using var output = new MemoryStream();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
        OracleStream.Run(stream, output, oracle.Answer);
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n')[..^1];
    }

    private sealed class Piped(string name) : IImplementation
    {
        private readonly WrongOracle _oracle = new(name);

        public string Name => name;

        public JsonObject Answer(string op, JsonObject args)
        {
            string line = new JsonObject { ["id"] = 1, ["op"] = op, ["args"] = args.DeepClone() }.ToJsonString();
            JsonNode answer = JsonNode.Parse(Lines(_oracle, line)[0])!;
            if ((bool)answer["ok"]!)
                return (JsonObject)answer["result"]!.DeepClone();
            string word = (string)answer["error"]!["kind"]!;
            ErrorKind kind = Enum.GetValues<ErrorKind>().First(k => new OracleException(k, null, "").Word == word);
            throw new OracleException(kind, (string?)answer["error"]!["argument"], (string)answer["error"]!["message"]!);
        }
    }
}
