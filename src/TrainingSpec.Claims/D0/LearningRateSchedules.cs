using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Learning Rate Schedules": whether a rate that changes is better.</summary>
internal static class LearningRateSchedules
{
    private const int Steps = 100;

    /// <summary>A quadratic with noise in its gradient under constant and falling rates, and one without noise.</summary>
    [Claim("D0-048")]
    [Turn("facts/better than a fixed rate", "no", Verdict.Erratum)]
    internal static Finding ChangingIsBetter(Claim claim)
    {
        string stated = claim.Facts["better than a fixed rate"].Text;
        double noisyFixed = Enumerable.Range(1, 19).Min(k => Expected(_ => 0.1 * k, 1)), noisyFalling = Falling().Min(rate => Expected(rate, 1));
        double exactFixed = Expected(_ => 1, 0), exactFalling = Falling().Min(rate => Expected(rate, 0));
        Working.Uses("schedules.linear_decay");
        Working.Tried(Say($"expected loss after {Steps} steps on x^2/2 from x = 1: the best of the constant rates 0.1 to 1.9 against linear, cosine and step decay from them"));
        Working.Value("noise of deviation 1 in the gradient, constant rate", noisyFixed);
        Working.Value("the same, falling rate", noisyFalling);
        Working.Value("no noise, constant rate 1", exactFixed);
        Working.Value("no noise, falling rate", exactFalling);
        bool noisy = noisyFalling < noisyFixed == (stated == "yes"), exact = exactFalling < exactFixed == (stated == "yes");
        bool contradicted = stated != "yes";
        return Judge.Conditional(
            noisy && exact,
            noisy && !contradicted,
            "where the gradient is noisy",
            Say($"{noisyFalling:G3} against {noisyFixed:G3} with noise, {exactFalling:G3} against {exactFixed:G3} without"),
            Say($"with noise a falling rate ends at {noisyFalling:G3} and the best constant one at {noisyFixed:G3}; without noise the constant rate 1/lambda ends at {exactFixed:G3}, which nothing can better"));
    }

    // Every decay from every one of the constant rates.
    private static IEnumerable<Func<int, double>> Falling() => Enumerable.Range(1, 19).Select(k => 0.1 * k).SelectMany(first => (Func<int, double>[])
    [
        t => Schedules.LinearDecay<Real64>(first, Steps, t).Value,
        t => Schedules.CosineRate<Real64>(first, 0, (double)t / Steps).Value,
        t => Schedules.StepDecay<Real64>(first, 0.5, 10, t).Value,
    ]);

    // Mean and variance of x go their own ways, so that the expected loss is exact.
    private static double Expected(Func<int, double> rate, double noise)
    {
        double square = 1;
        for (int t = 0; t < Steps; t++)
            square = (1 - rate(t)) * (1 - rate(t)) * square + rate(t) * rate(t) * noise * noise;
        return square / 2;
    }
}
