using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Adam Hyperparameters" and "Bias Correction".</summary>
internal static class AdamHyperparameters
{
    /// <summary>The document's default against that of D4's listing.</summary>
    [Claim("D1-071")]
    [Claim("D1-072")]
    [Claim("D1-073")]
    [Turn("D4/defaults/AdamW/beta1", "0.8", Verdict.Conflicts, Claim = "D1-071")]
    [Turn("D4/defaults/AdamW/beta2", "0.99", Verdict.Conflicts, Claim = "D1-072")]
    [Turn("D4/defaults/AdamW/epsilon", "1e-6", Verdict.Conflicts, Claim = "D1-073")]
    internal static Finding Default(Claim claim, Document document)
    {
        string key = claim.PrintedKeys[0], name = key == "eps" ? "epsilon" : key;
        return Judge.SameNumber(claim, key, document.Other("D4").Facts["defaults"]["AdamW"][name].Exact, "the default of D4's listing, line 545");
    }

    /// <summary>The weight of a gradient after some steps.</summary>
    [Claim("D1-074")]
    [Turn("facts/weight", "(1 - b) * b", Verdict.Erratum)]
    [Turn("facts/with a higher beta1", "less", Verdict.Erratum)]
    internal static Finding Remembers(Claim claim)
    {
        double[] betas = [0.5, 0.8, 0.9, 0.99];
        double[] left = [.. betas.Select(b => Working.Value(Say($"share of the weights that lies more than 10 steps back, beta1 = {b}"), Math.Pow(b, 10)))];
        Working.Uses("adam.first_moment");
        return Judge.All(
            Judge.Formula(claim, "weight", x =>
            {
                Precise b = x.In("b", 0.1, 0.95), m = Adam.FirstMoment(Precise.Zero, Precise.Of(1), b);
                for (int k = (int)(double)x.Whole("k", 0, 9); k > 0; k--)
                    m = Adam.FirstMoment(m, Precise.Zero, b);
                return m;
            }),
            Judge.Stated(
                claim, "with a higher beta1", left.Zip(left.Skip(1)).All(l => l.Second > l.First) ? "more" : "less", string.Join(", ", left.Select(l => Say($"{l:G2}"))),
                Say($"a gradient k steps ago has the weight (1 - b) b^k; of all weights {And(left.Select(l => Say($"{l:G2}")))} lie more than 10 steps back for beta1 = {And(betas.Select(b => Say($"{b}")))}")));
    }

    /// <summary>How much of the noise of independent gradients the first moment leaves, in the printed range and in the lower one.</summary>
    [Claim("D1-075")]
    [Turn("printed/range", "0.3-0.4", Verdict.Erratum)]
    internal static Finding SmootherUpdates(Claim claim, Document document)
    {
        (double[] high, double[] low) = (Ends(claim), Ends(document["D1-076"]));
        double[] left = [.. high.Select(Noise)], lower = [.. low.Select(Noise)];
        Working.Value("variance of the first moment over that of the gradients, at the ends of the range", left);
        Working.Value("at the ends of the lower range", lower);
        return Judge.Holds(
            left.Max() < lower.Min(), Say($"{left[0]:F4} to {left[1]:F4}, {lower[0]:F3} to {lower[1]:F3} below"),
            Say($"of the variance of independent gradients the first moment keeps (1 - b)/(1 + b): {left[0]:F4} to {left[1]:F4} in the range, {lower[0]:F3} to {lower[1]:F3} in the lower one"),
            Say($"the first moment keeps {left[0]:F4} to {left[1]:F4} of the variance in the range, {lower[0]:F3} to {lower[1]:F3} in the other"));
    }

    /// <summary>Steps until the first moment has followed a new gradient to nine tenths.</summary>
    [Claim("D1-076")]
    [Turn("printed/range", "0.95-0.99", Verdict.Erratum)]
    internal static Finding MoreResponsive(Claim claim, Document document)
    {
        (double[] low, double[] high) = (Ends(claim), Ends(document["D1-075"]));
        int[] steps = [.. low.Select(Response)], slower = [.. high.Select(Response)];
        Working.Uses("adam.first_moment");
        Working.Value("steps to nine tenths of a new gradient, at the ends of the range", steps);
        Working.Value("at the ends of the higher range", slower);
        return Judge.Holds(
            steps.Max() < slower.Min(), Say($"{steps[0]} to {steps[1]}, {slower[0]} to {slower[1]} above"),
            Say($"the first moment follows a new gradient to nine tenths in {steps[0]} to {steps[1]} steps in the range, and in {slower[0]} to {slower[1]} in the higher one"),
            Say($"it takes {steps[0]} to {steps[1]} steps in the range, and {slower[0]} to {slower[1]} in the other"));
    }

    /// <summary>The noise of v with the higher β₂.</summary>
    [Claim("D1-077")]
    [Turn("printed/beta2", "0.9", Verdict.Erratum)]
    internal static Finding MoreStable(Claim claim, Document document)
    {
        double higher = Working.Value("variance of v over that of the squares, for the higher beta2", Noise(claim.PrintedNumber("beta2").Value.ToDouble())), lower = Working.Value("for the lower", Noise(document["D1-078"].PrintedNumber("beta2").Value.ToDouble()));
        Working.Uses("adam.second_moment");
        return Judge.Holds(
            higher < lower, Say($"{higher:G3} against {lower:G3}"),
            Say($"of the variance of independent squared gradients v keeps {higher:G3} with {claim.PrintedText("beta2")}, and {lower:G3} with the lower one"),
            Say($"v keeps {higher:G3} of the variance with {claim.PrintedText("beta2")}, and {lower:G3} with the other"));
    }

    /// <summary>Steps until v has followed a new scale with the lower β₂.</summary>
    [Claim("D1-078")]
    [Turn("printed/beta2", "0.9999", Verdict.Erratum)]
    internal static Finding FasterAdaptation(Claim claim, Document document)
    {
        int faster = Working.Value("steps until v is at nine tenths of a new square, for the lower beta2", Response(claim.PrintedNumber("beta2").Value.ToDouble())), slower = Working.Value("for the higher", Response(document["D1-077"].PrintedNumber("beta2").Value.ToDouble()));
        Working.Uses("adam.second_moment");
        return Judge.Holds(
            faster < slower, Say($"{faster} against {slower} steps"),
            Say($"v follows a new scale of the gradient to nine tenths in {faster} steps with {claim.PrintedText("beta2")}, and in {slower} with the higher one"),
            Say($"v takes {faster} steps with {claim.PrintedText("beta2")}, and {slower} with the other"));
    }

    /// <summary>The correction's formulas.</summary>
    [Claim("D1-079")]
    [Turn("facts/m_hat", "m / (1 - b1)^t", Verdict.Erratum)]
    [Turn("facts/v_hat", "v / (1 - b1^t)", Verdict.Erratum)]
    internal static Finding BiasCorrection(Claim claim)
    {
        var exact = new Tally("steps of a constant gradient 0.3 after which both corrected moments are g and g^2, but for rounding");
        var run = new AdamRun<Precise>(Precise.Zero) { Beta1 = Exact.Of(Rational.Parse("0.9")), Beta2 = Exact.Of(Rational.Parse("0.999")) };
        Precise g = Exact.Of(Rational.Parse("0.3"));
        for (int t = 0; t < 50; t++)
        {
            run.Step(g);
            exact.Add(Closeness.Near(run.Corrected.First, g) && Closeness.Near(run.Corrected.Second, g * g));
        }

        exact.Shown();
        Working.Uses("adam.bias_correction");
        return Judge.All(
            Judge.Formula(claim, "m_hat", x => Adam.Corrected(x["m"], Adam.BiasCorrection(x.In("b1", 0.5, 0.95), x.Whole("t", 1, 50)))),
            Judge.Formula(claim, "v_hat", x => Adam.Corrected(x["v"], Adam.BiasCorrection(x.In("b2", 0.5, 0.95), x.Whole("t", 1, 50)))),
            Judge.Holds(exact.Always, $"{exact} steps", $"for a constant gradient the corrected moments are g and g^2 at {exact} steps", $"they are g and g^2 at {exact} steps"))
            .AndYet("it stands at every step and not in early training alone; counted from 0 it divides by 0, and what is printed as a power is an exclusive or in Go, which it refuses for numbers with a point");
    }

    /// <summary>Moments after the first step, before and after the correction.</summary>
    [Claim("D1-080")]
    [Turn("facts/moments at step 1", "too large", Verdict.Erratum)]
    [Turn("facts/corrected", "too small", Verdict.Erratum)]
    internal static Finding BiasedTowardsZero(Claim claim, Document document)
    {
        Rational b1 = document["D1-071"].PrintedNumber("beta1").Value, b2 = document["D1-072"].PrintedNumber("beta2").Value, g = Rational.Parse("0.2");
        Precise m = Working.Apply<Precise>(Adam.FirstMoment, Precise.Zero, Exact.Of(g), Exact.Of(b1)), v = Working.Apply<Precise>(Adam.SecondMoment, Precise.Zero, Exact.Of(g), Exact.Of(b2));
        double first = Working.Value("m over the gradient", (double)(m / Exact.Of(g))), second = Working.Value("v over the squared gradient", (double)(v / Exact.Of(g * g)));
        double mHat = Working.Value("corrected m over the gradient", (double)(Adam.Corrected(m, Adam.BiasCorrection(Exact.Of(b1), Precise.Of(1))) / Exact.Of(g)));
        double vHat = Working.Value("corrected v over the squared gradient", (double)(Adam.Corrected(v, Adam.BiasCorrection(Exact.Of(b2), Precise.Of(1))) / Exact.Of(g * g)));
        string Word(double a, double b) => Closeness.Near(a, 1, 8) && Closeness.Near(b, 1, 8) ? "right" : a < 1 && b < 1 ? "too small" : a > 1 && b > 1 ? "too large" : "different";
        return Judge.All(
            Judge.Stated(claim, "moments at step 1", Word(first, second), Say($"{first:G3} and {second:G3}"), Say($"from zeros, the first step makes m {first:G3} of the gradient and v {second:G3} of its square")),
            Judge.Stated(claim, "corrected", Word(mHat, vHat), Say($"{mHat:G6} and {vHat:G6}"), Say($"corrected they are {mHat:G6} and {vHat:G6} of them")));
    }

    /// <summary>A power of β after the printed number of steps.</summary>
    [Claim("D1-081")]
    [Claim("D1-082")]
    [Turn("printed/t", "~10", Verdict.Erratum)]
    [Turn("printed/t", "~10000", Verdict.Confirmed, Claim = "D1-082")]
    internal static Finding ApproachesZero(Claim claim)
    {
        string key = claim.GivenKeys[0];
        Rational beta = claim.GivenExact(key), t = claim.PrintedNumber("t").Value;
        double power = Working.Value(Say($"{key}^{t}"), 1 - (double)Working.Apply<Precise>(Adam.BiasCorrection, Exact.Of(beta), Exact.Of(t)));
        double root = Working.Value("1/sqrt(1 - b^t), what the correction of v makes of a step", 1 / Math.Sqrt(1 - power));
        int below = Working.Value("steps until the power is below one part in a hundred", (int)Math.Ceiling(Math.Log(0.01) / Math.Log(beta.ToDouble())));
        return Judge.Holds(
            power < 0.01, Say($"{power:G3}"),
            Say($"{key}^{t} is {power:G3}; it is below one part in a hundred from step {below} on"),
            Say($"{key}^{t} is {power:G3}, which is not near zero: it takes {below} steps to fall below one part in a hundred, and at step {t} the uncorrected root of v makes a step {root:F2} times as large"));
    }

    private static double[] Ends(Claim claim) => claim.PrintedRange("range") is var range ? [range.Low!.Value.ToDouble(), range.High!.Value.ToDouble()] : [];

    // The variance of a moving average of independent numbers over theirs, from its own recursion.
    private static double Noise(double beta)
    {
        double variance = 0;
        for (int t = 0; t < 100_000; t++)
            variance = beta * beta * variance + (1 - beta) * (1 - beta);
        return variance;
    }

    private static int Response(double beta)
    {
        int t = 0;
        for (Real64 m = 0; m.Value < 0.9; t++)
            m = Adam.FirstMoment<Real64>(m, 1, beta);
        return t;
    }
}
