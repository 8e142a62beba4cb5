using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spec.Cli;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>Memory that does not suffice: the request is refused, and the next one is answered.</summary>
[NonParallelizable]
public sealed class MemoryTests
{
    private const string Refused = """{"id":1,"ok":false,"error":{"kind":"unsupported","argument":null,"message":"the request needs more memory than this process may use"}}""";

    // Whoever answers may run out of memory anywhere, with the beginning of an answer written.
    [TestCase(0)]
    [TestCase(1000)]
    public void An_answer_that_can_not_be_finished_is_taken_back_and_refused(int written)
    {
        Assert.That(Run(written), Is.EqualTo("0\n" + Refused + "\n2\n"));
    }

    [Test]
    public void An_answer_of_which_a_part_is_out_can_not_be_taken_back() =>
        Assert.That(() => Run(200_000), Throws.TypeOf<OutOfMemoryException>());

    // While an answer goes out, nothing is made whose size grows with it: there it could not be taken back.
    [Test]
    public void A_long_answer_is_written_without_memory_of_its_length()
    {
        const long few = 4096;
        var engine = new OracleEngine();
        string[] growing = [.. from sized in SizedRequests.All
                               where sized.PerItem > 0 && sized.Operation is not ("attention" or "init.orthogonal")
                               let made = Writing(engine, sized)
                               where made > few
                               select $"{sized.Operation} {sized.Args}: {made} bytes"];
        Assert.That(growing, Is.Empty);
    }

    // Half of the heap for a line's bytes; 24 MiB of heap for numbers of which none of these operations can hold all that it needs.
    [TestCase("softmax", "float16", 1_500_000, "unsupported")]
    [TestCase("adam.step", "float64", 1_000_000, "unsupported", Category = Deep.Category)]
    [TestCase("cross_entropy", "float64", 3_000_000, "unsupported", Category = Deep.Category)]
    [TestCase("norm.l2", "float64", 7_000_000, "parse")]
    [TestCase("random.normal", "float32", 9_000_000, "unsupported", Category = Deep.Category)]
    public void A_small_heap_refuses_and_goes_on(string operation, string dtype, int n, string kind)
    {
        SizedRequest sized = SizedRequests.All.First(s => s.Operation == operation);
        (string[] answers, string said) = Under(24, "0x40000000", sized.Line("1", n, dtype), sized.Line("2", 3, dtype));
        Assert.That(answers, Has.Length.EqualTo(3), said);
        Assert.That(Ask.Fault(JsonDocument.Parse(answers[0]).RootElement).Kind, Is.EqualTo(kind), answers[0][..Math.Min(answers[0].Length, 300)]);
        var right = new ArrayBufferWriter<byte>();
        new OracleEngine().Answer(sized.Line("2", 3, dtype), right);
        Assert.That(answers[1] + "\n", Is.EqualTo(Encoding.UTF8.GetString(right.WrittenSpan)));
        Assert.That(said, Is.Empty);
    }

    // In double-double six rows of ten million are 960 MB: logits, weights, gradient and two of the softmax, and one of labels if it were held beside its weights.
    [TestCase("\"targets\":[0]")]
    [TestCase("\"targets\":[[")]
    [Category(Deep.Category)]
    public void A_gibibyte_is_enough_for_the_weights_of_as_many_classes_as_there_may_be(string targets)
    {
        SizedRequest sized = SizedRequests.All.Single(s => s.Operation == "cross_entropy" && s.Args.StartsWith(targets, StringComparison.Ordinal) && s.Args.Contains("weight", StringComparison.Ordinal));
        (string[] answers, string said) = Under(1024, null, sized.Line("1", Protocol.MaxValues - 1, "float16"));
        Assert.That(answers[0], Does.StartWith("""{"id":1,"ok":true"""), () => answers[0][..Math.Min(answers[0].Length, 300)]);
        Assert.That(said, Is.Empty);
    }

    [TestCase(63, true)]
    [TestCase(64, false)]
    public void A_heap_below_the_smallest_is_told(int mebibytes, bool isTold)
    {
        (string[] answers, string said) = Under(mebibytes, null, "{\"id\":1}"u8.ToArray());
        Assert.That(answers, Has.Length.EqualTo(2));
        Assert.That(said, isTold ? Does.StartWith("spec: with a heap of under 64 MiB").And.EndsWith("\n") : Is.Empty);
    }

    private static (string[] Answers, string Said) Under(int mebibytes, string? addresses, params byte[][] lines)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CommandLine).Assembly.Location, "oracle"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = (mebibytes << 20).ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_GCRegionRange"] = addresses;
        using Process oracle = Process.Start(start)!;
        Task<string> answers = oracle.StandardOutput.ReadToEndAsync(), said = oracle.StandardError.ReadToEndAsync();
        foreach (byte[] line in lines)
        {
            oracle.StandardInput.BaseStream.Write(line);
            oracle.StandardInput.BaseStream.WriteByte((byte)'\n');
        }

        oracle.StandardInput.Close();
        return (answers.Result.Split('\n'), said.Result);
    }

    private static long Writing(OracleEngine engine, SizedRequest sized)
    {
        var output = new Counted();
        engine.Answer(sized.Line("1", 3), output);
        output = new Counted();
        engine.Answer(sized.Line("1", 4000), output);
        Assert.That(output.Length, Is.GreaterThan(4000), sized.Args);
        return GC.GetAllocatedBytesForCurrentThread() - output.Began;
    }

    private static string Run(int written)
    {
        using var output = new MemoryStream();
        int asked = 0;
        OracleStream.Run(new MemoryStream("{\"id\":0}\n{\"id\":1}\n{\"id\":2}\n"u8.ToArray()), output, (line, answers) =>
        {
            if (asked++ == 1)
            {
                for (int i = 0; i < written; i += 1000)
                    answers.Write(new byte[1000]);

                // One more than any array may have.
                GC.KeepAlive(new byte[Array.MaxLength + 1]);
            }

            answers.Write(Encoding.UTF8.GetBytes($"{asked - 1}\n"));
        });
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>Notes what the thread had allocated when the first bytes came.</summary>
    private sealed class Counted : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = new byte[1 << 16];

        public long Length { get; private set; }

        public long Began { get; private set; } = -1;

        public void Advance(int count)
        {
            if (Began < 0)
                Began = GC.GetAllocatedBytesForCurrentThread();
            Length += count;
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer;
    }
}
