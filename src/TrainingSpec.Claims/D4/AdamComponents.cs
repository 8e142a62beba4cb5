using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "Adam Components".</summary>
internal static class AdamComponents
{
    private const int Steps = 50;

    /// <summary>The stated recursion of the first moment against the weighted sum of all gradients and the closed form of a constant one.</summary>
    [Claim("D4-043")]
    [Turn("facts/formula", "beta1 * m + g", Verdict.Erratum)]
    [Turn("facts/formula", "(1 - beta1) * m + beta1 * g", Verdict.Erratum)]
    internal static Finding FirstMoment(Claim claim, Document document) => Recursion(
        claim, "m", "beta1", Exact.Of(document["D4-053"].PrintedNumber("beta1").Value), g => g, Adam.FirstMoment, 443);

    /// <summary>The stated recursion of the second moment against the weighted sum of all squares and the closed form of a constant gradient.</summary>
    [Claim("D4-044")]
    [Turn("facts/formula", "beta2 * v + (1 - beta2) * g", Verdict.Erratum)]
    [Turn("facts/formula", "beta2 * v + g^2", Verdict.Erratum)]
    internal static Finding SecondMoment(Claim claim, Document document) => Recursion(
        claim, "v", "beta2", Exact.Of(document["D4-054"].PrintedNumber("beta2").Value), g => g * g, Adam.SecondMoment, 444);

    /// <summary>The stated corrections give a constant gradient and its square back, and weights of the gradients that add up to 1, so that the mean of independent gradients comes out right.</summary>
    [Claim("D4-045")]
    [Turn("facts/first", "m / (1 - beta1)", Verdict.Erratum)]
    [Turn("facts/second", "v / (1 - beta2^(t - 1))", Verdict.Erratum)]
    [Turn("facts/first", "m", Verdict.Erratum)]
    internal static Finding BiasCorrection(Claim claim, Document document)
    {
        Precise beta1 = Exact.Of(document["D4-053"].PrintedNumber("beta1").Value), beta2 = Exact.Of(document["D4-054"].PrintedNumber("beta2").Value), g = Precise.Of(0.3);
        StatedFormula first = claim.Facts["first"].Formula, second = claim.Facts["second"].Formula;
        Tally constant = new(Say($"steps from 1 to {Steps} at which the corrected moments of a constant gradient g are g and g^2")), weights = new("of them at which the weights of all gradients add up to 1");
        (Precise m, Precise v, Precise sum1, Precise sum2) = (Precise.Zero, Precise.Zero, Precise.Zero, Precise.Zero);
        for (int t = 1; t <= Steps; t++)
        {
            (m, v) = (Adam.FirstMoment(m, g, beta1), Adam.SecondMoment(v, g, beta2));
            // What a gradient 1 at each of the steps leaves, added up, is the moment of a constant gradient 1.
            (sum1, sum2) = (Adam.FirstMoment(sum1, Precise.One, beta1), Adam.SecondMoment(sum2, Precise.One, beta2));
            constant.Add(Near(First(m, t), g) && Near(Second(v, t), g * g));
            weights.Add(Near(First(sum1, t), Precise.One) && Near(Second(sum2, t), Precise.One));
        }

        Working.Apply(Adam.Corrected, m, Working.Apply(Adam.BiasCorrection, beta1, Precise.Of(Steps)));
        constant.Shown();
        weights.Shown();
        double share = Working.Value("what the first step would carry of the gradient without a correction", (double)(Precise.One - beta1));
        return Judge.Holds(
            constant.Always && weights.Always,
            Say($"{weights} steps"),
            Say($"at {constant} steps a constant gradient g comes back as g and g^2, and the weights of the gradients add up to 1, so that independent gradients keep their mean; uncorrected the first step would carry {share:F1} of it"),
            Say($"a constant gradient comes back at {constant} steps, and the weights add up to 1 at {weights}"))
            .AndYet("at t = 0 both divisors are 0: steps must count from 1");

        Precise First(Precise moment, int t) => first.At(("m", moment), ("beta1", beta1), ("t", Precise.Of(t)));

        Precise Second(Precise moment, int t) => second.At(("v", moment), ("beta2", beta2), ("t", Precise.Of(t)));
    }

    /// <summary>The step as it is stated, at random points, against the optimizer's; the variant with ε inside the root; the largest step, which growing gradients reach.</summary>
    [Claim("D4-046")]
    [Turn("facts/formula", "theta - alpha * m / sqrt(v + epsilon)", Verdict.Erratum)]
    [Turn("facts/formula", "theta + alpha * m / (sqrt(v) + epsilon)", Verdict.Erratum)]
    internal static Finding UpdateRule(Claim claim, Document document)
    {
        const int Growing = 500;
        Precise beta1 = Exact.Of(document["D4-053"].PrintedNumber("beta1").Value), beta2 = Exact.Of(document["D4-054"].PrintedNumber("beta2").Value), growth = beta2 / beta1;
        // With ε = 0 and rate 1 the step is the quotient of the corrected moments.
        var growing = new AdamRun<Precise>(Precise.Zero) { Beta1 = beta1, Beta2 = beta2, Epsilon = Precise.Zero, LearningRate = Precise.One };
        double largest = 0;
        for (int t = 1; t <= Growing; t++)
        {
            Precise before = growing.Theta;
            largest = Math.Max(largest, (double)Precise.Abs(growing.Step(Precise.Power(growth, Precise.Of(t))) - before));
        }

        double bound = (double)Working.Apply(Adam.StepBound, beta1, beta2, Precise.Of(Growing));
        Working.Value(Say($"largest step in alpha under gradients that grow as beta2/beta1, up to t = {Growing}"), largest);
        return Judge.Formula(claim, "formula", x => Adam.Update(x["theta"], x["m"], x["v"], x["alpha"], x["epsilon"]))
            .With(Say($"gradients that grow as beta2/beta1 give steps up to {largest:F4} alpha by t = {Growing}, the bound of Cauchy and Schwarz ({bound:F4}): the step is not bounded by alpha"));
    }

    private static Finding Recursion(Claim claim, string moment, string decay, Precise beta, Func<Precise, Precise> power, Func<Precise, Precise, Precise, Precise> ours, int seed)
    {
        StatedFormula stated = claim.Facts["formula"].Formula;
        Precise[] gradients = [.. new Draws(seed).Row(Steps).Select(x => Precise.Of(x))];
        Tally sums = new(Say($"steps at which {stated} equals the sum of (1 - {decay}) {decay}^(t-k) times each gradient's power, to 88 bits")), constant = new(Say($"steps at which a constant gradient gives (1 - {decay}^t) times its power"));
        (Precise value, Precise ofConstant) = (Precise.Zero, Precise.Zero);
        Working.Value(Say($"gradients, standard normal (seed {seed})"), gradients);
        Working.Apply(ours, Working.Apply(ours, value, gradients[0], beta), gradients[1], beta);
        for (int t = 1; t <= Steps; t++)
        {
            (value, ofConstant) = (Next(value, gradients[t - 1]), Next(ofConstant, gradients[0]));
            Precise sum = Precise.Zero;
            for (int k = 1; k <= t; k++)
                sum += (Precise.One - beta) * Precise.Power(beta, Precise.Of(t - k)) * power(gradients[k - 1]);
            sums.Add(Near(value, sum));
            constant.Add(Near(ofConstant, (Precise.One - Precise.Power(beta, Precise.Of(t))) * power(gradients[0])));
        }

        sums.Shown();
        constant.Shown();
        return Judge.Holds(
            sums.Always && constant.Always,
            Say($"{sums} steps"),
            Say($"over {Steps} random gradients {stated} equals the sum of (1 - {decay}) {decay}^(t-k) times each gradient's power at {sums} steps to 88 bits, and a constant gradient gives (1 - {decay}^t) times its power at {constant}"),
            Say($"{stated} equals the weighted sum of gradients at {sums} steps, and the closed form of a constant one at {constant}"));

        Precise Next(Precise old, Precise g) => stated.At((moment, old), (decay, beta), ("g", g));
    }
}
