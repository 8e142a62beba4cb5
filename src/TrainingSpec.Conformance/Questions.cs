using System.Globalization;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance;

/// <summary>Asks an implementation the protocol's questions with typed arguments and answers.</summary>
/// <param name="implementation">Who is asked.</param>
/// <param name="roundoff">The unit roundoff by which answers are judged; null is float64's.</param>
public sealed class Questions(IImplementation implementation, double? roundoff = null)
{
    /// <summary>Unit roundoff of float64, in which every question is asked.</summary>
    public const double UnitRoundoff = Numbers.Real64.UnitRoundoff;

    // An answer is known by the object itself, a state by its text, since it is handed back as a copy.
    private readonly Dictionary<JsonNode, Derivation> _derivations = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, Derivation> _ofState = new(StringComparer.Ordinal);

    /// <summary>Answers a question with a result object.</summary>
    /// <exception cref="RuleBrokenException">The answer lacks the member that is read from it.</exception>
    /// <exception cref="OracleException">The question is refused.</exception>
    public JsonObject Ask(string op, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(args);
        JsonObject answer = implementation.Answer(op, args);
        // Whoever asks may change the arguments for the next question.
        Derivation? before = args["state"] is { } given ? _ofState.GetValueOrDefault(op + given.ToJsonString()) : null;
        var derivation = new Derivation(op, "float64", (JsonObject)args.DeepClone(), answer, before, goesOn: true);
        _derivations[answer.Root] = derivation;
        if (answer["state"] is { } state)
            _ofState[op + state.ToJsonString()] = derivation;
        return answer;
    }

    /// <summary>Asks with a value that not everybody takes: a refusal of it says that it is not there.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="wide">The argument whose value may be refused.</param>
    /// <exception cref="OracleException">The question is refused, as unsupported where it is for that value.</exception>
    internal JsonObject AskWide(string op, JsonObject args, string wide)
    {
        try
        {
            return Ask(op, args);
        }
        catch (OracleException e) when (e.Kind == ErrorKind.InvalidArgument && e.Argument == wide)
        {
            throw new OracleException(ErrorKind.Unsupported, wide, $"{op} has not this {wide}");
        }
    }

    /// <summary>The operations of answers whose numbers are compared by roundings, none of which could be derived.</summary>
    internal IEnumerable<string> Underived => _derivations.Values.Where(d => d.IsUnknown).Select(d => d.Operation).Distinct();

    /// <summary>A number of an answer, with the distance within which roundings may have put it.</summary>
    /// <param name="node">Where it stands in an answer of <see cref="Ask"/>.</param>
    /// <exception cref="RuleBrokenException">It is no number.</exception>
    public Answered Read(JsonNode? node)
    {
        double value = Number(node);
        return Answered.At(value, _derivations.TryGetValue(node!.Root, out Derivation? of) ? of.Of(node) : 0);
    }

    /// <summary>The member of a result as one number, as <see cref="Read(JsonNode)"/> has it.</summary>
    public Answered Read(string op, string member, JsonObject args) => Read(Member(op, member, args));

    /// <summary>The member of a result as numbers, as <see cref="Read(JsonNode)"/> has them.</summary>
    public Answered[] ReadRow(string op, string member, JsonObject args) => ReadRow(Member(op, member, args));

    /// <summary>The member of a result as rows of numbers, as <see cref="Read(JsonNode)"/> has them.</summary>
    public Answered[][] ReadRows(string op, string member, JsonObject args) => [.. List(Member(op, member, args)).Select(ReadRow)];

    /// <summary>A list of numbers of an answer, as <see cref="Read(JsonNode)"/> has them.</summary>
    /// <param name="node">Where it stands in an answer of <see cref="Ask"/>.</param>
    /// <exception cref="RuleBrokenException">It is no list of numbers.</exception>
    public Answered[] ReadRow(JsonNode? node) => [.. List(node).Select(Read)];

    /// <summary>The member of a result as numbers.</summary>
    public double[] AskRow(string op, string member, JsonObject args) => Row(Member(op, member, args));

    /// <summary>The member of a result as one number.</summary>
    public double AskNumber(string op, string member, JsonObject args) => Number(Member(op, member, args));

    /// <summary>The member of a result as rows of numbers.</summary>
    public double[][] AskRows(string op, string member, JsonObject args) =>
        [.. ((JsonArray)Member(op, member, args)).Select(r => Row(r))];

    /// <summary>Learning rates of a schedule at the given steps.</summary>
    public Answered[] Schedule(string kind, long[] steps, params (string Name, double Value)[] args)
    {
        JsonObject o = Args(args);
        o["kind"] = kind;
        o["steps"] = new JsonArray([.. steps.Select(s => (JsonNode)s)]);
        return ReadRow("schedule", "lr", o);
    }

    /// <summary>Runs an optimizer over a list of gradients of one tensor, starting without state; the parameters after every step.</summary>
    /// <param name="op">"sgd.step", "adam.step" or "adamw.step".</param>
    /// <param name="start">The parameters.</param>
    /// <param name="gradients">One gradient per step.</param>
    /// <param name="args">Hyperparameters, numbers or texts or truth values.</param>
    public double[][] Run(string op, double[] start, IReadOnlyList<double[]> gradients, JsonObject args) =>
        Run(op, start, gradients, _ => args);

    /// <summary>The same with hyperparameters that may change from step to step (counted from 0).</summary>
    public double[][] Run(string op, double[] start, IReadOnlyList<double[]> gradients, Func<int, JsonObject> args) =>
        [.. Walk(op, start, gradients, args).Select(p => System.Array.ConvertAll(p, x => x.Value))];

    /// <summary>What <see cref="Run(string, double[], IReadOnlyList{double[]}, JsonObject)"/> gives, as <see cref="Read(JsonNode)"/> has it.</summary>
    public Answered[][] Walk(string op, double[] start, IReadOnlyList<double[]> gradients, JsonObject args) => Walk(op, start, gradients, _ => args);

    /// <summary>The same with hyperparameters that may change from step to step (counted from 0).</summary>
    public Answered[][] Walk(string op, double[] start, IReadOnlyList<double[]> gradients, Func<int, JsonObject> args)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(args);
        var path = new Answered[gradients.Count][];
        JsonNode? state = null;
        double[] parameters = start;
        for (int t = 0; t < path.Length; t++)
        {
            var o = (JsonObject)args(t).DeepClone();
            o["params"] = new JsonArray(Array(parameters));
            o["grads"] = new JsonArray(Array(gradients[t]));
            o["state"] = state;
            JsonObject result = Ask(op, o);
            path[t] = ReadRow(((JsonArray)Need(op, result, "params"))[0]);
            parameters = System.Array.ConvertAll(path[t], x => x.Value);
            state = Need(op, result, "state").DeepClone();
        }

        return path;
    }

    /// <summary>The average of one weight after each of its values, starting without state.</summary>
    /// <param name="weights">The weight after each step.</param>
    /// <param name="args">What average.weights is asked beside.</param>
    public Answered[] Averages(double[] weights, JsonObject args)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(args);
        JsonNode? state = null;
        var path = new Answered[weights.Length];
        for (int t = 0; t < path.Length; t++)
        {
            var asked = (JsonObject)args.DeepClone();
            (asked["params"], asked["state"]) = (Rows([weights[t]]), state);
            JsonObject answer = Ask("average.weights", asked);
            path[t] = answer["average"] is JsonArray { Count: 1 } rows && rows[0] is JsonArray { Count: 1 } row ? Read(row[0]) : throw new RuleBrokenException("average is not shaped as params");
            state = Need("average.weights", answer, "state").DeepClone();
        }

        return path;
    }

    /// <summary>Σ of numbers of answers.</summary>
    public static Answered Sum(IEnumerable<Answered> terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        return terms.Aggregate((Answered)0, (sum, x) => sum + x);
    }

    /// <summary>Whether an optimizer's steps have the same significands for gradients scaled by powers of two, as they must where each bit of the state is kept.</summary>
    /// <param name="op">The optimizer.</param>
    /// <param name="args">Hyperparameters under which a scale of the gradients is a scale of the steps.</param>
    public bool KeepsBitsOfState(string op, JsonObject args)
    {
        double[] gradients = [1.0 / 3, -2.0 / 7, 0.1, 5.0 / 11, -1.0 / 13];
        double[] Significands(int power) =>
            [.. Run(op, [0], [.. gradients.Select(g => new[] { Math.ScaleB(g, power) })], args).Select(p => Math.ScaleB(p[0], -Math.ILogB(p[0])))];
        double[] first = Significands(0);
        return Enumerable.Range(1, 8).All(power => Significands(power).SequenceEqual(first));
    }

    /// <summary>An answer is near a value, by the unit roundoff of these questions.</summary>
    /// <inheritdoc cref="Expect.Near"/>
    public void Near(string what, double actual, double expected, int roundings, double? scale = null) =>
        Expect.Near(what, actual, expected, roundings, scale, roundoff ?? UnitRoundoff);

    /// <summary>An answer is near a value, or near another answer: each side may be as far off as the less exact of them, and as much again, since a formula may be evaluated in another form.</summary>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="actual">The answer, or what was made of answers; without its distance where no more is allowed than the expected value's.</param>
    /// <param name="expected">The value by the rule, with the distance of its own evaluation where it has one, or what was made of other answers.</param>
    /// <exception cref="RuleBrokenException">Not near.</exception>
    public void Near(string what, Answered actual, Answered expected)
    {
        // Where an answer is so wrong that nothing follows for what was made of it, nothing is allowed either.
        double distance = Math.Max(actual.Distance, expected.Distance);
        distance = double.IsFinite(distance) ? distance : 0;
        Expect.Within(
            what, actual.Value, expected.Value, Distances.Allowed(distance) * ((roundoff ?? UnitRoundoff) / UnitRoundoff),
            distance == 0 ? "it has no roundings" : "four times what the roundings of a plain evaluation come to, on either side and in another form");
    }

    /// <summary>An object of numeric arguments.</summary>
    public static JsonObject Args(params (string Name, double Value)[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var o = new JsonObject();
        foreach ((string name, double value) in args)
            o[name] = Of(value);
        return o;
    }

    /// <summary>A row of numbers as an argument; NaN and the infinities as the protocol's strings.</summary>
    public static JsonArray Array(params double[] row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new([.. row.Select(Of)]);
    }

    /// <summary>Rows of numbers as an argument.</summary>
    public static JsonArray Rows(params double[][] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return new([.. rows.Select(r => (JsonNode)Array(r))]);
    }

    /// <summary>Whole numbers as an argument.</summary>
    public static JsonArray Integers(params long[] row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return new([.. row.Select(n => (JsonNode)n)]);
    }

    private static JsonNode Of(double value) => double.IsFinite(value)
        ? value
        : double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    /// <summary>A number of an answer; NaN and the infinities come as the protocol's strings.</summary>
    /// <exception cref="RuleBrokenException">It is no number.</exception>
    public static double Number(JsonNode? node) =>
        node is JsonValue v && double.TryParse(v.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new RuleBrokenException($"a number was expected, {node?.ToJsonString() ?? "null"} came");

    private static double[] Row(JsonNode? node) => [.. List(node).Select(Number)];

    private static JsonArray List(JsonNode? node) =>
        node as JsonArray ?? throw new RuleBrokenException($"a list was expected, {node?.ToJsonString() ?? "null"} came");

    private static JsonNode Need(string op, JsonObject result, string member) =>
        result[member] ?? throw new RuleBrokenException($"{op} answered without {member}");

    private JsonNode Member(string op, string member, JsonObject args) => Need(op, Ask(op, args), member);
}
