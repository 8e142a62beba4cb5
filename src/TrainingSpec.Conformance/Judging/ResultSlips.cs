using System.Text.Json.Nodes;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Judging.Slips;

namespace TrainingSpec.Conformance.Judging;

/// <summary>What may go wrong with the result of any operation: its sign, its scale, its order, a member in the place of another.</summary>
internal static class ResultSlips
{
    private static readonly (string Word, Func<double, int, int, double> Of)[] OfNumbers =
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
        ("taken-from-1", (x, _, _) => 1 - x),
        ("always-0", (_, _, _) => 0),
        ("always-1", (_, _, _) => 1),
        ("at-least-0", (x, _, _) => Math.Max(x, 0)),
        ("at-least-1", (x, _, _) => Math.Max(x, 1)),
        ("at-most-1", (x, _, _) => Math.Min(x, 1)),
        ("rounded-down", (x, _, _) => Math.Floor(x)),
        ("rounded-up", (x, _, _) => Math.Ceiling(x)),
        ("rounded", (x, _, _) => Math.Round(x)),
        ("logarithm", (x, _, _) => Math.Log(x)),
        ("exponential", (x, _, _) => Math.Exp(x)),
        ("in-float32", (x, _, _) => (float)x),
        ("in-float16", (x, _, _) => (double)(Half)x),
        ("times-rows", (x, rows, _) => x * rows),
        ("over-rows", (x, rows, _) => x / rows),
        ("times-numbers", (x, _, numbers) => x * numbers),
        ("over-numbers", (x, _, numbers) => x / numbers),
        ("times-root-of-numbers", (x, _, numbers) => x * Math.Sqrt(numbers)),
        ("over-root-of-numbers", (x, _, numbers) => x / Math.Sqrt(numbers)),
        ("over-one-number-less", (x, _, numbers) => numbers > 1 ? x * numbers / (numbers - 1.0) : x),
    ];

    // By a number a of the arguments.
    private static readonly (string Word, Func<double, double, double> Of)[] ByArgument =
    [
        ("times", (x, a) => x * a),
        ("over", (x, a) => x / a),
        ("times-square-of", (x, a) => x * a * a),
        ("over-square-of", (x, a) => x / (a * a)),
        ("times-root-of", (x, a) => x * Math.Sqrt(a)),
        ("over-root-of", (x, a) => x / Math.Sqrt(a)),
        ("times-1-less", (x, a) => x * (1 - a)),
        ("over-1-less", (x, a) => x / (1 - a)),
        ("times-square-of-1-less", (x, a) => x * (1 - a) * (1 - a)),
        ("over-square-of-1-less", (x, a) => x / ((1 - a) * (1 - a))),
        ("times-root-of-1-less", (x, a) => x * Math.Sqrt(1 - a)),
        ("times-odds-of", (x, a) => a is > 0 and < 1 ? x * a / (1 - a) : x),
        ("over-odds-of", (x, a) => a is > 0 and < 1 ? x * (1 - a) / a : x),
        ("plus", (x, a) => x + a),
        ("less", (x, a) => x - a),
        ("at-least", Math.Max),
        ("at-most", Math.Min),
    ];

    private static readonly (string Word, Func<JsonArray, JsonNode?> Of)[] OfLists =
    [
        ("reversed", list => Listed(list.Reverse())),
        ("one-later", list => Listed(list.Take(1).Concat(list.SkipLast(1)))),
        ("one-earlier", list => Listed(list.Skip(1).Concat(list.TakeLast(1)))),
        ("first-for-all", list => Listed(list.Select(_ => list[0]))),
        ("last-for-all", list => Listed(list.Select(_ => list[^1]))),
        ("without-first", list => Listed(list.Skip(1))),
        ("without-last", list => Listed(list.SkipLast(1))),
        ("with-the-last-twice", list => Listed(list.Concat(list.TakeLast(1)))),
        ("with-the-first-for-the-second", list => Listed(list.Select((x, i) => i == 1 ? list[0] : x))),
        ("rows-reversed", list => list[0] is JsonArray ? new JsonArray([.. list.Select(row => (JsonNode)Listed(((JsonArray)row!).Reverse()))]) : null),
        ("summed", list => Numbers(list) is { } x ? x.Sum() : null),
        ("averaged", list => Numbers(list) is { } x ? x.Average() : null),
        ("first-alone", list => list[0]?.DeepClone()),
        ("cumulated", list => Numbers(list) is { } x ? Questions.Array([.. x.Select((_, i) => x[..(i + 1)].Sum())]) : null),
        ("less-its-mean", list => Numbers(list) is { } x ? Questions.Array([.. x.Select(v => v - x.Average())]) : null),
    ];

    /// <summary>The slips of an operation's members.</summary>
    public static IEnumerable<Slip> Of(string op, string topic, string[] members, ArgumentSlips arguments)
    {
        foreach (string member in members)
        {
            foreach ((string word, Func<double, int, int, double> of) in OfNumbers)
            {
                yield return Changed(member, word, (result, args) =>
                {
                    int rows = args.Select(a => a.Value).OfType<JsonArray>().FirstOrDefault()?.Count ?? 1, numbers = args.Where(a => a.Key is not ("params" or "state" or "groups")).Select(a => a.Value).OfType<JsonArray>().FirstOrDefault() is { } first ? Count(first) : 1;
                    return Mapped(result, x => of(x, rows, numbers));
                });
            }

            foreach ((string word, Func<JsonArray, JsonNode?> of) in OfLists)
                yield return Changed(member, word, (result, _) => result is JsonArray { Count: > 0 } list ? of(list) ?? result.DeepClone() : result?.DeepClone());
            yield return Changed(member, "negated", (result, _) => result is JsonValue flag && flag.TryGetValue(out bool on) ? !on : result?.DeepClone());
            yield return Changed(member, "always-true", (result, _) => result is JsonValue flag && flag.TryGetValue(out bool _) ? true : result?.DeepClone());
            yield return Changed(member, "always-false", (result, _) => result is JsonValue flag && flag.TryGetValue(out bool _) ? false : result?.DeepClone());
            foreach (string name in CaseRequests.Stateful.Contains(op) ? [] : arguments.Numbers)
            {
                foreach ((string word, Func<double, double, double> of) in ByArgument)
                    yield return Changed(member, $"{word}-{Dashed(name)}", (result, args) => arguments.Of(args, name) is { } a ? Mapped(result, x => of(x, a)) : result?.DeepClone());
                yield return Changed(member, $"is-{Dashed(name)}", (result, args) => IsNumber(result) && args[name] is { } own ? own.DeepClone() : result?.DeepClone());
            }
        }

        // All numbers of a result, or two of them, are wrong alike.
        foreach (string[] some in members.Length < 2 ? [] : members.SelectMany((a, i) => members.Skip(i + 1).Select(b => new[] { a, b })).Concat(members.Length > 2 ? [members] : []))
        {
            foreach ((string word, Func<double, int, int, double> of) in OfNumbers)
            {
                yield return Moved($"{string.Join("-and-", some.Select(Dashed))}-{word}", answer =>
                {
                    foreach (string member in some.Where(answer.ContainsKey))
                        answer[member] = Mapped(answer[member], x => of(x, 1, 1));
                });
            }
        }

        foreach ((string one, string other) in members.SelectMany((a, i) => members.Skip(i + 1).Select(b => (a, b))))
        {
            yield return Moved($"{Dashed(one)}-and-{Dashed(other)}-exchanged", answer => (answer[one], answer[other]) = (answer[other]?.DeepClone(), answer[one]?.DeepClone()));
            yield return Moved($"{Dashed(one)}-is-{Dashed(other)}", answer => answer[one] = answer[other]?.DeepClone());
            yield return Moved($"{Dashed(other)}-is-{Dashed(one)}", answer => answer[other] = answer[one]?.DeepClone());
        }

        Slip Changed(string member, string word, Func<JsonNode?, JsonObject, JsonNode?> of) => new($"{topic}-{Dashed(member)}-{word}", (r, dtype, args) =>
        {
            JsonObject answer = r.Answer(op, dtype, args);
            if (answer.ContainsKey(member))
                answer[member] = of(answer[member], args);
            return answer;
        });

        Slip Moved(string word, Action<JsonObject> move) => new($"{topic}-{word}", (r, dtype, args) =>
        {
            JsonObject answer = r.Answer(op, dtype, args);
            move(answer);
            return answer;
        });
    }

    private static JsonArray Listed(IEnumerable<JsonNode?> items) => new([.. items.Select(x => x?.DeepClone())]);

    private static double[]? Numbers(JsonArray list) => list.All(IsNumber) ? [.. list.Select(x => Number(x!))] : null;
}
