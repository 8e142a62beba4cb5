using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle;

/// <summary>How far each number of an answer may lie from the right one by roundings alone: the operation itself, run over <see cref="Within{T}"/>.</summary>
internal static class Distances
{
    private static readonly ConcurrentDictionary<string, JsonObject> Known = new(StringComparer.Ordinal);

    /// <summary>A result in which every number is the distance, the state apart, which keeps value and distance for the next step; null where the question is refused.</summary>
    /// <typeparam name="T">The format in which the one who is asked computes.</typeparam>
    /// <param name="op">The operation.</param>
    /// <param name="args">Its arguments; a state is one that came from here.</param>
    /// <param name="known">How far numbers in the arguments are off that were answers before.</param>
    public static JsonObject? Of<T>(string op, JsonObject args, IReadOnlyDictionary<double, double> known)
        where T : IBinaryFormat<T>
    {
        // The same questions are put to every implementation.
        string asked = $"{typeof(T).Name} {op} {args.ToJsonString()} {string.Join(' ', known.Select(k => FormattableString.Invariant($"{k.Key:R}:{k.Value:R}")))}";
        if (Known.TryGetValue(asked, out JsonObject? found))
            return found;
        return Computed<T>(op, args, known) is { } computed ? Known.GetOrAdd(asked, computed) : null;
    }

    private static JsonObject? Computed<T>(string op, JsonObject args, IReadOnlyDictionary<double, double> known)
        where T : IBinaryFormat<T>
    {
        if (!OperationTable.TryFind(op, out IOperation? operation))
            return null;
        var text = new RequestText();
        text.Read(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["args"] = args.DeepClone() }));
        var wire = new WireWithin<T>(known);
        var arguments = new Arguments<Within<T>>(text.Args, wire);
        var answer = new Answer<Within<T>>(wire, arguments);
        try
        {
            operation.Run(arguments, answer);
        }
        catch (Exception e) when (e is OracleException or ShapeMismatchException or NonFiniteException or ArgumentException or NotSupportedException)
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            answer.WriteTo(writer);
            writer.WriteEndObject();
        }

        return (JsonObject)JsonNode.Parse(output.WrittenSpan)!;
    }
}
