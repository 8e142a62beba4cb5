using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TrainingSpec.Conformance.Bits;

/// <summary>SHA-256 over the bits of numbers, little-endian on every machine; all NaN count as one value.</summary>
public sealed class BitHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a double's 64 bits.</summary>
    public void Add(double value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, double.IsNaN(value) ? BitConverter.Int64BitsToDouble(0x7FF8000000000000) : value);
        _hash.AppendData(bytes);
    }

    /// <summary>Adds floats as the doubles that they are.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
            Add(value);
    }

    /// <summary>Adds a text in UTF-8.</summary>
    public void Add(string text) => _hash.AppendData(Encoding.UTF8.GetBytes(text));

    /// <summary>The first 64 bits of the hash as hexadecimal digits; starts afresh.</summary>
    public string Take() => Convert.ToHexStringLower(_hash.GetHashAndReset().AsSpan(0, 8));

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
