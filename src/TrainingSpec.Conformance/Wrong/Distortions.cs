using System.Globalization;
using System.Text.Json.Nodes;
using TrainingSpec.Formulas;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Reading arguments and writing results for wrong variants, and the ways of making one.</summary>
internal static class Distortions
{
    private static readonly string[] OneForEachTensor = ["params", "grads", "shapes"];

    /// <summary>A wrong implementation with one distorted operation and no hidden state.</summary>
    public static WrongImplementation Mistake(string name, string breaks, string story, string op, Distortion distortion) =>
        Mistake(name, breaks, story, [op], _ => distortion);

    /// <summary>A wrong implementation in which several operations are distorted alike.</summary>
    public static WrongImplementation Mistake(string name, string breaks, string story, string[] ops, Func<string, Distortion> distortion) =>
        new(name, breaks.Split(' '), story, () => ops.ToDictionary(op => op, op => Uphill(Grouped(distortion(op)))));

    // An optimizer that is wrong elsewhere is so in each group: its groups are stepped one by one.
    private static Distortion Grouped(Distortion distortion) => (right, args) =>
    {
        if (args["groups"] is not JsonArray groups || args["params"] is not JsonArray parameters)
            return distortion(right, args);
        int[][] grouped = [.. groups.Select(group => ((JsonArray)group!["tensors"]!).Select(tensor => (int)Whole(tensor)).ToArray())];
        int[] rest = [.. Enumerable.Range(0, parameters.Count).Except(grouped.SelectMany(tensors => tensors))];
        if (grouped.SelectMany(tensors => tensors).GroupBy(tensor => tensor).Any(same => same.Count() > 1 || same.Key >= parameters.Count))
            return right.Answer("sgd.step", args);
        var moved = new JsonNode?[parameters.Count];
        var states = new JsonArray();
        foreach ((int g, int[] tensors) in grouped.Prepend(rest).Index())
        {
            JsonNode? state = null;
            if (tensors.Length > 0)
            {
                var own = (JsonObject)args.DeepClone();
                own.Remove("groups");
                foreach ((string name, JsonNode? value) in g == 0 ? [] : (JsonObject)groups[g - 1]!)
                    own[name] = value?.DeepClone();
                own.Remove("tensors");
                foreach (string name in OneForEachTensor.Where(args.ContainsKey))
                    own[name] = new JsonArray([.. tensors.Select(tensor => args[name]![tensor]!.DeepClone())]);
                own["state"] = (args["state"]?["groups"] as JsonArray)?[g]?.DeepClone();
                JsonObject answer = distortion(right, own);
                foreach ((int k, int tensor) in tensors.Index())
                    moved[tensor] = answer["params"]![k]!.DeepClone();
                state = answer["state"]?.DeepClone();
            }

            states.Add(state);
        }

        return new() { ["params"] = new JsonArray(moved), ["state"] = new JsonObject { ["groups"] = states } };
    };

    // An optimizer that is wrong elsewhere knows what maximize means.
    private static Distortion Uphill(Distortion distortion) => (right, args) => !args.Flag("maximize") ? distortion(right, args)
        : distortion(right, args.With("maximize", false).With("grads", Questions.Rows([.. args.Rows("grads").Select(g => g.Select(x => -x).ToArray())])));

    /// <summary>A wrong implementation in which optimizers write their states with fifteen digits, two fewer than it takes.</summary>
    public static WrongImplementation FifteenDigits(string name, string breaks, string[] ops) =>
        Mistake(name, breaks, "the state is written with fifteen digits, two fewer than a number needs to come back", ops, op => (right, args) =>
        {
            JsonObject result = right.Answer(op, args);
            return result.With("state", Rounded(result["state"]!));
        });

    /// <summary>The same mistakes, but for requests to an operation that are answered right.</summary>
    /// <param name="plain">The mistakes.</param>
    /// <param name="op">The operation.</param>
    /// <param name="isRight">Whether a request's arguments are such.</param>
    public static IReadOnlyList<WrongImplementation> RightWhere(IReadOnlyList<WrongImplementation> plain, string op, Func<JsonObject, bool> isRight) => [.. plain.Select(mistake => mistake with
    {
        Create = () => mistake.Create().ToDictionary(
            made => made.Key,
            made => made.Key == op ? (Distortion)((right, args) => isRight(args) ? right.Answer(op, args) : made.Value(right, args)) : made.Value),
    })];

    /// <summary>The number of an argument or member, or a default where it is left out.</summary>
    public static double Number(this JsonObject o, string name, double otherwise = double.NaN) => o[name] is { } node ? Number(node) : otherwise;

    /// <summary>A hyperparameter, or its default where it is left out.</summary>
    public static double Number(this JsonObject o, Hyperparameter known) => o.Number(known.Name, known.Otherwise ?? double.NaN);

    /// <summary>A count, all of its digits.</summary>
    public static long Whole(JsonNode? count) => count!.AsValue().TryGetValue(out long whole) ? whole : (long)Number(count);

    /// <summary>A row of numbers.</summary>
    public static double[] Row(this JsonObject o, string name) => Row(o[name]!);

    /// <summary>Rows of numbers.</summary>
    public static double[][] Rows(this JsonObject o, string name) => [.. ((JsonArray)o[name]!).Select(r => Row(r!))];

    /// <summary>A truth value, false where it is left out.</summary>
    public static bool Flag(this JsonObject o, string name) => o[name] is { } node && (bool)node;

    /// <summary>The same object with a member replaced.</summary>
    public static JsonObject With(this JsonObject o, string name, JsonNode? value)
    {
        o[name] = value;
        return o;
    }

    private static JsonNode? Rounded(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Rounded(m.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Rounded)]),
        JsonValue v when v.GetValueKind() == System.Text.Json.JsonValueKind.Number => double.Parse(Number(v).ToString("E14", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
        _ => node?.DeepClone(),
    };

    private static double[] Row(JsonNode node) => [.. ((JsonArray)node).Select(n => Number(n!))];

    private static double Number(JsonNode node) => Questions.Number(node);
}
