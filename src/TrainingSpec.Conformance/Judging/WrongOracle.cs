using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Answers request lines as a wrong implementation would: the operations that it distorts wrongly, all others as the reference does.</summary>
/// <remarks>
/// A distortion is known in float64 alone, and for requests and answers of up to a megabyte, which it reads as trees; beyond that a distorted operation
/// is answered <c>unsupported</c> rather than rightly.
/// </remarks>
public sealed class WrongOracle
{
    private const int Most = 1 << 20;
    private readonly OracleEngine _right = new();
    private readonly RequestText _request = new();
    private readonly WrongImplementation _wrong;
    private readonly IReadOnlyDictionary<string, Distortion> _distorted;
    private readonly ReferenceImplementation _reference = new();

    /// <summary>A fresh instance; what hidden state the mistake has lives as long as it.</summary>
    /// <param name="name">A name of <see cref="WrongSuite.All"/>.</param>
    /// <exception cref="ArgumentException">No such implementation.</exception>
    public WrongOracle(string name)
    {
        _wrong = WrongSuite.Find(name);
        _distorted = _wrong.Create();
    }

    /// <summary>Writes the answer to a line, and a line end.</summary>
    /// <param name="line">The request, without its line end.</param>
    /// <param name="output">Receives exactly one line.</param>
    public void Answer(ReadOnlyMemory<byte> line, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!IsDistorted(line))
        {
            _right.Answer(line, output);
            return;
        }

        var right = new ShortBuffer(Most);
        if (line.Length <= Most)
            _right.Answer(line, right);
        if (line.Length > Most || right.IsFull)
        {
            OracleEngine.Refuse(line.Span, new OracleException(ErrorKind.Unsupported, "args", Wording.Of($"wrong on purpose only where request and answer have at most {Most} bytes")), output);
            return;
        }

        if (Request(line, right.WrittenSpan) is not (string op, string dtype, JsonObject args) || !_distorted.TryGetValue(op, out Distortion? distortion))
        {
            output.Write(right.WrittenSpan);
            return;
        }

        JsonObject answer = JsonNode.Parse(right.WrittenSpan)!.AsObject();
        if (Stands(answer["error"]))
        {
            output.Write(right.WrittenSpan);
            return;
        }

        try
        {
            if (dtype != "float64")
                throw new OracleException(ErrorKind.Unsupported, "dtype", $"{op} is wrong on purpose in float64 only");
            JsonObject wrong = Distorted(distortion, args);
            Write(new() { ["id"] = answer["id"]?.DeepClone(), ["ok"] = true, ["result"] = Writable(wrong) }, output);
        }
        catch (OracleException e)
        {
            var error = new JsonObject { ["kind"] = e.Word, ["argument"] = e.Argument, ["message"] = e.Message };
            Write(new() { ["id"] = answer["id"]?.DeepClone(), ["ok"] = false, ["error"] = error }, output);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !(bool)answer["ok"]!)
        {
            // A distortion reads its arguments unchecked; what it chokes on the reference has refused by name.
            output.Write(right.WrittenSpan);
        }
    }

    private bool IsDistorted(ReadOnlyMemory<byte> line)
    {
        try
        {
            return OracleEngine.IsText(line.Span) && _request.Read(line) && _request.Request.TryFind("op", out JsonText op)
                && op.Kind == JsonValueKind.String && _distorted.ContainsKey(JsonText.Name(op.Text.Span));
        }
        catch (JsonException)
        {
            return false;
        }
        finally
        {
            _request.Clear();
        }
    }

    // States are the variant's own, and it reads them unchecked; what it chokes on there it did not make.
    private JsonObject Distorted(Distortion distortion, JsonObject args)
    {
        bool handedBack = args["state"] is not null;
        try
        {
            return distortion(_reference, args);
        }
        catch (Exception e) when (handedBack && e is not (OutOfMemoryException or OracleException))
        {
            throw OracleException.Invalid("state", "state was not made by this implementation");
        }
    }

    // JSON has no number for NaN and the infinities.
    private static JsonNode? Writable(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Writable(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Writable)]),
        JsonValue v when v.TryGetValue(out double x) && !double.IsFinite(x) => double.IsNaN(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity",
        _ => node?.DeepClone(),
    };

    // Null where the reference could not read the line as a request at all, or its op or dtype is none.
    private static (string Op, string DataType, JsonObject Args)? Request(ReadOnlyMemory<byte> line, ReadOnlySpan<byte> right)
    {
        using (JsonDocument answer = JsonDocument.Parse(right.ToArray()))
        {
            if (answer.RootElement.TryGetProperty("error", out JsonElement error)
                && (error.GetProperty("kind").GetString() == "parse" || error.GetProperty("argument").GetString() is "op" or "dtype" or "args"))
                return null;
        }

        using JsonDocument request = JsonDocument.Parse(line, new() { MaxDepth = Protocol.MaxDepth });
        JsonElement root = request.RootElement;
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not ("id" or "op" or "dtype" or "args"))
                return null;
        }

        string dtype = root.TryGetProperty("dtype"u8, out JsonElement typed) ? typed.GetString()! : "float64";
        JsonObject args = root.TryGetProperty("args"u8, out JsonElement given) ? JsonObject.Create(given.Clone())! : [];
        return (root.GetProperty("op"u8).GetString()!, dtype, args);
    }

    // A mistake is in the mathematics: arguments are still checked. Its states are its own, though, and it may let NaN pass.
    private bool Stands(JsonNode? error) =>
        error is not null
        && (string)error["kind"]! is "invalid-argument" or "shape-mismatch"
        && (string?)error["argument"] is var argument
        && argument != "state"
        && !_wrong.Accepts.Contains(argument ?? "");

    // Keeps what fits and counts the rest away, so that an answer of any length is bounded.
    private sealed class ShortBuffer(int most) : IBufferWriter<byte>
    {
        private readonly ArrayBufferWriter<byte> _kept = new();
        private byte[] _spilled = [];

        public bool IsFull { get; private set; }

        public ReadOnlySpan<byte> WrittenSpan => _kept.WrittenSpan;

        public void Advance(int count)
        {
            if (!IsFull)
                _kept.Advance(count);
            IsFull |= _kept.WrittenCount > most;
        }

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (!IsFull)
                return _kept.GetMemory(sizeHint);
            if (_spilled.Length < Math.Max(sizeHint, 4096))
                _spilled = new byte[Math.Max(sizeHint, 4096)];
            return _spilled;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }

    private static void Write(JsonObject answer, IBufferWriter<byte> output)
    {
        using (var writer = new Utf8JsonWriter(output, new() { Encoder = OracleEngine.Encoder }))
            answer.WriteTo(writer);
        output.Write("\n"u8);
    }
}
