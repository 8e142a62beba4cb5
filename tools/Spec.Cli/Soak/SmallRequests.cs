using System.Buffers;
using System.Text;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;

namespace Spec.Cli.Soak;

/// <summary>A mixture of small requests, right and wrong ones, with the answers that this process gives to them.</summary>
internal sealed class SmallRequests
{
    // Ids are all of one length, so that a damaged line says the same byte whatever its id.
    private const string Marker = "1000000";
    private const int FirstId = 1_000_000;
    private const int Ids = 9_000_000;
    private static readonly int[] Sizes = [1, 3, 8];
    private readonly (byte[] Request, byte[] Answer)[] _kinds;

    public SmallRequests()
    {
        var engine = new OracleEngine();
        string[] damaged =
        [
            """ "op":"softmin","args":{}}""",
            """ "op":"softmax","args":{"logits":[]}}""",
            """ "op":"softmax","args":{"logits":[1e400]}}""",
            """ "op":"adam.step","args":{"params":[[1]],"grads":[[1,2]],"lr":0.1}}""",
            """ "op":"gpt.count","args":{"vocab":9000000000000000000,"width":9000000000000000000,"layers":9,"context":9}}""",
            """ "op":"random.uniform","args":{"seed":1,"count":10000001}}""",
            """ "op":"norm.l2","args":{"tensors":[[1,2]]},}""",
            """ "op":"norm.l2","args":{"tensors":[[""" + new string('9', 400) + "]]}}",
            """ "op":"norm.l2","args":{"tensors":""" + new string('[', 600),
        ];
        _kinds =
        [
            .. SizedRequests.All.SelectMany(sized => Sizes.Select(n => Encoding.UTF8.GetString(sized.Line(Marker, n)))).Concat(damaged.Select(rest => "{\"id\":" + Marker + "," + rest)).Select(line =>
            {
                var answer = new ArrayBufferWriter<byte>();
                engine.Answer(Encoding.UTF8.GetBytes(line), answer);
                return (Tail(line + "\n"), Tail(Encoding.UTF8.GetString(answer.WrittenSpan)));
            }),
        ];
    }

    /// <summary>How many different ones there are.</summary>
    public int Kinds => _kinds.Length;

    /// <summary>Sends many and compares their answers.</summary>
    /// <param name="oracle">Who is asked.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Which.</param>
    /// <returns>What is wrong with the first wrong answer; null if none is.</returns>
    public string? Ask(OracleProcess oracle, int count, ulong seed)
    {
        Task writing = Task.Run(() => Write(oracle.Requests, count, seed));
        var random = new SplitMix(seed);
        var expected = new ArrayBufferWriter<byte>();
        string? wrong = null;
        for (int i = 0; i < count && wrong is null; i++)
        {
            byte[] answer = _kinds[random.Below(_kinds.Length)].Answer;
            expected.ResetWrittenCount();
            WriteNumbered(expected, i, answer);
            if (!oracle.Answers.Next())
                return $"no answer to request {i} of {count}: {oracle.Said}";
            if (!oracle.Answers.Line.SequenceEqual(expected.WrittenSpan[..^1]))
                wrong = $"request {i}: {Encoding.UTF8.GetString(oracle.Answers.Line)} instead of {Encoding.UTF8.GetString(expected.WrittenSpan).TrimEnd()}";
        }

        if (wrong is null)
            writing.Wait();
        return wrong;
    }

    private void Write(Stream requests, int count, ulong seed)
    {
        var random = new SplitMix(seed);
        var pending = new ArrayBufferWriter<byte>(1 << 17);
        for (int i = 0; i < count; i++)
        {
            WriteNumbered(pending, i, _kinds[random.Below(_kinds.Length)].Request);
            if (pending.WrittenCount < 1 << 16 && i < count - 1)
                continue;
            requests.Write(pending.WrittenSpan);
            pending.ResetWrittenCount();
        }

        requests.Flush();
    }

    private static void WriteNumbered(ArrayBufferWriter<byte> output, int id, byte[] tail)
    {
        output.Write("{\"id\":"u8);
        System.Buffers.Text.Utf8Formatter.TryFormat(FirstId + id % Ids, output.GetSpan(16), out int written);
        output.Advance(written);
        output.Write(tail);
    }

    private static byte[] Tail(string line) => Encoding.UTF8.GetBytes(line[("{\"id\":" + Marker).Length..]);
}
