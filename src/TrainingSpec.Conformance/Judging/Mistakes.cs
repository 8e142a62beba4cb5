using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Names mistakes: the known wrong implementations that answer the same questions alike.</summary>
/// <param name="reference">What they distort.</param>
/// <param name="cases">The drawn cases.</param>
public sealed class Mistakes(IImplementation reference, OperationCases cases)
{
    private readonly Dictionary<(string Name, string Op, string DataType), IReadOnlyList<Exchange>> _answers = [];

    /// <summary>The mistakes that answer all questions of a rule's checks as the implementation did, in one dtype.</summary>
    /// <param name="rule">The rule's id.</param>
    /// <param name="dtype">The dtype.</param>
    /// <param name="traces">What each check of the rule asked and heard.</param>
    public IReadOnlyList<string> OfRule(string rule, string dtype, IReadOnlyDictionary<RuleCheck, IReadOnlyList<Exchange>> traces)
    {
        ArgumentNullException.ThrowIfNull(traces);
        HashSet<string> asked = [.. traces.Values.SelectMany(t => t).Select(e => e.Op)];
        return [.. WrongSuite.All.Values
            .Where(w => w.Breaks.Contains(rule) && w.Create().Keys.Any(asked.Contains))
            .Where(w => traces.All(t => Alike(Trace(w, t.Key, dtype), t.Value)))
            .Select(w => w.Name)];
    }

    /// <summary>The mistakes that answer all drawn cases of an operation as the implementation did.</summary>
    public IReadOnlyList<string> OfOperation(string op, string dtype, IReadOnlyList<Exchange> answers) =>
        [.. WrongSuite.All.Values.Where(w => w.Create().ContainsKey(op) && Alike(AnswersOf(w, op, dtype), answers)).Select(w => w.Name)];

    /// <summary>True where a mistake answers all drawn cases of the operations that it distorts as the implementation did.</summary>
    public bool Explains(string name, string dtype, IReadOnlyDictionary<(string Op, string DataType), IReadOnlyList<Exchange>> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        WrongImplementation wrong = WrongSuite.All[name];
        return wrong.Create().Keys.All(op => !answers.TryGetValue((op, dtype), out IReadOnlyList<Exchange>? heard) || Alike(AnswersOf(wrong, op, dtype), heard));
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

        return heard.Exchanges;
    }

    private IReadOnlyList<Exchange> Trace(WrongImplementation wrong, RuleCheck check, string dtype) =>
        Trace(new RoundedTo(wrong.Over(reference)), reference, check, dtype, out _);

    private IReadOnlyList<Exchange> AnswersOf(WrongImplementation wrong, string op, string dtype)
    {
        if (!_answers.TryGetValue((wrong.Name, op, dtype), out IReadOnlyList<Exchange>? known))
            _answers[(wrong.Name, op, dtype)] = known = cases.Answers(new RoundedTo(wrong.Over(reference)), op, dtype);
        return known;
    }

    private static bool Alike(IReadOnlyList<Exchange> a, IReadOnlyList<Exchange> b) => a.Count == b.Count && a.Zip(b).All(p => p.First.IsAnsweredAlike(p.Second));
}
