using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>
/// Puts the questions of a check, which are written for float64, to an implementation in another dtype. The check goes on with the reference's float64 answers; what is judged is each
/// answer of the implementation against the reference's in that dtype, by the roundings of the operation in it.
/// </summary>
/// <param name="asked">Who is judged.</param>
/// <param name="reference">The reference.</param>
/// <param name="dtype">The dtype.</param>
/// <param name="times">How many times as large roundings are as those of the dtype.</param>
/// <param name="own">What stands in place of the reference's answers, by the number of the question.</param>
/// <param name="compares">False where answers are heard alone.</param>
/// <param name="losesDigits">True where an answer of <see cref="LostDigits.Operations"/> may be off by roundings of the largest number that takes part.</param>
public sealed class InDataType(IImplementation asked, IImplementation reference, string dtype, double times = 1, IReadOnlyDictionary<int, JsonObject>? own = null, bool compares = true, bool losesDigits = false) : IImplementation
{
    private readonly Dictionary<int, JsonObject> _answers = [];
    private int _question;

    // The states are each side's own: that of the reference in float64 stands for those of both in the dtype.
    private readonly Dictionary<string, (JsonNode? Right, JsonNode? Asked, Derivation? Derivation)> _states = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => asked.Name;

    /// <summary>How many answers were compared so far, refusals among them.</summary>
    public int Compared { get; private set; }

    /// <summary>What was answered, by the number of the question.</summary>
    public IReadOnlyDictionary<int, JsonObject> Answers => _answers;

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        _question++;
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

        (JsonNode? Right, JsonNode? Asked, Derivation? Derivation) states = default;
        if (args["state"] is { } before && !_states.TryGetValue(before.ToJsonString(), out states))
            return right;
        if (dtype == "float32" && Overflows(args))
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
        var derivation = new Derivation(op, dtype, (JsonObject)args.DeepClone(), expected, states.Derivation, goesOn: false);
        _answers[_question] = (JsonObject)answered.DeepClone();
        AnswerDifference? difference = !compares ? null
            : losesDigits && LostDigits.Operations.Contains(op) ? JsonTree.DifferenceBeyondLostDigits(op, dtype, args, expected, answered)
            : JsonTree.Difference(op, dtype, args, own?.GetValueOrDefault(_question) ?? expected, answered, () => derivation.All, times);
        if (difference is not null)
            throw RuleBrokenException.Of($"in {dtype}, {op}: {difference.Text}", difference);
        if (right["state"] is { } after)
            _states[after.ToJsonString()] = (expected["state"]?.DeepClone(), answered["state"]?.DeepClone(), derivation);
        return right;
    }

    // What asks for numbers that are infinite in the dtype is another question there.
    private static bool Overflows(JsonNode? node) => node switch
    {
        JsonObject o => o.Any(member => member.Key != "state" && Overflows(member.Value)),
        JsonArray list => list.Any(Overflows),
        JsonValue v when v.GetValueKind() == System.Text.Json.JsonValueKind.Number => Questions.Number(v) is var x && double.IsFinite(x) && !float.IsFinite((float)x),
        _ => false,
    };

    private static JsonObject With(JsonObject args, JsonNode? state)
    {
        var own = (JsonObject)args.DeepClone();
        if (state is not null)
            own["state"] = state.DeepClone();
        return own;
    }
}
