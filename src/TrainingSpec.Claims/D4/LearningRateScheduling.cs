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
        int settings = 0, cosineBetter = 0;
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
                cosineBetter += cosine < constant ? 1 : 0;
                smallestGain = Math.Min(smallestGain, constant / cosine);
            }
        }

        Working.Uses("schedules.cosine");
        Working.Tried(Say($"SGD on x^2/2 from 1 with noisy gradients, E x^2 <- (1 - eta)^2 E x^2 + eta^2 sigma^2, {Rates - 1} peak rates from 0.0002 to 2"));
        Working.Counted("settings in which cosine decay ends lower", cosineBetter, settings);
        Working.Value("least quotient of both", smallestGain);
        return Judge.OneOf(
            claim,
            "the best constant rate ends",
            [("above the best decay", cosineBetter == settings), ("below the best decay", cosineBetter == 0)],
            Say($"cosine better in {cosineBetter} of {settings}"),
            Say($"on a quadratic with gradient noise the best cosine decay ends with a lower expected loss than the best constant rate in {cosineBetter} of {settings} settings, at least {smallestGain:F2} times lower"),
            Say($"the best cosine decay ends lower than the best constant rate in {cosineBetter} of {settings} settings only"));

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

    /// <summary>The figure, column by column, against the schedule on the same columns.</summary>
    [Claim("D4-058")]
    internal static Finding FigureAgainstFormula(Claim claim, Document document)
    {
        Facts figure = document.Facts["schedule figure"];
        int warmup = claim.GivenInteger("warmup columns"), total = claim.GivenInteger("total columns");
        (int First, int Last) flat = (figure["flat"][0].Integer, figure["flat"][1].Integer);
        if (flat.First != warmup || figure["fall"].Rows[^1][0].Integer != total)
            throw claim.Bad("given columns");
        int[] fall = [.. figure["fall"].Rows.Select(p => p[1].Integer)], rise = [.. figure["rise"].Rows.Select(p => p[1].Integer)];
        double[] heights = [.. Enumerable.Range(0, total + 1).Select(t => Schedules.WarmupCosine<Real64>(1, 0, warmup, total, t).Value)];
        const int Fine = 1000;
        int level = Enumerable.Range(0, Fine).Count(i => Height(i) <= Height(i + 1));
        int drawnFlat = flat.Last - flat.First;
        bool fallsStraight = fall.Zip(fall.Skip(1)).Select(p => p.First - p.Second).Distinct().Count() == 1;
        double atFlatEnd = heights[flat.Last];
        Working.Value("heights drawn in the fall", fall);
        Working.Value("heights by the formula, per column", heights);
        Working.Value("flat columns drawn", drawnFlat);
        Working.Value(Say($"parts of {Fine} of the phase in which the cosine does not fall"), level);
        Working.Holds("the drawn fall is straight", fallsStraight);
        Working.Apply<Real64>(Schedules.WarmupCosine, 1, 0, warmup, total, flat.Last);
        return Judge.Agrees(
            level > 0 && !(fallsStraight && drawnFlat > 0),
            "D4-063",
            Say($"flat columns: {drawnFlat} drawn, {level} by the formula"),
            Say($"the figure is flat over {drawnFlat} of {total} columns and then falls as steeply as it rose over {rise.Length - 1}; the cosine falls strictly over all {Fine} parts of its phase and is at {100 * atFlatEnd:F0} % of the peak where the flat top ends"));

        double Height(int i) => Schedules.CosineRate<Real64>(1, 0, (double)i / Fine);
    }
}
