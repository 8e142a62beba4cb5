using System.Text;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Reads lines of bytes from a stream; a line over the limit, or over what memory allows, is reported once and the rest of it is dropped unread.</summary>
/// <remarks>A leading byte order mark, CR before LF and a last line without an end are accepted.</remarks>
public sealed class LineReader
{
    private const int Smallest = 1 << 16;
    private readonly Stream _stream;
    private readonly int _limit;
    private byte[] _buffer = new byte[Smallest];
    private int _start;
    private int _end;
    private bool _ended;
    private bool _first = true;
    private bool _skipping;

    /// <summary>Reads from <paramref name="stream"/>; lines may hold <paramref name="limit"/> bytes without their end.</summary>
    public LineReader(Stream stream, int limit = Protocol.MaxLineBytes)
    {
        _stream = stream;
        _limit = limit;
    }

    /// <summary>Called before the reader waits for input: what was answered so far should go out now.</summary>
    public Action? BeforeWaiting { get; init; }

    /// <summary>The next line without its end, valid until the next call; false at the end of the stream.</summary>
    /// <param name="line">The line; where it was too long, its beginning.</param>
    /// <param name="tooLong">True where the line was over the limit.</param>
    public bool TryRead(out ReadOnlyMemory<byte> line, out bool tooLong)
    {
        tooLong = false;
        line = default;
        if (_skipping)
            Skip();
        int searched = _start;
        while (true)
        {
            int found = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (found >= 0 || (_ended && _end > _start))
            {
                int end = found >= 0 ? searched + found : _end;
                line = Trim(_start, end);
                _start = Math.Min(end + 1, _end);
                tooLong = line.Length > _limit;
                return true;
            }

            if (_ended)
                return false;

            // Four bytes more than the limit may still be a mark and a CR.
            if (_end - _start > (long)_limit + 4 || !HasRoom())
            {
                line = Trim(_start, _end);
                tooLong = _skipping = true;
                return true;
            }

            int read = Fill();
            searched = _end - read;
        }
    }

    // Drops bytes up to and including the next line end, holding none of them.
    private void Skip()
    {
        _skipping = false;
        _start = _end = 0;
        while (!_ended)
        {
            HasRoom();
            Fill();
            int found = _buffer.AsSpan(0, _end).IndexOf((byte)'\n');
            if (found >= 0)
            {
                _start = found + 1;
                return;
            }

            _start = _end = 0;
        }
    }

    // Makes room for more input; false where the line would need more memory than there is.
    private bool HasRoom()
    {
        int held = _end - _start;
        if (_start > 0 || held == 0)
        {
            // After a long line a small buffer will do again.
            byte[] kept = held <= Smallest / 2 && _buffer.Length > Smallest ? new byte[Smallest] : _buffer;
            _buffer.AsSpan(_start, held).CopyTo(kept);
            (_buffer, _start, _end) = (kept, 0, held);
        }

        if (_end < _buffer.Length)
            return true;
        try
        {
            Array.Resize(ref _buffer, (int)Math.Min((long)_buffer.Length * 2, (long)_limit + Smallest));
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private int Fill()
    {
        BeforeWaiting?.Invoke();
        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _ended = read == 0;
        _end += read;
        return read;
    }

    private ReadOnlyMemory<byte> Trim(int start, int end)
    {
        if (_first && _buffer.AsSpan(start, end - start).StartsWith(Encoding.UTF8.Preamble))
            start += 3;
        _first = false;
        if (end > start && _buffer[end - 1] == (byte)'\r')
            end--;
        return _buffer.AsMemory(start, end - start);
    }
}
