using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

/// <summary>The arguments of a request; what nobody has read the library has not.</summary>
internal sealed class Request(JsonObject args, ScalarType dtype)
{
    private readonly HashSet<string> _read = [];

    public ScalarType Type => dtype;

    public JsonNode? Take(string name)
    {
        _read.Add(name);
        return args[name];
    }

    public double Number(string name, double? left = null) => Take(name) is { } value ? Number(value) : !args.ContainsKey(name) && left is { } usual ? usual : throw new NotSupportedException($"{name} left out or null");

    public double? Own(string name) => Has(name) ? Number(name) : null;

    public bool Has(string name) => Take(name) is not null;

    public int Whole(string name, double? left = null) => Number(name, left) is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw new NotSupportedException($"{name} of so many");

    public IEnumerable<double> List(string name) => Take(name)!.AsArray().Select(x => Number(x!));

    public long[] Integers(string name) => [.. List(name).Select(x => (long)x)];

    public Request[] Parts(string name) => [.. Take(name)!.AsArray().Select(part => new Request((JsonObject)part!, dtype))];

    public JsonNode Rounded(double value) => Answers.Of(dtype == ScalarType.Float32 ? (float)value : value);

    public bool Flag(string name) => (bool?)Take(name) ?? false;

    public string Text(string name) => (string)Take(name)!;

    public Tensor Row(string name) => tensor([.. Take(name)!.AsArray().Select(x => Number(x!))], dtype);

    public Tensor[] Rows(string name) => [.. Take(name)!.AsArray().Select(row => tensor([.. row!.AsArray().Select(x => Number(x!))], dtype))];

    public Tensor Any(string name) => Take(name)![0] is JsonArray ? stack(Rows(name)) : Row(name);

    public void RefuseUnread()
    {
        if (args.Select(a => a.Key).Except(_read).FirstOrDefault() is { } other)
            throw new NotSupportedException(other);
    }

    // A mask may say of a key that it is seen, which adds 0 to its score, or that it is not.
    private static double Number(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.True => 0,
        JsonValueKind.False => double.NegativeInfinity,
        _ => double.Parse(value.ToString(), CultureInfo.InvariantCulture),
    };
}
