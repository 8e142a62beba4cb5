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
    // Both sides of a comparison are evaluated, and each in this form or an equivalent one with as many roundings again.
    private const int Sides = 2, Forms = 2;

    private static readonly ConcurrentDictionary<string, JsonObject> Known = new(StringComparer.Ordinal);

    /// <summary>By how much two evaluations may differ, each of which may be off by so much.</summary>
    public static double Allowed(double distance) => Sides * Forms * distance;

    /// <summary>A result in which every number is the distance, the state apart, which keeps value and distance for the next step; null where the question is refused.</summary>
    /// <param name="dtype">The dtype; in float16 and bfloat16 float32 computes, and each number is rounded once.</param>
    /// <param name="op">The operation.</param>
    /// <param name="args">Its arguments; a state is one that came from here.</param>
    /// <param name="known">How far numbers in the arguments are off that were answers before.</param>
    public static JsonObject? Of(string dtype, string op, JsonObject args, IReadOnlyDictionary<double, double> known)
    {
        // The same questions are put to every implementation.
        string asked = $"{dtype} {op} {args.ToJsonString()} {string.Join(' ', known.Select(k => FormattableString.Invariant($"{k.Key:R}:{k.Value:R}")))}";
        if (Known.TryGetValue(asked, out JsonObject? found))
            return found;
        JsonObject? computed = dtype switch
        {
            "float64" => Computed<Real64, Real64>(op, args, known),
            "float32" => Computed<Real32, Real32>(op, args, known),
            "float16" => Computed<Real32, Float16>(op, args, known),
            _ => Computed<Real32, BFloat16>(op, args, known),
        };
        return computed is null ? null : Known.GetOrAdd(asked, computed);
    }

    private static JsonObject? Computed<T, TDtype>(string op, JsonObject args, IReadOnlyDictionary<double, double> known)
        where T : IBinaryFormat<T>
        where TDtype : IBinaryFormat<TDtype>
    {
        if (!OperationTable.TryFind(op, out IOperation? operation))
            return null;
        var text = new RequestText();
        text.Read(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["args"] = args.DeepClone() }));
        var wire = new WireWithin<T, TDtype>(known);
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
