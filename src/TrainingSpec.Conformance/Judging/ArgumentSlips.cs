using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Conformance.Wrong;
using TrainingSpec.Formulas;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Judging.Slips;

namespace TrainingSpec.Conformance.Judging;

/// <summary>What may go wrong with the arguments of any operation: one without effect, another in its place, another default, its square, its rows for its columns.</summary>
/// <param name="op">The operation.</param>
/// <param name="topic">The beginning of the slips' names.</param>
/// <param name="asked">The arguments of its cases.</param>
/// <param name="right">The reference.</param>
internal sealed class ArgumentSlips(string op, string topic, IReadOnlyList<JsonObject> asked, IImplementation right)
{
    private const int MostOfChoices = 8;
    private static readonly string[] Handed = ["state", "groups"];
    private static readonly string[] Tensors = ["params", "grads"];
    private static readonly double[] Defaults = [0, 0.01, 0.1, 0.5, 0.9, 0.95, 0.98, 0.99, 0.999, 1, 2, 5, 10, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12];

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
        ("negated", (x, _) => -x),
        ("tenfold", (x, _) => 10 * x),
        ("a-tenth", (x, _) => x / 10),
        ("rounded-down", (x, _) => Math.Floor(x)),
        ("rounded-up", (x, _) => Math.Ceiling(x)),
        ("times-lr", (x, args) => args["lr"] is { } lr ? x * Number(lr) : double.NaN),
        ("over-lr", (x, args) => args["lr"] is { } lr ? x / Number(lr) : double.NaN),
    ];

    private static readonly (string Word, Func<double, double> Of)[] OfElements =
    [
        ("negated", x => -x),
        ("without-sign", Math.Abs),
        ("squared", x => x * x),
        ("inverted", x => 1 / x),
        ("rooted", x => Math.Sqrt(x)),
        ("halved", x => x / 2),
        ("doubled", x => 2 * x),
        ("as-signs", x => x > 0 ? 1 : x < 0 ? -1 : x),
        ("as-0-or-1", x => x > 0.5 ? 1 : 0),
        ("taken-from-1", x => 1 - x),
        ("in-float32", x => (float)x),
    ];

    // A list in the place of an argument that is one.
    private static readonly (string Word, Func<JsonArray, JsonNode?> Of)[] OfLists =
    [
        ("one-later", list => AreNumbers(list) ? Mapped(list, x => x + 1) : null),
        ("one-earlier", list => AreNumbers(list) ? Mapped(list, x => Math.Max(0, x - 1)) : null),
        ("once", list => AreNumbers(list) ? Listed(list.DistinctBy(x => x!.ToJsonString())) : null),
        ("reversed", list => Listed(list.Reverse())),
        ("first-for-all", list => Listed(list.Select(_ => list[0]))),
        ("last-for-all", list => Listed(list.Select(_ => list[^1]))),
        ("rows-reversed", list => list[0] is JsonArray ? new JsonArray([.. list.Select(row => (JsonNode)Listed(((JsonArray)row!).Reverse()))]) : null),
        ("transposed", list => Transposed(list)),
        ("nan-taken-for-0", list => Replaced(list, "NaN", "0")),
        ("infinity-taken-for-0", list => Replaced(list, "Infinity", "0")),
        ("infinity-taken-for-large", list => Replaced(list, "Infinity", "1e30")),
    ];

    private readonly string[] _names = [.. asked.SelectMany(args => args.Select(a => a.Key)).Distinct().Where(name => !Handed.Contains(name) && !Kinds.Contains(name))];
    private readonly Dictionary<string, double?> _defaults = [];

    /// <summary>The arguments that are numbers.</summary>
    public IReadOnlyList<string> Numbers => field ??= [.. _names.Where(name => asked.Any(args => IsNumber(args[name])))];

    /// <summary>The number of an argument, or its default where it is left out; null where it is none.</summary>
    public double? Of(JsonObject args, string name) => IsNumber(args[name]) ? Number(args[name]!) : args.ContainsKey(name) ? null
        : _defaults.TryGetValue(name, out double? known) ? known : _defaults[name] = Default(name);

    /// <summary>Whether an argument is one of the operation's.</summary>
    public bool Has(string name) => _names.Contains(name);

    /// <summary>The changes of arguments, each with the name of its slip; null where it changes nothing.</summary>
    public IEnumerable<(string Name, Func<JsonObject, JsonObject?> Change)> Changes()
    {
        string[] options = [.. _names.Where(name => !Tensors.Contains(name))];
        foreach (string name in options)
            yield return ($"{topic}-{Dashed(name)}-without-effect", args => args.Remove(name) ? args : null);
        foreach (string name in Numbers)
        {
            foreach ((string word, Func<double, JsonObject, double> of) in OfNumbers)
                yield return ($"{topic}-{Dashed(name)}-{word}", args => Of(args, name) is { } x && of(x, args) is var y && double.IsFinite(y) ? args.With(name, Written(y)) : null);
        }

        // Numbers of one kind change places.
        foreach ((string a, string b) in Numbers.SelectMany((a, i) => Numbers.Skip(i + 1).Select(b => (a, b))))
        {
            yield return ($"{topic}-{Dashed(a)}-and-{Dashed(b)}-exchanged", args =>
                Of(args, a) is { } x && Of(args, b) is { } y ? args.With(a, Written(y)).With(b, Written(x)) : null);
            yield return ($"{topic}-{Dashed(a)}-for-{Dashed(b)}", args => Of(args, a) is { } x ? args.With(b, Written(x)) : null);
            yield return ($"{topic}-{Dashed(b)}-for-{Dashed(a)}", args => Of(args, b) is { } y ? args.With(a, Written(y)) : null);
        }

        // A choice is always made alike, or its other way round, or where nothing is said.
        foreach (string name in options.Except(Numbers))
        {
            JsonNode[] choices = [.. asked.Select(args => args[name]).OfType<JsonValue>().Where(v => v.GetValueKind() is JsonValueKind.True or JsonValueKind.False or JsonValueKind.String).DistinctBy(v => v.ToJsonString())];
            if (choices.Length is 0 or > MostOfChoices)
                continue;
            bool isFlag = choices[0].GetValueKind() is JsonValueKind.True or JsonValueKind.False;
            foreach (JsonNode choice in isFlag ? [true, false] : choices)
            {
                string word = Dashed(choice.ToString().ToLowerInvariant());
                yield return ($"{topic}-{Dashed(name)}-always-{word}", args => args.With(name, choice.DeepClone()));
                yield return ($"{topic}-{Dashed(name)}-{word}-by-default", args => args.ContainsKey(name) ? null : args.With(name, choice.DeepClone()));
            }

            if (isFlag)
                yield return ($"{topic}-{Dashed(name)}-negated", args => args[name] is { } flag ? args.With(name, !(bool)flag) : null);
            foreach ((JsonNode one, JsonNode other) in isFlag ? [] : choices.SelectMany(one => choices.Where(other => other != one).Select(other => (one, other))))
                yield return ($"{topic}-{Dashed(name)}-{Dashed(one.ToString())}-is-{Dashed(other.ToString())}", args => JsonTree.Text(args[name]) == one.ToString() ? args.With(name, other.DeepClone()) : null);
        }

        foreach ((string name, Func<JsonObject, JsonObject?> change) in OfRows().Concat(OfDefaults()).Concat(OfNested()))
            yield return (name, change);
    }

    private IEnumerable<(string Name, Func<JsonObject, JsonObject?> Change)> OfRows()
    {
        string[] lists = [.. _names.Where(name => asked.Any(args => args[name] is JsonArray { Count: > 0 }))];
        foreach (string list in lists)
        {
            foreach ((string word, Func<double, double> of) in OfElements)
                yield return ($"{topic}-{Dashed(list)}-{word}", args => args[list] is JsonArray ? args.With(list, Mapped(args[list], of)) : null);
            foreach ((string word, Func<JsonArray, JsonNode?> of) in OfLists)
                yield return ($"{topic}-{Dashed(list)}-{word}", args => args[list] is JsonArray { Count: > 0 } items && of(items) is { } other ? args.With(list, other) : null);
        }

        foreach ((string a, string b) in lists.SelectMany((a, i) => lists.Skip(i + 1).Select(b => (a, b))))
        {
            yield return ($"{topic}-{Dashed(a)}-and-{Dashed(b)}-exchanged", args =>
                args[a] is JsonArray x && args[b] is JsonArray y ? args.With(a, y.DeepClone()).With(b, x.DeepClone()) : null);
        }
    }

    // Another default where nothing is said.
    private IEnumerable<(string Name, Func<JsonObject, JsonObject?> Change)> OfDefaults() =>
        from name in Numbers
        where !asked.All(args => args.ContainsKey(name))
        from value in Defaults
        select ((string, Func<JsonObject, JsonObject?>))($"{topic}-{Dashed(name)}-of-{value.ToString(System.Globalization.CultureInfo.InvariantCulture).ToLowerInvariant()}-by-default", args => args.ContainsKey(name) ? null : args.With(name, Written(value)));

    // What stands in an argument that is an object.
    private IEnumerable<(string Name, Func<JsonObject, JsonObject?> Change)> OfNested()
    {
        foreach (string outer in _names.Where(name => asked.Any(args => args[name] is JsonObject)))
        {
            var seen = asked.Select(args => args[outer]).OfType<JsonObject>().ToArray();
            foreach (string name in seen.SelectMany(o => o.Select(m => m.Key)).Distinct())
            {
                yield return Inner(name, "without-effect", o => o.Remove(name));
                JsonNode[] choices = [.. seen.Select(o => o[name]).OfType<JsonValue>().Where(v => v.GetValueKind() is JsonValueKind.True or JsonValueKind.False or JsonValueKind.String).DistinctBy(v => v.ToJsonString())];
                foreach (JsonNode choice in choices.Length > MostOfChoices ? [] : choices)
                    yield return Inner(name, $"always-{Dashed(choice.ToString().ToLowerInvariant())}", o => (o[name] = choice.DeepClone()) is not null);
            }

            (string, Func<JsonObject, JsonObject?>) Inner(string name, string word, Func<JsonObject, bool> change) =>
                ($"{topic}-{Dashed(name)}-{word}", args => args[outer] is JsonObject o && change(o) ? args : null);
        }
    }

    // The default of an argument: the one that is known under its name and that changes nothing where the argument is left out.
    private double? Default(string name)
    {
        JsonObject[] without = [.. asked.Where(args => !args.ContainsKey(name) && args["state"] is null).Take(6)];
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

    private static bool AreNumbers(JsonArray list) => list.All(IsNumber);

    private static JsonArray Listed(IEnumerable<JsonNode?> items) => new([.. items.Select(x => x?.DeepClone())]);

    private static JsonArray? Transposed(JsonArray list) => list.All(row => row is JsonArray own && own.Count == ((JsonArray)list[0]!).Count) && ((JsonArray)list[0]!).Count == list.Count
        ? new([.. list.Select((_, i) => (JsonNode)Listed(list.Select(row => row![i])))]) : null;

    private static JsonNode? Replaced(JsonArray list, string text, string by) =>
        list.ToJsonString() is var written && written.Contains($"\"{text}\"", StringComparison.Ordinal) ? JsonNode.Parse(written.Replace($"\"{text}\"", by, StringComparison.Ordinal)) : null;
}
