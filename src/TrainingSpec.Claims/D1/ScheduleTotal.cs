using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>The number of steps of the document's example run, from the rates of its log by its own snippets: the total with which they print all of them.</summary>
internal static class ScheduleTotal
{
    /// <summary>The smallest total that prints all rates of the log.</summary>
    /// <exception cref="ClaimDataException">There is none.</exception>
    public static int Of(Document document)
    {
        Facts log = document.Facts["example log"];
        int[] steps = [.. log["steps"].Rows.Select(s => s.Integer)];
        double[] rates = log["rates"].Numbers;
        (double peak, double floor, int warmup) = (document["D1-035"].GivenNumber("baseLR"), document["D1-041"].GivenNumber("min_lr"), document["D1-035"].GivenInteger("warmupSteps"));
        bool Prints(int total) => steps.Zip(rates).All(p => Math.Abs(Schedules.WarmupCosine<Numbers.Real64>(peak, floor, warmup, total, p.First).Value - p.Second) <= 0.5e-6 * (1 + 1e-9));
        int[] totals = [.. Enumerable.Range(steps.Max() + 1, 5000).Where(Prints)];
        Working.Uses("schedules.warmup_cosine");
        Working.Value("totals with which the snippets print all rates of the log, counted from 1", totals);
        // Two epochs have an even number of steps.
        return totals.FirstOrDefault(t => t % 2 == 0, totals.FirstOrDefault()) is var total and > 0 ? total : throw new ClaimDataException(Say($"{document.Name}: no total prints the rates of the example log"));
    }
}
