using System.Globalization;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Asks an implementation the questions of all rules, and drawn cases of all operations, and says which rules it keeps and which mistake it likely makes.</summary>
/// <param name="peer">Who is judged.</param>
/// <param name="rules">The rules, in the order in which they are reported.</param>
/// <param name="cases">The drawn cases; what the reference answers to them is kept there, so that several judges may share it.</param>
public sealed class Judge(IImplementation peer, IReadOnlyList<JudgedRule> rules, OperationCases cases)
{
    private const int LateTwice = 2;
    private readonly ReferenceImplementation _reference = new();
    private readonly AbsentOptions _options = new(peer);
    private readonly Dictionary<string, int> _late = new(StringComparer.Ordinal);
    private readonly HashSet<RuleCheck> _right = [];
    private bool _hasDouble;

    /// <summary>Judges.</summary>
    /// <param name="asked">Told the name of each rule and operation before it is asked.</param>
    /// <exception cref="IOException">The implementation can't be started.</exception>
    public Judgement Run(Action<string>? asked = null)
    {
        PeerDescription description = Handshake.With(peer);
        _hasDouble = description.DataTypes.Contains("float64");
        var heard = new List<(JudgedRule Rule, List<Hearing> Hearings)>();
        foreach (JudgedRule rule in rules)
        {
            asked?.Invoke(rule.Id);
            heard.Add((rule, [.. description.DataTypes.Where(t => rule.Level != "statistical" || t == "float64").Select(t => Ask(rule, t)).OfType<Hearing>()]));
        }

        var mistakes = new Mistakes(_reference, cases);
        var answers = new Dictionary<(string Op, string DataType), IReadOnlyList<Exchange>>();
        var operations = new List<OperationOutcome>();
        foreach ((string op, string dtype) in description.Operations.Intersect(OperationsOf(rules)).SelectMany(op => description.DataTypes.Select(t => (op, t))))
        {
            asked?.Invoke(op);
            (OperationOutcome outcome, answers[(op, dtype)]) = cases.Judge(peer, op, dtype);
            operations.Add(outcome.Status >= RuleStatus.TimedOut ? outcome with { Mistakes = mistakes.OfOperation(op, dtype, answers[(op, dtype)]) } : outcome);
        }

        foreach (OperationOutcome outcome in operations)
            Attribute(outcome, heard);

        return new(description, cases.Seed, [.. heard.Select(h => new RuleJudgement(h.Rule, Named(h.Rule, h.Hearings, mistakes, answers, operations)))], operations);
    }

    // Drawn cases that differ though all checks about the operation hold break a rule too: that of the mistake, or the first of the topic that is most about the operation.
    private static void Attribute(OperationOutcome outcome, List<(JudgedRule Rule, List<Hearing> Hearings)> heard)
    {
        if (outcome.Status != RuleStatus.Broken || outcome.Mistakes.Any(DocumentedVariants.All.ContainsKey))
            return;
        string[] told = [.. heard.Where(h => h.Rule.Level != "variant" && h.Hearings.Exists(x => x.Outcome.Status >= RuleStatus.TimedOut)).Select(h => h.Rule.Id)];
        if (outcome.Mistakes.Any(m => WrongSuite.All.TryGetValue(m, out WrongImplementation? known) && known.Breaks.Intersect(told).Any()))
            return;
        HashSet<string> about = [.. RuleChecks.All.Where(c => RuleChecks.OperationsOf(c).Contains(outcome.Op)).Select(c => c.Rule)];
        if (about.Overlaps(told))
            return;
        var asked = heard.Where(h => about.Contains(h.Rule.Id)).ToArray();
        if (about.Any(id => IsJudged(id) && !heard.Exists(h => h.Rule.Id == id)))
            return;
        HashSet<string> broken = [.. outcome.Mistakes.Where(WrongSuite.All.ContainsKey).Take(1).SelectMany(m => WrongSuite.All[m].Breaks)];
        (JudgedRule Rule, List<Hearing> Hearings) first = asked.Where(h => h.Rule.Level == "required" && h.Hearings.Exists(x => x.Outcome.DataType == outcome.DataType && x.Outcome.Status == RuleStatus.Kept))
            .OrderByDescending(h => broken.Contains(h.Rule.Id)).ThenByDescending(h => asked.Count(other => other.Rule.Topic == h.Rule.Topic)).FirstOrDefault();
        if (first.Hearings is null)
            return;
        int at = first.Hearings.FindIndex(x => x.Outcome.DataType == outcome.DataType);
        first.Hearings[at] = first.Hearings[at] with
        {
            Outcome = new(outcome.DataType, RuleStatus.Broken, $"its checks hold, but {outcome.Differing} of {outcome.Cases} drawn cases differ: {outcome.Reason}")
            {
                Exchanges = outcome.Exchange is { } exchange ? [exchange] : [],
                Expected = outcome.Expected,
                Got = outcome.Exchange?.Answer,
            },
            Traces = new Dictionary<RuleCheck, IReadOnlyList<Exchange>>(),
            Operation = outcome.Op,
        };
    }

    private static bool IsJudged(string id) => BookRules.All.Any(r => r.Id == id);

    private static IReadOnlyList<RuleOutcome> Named(JudgedRule rule, List<Hearing> hearings, Mistakes mistakes, IReadOnlyDictionary<(string Op, string DataType), IReadOnlyList<Exchange>> answers, List<OperationOutcome> operations) =>
        hearings.Count == 0
            ? [new RuleOutcome("float64", RuleStatus.Unsupported, "asked in float64 alone, which it has not")]
            : [.. hearings.Select(h => h.Outcome.Status == RuleStatus.Broken || h.Outcome.LosesDigits ? Named(rule, h, mistakes, answers, operations) : h.Outcome)];

    private static RuleOutcome Named(JudgedRule rule, Hearing hearing, Mistakes mistakes, IReadOnlyDictionary<(string Op, string DataType), IReadOnlyList<Exchange>> answers, List<OperationOutcome> operations)
    {
        RuleOutcome outcome = hearing.Outcome;

        // One that answers the drawn cases alike too is likelier, then one that is wrong in the same words, and one that breaks less besides.
        string[] named = hearing.Operation is not null ? [] :
        [
            .. mistakes.OfRule(rule.Id, outcome.DataType, hearing.Traces)
                .OrderByDescending(m => mistakes.Explains(m.Name, outcome.DataType, answers))
                .ThenByDescending(m => m.Faults.Contains(outcome.Reason))
                .ThenBy(m => WrongSuite.All[m.Name].Breaks.Count)
                .Select(m => m.Name),
        ];
        // What answers all drawn cases of an operation alike is likelier than what answers this rule's few questions alike.
        HashSet<string> asked = [.. hearing.Traces.Values.SelectMany(t => t).Select(e => e.Op), hearing.Operation ?? ""];
        string[] drawn = [.. operations.Where(o => o.DataType == outcome.DataType && asked.Contains(o.Op)).SelectMany(o => o.Mistakes).Distinct()];
        named = [.. named.Where(n => mistakes.Explains(n, outcome.DataType, answers)).Concat(drawn).Concat(named).Distinct()];
        if (outcome.LosesDigits)
            return outcome with { Mistakes = [.. named, LostDigits.Name] };
        if (named.Length == 0 && hearing.Operation is null)
            named = [.. mistakes.SlipsOfRule(outcome.DataType, hearing.Traces, answers)];
        if (named.Length == 0)
            named = [.. mistakes.Refusals(hearing.Traces)];
        string? variant = named.FirstOrDefault(n => DocumentedVariants.All.ContainsKey(n) && WrongSuite.All[n].Breaks.Contains(rule.Id) && mistakes.Explains(n, outcome.DataType, answers));
        return variant is null
            ? outcome with { Mistakes = named }
            : outcome with { Status = RuleStatus.Variant, Mistakes = [variant], Reason = $"{WrongSuite.All[variant].Story}: {DocumentedVariants.All[variant]}" };
    }

    // The operations that the checks of some rules ask for, and where all rules are asked, those that no rule asks for too.
    private static IEnumerable<string> OperationsOf(IReadOnlyList<JudgedRule> some)
    {
        HashSet<string> ids = [.. some.Select(r => r.Id)];
        RuleCheck[] checks = [.. RuleChecks.All.Where(c => ids.Contains(c.Rule))];
        IEnumerable<string> asked = checks.SelectMany(RuleChecks.OperationsOf);
        return checks.Length < RuleChecks.All.Count ? CaseRequests.Operations.Intersect(asked) : CaseRequests.Operations;
    }

    // Null where nothing of the rule can be asked in the dtype. What is broken is asked once more of a fresh start: it may have been broken by what was asked before.
    private Hearing? Ask(JudgedRule rule, string dtype)
    {
        Hearing? first = AskOnce(rule, dtype);
        if (first?.Outcome.Status != RuleStatus.Broken || peer is not IRestarting restarting)
            return first;
        restarting.Restart();
        return AskOnce(rule, dtype);
    }

    private Hearing? AskOnce(JudgedRule rule, string dtype)
    {
        var traces = new Dictionary<RuleCheck, IReadOnlyList<Exchange>>();
        RuleOutcome? worst = null;
        foreach (RuleCheck check in RuleChecks.All.Where(c => c.Rule == rule.Id))
        {
            if (Late(check, dtype) is { } late)
                return new(new(dtype, RuleStatus.TimedOut, late), traces);
            IReadOnlyList<Exchange> trace = traces[check] = Mistakes.Trace(peer, _reference, check, dtype, out Exception? fault);
            if (fault is null && trace.Count == 0)
                continue;
            RuleOutcome outcome = Outcome(dtype, trace, fault, check);
            worst = worst is null || outcome.Status > worst.Status ? outcome : worst;
        }

        return worst is null ? null : new(worst, traces);
    }

    // A program that was late twice in an operation is not waited for again.
    private string? Late(RuleCheck check, string dtype) =>
        RuleChecks.OperationsOf(check).FirstOrDefault(op => _late.GetValueOrDefault(op + dtype) >= LateTwice) is { } op
            ? $"{op} was late twice and is not asked again"
            : null;

    private RuleOutcome Outcome(string dtype, IReadOnlyList<Exchange> trace, Exception? fault, RuleCheck check)
    {
        // A check that looks at refusals itself takes "unsupported" for a wrong one.
        if (fault is RuleBrokenException && trace is [.., { Fault: OracleException { Kind: ErrorKind.Unsupported or ErrorKind.UnknownOp } unsupported }])
            fault = unsupported;
        switch (fault)
        {
            case null:
                Judged(right: true);
                return new(dtype, RuleStatus.Kept, "");
            case NoAnswerException e:
                if (e.Status == RuleStatus.TimedOut && trace is [.., var last])
                    _late[last.Op + dtype] = _late.GetValueOrDefault(last.Op + dtype) + 1;
                return new(dtype, e.Status, e.Message) { Exchanges = trace };
            case OracleException e when e.Kind is ErrorKind.Unsupported or ErrorKind.UnknownOp || (trace is [.., { } refused] && _options.Lacks(refused.Op, dtype, refused.Args, e)):
                return new(dtype, RuleStatus.Unsupported, e.Message.Length > 0 ? e.Message : $"{trace[^1].Op}: {e.Word}") { Exchanges = trace };
            case OracleException e:
                return new(dtype, RuleStatus.Broken, $"{trace[^1].Op} is refused: {e.Word} of {e.Argument}") { Exchanges = trace, Expected = ReferenceAnswer(trace), Got = trace[^1].Answer };
        }

        if (dtype != "float64" && _right.Contains(check) && IsAsInFloat64(check, dtype))
            return new(dtype, RuleStatus.Kept, "");
        var broken = (RuleBrokenException)fault;
        bool losesDigits = LosesDigits(check, dtype), isLessAccurate = !losesDigits && IsLessAccurate(check, dtype, broken);
        double? ulps = broken is { Expected: { } x, Actual: { } y } && x != 0 && double.IsFinite(x) && double.IsFinite(y) ? Math.Abs(x - y) / Spacing(Math.Abs(x), dtype) : null;
        Judged(right: isLessAccurate || losesDigits);
        return new(dtype, losesDigits ? RuleStatus.Variant : RuleStatus.Broken, losesDigits ? string.Create(CultureInfo.InvariantCulture, $"loses digits: {broken.Message}{(ulps is { } off ? $"; {off:G3} ULPs" : "")}") : broken.Message)
        {
            Exchanges = trace,
            Expected = broken.Expected is { } expected ? Number(expected) : ReferenceAnswer(trace),
            Got = broken.Actual is { } actual ? Number(actual) : trace is [.., var heard] ? heard.Answer : null,
            Ulps = ulps,
            Allowed = broken.Allowed,
            IsLessAccurate = isLessAccurate,
            LosesDigits = losesDigits,
        };

        void Judged(bool right)
        {
            if (dtype == "float64" && right)
                _right.Add(check);
        }
    }

    private static double Spacing(double x, string dtype) => dtype switch
    {
        "float64" => Math.BitIncrement(x) - x,
        "float32" => MathF.BitIncrement((float)x) - (float)x,
        _ => 2 * Math.ScaleB(dtype == "float16" ? Float16.UnitRoundoff : BFloat16.UnitRoundoff, Math.ILogB(x)),
    };

    // How many times as large the roundings of the next narrower type are.
    private static double? Narrower(string dtype) => dtype switch
    {
        "float32" => Float16.UnitRoundoff / Real32.UnitRoundoff,
        "float16" => BFloat16.UnitRoundoff / Float16.UnitRoundoff,
        _ => null,
    };

    // A check that held in float64 holds in another dtype where the answers are the same but for roundings: what departs from the reference alike in both breaks another rule.
    private bool IsAsInFloat64(RuleCheck check, string dtype)
    {
        try
        {
            var own = new InDataType(peer, _reference, "float64", compares: false);
            return check.Broken(own) is null && check.Broken(new InDataType(peer, _reference, dtype, own: own.Answers)) is null;
        }
        catch (Exception e) when (e is NoAnswerException || OddForm.Is(e))
        {
            return false;
        }
    }

    // Asked once more and judged by the roundings of the next narrower type: a formula that is wrong stays wrong there. Of a type narrower than float64 that is little said: the formula must have been right in float64, where a difference shows.
    private bool IsLessAccurate(RuleCheck check, string dtype, RuleBrokenException broken)
    {
        try
        {
            return broken.Allowed > 0 && (dtype == "float64"
                ? check.Broken(peer, Real32.UnitRoundoff) is null
                : Narrower(dtype) is { } times && check.Broken(new InDataType(peer, _reference, dtype, times)) is null && _right.Contains(check));
        }
        catch (Exception e) when (e is NoAnswerException || OddForm.Is(e))
        {
            return false;
        }
    }

    // Asked once more, with the reference's answer in place of each that is off by lost digits alone. Of a type narrower than float64 that is little said, as above.
    private bool LosesDigits(RuleCheck check, string dtype)
    {
        try
        {
            return RuleChecks.OperationsOf(check).Overlaps(LostDigits.Operations) && (dtype == "float64" || !_hasDouble || _right.Contains(check))
                && check.Broken(new InDataType(peer, _reference, dtype, losesDigits: true)) is null;
        }
        catch (Exception e) when (e is NoAnswerException || OddForm.Is(e))
        {
            return false;
        }
    }

    // A state is the implementation's own, so that the reference can't be asked about a later step.
    private JsonObject? ReferenceAnswer(IReadOnlyList<Exchange> trace)
    {
        if (trace is not [.., var last] || last.Args["state"] is not null)
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

    /// <summary>What became of a rule in a dtype, and all that was asked and heard.</summary>
    private sealed record Hearing(RuleOutcome Outcome, IReadOnlyDictionary<RuleCheck, IReadOnlyList<Exchange>> Traces)
    {
        /// <summary>The operation whose drawn cases broke the rule; null where a check did.</summary>
        public string? Operation { get; init; }
    }
}
