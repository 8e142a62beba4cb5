using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "The Three-Phase Schedule": the reasons that it gives for its phases, tried.</summary>
internal static class ScheduleReasons
{
    private const int Pairs = 8, Steps = 100;
    private static readonly int[] Factors = [1, 100, 1000];

    /// <summary>The highest held-out loss of the first steps, with and without the warmup.</summary>
    [Claim("D1-032")]
    [Turn("facts/highest early loss with a warmup", "higher", Verdict.Erratum)]
    internal static Finding PreventsLargeUpdates(Claim claim, Document document)
    {
        Claim schedule = document["D1-047"];
        int warmup = schedule.GivenInteger("W");
        double with = Working.Value("sum of the rates of the warmup over the peak, at most the distance in peaks that Adam's first updates go", Enumerable.Range(1, warmup).Sum(s => (double)s / warmup));
        return WithAndWithout(claim, schedule, "highest early loss with a warmup", "highest held-out loss", run => run.Measured.Max(m => m.HeldOut))
            .With(Say($"the first {warmup} updates go {with} peaks at most with the warmup and {warmup} without: that bound falls at any rate"));
    }

    /// <summary>A picture without an observable.</summary>
    [Claim("D1-033")]
    internal static Finding OrientsItself(Claim claim) => Judge.NotCheckable(
        claim, "that a model orients itself in parameter space is a picture; it names nothing that could be measured, and how far the first updates go is judged in D1-032");

    /// <summary>The largest rise of the held-out loss between two steps, with and without the warmup.</summary>
    [Claim("D1-034")]
    [Turn("facts/largest rise with a warmup", "higher", Verdict.Erratum)]
    internal static Finding Stabilizes(Claim claim, Document document) => WithAndWithout(
        claim, document["D1-047"], "largest rise with a warmup", "largest rise of the held-out loss in two steps", run => Math.Max(0, run.Measured.Zip(run.Measured.Skip(1)).Max(m => m.Second.HeldOut - m.First.HeldOut)));

    /// <summary>The prose's schedule against the snippets' at the end of the constant phase: loss and distance.</summary>
    [Claim("D1-040")]
    [Turn("facts/loss after the constant phase", "higher", Verdict.Erratum)]
    [Turn("facts/distance travelled", "lower", Verdict.Erratum)]
    internal static Finding ConstantPhase(Claim claim, Document document)
    {
        const int Total = 200;
        Claim schedule = document["D1-047"];
        TrainingSetting Setting(int seed, RateShape shape) => new(seed, Total, schedule.GivenNumber("base")) { Warmup = schedule.GivenInteger("W"), Shape = shape, Every = 40 };
        Working.Tried(SmallRuns.What);
        const int End = Total * 8 / 10 / 40;
        PairedOutcome loss = new PairedRuns("does a constant rate to 80 % of the steps lower the loss faster than a cosine from the end of the warmup", Say($"held-out loss at step {40 * End} of {Total}"), Pairs)
            .Run("with a constant phase", "with the cosine", seed => (SmallRuns.Of(Setting(seed, RateShape.Phases)).Measured[End].HeldOut, SmallRuns.Of(Setting(seed, RateShape.Snippets)).Measured[End].HeldOut));
        PairedOutcome distance = new PairedRuns("does it lead further", Say($"distance from the start at step {40 * End}"), Pairs)
            .Run("with a constant phase", "with the cosine", seed => (SmallRuns.Of(Setting(seed, RateShape.Phases)).Measured[End].Distance, SmallRuns.Of(Setting(seed, RateShape.Snippets)).Measured[End].Distance));
        return Judge.All(
            Judge.Stated(claim, "loss after the constant phase", loss.Direction, Say($"loss {loss.Direction} in {loss.Lower}"), loss.ToString()),
            Judge.Stated(claim, "distance travelled", distance.Direction, Say($"distance {distance.Direction} in {distance.Higher} of {Pairs}"), distance.ToString()));
    }

    /// <summary>SGD on a noisy quadratic, exact expectations, with and without a decay at the end.</summary>
    [Claim("D1-042")]
    [Turn("facts/loss at the end with a decay", "higher", Verdict.Erratum)]
    internal static Finding DecayFineTunes(Claim claim, Document document)
    {
        Claim phase = document["D1-041"];
        const int Total = 1000;
        double share = phase.GivenPrinted("start").Value.ToDouble() / 100, part = (phase.GivenExact("min_lr") / phase.GivenExact("base_lr")).ToDouble();
        var lower = new Tally("settings of rate and noise in which the expected loss ends lower with the decay");
        List<double> ratios = [];
        foreach (double rate in (double[])[0.05, 0.2, 0.5, 1])
        {
            foreach (double noise in (double[])[0.1, 1])
            {
                double constant = Loss(noise, _ => rate);
                double decayed = Loss(noise, t => Schedules.WarmupHoldCosine<Real64>(rate, part * rate, 0, share * Total, Total, t).Value);
                lower.Add(decayed < constant);
                ratios.Add(constant / decayed);
            }
        }

        Working.Uses("schedules.warmup_hold_cosine");
        Working.Tried(Say($"SGD on x^2/2 from 1 with noise on the gradient, E x^2 <- (1 - eta)^2 E x^2 + eta^2 sigma^2, {Total} steps, a cosine to {part} of the rate over the last {100 - 100 * share} %"));
        lower.Shown();
        (double least, double most) = (Working.Value("least quotient of the losses", ratios.Min()), Working.Value("largest quotient", ratios.Max()));
        return Judge.Stated(
            claim, "loss at the end with a decay", lower.Always ? "lower" : lower.Never ? "higher" : "either", $"{lower}",
            Say($"in {lower} settings of a noisy quadratic the decay ends {least:F1} to {most:F1} times lower: the swings around the minimum grow with the rate, and with them the loss"))
            .AndYet(Say($"the rate ends at {part} of its peak and not at 0, so that a part of the swings stays"));

        static double Loss(double noise, Func<int, double> rate)
        {
            double square = 1;
            for (int t = 0; t < Total; t++)
                square = (1 - rate(t)) * (1 - rate(t)) * square + rate(t) * rate(t) * noise * noise;
            return square / 2;
        }
    }

    private static Finding WithAndWithout(Claim claim, Claim schedule, string key, string measured, Func<TrainedRun, double> measure)
    {
        (double rate, int warmup) = (schedule.GivenNumber("base"), schedule.GivenInteger("W"));
        string stated = claim.Facts[key].Text;
        Working.Tried(SmallRuns.What);
        List<(int Factor, PairedOutcome Outcome)> tried = [];
        foreach (int factor in Factors)
        {
            double Measured(int seed, int steps) => measure(SmallRuns.Of(new TrainingSetting(seed, Steps, factor * rate) { Warmup = steps, Every = 2 }));
            var runs = new PairedRuns(Say($"does a warmup of {warmup} steps lower it at {factor} times the rate {rate}"), Say($"{measured} in {Steps} steps"), Pairs, Least: 0.001);
            tried.Add((factor, runs.Run("with the warmup", "without", seed => (Measured(seed, warmup), Measured(seed, 0)))));
        }

        (int Factor, PairedOutcome Outcome)[] shown = [.. tried.Where(t => t.Outcome.Direction == stated)];
        return Judge.Conditional(
            tried[0].Outcome.Direction == stated,
            shown.Length > 0,
            shown.Length > 0 ? Say($"when the rate is {shown[0].Factor} times the document's") : "",
            string.Join("; ", tried.Select(t => Say($"{t.Factor} times: {t.Outcome.Direction}"))),
            Say($"with a warmup of {warmup} steps the {measured} of a small GPT in {Steps} steps is lower in {And(tried.Select(t => Say($"{t.Outcome.Lower} of {Pairs} pairs at {t.Factor} times")))} the document's rate (higher in {And(tried.Select(t => Say($"{t.Outcome.Higher}")))})"))
            .With([.. tried.Select(t => Say($"{t.Factor} times: {t.Outcome}"))]);
    }
}
