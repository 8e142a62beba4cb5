using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "SGD vs Adam".</summary>
internal static class SgdVersusAdam
{
    /// <summary>Gradient descent on curvatures as far apart as the example's gradients, with one rate and with a rate for each.</summary>
    [Claim("D1-055")]
    [Turn("facts/steps with one rate for all", "fewer", Verdict.Erratum)]
    internal static Finding OneRateForAll(Claim claim, Document document)
    {
        double ratio = Working.Value("quotient of the example's gradients", (document["D1-062"].GivenExact("gA") / document["D1-062"].GivenExact("gB")).ToDouble());
        // The best single rate on curvatures 1 and k is 2/(1 + k).
        double rate = 2 / (1 + ratio);
        double flat = Working.Apply<Real64>(Hessian.Factor, rate, 1).Value, steep = Working.Apply<Real64>(Hessian.Factor, rate, ratio).Value;
        int shared = Working.Value("steps to a thousandth of the distance with the best single rate", (int)Math.Ceiling(Math.Log(0.001) / Math.Log(Math.Max(Math.Abs(flat), Math.Abs(steep)))));
        double own = Math.Max(Math.Abs(Working.Apply<Real64>(Hessian.Factor, 1, 1).Value), Math.Abs(Working.Apply<Real64>(Hessian.Factor, 1 / ratio, ratio).Value));
        int each = Working.Value("steps with a rate for each parameter", own == 0 ? 1 : (int)Math.Ceiling(Math.Log(0.001) / Math.Log(own)));
        return Judge.Stated(
            claim, "steps with one rate for all", shared > each ? "more" : shared < each ? "fewer" : "as many", Say($"{shared} against {each}"),
            Say($"on curvatures 1 and {ratio}, as far apart as the gradients of the document's example, the best single rate needs {shared} steps to a thousandth of the distance, a rate of its own for each parameter {each}"));
    }

    /// <summary>The three formulas, and what leaving out the correction does.</summary>
    [Claim("D1-056")]
    [Turn("facts/m", "b1 * m + g", Verdict.Erratum)]
    [Turn("facts/v", "b2 * v + (1 - b2) * g", Verdict.Erratum)]
    [Turn("facts/update", "param - lr * m / sqrt(v)", Verdict.Erratum)]
    internal static Finding AdamWithoutCorrection(Claim claim, Document document)
    {
        double b1 = document["D1-057"].GivenNumber("b1"), b2 = document["D1-057"].GivenNumber("b2");
        double first = Working.Value("first update without the correction, over that with it", Multiplier(b1, b2, 1)), late = Working.Value("the same at step 20000", Multiplier(b1, b2, 20000));
        Working.Uses("adam.bias_correction");
        return Judge.All(
            Judge.Formula(claim, "m", x => Adam.FirstMoment(x["m"], x["g"], x.In("b1", 0.1, 0.99))),
            Judge.Formula(claim, "v", x => Adam.SecondMoment(x["v"], x["g"], x.In("b2", 0.1, 0.99))),
            Judge.Formula(claim, "update", x => Adam.Update(x["param"], x["m"], x["v"], x["lr"], x["eps"])),
            Judge.Conditional(
                Math.Abs(first - 1) < 0.01, Math.Abs(late - 1) < 0.01, "after thousands of steps, where the correction is 1", Say($"{first:F3} times the first update"),
                Say($"the moments enter the update as they are, without the correction of lines 267 and 268: the first update is {first:F3} times Adam's, and the 20000th {late:F3} times")));
    }

    /// <summary>The first step and the largest multiple without the correction.</summary>
    [Claim("D1-057")]
    [Turn("facts/peak", "13", Verdict.Erratum)]
    [Turn("facts/first", "1 - b1", Verdict.Erratum)]
    [Turn("given/b2", "0.99", Verdict.Erratum)]
    internal static Finding PeakOfTheMultiplier(Claim claim)
    {
        double b1 = claim.GivenNumber("b1"), b2 = claim.GivenNumber("b2");
        double[] multiples = [.. Enumerable.Range(1, 1000).Select(t => Multiplier(b1, b2, t))];
        int peak = Working.Value("step with the largest multiple of the rate", Array.IndexOf(multiples, multiples.Max()) + 1);
        Working.Value("multiples at steps 1, 12, 100 and 1000", new[] { multiples[0], multiples[11], multiples[99], multiples[999] });
        Working.Uses("adam.bias_correction");
        Working.Apply<Precise>(Adam.BiasCorrection, Precise.Of(b2), Precise.Of(1));
        return Judge.All(
            Judge.Formula(claim, "first", x => (Precise.Of(1) - x.In("b1", 0.1, 0.95)) / Precise.Sqrt(Adam.BiasCorrection(x.In("b2", 0.1, 0.95), Precise.Of(1)))),
            Judge.Holds(
                peak == claim.Facts["peak"].Integer, Say($"step {peak}"),
                Say($"for a constant gradient the first step is {multiples[0]:F4} times the rate, and the multiple is largest at step {peak} with {multiples.Max():F4}; at step 100 it is {multiples[99]:F2}"),
                Say($"the multiple is largest at step {peak} with {multiples.Max():F4}")));
    }

    /// <summary>What v tends to.</summary>
    [Claim("D1-058")]
    [Turn("facts/v is called", "second moment", Verdict.Confirmed)]
    [Turn("facts/v is called", "standard deviation", Verdict.Erratum)]
    internal static Finding CalledVariance(Claim claim)
    {
        const double Deviation = 2;
        string name = claim.Facts["v is called"].Text;
        // Two values of equal probability around a mean: the expectation of v, carried on until it stands.
        var called = new Tally("means of the gradient for which v tends to what it is called");
        List<string> figures = [];
        foreach (double mean in (double[])[0, 0.5, 2])
        {
            double v = 0;
            for (int t = 0; t < 20000; t++)
                v = (Adam.SecondMoment<Real64>(v, mean + Deviation, 0.999).Value + Adam.SecondMoment<Real64>(v, mean - Deviation, 0.999).Value) / 2;
            double is1 = name switch
            {
                "variance" => Deviation * Deviation,
                "second moment" => mean * mean + Deviation * Deviation,
                "standard deviation" => Deviation,
                _ => throw claim.Bad("facts.v is called"),
            };
            called.Add(Math.Abs(v - is1) < 1e-6 * v);
            figures.Add(Say($"{v:F2} for mean {mean}"));
            Working.Value(Say($"v for gradients of mean {mean} and variance {Deviation * Deviation}"), v);
        }

        called.Shown();
        Working.Uses("adam.second_moment");
        return Judge.Conditional(
            called.Always, called.Count > 0, "where the gradients' mean is 0", And(figures),
            Say($"for gradients of variance {Deviation * Deviation} v tends to {And(figures)}: it is the mean of the squares, not that of the squared distances from the mean"));
    }

    /// <summary>The rate of a parameter, and the update itself.</summary>
    [Claim("D1-059")]
    [Turn("facts/with large gradients", "larger", Verdict.Erratum)]
    internal static Finding SmallerUpdates(Claim claim, Document document)
    {
        (double a, double b) = (document["D1-062"].GivenNumber("gA"), document["D1-062"].GivenNumber("gB"));
        (double large, double small) = (Update(a), Update(b));
        double rateLarge = Working.Value(Say($"update over gradient, for the gradient {a}"), large / a), rateSmall = Working.Value(Say($"for {b}"), small / b);
        Working.Value("updates", new[] { large, small });
        string Word(double x, double y) => Math.Abs(x - y) <= 0.001 * y ? "equal" : x < y ? "smaller" : "larger";
        string stated = claim.Facts["with large gradients"].Text;
        return Judge.TwoReadings(
            stated == Word(rateLarge, rateSmall), stated == Word(large, small),
            Say($"rates {rateLarge:G3} and {rateSmall:G3}, updates {large:F6} and {small:F6}"),
            Say($"read as the rate, update over gradient, it is {Word(rateLarge, rateSmall)} for the large gradient: {rateLarge:G3} against {rateSmall:G3}; read as the update itself, it is {Word(large, small)}: {large:F6} against {small:F6}"));

        static double Update(double gradient)
        {
            var run = new AdamRun<Real64>(0);
            for (int t = 0; t < 50; t++)
                run.Step(gradient);
            double before = run.Theta.Value;
            return before - run.Step(gradient).Value;
        }
    }

    /// <summary>A large steady gradient and a small one that alternates.</summary>
    [Claim("D1-060")]
    [Turn("facts/fast-changing", "small gradient", Verdict.Ambiguous)]
    [Turn("D1-062/given/gA", "0.001", Verdict.Erratum)]
    [Turn("facts/fast-changing", "small gradient", Verdict.Confirmed, AndPlace = "D1-062/given/gA", AndValue = "0.001")]
    internal static Finding FastChanging(Claim claim, Document document)
    {
        double large = document["D1-062"].GivenNumber("gA"), small = document["D1-062"].GivenNumber("gB"), lr = document["D1-064"].GivenNumber("lr");
        (double steady, double alternating) = (Working.Value("move per step by SGD, steady large gradient", lr * large), Working.Value("alternating small gradient", lr * small));
        var run = new AdamRun<Real64>(0) { LearningRate = lr };
        double last = 0, before = 0;
        for (int t = 0; t < 2000; t++)
            (before, last) = (last, run.Step(t % 2 == 0 ? small : -small).Value);
        double damped = Working.Value("Adam's update for the alternating small gradient, in units of the rate", Math.Abs(last - before) / lr);
        (double Large, double Small) change = (Working.Value("change of the steady large gradient from step to step", Change(large, large)), Working.Value("of the alternating small one", Change(small, -small)));
        static double Change(double one, double next) => Math.Abs(next - one);
        string stated = claim.Facts["fast-changing"].Text, moves = steady > alternating ? "large gradient" : "small gradient", changes = change.Large > change.Small ? "large gradient" : "small gradient";
        return Judge.TwoReadings(
            stated == moves, stated == changes,
            Say($"SGD moves {steady:G3} and {alternating:G3}; damped to {damped:F3}"),
            Say($"read as a parameter that SGD moves fast it is the one with the {moves}, {steady:G3} against {alternating:G3} per step; read as a gradient that changes fast it is the one with the {changes}: {small} of alternating sign changes by {change.Small:G3} at every step, and its update is damped by Adam to {damped:F3} of the rate"));
    }

    /// <summary>The update over the rate without the correction, for a constant gradient and ε = 0.</summary>
    internal static double Multiplier(double b1, double b2, int t) => Adam.BiasCorrection<Real64>(b1, t).Value / Math.Sqrt(Adam.BiasCorrection<Real64>(b2, t).Value);
}
