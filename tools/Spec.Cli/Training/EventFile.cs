using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Spec.Cli.Training;

/// <summary>TensorBoard's event files: records of a length, its checksum, an event in protocol buffers' form and its checksum, appended one after the other.</summary>
/// <remarks>Source: TensorFlow, "TFRecord and tf.train.Example", and tensorflow/core/util/event.proto and summary.proto. A reader passes over a last record that a killed run has cut off.</remarks>
internal static class EventFile
{
    // Field numbers of Event, Summary and Summary.Value, each with its wire type: 1 for eight bytes, 0 for a variable number, 2 for a length, 5 for four bytes.
    private const byte WallTime = 1 << 3 | 1, Step = 2 << 3, Version = 3 << 3 | 2, Summary = 5 << 3 | 2, Value = 1 << 3 | 2, Tag = 1 << 3 | 2, Simple = 2 << 3 | 5;

    /// <summary>The record that a file begins with.</summary>
    /// <param name="seconds">Since 1970.</param>
    public static byte[] Start(double seconds) => Record([.. Fixed(WallTime, seconds), .. Sized(Version, "brain.Event:2"u8)]);

    /// <summary>A record of numbers by tag.</summary>
    /// <param name="seconds">Since 1970.</param>
    /// <param name="step">The step.</param>
    /// <param name="values">Tags and numbers.</param>
    public static byte[] Numbers(double seconds, long step, params (string Tag, double Value)[] values)
    {
        byte[] summary = [.. values.SelectMany(v => Sized(Value, [.. Sized(Tag, Encoding.UTF8.GetBytes(v.Tag)), Simple, .. BitConverter.GetBytes((float)v.Value)]))];
        return Record([.. Fixed(WallTime, seconds), Step, .. Variable((ulong)step), .. Sized(Summary, summary)]);
    }

    /// <summary>The steps of a file's whole records, in their order.</summary>
    /// <param name="file">What <see cref="Start"/> and <see cref="Numbers"/> made; the last record may be cut off.</param>
    public static IEnumerable<long> Steps(byte[] file)
    {
        const int head = 8 + 4, time = 1 + 8, tail = 4;
        for (int at = 0; at + head <= file.Length;)
        {
            int data = at + head;
            long end = data + BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
            if (end + tail > file.Length)
                yield break;
            if (file[data + time] == Step)
                yield return Number(file.AsSpan(data + time + 1));
            at = (int)end + tail;
        }
    }

    private static long Number(ReadOnlySpan<byte> variable)
    {
        long number = 0;
        for (int i = 0; ; i++)
        {
            number |= (long)(variable[i] & 0x7F) << (7 * i);
            if (variable[i] <= 0x7F)
                return number;
        }
    }

    private static byte[] Record(byte[] data)
    {
        var record = new byte[8 + 4 + data.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Masked(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), Masked(data));
        return record;
    }

    // A checksum of what holds checksums is weak: it is turned, and a constant added.
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    private static byte[] Fixed(byte field, double value)
    {
        var bytes = new byte[9];
        bytes[0] = field;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(1), value);
        return bytes;
    }

    private static byte[] Sized(byte field, ReadOnlySpan<byte> data) => [field, .. Variable((ulong)data.Length), .. data];

    private static List<byte> Variable(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
