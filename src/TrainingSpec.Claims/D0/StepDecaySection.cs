using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Step Decay".</summary>
internal static class StepDecaySection
{
    /// <summary>The stated schedule against ours.</summary>
    [Claim("D0-049")]
    [Turn("facts/formula", "eta0 * pow(gamma, t / K)", Verdict.Erratum)]
    [Turn("facts/formula", "eta0 * gamma * floor(t / K)", Verdict.Erratum)]
    internal static Finding Schedule(Claim claim) => Judge.Formula(claim, "formula", x => Schedules.StepDecay(x["eta0"], x.In("gamma", 0.1, 0.9), x.Whole("K", 1, 20), x.Whole("t", 0, 200)));

    /// <summary>The example against the listing's defaults, and the rates that it gives.</summary>
    [Claim("D0-050")]
    [Turn("given/gamma", "0.4", Verdict.Conflicts)]
    [Turn("given/K", "20", Verdict.Conflicts)]
    [Turn("D0/step_decay defaults/decay_rate", "0.1", Verdict.Conflicts)]
    internal static Finding Example(Claim claim, Document document)
    {
        Facts defaults = document.Facts["step_decay defaults"];
        (Rational gamma, Rational every) = (claim.GivenExact("gamma"), claim.GivenExact("K"));
        int k = claim.GivenInteger("K");
        int[] epochs = [0, k - 1, k, 2 * k];
        string[] rates = [.. epochs.Select(t => Say($"{Working.Apply(Schedules.StepDecay, Exact.Of(claim.GivenExact("eta0")), Exact.Of(gamma), Exact.Of(every), Precise.Of(t)):G6}"))];
        for (int i = 0; i < epochs.Length; i++)
            Working.Tried(Say($"epoch {epochs[i]}: {rates[i]}"));
        return Judge.Agrees(
            gamma == defaults["decay_rate"].Exact && every == defaults["decay_every"].Exact,
            "the listing's defaults in line 168",
            And(rates),
            Say($"the rate is {And(rates)} in the epochs {And(epochs.Select(e => Say($"{e}")))}; the listing's defaults are {defaults["decay_rate"].Exact} and {defaults["decay_every"].Exact}"));
    }

    /// <summary>The code's expression against the document's formula.</summary>
    [Claim("D0-051")]
    [Turn("facts/code", "initial_lr * pow(decay_rate, epoch / decay_every)", Verdict.Erratum)]
    [Turn("D0-049/facts/formula", "eta0 * pow(gamma, floor(t / K) + 1)", Verdict.Erratum)]
    internal static Finding CodeIsTheFormula(Claim claim, Document document)
    {
        StatedFormula formula = document["D0-049"].Facts["formula"].Formula;
        return Judge.Formula(claim, "code", x => formula.Evaluate<Precise>(name => name switch
        {
            "eta0" => [x["initial_lr"]],
            "gamma" => [x.In("decay_rate", 0.1, 0.9)],
            "t" => [x.Whole("epoch", 0, 200)],
            _ => [x.Whole("decay_every", 1, 20)],
        })).With(Say($"epochs count from 0, so that the first fall comes in the epoch after the first {document.Facts["step_decay defaults"]["decay_every"].Exact}"));
    }

    /// <summary>No epochs per step, and an epoch below 0.</summary>
    [Claim("D0-052")]
    [Turn("facts/no epochs per step", "nothing", Verdict.Erratum)]
    [Turn("facts/a negative epoch", "leaves the rate", Verdict.Erratum)]
    internal static Finding EdgeCases(Claim claim, Document document)
    {
        Facts defaults = document.Facts["step_decay defaults"];
        (double rate, int every) = (defaults["decay_rate"].Exact.ToDouble(), (int)defaults["decay_every"].Exact.ToDouble());
        string raised = PythonRaises.Of(() => ScheduleListings.StepDecay(0.1, 5, rate, 0));
        double before = Working.Value("rate 0.1 at epoch -1", ScheduleListings.StepDecay(0.1, -1, rate, every));
        Working.Tried($"with no epochs per step the code raises {raised}");
        return Judge.All(
            Judge.Stated(claim, "no epochs per step", raised, raised, $"epoch // 0 raises {raised}"),
            Judge.Stated(claim, "a negative epoch", before > 0.1 ? "raises the rate" : "leaves the rate", Say($"{before}"), Say($"-1 // {every} is -1, so that the rate 0.1 becomes {before}")))
            .AndYet("nothing refuses a negative epoch");
    }
}
