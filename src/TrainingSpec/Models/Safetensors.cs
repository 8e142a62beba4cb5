using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainingSpec.Models;

/// <summary>Tensors in single or double precision in the safetensors format, which other libraries read; a checksum of all else stands in the metadata.</summary>
/// <remarks>Source: the format's description (Hugging Face, 2022): the header's length in eight bytes, a header of JSON, the tensors without gaps; all little-endian.</remarks>
public static class Safetensors
{
    private const string Metadata = "__metadata__", Checksum = "sha256";
    private const int LengthBytes = 8, MostHeaderBytes = 100_000_000;

    /// <summary>The file's bytes.</summary>
    /// <param name="tensors">The tensors, each under a name of its own.</param>
    /// <param name="metadata">Texts by name, without one called sha256.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or a shape is not that of the values.</exception>
    public static byte[] Write(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        var header = new JsonObject { [Metadata] = new JsonObject(metadata.OrderBy(m => m.Key, StringComparer.Ordinal).Append(KeyValuePair.Create(Checksum, Sum(tensors, metadata))).Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))) };
        long at = 0;
        foreach (NamedTensor tensor in tensors)
        {
            if (tensor.Shape.Aggregate(1L, (n, size) => n * size) != tensor.Values.Length)
                throw new ArgumentException($"tensors has {tensor.Name} with {tensor.Values.Length} values, which is outside shape [{string.Join(", ", tensor.Shape)}]", nameof(tensors));
            long end = at + tensor.Bytes;
            if (!header.TryAdd(tensor.Name, new JsonObject { ["dtype"] = tensor.Type, ["shape"] = new JsonArray([.. tensor.Shape.Select(n => (JsonNode)n)]), ["data_offsets"] = new JsonArray(at, end) }))
                throw new ArgumentException($"tensors has '{tensor.Name}' twice", nameof(tensors));
            at = end;
        }

        byte[] text = Encoding.UTF8.GetBytes(header.ToJsonString());
        int padded = (text.Length + LengthBytes - 1) / LengthBytes * LengthBytes;
        var file = new byte[LengthBytes + padded + at];
        BinaryPrimitives.WriteInt64LittleEndian(file, padded);
        file.AsSpan(LengthBytes, padded).Fill((byte)' ');
        text.CopyTo(file, LengthBytes);
        Span<byte> data = file.AsSpan(LengthBytes + padded);
        foreach (NamedTensor tensor in tensors)
        {
            Put(tensor, data);
            data = data[(int)tensor.Bytes..];
        }

        return file;
    }

    /// <summary>Reads a file; one that says a checksum must have it.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="TensorFileException">It is cut off, changed, or holds another type than F32 and F64; one line.</exception>
    public static (IReadOnlyList<NamedTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            if (file.Length < LengthBytes)
                throw new FormatException("ends within its first eight bytes");
            long length = BinaryPrimitives.ReadInt64LittleEndian(file);
            if (length is < 2 or > MostHeaderBytes || length > file.Length - LengthBytes)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"says that its header has {length} bytes"));
            JsonObject header = JsonNode.Parse(file.Slice(LengthBytes, (int)length)) as JsonObject ?? throw new FormatException("has a header that is no object");
            ReadOnlySpan<byte> data = file[(LengthBytes + (int)length)..];
            var tensors = new List<NamedTensor>();
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            long at = 0;
            foreach ((string key, JsonNode? value) in header)
            {
                if (key == Metadata)
                    metadata = value!.AsObject().ToDictionary(m => m.Key, m => (string)m.Value!, StringComparer.Ordinal);
                else
                    tensors.Add(Tensor(key, value!.AsObject(), data, ref at));
            }

            if (at != data.Length)
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"has {data.Length} bytes of tensors and not {at}"));
            if (metadata.Remove(Checksum, out string? said) && said != Sum(tensors, metadata))
                throw new FormatException("has another checksum than its tensors");
            return (tensors, metadata);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or NullReferenceException or ArgumentException or KeyNotFoundException)
        {
            throw new TensorFileException($"{name}: the file of tensors is damaged: it {(e is FormatException ? e.Message : "has a header that is none")}", e);
        }
    }

    private static NamedTensor Tensor(string name, JsonObject entry, ReadOnlySpan<byte> data, ref long at)
    {
        string? type = (string?)entry["dtype"];
        if (type is not ("F32" or "F64"))
            throw new FormatException($"has {name} of type {type} and neither F32 nor F64");
        int[] shape = [.. entry["shape"]!.AsArray().Select(n => (int)n!)];
        long from = (long)entry["data_offsets"]!.AsArray()[0]!, to = (long)entry["data_offsets"]!.AsArray()[1]!, size = type == "F32" ? sizeof(float) : sizeof(double);
        long count = shape.Aggregate(1L, (n, length) => length < 0 ? -1 : n * length);
        if (from != at || to - from != size * count || to > data.Length || count < 0)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"has {name} at bytes {from} to {to} of {data.Length}, which is not its place"));
        at = to;
        ReadOnlySpan<byte> place = data[(int)from..(int)to];
        if (type == "F64")
        {
            var wide = new double[count];
            for (int i = 0; i < wide.Length; i++)
                wide[i] = BinaryPrimitives.ReadDoubleLittleEndian(place[(sizeof(double) * i)..]);
            return NamedTensor.OfDoubles(name, shape, wide);
        }

        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(place[(sizeof(float) * i)..]);
        return new(name, shape, values);
    }

    private static void Put(NamedTensor tensor, Span<byte> data)
    {
        if (BitConverter.IsLittleEndian)
        {
            (tensor.Wide is { } doubles ? MemoryMarshal.AsBytes<double>(doubles) : MemoryMarshal.AsBytes<float>(tensor.Values)).CopyTo(data);
            return;
        }

        for (int i = 0; i < tensor.Values.Length; i++)
        {
            if (tensor.Wide is { } wide)
                BinaryPrimitives.WriteDoubleLittleEndian(data[(sizeof(double) * i)..], wide[i]);
            else
                BinaryPrimitives.WriteSingleLittleEndian(data[(sizeof(float) * i)..], tensor.Values[i]);
        }
    }

    private static string Sum(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string key, string value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key.Length} {value.Length} {key}{value}\n")));
        foreach (NamedTensor tensor in tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]\n")));
            var bytes = new byte[tensor.Bytes];
            Put(tensor, bytes);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
