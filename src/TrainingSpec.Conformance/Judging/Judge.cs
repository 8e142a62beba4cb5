using System.Globalization;
using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Asks an implementation the questions of all rules, and drawn cases of all operations, and says which rules it keeps and which mistake it likely makes.</summary>
/// <param name="peer">Who is judged.</param>
/// <param name="rules">The rules, in the order in which they are reported.</param>
/// <param name="seed">Which cases are drawn.</param>
/// <param name="casesPerOperation">How many cases are drawn for each operation and dtype.</param>
public sealed class Judge(IImplementation peer, IReadOnlyList<JudgedRule> rules, ulong seed, int casesPerOperation)
{
    private const int LateTwice = 2;
    private readonly ReferenceImplementation _reference = new();
    private readonly Dictionary<string, int> _late = new(StringComparer.Ordinal);

    /// <summary>Judges.</summary>
    /// <param name="asked">Told the name of each rule and operation before it is asked.</param>
    /// <exception cref="IOException">The implementation can't be started.</exception>
    public Judgement Run(Action<string>? asked = null)
    {
        var cases = new OperationCases(_reference, seed, casesPerOperation);
        var mistakes = new Mistakes(_reference, cases);
        PeerDescription description = Handshake.With(peer);
        var answers = new Dictionary<(string Op, string DataType), IReadOnlyList<Exchange>>();
        var operations = new List<OperationOutcome>();
        foreach ((string op, string dtype) in description.Operations.Intersect(OperationsOf(rules)).SelectMany(op => description.DataTypes.Select(t => (op, t))))
        {
            asked?.Invoke(op);
            (OperationOutcome outcome, answers[(op, dtype)]) = cases.Judge(peer, op, dtype);
            if (outcome.Status >= RuleStatus.TimedOut)
                outcome = outcome with { Mistakes = mistakes.OfOperation(op, dtype, answers[(op, dtype)]) };
            operations.Add(outcome);
        }

        var judged = new List<RuleJudgement>();
        foreach (JudgedRule rule in rules)
        {
            asked?.Invoke(rule.Id);
            RuleOutcome[] outcomes = [.. description.DataTypes.Where(t => rule.Level != "statistical" || t == "float64").Select(t => Ask(rule, t, mistakes, answers)).OfType<RuleOutcome>()];
            judged.Add(new(rule, outcomes.Length > 0 ? outcomes : [new RuleOutcome("float64", RuleStatus.Unsupported, "asked in float64 alone, which it has not")]));
        }

        return new(description, seed, judged, operations);
    }

    /// <summary>The operations that the checks of some rules ask for, by the reference.</summary>
    private IEnumerable<string> OperationsOf(IReadOnlyList<JudgedRule> some)
    {
        HashSet<string> ids = [.. some.Select(r => r.Id)];
        return CaseRequests.Operations.Intersect(RuleChecks.All.Where(c => ids.Contains(c.Rule)).SelectMany(c => Mistakes.Trace(_reference, _reference, c, "float64", out _)).Select(e => e.Op).Distinct());
    }

    // Null where nothing of the rule can be asked in the dtype.
    private RuleOutcome? Ask(JudgedRule rule, string dtype, Mistakes mistakes, IReadOnlyDictionary<(string Op, string DataType), IReadOnlyList<Exchange>> answers)
    {
        var traces = new Dictionary<RuleCheck, IReadOnlyList<Exchange>>();
        RuleOutcome? worst = null;
        foreach (RuleCheck check in RuleChecks.All.Where(c => c.Rule == rule.Id))
        {
            if (Late(check, dtype) is { } late)
                return new(dtype, RuleStatus.TimedOut, late);
            IReadOnlyList<Exchange> trace = traces[check] = Mistakes.Trace(peer, _reference, check, dtype, out Exception? fault);
            if (fault is null && trace.Count == 0)
                continue;
            RuleOutcome outcome = Outcome(dtype, trace, fault, check);
            worst = worst is null || outcome.Status > worst.Status ? outcome : worst;
        }

        if (worst?.Status != RuleStatus.Broken)
            return worst;
        string[] alike = [.. mistakes.OfRule(rule.Id, dtype, traces)];

        // One that answers the drawn cases alike too is likelier, and one that breaks less besides.
        string[] named = [.. alike.OrderByDescending(n => mistakes.Explains(n, dtype, answers)).ThenBy(n => WrongSuite.All[n].Breaks.Count)];
        string? variant = named.FirstOrDefault(n => DocumentedVariants.All.ContainsKey(n) && mistakes.Explains(n, dtype, answers));
        return variant is null
            ? worst with { Mistakes = named }
            : worst with { Status = RuleStatus.Variant, Mistakes = [variant], Reason = $"{WrongSuite.All[variant].Story}: {DocumentedVariants.All[variant]}" };
    }

    // A program that was late twice in an operation is not waited for again.
    private string? Late(RuleCheck check, string dtype) =>
        Mistakes.Trace(_reference, _reference, check, "float64", out _).Select(e => e.Op).FirstOrDefault(op => _late.GetValueOrDefault(op + dtype) >= LateTwice) is { } op
            ? $"{op} was late twice and is not asked again"
            : null;

    private RuleOutcome Outcome(string dtype, IReadOnlyList<Exchange> trace, Exception? fault, RuleCheck check)
    {
        switch (fault)
        {
            case null:
                return new(dtype, RuleStatus.Kept, "");
            case NoAnswerException e:
                if (e.Status == RuleStatus.TimedOut && trace is [.., var last])
                    _late[last.Op + dtype] = _late.GetValueOrDefault(last.Op + dtype) + 1;
                return new(dtype, e.Status, e.Message) { Exchanges = trace };
            case OracleException { Kind: ErrorKind.Unsupported or ErrorKind.UnknownOp } e:
                return new(dtype, RuleStatus.Unsupported, e.Message.Length > 0 ? e.Message : $"{trace[^1].Op}: {e.Word}") { Exchanges = trace };
            case OracleException e:
                return new(dtype, RuleStatus.Broken, $"{trace[^1].Op} is refused: {e.Word} of {e.Argument}") { Exchanges = trace, Expected = ReferenceAnswer(trace), Got = trace[^1].Answer };
        }

        var broken = (RuleBrokenException)fault;
        double? ulps = broken is { Expected: { } x, Actual: { } y } && double.IsFinite(x) && double.IsFinite(y) ? Math.Abs(x - y) / (dtype == "float64" ? Math.BitIncrement(Math.Abs(x)) - Math.Abs(x) : (double)(MathF.BitIncrement((float)Math.Abs(x)) - (float)Math.Abs(x))) : null;
        return new(dtype, RuleStatus.Broken, broken.Message)
        {
            Exchanges = trace,
            Expected = broken.Expected is { } expected ? Number(expected) : ReferenceAnswer(trace),
            Got = broken.Actual is { } actual ? Number(actual) : trace.LastOrDefault()?.Answer,
            Ulps = ulps,
            Allowed = broken.Allowed,
            IsLessAccurate = IsLessAccurate(check, dtype, trace, broken),
        };
    }

    // The same answers, judged by the roundings of the next narrower type: a formula that is wrong stays wrong there.
    private static bool IsLessAccurate(RuleCheck check, string dtype, IReadOnlyList<Exchange> trace, RuleBrokenException broken) =>
        dtype == "float64" && broken.Allowed > 0 && check.Broken(new Replay(trace), Numbers.Real32.UnitRoundoff) is null;

    // A state is the implementation's own, so that the reference can't be asked about a later step.
    private JsonNode? ReferenceAnswer(IReadOnlyList<Exchange> trace)
    {
        if (trace.LastOrDefault() is not { } last || last.Args["state"] is not null)
            return null;
        try
        {
            return _reference.Answer(last.Op, last.DataType, last.Args);
        }
        catch (OracleException e)
        {
            return new JsonObject { ["kind"] = e.Word, ["argument"] = e.Argument };
        }
    }

    private static JsonNode Number(double value) => double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Gives the answers that were heard once more, in the same order; more questions than that are not answered.</summary>
    private sealed class Replay(IReadOnlyList<Exchange> heard) : IImplementation
    {
        private int _at;

        public string Name => "replay";

        public JsonObject Answer(string op, JsonObject args)
        {
            if (_at == heard.Count)
                throw new RuleBrokenException("nothing more was heard");
            Exchange next = heard[_at++];
            return next.Result is { } result ? (JsonObject)result.DeepClone() : throw next.Fault!;
        }
    }
}
