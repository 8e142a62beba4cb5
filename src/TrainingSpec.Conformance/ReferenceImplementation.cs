using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance;

/// <summary>The reference itself, asked through the very engine that answers <c>spec oracle</c>.</summary>
public sealed class ReferenceImplementation : IImplementation
{
    private readonly OracleEngine _engine = new();

    /// <inheritdoc/>
    public string Name => "reference";

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

    /// <inheritdoc/>
    public JsonObject Answer(string op, string dtype, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var request = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(request))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", 0);
            writer.WriteString("op", op);
            writer.WriteString("dtype", dtype);
            writer.WritePropertyName("args");
            args.WriteTo(writer);
            writer.WriteEndObject();
        }

        var output = new ArrayBufferWriter<byte>(1024);
        _engine.Answer(request.WrittenMemory, output);
        var answer = (JsonObject)JsonNode.Parse(output.WrittenSpan)!;
        if ((bool)answer["ok"]!)
        {
            var result = (JsonObject)answer["result"]!;
            answer.Remove("result");
            return result;
        }

        JsonNode error = answer["error"]!;
        throw new OracleException(KindOf((string)error["kind"]!), (string?)error["argument"], (string)error["message"]!);
    }

    private static ErrorKind KindOf(string word) =>
        Enum.GetValues<ErrorKind>().First(kind => new OracleException(kind, null, "").Word == word);
}
