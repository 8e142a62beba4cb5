using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Names mistakes: the known wrong implementations that answer the same questions alike.</summary>
/// <param name="reference">What they distort.</param>
/// <param name="cases">The drawn cases.</param>
public sealed class Mistakes(IImplementation reference, OperationCases cases)
{
    /// <summary>The mistakes that answer all questions of a rule's checks as the implementation did, in one dtype.</summary>
    /// <param name="rule">The rule's id.</param>
    /// <param name="dtype">The dtype.</param>
    /// <param name="traces">What each check of the rule asked and heard.</param>
    /// <returns>Their names, and in which words each breaks the rule.</returns>
    public IReadOnlyList<(string Name, IReadOnlyList<string> Faults)> OfRule(string rule, string dtype, IReadOnlyDictionary<RuleCheck, IReadOnlyList<Exchange>> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        HashSet<string> asked = [.. traces.Values.SelectMany(t => t).Select(e => e.Op)];
        var alike = new List<(string, IReadOnlyList<string>)>();
        foreach (WrongImplementation wrong in WrongSuite.All.Values.Where(w => w.Breaks.Contains(rule) && w.Create().Keys.Any(asked.Contains)))
        {
            var faults = new List<string>();
            bool all = traces.All(t =>
            {
                IReadOnlyList<Exchange> trace = Trace(new RoundedTo(wrong.Over(reference)), reference, t.Key, dtype, out Exception? fault);
                if (fault is not null)
                    faults.Add(fault.Message);
                return Alike(trace, t.Value);
            });
            if (all)
                alike.Add((wrong.Name, faults));
        }

        return alike;
    }

    /// <summary>The mistakes that answer all drawn cases of an operation as the implementation did.</summary>
    /// <remarks>Where no wrong implementation does, the slips that do.</remarks>
    public IReadOnlyList<string> OfOperation(string op, string dtype, IReadOnlyList<Exchange> answers)
    {
        string[] known = [.. WrongSuite.All.Values.Where(w => w.Create().ContainsKey(op) && AlikeWhereSupported(cases.AnswersOf(w, op, dtype), answers)).Select(w => w.Name)];
        return known.Length > 0 ? known : cases.SlipsLike(op, dtype, answers);
    }

    /// <summary>The slips that answer all questions of a rule's checks, and all drawn cases of their operation, as the implementation did, of one of the operations.</summary>
    /// <param name="dtype">The dtype.</param>
    /// <param name="traces">What each check of the rule asked and heard.</param>
    /// <param name="answers">What the implementation answered to the drawn cases.</param>
    public IReadOnlyList<string> SlipsOfRule(string dtype, IReadOnlyDictionary<RuleCheck, IReadOnlyList<Exchange>> traces, IReadOnlyDictionary<(string Op, string DataType), IReadOnlyList<Exchange>> answers)
    {
        ArgumentNullException.ThrowIfNull(traces);
        ArgumentNullException.ThrowIfNull(answers);
        Exchange[] heard = [.. traces.Values.SelectMany(t => t)];
        return [.. heard.Select(e => e.Op).Distinct().Where(op => answers.ContainsKey((op, dtype))).SelectMany(op =>
            cases.SlipsLike(op, dtype, answers[(op, dtype)], [.. heard.Where(e => e.Op == op)])).Distinct()];
    }

    /// <summary>What a refusal that fails, or one that should not be, is called: an argument that is not looked at, or one that is refused though it is right.</summary>
    /// <param name="traces">What each check of a rule asked and heard; the last question of one decided.</param>
    public IReadOnlyList<string> Refusals(IReadOnlyDictionary<RuleCheck, IReadOnlyList<Exchange>> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        return [.. traces.Values.Where(t => t.Count > 0).Select(t => t[^1]).Where(e => e.Args["state"] is null).Select(e => (e, Refused(e)) switch
        {
            ({ Result: not null }, { } refused) => $"{Topic(e.Op)}-{Words(refused.Argument)}-unchecked",
            ({ Fault: OracleException { Kind: not (ErrorKind.Unsupported or ErrorKind.UnknownOp) } fault }, null) => $"{Topic(e.Op)}-{Words(fault.Argument)}-refused",
            _ => null,
        }).OfType<string>().Distinct()];

        OracleException? Refused(Exchange e)
        {
            try
            {
                reference.Answer(e.Op, e.DataType, (JsonObject)e.Args.DeepClone());
                return null;
            }
            catch (OracleException refused)
            {
                return refused;
            }
        }

        static string Topic(string op) => op.Replace(".step", "", StringComparison.Ordinal).Replace('.', '-').Replace('_', '-');
        static string Words(string? argument) => (argument ?? "request").Replace('_', '-');
    }

    /// <summary>True where a mistake answers all drawn cases of the operations that it distorts as the implementation did.</summary>
    public bool Explains(string name, string dtype, IReadOnlyDictionary<(string Op, string DataType), IReadOnlyList<Exchange>> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        WrongImplementation wrong = WrongSuite.All[name];
        return wrong.Create().Keys.All(op => !answers.TryGetValue((op, dtype), out IReadOnlyList<Exchange>? heard) || AlikeWhereSupported(cases.AnswersOf(wrong, op, dtype), heard));
    }

    /// <summary>What a check asks an implementation and what it hears, in a dtype.</summary>
    public static IReadOnlyList<Exchange> Trace(IImplementation implementation, IImplementation reference, RuleCheck check, string dtype, out Exception? fault)
    {
        ArgumentNullException.ThrowIfNull(check);
        var heard = new Recording(implementation);
        fault = null;
        try
        {
            check.Check(new Questions(dtype == "float64" ? heard : new InDataType(heard, reference, dtype)));
        }
        catch (Exception e) when (e is RuleBrokenException or OracleException or NoAnswerException)
        {
            fault = e;
        }
        catch (Exception e) when (OddForm.Is(e))
        {
            fault = OddForm.Of(heard.Exchanges[^1]);
        }

        return heard.Exchanges;
    }

    // An option that an implementation has not says nothing for a mistake, and nothing against it.
    private static bool AlikeWhereSupported(IReadOnlyList<Exchange> mistake, IReadOnlyList<Exchange> heard) =>
        mistake.Count == heard.Count && mistake.Zip(heard).All(p => p.Second.Fault is OracleException { Kind: ErrorKind.Unsupported or ErrorKind.UnknownOp } || p.First.IsAnsweredAlike(p.Second));

    private static bool Alike(IReadOnlyList<Exchange> a, IReadOnlyList<Exchange> b) => a.Count == b.Count && a.Zip(b).All(p => p.First.IsAnsweredAlike(p.Second));
}
