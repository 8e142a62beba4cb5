using System.Buffers;
using System.Text;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>What a large request leaves behind: a pool keeps arrays that no collection gives back.</summary>
[NonParallelizable]
public sealed class LargestRequestTests
{
    // A part of the largest requests whose arrays have a hundred kilobytes and more.
    private const int Part = 256;

    // Less than the smallest array of any.
    private const long Kept = 1 << 16;

    [Test]
    [Category(Deep.Category)]
    public void A_large_request_of_any_operation_leaves_nothing_in_a_pool()
    {
        var engine = new OracleEngine();
        SizedRequest[] all = [.. SizedRequests.All.Where(sized => sized.Operation != "attention")];
        foreach (SizedRequest sized in all)
            Answer(sized, 3);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (SizedRequest sized in all)
            Answer(sized, sized.Most / Part);
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Out.WriteLine($"{kept} bytes");

        // Where there is something, which of them it is.
        string[] keeping = kept < Kept ? [] : [.. all.Where(sized => Keeps(() => Answer(sized, sized.Most / Part * 3))).Select(sized => $"{sized.Operation} {sized.Args}")];
        Assert.That(kept, Is.LessThan(Kept), string.Join("; ", keeping));

        void Answer(SizedRequest sized, int n)
        {
            var answer = new Beginning();
            engine.Answer(sized.Line("1", Math.Max(n, 1)), answer);
            Assert.That(answer.ToString(), Does.StartWith("""{"id":1,"ok":true"""), sized.Args);
        }
    }

    // 33 million numbers fill a line: those that are read, one for each beside them where a row is kept, two where each has a rate in double-double, and 8 KiB for the rest.
    [TestCase("logsumexp", "", "float64", 8 + 8)]
    [TestCase("norm.l2", "", "float64", 8)]
    [TestCase("schedule", "plateau", "float64", 8 + 16)]
    public void The_longest_line_is_not_held_many_times(string operation, string kind, string dtype, int bytes)
    {
        const int count = 100_000;
        byte[] line = SizedRequests.All.First(sized => sized.Operation == operation && sized.Args.Contains(kind, StringComparison.Ordinal)).Line("1", count, dtype);
        var engine = new OracleEngine();
        var answer = new Beginning();
        engine.Answer(line, answer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        engine.Answer(line, answer);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(bytes * count + (1 << 13)));
    }

    private static bool Keeps(Action ask)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        ask();
        return GC.GetTotalMemory(forceFullCollection: true) - before >= Kept;
    }

    /// <summary>Takes an answer and keeps the first of it.</summary>
    private sealed class Beginning : IBufferWriter<byte>
    {
        private readonly byte[] _room = new byte[1 << 13];
        private int _used;

        public void Advance(int count) => _used = Math.Min(_used + count, 200);

        public Memory<byte> GetMemory(int sizeHint = 0) => _room.AsMemory(_used);

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override string ToString() => Encoding.UTF8.GetString(_room, 0, _used);
    }
}
