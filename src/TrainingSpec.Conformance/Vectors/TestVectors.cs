using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Vectors;

/// <summary>The questions that the rules' checks ask, and small drawn cases of every operation, with the reference's answers: all that can be asked without our code.</summary>
/// <remarks>Left out are rules of the level "statistical", whose questions are many and large, and a state that no answer gave.</remarks>
public static class TestVectors
{
    private const int DrawnCases = 8;
    private const ulong Seed = 1;
    private const int MostCharacters = 8192;
    private const int HashDigits = 10;
    private static readonly string[] DataTypes = ["float64", "float32"];

    /// <summary>All of them, by operation in ordinal order; a vector stands behind the one whose state it goes on from.</summary>
    public static IReadOnlyList<TestVector> All => Computed.Value;

    private static readonly Lazy<IReadOnlyList<TestVector>> Computed = new(() => WithKills([.. Asked().GroupBy(v => v.Operation, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).SelectMany(g => g)]));

    private static ICollection<TestVector> Asked()
    {
        var vectors = new Dictionary<string, TestVector>(StringComparer.Ordinal);
        var order = new List<string>();
        var states = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        var reference = new ReferenceImplementation();

        string? Add(string op, string dtype, JsonObject args, string? after, string? rule, string note)
        {
            string id = Id(op, dtype, args, after);
            if (!vectors.TryGetValue(id, out TestVector? known))
            {
                if (Answered(reference, new(id, op, dtype, args, after, note), states) is not { } vector)
                    return null;
                order.Add(id);
                known = vector;
            }

            vectors[id] = rule is null || known.Rules.Contains(rule) ? known : known with { Rules = [.. known.Rules, rule] };
            return id;
        }

        foreach (RuleCheck check in RuleChecks.All.Where(c => BookRules.All.Any(r => r.Id == c.Rule && r.Level != "statistical")))
        {
            // The answer of the same operation that gave a state, by dtype.
            var givers = new Dictionary<string, string?[]>(StringComparer.Ordinal);
            foreach (Exchange asked in Mistakes.Trace(reference, reference, check, "float64", out _))
            {
                var args = (JsonObject)asked.Args.DeepClone();
                string?[] after = new string?[DataTypes.Length];
                if (args["state"] is { } state && !givers.TryGetValue(asked.Op + state.ToJsonString(), out after!))
                    continue;
                args.Remove("state");
                string?[] made = [.. DataTypes.Select((t, i) => asked.Args["state"] is null || after[i] is not null ? Add(asked.Op, t, args, after[i], check.Rule, Words(check.Name)) : null)];
                if (asked.Result?["state"] is { } given)
                    givers.TryAdd(asked.Op + given.ToJsonString(), made);
            }
        }

        foreach ((string op, string dtype, int i) in CaseRequests.Operations.SelectMany(op => DataTypes.SelectMany(t => Enumerable.Range(0, DrawnCases).Select(i => (op, t, i)))))
        {
            string? after = null;
            foreach (JsonObject drawn in CaseRequests.Drawn(op, Seed, i))
            {
                // Each step goes on from the right parameters, so that one error is not counted in all later ones.
                var args = (JsonObject)drawn.DeepClone();
                if (after is not null && vectors[after].Expected!["params"] is { } moved)
                    args["params"] = moved.DeepClone();
                after = Add(op, dtype, args, after, null, Wording.Of($"drawn case {i}"));
                if (after is null || vectors[after].Expected is null)
                    break;
            }
        }

        return [.. order.Select(id => vectors[id])];
    }

    // Null where the question or its answer is too large, or the dtype can't hold what it asks.
    private static TestVector? Answered(ReferenceImplementation reference, TestVector vector, Dictionary<string, JsonNode?> states)
    {
        if (vector.Args.ToJsonString().Length > MostCharacters)
            return null;
        try
        {
            JsonObject result = reference.Answer(vector.Operation, vector.DataType, WithState(vector, states));
            if (result.ToJsonString().Length > MostCharacters)
                return null;
            states[vector.Id] = result["state"]?.DeepClone();
            result.Remove("state");
            return vector with { Expected = result };
        }
        catch (OracleException e)
        {
            return e.Kind is ErrorKind.Unsupported or ErrorKind.UnknownOp ? null : vector with { Refusal = (e.Word, e.Argument) };
        }
    }

    private static IReadOnlyList<TestVector> WithKills(IReadOnlyList<TestVector> vectors)
    {
        ILookup<string, TestVector> byOperation = vectors.ToLookup(v => v.Operation, StringComparer.Ordinal);
        HashSet<string>[] killed = new HashSet<string>[WrongSuite.All.Count];
        WrongImplementation[] wrong = [.. WrongSuite.All.Values];
        Parallel.For(0, wrong.Length, i => killed[i] = [.. wrong[i].Create().Keys.SelectMany(op => Killing(wrong[i], byOperation[op]))]);
        return [.. vectors.Select(v => v with { Kills = [.. wrong.Where((_, i) => killed[i].Contains(v.Id)).Select(w => w.Name).Order(StringComparer.Ordinal)] })];
    }

    // What it keeps to itself from one question must not count in the next: a fresh one for each run of steps.
    private static IEnumerable<string> Killing(WrongImplementation wrong, IEnumerable<TestVector> vectors)
    {
        var right = new ReferenceImplementation();
        var states = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        var runs = new Dictionary<string, IImplementation>(StringComparer.Ordinal);
        foreach (TestVector vector in vectors)
        {
            if (vector.After is { } after && !states.ContainsKey(after))
                continue;
            IImplementation asked = runs[vector.Id] = vector.After is null ? new RoundedTo(wrong.Over(right)) : runs[vector.After];
            if (IsKilled(asked, vector, states))
                yield return vector.Id;
        }
    }

    private static bool IsKilled(IImplementation asked, TestVector vector, Dictionary<string, JsonNode?> states)
    {
        try
        {
            JsonObject result = asked.Answer(vector.Operation, vector.DataType, WithState(vector, states));
            if (result["state"] is { } state)
                states[vector.Id] = state.DeepClone();
            result.Remove("state");
            return vector.Expected is null || JsonTree.Difference(vector.Operation, vector.DataType, vector.Args, vector.Expected, result) is not null;
        }
        catch (OracleException e)
        {
            return vector.Refusal != (e.Word, e.Argument);
        }
        catch (Exception e) when (OddForm.Is(e))
        {
            // What can't be written down is no answer.
            return true;
        }
    }

    private static JsonObject WithState(TestVector vector, Dictionary<string, JsonNode?> states)
    {
        var args = (JsonObject)vector.Args.DeepClone();
        if (vector.After is { } after)
            args["state"] = states[after]?.DeepClone();
        return args;
    }

    private static string Id(string op, string dtype, JsonObject args, string? after) =>
        $"{op}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{dtype} {args.ToJsonString()} {after}")))[..HashDigits]}";

    // A check's name as words: FirstMomentIsMovingAverage, first moment is moving average.
    private static string Words(string name) => string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : i == 0 ? $"{char.ToLowerInvariant(c)}" : $"{c}"));
}
