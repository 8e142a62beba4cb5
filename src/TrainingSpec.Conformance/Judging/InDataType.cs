using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>
/// Puts the questions of a check, which are written for float64, to an implementation in another dtype. The check goes on with the reference's float64 answers; what is judged is each
/// answer of the implementation against the reference's in that dtype, by the protocol's equality.
/// </summary>
/// <param name="asked">Who is judged.</param>
/// <param name="reference">The reference.</param>
/// <param name="dtype">The dtype.</param>
public sealed class InDataType(IImplementation asked, IImplementation reference, string dtype) : IImplementation
{
    // The states are each side's own: that of the reference in float64 stands for those of both in the dtype.
    private readonly Dictionary<string, (JsonNode? Right, JsonNode? Asked)> _states = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => asked.Name;

    /// <summary>How many answers were compared so far, refusals among them.</summary>
    public int Compared { get; private set; }

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        JsonObject right;
        try
        {
            right = reference.Answer(op, args);
        }
        catch (OracleException)
        {
            // What must be refused is refused in every dtype.
            Compared++;
            return asked.Answer(op, dtype, args);
        }

        (JsonNode? Right, JsonNode? Asked) states = default;
        if (args["state"] is { } before && !_states.TryGetValue(before.ToJsonString(), out states))
            return right;
        JsonObject expected;
        try
        {
            expected = reference.Answer(op, dtype, With(args, states.Right));
        }
        catch (OracleException)
        {
            // The dtype can't hold what the check asks: nothing to compare.
            return right;
        }

        JsonObject answered = asked.Answer(op, dtype, With(args, states.Asked));
        Compared++;
        if (JsonTree.Difference(op, dtype, args, expected, answered) is { } difference)
            throw new RuleBrokenException($"in {dtype}, {op}: {difference}");
        if (right["state"] is { } after)
            _states[after.ToJsonString()] = (expected["state"]?.DeepClone(), answered["state"]?.DeepClone());
        return right;
    }

    private static JsonObject With(JsonObject args, JsonNode? state)
    {
        var own = (JsonObject)args.DeepClone();
        if (state is not null)
            own["state"] = state.DeepClone();
        return own;
    }
}
