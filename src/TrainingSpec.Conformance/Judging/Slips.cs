using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Judging;

/// <summary>A slip: a mistake that can be made in any operation, such as an argument without effect or a result of the other sign.</summary>
/// <param name="Name">Its name, made of the operation, what is wrong and how.</param>
/// <param name="Answer">What it answers, from the reference, the dtype and the arguments.</param>
public sealed record Slip(string Name, Func<IImplementation, string, JsonObject, JsonObject> Answer)
{
    /// <summary>An implementation of the operation that has it.</summary>
    public IImplementation Over(IImplementation right, string op) => new Slipped(this, right, op);

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
    private const int MostOfChoices = 8;
    private static readonly string[] Kinds = ["kind", "scheme", "nonlinearity"];
    private static readonly string[] Tensors = ["params", "grads", "state", "groups"];

    private static readonly (string Word, Func<double, JsonObject, double> Of)[] OfNumbers =
    [
        ("doubled", (x, _) => 2 * x),
        ("halved", (x, _) => x / 2),
        ("squared", (x, _) => x * x),
        ("rooted", (x, _) => Math.Sqrt(x)),
        ("counted-from-one-more", (x, _) => x + 1),
        ("counted-from-one-less", (x, _) => x - 1),
        ("taken-from-1", (x, _) => 1 - x),
        ("inverted", (x, _) => 1 / x),
        ("held-at-1", (_, _) => 1),
        ("held-at-0", (_, _) => 0),
        ("times-lr", (x, args) => args["lr"] is { } lr ? x * Number(lr) : double.NaN),
        ("over-lr", (x, args) => args["lr"] is { } lr ? x / Number(lr) : double.NaN),
    ];

    private static readonly (string Word, Func<double, int, int, double> Of)[] OfResults =
    [
        ("negated", (x, _, _) => -x),
        ("doubled", (x, _, _) => 2 * x),
        ("halved", (x, _, _) => x / 2),
        ("squared", (x, _, _) => x * x),
        ("rooted", (x, _, _) => Math.Sqrt(x)),
        ("inverted", (x, _, _) => 1 / x),
        ("without-sign", (x, _, _) => Math.Abs(x)),
        ("as-signs", (x, _, _) => x > 0 ? 1 : x < 0 ? -1 : x),
        ("of-base-2", (x, _, _) => x / Math.Log(2)),
        ("of-base-10", (x, _, _) => x / Math.Log(10)),
        ("plus-1", (x, _, _) => x + 1),
        ("less-1", (x, _, _) => x - 1),
        ("times-rows", (x, rows, _) => x * rows),
        ("over-rows", (x, rows, _) => x / rows),
        ("times-numbers", (x, _, numbers) => x * numbers),
        ("over-numbers", (x, _, numbers) => x / numbers),
        ("over-root-of-numbers", (x, _, numbers) => x / Math.Sqrt(numbers)),
    ];

    /// <summary>The slips of an operation, simple ones first.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="asked">The arguments of its cases.</param>
    /// <param name="right">The reference.</param>
    public static IEnumerable<Slip> Of(string op, IReadOnlyList<JsonObject> asked, IImplementation right)
    {
        ArgumentNullException.ThrowIfNull(asked);
        string topic = op.Replace(".step", "", StringComparison.Ordinal).Replace('.', '-').Replace('_', '-');
        Slip[] all = [.. Everywhere(op, topic, asked, right)];
        Slip[] own = [.. Own(op)];
        return own.Concat(Kinds.FirstOrDefault(kind => asked.Any(args => args.ContainsKey(kind))) is { } kind
            ? all.Concat(asked.Select(args => JsonTree.Text(args[kind])).OfType<string>().Distinct().SelectMany(of => all.Select(slip => slip with
            {
                Name = $"{topic}-{of.Replace('_', '-')}{slip.Name[topic.Length..]}",
                Answer = (r, dtype, args) => JsonTree.Text(args[kind]) == of ? slip.Answer(r, dtype, args) : r.Answer(op, dtype, args),
            })).Concat(OfOtherKinds(op, topic, kind, asked)))
            : all);
    }

    /// <summary>The slips that write an operation's formula out, with a part that is another.</summary>
    internal static IEnumerable<Slip> Own(string op) =>
        [.. MomentSlips.Of(op), .. StepSlips.Of(op), .. LossSlips.Of(op), .. VectorSlips.Of(op), .. LayerSlips.Of(op), .. MatrixSlips.Of(op), .. LawSlips.Of(op), .. ScheduleSlips.Of(op)];

    // One kind is taken for another.
    private static IEnumerable<Slip> OfOtherKinds(string op, string topic, string kind, IReadOnlyList<JsonObject> asked)
    {
        string[] kinds = [.. asked.Select(args => JsonTree.Text(args[kind])).OfType<string>().Distinct()];
        return kinds.SelectMany(one => kinds.Where(other => other != one).Select(other => new Slip($"{topic}-{Dashed(one)}-is-{Dashed(other)}", (r, dtype, args) =>
            r.Answer(op, dtype, JsonTree.Text(args[kind]) == one ? args.With(kind, other) : args))));
    }

    private static IEnumerable<Slip> Everywhere(string op, string topic, IReadOnlyList<JsonObject> asked, IImplementation right)
    {
        var changes = Changes(op, topic, asked, right).ToArray();
        string[] members = [.. MemberEquality.All.Where(m => m.Operation == op && m.Kind is (EqualityKind.Near or EqualityKind.Exact)).Select(m => m.Member)];
        foreach ((string name, Func<JsonObject, JsonObject?> change) in changes)
            yield return new(name, (r, dtype, args) => change((JsonObject)args.DeepClone()) is { } other ? r.Answer(op, dtype, other) : r.Answer(op, dtype, args));

        foreach (string member in members)
        {
            foreach ((string word, Func<double, int, int, double> of) in OfResults)
            {
                yield return new($"{topic}-{Dashed(member)}-{word}", (r, dtype, args) =>
                {
                    JsonObject answer = r.Answer(op, dtype, args);
                    int rows = args.Select(a => a.Value).OfType<JsonArray>().FirstOrDefault()?.Count ?? 1, numbers = args.Where(a => !Tensors.Contains(a.Key) || a.Key == "grads").Select(a => a.Value).OfType<JsonArray>().FirstOrDefault() is { } first ? Count(first) : 1;
                    answer[member] = Mapped(answer[member], x => of(x, rows, numbers));
                    return answer;
                });
            }

            yield return new($"{topic}-{Dashed(member)}-reversed", (r, dtype, args) =>
            {
                JsonObject answer = r.Answer(op, dtype, args);
                if (answer[member] is JsonArray list)
                    answer[member] = new JsonArray([.. list.Reverse().Select(x => x?.DeepClone())]);
                return answer;
            });
            if (members.Length < 2)
                continue;

            // The right result but for one member, which knows other arguments.
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

    private static IEnumerable<(string Name, Func<JsonObject, JsonObject?> Change)> Changes(string op, string topic, IReadOnlyList<JsonObject> asked, IImplementation right)
    {
        string[] names = [.. asked.SelectMany(args => args.Select(a => a.Key)).Distinct().Where(name => !Tensors.Contains(name) && !Kinds.Contains(name))];
        string[] numbers = [.. names.Where(name => asked.Any(args => IsNumber(args[name])))];
        var defaults = numbers.ToDictionary(name => name, name => Default(op, name, asked, right));
        foreach (string name in names)
            yield return ($"{topic}-{Dashed(name)}-without-effect", args => args.Remove(name) ? args : null);
        foreach (string name in numbers)
        {
            foreach ((string word, Func<double, JsonObject, double> of) in OfNumbers)
            {
                yield return ($"{topic}-{Dashed(name)}-{word}", args =>
                    Of(args, name) is { } x && of(x, args) is var y && double.IsFinite(y) ? args.With(name, Written(y)) : null);
            }
        }

        // Numbers of one kind change places.
        foreach ((string a, string b) in numbers.SelectMany((a, i) => numbers.Skip(i + 1).Select(b => (a, b))))
        {
            yield return ($"{topic}-{Dashed(a)}-and-{Dashed(b)}-exchanged", args =>
                Of(args, a) is { } x && Of(args, b) is { } y ? args.With(a, Written(y)).With(b, Written(x)) : null);
            yield return ($"{topic}-{Dashed(a)}-for-{Dashed(b)}", args => Of(args, a) is { } x ? args.With(b, Written(x)) : null);
            yield return ($"{topic}-{Dashed(b)}-for-{Dashed(a)}", args => Of(args, b) is { } y ? args.With(a, Written(y)) : null);
        }

        // A choice is always made alike, or its other way round.
        foreach (string name in names.Except(numbers))
        {
            JsonNode[] choices = [.. asked.Select(args => args[name]).OfType<JsonValue>().Where(v => v.GetValueKind() is JsonValueKind.True or JsonValueKind.False or JsonValueKind.String).DistinctBy(v => v.ToJsonString())];
            if (choices.Length is 0 or > MostOfChoices)
                continue;
            bool isFlag = choices[0].GetValueKind() is JsonValueKind.True or JsonValueKind.False;
            foreach (JsonNode choice in isFlag ? [true, false] : choices)
                yield return ($"{topic}-{Dashed(name)}-always-{Dashed(choice.ToString().ToLowerInvariant())}", args => args.With(name, choice.DeepClone()));
        }

        foreach (string list in names.Where(name => asked.Any(args => args[name] is JsonArray items && items.Count > 0 && items.All(IsNumber))))
        {
            yield return ($"{topic}-{Dashed(list)}-one-later", args => args[list] is JsonArray ? args.With(list, Mapped(args[list], x => x + 1)) : null);
            yield return ($"{topic}-{Dashed(list)}-one-earlier", args => args[list] is JsonArray ? args.With(list, Mapped(args[list], x => Math.Max(0, x - 1))) : null);
            yield return ($"{topic}-{Dashed(list)}-once", args => args[list] is JsonArray items ? args.With(list, new JsonArray([.. items.DistinctBy(x => x!.ToJsonString()).Select(x => x!.DeepClone())])) : null);
            yield return ($"{topic}-{Dashed(list)}-negated", args => args[list] is JsonArray ? args.With(list, Mapped(args[list], x => -x)) : null);
            yield return ($"{topic}-{Dashed(list)}-without-sign", args => args[list] is JsonArray ? args.With(list, Mapped(args[list], Math.Abs)) : null);
            yield return ($"{topic}-{Dashed(list)}-inverted", args => args[list] is JsonArray ? args.With(list, Mapped(args[list], x => 1 / x)) : null);
            yield return ($"{topic}-{Dashed(list)}-squared", args => args[list] is JsonArray ? args.With(list, Mapped(args[list], x => x * x)) : null);
        }

        double? Of(JsonObject args, string name) => IsNumber(args[name]) ? Number(args[name]!) : args.ContainsKey(name) ? null : defaults[name];
    }

    // The default of an argument: the one that is known under its name and that changes nothing where the argument is left out.
    private static double? Default(string op, string name, IReadOnlyList<JsonObject> asked, IImplementation right)
    {
        JsonObject[] without = [.. asked.Where(args => !args.ContainsKey(name)).Take(6)];
        return without.Length == 0 ? null : Hyperparameters.All.Values.Where(h => h.Name == name).Select(h => h.Otherwise).OfType<double>().Distinct()
            .Cast<double?>().FirstOrDefault(value => without.All(args => SameAnswer(args, ((JsonObject)args.DeepClone()).With(name, Written(value!.Value)))));

        bool SameAnswer(JsonObject a, JsonObject b)
        {
            try
            {
                return JsonNode.DeepEquals(right.Answer(op, a), right.Answer(op, b));
            }
            catch (OracleException)
            {
                return false;
            }
        }
    }

    private static string Dashed(string name) => name.Replace('_', '-');

    private static bool IsNumber(JsonNode? node) => node is JsonValue v && v.GetValueKind() == JsonValueKind.Number;

    private static JsonNode Written(double x) => Math.Abs(x) < 1L << 53 && x == Math.Floor(x) ? (long)x : x;

    private static int Count(JsonNode? node) => node is JsonArray list ? list.Sum(Count) : 1;

    private static JsonObject Without(JsonObject args, string name)
    {
        args.Remove(name);
        return args;
    }

    private static JsonNode? Mapped(JsonNode? node, Func<double, double> of) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(x => Mapped(x, of))]),
        JsonValue v when IsNumber(v) => of(Number(v)) is var y && double.IsFinite(y) ? Written(y) : double.IsNaN(y) ? "NaN" : y > 0 ? "Infinity" : "-Infinity",
        _ => node?.DeepClone(),
    };

    private static JsonArray Combined(JsonNode old, JsonNode now, Func<int, double[], double[], double[]> of) =>
        Rows([.. ((JsonArray)old).Zip((JsonArray)now).Index().Select(t => of(t.Index, Row(t.Item.First!), Row(t.Item.Second!)))]);

    private static double[] Row(JsonNode row) => [.. ((JsonArray)row).Select(x => Number(x!))];
}
