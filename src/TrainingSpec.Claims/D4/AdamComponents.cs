using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Adam Components".</summary>
internal static class AdamComponents
{
    private const int Steps = 50;
    private static readonly Precise Beta1 = Exact.Of(Rational.Parse("0.9")), Beta2 = Exact.Of(Rational.Parse("0.999"));

    /// <summary>The recursion of the first moment against its explicit sum and the closed form of a constant gradient.</summary>
    [Claim("D4-043")]
    internal static Finding FirstMoment(Claim claim)
    {
        Precise[] gradients = Gradients(443);
        bool sums = true, constant = true;
        Precise m = Precise.Of(0), ofConstant = Precise.Of(0), one = Precise.Of(1);
        Working.Value("gradients, standard normal (seed 443)", gradients);
        Working.Apply(Adam.FirstMoment, Working.Apply(Adam.FirstMoment, m, gradients[0], Beta1), gradients[1], Beta1);
        for (int t = 1; t <= Steps; t++)
        {
            m = Adam.FirstMoment(m, gradients[t - 1], Beta1);
            ofConstant = Adam.FirstMoment(ofConstant, gradients[0], Beta1);
            Precise sum = Precise.Of(0);
            for (int k = 1; k <= t; k++)
                sum += (one - Beta1) * Precise.Power(Beta1, Precise.Of(t - k)) * gradients[k - 1];
            sums &= Near(m, sum);
            constant &= Near(ofConstant, (one - Precise.Power(Beta1, Precise.Of(t))) * gradients[0]);
        }

        return Recursion(sums, constant, "(1 - b1) sum b1^(t-k) g_k", "(1 - b1^t) g");
    }

    /// <summary>The recursion of the second moment against its explicit sum and the closed form of a constant gradient.</summary>
    [Claim("D4-044")]
    internal static Finding SecondMoment(Claim claim)
    {
        Precise[] gradients = Gradients(444);
        bool sums = true, constant = true;
        Precise v = Precise.Of(0), ofConstant = Precise.Of(0), one = Precise.Of(1);
        Working.Value("gradients, standard normal (seed 444)", gradients);
        Working.Apply(Adam.SecondMoment, Working.Apply(Adam.SecondMoment, v, gradients[0], Beta2), gradients[1], Beta2);
        for (int t = 1; t <= Steps; t++)
        {
            v = Adam.SecondMoment(v, gradients[t - 1], Beta2);
            ofConstant = Adam.SecondMoment(ofConstant, gradients[0], Beta2);
            Precise sum = Precise.Of(0);
            for (int k = 1; k <= t; k++)
                sum += (one - Beta2) * Precise.Power(Beta2, Precise.Of(t - k)) * gradients[k - 1] * gradients[k - 1];
            sums &= Near(v, sum) && (double)v >= 0;
            constant &= Near(ofConstant, (one - Precise.Power(Beta2, Precise.Of(t))) * gradients[0] * gradients[0]);
        }

        return Recursion(sums, constant, "(1 - b2) sum b2^(t-k) g_k^2, never negative", "(1 - b2^t) g^2");
    }

    /// <summary>After correction a constant gradient gives itself, and the weights of independent gradients add up to 1, so that means come out right.</summary>
    [Claim("D4-045")]
    internal static Finding BiasCorrection(Claim claim)
    {
        Precise g = Working.Value("constant gradient", Precise.Of(0.3));
        var run = new AdamRun<Precise>(Precise.Of(0)) { Beta1 = Beta1, Beta2 = Beta2 };
        bool constant = true, weights = true, zeroAtZero = (double)Adam.BiasCorrection(Beta1, Precise.Of(0)) == 0;
        for (int t = 1; t <= Steps; t++)
        {
            run.Step(g);
            constant &= Near(run.Corrected.First, g) && Near(run.Corrected.Second, g * g);
            weights &= Near(WeightOfGradients(t, Beta1), Precise.Of(1)) && Near(WeightOfGradients(t, Beta2), Precise.Of(1));
        }

        Precise correction = Working.Apply(Adam.BiasCorrection, Beta1, Precise.Of(run.Steps));
        Working.Apply(Adam.Corrected, run.M, correction);
        Working.Tried(Say($"for t = 1 … {Steps} the corrected moments of a constant gradient against g and g^2, and the sum over k of what a single gradient 1 at step k leaves in the corrected moment at step t"));
        Working.Holds("the constant gradient and its square come back", constant);
        Working.Holds(Say($"the weights add up to 1 for t = 1 … {Steps}"), weights);
        Working.Holds("the correction is 0 at t = 0", zeroAtZero);
        double uncorrected = 1 - 0.9;
        return Judge.Holds(
            constant && weights && zeroAtZero,
            Say($"weights add up to 1 for t = 1 … {Steps}"),
            Say($"for t = 1 to {Steps} a constant gradient g gives g and g^2, and the weights of the gradients add up to 1, so independent gradients keep their mean; uncorrected the first step would carry {uncorrected:F1} of it"),
            Say($"constant gradients come back: {constant}, weights add up to 1: {weights}, correction 0 at t = 0: {zeroAtZero}"))
            .With("at t = 0 the correction is 0 and the quotient is undefined: steps count from 1");

        // Σ over k of the corrected moment that a single gradient 1 at step k leaves at step t.
        static Precise WeightOfGradients(int t, Precise beta)
        {
            Precise total = Precise.Of(0);
            for (int k = 1; k <= t; k++)
            {
                Precise m = Precise.Of(0);
                for (int i = k; i <= t; i++)
                    m = Adam.FirstMoment(m, Precise.Of(i == k ? 1 : 0), beta);
                total += Adam.Corrected(m, Adam.BiasCorrection(beta, Precise.Of(t)));
            }

            return total;
        }
    }

    /// <summary>The step as written, the variant with ε inside the root, and the bound of Cauchy and Schwarz, which growing gradients reach.</summary>
    [Claim("D4-046")]
    internal static Finding UpdateRule(Claim claim)
    {
        Precise[] gradients = Gradients(446);
        Precise eps = Precise.Of(1e-2), rate = Precise.Of(1e-3), one = Precise.Of(1);
        var run = new AdamRun<Precise>(one) { Beta1 = Beta1, Beta2 = Beta2, Epsilon = eps, LearningRate = rate };
        var growing = new AdamRun<Precise>(one) { Beta1 = Beta1, Beta2 = Beta2 };
        bool asWritten = true, otherInside = true, bounded = true, reached = true;
        const int Growing = 500;
        double largest = 0, gap = 0;
        Precise growth = Beta2 / Beta1;
        for (int t = 1; t <= Steps; t++)
        {
            Precise before = run.Theta, after = run.Step(gradients[t - 1]);
            (Precise m, Precise v) = run.Corrected;
            asWritten &= after == Adam.Update(before, m, v, rate, eps);
            Precise inside = Adam.UpdateEpsInsideRoot(before, m, v, rate, eps);
            otherInside &= inside != after;
            gap = Math.Max(gap, Math.Abs((double)((inside - after) / rate)));
            Precise bound = Adam.StepBound(Beta1, Beta2, Precise.Of(t));
            bounded &= (double)(Precise.Abs(m) / Precise.Sqrt(v) - bound) <= 1e-25;
        }

        for (int t = 1; t <= Growing; t++)
        {
            growing.Step(Precise.Power(growth, Precise.Of(t)));
            Precise ratio = growing.Corrected.First / Precise.Sqrt(growing.Corrected.Second);
            reached &= Near(ratio, Adam.StepBound(Beta1, Beta2, Precise.Of(t)));
            largest = Math.Max(largest, (double)ratio);
        }

        Working.Apply(Adam.Update, run.Theta, run.Corrected.First, run.Corrected.Second, rate, eps);
        Working.Apply(Adam.UpdateEpsInsideRoot, run.Theta, run.Corrected.First, run.Corrected.Second, rate, eps);
        Working.Apply(Adam.StepBound, Beta1, Beta2, Precise.Of(Growing));
        Working.Value(Say($"largest |m_hat|/sqrt(v_hat) under gradients growing as b2/b1, t up to {Growing}"), largest);
        Working.Holds(Say($"over {Steps} random steps the optimizer does what the formula says, bit for bit"), asWritten);
        Working.Holds("eps inside the root gives another step each time", otherInside);
        Working.Holds("|m_hat|/sqrt(v_hat) stays under the bound of Cauchy and Schwarz", bounded);
        Working.Holds("growing gradients reach the bound", reached);
        double paper = Math.Max(1, (1 - 0.9) / Real64.Sqrt(1 - 0.999));
        return Judge.Holds(
            asWritten && otherInside && bounded && reached,
            Say($"largest step {largest:F4} alpha by t = {Growing}"),
            Say($"the step follows the formula with eps outside the root; over {Steps} random steps |m_hat|/sqrt(v_hat) stays under the bound of Cauchy and Schwarz, and gradients growing as b2/b1 reach it ({largest:F4} at t = {Growing})"),
            Say($"as written: {asWritten}, other variant differs: {otherInside}, bounded: {bounded}, bound reached: {reached}"))
            .With(
                Say($"with eps = 0.01 inside the root the step would differ by up to {gap:F3} alpha"),
                Say($"the bound of the Adam paper, {paper:F4}, is {(largest > paper ? "exceeded" : "kept")} by the growing gradients within {Growing} steps"));
    }

    private static Finding Recursion(bool sums, bool constant, string sum, string closed)
    {
        Working.Holds(Say($"at each of {Steps} steps the recursion equals {sum} to 88 bits"), sums);
        Working.Holds($"under a constant gradient it equals {closed}", constant);
        return Judge.Holds(
            sums && constant,
            closed,
            Say($"over {Steps} random steps the recursion equals {sum} to 88 bits, and {closed} for a constant gradient"),
            Say($"the recursion equals its sum: {sums}, its closed form: {constant}"));
    }

    private static Precise[] Gradients(int seed) => [.. new Draws(seed).Row(Steps).Select(x => Precise.Of(x))];
}
