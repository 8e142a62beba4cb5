using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>gpt.loss answers what PyTorch's own layers give, and refuses by name what is no model or no batch.</summary>
internal sealed class GptLossTests
{
    // Requests with PyTorch's answers in binary64; gpt_loss.py beside this file writes them.
    private static JsonElement[] Cases { get; } =
        [.. File.ReadLines(Path.Combine(Spec.Cli.Commands.ChapterFolder.Find(), "..", "tests", "TrainingSpec.Conformance.Tests", "Oracle", "gpt_loss.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    [Test]
    public void Loss_and_gradients_are_those_of_pytorch([Values("float64", "float32")] string dtype)
    {
        Assert.That(Cases, Has.Length.EqualTo(4));
        foreach (JsonElement one in Cases)
        {
            JsonElement args = one.GetProperty("args"), result = Ask.Result("gpt.loss", args.GetRawText(), dtype);
            Assert.That(AnswerEquality.Difference("gpt.loss", dtype, args, one.GetProperty("result"), result), Is.Null, args.GetProperty("config").ToString());
            Assert.That(result.GetProperty("grads").EnumerateObject().Select(m => m.Name), Is.EqualTo(args.GetProperty("weights").EnumerateObject().Select(m => m.Name)), "GPT-2's order");
        }
    }

    // 1200 · 1201 / 2 · 8 products of scores of 10⁸⁰ are 5.8 million, of 300 positions 0.4 million, gradients among them four times as many.
    [TestCase(1200, "1e20", true, Category = Deep.Category)]
    [TestCase(300, "1e20", false)]
    [TestCase(1200, "1", false)]
    public void Weights_that_hold_attention_beyond_the_dtype_for_long_are_refused(int positions, string size, bool refused)
    {
        var config = new TrainingSpec.Models.GptConfig { Vocabulary = 2, Width = 8, Layers = 1, Heads = 1, Context = positions, MlpRatio = 1, Bias = false };
        string weights = string.Join(",", config.Weights().Select(shape => $"\"{shape.Name}\": [{string.Join(",", Enumerable.Range(0, shape.Count).Select(i => i % 3 == 0 ? size : "-" + size))}]"));
        string row = string.Join(",", Enumerable.Range(0, positions).Select(i => i % 2));
        string args = $$"""{"config": {"vocab": 2, "width": 8, "layers": 1, "heads": 1, "context": {{positions}}, "mlp_ratio": 1, "bias": false, "activation": "relu"}, "weights": { {{weights}} }, "inputs": [[{{row}}]], "targets": [[{{row}}]]}""";
        JsonElement answer = Ask.Op("gpt.loss", args);
        Assert.That(answer.GetProperty("ok").GetBoolean(), Is.EqualTo(!refused), answer.ToString()[..200]);
        if (refused)
            Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", "weights")));
    }

    // The table of equality is wide, since roundings multiply from part to part; PyTorch is nearer by far.
    [Test]
    public void In_double_precision_a_trillionth_is_not_lost()
    {
        foreach (JsonElement one in Cases)
        {
            JsonElement right = one.GetProperty("result"), result = Ask.Result("gpt.loss", one.GetProperty("args").GetRawText());
            Assert.That(Ask.Number(result.GetProperty("loss")), Is.EqualTo(Ask.Number(right.GetProperty("loss"))).Within(1e-12).Percent);
            foreach (JsonProperty tensor in right.GetProperty("grads").EnumerateObject())
            {
                double[] expected = Ask.Row(tensor.Value), got = Ask.Row(result.GetProperty("grads").GetProperty(tensor.Name));
                Assert.That(got, Is.EqualTo(expected).Within(1e-12 * Math.Max(1e-3, expected.Max(Math.Abs))), tensor.Name);
            }
        }
    }

    [Test]
    public void Defaults_are_those_of_the_protocol()
    {
        JsonNode args = JsonNode.Parse(Cases[0].GetProperty("args").GetRawText())!;
        string plain = Ask.Result("gpt.loss", args.ToJsonString()).GetRawText();
        (args["config"]!["bias"], args["config"]!["tied"], args["config"]!["learned_positions"], args["config"]!["eps"]) = (true, true, true, 1e-5);
        Assert.That(Ask.Result("gpt.loss", args.ToJsonString()).GetRawText(), Is.EqualTo(plain));
    }

    [TestCase("config.heads", null, "invalid-argument", "config.heads")]
    [TestCase("config.activation", null, "invalid-argument", "config.activation")]
    [TestCase("config.vocab", "0", "invalid-argument", "config.vocab")]
    [TestCase("config.width", "2.5", "invalid-argument", "config.width")]
    [TestCase("config.heads", "3", "invalid-argument", "config.heads")]
    [TestCase("config.heads", "8", "invalid-argument", "config.heads")]
    [TestCase("config.mlp_ratio", "0", "invalid-argument", "config.mlp_ratio")]
    [TestCase("config.eps", "-1", "invalid-argument", "config.eps")]
    [TestCase("config.bias", "1", "invalid-argument", "config.bias")]
    [TestCase("config.activation", "\"swish\"", "invalid-argument", "config.activation")]
    [TestCase("config.dropout", "0", "invalid-argument", "config.dropout")]
    [TestCase("config.layers", "10000000", "invalid-argument", "config")]
    [TestCase("config.vocab", "9223372036854775807", "invalid-argument", "config.vocab")]
    [TestCase("config", "3", "invalid-argument", "config")]
    [TestCase("config", null, "invalid-argument", "config")]
    [TestCase("weights", "[]", "invalid-argument", "weights")]
    [TestCase("weights.wte", null, "invalid-argument", "weights.wte")]
    [TestCase("weights.wte", "[1, 2]", "shape-mismatch", "weights.wte")]
    [TestCase("weights.wte", "[[1]]", "shape-mismatch", "weights.wte")]
    [TestCase("weights.wte", "null", "invalid-argument", "weights.wte")]
    [TestCase("weights.h.0.ln1.g", "[1, 1, 1, \"one\"]", "invalid-argument", "weights.h.0.ln1.g")]
    [TestCase("weights.head.w", "[1]", "invalid-argument", "weights.head.w")]
    [TestCase("inputs", "[]", "invalid-argument", "inputs")]
    [TestCase("inputs", "[[]]", "invalid-argument", "inputs")]
    [TestCase("inputs", "[0, 1]", "shape-mismatch", "inputs")]
    [TestCase("inputs", "[[[0]]]", "shape-mismatch", "inputs")]
    [TestCase("inputs", "[[0, 1, 2], [0]]", "shape-mismatch", "inputs")]
    [TestCase("inputs", "[[0, 1, 5], [0, 0, 0]]", "invalid-argument", "inputs")]
    [TestCase("inputs", "[[0, 1, -1], [0, 0, 0]]", "invalid-argument", "inputs")]
    [TestCase("inputs", "[[0, 0, 0, 0, 0]]", "invalid-argument", "inputs")]
    [TestCase("targets", "[[0, 1, 2]]", "shape-mismatch", "targets")]
    [TestCase("targets", "[[0, 1], [1, 1]]", "shape-mismatch", "targets")]
    [TestCase("targets", "[[0, 1, 5], [0, 0, 0]]", "invalid-argument", "targets")]
    [TestCase("ids", "[]", "invalid-argument", "ids")]
    public void A_fault_names_the_argument_by_its_place(string place, string? value, string kind, string argument)
    {
        JsonObject args = JsonNode.Parse(Cases[0].GetProperty("args").GetRawText())!.AsObject();
        int dot = place.IndexOf('.', StringComparison.Ordinal);
        JsonObject owner = dot < 0 ? args : args[place[..dot]]!.AsObject();
        string name = place[(dot + 1)..];
        if (value is null)
            owner.Remove(name);
        else
            owner[name] = JsonNode.Parse(value);
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op("gpt.loss", args.ToJsonString(), dtype)), Is.EqualTo((kind, argument)), dtype);
    }

    [Test]
    public void What_stands_twice_inside_is_refused()
    {
        string args = Cases[0].GetProperty("args").GetRawText();
        Assert.That(Ask.Fault(Ask.Op("gpt.loss", args.Replace("\"wte\": [", "\"wte\": [1], \"wte\": [", StringComparison.Ordinal))), Is.EqualTo(("shape-mismatch", "weights.wte")));
        Assert.That(Ask.Fault(Ask.Op("gpt.loss", args.Replace("\"wpe\": [", "\"wte\": [1], \"wpe\": [", StringComparison.Ordinal))), Is.EqualTo(("invalid-argument", "weights.wte")));
        Assert.That(Ask.Fault(Ask.Op("gpt.loss", args.Replace("\"vocab\": 5", "\"vocab\": 5, \"vocab\": 5", StringComparison.Ordinal))), Is.EqualTo(("invalid-argument", "config.vocab")));
    }

    [Test]
    public void An_epsilon_that_single_precision_cannot_hold_is_refused_there()
    {
        string args = Cases[0].GetProperty("args").GetRawText().Replace("\"vocab\": 5", "\"eps\": 1e-60, \"vocab\": 5", StringComparison.Ordinal);
        Assert.That(Ask.Op("gpt.loss", args).GetProperty("ok").GetBoolean(), Is.True);
        Assert.That(Ask.Fault(Ask.Op("gpt.loss", args, "float32")), Is.EqualTo(("invalid-argument", "config.eps")));
    }

    [TestCase("\"NaN\"")]
    [TestCase("\"Infinity\"")]
    public void What_is_not_finite_propagates(string value)
    {
        JsonNode args = JsonNode.Parse(Cases[0].GetProperty("args").GetRawText())!;
        args["weights"]!["lnf.b"]![1] = JsonNode.Parse(value);
        Assert.That(Ask.Number(Ask.Result("gpt.loss", args.ToJsonString()).GetProperty("loss")), Is.NaN);
    }

    // What is kept grows with the square of the positions, and the products with tokens times parameters.
    [TestCase(1, 5000, 2, 2, "keeps")]
    [TestCase(50_000, 1, 2000, 2, "keeps")]
    [TestCase(700, 1, 2, 500, "products")]
    public void Work_is_judged_before_it_is_done(int sequences, int positions, int vocabulary, int width, string word)
    {
        string row = "[" + string.Join(",", Enumerable.Repeat("0", positions)) + "]", rows = "[" + string.Join(",", Enumerable.Repeat(row, sequences)) + "]";
        var weights = new StringBuilder();
        void Add(string name, int count) => weights.Append(weights.Length == 0 ? "\"" : ",\"").Append(name).Append("\":[").AppendJoin(',', Enumerable.Repeat("1", count)).Append(']');
        Add("wte", vocabulary * width);
        foreach ((string name, int count) in new[] { ("ln1.g", width), ("ln1.b", width), ("attn.qkv.w", 3 * width * width), ("attn.proj.w", width * width), ("ln2.g", width), ("ln2.b", width), ("mlp.fc.w", 4 * width * width), ("mlp.proj.w", 4 * width * width) })
            Add("h.0." + name, count);
        Add("lnf.g", width);
        Add("lnf.b", width);
        string config = $$"""{"vocab": {{vocabulary}}, "width": {{width}}, "layers": 1, "heads": 1, "context": {{positions}}, "bias": false, "learned_positions": false, "activation": "relu"}""";
        JsonElement answer = Ask.Op("gpt.loss", $$"""{"config": {{config}}, "weights": {{{weights}}}, "inputs": {{rows}}, "targets": {{rows}}}""");
        Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", "inputs")));
        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Does.Contain(word));
    }
}
