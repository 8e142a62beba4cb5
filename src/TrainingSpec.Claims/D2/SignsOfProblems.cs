using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D2;

/// <summary>D2, "Signs of Problems": each cause of the table planted in a training run, the symptom looked for, the remedy tried.</summary>
internal static class SignsOfProblems
{
    /// <summary>The row of the diagnosis for each symptom of the table.</summary>
    internal static readonly Dictionary<string, string> RowOf = new(StringComparer.Ordinal)
    {
        ["Loss = NaN"] = "D2-nan",
        ["Loss stuck"] = "D2-stuck",
        ["Loss oscillates"] = "D2-oscillates",
        ["Loss decreases then rises"] = "D2-falls-then-rises",
        ["Very slow progress"] = "D2-slow",
    };

    /// <summary>Five runs, each with the cause of one row: which of the table's symptoms it shows.</summary>
    [Claim("D2-037")]
    [Turn("D2/signs of problems/rows/4/1", "LR too high", Verdict.Erratum)]
    [Turn("D2/signs of problems/rows/1/0", "Very slow progress", Verdict.Erratum)]
    internal static Finding OneCauseForEachSymptom(Document document)
    {
        Facts[] rows = [.. document.Facts["signs of problems"]["rows"].Rows];
        var own = new Tally("planted causes whose run shows the symptom of their own row and of no other");
        List<string> figures = [];
        foreach (Facts row in rows)
        {
            string[] shown = Shown(PlantedRuns.Of(row[1].Text));
            own.Add(shown is [var one] && one == RowOf[row[0].Text]);
            figures.Add(Say($"{row[1].Text}: {(shown.Length == 0 ? "no symptom" : And(shown.Select(id => RowOf.First(r => r.Value == id).Key)))}"));
            Working.Tried($"a run with the cause planted, {figures[^1]}");
        }

        own.Shown();
        return Judge.Holds(
            own.Always,
            $"{own} rows",
            $"{own} planted causes show the symptom of their own row and of no other: {string.Join("; ", figures)}",
            $"{own} planted causes show the symptom of their own row alone: {string.Join("; ", figures)}")
            .AndYet("other causes show the same symptoms: a rate of 0 a stuck loss, noisy small batches an oscillating one");
    }

    /// <summary>NaN from a rate too high: both remedies prevent it, and clipping does not repair it.</summary>
    [Claim("D2-038")]
    [Turn("facts/remedies/0", "Increase LR", Verdict.Erratum)]
    [Turn("D2/signs of problems/rows/0/1", "LR too low", Verdict.Erratum)]
    internal static Finding NotANumber(Claim claim, Document document)
    {
        string repaired = Say($"{Real64.Min(1, new Real64(1) / double.NaN) * double.NaN} and {new Real64(0) * double.PositiveInfinity}");
        return Row(claim, document, 0).AndYet($"clipping prevents but does not repair: a gradient that is NaN or infinite becomes {repaired} when it is scaled");
    }

    /// <summary>A stack too deep for its weights: stuck, and moved by either remedy.</summary>
    [Claim("D2-039")]
    [Turn("facts/remedies/1", "Use more layers", Verdict.Erratum)]
    [Turn("D2/signs of problems/rows/1/1", "LR too high", Verdict.Erratum)]
    internal static Finding Stuck(Claim claim, Document document)
    {
        bool zero = Shown(new RunRecord { TrainingLoss = [.. new Draws(239).Row(60, 0.1).Select(x => 3 + x.Value)] }) is ["D2-stuck"];
        Working.Holds("a loss that only its noise moves, as with a rate of 0 or with zero weights, has the same symptom", zero);
        return Row(claim, document, 1).AndYet("a rate of 0, zero weights and dead ReLUs leave the loss stuck as well");
    }

    /// <summary>Rates too high on a quadratic of the given curvature, where the loss never oscillates, and on a curved valley, where it does.</summary>
    [Claim("D2-040")]
    [Turn("facts/remedies/0", "Increase learning rate", Verdict.Erratum)]
    internal static Finding Oscillates(Claim claim, Document document)
    {
        double curvature = claim.GivenNumber("lambda");
        var monotone = new Tally("rates from 1 over the curvature on, whose iterates change sign, at which the loss of a quadratic falls or rises throughout");
        for (int i = 0; i < 30; i++)
        {
            double[] losses = PlantedRuns.Quadratic((1.05 + 0.05 * i) / curvature, curvature, 40);
            monotone.Add(losses.Zip(losses.Skip(1)).All(p => p.First >= p.Second) || losses.Zip(losses.Skip(1)).All(p => p.First <= p.Second));
        }

        monotone.Shown();
        (string row, bool planted, bool mended) = Tried(claim, document, 2);
        return Judge.Conditional(
            planted && mended && monotone.Never,
            planted && mended,
            "where the curvature changes along the way",
            Say($"{monotone} rates without an oscillation"),
            Say($"{row}; on a quadratic of curvature {curvature} the iterates change sign above the rate {1 / curvature:G3}, and the loss falls or rises throughout at {monotone} such rates"));
    }

    /// <summary>Which loss: the validation loss while the training loss falls, or the training loss itself.</summary>
    [Claim("D2-041")]
    [Turn("facts/which loss", "Validation loss", Verdict.Confirmed)]
    [Turn("facts/which loss", "Training loss", Verdict.Erratum)]
    internal static Finding FallsThenRises(Claim claim, Document document)
    {
        string which = claim.Facts["which loss"].Text;
        (string row, bool planted, bool mended) = Tried(claim, document, 3);
        // The rate passes the limit of stability on its way up; nothing can be overfitted on a quadratic.
        double x = 1;
        double[] losses = [.. Enumerable.Range(0, 60).Select(t =>
        {
            double loss = x * x / 2;
            x -= 0.13 * t * x;
            return loss;
        })];
        int least = Array.IndexOf(losses, losses.Min());
        bool unstable = Working.Holds("the training loss of a quadratic falls and then rises as the rate grows past its limit, with nothing to overfit", least > 0 && losses[^1] > losses[0]);
        bool validation = planted && mended, training = !unstable;
        return Judge.TwoReadings(
            which == "Training loss" ? training : validation,
            which == "Validation loss" ? validation : training,
            Say($"the training loss turns at step {Working.Value("step of the least training loss", least)} without overfitting"),
            Say($"of the validation loss it is right ({row}); a training loss that falls and then rises is no overfitting: with a rate that grows past its limit it turns at step {least}, and there is nothing to overfit"));
    }

    /// <summary>The given rate, and ten times of it.</summary>
    [Claim("D2-042")]
    [Turn("facts/remedies/0", "Reduce learning rate", Verdict.Erratum)]
    [Turn("given/lr", "1.5", Verdict.Erratum)]
    internal static Finding Slow(Claim claim, Document document)
    {
        double rate = claim.GivenNumber("lr"), curvature = claim.GivenNumber("lambda");
        int steps = claim.GivenInteger("steps");
        double left = Working.Value(Say($"percent of the error that are left after {steps} steps at the given rate"), 100 * Math.Abs(Math.Pow(1 - rate * curvature, steps)));
        double faster = Working.Value("at ten times the rate", 100 * Math.Abs(Math.Pow(1 - 10 * rate * curvature, steps)));
        (string row, bool planted, bool mended) = Tried(claim, document, 4);
        return Judge.Holds(
            planted && mended && faster < left,
            Say($"{left:F1} % left, {faster:F1} % at ten times the rate"),
            Say($"at the rate {rate} and curvature {curvature} {left:F1} % of the error is left after {steps} steps, at ten times the rate {faster:F1} %; {row}"),
            Say($"{left:F1} % of the error is left after {steps} steps, {faster:F1} % at ten times the rate; {row}"))
            .AndYet("with curvatures that differ by a factor of a thousand progress is slow along one direction at any rate that does not diverge along the other");
    }

    // A row of the table: planted, its cause shows its symptom, and each remedy alone takes it away.
    private static Finding Row(Claim claim, Document document, int row)
    {
        (string told, bool planted, bool mended) = Tried(claim, document, row);
        return Judge.Holds(planted && mended, told, told, told);
    }

    private static (string Told, bool Planted, bool Mended) Tried(Claim claim, Document document, int row)
    {
        Facts entry = document.Facts["signs of problems"]["rows"][row];
        (string symptom, string cause) = (entry[0].Text, entry[1].Text);
        string[] remedies = claim.Facts["remedies"].Texts;
        bool planted = Shown(PlantedRuns.Of(cause)).Contains(RowOf[symptom]);
        var mended = new Tally("remedies that take the symptom away, each by itself");
        foreach (string remedy in remedies)
            mended.Add(!Shown(PlantedRuns.Of(cause, remedy)).Contains(RowOf[symptom]));
        Working.Holds($"a run with the cause \"{cause}\" planted shows \"{symptom}\"", planted);
        mended.Shown();
        return ($"planted, the cause {(planted ? "shows" : "does not show")} the symptom, and {mended} remedies take it away", planted, mended.Always);
    }

    /// <summary>The ids of the table's rows that a run shows.</summary>
    internal static string[] Shown(RunRecord run) => [.. Diagnosis.Of(run).Select(r => r.Id).Where(RowOf.ContainsValue)];
}
