using System.Globalization;
using System.Text;
using System.Text.Json;
using TrainingSpec.Formulas;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>Typed readers of a request's arguments that don't depend on the dtype; each fault names the argument.</summary>
public class Arguments
{
    private readonly JsonElement _members;
    private readonly List<string> _known = [];

    /// <summary>Readers over the members of an object.</summary>
    /// <param name="members">A JSON object, or an undefined element for none.</param>
    public Arguments(JsonElement members) => _members = members;

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
        if (_members.ValueKind != JsonValueKind.Object)
            return;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty member in _members.EnumerateObject())
        {
            string name = member.Name;
            if (!_known.Contains(name))
                throw OracleException.Invalid(name, $"{name} is no argument here; known: {string.Join(", ", _known)}");
            if (!seen.Add(name))
                throw OracleException.Invalid(name, $"{name} stands twice");
        }
    }

    /// <summary>The argument's value, or null where it is left out.</summary>
    public JsonElement? Optional(string name)
    {
        _known.Add(name);
        return _members.ValueKind == JsonValueKind.Object && _members.TryGetProperty(name, out JsonElement value) ? value : null;
    }

    /// <summary>The argument's value.</summary>
    /// <exception cref="OracleException">It is missing.</exception>
    public JsonElement Required(string name) => Optional(name) ?? throw OracleException.Invalid(name, $"{name} is missing");

    /// <summary>A whole number in [<paramref name="low"/>, <paramref name="high"/>].</summary>
    /// <exception cref="OracleException">It is missing, no whole number or out of range.</exception>
    public long Integer(string name, long low, long high = long.MaxValue) => InRange(name, WholeNumber(name, Required(name)), low, high);

    /// <summary>A whole number in a range, or null where it is null or left out.</summary>
    /// <exception cref="OracleException">It is neither a whole number nor null, or out of range.</exception>
    public long? IntegerOrNull(string name, long low = long.MinValue) =>
        Optional(name) is { ValueKind: not JsonValueKind.Null } value ? InRange(name, WholeNumber(name, value), low, long.MaxValue) : null;

    /// <summary>A hyperparameter that is a whole number.</summary>
    /// <param name="known">What is known of it.</param>
    /// <param name="most">The most that the operation can take, where that is less than the domain allows.</param>
    /// <exception cref="OracleException">It is no whole number, outside its domain, or missing where there is no default.</exception>
    public long Whole(Hyperparameter known, long most = long.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(known);
        return Optional(known.Name) is { } value ? InDomain(known, WholeNumber(known.Name, value), most)
            : known.Otherwise is { } otherwise ? (long)otherwise
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
        JsonElement list = List(name, Required(name));
        var values = new long[list.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (element.ValueKind == JsonValueKind.Array)
                throw OracleException.Shape(name, $"{name}[{i}] is a list, where a whole number is needed");
            values[i++] = InRange(name, WholeNumber(name, element), low, high);
        }

        NoteLength(name, values.Length);
        return values;
    }

    /// <summary>A number inside a domain, in binary64 whatever the dtype: for shares and counts that decide which integers come out.</summary>
    /// <exception cref="OracleException">It is missing, no number, or outside.</exception>
    public double Share(string name, string domain)
    {
        JsonElement value = Required(name);
        return value.ValueKind == JsonValueKind.Number && Domain.Parse(domain).Contains(value.GetDouble())
            ? value.GetDouble()
            : throw OracleException.Invalid(name, $"{name} = {Show(value)} is outside {domain}");
    }

    /// <summary>An unsigned 64-bit number, as a number or a decimal string.</summary>
    /// <exception cref="OracleException">It is missing (without a default), or no such number.</exception>
    public ulong Unsigned(string name, ulong? otherwise = null)
    {
        if ((otherwise is null ? Required(name) : Optional(name)) is not { } value)
            return otherwise!.Value;
        if (value.ValueKind == JsonValueKind.String
            && ulong.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong parsed))
            return parsed;
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetUInt64(out ulong number))
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
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw OracleException.Invalid(name, $"{name} = {Show(other)} is outside {{true, false}}"),
    };

    /// <summary>One of a few words; the first is the default where <paramref name="required"/> is false.</summary>
    /// <exception cref="OracleException">It is none of them, or missing though required.</exception>
    public string Choice(string name, bool required, params ReadOnlySpan<string> words)
    {
        if ((required ? Required(name) : Optional(name)) is not { } value)
            return words[0];
        string? word = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        foreach (string allowed in words)
        {
            if (word == allowed)
                return allowed;
        }

        throw OracleException.Invalid(name, $"{name} = {Show(value)} is outside {{{string.Join(", ", words!)}}}");
    }

    /// <summary>Notes how long a tensor is, for the fault of an answer that grows too long.</summary>
    protected void NoteLength(string name, long length)
    {
        if (length <= LongestLength)
            return;
        LongestLength = length;
        Longest = name;
    }

    /// <summary>The element as a list.</summary>
    /// <exception cref="OracleException">It is a number (a list is missing around it) or something else.</exception>
    protected static JsonElement List(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value,
        JsonValueKind.Number => throw OracleException.Shape(name, $"{name} holds {Show(value)}, where a list is needed"),
        _ => throw OracleException.Invalid(name, $"{name} holds {Show(value)}, where a list is needed"),
    };

    /// <summary>A value's text for a message, shortened.</summary>
    protected static string Show(JsonElement value)
    {
        ReadOnlySpan<byte> raw = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value);
        string text = Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, 60)]);
        return raw.Length > 60 ? text + "…" : text;
    }

    private static long InDomain(Hyperparameter known, long value, long most)
    {
        Domain allowed = most == long.MaxValue ? known.Domain : known.Domain with { High = most, HighOpen = false };
        return known.Domain.Contains(value) && value <= most
            ? value
            : throw OracleException.Invalid(known.Name, string.Create(CultureInfo.InvariantCulture, $"{known.Name} = {value} is outside {allowed}"));
    }

    private static long InRange(string name, long value, long low, long high) => value >= low && value <= high
        ? value
        : throw OracleException.Invalid(name, string.Create(CultureInfo.InvariantCulture, $"{name} = {value} is outside {Range(low, high)}"));

    private static string Range(long low, long high) =>
        new Domain(low, false, high == long.MaxValue ? double.PositiveInfinity : high, high == long.MaxValue).ToString();

    private static long WholeNumber(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out long number))
                return number;
            if (Whole(value) is { } whole && whole >= long.MinValue && whole <= long.MaxValue)
                return (long)whole;
        }

        throw OracleException.Invalid(name, $"{name} = {Show(value)} is no 64-bit whole number");
    }

    // 3.0 and 1e3 are whole; decimal alone would take 1e-30 for 0, and double alone 2^53 + 0.5 for 2^53.
    private static decimal? Whole(JsonElement value) =>
        value.GetDouble() is double d && d == Math.Floor(d) && value.TryGetDecimal(out decimal exact) && exact == decimal.Floor(exact) ? exact : null;
}
