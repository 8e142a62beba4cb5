using System.Text.Json;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Typed readers of a request's numbers and tensors in its dtype.</summary>
/// <typeparam name="T">The number of the dtype.</typeparam>
public sealed class Arguments<T> : Arguments
    where T : struct, IReal<T>
{
    private readonly Wire<T> _wire;

    /// <summary>Readers over the members of an object, for one dtype.</summary>
    public Arguments(JsonElement members, Wire<T> wire)
        : base(members) => _wire = wire;

    /// <summary>The dtype's name.</summary>
    public string DataType => _wire.DataType;

    /// <summary>The value as binary64, exact.</summary>
    public double Widen(T value) => _wire.Widen(value);

    /// <summary>Any number but NaN; the infinities are legal.</summary>
    /// <exception cref="OracleException">It is missing, no number or NaN.</exception>
    public T NumberOrInfinity(string name) => InDomain(name, Required(name), Domain.Parse("[-inf, inf]"));

    /// <summary>A flat list of at least one number.</summary>
    /// <exception cref="OracleException">It is missing, empty, nested, or holds something else.</exception>
    public T[] Row(string name)
    {
        T[] row = Flat(name, Required(name));
        NoteLength(name, row.Length);
        return row.Length > 0 ? row : throw OracleException.Invalid(name, $"{name} = [] is outside rows of at least one number");
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
        T[][] tensors = Nested(name, Required(name));
        NoteLength(name, tensors.Sum(t => (long)t.Length));
        return tensors;
    }

    /// <summary>A list of lists of flat tensors; each list and each tensor may be empty.</summary>
    /// <exception cref="OracleException">It is missing, of other nesting, or holds something else.</exception>
    public T[][][] TensorLists(string name)
    {
        JsonElement list = List(name, Required(name));
        NoteLength(name, 0);
        return [.. list.EnumerateArray().Select(element => Nested(name, element))];
    }

    /// <summary>A flat list of numbers inside a domain, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is nested, or holds something else or a number outside.</exception>
    public T[]? RowOrNull(string name, string domain) => Optional(name) is { ValueKind: not JsonValueKind.Null } value
        ? [.. List(name, value).EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Array
            ? throw OracleException.Shape(name, $"{name} is nested too deep: {Show(e)} stands where a number is needed")
            : InDomain(name, e, Domain.Parse(domain)))]
        : null;

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
        Optional(name) is null or { ValueKind: JsonValueKind.Null } ? null : TensorsLike(name, like, likeName);

    /// <summary>A flat list of as many numbers as another argument has columns.</summary>
    /// <exception cref="OracleException">It is missing, of another length, nested, or holds something else.</exception>
    public T[] RowOf(string name, int length, string likeName)
    {
        T[] row = Row(name);
        return row.Length == length ? row : throw OracleException.Shape(name, Wording.Of($"{name} has {row.Length} entries, a row of {likeName} has {length}"));
    }

    /// <summary>A hyperparameter, rounded to the dtype, as binary64.</summary>
    /// <param name="known">What is known of it.</param>
    /// <exception cref="OracleException">It is no number, outside its domain, or missing where there is no default.</exception>
    public double Hyperparameter(Hyperparameter known) => Widen(InDtype(known));

    /// <summary>A hyperparameter rounded to the dtype.</summary>
    /// <param name="known">What is known of it.</param>
    /// <exception cref="OracleException">It is no number, outside its domain, or missing where there is no default.</exception>
    public T InDtype(Hyperparameter known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return Optional(known.Name) is { } value ? InDomain(known.Name, value, known.Domain)
            : known.Otherwise is { } otherwise ? T.Of(otherwise)
            : throw OracleException.Invalid(known.Name, $"{known.Name} is missing");
    }

    /// <summary>An optimizer's state, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is no object; always named by <paramref name="name"/>.</exception>
    public JsonElement? State(string name) => Optional(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } value => value,
        { } other => throw OracleException.Invalid(name, $"{name} = {Show(other)} is no state"),
    };

    private T[][] Nested(string name, JsonElement value)
    {
        JsonElement list = List(name, value);
        var tensors = new T[list.GetArrayLength()][];
        int i = 0;
        foreach (JsonElement element in list.EnumerateArray())
            tensors[i++] = Flat(name, element);
        return tensors;
    }

    private T[] Flat(string name, JsonElement list)
    {
        var values = new T[List(name, list).GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Array)
                throw OracleException.Shape(name, $"{name} is nested too deep: {Show(element)} stands where a number is needed");
            values[i++] = Read(name, element).Value;
        }

        return values;
    }

    private T InDomain(string name, JsonElement element, Domain allowed)
    {
        (T value, double unrounded) = Read(name, element);
        return allowed.Contains(unrounded) && allowed.Contains(_wire.Widen(value))
            ? value
            : throw OracleException.Invalid(name, $"{name} = {Show(element)} is outside {allowed}{(allowed.Contains(unrounded) ? " when rounded to " + DataType : "")}");
    }

    private (T Value, double Unrounded) Read(string name, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number)
            return (_wire.Read(element), element.GetDouble());
        double special = element.ValueKind != JsonValueKind.String ? 0 : element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => 0,
        };
        return special == 0
            ? throw OracleException.Invalid(name, $"{name} holds {Show(element)}, where a number is needed")
            : (T.Of(special), special);
    }
}
