using System.Text.Json.Nodes;
using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/schedules.md.</summary>
internal static class ScheduleRules
{

    [Rule("SCHEDULES-1")]
    internal static void IsAPureFunctionOfTheStep(Questions ask)
    {
        (string, double)[] args = [("lr", 1), ("gamma", 0.5), ("every", 10)];
        Answered[] forward = ask.Schedule("step_decay", [0, 9, 10, 25], args);
        Answered[] again = ask.Schedule("step_decay", [25, 10, 10, 9, 0], args);
        Expect.Same("steps 25, 10, 10, 9, 0", again, [forward[3], forward[2], forward[2], forward[1], forward[0]]);
        Expect.Same("constant", ask.Schedule("constant", [0, 7, 1000], ("lr", 0.3)), [0.3, 0.3, 0.3]);
    }

    [Rule("SCHEDULES-2")]
    internal static void WarmupRisesFromZero(Questions ask)
    {
        Answered[] lr = ask.Schedule("warmup", [0, 1, 50, 99, 100, 101], ("lr_max", 0.5), ("warmup", 100));
        Expect.Same("step 0", lr[0], 0);
        ask.Near("step 1", lr[1], 0.005);
        ask.Near("step 50", lr[2], 0.25);
        ask.Near("step 99", lr[3], 0.495);
        Expect.Same("step 100", lr[4], 0.5);
        Expect.Same("step 101", lr[5], 0.5);
        foreach (string kind in new[] { "warmup_cosine", "warmup_hold_cosine" })
        {
            Answered[] first = ask.Schedule(kind, [0, 1, 2], Composed(kind));
            for (int t = 0; t < first.Length; t++)
                ask.Near($"{kind} at step {t}", first[t], t * 0.75 / 10);
        }
    }

    [Rule("SCHEDULES-3")]
    internal static void CosineGoesFromMaximumToMinimum(Questions ask)
    {
        Answered[] lr = ask.Schedule("cosine", [0, 50, 100], ("lr_max", 0.75), ("lr_min", 0.25), ("total", 100));
        ask.Near("step 0", lr[0], 0.75);
        ask.Near("step 50", lr[1], 0.5);
        ask.Near("step 100", lr[2], 0.25);
    }

    [Rule("SCHEDULES-4")]
    internal static void EndIsHeld(Questions ask)
    {
        (string, double)[] cosine = [("lr_max", 0.75), ("lr_min", 0.25), ("total", 100)];
        Answered[] lr = ask.Schedule("cosine", [100, 101, 150, 200, 1000], cosine);
        Answered[] warm = ask.Schedule("warmup_cosine", [100, 101, 150, 200, 1000], Composed("warmup_cosine"));
        Answered[] held = ask.Schedule("warmup_hold_cosine", [100, 101, 150, 200, 1000], Composed("warmup_hold_cosine"));
        for (int i = 1; i < lr.Length; i++)
        {
            Expect.Same($"cosine after its end, {i}", lr[i], lr[0]);
            Expect.Same($"warmup-cosine after its end, {i}", warm[i], warm[0]);
            Expect.Same($"warmup-hold-cosine after its end, {i}", held[i], held[0]);
        }

        Expect.Same("linear decay after its end", ask.Schedule("linear_decay", [101, 1000], ("lr", 1), ("total", 100)), [0, 0]);
    }

    [Rule("SCHEDULES-5")]
    internal static void CosineRunsOverRemainingSteps(Questions ask)
    {
        Answered[] lr = ask.Schedule("warmup_cosine", [100, 150], ("lr_max", 1), ("lr_min", 0), ("warmup", 100), ("total", 200));
        ask.Near("at the end of the warmup", lr[0], 1);
        ask.Near("half-way through the rest", lr[1], 0.5);
    }

    [Rule("SCHEDULES-6")]
    internal static void StepDecayFallsAtEveryKthStep(Questions ask)
    {
        Answered[] lr = ask.Schedule("step_decay", [0, 9, 10, 19, 20], ("lr", 1), ("gamma", 0.5), ("every", 10));
        double[] expected = [1, 1, 0.5, 0.5, 0.25];
        for (int i = 0; i < lr.Length; i++)
            ask.Near($"entry {i}", lr[i], expected[i]);
    }

    [Rule("SCHEDULES-7")]
    internal static void LinearDecayReachesZeroAtTheTotal(Questions ask)
    {
        Answered[] lr = ask.Schedule("linear_decay", [0, 5, 9, 10], ("lr", 1), ("total", 10));
        double[] expected = [1, 0.5, 0.1, 0];
        for (int i = 0; i < lr.Length; i++)
            ask.Near($"entry {i}", lr[i], expected[i]);
    }

    [Rule("SCHEDULES-8")]
    internal static void NonsenseIsRefused(Questions ask)
    {
        JsonObject Schedule(string kind, params (string Name, double Value)[] args)
        {
            JsonObject o = Args(args);
            o["kind"] = kind;
            o["steps"] = Integers(0);
            return o;
        }

        Expect.Refused(ask, "schedule", Schedule("warmup_cosine", ("lr_max", 1), ("warmup", 11), ("total", 10)), "warmup", "total");
        Expect.Refused(ask, "schedule", Schedule("constant", ("lr", -1)), "lr");
        Expect.Refused(ask, "schedule", Schedule("cosine", ("lr_max", 1), ("lr_min", 2), ("total", 10)), "lr_min", "lr_max");
        Expect.Refused(ask, "schedule", Schedule("linear_decay", ("lr", 1), ("total", 0)), "total");
        Expect.Refused(ask, "schedule", Schedule("step_decay", ("lr", 1), ("gamma", 0), ("every", 10)), "gamma");
    }

    [Rule("SCHEDULES-9")]
    internal static void RoundingLeavesTheRangeAlone(Questions ask)
    {
        // Among these are many pairs for which lowest + (highest − lowest) is rounded to more than highest.
        for (int i = 4; i <= 100; i++)
        {
            double highest = i / 100.0, lowest = 0.03;
            Answered[] lr = ask.Schedule("cosine", [0, 99], ("lr_max", highest), ("lr_min", lowest), ("total", 100));
            Expect.That(lr[0].Value <= highest, FormattableString.Invariant($"step 0 has {lr[0].Value:R}, the maximum is {highest:R}"));
            Expect.That(lr[1].Value >= lowest, FormattableString.Invariant($"step 99 has {lr[1].Value:R}, the minimum is {lowest:R}"));
        }
    }

    [Rule("SCHEDULES-11")]
    internal static void RateStaysBetweenItsEnds(Questions ask)
    {
        long[] steps = [.. Enumerable.Range(0, 120).Select(t => (long)t)];
        foreach (string kind in new[] { "warmup_cosine", "warmup_hold_cosine" })
        {
            Answered[] lr = ask.Schedule(kind, steps, Composed(kind));
            for (int t = 0; t < lr.Length; t++)
                Expect.That(lr[t].Value >= (t < 10 ? 0 : 0.25) && lr[t].Value <= 0.75, $"{kind} at step {t}: {lr[t].Value:R} is outside [{(t < 10 ? 0 : 0.25):R}, 0.75]");
        }
    }

    [Rule("SCHEDULES-10")]
    internal static void MaximumIsHeldUntilTheDecay(Questions ask)
    {
        Answered[] lr = ask.Schedule("warmup_hold_cosine", [10, 50, 80, 90, 100], Composed("warmup_hold_cosine"));
        Expect.Same("at the end of the warmup", lr[0], 0.75);
        Expect.Same("between warmup and decay", lr[1], 0.75);
        ask.Near("at the start of the decay", lr[2], 0.75);
        ask.Near("half-way through the decay", lr[3], 0.5);
        ask.Near("at the end", lr[4], 0.25);
    }

    [Rule("SCHEDULES-12")]
    internal static void EveryStepCounts(Questions ask)
    {
        // Single and double precision count to 2²⁴ and 2⁵³, and take the next step for the same; which rate a step has, other rules say. Past 2⁵³ the quotient t/T itself may be 1.
        foreach (long step in new[] { 1L << 24, 1L << 53 })
        {
            Answered[] lr = ask.ReadRow("schedule", "lr", new() { ["kind"] = "linear_decay", ["lr"] = 1, ["total"] = step + 4, ["steps"] = Integers(step, step + 1) });
            Expect.That(lr[1].Value < lr[0].Value, FormattableString.Invariant($"linear decay to step {step + 4} has the rate {lr[0].Value:R} at step {step} and {lr[1].Value:R} at the next"));
        }
    }

    private static (string, double)[] Composed(string kind)
    {
        (string, double)[] cosine = [("lr_max", 0.75), ("lr_min", 0.25), ("total", 100), ("warmup", 10)];
        return kind == "warmup_cosine" ? cosine : [.. cosine, ("decay_start", 80)];
    }
}
