using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using TrainingSpec.Conformance.Oracle;

namespace TrainingSpec.Conformance.Judging;

/// <summary>Puts drawn cases to an implementation and compares its answers with the reference's. A chain of steps goes on from the reference's parameters, so that each step is judged on its own.</summary>
/// <param name="seed">Which cases are drawn.</param>
/// <param name="count">How many for each operation.</param>
public sealed class OperationCases(ulong seed, int count)
{
    private const int MostSlips = 3;
    private readonly ConcurrentDictionary<(string Op, string DataType), IReadOnlyList<Step>> _right = [];

    private readonly ConcurrentDictionary<(string Name, string Op, string DataType), IReadOnlyList<Exchange>> _wrong = [];

    /// <summary>Which cases are drawn.</summary>
    public ulong Seed => seed;

    /// <summary>The answers of a wrong implementation to all cases of an operation; computed once.</summary>
    public IReadOnlyList<Exchange> AnswersOf(WrongImplementation wrong, string op, string dtype)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        return _wrong.GetOrAdd((wrong.Name, op, dtype), _ => Answers(new RoundedTo(wrong.Over(new ReferenceImplementation())), op, dtype));
    }

    /// <summary>Judges an operation in a dtype.</summary>
    /// <returns>The outcome and all answers, by which mistakes are known.</returns>
    public (OperationOutcome Outcome, IReadOnlyList<Exchange> Answers) Judge(IImplementation peer, string op, string dtype)
    {
        IReadOnlyList<Step> steps = Right(op, dtype);
        IReadOnlyList<Exchange> answers = Answers(peer, op, dtype);
        var options = new AbsentOptions(peer);
        int differing = 0, unsupported = 0;
        OperationOutcome? first = null;
        for (int i = 0; i < answers.Count; i++)
        {
            (RuleStatus status, string reason) = answers[i].Fault is OracleException refusal && options.Lacks(op, dtype, answers[i].Args, refusal) ? (RuleStatus.Unsupported, refusal.Message) : Compare(op, dtype, steps[i], answers[i]);
            if (status == RuleStatus.Unsupported)
                unsupported++;
            if (status < RuleStatus.TimedOut)
                continue;
            differing++;
            first ??= new(op, dtype, status, 0, 0, reason, answers[i], steps[i].Answer);
        }

        RuleStatus all = unsupported == answers.Count ? RuleStatus.Unsupported : RuleStatus.Kept;
        first ??= new(op, dtype, all, 0, 0, all == RuleStatus.Unsupported ? $"{op} is not supported in {dtype}" : "", null, null);
        return (first with { Cases = answers.Count, Differing = differing }, answers);
    }

    /// <summary>The answers of an implementation to all cases of an operation.</summary>
    public IReadOnlyList<Exchange> Answers(IImplementation implementation, string op, string dtype)
    {
        var heard = new Recording(implementation);
        JsonNode? state = null, second = null;
        int late = 0;
        foreach (Step step in Right(op, dtype))
        {
            var args = (JsonObject)step.Args.DeepClone();
            (JsonNode? handed, second) = Handed(step, state, second);
            if (handed is not null)
                args["state"] = handed.DeepClone();
            state = null;
            try
            {
                state = heard.Answer(op, dtype, args)["state"]?.DeepClone();
            }
            catch (OracleException)
            {
                // It is recorded.
            }
            catch (NoAnswerException e)
            {
                // A program that is late thrice will be late again.
                late += e.Status == RuleStatus.TimedOut ? 1 : 0;
                if (late == 3)
                    break;
            }
        }

        return heard.Exchanges;
    }

    /// <summary>The slips of an operation that answer all its cases as an implementation did.</summary>
    /// <param name="op">The operation.</param>
    /// <param name="dtype">The dtype.</param>
    /// <param name="heard">What the implementation answered to all cases.</param>
    /// <param name="besides">What it answered to other questions, which a slip must answer alike too.</param>
    public IReadOnlyList<string> SlipsLike(string op, string dtype, IReadOnlyList<Exchange> heard, params IReadOnlyList<Exchange> besides)
    {
        IReadOnlyList<Step> steps = Right(op, dtype);
        if (dtype is not ("float64" or "float32") || steps.Count != heard.Count)
            return [];
        var reference = new ReferenceImplementation();

        // Without a state each case stands alone: those that differ come first, so that what is no such slip is soon known.
        if (!CaseRequests.Stateful.Contains(op))
        {
            var sorted = steps.Zip(heard).OrderByDescending(p => Compare(op, dtype, p.First, p.Second).Status >= RuleStatus.TimedOut).ToArray();
            (steps, heard) = ([.. sorted.Select(p => p.First)], [.. sorted.Select(p => p.Second)]);
        }

        // Who answers as the reference has no slip. Without a state the question that decided comes first.
        bool isStateful = CaseRequests.Stateful.Contains(op);
        Exchange[] first = isStateful ? [.. besides] : [.. besides.Reverse()];
        JsonObject[] differing = [.. steps.Zip(heard).Where(p => Compare(op, dtype, p.First, p.Second).Status >= RuleStatus.TimedOut).Select(p => p.First.Args)];
        if (differing.Length == 0 && AreAnsweredBy(reference, first))
            return [];
        differing = [.. differing, .. besides.Where(e => !AreAnsweredBy(reference, [e])).Select(e => e.Args)];
        JsonObject[] asked = [.. Right(op, "float64").Select(s => s.Args), .. besides.Select(e => e.Args)];
        return [.. Slips.Of(op, asked, reference, differing).Where(slip => AreAnsweredBy(slip.Over(reference, op), first) && IsAnsweredBy(slip.Over(reference, op), op, dtype, steps, heard)).Select(slip => slip.Name).Distinct().Take(MostSlips)];
    }

    // A state is each side's own: that which came back in the place of another goes in in its place.
    private static bool AreAnsweredBy(IImplementation slipped, IReadOnlyList<Exchange> asked)
    {
        var states = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (Exchange e in asked)
        {
            var args = (JsonObject)e.Args.DeepClone();
            if (args["state"] is { } handed && states.TryGetValue(handed.ToJsonString(), out JsonNode? own))
                args["state"] = own?.DeepClone();
            JsonObject? result = null;
            OracleException? fault = null;
            try
            {
                result = slipped.Answer(e.Op, e.DataType, args);
            }
            catch (OracleException refused)
            {
                fault = refused;
            }
            catch (Exception x) when (x is RuleBrokenException || OddForm.Is(x))
            {
                // A slip may stumble over what is no request.
                return false;
            }

            if (!new Exchange(e.Op, e.DataType, e.Args, result, fault).IsAnsweredAlike(e))
                return false;
            if (e.Result?["state"] is { } state)
                states[state.ToJsonString()] = result?["state"]?.DeepClone();
        }

        return true;
    }

    // Stops at the first answer that is another.
    private static bool IsAnsweredBy(IImplementation slipped, string op, string dtype, IReadOnlyList<Step> steps, IReadOnlyList<Exchange> heard)
    {
        JsonNode? state = null, second = null;
        foreach ((Step step, Exchange answer) in steps.Zip(heard))
        {
            var args = (JsonObject)step.Args.DeepClone();
            (JsonNode? handed, second) = Handed(step, state, second);
            if (handed is not null)
                args["state"] = handed.DeepClone();
            JsonObject? result = null;
            OracleException? fault = null;
            try
            {
                result = slipped.Answer(op, dtype, args);
            }
            catch (OracleException e)
            {
                fault = e;
            }
            catch (Exception e) when (e is RuleBrokenException || OddForm.Is(e))
            {
                return false;
            }

            bool isOption = answer.Fault is OracleException { Kind: ErrorKind.Unsupported or ErrorKind.UnknownOp };
            if (!isOption && !new Exchange(op, dtype, step.Args, result, fault).IsAnsweredAlike(answer))
                return false;
            state = result?["state"]?.DeepClone();
        }

        return true;
    }

    private static (RuleStatus Status, string Reason) Compare(string op, string dtype, Step right, Exchange answer)
    {
        try
        {
            return CompareWellFormed(op, dtype, right, answer);
        }
        catch (Exception e) when (OddForm.Is(e))
        {
            return (RuleStatus.Malformed, OddForm.Of(answer).Message);
        }
    }

    private static (RuleStatus Status, string Reason) CompareWellFormed(string op, string dtype, Step right, Exchange answer) => answer.Fault switch
    {
        NoAnswerException e => (e.Status, e.Message),
        OracleException e => (RuleStatus.Broken, $"{op} is refused: {e.Word} of {e.Argument}"),
        _ => JsonTree.Difference(op, dtype, right.Args, right.Answer, answer.Result!) is { } difference ? (RuleStatus.Broken, $"{op}: {difference}") : (RuleStatus.Kept, ""),
    };

    // The cases that the reference itself answers in the dtype, with its answers.
    private IReadOnlyList<Step> Right(string op, string dtype)
    {
        if (_right.TryGetValue((op, dtype), out IReadOnlyList<Step>? known))
            return known;

        // An engine keeps its buffers: each thread that asks has one of its own.
        var reference = new ReferenceImplementation();
        var steps = new List<Step>();
        for (int i = 0; i < count; i++)
        {
            JsonNode? state = null, parameters = null;
            int before = steps.Count;
            foreach (JsonObject drawn in CaseRequests.Drawn(op, seed, i))
            {
                var args = (JsonObject)drawn.DeepClone();
                if (parameters is not null)
                    args["params"] = parameters.DeepClone();
                var asked = (JsonObject)args.DeepClone();
                asked["state"] = state?.DeepClone();
                if (!CaseRequests.Stateful.Contains(op))
                    asked.Remove("state");
                JsonObject answer;
                try
                {
                    answer = reference.Answer(op, dtype, asked);
                }
                catch (OracleException) when (CaseRequests.Stateful.Contains(op))
                {
                    break;
                }
                catch (OracleException)
                {
                    continue;
                }

                steps.Add(new(args, answer, steps.Count == before ? Turn.First : steps.Count == before + 1 ? Turn.Second : Turn.Later));
                (state, parameters) = (answer["state"]?.DeepClone(), CaseRequests.Stateful.Contains(op) ? answer["params"]?.DeepClone() : null);
            }

            // A state handed back once more answers once more.
            if (steps.Count > before + 2 && CaseRequests.Stateful.Contains(op))
                steps.Add(steps[before + 1] with { Turn = Turn.SecondAgain });
        }

        return _right[(op, dtype)] = steps;
    }

    // The state that goes in, and the one that went into the second step.
    private static (JsonNode? Handed, JsonNode? Second) Handed(Step step, JsonNode? state, JsonNode? second) => step.Turn switch
    {
        Turn.First => (null, null),
        Turn.Second => (state, state),
        Turn.SecondAgain => (second, second),
        _ => (state, second),
    };

    private enum Turn
    {
        First,
        Second,
        Later,
        SecondAgain,
    }

    private sealed record Step(JsonObject Args, JsonObject Answer, Turn Turn);
}
