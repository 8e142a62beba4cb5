using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "Code Implementation / Learning Rate Schedule": what the function does when it runs.</summary>
internal static class CodeSchedule
{
    private const double Roundoff = 16 * Real64.UnitRoundoff;

    /// <summary>The listing at every step against the formulas that the text states for the warmup and for the decay, and its two branches where they meet.</summary>
    [Claim("D4-131")]
    [Turn("D4-059/facts/formula", "lr_max * (t + 1) / warmup", Verdict.Erratum)]
    [Turn("D4-063/facts/formula", "lr_max - (lr_max - lr_min) * (t - t_w) / (T - t_w)", Verdict.Erratum)]
    internal static Finding WarmupThenCosine(Claim claim, Document document)
    {
        (double peak, int warmup, int total) = Configuration(claim);
        StatedFormula rise = document["D4-059"].Facts["formula"].Formula, fall = document["D4-063"].Facts["formula"].Formula;
        double floor = (double)document["D4-065"].PrintedRow("lr_min")[1].Value.ToDouble();
        Tally equal = new(Say($"steps from 0 to {total} at which the listing is what the text states, with floor 0 and with {floor}, but for rounding"));
        for (int step = 0; step <= total; step++)
            equal.Add(Near(0, step) && Near(floor, step));
        double before = Working.Apply<Real64>(Schedules.WarmupRate, peak, warmup, warmup), after = ScheduleListing.At(peak, warmup, warmup, total);
        Working.Value(Say($"the listing at step {total / 2}"), ScheduleListing.At(peak, total / 2, warmup, total));
        return Judge.Holds(
            equal.Shown().Always && Closeness.Near(before, after, 16),
            Say($"{equal} steps"),
            Say($"the listing is {rise} before step {warmup} and the stated cosine from there, at {equal} steps and for both floors; at step {warmup} both branches give {after:G3}"),
            Say($"the listing is what the text states at {equal} steps; at step {warmup} the branches give {before:G6} and {after:G6}"));

        bool Near(double least, int step)
        {
            double said = step < warmup
                ? rise.At<Real64>(("lr_max", peak), ("t", step), ("warmup", warmup))
                : fall.At<Real64>(("lr_max", peak), ("lr_min", least), ("t", step), ("t_w", warmup), ("T", total));
            return Math.Abs(ScheduleListing.At(peak, step, warmup, total, least) - said) <= Closeness.Roundoff(16, peak);
        }
    }

    /// <summary>The rate of the last zero-based step against the closed form of its distance from the floor.</summary>
    [Claim("D4-132")]
    [Turn("facts/rate at T - 1", "at the floor", Verdict.Erratum)]
    internal static Finding LastStepAboveFloor(Claim claim)
    {
        (double peak, int warmup, int total) = Configuration(claim);
        double excess = ScheduleListing.At(peak, total - 1, warmup, total);
        Precise angle = Precise.Pi / Precise.Of(total - warmup);
        Working.Value(Say($"the listing at step {total - 1}"), excess);
        double closed = (Exact.Of(claim.GivenExact("max_lr")) * Precise.Of(0.5) * (Precise.One - Precise.Cos(angle))).High;
        Working.Value("(base - min)(1 - cos(pi/(T - w)))/2", closed);
        return Judge.OneOf(
            claim,
            "rate at T - 1",
            [("above the floor", excess > 0 && Math.Abs(excess - closed) <= Roundoff * peak), ("at the floor", excess == 0)],
            Say($"{excess:G3}"),
            Say($"at step {total - 1} the rate is above the floor by {excess:G3}, which is (base - min)(1 - cos(pi/(T - w)))/2 = {closed:G3}"),
            Say($"at step {total - 1} the rate is above the floor by {excess:G3}, the closed form gives {closed:G3}"));
    }

    /// <summary>The rate of step 0, with and without a warmup, against the one that is said, and what a first update with it does.</summary>
    [Claim("D4-133")]
    [Turn("facts/rate at step 0", "3e-6", Verdict.Erratum)]
    internal static Finding ZeroAtStepZero(Claim claim, Document document)
    {
        double said = claim.Facts["rate at step 0"].Number;
        (double peak, int warmup, int total) = Configuration(document["D4-131"]);
        double rate = ScheduleListing.At(peak, 0, warmup, total), without = ScheduleListing.At(peak, 0, 0, total);
        var run = new AdamWListing<Real64>(document);
        var parameters = new Dictionary<string, ListedParameter<Real64>> { ["w"] = new FloatArray<Real64>(0.5) };
        run.Initialize(parameters);
        run.Step(new Dictionary<string, Real64[]> { ["w"] = [0.2] }, parameters, rate);
        double w = parameters["w"].Values[0], m = run.Moments["w"].First[0];
        Working.Value(Say($"the listing at step 0 with warmup {warmup} of {total}"), rate);
        Working.Value("without warmup", without);
        Working.Tried("one AdamW step with the rate of step 0, weight 0.5 and gradient 0.2");
        Working.Value("weight, t and m afterwards", new[] { w, run.Time, m });
        return Judge.Conditional(
            rate == said && without == said,
            rate == said,
            "when warmup_steps is above 0",
            Say($"{rate} with warmup, {without:G3} without"),
            Say($"at step 0 the function returns {rate} with a warmup of {warmup} and {without:G3} without one"))
            .AndYet(Say($"a loop that counts from 0 begins with an update that leaves a weight of 0.5 at {w}, decay included, while t = {run.Time} and m = {m:G3} advance"));
    }

    /// <summary>The first steps of a warmup with a floor.</summary>
    [Claim("D4-134")]
    [Turn("facts/rates below the floor", "nowhere", Verdict.Erratum)]
    internal static Finding FloorIgnoredInWarmup(Claim claim, Document document)
    {
        double floor = document["D4-065"].PrintedRow("lr_min").Max(p => p.Value.ToDouble());
        (double peak, int warmup, int total) = Configuration(document["D4-131"]);
        int[] below = [.. Enumerable.Range(0, total + 1).Where(step => ScheduleListing.At(peak, step, warmup, total, floor) < floor * (1 - Roundoff))];
        Working.Value("floor", floor);
        Working.Value("the listing at steps 0, 1, 2, 3, 4", Enumerable.Range(0, 5).Select(step => ScheduleListing.At(peak, step, warmup, total, floor)));
        Working.Value("steps below the floor", below);
        return Judge.OneOf(
            claim,
            "rates below the floor",
            [("in the warmup", below.Length > 0 && below.All(step => step < warmup)), ("nowhere", below.Length == 0)],
            Say($"steps {below.FirstOrDefault()} to {below.LastOrDefault()}"),
            Say($"with min_lr = {floor} the rate is below it at steps {below.FirstOrDefault()} to {below.LastOrDefault()}, all of them in the warmup; after it never"),
            Say($"below min_lr = {floor} are {below.Length} steps: {string.Join(", ", below.Take(10))}"));
    }

    /// <summary>The types of both branches, and what each makes of an update of float32 arrays.</summary>
    [Claim("D4-135")]
    [Turn("facts/branches", "floats", Verdict.Erratum)]
    internal static Finding TypesOfBranches(Claim claim)
    {
        NumPyType warm = ScheduleListing.TypeAt(0, 10), cosine = ScheduleListing.TypeAt(10, 10);
        NumPyType narrow = NumPyTypes.ScalarTimesArray(warm, NumPyType.Float32), wide = NumPyTypes.ScalarTimesArray(cosine, NumPyType.Float32);
        var draws = new Draws(535);
        var differing = new Tally("random updates (seed 535) whose float32 result depends on the type");
        const int Updates = 1000;
        for (int i = 0; i < Updates; i++)
        {
            Real32 theta = (float)draws.Normal(), mHat = (float)draws.Normal(), vHat = (float)Math.Abs(draws.Normal());
            float single = Adam.Update<Real32>(theta, mHat, vHat, 3e-4f, 1e-8f);
            float twice = (float)Adam.Update<Real64>((double)theta.Value, (double)mHat.Value, (double)vHat.Value, 3e-4, 1e-8);
            differing.Add(single != twice);
        }

        Working.Value("the warmup branch gives a", warm);
        Working.Value("the cosine branch gives a", cosine);
        Working.Value("the first times a float32 array is a", narrow);
        Working.Value("the second times a float32 array is a", wide);
        Working.Uses("adam.update");
        differing.Shown();
        return Judge.OneOf(
            claim,
            "branches",
            [("a float, then a float64", warm == NumPyType.PythonFloat && cosine == NumPyType.Float64 && narrow == NumPyType.Float32 && wide == NumPyType.Float64), ("floats", warm == NumPyType.PythonFloat && cosine == NumPyType.PythonFloat)],
            Say($"{warm}, then {cosine}"),
            Say($"the warmup branch gives a {warm}, the cosine branch, which goes through NumPy's cosine, a {cosine}; under NumPy 2 a float32 update is therefore computed in {narrow} during the warmup and in {wide} after it, which changes {differing} random updates"),
            Say($"warmup {warm}, cosine {cosine}; float32 updates in {narrow} and {wide}"))
            .With($"under NumPy 1 both stay in {NumPyTypes.ScalarTimesArrayBefore2(NumPyType.Float32)}");
    }

    /// <summary>Rates past the end, against the mirror image and against the reference, which holds the floor.</summary>
    [Claim("D4-136")]
    [Turn("facts/past the end the rate", "stays at the floor", Verdict.Erratum)]
    internal static Finding RisesPastEnd(Claim claim)
    {
        (double peak, int warmup, int total) = Configuration(claim);
        double At(int step) => ScheduleListing.At(peak, step, warmup, total);
        int back = 2 * total - warmup, half = total + (total - warmup) / 2;
        int mirrored = Enumerable.Range(1, total - warmup).Count(d => Math.Abs(At(total + d) - At(total - d)) <= 4 * Roundoff * peak);
        int held = Enumerable.Range(total, total).Count(step => Schedules.WarmupCosine<Real64>(peak, 0, warmup, total, step) == 0);
        bool rises = Enumerable.Range(total, back - total).All(step => At(step + 1) > At(step));
        foreach (int step in new[] { total, total + warmup, half, back })
            Working.Value(Say($"the listing at step {step}"), At(step));
        Working.Counted("steps T + d past the end with the rate of step T - d", mirrored, total - warmup);
        Working.Holds("the rate rises at every step past the end", rises);
        Working.Counted("steps past the end at which the reference holds the floor", held, total);
        return Judge.OneOf(
            claim,
            "past the end the rate",
            [("rises to the base", mirrored == total - warmup && rises && Math.Abs(At(back) - peak) <= 4 * Roundoff * peak), ("stays at the floor", Enumerable.Range(total, total).All(step => At(step) == At(total)))],
            Say($"{At(total + warmup):G4} at {total + warmup}, {At(half):G4} at {half}, {At(back):G4} at {back}"),
            Say($"past step {total} the listing runs back up the cosine: {At(total + warmup):G4} at step {total + warmup} as at step {total - warmup}, {At(half):G4} at {half}, the peak {At(back):G4} at step 2T - w = {back}; the reference holds the floor at all {held} steps tried"),
            Say($"mirrored {mirrored} of {total - warmup} steps, rising {rises}, {At(back):G4} at step {back}"));
    }

    /// <summary>The three corner cases of warmup against total.</summary>
    [Claim("D4-137")]
    [Turn("facts/a warmup as long as the run", "is safe", Verdict.Erratum)]
    internal static Finding CornerCases(Claim claim)
    {
        const double Base = 1e-3;
        PythonError? equal = PythonException.Of(() => ScheduleListing.At(Base, 10, 10, 10)), earlier = PythonException.Of(() => ScheduleListing.At(Base, 9, 10, 10));
        double none = ScheduleListing.At(Base, 0, 0, 10);
        double reached = Enumerable.Range(0, 5).Max(step => ScheduleListing.At(Base, step, 10, 5)), beyond = ScheduleListing.At(Base, 12, 10, 5);
        bool refused = PythonException.Of(() => ScheduleListing.At(Base, 10, 10, 5)) is null && Refuses(() => _ = new Training.WarmupCosineSchedule(Base, 0, 10, 5));
        Working.Value("warmup 10 of 10: step 10 raises", equal);
        Working.Value("step 9 raises", earlier?.ToString() ?? "nothing");
        Working.Value("no warmup: rate of step 0", none);
        Working.Value("warmup 10 of 5: highest rate within the run", reached);
        Working.Value("rate of step 12", beyond);
        Working.Holds("the listing computes it without an error and the reference refuses the configuration", refused);
        return Judge.OneOf(
            claim,
            "a warmup as long as the run",
            [("divides by zero", equal == PythonError.ZeroDivisionError && earlier is null && none == Base && reached < Base && refused), ("is safe", equal is null)],
            Say($"{equal}; {none:G4}; {reached:G4}, {beyond:G4}"),
            Say($"warmup 10 of 10 raises a {equal} at step 10 and not before; without a warmup step 0 has the base {none:G4}; warmup 10 of 5 gets to {reached:G4} of {Base:G4} within the run and to a meaningless {beyond:G4} at step 12, and the reference refuses it"),
            Say($"warmup 10 of 10: {equal}; no warmup: {none:G4}; warmup 10 of 5: {reached:G4}, refused by the reference: {refused}"));
    }

    private static (double Peak, int Warmup, int Total) Configuration(Claim claim) =>
        (claim.GivenNumber("max_lr"), claim.GivenInteger("warmup_steps"), claim.GivenInteger("total_steps"));
}
