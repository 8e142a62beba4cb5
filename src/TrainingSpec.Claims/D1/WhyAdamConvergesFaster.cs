using System.Globalization;
using System.Text;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Why Adam Converges Faster".</summary>
internal static class WhyAdamConvergesFaster
{
    /// <summary>Whether Go reads the symbols of the listings that are fenced as Go.</summary>
    [Claim("D1-054")]
    [Turn("facts/symbols", "[\"m\", \"=\", \"*\", \"β\"]", Verdict.Confirmed)]
    internal static Finding FencedAsGo(Claim claim)
    {
        const string Operators = "+-*/%&|^<>=!()[]{},;.:~";
        string[] symbols = claim.Facts["symbols"].Texts;
        // Go's letters are Unicode letters and _, its digits decimal digits.
        var read = new Tally("symbols of the listings that Go's scanner knows");
        List<string> unknown = [];
        foreach (string symbol in symbols)
        {
            bool known = symbol.EnumerateRunes().All(r => Rune.IsLetter(r) || r.Value == '_' || Rune.GetUnicodeCategory(r) == UnicodeCategory.DecimalDigitNumber || Operators.Contains((char)r.Value, StringComparison.Ordinal));
            if (!read.Add(known))
                unknown.Add(symbol);
        }

        read.Shown();
        return Judge.Holds(
            read.Always, $"{read}",
            $"Go's scanner knows {read} symbols",
            $"the blocks are fenced as Go, whose scanner refuses {And(unknown)}: it knows {read} of the symbols");
    }

    /// <summary>Both with the best of many rates: curvatures along the axes, turned by 45 degrees, and alike.</summary>
    [Claim("D1-061")]
    [Turn("facts/Adam against SGD", "as fast", Verdict.Erratum)]
    internal static Finding ConvergesFaster(Claim claim, Document document)
    {
        const int Steps = 400, Rates = 60;
        double ratio = (document["D1-062"].GivenExact("gA") / document["D1-062"].GivenExact("gB")).ToDouble();
        string stated = claim.Facts["Adam against SGD"].Text;
        (string Name, double Angle, double Steep)[] settings = [("unequal along the axes", 0, ratio), ("unequal along diagonals", Math.PI / 4, ratio), ("equal in all directions", 0, 1)];
        var outcomes = settings.Select(s =>
        {
            (double sgd, double adam) = Kept.Of((s.Angle, s.Steep), static x => Quadratic.Best(x.Angle, x.Steep, Steps, Rates));
            Working.Value(Say($"loss after {Steps} steps, curvatures {s.Name}, SGD and Adam with the best of {Rates} rates each"), new[] { sgd, adam });
            return (s.Name, Sgd: sgd, Adam: adam, Word: adam < 0.9 * sgd ? "faster" : adam > 1.1 * sgd ? "slower" : "as fast");
        }).ToArray();
        Working.Uses("adam.update");
        var fitting = outcomes.Where(o => o.Word == stated).ToArray();
        return Judge.Conditional(
            fitting.Length == outcomes.Length, fitting.Length > 0, fitting.Length > 0 ? $"where curvatures are {And(fitting.Select(f => f.Name))}" : "",
            string.Join("; ", outcomes.Select(o => $"{o.Name}: {o.Word}")),
            Say($"after {Steps} steps on quadratics, each with its best rate, Adam is {And(outcomes.Select(o => Say($"{o.Word} with curvatures that are {o.Name} ({o.Adam:G2} against {o.Sgd:G2})")))}"));
    }

    /// <summary>The update of a parameter whose gradient is noise, against the printed one.</summary>
    [Claim("D1-062")]
    [Turn("facts/A", "steady", Verdict.Confirmed)]
    internal static Finding NoisyAndSteady(Claim claim, Document document)
    {
        PrintedNumber printed = document["D1-067"].PrintedNumber("update");
        (double a, double b) = (claim.GivenNumber("gA"), claim.GivenNumber("gB"));
        double updateA = Working.Value(Say($"root mean square of A's update, {claim.Facts["A"].Text}"), RootMeanSquare(a, claim.Facts["A"].Text == "very noisy"));
        double updateB = Working.Value(Say($"of B's, {claim.Facts["B"].Text}"), RootMeanSquare(b, claim.Facts["B"].Text == "very noisy"));
        double noise = Working.Value("sqrt((1 - b1)/(1 + b1)), what the first moment leaves of independent signs", Math.Sqrt(0.1 / 1.9));
        Working.Tried("gradients of constant size with a random sign at every step for noise, constant ones for a steady signal; Adam at rate 0.001, 20000 steps");
        Working.Uses("adam.update");
        return Judge.Agrees(
            printed.IsRounded(-Rational.Of(updateA)) && printed.IsRounded(-Rational.Of(updateB)), "D1-067, whose update is that of a steady gradient",
            Say($"A {updateA:F6}, B {updateB:F6}"),
            Say($"a gradient that is {claim.Facts["A"].Text} gives A updates of {updateA:F6} and B one of {updateB:F6}; the example prints {printed} for both, and noise of random sign leaves {noise:F2} of the rate"));

        static double RootMeanSquare(double size, bool noisy) => Kept.Of((size, noisy), static x =>
        {
            var draws = new Draws(62);
            var run = new AdamRun<Real64>(0);
            double sum = 0;
            for (int t = 0; t < 20000; t++)
            {
                double before = run.Theta.Value, after = run.Step(x.noisy && draws.Index(2) == 0 ? -x.size : x.size).Value;
                sum += t < 10000 ? 0 : (after - before) * (after - before) / 10000;
            }

            return Math.Sqrt(sum);
        });
    }

    /// <summary>Both SGD updates and their ratio.</summary>
    [Claim("D1-063")]
    [Turn("printed/A", "-0.02", Verdict.Erratum)]
    [Turn("given/gB", "0.1", Verdict.Erratum)]
    internal static Finding TreatsThemTheSame(Claim claim, Document document)
    {
        (Precise lrA, Precise lrB) = (Exact.Of(document["D1-064"].GivenExact("lr")), Exact.Of(document["D1-065"].GivenExact("lr")));
        (Rational a, Rational b) = (Exact.Value(Working.Apply(Sgd.Update, Precise.Zero, Exact.Of(claim.GivenExact("gA")), lrA)), Exact.Value(Working.Apply(Sgd.Update, Precise.Zero, Exact.Of(claim.GivenExact("gB")), lrB)));
        double ratio = Working.Value("quotient of the updates", (a / b).ToDouble());
        return Judge.All(Judge.Number(claim, "A", a), Judge.Number(claim, "B", b))
            .With(Say($"the same rate {lrA} for both, and updates in the ratio of the gradients, {ratio:G6} to 1"));
    }

    /// <summary>An SGD update.</summary>
    [Claim("D1-064")]
    [Claim("D1-065")]
    [Turn("given/lr", "0.01", Verdict.Erratum)]
    internal static Finding SgdUpdate(Claim claim) =>
        Judge.Number(claim, "update", Exact.Value(Working.Apply(Sgd.Update, Precise.Zero, Exact.Of(claim.GivenExact("g")), Exact.Of(claim.GivenExact("lr")))));

    /// <summary>Adam's updates beside SGD's.</summary>
    [Claim("D1-066")]
    [Turn("printed/A", "amplified", Verdict.Erratum)]
    [Turn("printed/B", "dampened", Verdict.Erratum)]
    [Turn("D1-067/printed/update", "-0.1", Verdict.Erratum)]
    internal static Finding DampenedAndAmplified(Claim claim, Document document)
    {
        Rational Ratio(string adam, string sgd) => document[adam].PrintedNumber("update").Value / document[sgd].PrintedNumber("update").Value;
        (Rational a, Rational b) = (Working.Value("Adam's update of A over SGD's", Ratio("D1-067", "D1-064")), Working.Value("of B", Ratio("D1-069", "D1-065")));
        return Judge.All(
            Judge.Printed(claim, "A", a < 1 ? "dampened" : "amplified", Say($"{a}"), Say($"Adam's update of A is {a} times SGD's")),
            Judge.Printed(claim, "B", b < 1 ? "dampened" : "amplified", Say($"{b}"), Say($"Adam's update of B is {b} times SGD's")));
    }

    /// <summary>An Adam update with ε inside the root, as the example writes it.</summary>
    [Claim("D1-067")]
    [Claim("D1-069")]
    [Turn("given/g", "1", Verdict.Erratum)]
    [Turn("given/v", "1000000", Verdict.Erratum)]
    internal static Finding AdamUpdate(Claim claim)
    {
        (Precise g, Precise v, Precise lr, Precise eps) = (Exact.Of(claim.GivenExact("g")), Exact.Of(claim.GivenExact("v")), Exact.Of(claim.GivenExact("lr")), Exact.Of(claim.GivenExact("eps")));
        Precise inside = Working.Apply<Precise>(Adam.UpdateEpsInsideRoot, Precise.Zero, g, v, lr, eps), outside = Working.Apply<Precise>(Adam.Update, Precise.Zero, g, v, lr, eps);
        double first = SgdVersusAdam.Multiplier(0.9, 0.999, 1);
        return Judge.Number(claim, "update", Exact.Value(inside))
            .With(
                Say($"with eps outside the root it is {outside:G9}, inside {inside:G9}"),
                Say($"by the formula of lines 213 to 215, which has no correction, the first update would be {first:F3} times as large"));
    }

    /// <summary>Where ε stands in the example and in the formula before it.</summary>
    [Claim("D1-068")]
    [Turn("facts/formula", "param - lr * m / (sqrt(v) + eps)", Verdict.Confirmed)]
    [Turn("facts/formula", "param - lr * m / sqrt(v)", Verdict.Erratum)]
    internal static Finding PlaceOfEpsilon(Claim claim, Document document)
    {
        StatedFormula stated = claim.Facts["formula"].Formula, before = document["D1-056"].Facts["update"].Formula;
        bool inside = Judge.Same(stated, x => Adam.UpdateEpsInsideRoot(x["param"], x["m"], x["v"], x["lr"], x["eps"]));
        bool same = Judge.Same(stated, x => before.Evaluate<Precise>(name => [x[name]]));
        Working.Uses("adam.update");
        Working.Uses("adam.update_eps_inside_root");
        Precise eps = Exact.Of(claim.GivenExact("eps")), small = Precise.Of(1e-5), one = Precise.Of(1);
        double at = Working.Value("update for a gradient of 1e-5 and rate 1, eps inside the root", -(double)Adam.UpdateEpsInsideRoot(Precise.Zero, small, small * small, one, eps)), outside = Working.Value("outside", -(double)Adam.Update(Precise.Zero, small, small * small, one, eps));
        return Judge.All(
            Judge.Holds(inside || same, Say($"{at:F4} and {outside:F4}"), $"the example computes {stated}", $"the example computes {stated}, which is neither form of Adam"),
            Judge.Agrees(
                same, "D1-056", Say($"{at:F4} and {outside:F4}"),
                Say($"the example has {stated}, the formula before it {before}; for a gradient of 1e-5 they give {at:F4} and {outside:F4} of the rate, for the example's gradients the same printed digits")));
    }

    /// <summary>The two printed updates side by side.</summary>
    [Claim("D1-070")]
    [Turn("D1-069/given/v", "1", Verdict.Erratum)]
    [Turn("facts/updates", "of different size", Verdict.Erratum)]
    internal static Finding SimilarSized(Claim claim, Document document)
    {
        Precise Update(Claim of) => -Working.Apply<Precise>(Adam.UpdateEpsInsideRoot, Precise.Zero, Exact.Of(of.GivenExact("g")), Exact.Of(of.GivenExact("v")), Exact.Of(of.GivenExact("lr")), Exact.Of(of.GivenExact("eps")));
        double ratio = Working.Value("A's update over B's", (double)(Update(document["D1-067"]) / Update(document["D1-069"])));
        double sgd = Working.Value("by SGD", (document["D1-064"].GivenExact("g") / document["D1-065"].GivenExact("g")).ToDouble());
        double bound = Working.Apply<Precise>(Adam.StepBound, Precise.Of(0.9), Precise.Of(0.999), Precise.Of(1000)).High;
        return Judge.Stated(
            claim, "updates", ratio is > 0.5 and < 2 ? "similar-sized" : "of different size", Say($"{ratio:F5} to 1, {sgd} to 1 by SGD"),
            Say($"Adam's updates of A and B are as {ratio:F5} to 1, SGD's as {sgd} to 1; whatever the gradients, no update exceeds {bound:F2} times the rate by step 1000"));
    }
}

/// <summary>A quadratic of two curvatures, and what SGD and Adam reach on it with their best rates.</summary>
internal static class Quadratic
{
    /// <summary>The losses after so many steps, each with the best of so many rates.</summary>
    /// <param name="angle">Between the curvatures' axes and the parameters'.</param>
    /// <param name="steep">The larger curvature; the smaller is 1.</param>
    /// <param name="steps">Steps of each run.</param>
    /// <param name="rates">Rates that are tried for each.</param>
    public static (double Sgd, double Adam) Best(double angle, double steep, int steps, int rates)
    {
        double best = double.PositiveInfinity, bestAdam = double.PositiveInfinity;
        for (int i = 0; i <= rates; i++)
        {
            // From a hundred-thousandth to 2/L for SGD, and from there to 10 for Adam.
            double rate = 2 / (1 + steep) * Math.Pow(10, -4.0 * i / rates), adam = 10 * Math.Pow(10, -6.0 * i / rates);
            best = Math.Min(best, Run(angle, steep, steps, (x, g, _) => Sgd.Update<Real64>(x, g, rate).Value));
            AdamRun<Real64>[] runs = [new(0) { LearningRate = adam }, new(0) { LearningRate = adam }];
            bestAdam = Math.Min(bestAdam, Run(angle, steep, steps, (x, g, k) =>
            {
                double before = runs[k].Theta.Value;
                return x + runs[k].Step(g).Value - before;
            }));
        }

        return (best, bestAdam);
    }

    private static double Run(double angle, double steep, int steps, Func<double, double, int, double> step)
    {
        (double c, double s) = (Math.Cos(angle), Math.Sin(angle));
        (double x, double y) = (1, 0.5);
        double u = 0, v = 0;
        for (int t = 0; t <= steps; t++)
        {
            (u, v) = (c * x + s * y, -s * x + c * y);
            if (t == steps)
                break;
            (double gx, double gy) = (c * steep * u - s * v, s * steep * u + c * v);
            (x, y) = (step(x, gx, 0), step(y, gy, 1));
        }

        double loss = (steep * u * u + v * v) / 2;
        return double.IsNaN(loss) ? double.PositiveInfinity : loss;
    }
}
