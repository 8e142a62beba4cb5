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
        typeof(T) == typeof(Real64) ? "float64" :
        typeof(T) == typeof(Real32) ? "float32" :
        throw new NotSupportedException($"a state over {typeof(T).Name} cannot be saved; Real64 and Real32 can");

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
                WriteNumber(writer, ToDouble(x));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>Parses a text and hands its root to a reader.</summary>
    /// <exception cref="InvalidArgumentException">The text is no JSON.</exception>
    public static TState Parse<TState>(string json, Func<JsonElement, TState> read)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw Damaged($"it is no JSON (byte {Tensors.Text(e.BytePositionInLine ?? 0)})");
        }
    }

    /// <summary>Checks a state's members, kind, version and number, and returns its step.</summary>
    /// <exception cref="InvalidArgumentException">The state is foreign or damaged.</exception>
    public static long ReadStart<T>(JsonElement state, string kind, params ReadOnlySpan<string> tensors)
    {
        if (state.ValueKind != JsonValueKind.Object)
            throw Damaged("it is no JSON object");
        int members = 0;
        foreach (JsonProperty member in state.EnumerateObject())
        {
            members++;
            if (member.Name is not ("kind" or "version" or "dtype" or "step") && !tensors.Contains(member.Name))
                throw Damaged($"a member '{member.Name}' is unknown");
        }

        Expect(state, "kind", kind);
        Expect(state, "dtype", DataType<T>());
        if (!Member(state, "version").TryGetInt64Safe(out long version) || version != Version)
            throw Damaged($"version is not {Tensors.Text(Version)}");
        if (!Member(state, "step").TryGetInt64Safe(out long step) || step < 1)
            throw Damaged("step is no whole number in [1, inf)");
        foreach (string name in tensors)
            Member(state, name);
        if (members != 4 + tensors.Length)
            throw Damaged("a member is there twice");
        return step;
    }

    /// <summary>Reads a list of tensors.</summary>
    /// <exception cref="InvalidArgumentException">It is no list of lists of numbers.</exception>
    public static T[][] ReadTensors<T>(JsonElement state, string name, bool nonNegative = false)
        where T : IReal<T>
    {
        JsonElement list = Member(state, name);
        if (list.ValueKind != JsonValueKind.Array)
            throw Damaged($"{name} is no list of tensors");
        var tensors = new T[list.GetArrayLength()][];
        for (int i = 0; i < tensors.Length; i++)
        {
            JsonElement tensor = list[i];
            if (tensor.ValueKind != JsonValueKind.Array)
                throw Damaged($"{name}[{Tensors.Text(i)}] is no list of numbers");
            tensors[i] = new T[tensor.GetArrayLength()];
            int j = 0;
            foreach (JsonElement element in tensor.EnumerateArray())
            {
                double value = Number(element) ?? throw Damaged($"{name}[{Tensors.Text(i)}][{Tensors.Text(j)}] is no number");
                if (nonNegative && value < 0)
                    throw Damaged($"{name}[{Tensors.Text(i)}][{Tensors.Text(j)}] is negative, a mean of squares never is");
                T read = T.Of(value);
                if (!ToDouble(read).Equals(value))
                    throw Damaged($"{name}[{Tensors.Text(i)}][{Tensors.Text(j)}] is no {DataType<T>()}");
                tensors[i][j++] = read;
            }
        }

        return tensors;
    }

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
    public static (long Step, T[][] First, T[][] Second) ReadMoments<T>(JsonElement json, string kind)
        where T : IReal<T>
    {
        long step = ReadStart<T>(json, kind, "m", "v");
        T[][] first = ReadTensors<T>(json, "m");
        T[][] second = ReadTensors<T>(json, "v", nonNegative: true);
        if (first.Length != second.Length)
            throw Damaged($"m has {Tensors.Text(first.Length)} tensors, v has {Tensors.Text(second.Length)}");
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i].Length != second[i].Length)
                throw Damaged($"m[{Tensors.Text(i)}] has {Tensors.Text(first[i].Length)} elements, v[{Tensors.Text(i)}] has {Tensors.Text(second[i].Length)}");
        }

        return (step, first, second);
    }

    /// <summary>A member of the state.</summary>
    /// <exception cref="InvalidArgumentException">It is missing.</exception>
    public static JsonElement Member(JsonElement state, string name) =>
        state.TryGetProperty(name, out JsonElement member) ? member : throw Damaged($"member '{name}' is missing");

    /// <summary>The error for a state that this optimizer did not make.</summary>
    public static InvalidArgumentException Damaged(string why) => new("state", $"state is damaged or foreign: {why}");

    private static void Expect(JsonElement state, string name, string expected)
    {
        JsonElement member = Member(state, name);
        if (member.ValueKind != JsonValueKind.String || !member.ValueEquals(expected))
            throw Damaged($"{name} is not '{expected}'");
    }

    private static bool TryGetInt64Safe(this JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }

    private static double? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.TryGetDouble(out double value) && double.IsFinite(value) ? value : null,
        JsonValueKind.String when element.ValueEquals("NaN") => double.NaN,
        JsonValueKind.String when element.ValueEquals("Infinity") => double.PositiveInfinity,
        JsonValueKind.String when element.ValueEquals("-Infinity") => double.NegativeInfinity,
        _ => null,
    };

    private static void WriteNumber(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            ReadBack.Write(writer, value);
        else
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    private static double ToDouble<T>(T value) => value switch
    {
        Real64 x => x.Value,
        Real32 x => x.Value,
        _ => throw new NotSupportedException($"a state over {typeof(T).Name} cannot be saved; Real64 and Real32 can"),
    };
}
