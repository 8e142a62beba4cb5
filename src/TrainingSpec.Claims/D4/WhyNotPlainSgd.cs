using MathNet.Numerics.Distributions;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, section "AdamW Optimizer", its opening and the table that compares SGD with Adam.</summary>
internal static class WhyNotPlainSgd
{
    /// <summary>The share of right averages that D4-040 may refuse, and how many values of one it looks at.</summary>
    internal const double AverageLevel = 1e-4;
    internal const int AverageSamples = 100_000;

    /// <summary>The decoupling can be computed; how usual the optimizer is can't.</summary>
    [Claim("D4-038")]
    internal static Finding Decoupled(Claim claim)
    {
        Precise theta = Precise.Of(0.5), rate = Precise.Of(0.25), lambda = Precise.Of(0.5);
        var run = new AdamRun<Precise>(theta) { LearningRate = rate, WeightDecay = lambda };
        Precise after = run.Step(Precise.Of(0));
        Working.Apply(AdamW.Decay, theta, rate, lambda);
        Working.Value("0.5 after a step with gradient 0, rate 0.25 and decay 0.5", after);
        bool pure = after == theta * (Precise.Of(1) - rate * lambda);
        return Judge.All(
            Judge.NotCheckable(claim, "how usual an optimizer is among transformers is a matter of surveys, not of computation; the decoupling of the decay is computed under D4-050"),
            Judge.Holds(pure, "", "without a gradient the parameter shrinks by exactly 1 - alpha lambda", "without a gradient the parameter does not shrink by 1 - alpha lambda"));
    }

    /// <summary>One coordinate's gradient scaled: SGD's step follows, Adam's does not; on an ill-conditioned quadratic Adam is faster.</summary>
    [Claim("D4-039")]
    [Turn("facts/a gradient's scale changes the step of", "SGD and Adam", Verdict.Erratum)]
    internal static Finding PerParameterStep(Claim claim)
    {
        const double Scale = 1024, Condition = 1e4, Target = 1e-6;
        double sgdRatio = -Sgd.Update<Real64>(0, Scale * 0.3, 0.01) / -Sgd.Update<Real64>(0, 0.3, 0.01);
        double adamRatio = FirstStep(Scale * 0.3) / FirstStep(0.3);

        // The best stable rate for curvatures 1 and κ is 2/(1 + κ).
        int sgd = Steps(Condition, Target, () =>
        {
            double rate = 2 / (1 + Condition);
            return (x, g) => Sgd.Update<Real64>(x, g, rate);
        });
        (int Steps, double Rate) adam = Enumerable.Range(1, 3).Select(n => Math.Pow(10, -n)).Select(rate => (Steps(Condition, Target, () =>
        {
            var run = new AdamRun<Real64>(1) { LearningRate = rate };
            return (_, g) => run.Step(g);
        }), rate)).Min();
        Working.Apply<Real64>(Sgd.Update, 0, 0.3, 0.01);
        Working.Apply<Real64>(Sgd.Update, 0, Scale * 0.3, 0.01);
        Working.Value("quotient of SGD's steps", sgdRatio);
        Working.Value("quotient of Adam's first steps with eps = 0", adamRatio);
        Working.Value(Say($"steps of SGD at its best stable rate until the loss (x^2 + {Condition} y^2)/2 has fallen to {Target} of its start"), sgd);
        Working.Value("steps of Adam at the best of the rates 0.1, 0.01, 0.001, and that rate", new[] { adam.Steps, adam.Rate });
        return Judge.OneOf(
            claim,
            "a gradient's scale changes the step of",
            [("SGD alone", Math.Abs(sgdRatio - Scale) < 1e-9 && adamRatio == 1 && adam.Steps < sgd), ("SGD and Adam", Math.Abs(sgdRatio - Scale) < 1e-9 && Math.Abs(adamRatio - Scale) < 1e-9)],
            Say($"step ratio {sgdRatio:F0} (SGD), {adamRatio:F0} (Adam)"),
            Say($"a gradient {Scale} times as large makes SGD's step {sgdRatio:F0} times and Adam's first step {adamRatio:F0} times as large; with condition number {Condition:0} the best stable SGD needs {sgd} steps, Adam with rate {adam.Rate} needs {adam.Steps}"),
            Say($"step ratios {sgdRatio:G4} (SGD) and {adamRatio:G4} (Adam), steps {sgd} and {adam.Steps}"));

        static double FirstStep(double gradient) => new AdamRun<Real64>(0) { Epsilon = 0 }.Step(gradient);

        // Steps until the loss ½(x² + κy²) from (1, 1) has fallen to a fraction.
        static int Steps(double condition, double fraction, Func<Func<double, double, double>> optimizer)
        {
            Func<double, double, double> first = optimizer(), second = optimizer();
            double x = 1, y = 1, start = (1 + condition) / 2;
            for (int step = 1; step < 200_000; step++)
            {
                x = first(x, x);
                y = second(y, condition * y);
                if ((x * x + condition * y * y) / 2 <= fraction * start)
                    return step;
            }

            return int.MaxValue;
        }
    }

    /// <summary>The stationary variance of the moving average of independent noise, by a test that refuses a right one in one case of 10⁴.</summary>
    [Claim("D4-040")]
    [Turn("given/beta1", "-0.5", Verdict.Erratum)]
    internal static Finding MomentumSmooths(Claim claim)
    {
        double beta = claim.GivenNumber("beta1"), expected = (1 - beta) / (1 + beta), variance = AverageVariance(beta, seed: 440);
        bool close = Math.Abs(variance / expected - 1) < -Normal.InvCDF(0, 1, AverageLevel / 2) * AverageError(beta);
        Working.Uses("adam.first_moment");
        Working.Value("(1 - b)/(1 + b)", expected);
        Working.Tried(Say($"{AverageSamples} values of the moving average of standard normal gradients (seed 440)"));
        Working.Value("their mean square", variance);
        Working.Value("relative standard error of such a mean", AverageError(beta));
        return Judge.Holds(
            close && expected < 1,
            Say($"variance {expected:F4} of the raw one"),
            Say($"the moving average keeps (1 - b)/(1 + b) = {expected:F4} of the variance (standard deviation {Math.Sqrt(expected):F3}); {AverageSamples} draws gave {variance:F4}"),
            Say($"{AverageSamples} draws gave a variance of {variance:F4} where (1 - b)/(1 + b) = {expected:F4}"));
    }

    /// <summary>The mean square of the first moment of standard normal gradients, after it has become stationary.</summary>
    internal static double AverageVariance(double beta, int seed)
    {
        const int BurnIn = 500;
        var draws = new Draws(seed);
        Real64 m = 0;
        double sum = 0;
        for (int i = -BurnIn; i < AverageSamples; i++)
        {
            m = Adam.FirstMoment<Real64>(m, draws.Normal(), beta);
            sum += i < 0 ? 0 : m * m;
        }

        return sum / AverageSamples;
    }

    /// <summary>The relative standard error of <see cref="AverageVariance"/>: squares of an autoregressive series with coefficient β are correlated as β²ᵏ.</summary>
    internal static double AverageError(double beta) => Math.Sqrt(2 * (1 + beta * beta) / (1 - beta * beta) / AverageSamples);

    /// <summary>Steps to leave a saddle for SGD, heavy ball and Adam, from beside the ridge and from on it.</summary>
    [Claim("D4-041")]
    [Turn("given/start", "[1, 0]", Verdict.Erratum)]
    internal static Finding SaddlePoint(Claim claim, Document document)
    {
        StatedFormula moment = document["D4-043"].Facts["formula"].Formula;
        if (claim.GivenText("f") != "x^2-y^2")
            throw claim.Bad("given.f");
        double[] start = claim.GivenRow("start");
        double rate = claim.GivenNumber("lr");
        int?[] beside = Leave(start[1]), on = Leave(0);
        Working.Uses("sgd.update");
        Working.Uses("sgd.momentum");
        Working.Value(Say($"steps until |y| > 1 from y = {start[1]}: SGD, with momentum 0.9, Adam, with the moving average of D4-043"), beside.Select(s => s?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "never"));
        Working.Value("the same from y = 0", on.Select(s => s?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "never"));
        bool faster = beside[1] < beside[0] && beside[2] < beside[0];
        return Judge.Conditional(
            faster && on.All(s => s is not null),
            faster,
            "when the start is not exactly on the ridge",
            Say($"{beside[0]}, {beside[1]} and {beside[2]} steps"),
            Say($"from y = {start[1]} the iterate passes |y| = 1 after {beside[0]} steps of SGD, {beside[1]} with heavy-ball momentum and {beside[2]} of Adam; from y = 0 {(on.All(s => s is null) ? "none" : "some")} of them ever leaves"))
            .AndYet(Say($"with momentum as the document defines it, a moving average, it takes {beside[3]} steps, more than SGD"));

        int?[] Leave(double y)
        {
            (Real64 buffer, Real64 average) = (0, 0);
            var adam = new AdamRun<Real64>(y) { LearningRate = rate };
            bool first = true;
            return
            [
                Count(y, (p, g) => Sgd.Update<Real64>(p, g, rate)),
                Count(y, (p, g) =>
                {
                    buffer = first ? g : Sgd.Momentum<Real64>(buffer, g, 0.9, 0);
                    first = false;
                    return Sgd.Update<Real64>(p, buffer, rate);
                }),
                Count(y, (_, g) => adam.Step(g)),
                Count(y, (p, g) =>
                {
                    average = moment.At<Real64>(("m", average), ("beta1", 0.9), ("g", g));
                    return Sgd.Update<Real64>(p, average, rate);
                }),
            ];
        }

        // The y part of the gradient is -2y and does not depend on x.
        static int? Count(double y, Func<double, double, double> update)
        {
            for (int step = 1; step <= 5000; step++)
            {
                y = update(y, -2 * y);
                if (Math.Abs(y) > 1)
                    return step;
            }

            return null;
        }
    }

    /// <summary>All gradients of a run scaled: Adam's way with ε = 0 stays, SGD's changes.</summary>
    [Claim("D4-042")]
    [Turn("facts/sensitive to gradient scale", "SGD and Adam", Verdict.Erratum)]
    internal static Finding ScaleInvariance(Claim claim)
    {
        double[] scales = [1e-3, 1, 1e3];
        const int Steps = 100;
        double adam = scales.Max(c => Distance(c, 0, 1)), sgd = scales.Max(c => SgdDistance(c)), tiny = scales.Max(c => Distance(c, 1e-8, 1e-8));
        Working.Uses("adam.update");
        Working.Tried(Say($"{Steps} steps from 1 with standard normal gradients (seed 442) times 0.001, 1, 1000"));
        Working.Value("largest distance that scaling makes on Adam's way with eps = 0", adam);
        Working.Value("largest distance that it makes at SGD's end", sgd);
        Working.Value("on Adam's way with gradients about 1e-8 and eps = 1e-8", tiny);
        return Judge.OneOf(
            claim,
            "sensitive to gradient scale",
            [("SGD alone", adam < 1e-12 && sgd > 0.1), ("SGD and Adam", adam > 0.1 && sgd > 0.1)],
            Say($"SGD moves by up to {sgd:G3}"),
            Say($"over {Steps} steps gradients times 0.001, 1 and 1000 leave Adam's way with eps = 0 the same within 1e-12 and move SGD's end by up to {sgd:G3}"),
            Say($"scaled gradients move Adam by {adam:G3} and SGD by {sgd:G3}"))
            .With(Say($"with eps = 1e-8 and gradients about 1e-8 Adam moves by {tiny:G3}: near eps the normalisation fades"));

        static double Distance(double scale, double eps, double size)
        {
            Draws draws = new(442);
            AdamRun<Real64> plain = new(1) { Epsilon = eps, LearningRate = 0.01 }, scaled = new(1) { Epsilon = eps, LearningRate = 0.01 };
            double largest = 0;
            for (int t = 0; t < Steps; t++)
            {
                double g = size * draws.Normal();
                largest = Math.Max(largest, Math.Abs(plain.Step(g) - scaled.Step(scale * g)));
            }

            return largest;
        }

        static double SgdDistance(double scale)
        {
            Draws draws = new(442);
            double plain = 1, scaled = 1;
            for (int t = 0; t < Steps; t++)
            {
                double g = draws.Normal();
                plain = Sgd.Update<Real64>(plain, g, 0.01);
                scaled = Sgd.Update<Real64>(scaled, scale * g, 0.01);
            }

            return Math.Abs(plain - scaled);
        }
    }
}
