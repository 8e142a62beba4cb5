using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Options that an implementation has not, though it refuses them as bad arguments and does not call them unsupported.</summary>
/// <remarks>Who has an option and refuses one value of it is wrong; who refuses whatever has it, or a word that names a kind, has it not.</remarks>
/// <param name="peer">Who is asked.</param>
internal sealed class AbsentOptions(IImplementation peer)
{
    // Among so many drawn cases an option is found if it is drawn at all; a few with it and a few without show whether it is there.
    private const int Drawn = 64, Asked = 4;
    private readonly Dictionary<(string Op, string DataType, string Argument, string? Word), bool> _known = [];

    /// <summary>True where a refusal says that an option is not there.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="dtype">In what it was asked.</param>
    /// <param name="args">What was asked, and is right.</param>
    /// <param name="refusal">What was answered.</param>
    public bool Lacks(string op, string dtype, JsonObject args, OracleException refusal)
    {
        if (refusal.Kind is ErrorKind.Unsupported or ErrorKind.UnknownOp)
            return true;
        string name = Name(refusal);
        if (refusal.Kind != ErrorKind.InvalidArgument || !args.TryGetPropertyValue(name, out JsonNode? value) || !CaseRequests.Operations.Contains(op))
            return false;
        string? word = Word(value);
        if (!_known.TryGetValue((op, dtype, name, word), out bool lacks))
            _known[(op, dtype, name, word)] = lacks = Lacks(op, dtype, name, word);
        return lacks;
    }

    private bool Lacks(string op, string dtype, string name, string? word)
    {
        JsonObject[] drawn = [.. Enumerable.Range(0, Drawn).SelectMany(i => CaseRequests.Drawn(op, 0, i).Take(1))];
        ILookup<bool, JsonObject> having = drawn.ToLookup(args => args.TryGetPropertyValue(name, out JsonNode? value) && (word is null || Word(value) == word));
        return having[false].Take(Asked).Any(args => Refused(op, dtype, args) is null) && having[true].Take(Asked).All(args => Refused(op, dtype, args) is { } refusal && (refusal.Kind is ErrorKind.Unsupported or ErrorKind.UnknownOp || Name(refusal) == name));
    }

    private static string Name(OracleException refusal) => (refusal.Argument ?? "").Split('.', '[')[0];

    private OracleException? Refused(string op, string dtype, JsonObject args)
    {
        try
        {
            peer.Answer(op, dtype, (JsonObject)args.DeepClone());
            return null;
        }
        catch (OracleException e)
        {
            return e;
        }
        catch (NoAnswerException)
        {
            return new OracleException(ErrorKind.InvalidArgument, null, "no answer");
        }
    }

    // A text that is no number: it names a kind.
    private static string? Word(JsonNode? value) => value is JsonValue v && v.TryGetValue(out string? text) && text is not ("NaN" or "Infinity" or "-Infinity") ? text : null;
}
