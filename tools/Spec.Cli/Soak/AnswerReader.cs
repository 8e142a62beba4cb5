namespace Spec.Cli.Soak;

/// <summary>Reads answer lines of any length and keeps the beginning of each.</summary>
/// <param name="stream">The answers.</param>
internal sealed class AnswerReader(Stream stream)
{
    private const int Kept = 1 << 16;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly byte[] _line = new byte[Kept];
    private int _start;
    private int _end;

    /// <summary>How long the last line was, without its end.</summary>
    public long Length { get; private set; }

    /// <summary>The first 64 KiB of the last line; valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Line => _line.AsSpan(0, (int)Math.Min(Length, Kept));

    /// <summary>Reads the next line; false where the stream has ended.</summary>
    public bool Next()
    {
        Length = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? rest : rest[..end];
            if (Length < Kept)
                part[..(int)Math.Min(part.Length, Kept - Length)].CopyTo(_line.AsSpan((int)Length));
            Length += part.Length;
            _start += part.Length + 1;
            if (end >= 0)
                return true;
            _start = 0;
            _end = stream.Read(_buffer);
            if (_end == 0)
                return false;
        }
    }
}
