using System.Collections;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance;

/// <summary>An implementation made of functions, one for each operation that it has: <c>new FunctionImplementation("mine") { { "softmax", args => … } }</c>.</summary>
/// <param name="name">The name under which reports speak of it.</param>
public sealed class FunctionImplementation(string name) : IImplementation, IEnumerable<string>
{
    private readonly Dictionary<string, Func<JsonObject, JsonObject>> _operations = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Adds an operation in float64.</summary>
    /// <param name="op">Its name in the protocol.</param>
    /// <param name="answer">Its result for arguments; NaN and the infinities are the strings "NaN", "Infinity" and "-Infinity".</param>
    /// <exception cref="ArgumentException">It is there already, or the protocol has none of that name.</exception>
    public void Add(string op, Func<JsonObject, JsonObject> answer)
    {
        if (!Protocol.Operations.Contains(op))
            throw new ArgumentException($"op = {op} is no operation of the protocol", nameof(op));
        _operations.Add(op, answer);
    }

    /// <summary>Adds an optimizer in float64.</summary>
    /// <param name="op">Its name in the protocol, such as "adamw.step".</param>
    /// <param name="step">One step.</param>
    /// <exception cref="ArgumentException">It is there already, or the protocol has none of that name.</exception>
    public void Add(string op, Func<OptimizerStep, OptimizerStep> step) => Add(op, args =>
    {
        ArgumentNullException.ThrowIfNull(args);
        var options = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach ((string option, JsonNode? value) in args)
        {
            if (option is not ("params" or "grads" or "state"))
                options[option] = value;
        }

        OptimizerStep after = step(new(Tensors(args["params"]), Tensors(args["grads"]), args["state"]?.DeepClone(), options));
        return new() { ["params"] = Questions.Rows([.. after.Parameters]), ["state"] = after.State?.DeepClone() };
    });

    /// <inheritdoc/>
    public JsonObject Answer(string op, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (op == "describe")
            return Description();

        // As it would come over a line, so that nothing of the question is changed and nothing is shared.
        return _operations.TryGetValue(op, out Func<JsonObject, JsonObject>? answer)
            ? JsonNode.Parse(answer((JsonObject)args.DeepClone()).ToJsonString())!.AsObject()
            : throw new OracleException(ErrorKind.Unsupported, "op", $"{name} has no {op}");
    }

    /// <summary>The operations, in the order in which they were added.</summary>
    public IEnumerator<string> GetEnumerator() => _operations.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private JsonObject Description() => new()
    {
        ["name"] = name,
        ["version"] = "",
        ["language"] = ".NET",
        ["operations"] = new JsonArray([.. _operations.Keys.Select(op => (JsonNode)op)]),
        ["dtypes"] = new JsonArray("float64"),
    };

    private static double[][] Tensors(JsonNode? tensors) => [.. tensors!.AsArray().Select(t => t!.AsArray().Select(Questions.Number).ToArray())];
}

/// <summary>What an optimizer is given in a step, and what it gives back.</summary>
/// <param name="Parameters">θ, an array per tensor.</param>
/// <param name="Gradients">∂L/∂θ, shaped as the parameters; not looked at afterwards.</param>
/// <param name="State">The optimizer's own; null in the first step.</param>
/// <param name="Options">Hyperparameters and options by their names in the protocol; one that is left out is not there. Not looked at afterwards.</param>
public sealed record OptimizerStep(IReadOnlyList<double[]> Parameters, IReadOnlyList<double[]> Gradients, JsonNode? State, IReadOnlyDictionary<string, JsonNode?> Options)
{
    /// <summary>A hyperparameter.</summary>
    /// <param name="name">Its name in the protocol.</param>
    /// <param name="preset">Its value where it is left out; null where it must be given.</param>
    /// <exception cref="OracleException">It must be given and is not, or is no number.</exception>
    public double Number(string name, double? preset = null) =>
        !Options.TryGetValue(name, out JsonNode? given) ? preset ?? throw OracleException.Invalid(name, $"{name} is missing")
        : given is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? Questions.Number(value)
        : throw OracleException.Invalid(name, $"{name} is no number");

    /// <summary>Refuses what the optimizer has not: an option beside these.</summary>
    /// <param name="known">The names that it has.</param>
    /// <exception cref="OracleException">There is another.</exception>
    public void Only(params string[] known)
    {
        foreach (string option in Options.Keys.Where(o => !known.Contains(o)))
            throw new OracleException(ErrorKind.Unsupported, option, $"{option} is not supported");
    }
}
