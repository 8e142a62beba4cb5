using System.Globalization;
using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Writes the members of a result; refuses to grow beyond the protocol's 10⁷ values.</summary>
/// <typeparam name="T">The number of the dtype.</typeparam>
public sealed class Answer<T>
    where T : struct, IReal<T>
{
    private readonly Utf8JsonWriter _writer;
    private readonly Wire<T> _wire;
    private readonly Arguments _arguments;
    private long _values;

    /// <summary>Writes to <paramref name="writer"/>, inside an object that the caller opens and closes.</summary>
    public Answer(Utf8JsonWriter writer, Wire<T> wire, Arguments arguments)
    {
        _writer = writer;
        _wire = wire;
        _arguments = arguments;
    }

    /// <summary>A number.</summary>
    public void Number(string name, T value)
    {
        _writer.WritePropertyName(name);
        Write(value);
    }

    /// <summary>A whole number.</summary>
    public void Integer(string name, long value)
    {
        Count(1);
        _writer.WriteNumber(name, value);
    }

    /// <summary>True or false.</summary>
    public void Flag(string name, bool value) => _writer.WriteBoolean(name, value);

    /// <summary>Nothing: the member is there and null.</summary>
    public void Null(string name) => _writer.WriteNull(name);

    /// <summary>A word.</summary>
    public void Text(string name, string value) => _writer.WriteString(name, value);

    /// <summary>A flat list of numbers.</summary>
    public void Row(string name, ReadOnlySpan<T> values)
    {
        _writer.WritePropertyName(name);
        Flat(values);
    }

    /// <summary>A flat list of unsigned whole numbers.</summary>
    public void Integers(string name, ReadOnlySpan<uint> values)
    {
        Count(values.Length);
        _writer.WriteStartArray(name);
        foreach (uint value in values)
            _writer.WriteNumberValue(value);
        _writer.WriteEndArray();
    }

    /// <summary>A flat list of numbers of another format than the dtype.</summary>
    public void Doubles(string name, ReadOnlySpan<double> values)
    {
        Count(values.Length);
        _writer.WriteStartArray(name);
        foreach (double value in values)
        {
            if (!Wire<T>.WriteNonFinite(_writer, value))
                ReadBack.Write(_writer, value);
        }

        _writer.WriteEndArray();
    }

    /// <summary>A flat list of whole numbers.</summary>
    public void Integers(string name, ReadOnlySpan<int> values)
    {
        _writer.WritePropertyName(name);
        Flat(values);
    }

    /// <summary>A list of lists of whole numbers.</summary>
    public void Integers(string name, IEnumerable<int[]> lists)
    {
        _writer.WriteStartArray(name);
        foreach (int[] list in lists)
            Flat(list);
        _writer.WriteEndArray();
    }

    /// <summary>A list of flat tensors, or the rows of a matrix.</summary>
    public void Tensors(string name, IEnumerable<T[]> tensors)
    {
        _writer.WriteStartArray(name);
        foreach (T[] tensor in tensors)
            Flat(tensor);
        _writer.WriteEndArray();
    }

    /// <summary>A value that writes itself.</summary>
    public void Value(string name, Action<Utf8JsonWriter> write)
    {
        _writer.WritePropertyName(name);
        write(_writer);
    }

    private void Flat(ReadOnlySpan<T> values)
    {
        _writer.WriteStartArray();
        foreach (T value in values)
            Write(value);
        _writer.WriteEndArray();
    }

    private void Flat(ReadOnlySpan<int> values)
    {
        Count(values.Length);
        _writer.WriteStartArray();
        foreach (int value in values)
            _writer.WriteNumberValue(value);
        _writer.WriteEndArray();
    }

    private void Write(T value)
    {
        Count(1);
        _wire.Write(_writer, value);
    }

    private void Count(int more)
    {
        _values += more;
        if (_values > Protocol.MaxValues)
            throw TooLong(_arguments.Longest);
    }

    /// <summary>The fault of an answer with too many values.</summary>
    public static OracleException TooLong(string argument) => OracleException.Invalid(
        argument,
        string.Create(CultureInfo.InvariantCulture, $"{argument} asks for more than {Protocol.MaxValues} values in one answer"));
}
