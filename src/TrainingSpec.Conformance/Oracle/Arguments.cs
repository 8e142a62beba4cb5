using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Typed readers of a request's arguments that don't depend on the dtype; each fault names the argument.</summary>
public class Arguments
{
    private readonly Members _members;
    private readonly List<string> _known = [];
    private readonly Arguments? _general;

    /// <summary>Readers over the members of an object.</summary>
    internal Arguments(Members members) => _members = members;

    // Readers over the members of a section, and for those that it lacks over others.
    private Arguments(Arguments own, Arguments general) => (_members, _known, _general) = (own._members, own._known, general);

    /// <summary>The same arguments, and for what they lack those of others.</summary>
    /// <param name="general">Where an argument is looked up that is not here.</param>
    public Arguments Over(Arguments general) => new(this, general);

    /// <summary>True once <see cref="Done"/> has found no unknown name.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The name of the longest tensor read so far; "args" if there was none.</summary>
    public string Longest { get; private set; } = "args";

    private long LongestLength { get; set; } = -1;

    /// <summary>Refuses names that no reader asked for and names that stand twice; every operation calls it before it computes.</summary>
    /// <exception cref="OracleException">An argument is unknown or stands twice.</exception>
    public void Done()
    {
        IsDone = true;
        if (_members.Stray(_known) is not (string name, bool known))
            return;
        throw OracleException.Invalid(name, known ? $"{name} stands twice" : $"{name} is no argument here; known: {string.Join(", ", _known)}");
    }

    /// <summary>The argument's value, or null where it is left out.</summary>
    public JsonText? Optional(string name)
    {
        _known.Add(name);
        return _members.TryFind(name, out JsonText value) ? value : _general?.Optional(name);
    }

    /// <summary>The argument's value.</summary>
    /// <exception cref="OracleException">It is missing.</exception>
    public JsonText Required(string name) => Optional(name) ?? throw OracleException.Invalid(name, $"{name} is missing");

    /// <summary>True where the argument is a list whose first item is a list.</summary>
    /// <exception cref="OracleException">It is missing.</exception>
    public bool IsNested(string name)
    {
        JsonText value = Required(name);
        if (value.Kind != JsonValueKind.Array)
            return false;
        var items = new JsonItems(value.Text.Span);
        return items.MoveNext() && JsonText.KindOf(items.Current) == JsonValueKind.Array;
    }

    /// <summary>A whole number in [<paramref name="low"/>, <paramref name="high"/>].</summary>
    /// <exception cref="OracleException">It is missing, no whole number or out of range.</exception>
    public long Integer(string name, long low, long high = long.MaxValue) => InRange(name, WholeNumber(name, Required(name).Text.Span), low, high);

    /// <summary>A whole number in a range, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is neither a whole number nor null, or out of range.</exception>
    public long? IntegerOrNull(string name, long low = long.MinValue) =>
        Optional(name) is { Kind: not JsonValueKind.Null } value ? InRange(name, WholeNumber(name, value.Text.Span), low, long.MaxValue) : null;

    /// <summary>A hyperparameter, in binary64 whatever the dtype: what is derived from it is rounded, not the hyperparameter.</summary>
    /// <param name="known">What is known of it.</param>
    /// <exception cref="OracleException">It is no number, outside its domain, or missing where there is no default.</exception>
    public double Hyperparameter(Hyperparameter known)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (Optional(known.Name) is not { } value)
            return known.Otherwise ?? throw OracleException.Invalid(known.Name, $"{known.Name} is missing");
        double number = Number(known.Name, value.Text.Span);
        return known.Domain.Contains(number)
            ? number
            : throw OracleException.Invalid(known.Name, $"{known.Name} = {Show(value.Text.Span)} is outside {known.Domain}");
    }

    /// <summary>A hyperparameter, or what stands for it where it is null or left out.</summary>
    /// <param name="known">What is known of it.</param>
    /// <param name="otherwise">What stands for it.</param>
    /// <exception cref="OracleException">It is neither a number nor null, or outside its domain.</exception>
    public double HyperparameterOr(Hyperparameter known, double otherwise) =>
        Optional((known ?? throw new ArgumentNullException(nameof(known))).Name) is { Kind: not JsonValueKind.Null } ? Hyperparameter(known) : otherwise;

    /// <summary>A hyperparameter, or null where it is null; its default where it is left out.</summary>
    /// <param name="known">What is known of it.</param>
    /// <exception cref="OracleException">It is neither a number nor null, outside its domain, or missing where there is no default.</exception>
    public double? HyperparameterOrNull(Hyperparameter known) =>
        Optional((known ?? throw new ArgumentNullException(nameof(known))).Name) is { Kind: JsonValueKind.Null } ? null : Hyperparameter(known);

    /// <summary>A hyperparameter that is a whole number.</summary>
    /// <param name="known">What is known of it.</param>
    /// <param name="most">The most that the operation can take, where that is less than the domain allows.</param>
    /// <param name="required">True where the operation has no default, even if others have.</param>
    /// <exception cref="OracleException">It is no whole number, outside its domain, or missing where there is no default.</exception>
    public long Whole(Hyperparameter known, long most = long.MaxValue, bool required = false)
    {
        ArgumentNullException.ThrowIfNull(known);
        return Optional(known.Name) is { } value ? InDomain(known, WholeNumber(known.Name, value.Text.Span), most)
            : known.Otherwise is { } otherwise && !required ? (long)otherwise
            : throw OracleException.Invalid(known.Name, $"{known.Name} is missing");
    }

    /// <summary>A hyperparameter that is a whole number, or null where it is null or left out.</summary>
    /// <param name="known">What is known of it.</param>
    /// <exception cref="OracleException">It is neither a whole number nor null, or outside its domain.</exception>
    public long? WholeOrNull(Hyperparameter known) =>
        IntegerOrNull((known ?? throw new ArgumentNullException(nameof(known))).Name) is { } value ? InDomain(known, value, long.MaxValue) : null;

    /// <summary>A list of whole numbers in a range; may be empty.</summary>
    /// <exception cref="OracleException">It is missing, nested, or an entry is no whole number or out of range.</exception>
    public long[] Integers(string name, long low = long.MinValue, long high = long.MaxValue)
    {
        ReadOnlySpan<byte> list = List(name, Required(name).Text.Span);
        var values = new long[JsonText.Count(list)];
        var items = new JsonItems(list);
        for (int i = 0; items.MoveNext(); i++)
        {
            if (JsonText.KindOf(items.Current) == JsonValueKind.Array)
                throw OracleException.Shape(name, Wording.Of($"{name}[{i}] is a list, where a whole number is needed"));
            values[i] = InRange(name, WholeNumber(name, items.Current), low, high);
        }

        NoteLength(name, values.Length);
        return values;
    }

    /// <summary>Lists of one length of whole numbers in a range, at least one of at least one.</summary>
    /// <exception cref="OracleException">It is missing, empty, ragged, of other nesting, or an entry is no whole number or out of range.</exception>
    public int[][] IntegerRows(string name, int low, int high)
    {
        ReadOnlySpan<byte> list = List(name, Required(name).Text.Span);
        var rows = new int[JsonText.Count(list)][];
        var lists = new JsonItems(list);
        for (int i = 0; lists.MoveNext(); i++)
        {
            ReadOnlySpan<byte> row = List(name, lists.Current);
            rows[i] = new int[JsonText.Count(row)];
            if (rows[i].Length != rows[0].Length)
                throw OracleException.Shape(name, Wording.Of($"{name}[{i}] has {rows[i].Length} entries, {name}[0] has {rows[0].Length}"));
            var items = new JsonItems(row);
            for (int k = 0; items.MoveNext(); k++)
            {
                if (JsonText.KindOf(items.Current) == JsonValueKind.Array)
                    throw OracleException.Shape(name, Wording.Of($"{name}[{i}][{k}] is a list, where a whole number is needed"));
                rows[i][k] = (int)InRange(name, WholeNumber(name, items.Current), low, high);
            }
        }

        return rows.Length > 0 && rows[0].Length > 0 ? rows : throw OracleException.Invalid(name, $"{name} is empty, which is outside lists of at least one list of at least one entry");
    }

    /// <summary>What is read of the members of an object; a fault names them by their place, as config.heads.</summary>
    /// <param name="name">The object.</param>
    /// <param name="read">Reads the members; what it does not ask for is unknown.</param>
    /// <exception cref="OracleException">It is missing or no object, or one of its members is at fault, stands twice or is unknown.</exception>
    public TResult Section<TResult>(string name, Func<Arguments, TResult> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Section(name, Object(name), read);
    }

    /// <summary>What is read of the members of each object of a list; a fault names them by their place, as schedules[1].lr.</summary>
    /// <param name="name">The list.</param>
    /// <param name="read">Reads the members of one; what it does not ask for is unknown.</param>
    /// <exception cref="OracleException">It is missing or no list of objects, or a member of one is at fault, stands twice or is unknown.</exception>
    public TResult[] Sections<TResult>(string name, Func<Arguments, TResult> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        JsonText list = Required(name);
        List(name, list.Text.Span);
        return [.. RequestText.ItemsOf(list).Select((item, i) => item.Kind == JsonValueKind.Object
            ? Section(Wording.Of($"{name}[{i}]"), item, read)
            : throw OracleException.Invalid(name, Wording.Of($"{name}[{i}] = {Show(item.Text.Span)} is no object")))];
    }

    private static TResult Section<TResult>(string name, JsonText value, Func<Arguments, TResult> read)
    {
        var members = new Members();
        foreach ((ReadOnlyMemory<byte> member, JsonText held) in RequestText.MembersOf(value))
            members.Add(member, held);
        var section = new Arguments(members);
        try
        {
            TResult result = read(section);
            section.Done();
            return result;
        }
        catch (OracleException e)
        {
            throw new OracleException(e.Kind, $"{name}.{e.Argument}", $"{name}.{e.Message}");
        }
        catch (ArgumentException e)
        {
            throw OracleException.Invalid($"{name}.{e.ParamName}", $"{name}.{e.Message}");
        }
    }

    /// <summary>A number inside a domain, in binary64 whatever the dtype: for shares and counts that decide which integers come out.</summary>
    /// <exception cref="OracleException">It is missing, no number, or outside.</exception>
    public double Share(string name, string domain)
    {
        ReadOnlySpan<byte> value = Required(name).Text.Span;
        return JsonText.KindOf(value) == JsonValueKind.Number && JsonText.AsDouble(value) is double share && Domain.Parse(domain).Contains(share)
            ? share
            : throw OracleException.Invalid(name, $"{name} = {Show(value)} is outside {domain}");
    }

    /// <summary>An unsigned 64-bit number, as a number or a decimal string.</summary>
    /// <exception cref="OracleException">It is missing (without a default), or no such number.</exception>
    public ulong Unsigned(string name, ulong? otherwise = null)
    {
        if ((otherwise is null ? Required(name) : Optional(name)) is not { } given)
            return otherwise!.Value;
        ReadOnlySpan<byte> value = given.Text.Span;
        if (given.Kind == JsonValueKind.String
            && ulong.TryParse(given.AsString(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong parsed))
            return parsed;
        if (given.Kind == JsonValueKind.Number)
        {
            if (Utf8Parser.TryParse(value, out ulong number, out int used) && used == value.Length)
                return number;
            if (Whole(value) is { } whole && whole >= 0 && whole <= ulong.MaxValue)
                return (ulong)whole;
        }

        throw OracleException.Invalid(name, $"{name} = {Show(value)} is outside the whole numbers [0, {ulong.MaxValue}]");
    }

    /// <summary>True or false.</summary>
    /// <exception cref="OracleException">It is missing, or something else.</exception>
    public bool Flag(string name)
    {
        Required(name);
        return Flag(name, false);
    }

    /// <summary>True or false, or a default where it is left out.</summary>
    /// <exception cref="OracleException">It is something else.</exception>
    public bool Flag(string name, bool otherwise) => Optional(name) switch
    {
        null => otherwise,
        { Kind: JsonValueKind.True } => true,
        { Kind: JsonValueKind.False } => false,
        { } other => throw OracleException.Invalid(name, $"{name} = {Show(other.Text.Span)} is outside {{true, false}}"),
    };

    /// <summary>One of a few words; the first is the default where <paramref name="required"/> is false.</summary>
    /// <exception cref="OracleException">It is none of them, or missing though required.</exception>
    public string Choice(string name, bool required, params ReadOnlySpan<string> words)
    {
        if ((required ? Required(name) : Optional(name)) is not { } value)
            return words[0];
        foreach (string allowed in words)
        {
            if (value.Kind == JsonValueKind.String && Members.Is(value.Text.Span, allowed))
                return allowed;
        }

        throw OracleException.Invalid(name, $"{name} = {Show(value.Text.Span)} is outside {{{string.Join(", ", words!)}}}");
    }

    /// <summary>Refuses more rates than one request may ask for.</summary>
    /// <exception cref="OracleException">There are more.</exception>
    public static void RequireRates(string name, long count)
    {
        if (count > Protocol.MaxRates)
            throw OracleException.Invalid(name, Wording.Of($"{name} asks for more than {Protocol.MaxRates} rates"));
    }

    /// <summary>Notes how long a tensor is, for the fault of an answer that grows too long.</summary>
    protected void NoteLength(string name, long length)
    {
        if (length <= LongestLength)
            return;
        LongestLength = length;
        Longest = name;
    }

    /// <summary>An argument that is an object.</summary>
    /// <exception cref="OracleException">It is missing or something else.</exception>
    protected JsonText Object(string name)
    {
        JsonText value = Required(name);
        return value.Kind == JsonValueKind.Object ? value : throw OracleException.Invalid(name, $"{name} = {Show(value.Text.Span)} is no object");
    }

    /// <summary>The value as a list.</summary>
    /// <exception cref="OracleException">It is a number (a list is missing around it) or something else.</exception>
    protected static ReadOnlySpan<byte> List(string name, ReadOnlySpan<byte> value) => JsonText.KindOf(value) switch
    {
        JsonValueKind.Array => value,
        JsonValueKind.Number => throw OracleException.Shape(name, $"{name} holds {Show(value)}, where a list is needed"),
        _ => throw OracleException.Invalid(name, $"{name} holds {Show(value)}, where a list is needed"),
    };

    /// <summary>A number in binary64; NaN and the infinities, which JSON has no numbers for, are strings.</summary>
    /// <exception cref="OracleException">It is no number, or one beyond binary64.</exception>
    protected static double Number(string name, ReadOnlySpan<byte> item) => JsonText.KindOf(item) switch
    {
        JsonValueKind.Number => double.IsFinite(JsonText.AsDouble(item))
            ? JsonText.AsDouble(item)
            : throw OracleException.Invalid(name, $"{name} holds {Show(item)}, which is beyond binary64; infinity is the string \"Infinity\""),
        JsonValueKind.String when Members.Is(item, "NaN") => double.NaN,
        JsonValueKind.String when Members.Is(item, "Infinity") => double.PositiveInfinity,
        JsonValueKind.String when Members.Is(item, "-Infinity") => double.NegativeInfinity,
        _ => throw OracleException.Invalid(name, $"{name} holds {Show(item)}, where a number is needed"),
    };

    /// <summary>A value's text for a message, shortened.</summary>
    protected static string Show(ReadOnlySpan<byte> value) => JsonText.Show(value);

    private static long InDomain(Hyperparameter known, long value, long most)
    {
        Domain allowed = most == long.MaxValue || known.Domain.High <= most ? known.Domain : known.Domain with { High = most, HighOpen = false };
        return known.Domain.Contains(value) && value <= most
            ? value
            : throw OracleException.Invalid(known.Name, string.Create(CultureInfo.InvariantCulture, $"{known.Name} = {value} is outside {allowed}"));
    }

    private static long InRange(string name, long value, long low, long high) => value >= low && value <= high
        ? value
        : throw OracleException.Invalid(name, string.Create(CultureInfo.InvariantCulture, $"{name} = {value} is outside {Range(low, high)}"));

    private static string Range(long low, long high) =>
        new Domain(low, false, high == long.MaxValue ? double.PositiveInfinity : high, high == long.MaxValue).ToString();

    private static long WholeNumber(string name, ReadOnlySpan<byte> value)
    {
        if (JsonText.KindOf(value) == JsonValueKind.Number)
        {
            if (Utf8Parser.TryParse(value, out long number, out int used) && used == value.Length)
                return number;
            if (Whole(value) is { } whole && whole >= long.MinValue && whole <= long.MaxValue)
                return (long)whole;
        }

        throw OracleException.Invalid(name, $"{name} = {Show(value)} is no 64-bit whole number");
    }

    // 3.0 and 1e3 are whole; decimal alone would take 1e-30 for 0, and double alone 2^53 + 0.5 for 2^53.
    private static decimal? Whole(ReadOnlySpan<byte> value) =>
        JsonText.AsDouble(value) is double d && d == Math.Floor(d)
        && decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) && exact == decimal.Floor(exact) ? exact : null;
}
