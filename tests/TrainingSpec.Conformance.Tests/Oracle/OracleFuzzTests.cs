using System.Text;
using System.Text.Json;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Mutated lines never end the stream: each gets exactly one answer line, of a kind that its text allows.</summary>
public sealed class OracleFuzzTests
{
    private static readonly string[] Seeds =
    [
        """{"id": 1, "op": "softmax", "args": {"logits": [1, 2.5, "-Infinity"]}}""",
        """{"id": "é", "op": "adamw.step", "dtype": "float32", "args": {"params": [[1, 2], [3]], "grads": [[0.1, -2e-3], ["NaN"]], "lr": 0.1, "decay_on": "updated"}}""",
        """{"id": null, "op": "schedule", "args": {"kind": "warmup_cosine", "steps": [0, 1, 3.0], "lr_max": 1, "warmup": 2, "total": 10}}""",
        """{"id": [1, {"a": "\ud83d\ude00"}], "op": "gpt.count", "args": {"vocab": 65, "width": 64, "layers": 4, "context": 32, "bias": false}}""",
        """{"op": "sgd.step", "args": {"params": [[1]], "grads": [[1]], "lr": 1, "momentum": 0.5, "nesterov": true, "state": {"kind": "sgd"}}}""",
        """{"id": 5, "op": "smooth_labels", "args": {"targets": [0, 2], "num_classes": 3, "smoothing": 0.1}}""",
        """{"id": 6, "op": "norm.l2", "args": {"tensors": [[1e308, -1e308], [], [5e-324]]}}""",
        """{"id": 8, "op": "gpt.loss", "args": {"config": {"vocab": 2, "width": 1, "layers": 1, "heads": 1, "context": 1, "mlp_ratio": 1, "bias": false, "learned_positions": false, "activation": "relu"}, "weights": {"wte": [1, 2], "h.0.ln1.g": [1], "h.0.ln1.b": [1], "h.0.attn.qkv.w": [1, 2, 3], "h.0.attn.proj.w": [1], "h.0.ln2.g": [1], "h.0.ln2.b": [0.5], "h.0.mlp.fc.w": [1], "h.0.mlp.proj.w": [2], "lnf.g": [1], "lnf.b": [3]}, "inputs": [[1]], "targets": [[0]]}}""",
        """{"id": 7, "op": "gpt.loss", "dtype": "float16", "args": {}}""",
    ];

    private static readonly string[] Kinds = ["parse", "unknown-op", "unsupported", "invalid-argument", "shape-mismatch", "non-finite"];

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "null", "true", "1e999", "-1", "3.0", "[", "]", "{", "}", "\"", ",", ":", "\\ud800", "\\u0000", "\"NaN\"", "\"Infinity\"",
            "9223372036854775808", "0.1", "[[1]]", "{}", "\"args\"", "\"op\"", "\"lr\"", "\r", "\uFEFF", "\0", "\\", "//", " ",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF],
        [0xC0, 0x80],
    ];

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Each_mutated_line_gets_one_answer_of_the_right_kind(int seed)
    {
        var random = new Random(seed);
        var lines = new List<byte[]>();
        var input = new List<byte>();
        for (int i = 0; i < 5_000; i++)
        {
            byte[] line = Mutate(Encoding.UTF8.GetBytes(Seeds[random.Next(Seeds.Length)]), random);
            input.AddRange(line);
            input.Add((byte)'\n');
            if (i == 0 && line.AsSpan().StartsWith(Encoding.UTF8.Preamble))
                line = line[3..];
            if (line.AsSpan().ContainsAnyExcept(" \t\r"u8))
                lines.Add(line);
        }

        string[] answers = Ask.Lines([.. input]);
        Assert.That(answers, Has.Length.EqualTo(lines.Count));
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < answers.Length; i++)
        {
            string kind = Check(lines[i], answers[i]);
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
        }

        TestContext.Out.WriteLine(string.Join(", ", seen.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value}")));
        Assert.That(seen.Keys, Is.SupersetOf(new[] { "ok", "parse", "unknown-op", "unsupported", "invalid-argument", "shape-mismatch" }));
    }

    private static string Check(byte[] line, string answer)
    {
        using JsonDocument reply = JsonDocument.Parse(answer, new JsonDocumentOptions { MaxDepth = 1024 });
        JsonElement root = reply.RootElement;
        string text = Encoding.UTF8.GetString(line);
        bool ok = root.GetProperty("ok").GetBoolean();
        string kind = ok ? "ok" : root.GetProperty("error").GetProperty("kind").GetString()!;
        Assert.That(ok || Kinds.Contains(kind), Is.True, text);
        if (!ok)
            Assert.That(root.GetProperty("error").GetProperty("message").GetString(), Does.Not.Contain("failed:"), text);
        if (Request(line) is not { } request)
        {
            Assert.That(kind, Is.EqualTo("parse"), text);
            string kept = root.GetProperty("id").GetRawText();
            string message = root.GetProperty("error").GetProperty("message").GetString()!;
            int at = int.Parse(System.Text.RegularExpressions.Regex.Match(message, @" \(byte ([0-9]+)\)$").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.That(at, Is.LessThanOrEqualTo(line.Length), text);
            string before = Encoding.UTF8.GetString(line[..at]).Replace("\r", "", StringComparison.Ordinal);
            Assert.That(kept == "null" || System.Text.RegularExpressions.Regex.IsMatch(before, "\"id\"\\s*:\\s*" + System.Text.RegularExpressions.Regex.Escape(kept)), Is.True, text);
            return kind;
        }

        using (request)
        {
            Assert.That(kind, Is.Not.EqualTo("parse"), text);
            string id = request.RootElement.TryGetProperty("id", out JsonElement given) ? given.GetRawText() : "null";
            Assert.That(root.GetProperty("id").GetRawText(), Is.EqualTo(id.Replace("\r", "", StringComparison.Ordinal)), text);
            bool known = request.RootElement.TryGetProperty("op", out JsonElement op) && op.ValueKind == JsonValueKind.String && Protocol.Operations.Contains(op.GetString()!);
            if (known)
                Assert.That(kind, Is.Not.EqualTo("unknown-op"), text);
            else
                Assert.That(kind, Is.EqualTo("unknown-op").Or.EqualTo("invalid-argument"), text);
        }

        return kind;
    }

    // An object in strict UTF-8 whose strings can all be read.
    private static JsonDocument? Request(byte[] line)
    {
        try
        {
            string text = new UTF8Encoding(false, true).GetString(line);
            JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = Protocol.MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object && Readable(document.RootElement))
                return document;
            document.Dispose();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
        }

        return null;
    }

    private static bool Readable(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.Object => element.EnumerateObject().All(p => p.Name.Length >= 0 && Readable(p.Value)),
                JsonValueKind.Array => element.EnumerateArray().All(Readable),
                JsonValueKind.String => element.GetString() is not null,
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static byte[] Mutate(byte[] line, Random random)
    {
        var bytes = new List<byte>(line);
        for (int n = random.Next(4); n > 0 && bytes.Count > 0; n--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(1, Math.Min(12, bytes.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes[at] = bytes[random.Next(bytes.Count)];
                    break;
                default:
                    Retoken(bytes, random);
                    break;
            }
        }

        bytes.RemoveAll(b => b == (byte)'\n');
        return [.. bytes];
    }

    // Replaces one number or word as a whole, so that the line stays JSON and its meaning changes.
    private static void Retoken(List<byte> bytes, Random random)
    {
        string text = Encoding.Latin1.GetString([.. bytes]);
        System.Text.RegularExpressions.MatchCollection values = System.Text.RegularExpressions.Regex.Matches(text, "-?[0-9][0-9.e-]*|\"[a-zA-Z_.0-9]+\"|true|false|null|\\[[^\\[\\]]*\\]");
        if (values.Count == 0)
            return;
        System.Text.RegularExpressions.Match value = values[random.Next(values.Count)];
        string[] others = ["0", "-1", "2", "0.5", "1e999", "null", "true", "\"NaN\"", "\"x\"", "[]", "[1]", "[[1, 2]]", "{}", "3.0", "\"op\"", "\"softmin\"", "18446744073709551616"];
        bytes.RemoveRange(value.Index, value.Length);
        bytes.InsertRange(value.Index, Encoding.UTF8.GetBytes(others[random.Next(others.Length)]));
    }
}
