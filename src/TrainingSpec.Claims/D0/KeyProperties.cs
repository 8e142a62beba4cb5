using TrainingSpec.Claims.D0.Listings;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Claims.Closeness;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D0;

/// <summary>D0, "Key Properties": the shape of the surface.</summary>
internal static class KeyProperties
{
    /// <summary>Hidden units swapped: the same loss elsewhere, and more of it halfway.</summary>
    [Claim("D0-009")]
    [Turn("facts/surface", "convex", Verdict.Erratum)]
    internal static Finding NotConvex(Claim claim)
    {
        var higher = new Tally("trained models whose loss halfway to themselves with two hidden units swapped is higher than at both ends");
        var straight = new Tally("softmax regressions whose loss halfway between two random points is no higher than the mean of the ends");
        Example[] text = CharText.Windows(1, 128);
        for (int seed = 0; seed < 10; seed++)
        {
            CharModel model = CharModel.Start("He", seed);
            var trainer = TrainerListing.ClippingFirst();
            trainer.Train(model, text, [], new TrainerConfig(20, 16, 0.1, Constant: true), seed);
            CharModel swapped = Swapped(model), middle = Middle(model, swapped);
            higher.Add(middle.Mean(text) > Math.Max(model.Mean(text), swapped.Mean(text)) && Near(model.Mean(text), swapped.Mean(text), 256));
            CharModel a = OneHot(seed), b = OneHot(100 + seed);
            straight.Add(Middle(a, b).Mean(text) <= (a.Mean(text) + b.Mean(text)) / 2);
        }

        return Judge.Stated(
            claim,
            "surface",
            higher.Shown().Always ? "non-convex" : higher.Never ? "convex" : "either",
            Say($"{higher}"),
            Say($"{higher} {higher.What}, so there are two minima and no convexity; without a hidden layer it is otherwise: {straight.Shown()} {straight.What}"));
    }

    /// <summary>Where descent ends that starts in the shallow basin of a tilted double well.</summary>
    [Claim("D0-010")]
    [Turn("facts/always ends in", "the global minimum", Verdict.Erratum)]
    internal static Finding MayEndInALocalMinimum(Claim claim)
    {
        var local = new Tally("starts in the shallow basin from which descent ends there, above the deep minimum");
        foreach (double start in (double[])[0.4, 0.6, 0.8, 1.2, 1.6])
            local.Add(Well(Descend(start)) > Well(Descend(-1)) + 0.1);
        Working.Tried("gradient descent on x^4/4 - x^2/2 + 0.2 x with rate 0.1, 2000 steps: a shallow minimum at positive x, a deep one at negative x");
        return Judge.Stated(
            claim, "always ends in", local.Shown().Never ? "the global minimum" : "a minimum that need not be the global one", Say($"{local}"), Say($"{local} {local.What}, at {Well(Descend(1)):F3} instead of {Well(Descend(-1)):F3}"));
    }

    /// <summary>How often a random symmetric matrix has only positive eigenvalues, and how often both signs, by its size.</summary>
    [Claim("D0-011")]
    [Turn("facts/critical points in many dimensions", "minima", Verdict.Erratum)]
    internal static Finding SaddlesInManyDimensions(Claim claim)
    {
        const int Draws = 4000;
        double[] expected = [0.5, (2 - Math.Sqrt(2)) / 4, (Math.PI - 2 * Math.Sqrt(2)) / (4 * Math.PI)];
        double[] minima = [.. Enumerable.Range(1, 6).Select(n => Kept.Of((n, Draws), static x => PositiveShare(x.n, x.Draws)))];
        for (int n = 1; n <= minima.Length; n++)
            Working.Tried(Say($"{Draws} random symmetric matrices of size {n}: {minima[n - 1]:F4} have only positive eigenvalues{(n <= 3 ? Say($", the exact share is {expected[n - 1]:F4}") : "")}; by symmetry as many have only negative ones, and {1 - 2 * minima[n - 1]:F4} have both: saddles"));
        bool exact = expected.Zip(minima).All(x => Math.Abs(x.First - x.Second) < 4 * Math.Sqrt(x.First * (1 - x.First) / Draws));
        bool saddles = exact && minima.Zip(minima.Skip(1)).All(x => x.Second < x.First || x.First == 0) && 1 - 2 * minima[^1] > 0.99;
        return Judge.Stated(
            claim,
            "critical points in many dimensions",
            saddles ? "saddles" : minima[^1] > 0.5 ? "minima" : "neither",
            Say($"saddles: {1 - 2 * minima[1]:F4} of size 2, {1 - 2 * minima[^1]:F4} of size 6"),
            Say($"of random symmetric Hessians {1 - 2 * minima[1]:F4} of size 2 and {1 - 2 * minima[^1]:F4} of size 6 have eigenvalues of both signs"))
            .With("a critical point of a random function; the Hessians of a trained network are not drawn so, and near its end minima are found");
    }

    /// <summary>Descent from near a saddle and from near a minimum: what is left behind.</summary>
    [Claim("D0-012")]
    [Turn("facts/stuck at a saddle", "more easily than at a minimum", Verdict.Erratum)]
    internal static Finding SaddlesLetGo(Claim claim)
    {
        var saddle = new Tally("random starts near the saddle of (x^2 - y^2)/2 + y^4/4 that descent leaves for a minimum");
        var minimum = new Tally("random starts near its minimum that descent leaves");
        var draws = new Draws(12);
        for (int i = 0; i < 100; i++)
        {
            saddle.Add(Math.Abs(Math.Abs(Fall(0.01 * draws.Normal(), 0.01 * draws.Normal()).Y) - 1) < 1e-3);
            minimum.Add(Math.Abs(Fall(0.01 * draws.Normal(), 1 + 0.01 * draws.Normal()).Y - 1) > 1e-3);
        }

        double stays = Working.Value("y after 400 steps from (1, 0), exactly on the ridge", Fall(1, 0).Y);
        int near = Working.Value("steps until |y| exceeds 0.5 from y = 1e-6", Fall(1, 1e-6).Steps), far = Working.Value("from y = 1e-3", Fall(1, 1e-3).Steps);
        return Judge.Stated(
            claim,
            "stuck at a saddle",
            saddle.Shown().Count > minimum.Shown().Count ? "less easily than at a minimum" : "more easily than at a minimum",
            Say($"left: {saddle} and {minimum}"),
            Say($"with rate 0.1 descent leaves the saddle in {saddle} starts and the minimum in {minimum}"))
            .AndYet(Say($"exactly on the ridge it stays at y = {stays}, and close to it the way out takes long: {near} steps from 1e-6, {far} from 1e-3"));
    }

    /// <summary>Directions in which the loss does not change at all: all output biases together, and a hidden unit's scale.</summary>
    [Claim("D0-013")]
    [Turn("facts/smallest slope among directions", "as large as the gradient", Verdict.Erratum)]
    internal static Finding FlatDirections(Claim claim)
    {
        var flat = new Tally("models whose slope along equal output biases is below 1e-14 of the gradient's length");
        foreach (int seed in Enumerable.Range(0, 20))
        {
            CharModel model = CharModel.Start("He", seed);
            double[] gradient = model.GradientOf(CharText.Windows(1, 128));
            (string, int, int Start, int Length, int) biases = model.Parts[^1];
            double slope = gradient.Skip(biases.Start).Take(biases.Length).Sum() / Math.Sqrt(biases.Length);
            flat.Add(Math.Abs(slope) < 1e-14 * TrainerListing.Norm(gradient));
        }

        return Judge.Stated(claim, "smallest slope among directions", flat.Shown().Always ? "nearly zero" : "as large as the gradient", Say($"{flat}"), Say($"{flat} {flat.What}: a constant added to all logits leaves the softmax as it is"));
    }

    /// <summary>Descent from the flat part of a squared sigmoid error: a long stretch without progress, and then a fall.</summary>
    [Claim("D0-014")]
    [Turn("facts/on a flat region training", "falls as fast as elsewhere", Verdict.Erratum)]
    internal static Finding Plateaus(Claim claim)
    {
        double w = -7;
        List<double> losses = [];
        for (int step = 0; step < 20000; step++)
        {
            double s = 1 / (1 + Real64.Exp(-w).Value);
            losses.Add((1 - s) * (1 - s));
            w += 1.0 * 2 * (1 - s) * s * (1 - s);
        }

        int flat = Working.Value("first steps in a row in which the loss changes by less than a hundredth of a percent", losses.Zip(losses.Skip(1)).TakeWhile(x => Math.Abs(x.First - x.Second) < 1e-4 * x.First).Count());
        double before = Working.Value("loss after them", losses[flat]), after = Working.Value("loss at the end", losses[^1]);
        return Judge.Stated(
            claim,
            "on a flat region training",
            flat > 50 && after < before / 10 ? "plateaus" : "falls as fast as elsewhere",
            Say($"{flat} steps"),
            Say($"descent on (1 - sigmoid(w))^2 from w = -7 with rate 1 stands still for {flat} steps at {before:F4} and later falls to {after:G2}"));
    }

    /// <summary>Gradient descent in the tilted double well.</summary>
    internal static double Descend(double x, double rate = 0.1, int steps = 2000)
    {
        for (int i = 0; i < steps; i++)
            x = Sgd.Update<Real64>(x, x * x * x - x + 0.2, rate);
        return x;
    }

    private static double Well(double x) => x * x * x * x / 4 - x * x / 2 + 0.2 * x;

    private static (double Y, int Steps) Fall(double x, double y)
    {
        int steps = 0;
        for (int i = 0; i < 400; i++)
        {
            (x, y) = (x - 0.1 * x, y + 0.1 * (y - y * y * y));
            steps += Math.Abs(y) < 0.5 ? 1 : 0;
        }

        return (y, steps);
    }

    // Cholesky's factorization runs through exactly where all eigenvalues are positive.
    private static double PositiveShare(int n, int count)
    {
        var draws = new Draws(1100 + n);
        int positive = 0;
        for (int k = 0; k < count; k++)
        {
            var a = new double[n, n];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j <= i; j++)
                    a[i, j] = i == j ? Math.Sqrt(2) * draws.Normal() : draws.Normal();
            }

            positive += Factorizes(a, n) ? 1 : 0;
        }

        return (double)positive / count;
    }

    private static bool Factorizes(double[,] a, int n)
    {
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                for (int k = 0; k < j; k++)
                    a[i, j] -= a[i, k] * a[j, k];
                if (i == j && a[j, j] <= 0)
                    return false;
                a[i, j] = i == j ? Math.Sqrt(a[j, j]) : a[i, j] / a[j, j];
            }
        }

        return true;
    }

    private static CharModel Swapped(CharModel model)
    {
        CharModel swapped = model.Copy();
        (_, _, int weights, int length, int fanIn) = model.Parts[1];
        (int biases, int output, int hidden) = (model.Parts[2].Start, model.Parts[3].Start, length / fanIn);
        for (int unit = 0; unit + 1 < hidden; unit += 2)
        {
            for (int i = 0; i < fanIn; i++)
                Exchange(weights + unit * fanIn + i, weights + (unit + 1) * fanIn + i);
            Exchange(biases + unit, biases + unit + 1);
            for (int v = 0; v < model.Vocabulary; v++)
                Exchange(output + v * hidden + unit, output + v * hidden + unit + 1);
        }

        return swapped;

        void Exchange(int i, int j) => (swapped.Theta[i], swapped.Theta[j]) = (swapped.Theta[j], swapped.Theta[i]);
    }

    private static CharModel Middle(CharModel a, CharModel b)
    {
        CharModel middle = a.Copy();
        for (int i = 0; i < middle.Theta.Length; i++)
            middle.Theta[i] = (a.Theta[i] + b.Theta[i]) / 2;
        return middle;
    }

    // A softmax regression: the features are fixed, the output weights alone differ.
    private static CharModel OneHot(int seed)
    {
        CharModel model = CharModel.Start("He", 7);
        CharModel other = CharModel.Start("N(0, 1)", seed);
        (_, _, int start, _, _) = model.Parts[3];
        for (int i = start; i < model.Theta.Length; i++)
            model.Theta[i] = other.Theta[i];
        return model;
    }
}
