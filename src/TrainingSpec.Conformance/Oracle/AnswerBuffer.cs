using System.Buffers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Gathers answers and hands them to a stream in pieces, so that an answer of any length is never held as a whole.</summary>
/// <param name="output">Receives the pieces.</param>
internal sealed class AnswerBuffer(Stream output) : IBufferWriter<byte>
{
    private const int Piece = 1 << 16;
    private byte[] _buffer = new byte[Piece];
    private int _used;
    private int _begun;
    private bool _isPartOut;

    /// <summary>An answer begins here.</summary>
    public void Begin() => (_begun, _isPartOut) = (_used, false);

    /// <summary>Takes back what was written of an answer.</summary>
    /// <returns>False where a part of it has been handed over.</returns>
    public bool TryTakeBack()
    {
        _used = _isPartOut ? _used : _begun;
        return !_isPartOut;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _used += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _used < needed)
            HandOver();
        if (_buffer.Length < needed)
            _buffer = new byte[needed];
        return _buffer.AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Hands over what is there and sees that it goes out.</summary>
    /// <exception cref="IOException">The output can't be written.</exception>
    public void Send()
    {
        if (_used > 0)
            HandOver();
        output.Flush();
    }

    private void HandOver()
    {
        output.Write(_buffer, 0, _used);
        _isPartOut |= _used > _begun;
        _used = _begun = 0;
    }
}
