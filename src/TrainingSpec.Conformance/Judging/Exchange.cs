using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>One question to an implementation and what came back: a result, or a fault.</summary>
/// <param name="Op">The operation.</param>
/// <param name="DataType">The dtype.</param>
/// <param name="Args">The arguments.</param>
/// <param name="Result">The result; null where there is a fault.</param>
/// <param name="Fault">The fault; null where there is a result.</param>
public sealed record Exchange(string Op, string DataType, JsonObject Args, JsonObject? Result, Exception? Fault)
{
    private readonly Lazy<JsonElement> _args = new(() => JsonTree.Element(Args));
    private readonly Lazy<JsonElement> _result = new(() => JsonTree.Element(Result!));

    /// <summary>The request as a line of the protocol.</summary>
    public JsonObject Request => new() { ["id"] = 0, ["op"] = Op, ["dtype"] = DataType, ["args"] = Args.DeepClone() };

    /// <summary>What came back, as the protocol writes it.</summary>
    public JsonNode? Answer => Result?.DeepClone() ?? (Fault is OracleException e ? new JsonObject { ["kind"] = e.Word, ["argument"] = e.Argument } : Fault?.Message);

    /// <summary>True where another implementation answered the same question alike, by the protocol's equality.</summary>
    public bool IsAnsweredAlike(Exchange other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Op != other.Op || DataType != other.DataType)
            return false;
        if (Result is null || other.Result is null)
            return Fault is OracleException a && other.Fault is OracleException b && a.Kind == b.Kind && a.Argument == b.Argument;
        try
        {
            return IsResultAlike(other);
        }
        catch (Exception e) when (OddForm.Is(e))
        {
            return false;
        }
    }

    private bool IsResultAlike(Exchange other)
    {
        // Two that deal out wrongly may deal out other indices, and are alike where they are wrong in the same way.
        return Difference(this, other) is not { } difference
            || (Difference(this, this) is { } own && own == difference && own == Difference(other, other));

        string? Difference(Exchange a, Exchange b) => AnswerEquality.Difference(Op, DataType, _args.Value, a._result.Value, b._result.Value);
    }
}

/// <summary>Hears every question to an implementation and what it answers.</summary>
/// <param name="answers">Who answers.</param>
public sealed class Recording(IImplementation answers) : IImplementation
{
    private readonly List<Exchange> _exchanges = [];

    /// <inheritdoc/>
    public string Name => answers.Name;

    /// <summary>The questions so far, in order.</summary>
    public IReadOnlyList<Exchange> Exchanges => _exchanges;

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args) => Answer(op, "float64", args);

    /// <inheritdoc/>
    public JsonObject Answer(string op, string dtype, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var asked = (JsonObject)args.DeepClone();
        try
        {
            JsonObject result = answers.Answer(op, dtype, args);
            _exchanges.Add(new(op, dtype, asked, (JsonObject)result.DeepClone(), null));
            return result;
        }
        catch (Exception e) when (e is OracleException or NoAnswerException or RuleBrokenException)
        {
            _exchanges.Add(new(op, dtype, asked, null, e));
            throw;
        }
    }
}
