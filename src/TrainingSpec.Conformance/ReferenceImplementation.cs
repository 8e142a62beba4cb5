using System.Buffers;
using System.Text;
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
        var request = new JsonObject { ["id"] = 0, ["op"] = op, ["dtype"] = dtype, ["args"] = args.DeepClone() };
        var output = new ArrayBufferWriter<byte>();
        _engine.Answer(Encoding.UTF8.GetBytes(request.ToJsonString()), output);
        JsonNode answer = JsonNode.Parse(output.WrittenSpan)!;
        if ((bool)answer["ok"]!)
            return (JsonObject)answer["result"]!.DeepClone();
        JsonNode error = answer["error"]!;
        throw new OracleException(KindOf((string)error["kind"]!), (string?)error["argument"], (string)error["message"]!);
    }

    private static ErrorKind KindOf(string word) =>
        Enum.GetValues<ErrorKind>().First(kind => new OracleException(kind, null, "").Word == word);
}
