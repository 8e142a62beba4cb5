using System.Buffers;
using System.Text;
using System.Text.Json;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Sizes are judged before work, and what a request took is given back.</summary>
[NonParallelizable]
public sealed class OracleLimitTests
{
    private const string Request = """{"id": 7, "op": "perplexity", "args": {"loss": 0}}""";
    private const string Reply = """{"id":7,"ok":true,"result":{"perplexity":1}}""";

    [TestCase("softmax", "logits")]
    [TestCase("logsumexp", "x")]
    [TestCase("norm.l2", "tensors")]
    [TestCase("clip.value", "grads")]
    [TestCase("sgd.step", "params")]
    [TestCase("loss_scale.update", "scale")]
    [TestCase("early_stopping", "losses")]
    public void A_number_beyond_binary64_is_refused_by_its_argument(string op, string argument)
    {
        string number = argument switch
        {
            "scale" => "1e400",
            "tensors" or "grads" or "params" => "[[-1e400]]",
            _ => "[1, 1e400]",
        };
        foreach (string dtype in new[] { "float64", "float32" })
        {
            JsonElement answer = Ask.Op(op, $$"""{"{{argument}}": {{number}}, "limit": 1, "grads2": 0}""".Replace(op == "clip.value" ? ", \"grads2\": 0" : ", \"limit\": 1, \"grads2\": 0", "", StringComparison.Ordinal), dtype);
            Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", argument)));
        }
    }

    // 10⁷ logits are 10⁷ gradients and a loss: one number too many.
    [Test]
    [Category(Deep.Category)]
    public void An_answer_that_would_be_too_long_is_refused_before_it_is_computed()
    {
        byte[] line = Filled("""{"op": "cross_entropy", "args": {"targets": [0], "logits": [[#]]}}""" + "\n", "1", 10_000_000);
        using var stream = new MemoryStream(line);
        using var output = new MemoryStream();
        long before = GC.GetAllocatedBytesForCurrentThread();
        OracleStream.Run(stream, output);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(Ask.Fault(JsonDocument.Parse(output.ToArray()).RootElement), Is.EqualTo(("invalid-argument", "logits")));
        Assert.That(allocated, Is.LessThan(2 * (64L << 20) + 8 * 10_000_000 + (1 << 20)), "the growing line, the logits, and nothing else");
    }

    [TestCase("adam.step", "params", """{"params": [[#]], "grads": [[#]], "lr": 1}""", 3_333_334, Category = Deep.Category)]
    [TestCase("sgd.step", "params", """{"params": [[#]], "grads": [[#]], "lr": 1, "momentum": 0.5}""", 5_000_001, Category = Deep.Category)]
    [TestCase("random.normal", "count", """{"seed": 1, "count": 10000001}""", 1)]
    [TestCase("smooth_labels", "num_classes", """{"targets": [0, 0], "num_classes": 5000001, "smoothing": 0}""", 1)]
    [TestCase("schedule", "steps", """{"kind": "constant", "lr": 1, "steps": [#]}""", 2_000_001)]
    [TestCase("lr_finder.suggest", "lr", """{"lr": [#], "loss": [1]}""", 2_000_001)]
    [TestCase("lr_finder.sweep", "count", """{"lr_min": 1, "lr_max": 2, "count": 2000001}""", 1)]
    [TestCase("llrd", "layers", """{"lr": 1, "decay": 0.9, "layers": 2000001}""", 1)]
    public void The_state_counts_and_so_does_what_a_number_asks_for(string op, string argument, string args, int count)
    {
        Assert.That(Ask.Fault(Answer(Filled($$"""{"id": 1, "op": "{{op}}", "args": {{args}}}""", "1", count))), Is.EqualTo(("invalid-argument", argument)));
    }

    [Test]
    [Category(Deep.Category)]
    public void More_lists_than_the_limit_are_refused()
    {
        const string Norm = """{"id": 1, "op": "norm.l2", "args": {"tensors": [#]}}""";
        Assert.That(Ask.Fault(Answer(Filled(Norm, "[]", Protocol.MaxLists))), Is.EqualTo(("invalid-argument", "tensors")));
        Assert.That(Ask.Number(Answer(Filled(Norm, "[]", Protocol.MaxLists - 1)).GetProperty("result").GetProperty("norm")), Is.Zero);
    }

    // positions² · width is the one work that the request's length does not bound: 3000² · 223 = 2007 million.
    [TestCase(3000, 223, 1, true)]
    [TestCase(3163, 1, 1, true)]
    [TestCase(1600, 8, 4, true)]
    [TestCase(400, 8, 4, false)]
    public void Attention_is_refused_by_its_work_and_its_weights(int positions, int width, int heads, bool refused)
    {
        string row = "[" + string.Join(",", Enumerable.Repeat("1", width)) + "]";
        string request = """{"id": 1, "op": "attention", "args": {"q": [#], "k": [#], "v": [#], "heads": HEADS}}""".Replace("HEADS", $"{heads}", StringComparison.Ordinal);
        JsonElement answer = Answer(Filled(request, row, positions));
        Assert.That(answer.GetProperty("ok").GetBoolean(), Is.EqualTo(!refused));
        if (refused)
            Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", "q")));
    }

    // Scores of 10²⁰ tell no 1 and are computed beyond the dtype: 310 · 311 / 2 · 60 products are 2.9 million, of 320 positions 3.1 million. So are values and gradients whose products leave the range.
    [TestCase(320, 60, "1e10", "1", "", true)]
    [TestCase(310, 60, "1e10", "1", "", false, Category = Deep.Category)]
    [TestCase(3162, 60, "1e30", "1", "", true)]
    [TestCase(3162, 60, "1e300", "1", "", true)]
    [TestCase(420, 60, "1", "1.7e308", "", true)]
    [TestCase(420, 60, "1e5", "1e300", "", false)]
    [TestCase(210, 60, "1e17", "1", "[1e200", true)]
    [TestCase(420, 60, "1", "1", "[1e-300", false)]
    [TestCase(20, 60, "1e30", "1e300", "[1e300", false)]
    public void Attention_beyond_the_dtype_is_refused_by_how_much_of_it_there_is(int positions, int width, string queries, string values, string gradient, bool refused)
    {
        string Rows(string number) => "[" + string.Join(",", Enumerable.Repeat($"[{string.Join(",", Enumerable.Repeat(number, width))}]", positions)) + "]";
        string up = gradient.Length == 0 ? "" : $$""", "grad_y": {{Rows(gradient[1..])}}""";
        var watch = System.Diagnostics.Stopwatch.StartNew();
        JsonElement answer = Answer(System.Text.Encoding.UTF8.GetBytes($$"""{"id": 1, "op": "attention", "args": {"q": {{Rows(queries)}}, "k": {{Rows(queries)}}, "v": {{Rows(values)}}{{up}}} }"""));
        Assert.That(answer.GetProperty("ok").GetBoolean(), Is.EqualTo(!refused));
        if (refused)
        {
            Assert.That(Ask.Fault(answer), Is.EqualTo(("invalid-argument", "q")));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(15)), "it was computed all the same");
        }
    }

    // Three products of 256³ for each iteration: 39 are 1963 million, 40 are 2013. What is within the limit goes on to the state, which is refused unread.
    [TestCase(39, "state")]
    [TestCase(40, "shapes")]
    public void Muon_is_refused_by_its_products(int iterations, string argument)
    {
        string request = $$$"""{"id": 1, "op": "muon.step", "args": {"params": [[#]], "grads": [[#]], "shapes": [[256, 256]], "lr": 1, "ns_steps": {{{iterations}}}, "state": {"kind": "adam", "version": 1} } }""";
        Assert.That(Ask.Fault(Answer(Filled(request, "1", 256 * 256))), Is.EqualTo(("invalid-argument", argument)));
    }

    [Test]
    public void A_state_larger_than_any_of_these_params_is_refused_unread()
    {
        string state = """{"kind": "adam", "version": 1, "dtype": "float64", "step": 1, "m": [[0]], "v": [[""" + string.Join(",", Enumerable.Repeat("0", 100)) + "]]}";
        Assert.That(Ask.Fault(Ask.Op("adam.step", $$"""{"params": [[1]], "grads": [[1]], "lr": 1, "state": {{state}}}""")), Is.EqualTo(("invalid-argument", "state")));
    }

    [TestCase("{\"id\": 1, \"op\": \"#\"}", "unknown-op", "op")]
    [TestCase("{\"id\": 1, \"op\": \"softmax\", \"#\": 1}", "invalid-argument", null)]
    [TestCase("{\"id\": 1, \"op\": \"softmax\", \"args\": {\"logits\": [1], \"#\": 1}}", "invalid-argument", null)]
    [TestCase("{\"id\": 1, \"op\": \"softmax\", \"args\": {\"logits\": \"#\"}}", "invalid-argument", "logits")]
    public void A_name_of_megabytes_is_not_repeated(string line, string kind, string? argument)
    {
        string answer = Ask.Lines(line.Replace("#", new string('é', 500_000), StringComparison.Ordinal)).Single();
        Assert.That(answer, Has.Length.LessThan(500));
        (string? saidKind, string? saidArgument) = Ask.Fault(JsonDocument.Parse(answer).RootElement);
        Assert.That((saidKind, argument is null ? saidArgument![..10] : saidArgument), Is.EqualTo((kind, argument ?? new string('é', 10))));
    }

    [Test]
    public void Millions_of_members_are_refused_by_the_first_that_is_unknown()
    {
        string line = "{\"id\": 1, \"op\": \"softmax\", \"args\": {\"logits\": [1]" + string.Concat(Enumerable.Repeat(", \"a\": 1", 500_000)) + "}}";
        Assert.That(Ask.Fault(Ask.One(line)), Is.EqualTo(("invalid-argument", "a")));
        line = "{\"op\": \"softmax\", \"args\": {\"logits\": [1]" + string.Concat(Enumerable.Repeat(", \"logits\": [1]", 100)) + "}, \"id\": 1}";
        Assert.That(Ask.Fault(Ask.One(line)), Is.EqualTo(("invalid-argument", "logits")));
    }

    [Test]
    public void Memory_is_given_back_before_the_next_request_is_waited_for()
    {
        byte[] large = Filled("""{"id": 1, "op": "norm.l2", "args": {"tensors": [[#]]}}""" + "\n" + Request + "\n", "1", 5_000_000);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long after = 0;
        using var input = new WatchedStream(large, () => after = GC.GetTotalMemory(forceFullCollection: false));
        using var output = new MemoryStream();
        OracleStream.Run(input, output);
        Assert.That(Encoding.UTF8.GetString(output.ToArray()).Split('\n')[1], Is.EqualTo(Reply));
        Assert.That(after - before, Is.LessThan(1 << 20), "the line of 10 MB and its 40 MB of numbers are gone");
    }

    // The request with # for an item that stands a number of times, with commas between; only its bytes are ever held.
    private static byte[] Filled(string request, string item, int count)
    {
        byte[][] parts = [.. request.Split('#').Select(Encoding.UTF8.GetBytes)];
        byte[] one = Encoding.UTF8.GetBytes(item + ",");
        byte[] line = GC.AllocateUninitializedArray<byte>(parts.Sum(p => p.Length) + (parts.Length - 1) * (one.Length * count - 1));
        parts[0].CopyTo(line, 0);
        int at = parts[0].Length;
        foreach (byte[] part in parts[1..])
        {
            // Doubled until it is full; the last comma is left out.
            Span<byte> items = line.AsSpan(at, one.Length * count - 1);
            one.AsSpan(0, Math.Min(one.Length, items.Length)).CopyTo(items);
            for (int full = one.Length; full < items.Length; full *= 2)
                items[..Math.Min(full, items.Length - full)].CopyTo(items[full..]);
            at += items.Length;
            part.CopyTo(line, at);
            at += part.Length;
        }

        return line;
    }

    // The engine's own answer, without a reader that copies the line.
    private static JsonElement Answer(byte[] line)
    {
        var answer = new ArrayBufferWriter<byte>();
        new OracleEngine().Answer(line, answer);
        return JsonDocument.Parse(answer.WrittenMemory).RootElement;
    }

    /// <summary>A stream that says when its end is read.</summary>
    private sealed class WatchedStream(byte[] bytes, Action atEnd) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            if (read == 0)
                atEnd();
            return read;
        }
    }
}
