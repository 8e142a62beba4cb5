using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Example: Training Output Analysis": the log's rates against the document's own code, and what it says of its losses.</summary>
internal static class TrainingOutput
{
    /// <summary>The totals with which the snippets print all six rates.</summary>
    [Claim("D1-112")]
    [Turn("printed/six_values", "0.000100 0.001000 0.001000 0.001000 0.000911 0.000904", Verdict.Erratum)]
    [Turn("D1-117/given/warmup", "20", Verdict.Erratum)]
    [Turn("facts/totals", "[1000]", Verdict.Erratum)]
    internal static Finding WhichSchedule(Claim claim, Document document)
    {
        PrintedNumber[] printed = claim.PrintedRow("six_values");
        int[] steps = [.. claim.GivenParts("lr").Select(s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture))];
        Reconstruction found = Reconstruction.Of(document, [.. steps.Zip(printed)]);
        Finding six = Judge.All(
            Judge.Row(claim, "six_values", [.. steps.Select(s => found.Rate(s))]),
            Judge.Holds(
                found.Totals.SequenceEqual(found.Stated), string.Join(", ", found.Totals),
                Say($"of all totals up to {Reconstruction.Most} the printed code, counted from 1, gives these six rates with {And(found.Totals.Select(t => Say($"{t}")))} steps"),
                Say($"the printed code gives these six rates with other totals than {And(found.Stated.Select(t => Say($"{t}")))}: {(found.Totals.Length == 0 ? "none" : And(found.Totals.Select(t => Say($"{t}"))))}")));
        return six.AndYet(Say($"{found.Held} totals up to {Reconstruction.Most} print them with the text's schedule, which holds the rate to 80 % of the steps")).With(
            Say($"an even number of steps, as for the two epochs of line 396, is {found.Total}"),
            Say($"counted from 0: {found.FromZero}; of the schedules that hold the rate to 80 % of the steps: {found.Held}"));
    }

    /// <summary>The steps of the log.</summary>
    [Claim("D1-113")]
    [Turn("printed/steps", "1,11,22,231,241,251", Verdict.Erratum)]
    [Turn("given/interval", "20", Verdict.Erratum)]
    internal static Finding EveryTenSteps(Claim claim)
    {
        int interval = claim.GivenInteger("interval");
        int[] steps = [.. claim.PrintedText("steps").Split(',').Select(s => int.Parse(s, System.Globalization.CultureInfo.InvariantCulture))];
        var fit = new Tally(Say($"logged steps that are 1 more than a multiple of {interval}"));
        fit.AddAll(steps.Select(s => s % interval == 1)).Shown();
        int closest = Working.Value("smallest distance of two logged steps", steps.Zip(steps.Skip(1)).Min(s => s.Second - s.First));
        return Judge.Holds(
            fit.Always && closest == interval, $"{fit}",
            Say($"{fit} logged steps are 1 more than a multiple of {interval}, as where every {interval}th step is logged and the first is number 1"),
            Say($"{fit} logged steps are 1 more than a multiple of {interval}, and the closest are {closest} apart"))
            .With(Say($"the loop of the second exercise logs its steps 0, {interval}, {2 * interval} … under these numbers"));
    }

    /// <summary>Adam, Adam with the fault of writing to one element, and no updates, on the same text with the log's schedule.</summary>
    [Claim("D1-114")]
    [Turn("printed/losses", "5.4727 4.5216 4.2214 3.6322 3.5906 3.5779", Verdict.Confirmed)]
    internal static Finding WhichFault(Claim claim, Document document)
    {
        PrintedNumber[] printed = claim.PrintedRow("losses");
        LoggedStep[] log = [.. LoggedStep.All(document)];
        int vocabulary = document["D1-015"].GivenInteger("vocab");
        double uniform = Working.Value("ln V", Math.Log(vocabulary));
        Reconstruction schedule = Reconstruction.Of(document);
        (string Fault, double[] Ends)[] runs = [.. Enum.GetValues<Fault>().Select(fault => (Fault: FaultyRuns.Name(fault), Ends: Enumerable.Range(0, 3).Select(seed => Kept.Of(
            (seed, fault, vocabulary, schedule.Shape, log[^1].Step), static x => FaultyRuns.LossAt(x.seed, x.fault, x.vocabulary, x.Shape, x.Step))).ToArray()))];
        Working.Tried(Say($"logits that are a trained matrix of {vocabulary} x {FaultyRuns.Width} times one fixed hidden vector of {FaultyRuns.Width}, on text whose tokens follow Zipf's law; the log's schedule, {log[^1].Step} updates, 3 seeds"));
        foreach ((string fault, double[] ends) in runs)
        {
            Working.Value(Say($"loss less ln V at step {log[^1].Step} with {fault}"), ends.Select(e => e - uniform));
            Working.Value("mean of them", ends.Average() - uniform);
        }

        double last = printed[^1].Value.ToDouble() - uniform, healthy = runs[0].Ends.Max() - uniform;
        Working.Value("the log's", last);
        bool learns = last <= healthy;
        string[] not = [.. runs.Skip(1).Where(r => r.Ends.Min() - uniform > healthy).Select(r => Say($"{r.Fault} ({r.Ends.Average() - uniform:F2})"))];
        return Judge.Holds(
            learns, Say($"{last:F3} from ln V; {And(runs.Select(r => Say($"{r.Ends.Average() - uniform:F2}")))}"),
            Say($"at step {log[^1].Step} the loss is {last:F2} from ln V, as with a working Adam"),
            Say($"the log shows working rates, and at step {log[^1].Step} a loss of {last:F3} above ln V; with these rates a working Adam ends {-healthy:F2} or more below it on skewed text, and not so {And(not)}"))
            .With([.. runs.Select(r => Say($"{r.Fault}: {And(r.Ends.Select(e => Say($"{e - uniform:F3}")))} from ln V"))]);
    }

    /// <summary>The log beside the one that the document calls a fault.</summary>
    [Claim("D1-115")]
    [Turn("printed/healthy", "3.5779", Verdict.Confirmed)]
    internal static Finding WorseThanTheFault(Claim claim, Document document)
    {
        Rational healthy = claim.PrintedNumber("healthy").Value, fault = claim.PrintedNumber("problem2").Value;
        double[] log = [.. LoggedStep.All(document).SkipLast(1).Select(l => l.Loss.Value.ToDouble()), healthy.ToDouble()], flat = [.. document.Facts["flat log"]["rows"].Rows.Select(r => r[1].Exact.ToDouble())];
        bool logFalls = Working.Holds("the log has a significant downward trend", RunCurves.TrendOf(log) == Trend.Decreasing), flatFalls = Working.Holds("the log of the second problem has one", RunCurves.TrendOf(flat) == Trend.Decreasing);
        double above = Working.Value("its last loss less the faulty one's", (healthy - fault).ToDouble());
        return Judge.Agrees(
            above < 0 || (logFalls && !flatFalls), "the section 'Problem 2: Loss Not Decreasing'", Say($"{healthy.ToDouble():F4} against {fault.ToDouble():F4}"),
            Say($"the log that is called healthy ends at {healthy.ToDouble():F4}, the one that is shown as a fault at {fault.ToDouble():F4}, {above:F4} lower; {(logFalls && flatFalls ? "each" : logFalls ? "only the first" : flatFalls ? "only the second" : "neither")} has a downward trend"));
    }

    /// <summary>The log beside the drawn curve.</summary>
    [Claim("D1-116")]
    [Turn("given/log_251", "4.3", Verdict.Confirmed)]
    internal static Finding NotTheDrawnCurve(Claim claim, Document document)
    {
        int step = LoggedStep.All(document).Last().Step;
        double logged = claim.GivenNumber("log_251"), drawn = Working.Value(Say($"the drawn curve at step {step}"), LossCurve.Read(document).At(step)), row = document["D1-008"].GivenNumber("loss_per_row");
        return Judge.Agrees(
            Math.Abs(logged - drawn) <= row, "D1-008", Say($"{logged} logged, {drawn} drawn"),
            Say($"at step {step} the log has {logged} and the curve of the same model {drawn}, {(logged - drawn) / row:F1} rows of the figure lower"));
    }

    /// <summary>A line's rate by the reconstructed schedule, whether its loss is a possible one, and what is written beside it.</summary>
    [Claim("D1-117")]
    [Claim("D1-118")]
    [Claim("D1-119")]
    [Claim("D1-121")]
    [Claim("D1-124")]
    [Claim("D1-125")]
    [Turn("printed/loss", "15.4727", Verdict.Erratum)]
    [Turn("printed/lr", "0.000500", Verdict.Erratum)]
    [Turn("facts/label", "lasting", Verdict.Confirmed, Claim = "D1-119")]
    internal static Finding Line(Claim claim, Document document)
    {
        LoggedStep[] log = [.. LoggedStep.All(document)];
        LoggedStep line = log.First(l => l.Id == claim.Id);
        Reconstruction schedule = Reconstruction.Of(document);
        double most = Working.Value("ln 2V, the loss of a perplexity of twice the vocabulary", Math.Log(2 * document["D1-015"].GivenNumber("vocab"))), loss = line.Loss.Value.ToDouble();
        List<Finding> parts =
        [
            Judge.Number(claim, "lr", schedule.Rate(line.Step)),
            Judge.Holds(loss > 0 && loss < most, "", Say($"the loss {line.Loss} is a possible one"), Say($"a loss of {line.Loss} is above {most:F2}, that of a perplexity of twice the vocabulary")),
        ];
        if (claim.Id == "D1-119")
        {
            LoggedStep highest = log.MaxBy(l => l.Loss.Value)!;
            LoggedStep? back = log.FirstOrDefault(l => l.Step > line.Step && l.Loss.Value <= log[0].Loss.Value);
            parts.Add(Judge.Stated(
                claim, "label", back is null ? "lasting" : "brief", Say($"highest {highest.Loss} at step {highest.Step}"),
                Say($"the loss is highest at step {highest.Step}, {highest.Loss}, and {(back is null ? Say($"never back at {log[0].Loss} by step {log[^1].Step}") : Say($"back at {log[0].Loss} by step {back.Step}"))}")));
        }
        else if (claim.Id == "D1-118")
        {
            Rational before = schedule.Rate(log[0].Step);
            parts.Add(Judge.Stated(
                claim, "label", line.Rate.IsRounded(claim.GivenExact("base")) && before < claim.GivenExact("base") ? "warmup complete" : "warming up", "",
                Say($"the rate has come from {before.ToDouble()} to the peak")));
        }

        return Judge.All(parts)
            .With(Say($"the document's snippets over {schedule.Total} steps, counted from 1; the digits of the loss hang on corpus, weights and seed, which it doesn't give"));
    }

    /// <summary>The rates of the lines that are left out.</summary>
    [Claim("D1-120")]
    [Turn("printed/ellipsis", "nothing left out", Verdict.Erratum)]
    [Turn("given/interval", "210", Verdict.Erratum)]
    internal static Finding LeftOutLines(Claim claim, Document document)
    {
        int interval = claim.GivenInteger("interval");
        LoggedStep[] log = [.. LoggedStep.All(document)];
        Reconstruction schedule = Reconstruction.Of(document);
        (LoggedStep before, LoggedStep after) = log.Zip(log.Skip(1)).MaxBy(l => l.Second.Step - l.First.Step);
        int[] steps = claim.PrintedText("ellipsis").Trim('.', '…').Length > 0 ? [] : [.. Enumerable.Range(1, Math.Max(0, (after.Step - before.Step) / interval - 1)).Select(i => before.Step + i * interval)];
        string[] rates = [.. steps.Select(s => before.Rate.Like(schedule.Rate(s)))];
        Working.Value("steps of the lines left out", steps);
        Working.Value("their rates, reconstructed", rates);
        int lower = Working.Value("first of them whose rate prints below the peak; 0 for none", steps.FirstOrDefault(s => before.Rate.Like(schedule.Rate(s)) != before.Rate.Text));
        return Judge.Stated(
            claim, "lines left out", lower > 0 ? "hide the decay" : "hide nothing", Say($"{steps.Length} lines, lower from step {lower} on"),
            Say($"{steps.Length} lines are left out between steps {before.Step} and {after.Step}; by the reconstructed schedule the rate prints below {before.Rate} from step {lower} on and has come to {rates.LastOrDefault() ?? "nothing"} in the last of them"));
    }

    /// <summary>How far step 231 is through the run.</summary>
    [Claim("D1-122")]
    [Turn("printed/note", "~20% through", Verdict.Confirmed)]
    internal static Finding EightyPercent(Claim claim, Document document)
    {
        LoggedStep[] log = [.. LoggedStep.All(document)];
        Reconstruction schedule = Reconstruction.Of(document);
        Rational step = claim.GivenExact("step"), percent = Working.Value("step over the reconstructed total, in percent", step * 100 / schedule.Total);
        int total = (int)Math.Round((step / claim.GivenExact("fraction")).ToDouble());
        string[] then = [.. log.Where(l => l.Step >= (int)step.ToDouble()).Select(l => l.Rate.Like(Rational.Of(Schedules.CosineRate<Real64>(schedule.Peak, schedule.Floor, Schedules.Progress<Real64>(step.ToDouble(), total, l.Step)).Value)))];
        return (Judge.Number(claim, "note", percent) with { Why = Say($"by the schedule that prints the log's rates the run has {schedule.Total} steps, of which step {step} is {percent.ToDouble():F0} %; and its decay begins at step {document["D1-047"].GivenInteger("W")}") })
            .With(
                Say($"if the decay began there at 80 % of the steps, the run would have {total}, and the three rates would be {And(then)}; the log has {And(log.Where(l => l.Step >= (int)step.ToDouble()).Select(l => l.Rate.Text))}"));
    }

    /// <summary>Three losses as they stand, and as a trend.</summary>
    [Claim("D1-123")]
    [Turn("printed/note", "Steady increase", Verdict.Erratum)]
    internal static Finding SteadyDecrease(Claim claim)
    {
        double[] losses = claim.GivenRow("losses");
        bool down = claim.PrintedText("note").EndsWith("decrease", StringComparison.Ordinal);
        double[] changes = Working.Value("changes from line to line", losses.Zip(losses.Skip(1)).Select(l => Math.Round(l.Second - l.First, 6)).ToArray());
        double p = Working.Value("chance of so steep a line through three points of noise", RunCurves.SlopeOf(losses).PValue);
        return Judge.TwoReadings(
            changes.All(c => c < 0 == down), RunCurves.TrendOf(losses) == (down ? Trend.Decreasing : Trend.Increasing),
            Say($"{And(changes.Select(c => Say($"{c:F4}")))}; chance {p:F2}"),
            Say($"read as what three lines show, the changes are {And(changes.Select(c => Say($"{c:F4}")))}; read as a trend it is none: noise alone gives three points so steep a line with a chance of {p:F2}, and the last of them still lies above the log's first loss"));
    }

    /// <summary>The first two rates of the log.</summary>
    [Claim("D1-126")]
    [Turn("D1-118/printed/lr", "0.000400", Verdict.Erratum)]
    internal static Finding WarmupWorks(Claim claim, Document document)
    {
        double[] steps = claim.GivenRow("steps");
        LoggedStep[] log = [.. LoggedStep.All(document)];
        Rational At(double step) => log.First(l => l.Step == step).Rate.Value;
        Working.Value("logged rates", steps.Select(s => At(s).ToDouble()));
        return Judge.All(Judge.Number(claim, "from", At(steps[0])), Judge.Number(claim, "to", At(steps[1])));
    }

    /// <summary>Whether the spike is ever over.</summary>
    [Claim("D1-127")]
    [Turn("printed/verdict", "not resolved", Verdict.Confirmed)]
    internal static Finding Resolved(Claim claim, Document document)
    {
        LoggedStep[] log = [.. LoggedStep.All(document)];
        LoggedStep spike = log.First(l => l.Loss.Value == claim.GivenExact("step21"));
        LoggedStep? back = log.FirstOrDefault(l => l.Step > spike.Step && l.Loss.Value <= log[0].Loss.Value);
        Working.Value("first logged step after the spike whose loss is back at the first one; 0 for none", back?.Step ?? 0);
        LoggedStep next = log[Array.IndexOf(log, spike) + 1];
        return Judge.Printed(
            claim, "verdict", back is null ? "not resolved" : "resolved quickly", Say($"{next.Loss} at step {next.Step}, {log[^1].Loss} at step {log[^1].Step}"),
            Say($"after {spike.Loss} at step {spike.Step} the next printed loss is {next.Loss} at step {next.Step}, and the last one, {log[^1].Loss}, is still above the first, {log[0].Loss}"));
    }

    /// <summary>The last loss against the first and against ln V.</summary>
    [Claim("D1-128")]
    [Turn("printed/verdict", "nothing is learnt", Verdict.Confirmed)]
    [Turn("given/step251", "4.5", Verdict.Confirmed)]
    internal static Finding Learning(Claim claim, Document document)
    {
        double first = claim.GivenNumber("step1"), last = claim.GivenNumber("step251"), uniform = Working.Value("ln V", Math.Log(document["D1-015"].GivenNumber("vocab")));
        Working.Value("last loss less the first", Math.Round(last - first, 6));
        double above = Working.Value("last loss less ln V", last - uniform);
        return Judge.Printed(
            claim, "verdict", last < first && last < uniform ? "learning is happening" : "nothing is learnt", Say($"{last} against {first} and {uniform:F4}"),
            Say($"the last loss {last} lies {(last < first ? "below" : "above")} the first, {first}, and {Math.Abs(above):F4} {(above < 0 ? "below" : "above")} ln V, that of a model that knows nothing"));
    }

    /// <summary>Three rates on the cosine.</summary>
    [Claim("D1-129")]
    [Turn("D1-124/printed/lr", "0.000900", Verdict.Erratum)]
    internal static Finding CosineIsActive(Claim claim, Document document)
    {
        LoggedStep[] log = [.. LoggedStep.All(document)];
        Reconstruction schedule = Reconstruction.Of(document);
        LoggedStep[] decay = [.. log.SkipWhile(l => l.Rate.Value != claim.PrintedNumber("lr").Value)];
        var fit = new Tally("rates of the log from there on that lie on the cosine");
        fit.AddAll(decay.Select(l => l.Rate.IsRounded(schedule.Rate(l.Step)))).Shown();
        bool falls = Working.Holds("they fall", decay.Zip(decay.Skip(1)).All(l => l.Second.Rate.Value < l.First.Rate.Value));
        return Judge.All(
            Judge.Number(claim, "lr", schedule.Rate(log[3].Step)),
            Judge.Holds(
                fit.Always && falls, $"{fit}", Say($"{fit} rates lie on the snippets' cosine over {schedule.Total} steps, and fall"), Say($"{fit} rates lie on the snippets' cosine over {schedule.Total} steps")));
    }
}
