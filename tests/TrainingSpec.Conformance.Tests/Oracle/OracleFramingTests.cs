using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Lines, limits, ids and the order of answers.</summary>
[NonParallelizable]
public sealed class OracleFramingTests
{
    private const string Request = """{"id": 7, "op": "perplexity", "args": {"loss": 0}}""";
    private const string Reply = """{"id":7,"ok":true,"result":{"perplexity":1}}""";

    [Test]
    public void A_mark_CRLF_blank_lines_and_a_missing_last_end_are_fine() =>
        Assert.That(Ask.Lines("\uFEFF" + Request + "\r\n\r\n  \t\n\n" + Request), Is.EqualTo(new[] { Reply, Reply }));

    [Test]
    public void Empty_input_gets_no_answer()
    {
        Assert.That(Ask.Lines(""), Is.Empty);
        Assert.That(Ask.Lines("\n\r\n"), Is.Empty);
        Assert.That(Ask.Lines("\uFEFF"), Is.Empty);
    }

    [TestCase("", null, 0)]
    [TestCase("{", null, 1)]
    [TestCase("[]", null, 0)]
    [TestCase("  [1e400]", null, 2)]
    [TestCase("3", null, 0)]
    [TestCase("null", null, 0)]
    [TestCase("\"x\"", null, 0)]
    [TestCase("{} {}", null, 3)]
    [TestCase("{\"id\": 1,}", "1", 9)]
    [TestCase("{\"id\": 01}", null, 8)]
    [TestCase("{\"id\": NaN}", null, 7)]
    [TestCase("{'id': 1}", null, 1)]
    [TestCase("{\"id\": 1} // why not", "1", 10)]
    [TestCase("\u0000", null, 0)]
    [TestCase("{\"id\": \"\\ud800\"}", null, 8)]
    [TestCase("{\"id\": 2, \"op\": \"\\ud800\\u0041\"}", "2", 17)]
    [TestCase("{\"id\": 12", null, 9)]
    [TestCase("{\"id\": 12, \"op\": \"soft", "12", 22)]
    [TestCase("{\"op\": \"x\", \"args\": {\"id\": 4}, \"id\": [5, {\"a\": \"\"}]; }", "[5, {\"a\": \"\"}]", 51)]
    [TestCase("{\"args\": {\"id\": 4},,", null, 19)]
    [TestCase("{\"\\u0069d\": 6, \"id\": 7 8", "7", 23)]
    public void What_is_no_object_says_where_and_keeps_its_id(string line, string? id, int at)
    {
        string[] answers = Ask.Lines("x" + line + "\n" + (line.Length > 0 ? line + "\n" : "") + Request + "\n");
        Assert.That(answers[^1], Is.EqualTo(Reply));
        Assert.That(answers, Has.Length.EqualTo(line.Length > 0 ? 3 : 2));
        ParseFault(answers[0], null, 0);
        if (line.Length > 0)
            ParseFault(answers[1], id, at);
    }

    [Test]
    public void A_line_that_is_too_long_keeps_its_id()
    {
        string[] answers = Ask.Lines("{\"id\": \"a\", \"args\": {" + new string(' ', 300_000) + "}}\n" + Request + "\n" + Request.PadRight(101) + "\n" + Request, 100);
        Assert.That(answers, Has.Length.EqualTo(4));
        Assert.That(JsonDocument.Parse(answers[0]).RootElement.GetProperty("id").GetString(), Is.EqualTo("a"));
        Assert.That(Ask.Fault(JsonDocument.Parse(answers[2]).RootElement).Kind, Is.EqualTo("parse"));
        Assert.That(JsonDocument.Parse(answers[2]).RootElement.GetProperty("id").GetRawText(), Is.EqualTo(JsonDocument.Parse(Reply).RootElement.GetProperty("id").GetRawText()));
        Assert.That(answers[3], Is.EqualTo(Reply));
    }

    private static void ParseFault(string answer, string? id, int at)
    {
        JsonElement error = JsonDocument.Parse(answer).RootElement;
        Assert.That(Ask.Fault(error).Kind, Is.EqualTo("parse"));
        Assert.That(error.GetProperty("id").GetRawText(), Is.EqualTo(id ?? "null"));
        Assert.That(error.GetProperty("error").GetProperty("message").GetString(), Does.EndWith($" (byte {at})"));
    }

    [Test]
    public void Bytes_that_are_not_UTF8_get_a_parse_error()
    {
        byte[] bad = [.. "{\"id\": \""u8, 0xC3, 0x28, .. "\"}\n"u8, .. Encoding.UTF8.GetBytes(Request)];
        string[] answers = Ask.Lines(bad);
        Assert.That(answers, Has.Length.EqualTo(2));
        ParseFault(answers[0], null, 8);
        Assert.That(answers[1], Is.EqualTo(Reply));

        // 3000 bytes of two each, then one that can't follow; the id before it is kept.
        bad = [.. "{\"id\": 1, \""u8, .. Encoding.UTF8.GetBytes(new string('é', 1500)), 0xE2, 0x82, .. "\": 2}\n"u8];
        ParseFault(Ask.Lines(bad).Single(), "1", 3011);
    }

    [TestCase("null")]
    [TestCase("0")]
    [TestCase("1e400")]
    [TestCase("12345678901234567890.10")]
    [TestCase("\"a\\n\\u00e9\\ud83d\\ude00 é\"")]
    [TestCase("[1, {\"x\": [true, null]}]")]
    [TestCase("[1,\r2]")]
    public void Any_id_comes_back(string id)
    {
        string[] answers = Ask.Lines("""{"op": "perplexity", "args": {"loss": 0}, "id": """ + id + "}\n");
        Assert.That(answers.Single(), Is.EqualTo("{\"id\":" + id.Replace("\r", "", StringComparison.Ordinal) + ",\"ok\":true,\"result\":{\"perplexity\":1}}"));
    }

    [Test]
    public void A_missing_id_is_null() =>
        Assert.That(Ask.One("""{"op": "softmin"}""").GetProperty("id").ValueKind, Is.EqualTo(JsonValueKind.Null));

    [TestCase(400, "shape-mismatch")]
    [TestCase(100_000, "parse")]
    [TestCase(5_000_000, "parse")]
    public void A_deep_nest_is_answered(int depth, string kind)
    {
        string bomb = """{"id": 1, "op": "softmax", "args": {"logits": """ + new string('[', depth) + new string(']', depth) + "}}";
        string[] answers = Ask.Lines(bomb + "\n" + new string('[', depth) + "\n" + Request);
        Assert.That(answers, Has.Length.EqualTo(3));
        Assert.That(Ask.Fault(JsonDocument.Parse(answers[0]).RootElement).Kind, Is.EqualTo(kind));
        Assert.That(answers[1], Does.Contain("\"parse\""));
        Assert.That(answers[2], Is.EqualTo(Reply));
    }

    [TestCase("\n")]
    [TestCase("\r\n")]
    public void A_line_of_the_limit_passes_and_one_byte_more_does_not(string end)
    {
        foreach (int limit in new[] { Request.Length, 70_000, 200_000 })
        {
            string fits = Request.PadRight(limit);
            string[] answers = Ask.Lines("\uFEFF" + fits + end + fits + " " + end + new string(' ', 3 * limit) + end + Request + end, limit);
            Assert.That(answers, Has.Length.EqualTo(4), $"{limit}");
            Assert.That(answers[0], Is.EqualTo(Reply));
            Assert.That(answers[1], Does.Contain("\"parse\""));
            Assert.That(answers[2], Does.Contain("\"parse\""));
            Assert.That(answers[3], Is.EqualTo(Reply));
        }
    }

    [Test]
    public void A_line_far_over_64_MiB_is_never_held()
    {
        var endless = new OnesStream(320L << 20, Encoding.UTF8.GetBytes("\n" + Request + "\n"));
        using var output = new MemoryStream();
        long before = GC.GetTotalAllocatedBytes(true);
        OracleStream.Run(endless, output);
        long allocated = GC.GetTotalAllocatedBytes(true) - before;
        string[] answers = Encoding.UTF8.GetString(output.ToArray()).TrimEnd().Split('\n');
        Assert.That(answers, Has.Length.EqualTo(2));
        Assert.That(answers[0], Does.Contain("\"parse\""));
        Assert.That(answers[1], Is.EqualTo(Reply));
        Assert.That(allocated, Is.LessThan(210L << 20), "growth by doubling up to the limit, and nothing for the rest");
    }

    [Test]
    public void A_waiting_peer_gets_its_answer_at_once()
    {
        using var toOracle = new AnonymousPipeServerStream(PipeDirection.Out);
        using var requests = new AnonymousPipeClientStream(PipeDirection.In, toOracle.ClientSafePipeHandle);
        using var fromOracle = new AnonymousPipeServerStream(PipeDirection.In);
        using var answers = new AnonymousPipeClientStream(PipeDirection.Out, fromOracle.ClientSafePipeHandle);
        Task oracle = Task.Run(() => OracleStream.Run(requests, answers));
        using var reader = new StreamReader(fromOracle);
        for (int i = 0; i < 3; i++)
        {
            toOracle.Write(Encoding.UTF8.GetBytes(Request + "\n"));
            Task<string?> line = reader.ReadLineAsync();
            Assert.That(line.Wait(TimeSpan.FromSeconds(20)), Is.True, "no answer while the peer waits");
            Assert.That(line.Result, Is.EqualTo(Reply));
        }

        toOracle.Dispose();
        Assert.That(oracle.Wait(TimeSpan.FromSeconds(20)), Is.True);
    }

    [Test]
    public void Answers_come_in_the_order_of_the_requests()
    {
        string requests = string.Concat(Enumerable.Range(0, 5000).Select(i => "{\"id\": " + i + """, "op": "perplexity", "args": {"loss": 0}}""" + "\n"));
        int[] ids = [.. Ask.Lines(requests).Select(a => JsonDocument.Parse(a).RootElement.GetProperty("id").GetInt32())];
        Assert.That(ids, Is.EqualTo(Enumerable.Range(0, 5000)));
    }

    private sealed class OnesStream(long length, byte[] tail) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length + tail.Length;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, (_position < length ? length : Length) - _position);
            if (_position < length)
                buffer.AsSpan(offset, read).Fill((byte)'1');
            else
                tail.AsSpan((int)(_position - length), read).CopyTo(buffer.AsSpan(offset));
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
