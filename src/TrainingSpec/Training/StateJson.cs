using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Writes and reads optimizer states as JSON; numbers read back to the same bits, NaN and the infinities are strings.</summary>
internal static class StateJson
{
    private const int Version = 1;

    /// <summary>The name of a number in saved states.</summary>
    /// <exception cref="NotSupportedException">States over this number cannot be saved.</exception>
    public static string DataType<T>() =>
        (default(T) as IScalar)?.DataType ?? (Straightforward.Is<T>() ? "float64" : null) ?? throw new NotSupportedException($"a state over {typeof(T).Name} cannot be saved: it is not one value");

    /// <summary>The text of a state.</summary>
    public static string Text(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            write(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Opens a state's object and writes what every state has.</summary>
    public static void WriteStart<T>(Utf8JsonWriter writer, string kind, long step)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteNumber("version", Version);
        writer.WriteString("dtype", DataType<T>());
        writer.WriteNumber("step", step);
    }

    /// <summary>Writes a list of tensors, or null.</summary>
    public static void WriteTensors<T>(Utf8JsonWriter writer, string name, T[][]? tensors)
    {
        if (tensors is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        foreach (T[] tensor in tensors)
        {
            writer.WriteStartArray();
            foreach (T x in tensor)
            {
                if (x is IStraightforward<T> whole)
                    writer.WriteStringValue(whole.Text);
                else
                    WriteNumber(writer, ValueOf(x));
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>The bytes of a text.</summary>
    public static byte[] Bytes(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Encoding.UTF8.GetBytes(json);
    }

    /// <summary>Checks a state's members, kind, version and number, and returns its step.</summary>
    /// <exception cref="InvalidArgumentException">The state is foreign or damaged.</exception>
    public static long ReadStart<T>(StateText state, string kind, params ReadOnlySpan<string> tensors)
    {
        int members = 0;
        foreach (string name in state.Names)
        {
            members++;
            if (name is not ("kind" or "version" or "dtype" or "step") && !tensors.Contains(name))
                throw Damaged($"a member '{name}' is unknown");
        }

        Expect(state, "kind", kind);
        Expect(state, "dtype", DataType<T>());
        if (!IsWhole(state["version"], out long version) || version != Version)
            throw Damaged($"version is not {Tensors.Text(Version)}");
        if (!IsWhole(state["step"], out long step) || step < 1)
            throw Damaged("step is no whole number in [1, inf)");
        foreach (string name in tensors)
            _ = state[name];
        if (members != 4 + tensors.Length)
            throw Damaged("a member is there twice");
        return step;
    }

    /// <summary>Reads a list of tensors.</summary>
    /// <exception cref="InvalidArgumentException">It is no list of lists of numbers.</exception>
    public static T[][] ReadTensors<T>(StateText state, string name, bool nonNegative = false)
        where T : IReal<T>
    {
        Utf8JsonReader reader = Open(state[name]);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Damaged($"{name} is no list of tensors");
        var tensors = new T[Count(reader)][];
        for (int i = 0; i < tensors.Length; i++)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw Damaged($"{name}[{Tensors.Text(i)}] is no list of numbers");
            tensors[i] = new T[Count(reader)];
            for (int j = 0; j < tensors[i].Length; j++)
            {
                reader.Read();
                if (default(T) is IStraightforward<T> whole && reader.TokenType == JsonTokenType.String)
                {
                    tensors[i][j] = whole.Read(reader.GetString()!);
                    continue;
                }

                double value = Number(ref reader) ?? throw Damaged($"{name}[{Tensors.Text(i)}][{Tensors.Text(j)}] is no number");
                if (nonNegative && value < 0)
                    throw Damaged($"{name}[{Tensors.Text(i)}][{Tensors.Text(j)}] is negative, a mean of squares never is");
                T read = T.Of(value);
                if (!ValueOf(read).Equals(value))
                    throw Damaged($"{name}[{Tensors.Text(i)}][{Tensors.Text(j)}] is no {DataType<T>()}");
                tensors[i][j] = read;
            }

            reader.Read();
        }

        return tensors;
    }

    /// <summary>Reads a list of lengths.</summary>
    /// <exception cref="InvalidArgumentException">It is no list of positive whole numbers.</exception>
    public static int[] ReadLengths(StateText state, string name)
    {
        Utf8JsonReader reader = Open(state[name]);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Damaged($"{name} is no list of whole numbers");
        var lengths = new int[Count(reader)];
        for (int i = 0; i < lengths.Length; i++)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out lengths[i]) || lengths[i] < 1)
                throw Damaged($"{name}[{Tensors.Text(i)}] is no whole number in [1, inf)");
        }

        return lengths;
    }

    /// <summary>True where a text is null.</summary>
    public static bool IsNull(ReadOnlySpan<byte> text) => text.SequenceEqual("null"u8);

    /// <summary>Writes a state of two moments per tensor.</summary>
    public static void WriteMoments<T>(Utf8JsonWriter writer, string kind, long step, T[][] first, T[][] second)
    {
        WriteStart<T>(writer, kind, step);
        WriteTensors(writer, "m", first);
        WriteTensors(writer, "v", second);
        writer.WriteEndObject();
    }

    /// <summary>Reads a state of two moments per tensor.</summary>
    /// <exception cref="InvalidArgumentException">It is foreign or damaged.</exception>
    public static (long Step, T[][] First, T[][] Second) ReadMoments<T>(ReadOnlySpan<byte> utf8, string kind)
        where T : IReal<T>
    {
        var state = new StateText(utf8);
        long step = ReadStart<T>(state, kind, "m", "v");
        T[][] first = ReadTensors<T>(state, "m");
        T[][] second = ReadTensors<T>(state, "v", nonNegative: true);
        if (first.Length != second.Length)
            throw Damaged($"m has {Tensors.Text(first.Length)} tensors, v has {Tensors.Text(second.Length)}");
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i].Length != second[i].Length)
                throw Damaged($"m[{Tensors.Text(i)}] has {Tensors.Text(first[i].Length)} elements, v[{Tensors.Text(i)}] has {Tensors.Text(second[i].Length)}");
        }

        return (step, first, second);
    }

    /// <summary>The error for a state that this optimizer did not make.</summary>
    public static InvalidArgumentException Damaged(string why) => new("state", $"state is damaged or foreign: {why}");

    private static void Expect(StateText state, string name, string expected)
    {
        Utf8JsonReader member = Open(state[name]);
        if (member.TokenType != JsonTokenType.String || !member.ValueTextEquals(expected))
            throw Damaged($"{name} is not '{expected}'");
    }

    private static Utf8JsonReader Open(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        return reader;
    }

    private static bool IsWhole(ReadOnlySpan<byte> text, out long value)
    {
        Utf8JsonReader reader = Open(text);
        value = 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value);
    }

    // How many items the list has that the reader has just entered; the reader itself stays where it is.
    private static int Count(Utf8JsonReader reader)
    {
        int count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            count++;
        }

        return count;
    }

    private static double? Number(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.TryGetDouble(out double value) && double.IsFinite(value) ? value : null,
        JsonTokenType.String when reader.ValueTextEquals("NaN"u8) => double.NaN,
        JsonTokenType.String when reader.ValueTextEquals("Infinity"u8) => double.PositiveInfinity,
        JsonTokenType.String when reader.ValueTextEquals("-Infinity"u8) => double.NegativeInfinity,
        _ => null,
    };

    private static void WriteNumber(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            ReadBack.Write(writer, value);
        else
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    private static double ValueOf<T>(T value) =>
        value is IScalar scalar ? (double)scalar.Exact : throw new NotSupportedException($"a state over {typeof(T).Name} cannot be saved: it is not one value");
}
