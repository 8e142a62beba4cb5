using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Cosine Annealing".</summary>
internal static class CosineAnnealing
{
    /// <summary>The stated schedule against ours.</summary>
    [Claim("D0-056")]
    [Turn("facts/formula", "eta_min + (eta_max - eta_min) * (1 + cos(t / T)) / 2", Verdict.Erratum)]
    [Turn("facts/formula", "eta_min + (eta_max - eta_min) * (1 - cos(pi * t / T)) / 2", Verdict.Erratum)]
    internal static Finding Schedule(Claim claim) => Judge.Formula(claim, "formula", x => Schedules.CosineRate(x.In("eta_max", 1, 2), x.In("eta_min", 0, 1), x.Whole("t", 0, 50) / x.Whole("T", 50, 100)));

    /// <summary>How smooth the schedule is; how popular it is, no program knows.</summary>
    [Claim("D0-057")]
    internal static Finding SmoothAndPopular(Claim claim, Document document)
    {
        double[] rates = [.. Enumerable.Range(0, 1001).Select(t => At(document, t, 1000, 0.1))];
        double steepest = Working.Value("largest fall in a step, in units of pi/2 of the mean one", rates.Zip(rates.Skip(1), (a, b) => a - b).Max() * 1000 / 0.1 / (Math.PI / 2));
        bool smooth = Working.Holds("the rate falls in every one of 1000 steps and never by more than pi/2 times the mean", rates.Zip(rates.Skip(1)).All(x => x.Second < x.First) && steepest <= 1);
        return Judge.All(
            Judge.Holds(smooth, "", "the rate falls smoothly", "the rate does not fall smoothly"),
            Judge.NotCheckable(claim, Say($"how popular a schedule is, no program can find; that it falls smoothly is so: never faster than pi/2 times its mean fall")));
    }

    /// <summary>The stated formula beyond T.</summary>
    [Claim("D0-058")]
    [Turn("facts/at twice the last step", "the lowest rate", Verdict.Erratum)]
    [Turn("D0-056/facts/formula", "eta_min + (eta_max - eta_min) * (1 + cos(pi * min(t, T) / T)) / 2", Verdict.Erratum)]
    internal static Finding ClimbsBack(Claim claim, Document document)
    {
        double end = Working.Value("rate at t = T = 100, from 0.1 to 0", At(document, 100, 100, 0.1)), beyond = Working.Value("at t = 2 T", At(document, 200, 100, 0.1));
        Working.Uses("schedules.cosine_rate");
        return Judge.Stated(claim, "at twice the last step", beyond > 0.0999 ? "the highest rate" : "the lowest rate", Say($"{end:G3} then {beyond:G3}"), Say($"the formula is {end:G3} at T and {beyond:G3} at 2 T, since nothing holds t at T"))
            .AndYet("a run that goes on past T trains at a rising rate");
    }

    /// <summary>The stated formula at the end of a warmup that counts the same steps.</summary>
    [Claim("D0-059")]
    [Turn("facts/offset", "the warmup", Verdict.Erratum)]
    [Turn("D0-056/facts/formula", "eta_min + (eta_max - eta_min) * (1 + cos(pi * (t - w) / (T - w))) / 2", Verdict.Erratum)]
    internal static Finding NoOffset(Claim claim, Document document)
    {
        double start = Working.Value("rate at the end of a warmup of 10 of 100 steps to 0.1", At(document, 10, 100, 0.1));
        Working.Uses("schedules.cosine_rate");
        return Judge.Stated(claim, "offset", Closeness.Near(start, 0.1, 16) ? "the warmup" : "none", Say($"{start:F4}"), Say($"where the warmup of 10 of 100 steps ends at 0.1, the formula of the same t is at {start:F4}"))
            .AndYet(Say($"joined to the warmup formula with one count of steps the rate jumps from 0.1 down to {start:F4}"));
    }

    /// <summary>The stated formula from a highest rate to 0, a warmup of 10 steps where it asks for one.</summary>
    internal static double At(Document document, int t, int total, double highest) => document["D0-056"].Facts["formula"].Formula
        .Evaluate<Real64>(name => [name switch { "eta_max" => highest, "eta_min" => 0, "T" => total, "w" => 10, _ => t }]).Value;
}
