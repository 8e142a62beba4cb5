using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>An implementation that is known in float64 alone, as it would answer in float32: tensors rounded on the way in, every number of the result on the way out.</summary>
/// <remarks>Hyperparameters stay as they are, since the protocol reads them in binary64.</remarks>
/// <param name="inDouble">The implementation.</param>
public sealed class RoundedTo(IImplementation inDouble) : IImplementation
{
    /// <inheritdoc/>
    public string Name => inDouble.Name;

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args) => inDouble.Answer(op, args);

    /// <inheritdoc/>
    public JsonObject Answer(string op, string dtype, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (dtype == "float64")
            return Answer(op, args);
        if (dtype != "float32")
            throw new OracleException(ErrorKind.Unsupported, "dtype", $"{op} is not known in {dtype}");
        var rounded = new JsonObject(args.Select(a => KeyValuePair.Create(a.Key, a.Value is JsonArray && a.Key != "groups" ? Round(a.Value) : a.Value?.DeepClone())));
        return (JsonObject)Round(inDouble.Answer(op, rounded))!;
    }

    private static JsonNode? Round(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, m.Key == "state" ? m.Value?.DeepClone() : Round(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Round)]),
        JsonValue v when v.GetValueKind() == JsonValueKind.Number && !v.TryGetValue(out long _) => Number(v.TryGetValue(out double x) ? x : Questions.Number(v)),
        _ => node?.DeepClone(),
    };

    private static JsonNode Number(double value)
    {
        float rounded = (float)value;
        return float.IsFinite(rounded) ? (double)rounded : double.IsNaN(value) ? "NaN" : rounded > 0 ? "Infinity" : "-Infinity";
    }
}
