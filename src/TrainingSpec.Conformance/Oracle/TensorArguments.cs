using System.Text.Json;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Typed readers of a request's numbers and tensors in its dtype.</summary>
/// <typeparam name="T">The number of the dtype.</typeparam>
public sealed class Arguments<T> : Arguments
    where T : struct, IReal<T>
{
    private readonly Wire<T> _wire;

    /// <summary>Readers over the members of an object, for one dtype.</summary>
    internal Arguments(Members members, Wire<T> wire)
        : base(members) => _wire = wire;

    /// <summary>The dtype's name.</summary>
    public string DataType => _wire.DataType;

    /// <summary>The value as binary64, exact.</summary>
    public double Widen(T value) => _wire.Widen(value);

    /// <summary>Any number but NaN; the infinities are legal.</summary>
    /// <exception cref="OracleException">It is missing, no number or NaN.</exception>
    public T NumberOrInfinity(string name) => InDomain(name, Required(name).Text.Span, Domain.Parse("[-inf, inf]"));

    /// <summary>A flat list of at least one number.</summary>
    /// <exception cref="OracleException">It is missing, empty, nested, or holds something else.</exception>
    public T[] Row(string name)
    {
        T[] row = Flat(name, Required(name).Text.Span);
        NoteLength(name, row.Length);
        return row.Length > 0 ? row : throw OracleException.Invalid(name, $"{name} = [] is outside rows of at least one number");
    }

    /// <summary>A flat list of numbers; may be empty.</summary>
    /// <exception cref="OracleException">It is missing, nested, or holds something else.</exception>
    public T[] RowOrEmpty(string name)
    {
        T[] row = Flat(name, Required(name).Text.Span);
        NoteLength(name, row.Length);
        return row;
    }

    /// <summary>Rows of one length, at least one of at least one number.</summary>
    /// <exception cref="OracleException">It is missing, empty, ragged, of other nesting, or holds something else.</exception>
    public T[][] Matrix(string name)
    {
        T[][] rows = Tensors(name);
        if (rows.Length == 0)
            throw OracleException.Invalid(name, $"{name} = [] is outside matrices of at least one row");
        for (int i = 1; i < rows.Length; i++)
        {
            if (rows[i].Length != rows[0].Length)
                throw OracleException.Shape(name, Wording.Of($"{name}[{i}] has {rows[i].Length} entries, {name}[0] has {rows[0].Length}"));
        }

        return rows[0].Length > 0 ? rows : throw OracleException.Invalid(name, $"{name} = [[]] is outside matrices of at least one column");
    }

    /// <summary>A list of flat tensors; the list and each tensor may be empty.</summary>
    /// <exception cref="OracleException">It is missing, of other nesting, or holds something else.</exception>
    public T[][] Tensors(string name)
    {
        T[][] tensors = Nested(name, Required(name).Text.Span);
        NoteLength(name, Sizes.Of(tensors));
        return tensors;
    }

    /// <summary>A list of lists of flat tensors; each list and each tensor may be empty.</summary>
    /// <exception cref="OracleException">It is missing, of other nesting, or holds something else.</exception>
    public T[][][] TensorLists(string name)
    {
        ReadOnlySpan<byte> list = List(name, Required(name).Text.Span);
        NoteLength(name, 0);
        var lists = new T[JsonText.Count(list)][][];
        var items = new JsonItems(list);
        for (int i = 0; items.MoveNext(); i++)
            lists[i] = Nested(name, items.Current);
        return lists;
    }

    /// <summary>A flat list of numbers inside a domain, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is nested, or holds something else or a number outside.</exception>
    public T[]? RowOrNull(string name, string domain)
    {
        if (Optional(name) is not { Kind: not JsonValueKind.Null } value)
            return null;
        ReadOnlySpan<byte> list = List(name, value.Text.Span);
        Domain allowed = Domain.Parse(domain);
        var row = new T[JsonText.Count(list)];
        var items = new JsonItems(list);
        for (int i = 0; items.MoveNext(); i++)
        {
            RefuseList(name, items.Current);
            row[i] = InDomain(name, items.Current, allowed);
        }

        return row;
    }

    /// <summary>A list of flat tensors, shaped as another list.</summary>
    /// <exception cref="OracleException">It is missing, of another shape, or holds something else.</exception>
    public T[][] TensorsLike(string name, T[][] like, string likeName)
    {
        T[][] tensors = Tensors(name);
        if (tensors.Length != like.Length)
            throw OracleException.Shape(name, Wording.Of($"{name} has {tensors.Length} tensors, {likeName} has {like.Length}"));
        for (int i = 0; i < tensors.Length; i++)
        {
            if (tensors[i].Length != like[i].Length)
                throw OracleException.Shape(name, Wording.Of($"{name}[{i}] has {tensors[i].Length} entries, {likeName}[{i}] has {like[i].Length}"));
        }

        return tensors;
    }

    /// <summary>A list of flat tensors, shaped as another list, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is of another shape, or holds something else.</exception>
    public T[][]? TensorsLikeOrNull(string name, T[][] like, string likeName) =>
        Optional(name) is null or { Kind: JsonValueKind.Null } ? null : TensorsLike(name, like, likeName);

    /// <summary>A flat list of as many numbers as another argument has columns.</summary>
    /// <exception cref="OracleException">It is missing, of another length, nested, or holds something else.</exception>
    public T[] RowOf(string name, int length, string likeName)
    {
        T[] row = Row(name);
        return row.Length == length ? row : throw OracleException.Shape(name, Wording.Of($"{name} has {row.Length} entries, a row of {likeName} has {length}"));
    }

    /// <summary>A flat list of as many numbers as another argument has columns, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is of another length, nested, or holds something else.</exception>
    public T[]? RowOfOrNull(string name, int length, string likeName) =>
        Optional(name) is null or { Kind: JsonValueKind.Null } ? null : RowOf(name, length, likeName);

    /// <summary>What is added to the scores of as many queries and keys, row after row: numbers below ∞, or truth values of which false is −∞; empty where it is null or left out.</summary>
    /// <exception cref="OracleException">It is of another shape, or holds something else.</exception>
    public T[] MaskOrEmpty(string name, int length, string likeName)
    {
        if (Optional(name) is not { Kind: not JsonValueKind.Null } value)
            return [];
        ReadOnlySpan<byte> list = List(name, value.Text.Span);
        var mask = new List<T>();
        int rows = 0;
        for (var items = new JsonItems(list); items.MoveNext(); rows++)
        {
            var row = new JsonItems(List(name, items.Current));
            while (row.MoveNext())
            {
                RefuseList(name, row.Current);
                mask.Add(JsonText.KindOf(row.Current) switch
                {
                    JsonValueKind.True => T.Of(0),
                    JsonValueKind.False => T.Of(double.NegativeInfinity),
                    _ => InDomain(name, row.Current, Domain.Parse("[-inf, inf)")),
                });
            }

            if (mask.Count != (rows + 1) * length)
                throw OracleException.Shape(name, Wording.Of($"{name}[{rows}] has {mask.Count - rows * length} entries, {likeName} has {length} positions"));
        }

        NoteLength(name, mask.Count);
        return rows == length ? [.. mask] : throw OracleException.Shape(name, Wording.Of($"{name} has {rows} rows, {likeName} has {length} positions"));
    }

    /// <summary>Flat lists by name, of lengths that are known before.</summary>
    /// <param name="name">The object; a fault names its members by their place, as weights.wte.</param>
    /// <param name="lengths">The names and the lengths that must be there, no others.</param>
    /// <exception cref="OracleException">It is missing or no object; or one of its members is missing, unknown, there twice, of another length, nested, or holds something else.</exception>
    public OrderedDictionary<string, T[]> NamedRows(string name, IReadOnlyList<(string Name, int Length)> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        var rows = new OrderedDictionary<string, T[]>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string known, int length) in lengths)
        {
            places.Add(known, length);
            rows.Add(known, []);
        }

        foreach ((ReadOnlyMemory<byte> text, JsonText value) in RequestText.MembersOf(Object(name)))
        {
            string member = JsonText.Name(text.Span), place = $"{name}.{member}";
            if (!places.TryGetValue(member, out int length))
                throw OracleException.Invalid(place, rows.ContainsKey(member) ? $"{place} stands twice" : $"{place} is no tensor of this shape");
            places.Remove(member);
            T[] row = Flat(place, value.Text.Span);
            if (row.Length != length)
                throw OracleException.Shape(place, Wording.Of($"{place} has {row.Length} entries, {length} are needed"));
            NoteLength(name, row.Length);
            rows[member] = row;
        }

        return places.Count == 0 ? rows : throw OracleException.Invalid($"{name}.{places.Keys.First()}", $"{name}.{places.Keys.First()} is missing");
    }

    /// <summary>An optimizer's state, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is no object; always named by <paramref name="name"/>.</exception>
    public JsonText? State(string name) => Optional(name) switch
    {
        null or { Kind: JsonValueKind.Null } => null,
        { Kind: JsonValueKind.Object } value => value,
        { } other => throw OracleException.Invalid(name, $"{name} = {Show(other.Text.Span)} is no state"),
    };

    private T[][] Nested(string name, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> list = List(name, value);
        var tensors = new T[JsonText.Count(list)][];
        var items = new JsonItems(list);
        for (int i = 0; items.MoveNext(); i++)
            tensors[i] = Flat(name, items.Current);
        return tensors;
    }

    private T[] Flat(string name, ReadOnlySpan<byte> list)
    {
        int count = JsonText.Count(List(name, list));
        if (count == 0)
            return [];
        var values = new T[count];
        var items = new JsonItems(list);
        for (int i = 0; items.MoveNext(); i++)
        {
            RefuseList(name, items.Current);
            values[i] = Read(name, items.Current);
        }

        return values;
    }

    private static void RefuseList(string name, ReadOnlySpan<byte> item)
    {
        if (item[0] == (byte)'[')
            throw OracleException.Shape(name, $"{name} is nested too deep: {Show(item)} stands where a number is needed");
    }

    private T InDomain(string name, ReadOnlySpan<byte> number, Domain allowed)
    {
        T value = Read(name, number);
        double unrounded = JsonText.KindOf(number) == JsonValueKind.Number ? JsonText.AsDouble(number) : Widen(value);
        return allowed.Contains(unrounded) && allowed.Contains(_wire.Widen(value))
            ? value
            : throw OracleException.Invalid(name, $"{name} = {Show(number)} is outside {allowed}{(allowed.Contains(unrounded) ? " when rounded to " + DataType : "")}");
    }

    private T Read(string name, ReadOnlySpan<byte> item)
    {
        if (JsonText.KindOf(item) != JsonValueKind.Number)
            return T.Of(Number(name, item));
        T value = _wire.Read(item);
        if (!double.IsFinite(Widen(value)))
            Number(name, item);
        return value;
    }
}
