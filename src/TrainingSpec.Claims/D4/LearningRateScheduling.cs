using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Learning Rate Scheduling": its opening and the figure of warmup and decay.</summary>
internal static class LearningRateScheduling
{
    /// <summary>On a noisy quadratic, exact expectations: the best cosine decay ends below the best constant rate.</summary>
    [Claim("D4-057")]
    [Turn("facts/the best constant rate ends", "below the best decay", Verdict.Erratum)]
    internal static Finding ConstantIsRarelyBest(Claim claim)
    {
        const int Rates = 80;
        int settings = 0;
        var cosineBetter = new Tally("settings in which cosine decay ends lower");
        double smallestGain = double.PositiveInfinity;
        foreach (double noise in (double[])[0.01, 0.1, 1])
        {
            foreach (int budget in (int[])[50, 200, 1000])
            {
                double constant = double.PositiveInfinity, cosine = double.PositiveInfinity;
                for (int i = 1; i < Rates; i++)
                {
                    // Rates up to 2/h with curvature h = 1, beyond which SGD diverges.
                    double peak = 2 * Math.Pow(10, -4.0 * i / Rates);
                    constant = Math.Min(constant, Loss(budget, noise, _ => Schedules.Constant<Real64>(peak)));
                    cosine = Math.Min(cosine, Loss(budget, noise, t => Schedules.Cosine<Real64>(peak, 0, 0, budget, t)));
                }

                Working.Value(Say($"noise {noise}, {budget} steps: expected loss at the end with the best constant rate, and with the best cosine decay"), new[] { constant, cosine });
                settings++;
                cosineBetter.Add(cosine < constant);
                smallestGain = Math.Min(smallestGain, constant / cosine);
            }
        }

        Working.Uses("schedules.cosine");
        Working.Tried(Say($"SGD on x^2/2 from 1 with noisy gradients, E x^2 <- (1 - eta)^2 E x^2 + eta^2 sigma^2, {Rates - 1} peak rates from 0.0002 to 2"));
        cosineBetter.Shown();
        Working.Value("least quotient of both", smallestGain);
        return Judge.OneOf(
            claim,
            "the best constant rate ends",
            [("above the best decay", cosineBetter.Always), ("below the best decay", cosineBetter.Never)],
            Say($"cosine better in {cosineBetter}"),
            Say($"on a quadratic with gradient noise the best cosine decay ends with a lower expected loss than the best constant rate in {cosineBetter} settings, at least {smallestGain:F2} times lower"),
            Say($"the best cosine decay ends lower than the best constant rate in {cosineBetter} settings only"));

        // E x² under x ← x − η(x + noise) from x² = 1: (1 − η)² E x² + η² σ².
        static double Loss(int budget, double sigma, Func<int, double> rate)
        {
            double square = 1;
            for (int t = 0; t < budget; t++)
            {
                double eta = rate(t);
                square = (1 - eta) * (1 - eta) * square + eta * eta * sigma * sigma;
            }

            return square / 2;
        }
    }

    /// <summary>The drawn heights, column by column, against the schedule on the same columns, within one row.</summary>
    [Claim("D4-058")]
    [Turn("D4/schedule figure/flat/1", "6", Verdict.Confirmed, AndPlace = "D4/schedule figure/fall", AndValue = "[[6, 4], [11, 3], [15, 2], [18, 1], [24, 0]]")]
    internal static Finding FigureAgainstFormula(Claim claim, Document document)
    {
        Facts figure = document.Facts["schedule figure"];
        int warmup = claim.GivenInteger("warmup columns"), total = claim.GivenInteger("total columns");
        (int first, int last) = (figure["flat"][0].Integer, figure["flat"][1].Integer);
        int top = figure["rise"].Rows[^1][1].Integer;
        (int Column, int Height)[] drawn =
        [
            .. figure["rise"].Rows.Select(p => (p[0].Integer, p[1].Integer)),
            .. Enumerable.Range(first, last - first + 1).Select(c => (c, top)),
            .. figure["fall"].Rows.Select(p => (p[0].Integer, p[1].Integer)),
        ];
        Tally near = new(Say($"drawn points within one row of the schedule with warmup {warmup} of {total} columns"));
        double worst = 0;
        foreach ((int column, int height) in drawn)
        {
            double right = top * Schedules.WarmupCosine<Real64>(1, 0, warmup, total, column).Value;
            near.Add(Math.Abs(right - height) <= 1);
            worst = Math.Max(worst, Math.Abs(right - height));
        }

        int flat = last - first;
        Working.Value("flat columns drawn", flat);
        Working.Value("largest distance from the schedule, in rows", worst);
        double end = Working.Apply<Real64>(Schedules.WarmupCosine, 1, 0, warmup, total, last);
        return Judge.Agrees(
            near.Shown().Always,
            "D4-063",
            Say($"{near} points; flat over {flat} columns"),
            Say($"{near} drawn points lie within one of {top} rows of the schedule: the figure is flat over {flat} of {total} columns, where the cosine has fallen to {100 * end:F0} % of the peak, and then falls by {top} rows in {figure["fall"].Rows[^1][0].Integer - last} columns"));
    }
}
