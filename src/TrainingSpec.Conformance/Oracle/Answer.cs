using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Gathers the members of a result; they are written once all of them are there, so that a fault never follows half an answer.</summary>
/// <typeparam name="T">The number of the dtype.</typeparam>
public sealed class Answer<T>
    where T : struct, IReal<T>
{
    private readonly Wire<T> _wire;
    private readonly Arguments _arguments;
    private readonly List<(string Name, Action<Utf8JsonWriter> Write)> _members = [];
    private long _announced = -1;
    private long _values;
    private long _others;

    /// <summary>An answer without members.</summary>
    public Answer(Wire<T> wire, Arguments arguments)
    {
        _wire = wire;
        _arguments = arguments;
    }

    /// <summary>Says how many numbers the answer will hold; every operation calls it before it computes.</summary>
    /// <param name="values">How many; a number that may turn out to be null counts.</param>
    /// <exception cref="OracleException">More than the protocol allows in one answer.</exception>
    public void Takes(long values)
    {
        if (values > Protocol.MaxValues)
            throw TooLong(_arguments.Longest);
        _announced = values;
    }

    /// <summary>A number.</summary>
    public void Number(string name, T value) => Add(name, 1, writer => _wire.Write(writer, value));

    /// <summary>A whole number.</summary>
    public void Integer(string name, long value) => Add(name, 1, writer => writer.WriteNumberValue(value));

    /// <summary>True or false.</summary>
    public void Flag(string name, bool value) => Add(name, 0, writer => writer.WriteBooleanValue(value));

    /// <summary>No number: the member is there and null.</summary>
    public void Null(string name)
    {
        _others++;
        Add(name, 0, writer => writer.WriteNullValue());
    }

    /// <summary>A flat list of numbers.</summary>
    public void Row(string name, T[] values) => Add(name, values.Length, writer => Flat(writer, values));

    /// <summary>A flat list of unsigned whole numbers.</summary>
    public void Integers(string name, uint[] values) => Add(name, values.Length, writer =>
    {
        writer.WriteStartArray();
        foreach (uint value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    });

    /// <summary>A flat list of numbers of another format than the dtype.</summary>
    public void Doubles(string name, double[] values) => Add(name, values.Length, writer =>
    {
        writer.WriteStartArray();
        foreach (double value in values)
        {
            if (!Wire<T>.WriteNonFinite(writer, value))
                ReadBack.Write(writer, value);
        }

        writer.WriteEndArray();
    });

    /// <summary>A flat list of whole numbers.</summary>
    public void Integers(string name, int[] values) => Add(name, values.Length, writer => Flat(writer, values));

    /// <summary>A list of lists of whole numbers.</summary>
    public void Integers(string name, int[][] lists) => Add(name, Sizes.Of(lists), writer =>
    {
        writer.WriteStartArray();
        foreach (int[] list in lists)
            Flat(writer, list);
        writer.WriteEndArray();
    });

    /// <summary>A list of flat tensors, or the rows of a matrix.</summary>
    public void Tensors(string name, T[][] tensors) => Add(name, Sizes.Of(tensors), writer =>
    {
        writer.WriteStartArray();
        foreach (T[] tensor in tensors)
            Flat(writer, tensor);
        writer.WriteEndArray();
    });

    /// <summary>Flat lists of numbers by name.</summary>
    public void Rows(string name, IReadOnlyDictionary<string, T[]> rows) => Add(name, rows.Values.Sum(row => (long)row.Length), writer =>
    {
        writer.WriteStartObject();
        foreach ((string member, T[] row) in rows)
        {
            writer.WritePropertyName(member);
            Flat(writer, row);
        }

        writer.WriteEndObject();
    });

    /// <summary>Columns of a matrix that lies row after row in one list, as a list of rows.</summary>
    /// <param name="name">The member.</param>
    /// <param name="matrix">The matrix.</param>
    /// <param name="stride">How wide it is.</param>
    /// <param name="first">The first column.</param>
    /// <param name="width">How many columns.</param>
    public void Columns(string name, T[] matrix, int stride, int first, int width) => Add(name, (long)matrix.Length / stride * width, writer =>
    {
        writer.WriteStartArray();
        for (int at = first; at < matrix.Length; at += stride)
            Flat(writer, matrix.AsSpan(at, width));
        writer.WriteEndArray();
    });

    /// <summary>A value that writes itself.</summary>
    /// <param name="name">The member.</param>
    /// <param name="most">How many numbers it holds at most, apart from a few that it always holds.</param>
    /// <param name="write">Writes it.</param>
    public void Value(string name, long most, Action<Utf8JsonWriter> write) => Add(name, most, write);

    /// <summary>The fault of an answer with too many values.</summary>
    public static OracleException TooLong(string argument) => OracleException.Invalid(
        argument,
        Wording.Of($"{argument} asks for more than {Protocol.MaxValues} values in one answer"));

    /// <summary>Writes the members; the object around them is the caller's.</summary>
    internal void WriteTo(Utf8JsonWriter writer)
    {
        foreach ((string name, Action<Utf8JsonWriter> write) in _members)
        {
            writer.WritePropertyName(name);
            write(writer);
        }
    }

    /// <summary>True where the members are what was announced before they were computed.</summary>
    internal bool IsAsAnnounced => _announced >= _values && _announced <= _values + _others;

    private void Add(string name, long values, Action<Utf8JsonWriter> write)
    {
        _values += values;
        _members.Add((name, write));
    }

    private void Flat(Utf8JsonWriter writer, ReadOnlySpan<T> values)
    {
        writer.WriteStartArray();
        foreach (T value in values)
            _wire.Write(writer, value);
        writer.WriteEndArray();
    }

    private static void Flat(Utf8JsonWriter writer, ReadOnlySpan<int> values)
    {
        writer.WriteStartArray();
        foreach (int value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }
}
