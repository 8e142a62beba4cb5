using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Try It Yourself": the learning rates of the log against every reading of the schedule, and what could have printed them.</summary>
internal static class LogRates
{
    private static readonly double[] Floors = [0, 1e-5, 3e-5];
    private static readonly int[] Totals = [485, 970, 1000, 1455], Offsets = [-1, 0, 1];

    /// <summary>Peak, warmup and total that a claim names.</summary>
    internal static (double Peak, int Warmup, int Total) Configuration(Claim claim) =>
        (claim.GivenNumber("base"), claim.GivenInteger("warmup"), claim.GivenInteger("total"));

    /// <summary>A logged rate within the warmup or at its end against the schedule at the logged step.</summary>
    [Claim("D4-156")]
    [Claim("D4-161")]
    [Turn("printed/LR", "1.47e-04", Verdict.Erratum, Claim = "D4-156")]
    [Turn("printed/LR", "2.97e-04", Verdict.Erratum, Claim = "D4-161")]
    internal static Finding WarmupRates(Claim claim, Document document)
    {
        LoggedLine line = LineOf(claim, document);
        (double peak, int warmup, _) = Configuration(claim);
        double perStep = Working.Value("rise per step of the warmup", peak / warmup);
        return Judge.Number(claim, "LR", Exact.Value(Rate(claim, line.Step, 0)))
            .With(
                Say($"counted from zero the {line.Step}th step is step {line.Step - 1} and would print {PythonFormat.Exponent(Rate(claim, line.Step - 1, 0).High, 2)}"),
                Say($"the warmup rises by {perStep:G3} per step"));
    }

    /// <summary>The rate logged after the peak against the schedule, with the floors and counters that could have been meant, and the totals that would print it.</summary>
    [Claim("D4-163")]
    [Turn("printed/LR", "2.99e-04", Verdict.Confirmed)]
    internal static Finding DecayedRate(Claim claim)
    {
        (double peak, int warmup, int total) = Configuration(claim);
        int step = claim.GivenInteger("step");
        PrintedNumber printed = claim.PrintedNumber("LR");
        var readings = (from floor in Floors from offset in Offsets where floor > 0 || offset != 0 select (floor, offset)).Select(r => new Reading(
            Say($"floor {r.floor} with the counter shifted by {r.offset}"),
            Exact.Value(Rate(claim, step + r.offset, r.floor)))).ToArray();
        Working.Tried(Say($"floors {string.Join(", ", Floors.Select(x => Say($"{x}")))} with the counter shifted by {string.Join(", ", Offsets)}; totals from {step + 1} to {step + 4000}; warmups from 1 to {step - 1}"));
        int[] totals = [.. Enumerable.Range(step + 1, 4000).Where(t => Prints(ScheduleListing.At(peak, step, warmup, t), printed))];
        int[] warmups = [.. Enumerable.Range(1, step - 1).Where(w => Prints(ScheduleListing.At(peak, step, w, total), printed))];
        return Judge.Number(claim, "LR", Exact.Value(Rate(claim, step, 0)), readings)
            .With(
                totals.Length == 0 ? "no total up to 4000 prints it" : Say($"with base {peak} and warmup {warmup} a total from {totals[0]} to {totals[^1]} would print it"),
                warmups.Length == 0 ? Say($"with base {peak} and total {total} no warmup below {step} prints it") : Say($"with base {peak} and total {total} warmups {string.Join(", ", warmups)} would print it"));
    }

    /// <summary>All three rates together: the stated configuration, and a search over base, warmup, total, floor and counter.</summary>
    [Claim("D4-157")]
    [Turn("D4/log lines/2/6", "2.99e-04", Verdict.Confirmed)]
    internal static Finding OneSchedule(Document document)
    {
        (double peak, int warmup, int total) = Configuration(document["D4-163"]);
        LoggedLine[] log = [.. LoggedLine.All(document)];
        bool stated = Array.TrueForAll(log, l => Prints(ScheduleListing.At(peak, l.Step, warmup, total), l.Rate));
        (double Rate, double Near)[] printed = [.. log.Select(l => (l.Rate.Value.ToDouble(), l.Rate.Unit.ToDouble()))];
        List<string> all = [];
        int tried = 0, whole = 0;
        foreach (int t in Totals)
        {
            foreach (double floor in Floors)
            {
                foreach (int offset in Offsets)
                {
                    for (int w = 1; w < 150; w++)
                    {
                        for (int micro = 100; micro <= 1000; micro++, tried++)
                        {
                            double candidate = micro * 1e-6;
                            // Most fail already at the first line, and by more than the text could hide.
                            if (Math.Abs(ScheduleListing.At(candidate, log[0].Step + offset, w, t, floor) - printed[0].Rate) > printed[0].Near)
                                continue;
                            if (!Array.TrueForAll(log, l => Prints(ScheduleListing.At(candidate, l.Step + offset, w, t, floor), l.Rate)))
                                continue;
                            all.Add(Say($"base {candidate:G3}, warmup {w}, total {t}, floor {floor}, counter {offset:+0;-0;0}"));
                            if (t == total)
                                whole++;
                        }
                    }
                }
            }
        }

        foreach (LoggedLine line in log)
            Working.Value(Say($"step {line.Step}: the stated schedule's rate (the log prints {line.Rate})"), ScheduleListing.At(peak, line.Step, warmup, total));
        Working.Holds("the stated schedule prints all three rates", stated);
        Working.Tried(Say($"bases from 1e-4 to 1e-3 by 1e-6, warmups from 1 to 149, totals {string.Join(", ", Totals)}, floors {string.Join(", ", Floors.Select(x => Say($"{x}")))}, counters -1 to 1"));
        Working.Counted("configurations that print all three rates", all.Count, tried);
        Working.Value(Say($"of them over {total} steps"), whole);
        string found = all.Count == 0 ? "none" : string.Join("; ", all);
        return Judge.Holds(
            stated || whole > 0,
            Say($"{all.Count} of {tried}"),
            Say($"the stated schedule or another one over {total} steps prints all three rates"),
            Say($"base {peak}, warmup {warmup} and total {total} don't print the three rates, and of {tried} configurations (base 1e-4 to 1e-3 by 1e-6, warmup 1 to 149, totals {string.Join(", ", Totals)}, floors {string.Join(", ", Floors.Select(f => Say($"{f}")))}, counter -1 to 1) {all.Count} do, {whole} of them over {total} steps"))
            .With(Say($"solutions: {found}"));
    }

    /// <summary>How far the rate falls in the steps after the peak, by the schedule and by the log.</summary>
    [Claim("D4-158")]
    [Turn("D4/log lines/2/6", "2.99e-04", Verdict.Confirmed)]
    internal static Finding VisibleDecay(Document document)
    {
        (double peak, int warmup, int total) = Configuration(document["D4-163"]);
        LoggedLine[] log = [.. LoggedLine.All(document)];
        LoggedLine top = log.MaxBy(l => l.Rate.Value.ToDouble())!, last = log[^1];
        double logged = 1 - (last.Rate.Value / top.Rate.Value).ToDouble();
        double rounding = ((top.Rate.Unit + last.Rate.Unit) / (top.Rate.Value * 2)).ToDouble();
        double scheduled = 1 - ScheduleListing.At(peak, last.Step, warmup, total) / ScheduleListing.At(peak, top.Step, warmup, total);
        Working.Value(Say($"the schedule at step {top.Step}"), ScheduleListing.At(peak, top.Step, warmup, total));
        Working.Value(Say($"the schedule at step {last.Step}"), ScheduleListing.At(peak, last.Step, warmup, total));
        Working.Value("fall of the schedule, in percent", 100 * scheduled);
        Working.Value("fall of the log, in percent", 100 * logged);
        Working.Value("what the log's rounding explains, in percent", 100 * rounding);
        double p = Working.Apply<Numbers.Real64>(Schedules.Progress, warmup, total, last.Step);
        return Judge.Holds(
            Math.Abs(logged - scheduled) <= rounding,
            Say($"{100 * scheduled:F3} %"),
            Say($"the schedule falls by {100 * scheduled:F3} % in {last.Step - top.Step} steps, the log by {100 * logged:F2} %"),
            Say($"{last.Step - top.Step} steps past the peak the schedule has fallen by sin^2(pi*p/2) = {100 * scheduled:F3} % (p = {p:F4}), one unit of the third digit; the log shows {100 * logged:F2} %, {logged / scheduled:F1} times as much, and its rounding explains {100 * rounding:F2} %"));
    }

    private static LoggedLine LineOf(Claim claim, Document document) => LoggedLine.All(document).First(l => l.Line == claim.Lines.First);

    private static bool Prints(double rate, PrintedNumber printed) => PythonFormat.Exponent(rate, 2) == printed.Text;

    private static Precise Rate(Claim claim, int step, double floor) => Working.Value(
        Say($"the listing's rate at step {step} with floor {floor}"),
        ScheduleListing.At(Exact.Of(claim.GivenExact("base")), step, claim.GivenInteger("warmup"), claim.GivenInteger("total"), Precise.Of(floor)));
}
