using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Why It Works": the first-order argument.</summary>
internal static class WhyItWorks
{
    /// <summary>What the stated expansion leaves over, as the step shrinks tenfold: a hundredth for an expansion of first order.</summary>
    [Claim("D0-017", Plain = true)]
    [Turn("facts/formula", "L - sum(g * d)", Verdict.Erratum)]
    [Turn("facts/formula", "L + sum(g * d) / 2", Verdict.Erratum)]
    internal static Finding FirstOrder(Claim claim)
    {
        StatedFormula formula = claim.Facts["formula"].Formula;
        Example[] text = CharText.Windows(1, 64);
        CharModel model = CharModel.Start("He", 17, function: HiddenFunction.Tanh);
        double[] gradient = model.GradientOf(text);
        double loss = model.Mean(text);
        var second = new Tally("random directions in which the rest shrinks a hundredfold, within a fifth, when the step shrinks tenfold");
        var draws = new Draws(17);
        double sum = 0;
        for (int i = 0; i < 20; i++)
        {
            double[] direction = [.. gradient.Select(_ => draws.Normal() / Math.Sqrt(gradient.Length))];
            double ratio = Rest(direction, 1e-2) / Rest(direction, 1e-3);
            sum += ratio;
            second.Add(Math.Abs(ratio / 100 - 1) < 0.2);
        }

        double mean = Working.Value("mean ratio of the rests", sum / second.Of);
        return Judge.Holds(second.Shown().Always, Say($"{second}"), Say($"what {formula} leaves over is of second order: {second} {second.What}"), Say($"what {formula} leaves over shrinks by {mean:F1} when the step shrinks by 10, where an expansion of first order leaves a hundredth"));

        double Rest(double[] direction, double h)
        {
            CharModel moved = model.Copy();
            double[] d = [.. direction.Select(u => h * u)];
            for (int i = 0; i < d.Length; i++)
                moved.Theta[i] += d[i];
            double stated = formula.Evaluate<Real64>(name => name switch { "L" => [loss], "g" => [.. gradient.Select(g => new Real64(g))], _ => [.. d.Select(x => new Real64(x))] });
            return moved.Mean(text) - stated;
        }
    }

    /// <summary>The sign of the loss's change by a small step, and that of the product of gradient and step.</summary>
    [Claim("D0-018")]
    [Turn("facts/for a decrease the product is", "positive", Verdict.Erratum)]
    [Turn("facts/for a decrease the product is", "of either sign", Verdict.Erratum)]
    internal static Finding NegativeProduct(Claim claim)
    {
        Example[] text = CharText.Windows(1, 64);
        CharModel model = CharModel.Start("He", 18, function: HiddenFunction.Tanh);
        double[] gradient = model.GradientOf(text);
        double loss = model.Mean(text);
        var draws = new Draws(18);
        Tally negative = new("random small steps with a negative product that lower the loss"), positive = new("random small steps with a positive product that lower it");
        for (int i = 0; i < 200; i++)
        {
            double[] d = [.. gradient.Select(_ => 1e-5 * draws.Normal())];
            CharModel moved = model.Copy();
            for (int k = 0; k < d.Length; k++)
                moved.Theta[k] += d[k];
            bool falls = moved.Mean(text) < loss;
            if (d.Zip(gradient, (a, b) => a * b).Sum() < 0)
                negative.Add(falls);
            else
                positive.Add(falls);
        }

        return Judge.Stated(
            claim,
            "for a decrease the product is",
            negative.Shown().Always && positive.Shown().Never ? "negative" : negative.Never ? "positive" : "of either sign",
            Say($"{negative} and {positive}"),
            Say($"{negative} {negative.What}, {positive} {positive.What}"));
    }

    /// <summary>The stated change for a step against the gradient, against the product itself.</summary>
    [Claim("D0-019")]
    [Turn("facts/formula", "-eta * norm(g)", Verdict.Erratum)]
    [Turn("facts/formula", "eta * norm(g)^2", Verdict.Erratum)]
    internal static Finding ChangeAgainstTheGradient(Claim claim) => Judge.Formula(claim, "formula", x =>
    {
        Precise[] g = x.Row("g");
        return g.Aggregate(Precise.Zero, (sum, one) => sum + one * Sgd.Update(Precise.Zero, one, x["eta"]));
    });

    /// <summary>The sign of that change: for gradients that are not zero, and at a stationary point.</summary>
    [Claim("D0-020")]
    [Turn("facts/sign", "positive", Verdict.Erratum)]
    [Turn("facts/sign", "negative or zero", Verdict.Confirmed)]
    internal static Finding StrictlyNegative(Claim claim, Document document)
    {
        StatedFormula formula = document["D0-019"].Facts["formula"].Formula;
        string stated = claim.Facts["sign"].Text;
        var negative = new Tally("random gradients and positive rates for which it is negative");
        for (int i = 0; i < 200; i++)
            negative.Add(formula.Evaluate<Precise>(new Point(i).Value) < Precise.Zero);
        double stationary = Working.Value("at a gradient of 0", (double)formula.Evaluate<Precise>(name => [name == "eta" ? Precise.Of(0.1) : Precise.Zero]) + 0);
        Working.Uses("sgd.update");
        bool elsewhere = negative.Shown().Always && stated is "negative" or "negative or zero", everywhere = elsewhere && (stationary < 0 || stated == "negative or zero");
        return Judge.Conditional(everywhere, elsewhere, "where the gradient is not zero", Say($"{negative}, {stationary} at a gradient of 0"), Say($"the change is said to be {stated}; {formula} is negative for {negative} random gradients, and {stationary} at a stationary point"));
    }

    /// <summary>One step on quadratics below and above 2/λ, and on character models with ever smaller rates.</summary>
    [Claim("D0-021")]
    [Turn("facts/for small enough rates the loss", "rises", Verdict.Erratum)]
    internal static Finding FallsForSmallRates(Claim claim)
    {
        Tally below = new("quadratics whose loss falls at 0.99 times 2/lambda"), above = new("quadratics whose loss falls at 1.01 times 2/lambda"), models = new("character models whose loss falls for every rate 2^-k from some k on, and as far as k = 20");
        var draws = new Draws(21);
        Example[] text = CharText.Windows(1, 64);
        for (int i = 0; i < 20; i++)
        {
            double lambda = draws.Uniform(0.1, 10), theta = draws.Uniform(0.5, 2);
            below.Add(Quadratic(0.99) < theta * theta);
            above.Add(Quadratic(1.01) < theta * theta);
            CharModel model = CharModel.Start("He", i);
            double[] gradient = model.GradientOf(text);
            models.Add(Enumerable.Range(8, 13).All(k => After(model, gradient, Math.ScaleB(1, -k)) < model.Mean(text)));

            double Quadratic(double share)
            {
                double moved = Sgd.Update<Real64>(theta, lambda * theta, share * 2 / lambda);
                return moved * moved;
            }
        }

        return Judge.Stated(
            claim,
            "for small enough rates the loss",
            below.Shown().Always && models.Shown().Always ? "falls" : below.Never ? "rises" : "may do either",
            Say($"{below}, {above.Shown()}, {models}"),
            Say($"{below} {below.What}, {above} {above.What}; {models} {models.What}"));

        double After(CharModel model, double[] gradient, double rate)
        {
            CharModel moved = model.Copy();
            for (int i = 0; i < gradient.Length; i++)
                moved.Theta[i] -= rate * gradient[i];
            return moved.Mean(text);
        }
    }

    // A random gradient as a row, and a rate.
    private sealed class Point(int seed)
    {
        public Precise[] Value(string name) => name == "eta" ? [Precise.Of(new Draws(seed).Uniform(1e-4, 1))] : [.. new Draws(1000 + seed).Row(5).Select(x => Precise.Of(x))];
    }
}
