using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Linear Decay".</summary>
internal static class LinearDecaySection
{
    /// <summary>The stated schedule against ours.</summary>
    [Claim("D0-053")]
    [Turn("facts/formula", "eta0 * (1 - t / (T - 1))", Verdict.Erratum)]
    [Turn("facts/formula", "eta0 * (T - t) / T", Verdict.Confirmed)]
    internal static Finding Schedule(Claim claim) => Judge.Formula(claim, "formula", x => Schedules.LinearDecay(x["eta0"], x.Whole("T", 50, 100), x.Whole("t", 0, 50)));

    /// <summary>The rate at the end of the formula, and the last one that a loop over range(T) uses.</summary>
    [Claim("D0-054")]
    [Turn("facts/falls to", "a tenth", Verdict.Erratum)]
    [Turn("D0/epochs of the training function/last", "epochs", Verdict.Confirmed)]
    internal static Finding FallsToZero(Claim claim, Document document)
    {
        const double First = 0.1;
        const int Total = 10;
        StatedFormula formula = document["D0-053"].Facts["formula"].Formula;
        string loop = document.Facts["epochs of the training function"]["last"].Text;
        int last = loop == "epochs" ? Total : Total - 1;
        double end = Working.Value("rate at t = T = 10 from 0.1", At(Total)), used = Working.Value(Say($"rate in the last epoch of a loop up to {loop}"), At(last));
        Working.Uses("schedules.linear_decay");
        bool zero = claim.Facts["falls to"].Text == "zero";
        return Judge.Conditional(
            zero && end == 0 && used == 0,
            zero && end == 0,
            "at step T itself, which a loop over range(T) never comes to",
            Say($"{end} at T, {used:G3} in the last epoch"),
            Say($"the formula gives {end} at t = T; the training function counts its epochs from 0 to {loop}, and its last rate is {used:G3} of {First}"));

        double At(int t) => formula.Evaluate<Real64>(name => [name switch { "eta0" => First, "T" => Total, _ => t }]).Value;
    }

    /// <summary>The code beyond its last step, and without steps.</summary>
    [Claim("D0-055")]
    [Turn("facts/beyond the last step the rate is", "zero", Verdict.Erratum)]
    [Turn("facts/no steps", "nothing", Verdict.Erratum)]
    internal static Finding NotClamped(Claim claim)
    {
        double at = Working.Value("rate 0.1 at step 10 of 10", ScheduleListings.LinearDecay(0.1, 10, 10)), beyond = Working.Value("at step 11 of 10", ScheduleListings.LinearDecay(0.1, 11, 10));
        string raised = PythonRaises.Of(() => ScheduleListings.LinearDecay(0.1, 0, 0));
        Working.Tried($"without steps the code raises {raised}");
        return Judge.All(
            Judge.Stated(claim, "beyond the last step the rate is", beyond < 0 ? "negative" : beyond == 0 ? "zero" : "positive", Say($"{at} then {beyond:G3}"), Say($"the rate is {at} at the last step and {beyond:G3} one step on")),
            Judge.Stated(claim, "no steps", raised, raised, $"step / 0 raises {raised}"))
            .AndYet("a negative rate climbs: one step too many is an ascent of the loss");
    }
}
