using System.Globalization;

namespace TrainingSpec.Ilgpu.Ptx;

/// <summary>A stretch of memory that remembers who wrote and read each byte.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="size">Bytes.</param>
/// <param name="written">True where the host wrote it before the launch.</param>
internal sealed class PtxMemory(string name, int size, bool written)
{
    private const int Nobody = 0;
    private const int SeveralInGroup = -1;
    private const int SeveralGroups = -2;

    private readonly Trace[] _traces = new Trace[size];
    private readonly bool[] _written = Filled(size, written);

    /// <summary>What messages call it.</summary>
    public string Name { get; } = name;

    /// <summary>The bytes.</summary>
    public byte[] Bytes { get; } = new byte[size];

    /// <summary>Forgets who touched what: a launch begins.</summary>
    public void BeginLaunch() => Array.Clear(_traces);

    /// <summary>The host writes.</summary>
    public void WriteFromHost(int offset, ReadOnlySpan<byte> content)
    {
        content.CopyTo(Bytes.AsSpan(offset));
        _written.AsSpan(offset, content.Length).Fill(true);
    }

    /// <summary>The host wrote all of it.</summary>
    public void MarkWritten() => Array.Fill(_written, true);

    /// <summary>Nobody wrote any of it.</summary>
    public void MarkUnwritten() => Array.Clear(_written);

    /// <summary>Offsets that no launch and no host wrote, the first of them, or -1.</summary>
    public int FirstUnwritten() => Array.IndexOf(_written, false);

    /// <summary>Reads a value.</summary>
    /// <param name="thread">Who reads.</param>
    /// <param name="offset">Where.</param>
    /// <param name="length">How many bytes.</param>
    /// <exception cref="PtxFaultException">Nobody wrote there, or another thread did without a barrier since.</exception>
    public ulong Read(PtxThread thread, long offset, int length)
    {
        Require(offset, length);
        ulong bits = 0;
        for (int i = 0; i < length; i++)
        {
            int at = (int)offset + i;
            if (!_written[at])
                throw new PtxFaultException(PtxFaultKind.Unwritten, $"reads {Place(at)}, which nobody wrote");
            ref Trace trace = ref _traces[at];
            if (trace.Writer != Nobody && trace.Writer != thread.Id && Together(thread, GroupOf(thread, trace.Writer), trace.WriteEpoch))
                throw Race(thread, "reads", at, trace.Writer, "wrote");
            NoteReader(thread, ref trace);
            bits |= (ulong)Bytes[at] << (8 * i);
        }

        return bits;
    }

    /// <summary>Writes a value.</summary>
    /// <param name="thread">Who writes.</param>
    /// <param name="offset">Where.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="bits">The value in the low bytes.</param>
    /// <exception cref="PtxFaultException">Another thread wrote or read there without a barrier since.</exception>
    public void Write(PtxThread thread, long offset, int length, ulong bits)
    {
        Require(offset, length);
        for (int i = 0; i < length; i++, bits >>= 8)
        {
            int at = (int)offset + i;
            ref Trace trace = ref _traces[at];
            if (trace.Writer != Nobody && trace.Writer != thread.Id && Together(thread, GroupOf(thread, trace.Writer), trace.WriteEpoch))
                throw Race(thread, "writes", at, trace.Writer, "wrote");
            if (ReadBeside(thread, trace))
                throw Race(thread, "writes", at, trace.Reader, "read");
            trace.Writer = thread.Id;
            trace.WriteEpoch = thread.Epoch;
            _written[at] = true;
            Bytes[at] = (byte)bits;
        }
    }

    private static bool[] Filled(int size, bool value)
    {
        var filled = new bool[size];
        Array.Fill(filled, value);
        return filled;
    }

    // Threads are numbered from 1 across the launch, so that a number tells the group.
    private static int GroupOf(PtxThread thread, int id) => (id - 1) / thread.GroupSize;

    // Nothing orders two groups within a launch; within a group a barrier does.
    private static bool Together(PtxThread thread, int group, int epoch) => group != thread.Group || epoch == thread.Epoch;

    private static void NoteReader(PtxThread thread, ref Trace trace)
    {
        if (trace.Reader == Nobody || trace.Reader == thread.Id)
        {
            trace.Reader = thread.Id;
        }
        else if (trace.Reader == SeveralGroups || trace.ReadGroup != thread.Group)
        {
            trace.Reader = SeveralGroups;
        }
        else
        {
            // An earlier epoch of this group is in order with all that follows.
            trace.Reader = trace.ReadEpoch == thread.Epoch ? SeveralInGroup : thread.Id;
        }

        trace.ReadGroup = thread.Group;
        trace.ReadEpoch = thread.Epoch;
    }

    private static bool ReadBeside(PtxThread thread, Trace trace) => trace.Reader switch
    {
        Nobody => false,
        SeveralGroups => true,
        SeveralInGroup => trace.ReadGroup != thread.Group || trace.ReadEpoch == thread.Epoch,
        _ => trace.Reader != thread.Id && Together(thread, trace.ReadGroup, trace.ReadEpoch),
    };

    private string Place(int at) => string.Create(CultureInfo.InvariantCulture, $"byte {at} of {Name}");

    private void Require(long offset, int length)
    {
        if (offset < 0 || offset + length > Bytes.Length)
            throw new PtxFaultException(PtxFaultKind.Bounds, string.Create(CultureInfo.InvariantCulture, $"{length} bytes at {offset} lie outside {Name}, which has {Bytes.Length}"));
        if (offset % length != 0)
            throw new PtxFaultException(PtxFaultKind.Alignment, string.Create(CultureInfo.InvariantCulture, $"{length} bytes at {offset} of {Name} are not aligned"));
    }

    private PtxFaultException Race(PtxThread thread, string does, int at, int other, string did)
    {
        string who = other switch
        {
            SeveralInGroup => "threads of its group",
            SeveralGroups => "threads of several groups",
            _ => string.Create(CultureInfo.InvariantCulture, $"thread {(other - 1) % thread.GroupSize} of group {GroupOf(thread, other)}"),
        };
        return new PtxFaultException(PtxFaultKind.Race, $"{does} {Place(at)}, where {who} {did} with no barrier between");
    }

    private struct Trace
    {
        public int Writer;
        public int WriteEpoch;
        public int Reader;
        public int ReadGroup;
        public int ReadEpoch;
    }
}
