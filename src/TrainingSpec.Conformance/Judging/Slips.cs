using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>A slip: a mistake that can be made in any operation, such as an argument without effect or a result of the other sign.</summary>
/// <param name="Name">Its name, made of the operation, what is wrong and how.</param>
/// <param name="Answer">What it answers, from the reference, the dtype and the arguments.</param>
public sealed record Slip(string Name, Func<IImplementation, string, JsonObject, JsonObject> Answer)
{
    /// <summary>What it answers where it has a memory of its own, made anew for each implementation; null where it has none.</summary>
    public Func<Func<IImplementation, string, JsonObject, JsonObject>>? Remembering { get; init; }

    /// <summary>An implementation of the operation that has it.</summary>
    public IImplementation Over(IImplementation right, string op) => new Slipped(Remembering is null ? this : this with { Answer = Remembering() }, right, op);

    private sealed class Slipped(Slip slip, IImplementation right, string op) : IImplementation
    {
        public string Name => slip.Name;

        public JsonObject Answer(string asked, JsonObject args) => Answer(asked, "float64", args);

        public JsonObject Answer(string asked, string dtype, JsonObject args) =>
            asked == op ? slip.Answer(right, dtype, (JsonObject)args.DeepClone()) : right.Answer(asked, dtype, args);
    }
}

/// <summary>The slips of each operation, made from what its cases ask and what the reference answers.</summary>
public static class Slips
{
    internal static readonly string[] Kinds = ["kind", "scheme", "nonlinearity"];

    /// <summary>The slips of an operation, simple ones first.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="asked">The arguments of its cases.</param>
    /// <param name="right">The reference.</param>
    /// <param name="differing">The arguments of those that are answered otherwise; slips of other kinds are left out. Null is all of them.</param>
    public static IEnumerable<Slip> Of(string op, IReadOnlyList<JsonObject> asked, IImplementation right, IReadOnlyList<JsonObject>? differing = null)
    {
        ArgumentNullException.ThrowIfNull(asked);
        string topic = op.Replace(".step", "", StringComparison.Ordinal).Replace('.', '-').Replace('_', '-');
        IEnumerable<Slip> all = Own(op).Concat(Everywhere(op, topic, asked, right));
        if (Kinds.FirstOrDefault(kind => asked.Any(args => args.ContainsKey(kind))) is not { } kind)
            return all;

        // What may go wrong in one kind alone knows its arguments alone.
        HashSet<string?>? kinds = differing is null ? null : [.. differing.Select(args => JsonTree.Text(args[kind]))];
        return all.Concat(asked.Where(args => JsonTree.Text(args[kind]) is { } text && kinds?.Contains(text) != false).GroupBy(args => JsonTree.Text(args[kind])!).SelectMany(of => Everywhere(op, $"{topic}-{Dashed(of.Key)}", [.. of], right).Select(slip => slip with
        {
            Answer = (r, dtype, args) => JsonTree.Text(args[kind]) == of.Key ? slip.Answer(r, dtype, args) : r.Answer(op, dtype, args),
        }))).Concat(OfOtherKinds(op, topic, kind, asked));
    }

    /// <summary>The slips that write an operation's formula out, with a part that is another.</summary>
    internal static IEnumerable<Slip> Own(string op) =>
        [.. MomentSlips.Of(op), .. StepSlips.Of(op), .. LossSlips.Of(op), .. VectorSlips.Of(op), .. LayerSlips.Of(op), .. MatrixSlips.Of(op), .. LawSlips.Of(op), .. ScheduleSlips.Of(op), .. ActivationSlips.Of(op), .. CountSlips.Of(op), .. DealtSlips.Of(op), .. FinderSlips.Of(op)];

    // One kind is taken for another.
    private static IEnumerable<Slip> OfOtherKinds(string op, string topic, string kind, IReadOnlyList<JsonObject> asked)
    {
        string[] kinds = [.. asked.Select(args => JsonTree.Text(args[kind])).OfType<string>().Distinct()];
        return kinds.SelectMany(one => kinds.Where(other => other != one).Select(other => new Slip($"{topic}-{Dashed(one)}-is-{Dashed(other)}", (r, dtype, args) =>
            r.Answer(op, dtype, JsonTree.Text(args[kind]) == one ? args.With(kind, other) : args))));
    }

    private static IEnumerable<Slip> Everywhere(string op, string topic, IReadOnlyList<JsonObject> asked, IImplementation right)
    {
        var arguments = new ArgumentSlips(op, topic, asked, right);
        (string Name, Func<JsonObject, JsonObject?> Change)[] changes = [.. arguments.Changes()];
        string[] members = [.. MemberEquality.All.Where(m => m.Operation == op && m.Kind != EqualityKind.Own).Select(m => m.Member)];
        foreach ((string name, Func<JsonObject, JsonObject?> change) in changes)
            yield return new(name, (r, dtype, args) => change((JsonObject)args.DeepClone()) is { } other ? r.Answer(op, dtype, other) : r.Answer(op, dtype, args));

        foreach (Slip slip in ResultSlips.Of(op, topic, members, arguments))
            yield return slip;

        // The right result but for one member, which knows other arguments.
        foreach (string member in members.Length < 2 ? [] : members)
        {
            foreach ((string name, Func<JsonObject, JsonObject?> change) in changes)
            {
                yield return new($"{name}-in-{Dashed(member)}", (r, dtype, args) =>
                {
                    JsonObject answer = r.Answer(op, dtype, args);
                    if (change((JsonObject)args.DeepClone()) is { } other && r.Answer(op, dtype, other)[member] is { } changed)
                        answer[member] = changed.DeepClone();
                    return answer;
                });
            }
        }

        if (CaseRequests.Stateful.Contains(op))
        {
            foreach (Slip slip in StateSlips.Of(op, topic, arguments))
                yield return slip;
        }

        if (CaseRequests.Stateful.Contains(op) && op != "average.weights")
        {
            foreach (Slip slip in OfSteps(op, topic, changes))
                yield return slip;
        }
    }

    // What a step may do with itself and with its state.
    private static IEnumerable<Slip> OfSteps(string op, string topic, (string Name, Func<JsonObject, JsonObject?> Change)[] changes)
    {
        yield return new($"{topic}-forgets-its-state", (r, dtype, args) => r.Answer(op, dtype, Without(args, "state")));
        yield return Moved("steps-uphill", (step, _) => [.. step.Select(x => -x)]);
        yield return Moved("steps-twice-as-far", (step, _) => [.. step.Select(x => 2 * x)]);
        yield return Moved("steps-half-as-far", (step, _) => [.. step.Select(x => x / 2)]);
        yield return Moved("steps-are-signs", (step, lr) => [.. step.Select(x => lr * Math.Sign(x))]);
        yield return Moved("steps-without-sign", (step, _) => [.. step.Select(Math.Abs)]);
        yield return Moved("steps-of-the-neighbour", (step, _) => [.. step.Skip(1).Append(step[0])]);
        yield return Moved("steps-of-the-first-element", (step, _) => [.. step.Select(_ => step[0])]);
        yield return new($"{topic}-steps-the-first-tensor-alone", (r, dtype, args) =>
        {
            JsonObject answer = r.Answer(op, dtype, args);
            for (int k = 1; k < ((JsonArray)args["params"]!).Count; k++)
                answer["params"]![k] = args["params"]![k]!.DeepClone();
            return answer;
        });
        yield return new($"{topic}-maximize-turns-the-step", (r, dtype, args) =>
        {
            if (args["maximize"] is not { } maximize || !(bool)maximize)
                return r.Answer(op, dtype, args);
            JsonObject down = r.Answer(op, dtype, Without(args, "maximize"));
            down["params"] = Combined(args["params"]!, down["params"]!, (_, old, now) => [.. old.Zip(now, (a, b) => 2 * a - b)]);
            return down;
        });

        // What is kept knows other arguments than the step does, or the other way round.
        foreach ((string name, Func<JsonObject, JsonObject?> change) in changes)
        {
            yield return new($"{name}-in-the-state", (r, dtype, args) =>
            {
                JsonObject answer = r.Answer(op, dtype, args);
                if (change((JsonObject)args.DeepClone()) is { } other)
                    answer["state"] = r.Answer(op, dtype, other)["state"]?.DeepClone();
                return answer;
            });
            yield return new($"{name}-but-not-in-the-state", (r, dtype, args) =>
            {
                JsonObject answer = r.Answer(op, dtype, args);
                if (change((JsonObject)args.DeepClone()) is { } other)
                    answer["params"] = r.Answer(op, dtype, other)["params"]?.DeepClone();
                return answer;
            });
        }

        Slip Moved(string word, Func<double[], double, double[]> step) => new($"{topic}-{word}", (r, dtype, args) =>
        {
            JsonObject answer = r.Answer(op, dtype, args);
            double lr = args["lr"] is { } rate ? Number(rate) : 1;
            answer["params"] = Combined(args["params"]!, answer["params"]!, (_, old, now) => [.. old.Zip(step([.. old.Zip(now, (a, b) => b - a)], lr), (a, d) => a + d)]);
            return answer;
        });
    }

    internal static string Dashed(string name) => name.Replace('_', '-');

    internal static bool IsNumber(JsonNode? node) => node is JsonValue v && v.GetValueKind() == JsonValueKind.Number;

    internal static JsonNode Written(double x) => Math.Abs(x) < 1L << 53 && x == Math.Floor(x) ? (long)x : x;

    internal static int Count(JsonNode? node) => node is JsonArray list ? list.Sum(Count) : 1;

    internal static JsonObject Without(JsonObject args, string name)
    {
        args.Remove(name);
        return args;
    }

    internal static JsonNode? Mapped(JsonNode? node, Func<double, double> of) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(x => Mapped(x, of))]),
        JsonValue v when IsNumber(v) => of(Number(v)) is var y && double.IsFinite(y) ? Written(y) : double.IsNaN(y) ? "NaN" : y > 0 ? "Infinity" : "-Infinity",
        _ => node?.DeepClone(),
    };

    internal static JsonArray Combined(JsonNode old, JsonNode now, Func<int, double[], double[], double[]> of) =>
        Rows([.. ((JsonArray)old).Zip((JsonArray)now).Index().Select(t => of(t.Index, Row(t.Item.First!), Row(t.Item.Second!)))]);

    private static double[] Row(JsonNode row) => [.. ((JsonArray)row).Select(x => Number(x!))];
}
