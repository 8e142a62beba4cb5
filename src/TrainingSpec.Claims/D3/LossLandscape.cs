using System.Numerics;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D3;

/// <summary>D3, "Loss Landscape and Optimization Trajectory".</summary>
internal static class LossLandscape
{
    /// <summary>The rate times the curvature of the sharp minimum, in runs that may leave it.</summary>
    internal const double EscapeRate = 0.9;

    /// <summary>The critical points of a sum of N double wells, counted, and the signs of random symmetric matrices.</summary>
    [Claim("D3-008")]
    [Turn("facts/most critical points are", "local minima", Verdict.Erratum)]
    internal static Finding MostAreSaddles(Claim claim)
    {
        const int Matrices = 1000, Size = 10;
        (string Kind, int Share)[] random = Kept.Of((Matrices, Size), static x => Signs(x.Matrices, x.Size));
        List<string> most = [random.MaxBy(kind => kind.Share).Kind];
        foreach (int n in (int[])[3, 10, 100])
        {
            // Each coordinate of sum (x^2 - 1)^2/4 stands at -1, 0 or 1: minima avoid 0, the maximum has nothing else.
            BigInteger all = BigInteger.Pow(3, n), minima = BigInteger.Pow(2, n), saddles = all - minima - 1;
            Working.Value($"share of saddles among the critical points of {n} double wells", (double)saddles / (double)all);
            most.Add(saddles > minima ? "saddle points" : "local minima");
        }

        Working.Tried($"{Matrices} random symmetric {Size} x {Size} matrices (seed 308): {string.Join(", ", random.Select(r => $"{r.Share} {r.Kind}"))}");
        string found = most.Distinct().Count() == 1 ? most[0] : "either";
        return Judge.Stated(
            claim,
            "most critical points are",
            found,
            $"{random[0].Share} of {Matrices} saddles",
            $"of the 27 critical points of three double wells 18 are saddles, of those of 100 wells all but about 2e-18 are; of {Matrices} random symmetric {Size} x {Size} Hessians {random[0].Share} have eigenvalues of both signs");
    }

    /// <summary>What is zero at the nine critical points of two double wells and at no other point of a grid.</summary>
    [Claim("D3-009", Plain = true)]
    [Turn("facts/vanishes", "loss", Verdict.Erratum)]
    [Turn("facts/vanishes", "Hessian", Verdict.Erratum)]
    internal static Finding CriticalPoint(Claim claim, Document document)
    {
        double[] grid = [-1, -0.5, 0, 0.5, 1];
        (string Name, Func<double, double, bool> Zero)[] quantities =
        [
            ("loss", (x, y) => Well(x) + Well(y) == 0),
            ("gradient", (x, y) => WellSlope(x) == 0 && WellSlope(y) == 0),
            ("Hessian", (x, y) => 3 * x * x - 1 == 0 && 3 * y * y - 1 == 0),
        ];
        var places = (from x in grid from y in grid select (x, y, Critical: x is -1 or 0 or 1 && y is -1 or 0 or 1)).ToArray();
        string found = string.Join(", ", quantities.Where(q => places.All(p => q.Zero(p.x, p.y) == p.Critical)).Select(q => q.Name));
        int critical = Working.Counted("points of a grid of 25 that are minima, saddles or the maximum of two double wells", places.Count(p => p.Critical), places.Length);
        Finding finding = Judge.Stated(claim, "vanishes", found, $"{critical} points", $"at the {critical} minima, saddles and maxima of two double wells, and at no other of 25 points of a grid, the {found} is zero");
        (string here, string elsewhere) = (document.Facts["loss symbol"]["here"].Text, document.Facts["loss symbol"]["elsewhere"].Text);
        return here == elsewhere ? finding : finding.AndYet($"the loss is written {here} here and {elsewhere} elsewhere, and {here} is not explained");
    }

    /// <summary>From a point on the ridge of x² − y² + y⁴/2, with and without noise on the gradient.</summary>
    [Claim("D3-010")]
    [Turn("facts/leaves saddle points", "without noise", Verdict.Erratum)]
    internal static Finding NoiseLeavesSaddles(Claim claim)
    {
        const int Seeds = 20;
        double[] with = Kept.Of((Seeds, 1e-3), static x => Enumerable.Range(0, x.Seeds).Select(seed => Escape(x.Item2, (ulong)seed)).ToArray());
        double without = Kept.Of(0.0, static noise => Escape(noise, 0));
        Working.Tried("x^2 - y^2 + y^4/2 from (1, 0), rate 0.1, 200 steps; noise of deviation 1e-3 on each gradient element, seeds 0 to 19");
        Tally left = new Tally("noisy runs that reach |y| > 0.9, where the minima are near 1").AddAll(with.Select(y => y > 0.9)).Shown();
        Working.Value("|y| at the end without noise", without);
        string found = left.Always && without == 0 ? "with noise" : left.Never ? "without noise" : "either";
        return Judge.Stated(
            claim,
            "leaves saddle points",
            found,
            $"{left} leave",
            $"from the ridge of a saddle {left} noisy runs reach a minimum in 200 steps, and the run without noise ends on the saddle")
            .AndYet("descent without noise leaves a saddle too from every start that does not lie exactly on its ridge");
    }

    /// <summary>Flat parts of a landscape, and flat parts of a loss curve: two readings of a plateau.</summary>
    [Claim("D3-011")]
    [Turn("facts/gradient on a plateau", "large", Verdict.Erratum)]
    internal static Finding Plateaus(Claim claim)
    {
        const string Small = "near zero";
        string stated = claim.Facts["gradient on a plateau"].Text;
        double steepest = Math.Exp(-0.5), onFlat = Enumerable.Range(0, 401).Select(i => 4 + i / 100.0).Max(x => x * Math.Exp(-x * x / 2));
        Working.Value("largest slope of 1 - exp(-x^2/2) between 4 and 8, where the loss changes by less than 4e-4", onFlat);
        Working.Value("its largest slope anywhere", steepest);
        (double converged, double bouncing) = (Working.Value("slope of log cosh x after 200 steps at rate 0.5, loss level", FlatCurve(0.5)), Working.Value("after 200 steps at rate 3, loss level at every step", FlatCurve(3)));
        string region = onFlat < 0.01 * steepest ? Small : "large";
        string curve = converged < 1e-3 && bouncing < 1e-3 ? Small : converged < 1e-3 ? "either" : "large";
        return Judge.TwoReadings(
            stated == region,
            stated == curve,
            Say($"{onFlat:G2} on a flat region, {bouncing:G2} on a flat curve"),
            Say($"on a flat region of a landscape the slope is {region} ({onFlat:G2} against {steepest:G2} where it is steepest); a loss curve that stays level, which line 25 calls a plateau, may come from either: log cosh at rate 3 bounces between two points for ever with a slope of {bouncing:G2}"));
    }

    /// <summary>Heavy-ball momentum under a constant small gradient, as far as it comes against plain descent.</summary>
    [Claim("D3-012")]
    [Turn("facts/crosses plateaus", "more slowly", Verdict.Erratum)]
    [Turn("given/beta", "0.0", Verdict.Erratum)]
    internal static Finding MomentumCrosses(Claim claim)
    {
        (double beta, int steps) = (claim.GivenNumber("beta"), claim.GivenInteger("steps"));
        double plain = Distance(0, 0, steps), heavy = Distance(beta, 0, steps), averaged = Distance(beta, beta, steps);
        Working.Uses("sgd.momentum");
        double gain = Working.Value($"distance over {steps} steps with momentum {beta} against without", heavy / plain);
        double lost = Working.Value($"the same where the gradient enters with factor 1 - {beta}", averaged / plain);
        double limit = Working.Value("1/(1 - beta)", 1 / (1 - beta));
        Finding finding = Judge.Stated(
            claim,
            "crosses plateaus",
            gain > 1 ? "faster" : gain < 1 ? "more slowly" : "alike",
            Say($"{gain:G3} times as far"),
            Say($"under a constant gradient {steps} steps with momentum {beta} lead {gain:G3} times as far as without, on the way to {limit:G3}"));
        return lost < 1 ? finding.AndYet(Say($"where momentum is a moving average, with a factor 1 - {beta} on the gradient, it leads {lost:G3} times as far at the same rate: nothing is gained")) : finding;
    }

    /// <summary>What of the Hessian orders five minima as the worst rise within a small radius does.</summary>
    [Claim("D3-013")]
    [Turn("facts/measure", "smallest eigenvalue", Verdict.Erratum)]
    [Turn("facts/measure", "trace", Verdict.Erratum)]
    [Turn("facts/flat is", "large", Verdict.Erratum)]
    internal static Finding FlatIsSmallCurvature(Claim claim)
    {
        (double Large, double Small)[] minima = [(1, 0.95), (1.2, 0.01), (3, 0.02), (0.9, 0.9), (0.5, 0.4)];
        (string Name, Func<(double Large, double Small), double> Of)[] measures = [("largest eigenvalue", m => m.Large), ("smallest eigenvalue", m => m.Small), ("trace", m => m.Large + m.Small)];
        double[] rises = [.. minima.Select(m => Enumerable.Range(0, 360).Max(degree => Rise(m, degree * Math.PI / 180, 0.1)))];
        var power = new Tally("minima whose largest eigenvalue power iteration finds to a relative 1e-9");
        power.AddAll(minima.Select(m => Math.Abs(HessianProducts.Top(new Bowl(m.Large, m.Small), [0.3, 0.2], seed: 313).Value - m.Large) < 1e-9 * m.Large)).Shown();
        string found = string.Join(", ", measures.Where(measure => minima.Select(measure.Of).Zip(rises).OrderBy(p => p.First).Select(p => p.Second).SequenceEqual(rises.Order())).Select(m => m.Name));
        Working.Value("worst rise within 0.1 of the five minima", rises);
        bool small = rises[4] == rises.Min() && claim.Facts["flat is"].Text == "small";
        Finding finding = Judge.Stated(claim, "measure", found, $"{power} eigenvalues", $"of trace, smallest and largest eigenvalue the {found} alone orders five minima as the worst rise within a radius of 0.1 does");
        return Judge.All(finding, Judge.Holds(small, "", "the least rise is at the smallest one", "the least rise is not at the largest one"));
    }

    /// <summary>Flatness against the loss on data that was not trained on: for one function written in several ways, and for a landscape that is shifted.</summary>
    [Claim("D3-014")]
    [Turn("facts/flat minima generalize", "worse", Verdict.Erratum)]
    [Turn("given/a", "[1, 1, 1]", Verdict.Erratum)]
    internal static Finding FlatGeneralizes(Claim claim)
    {
        string stated = claim.Facts["flat minima generalize"].Text;
        double[] a = claim.GivenRow("a");
        double[] sharpness = [.. a.Select(v => Working.Value($"largest eigenvalue at ({v}, 1/{v})", HessianProducts.Top(new Product(), [v, 1 / v], seed: 314).Value))];
        double[] held = [.. a.Select(v => Working.Value("loss of the same function on new data", Math.Abs(v * (1 / v) * 0.7 - 0.9)))];
        var draws = new Draws(314);
        (double, double)[] shifts = [.. Enumerable.Range(0, 500).Select(_ => (0.01 * draws.Normal(), 0.01 * draws.Normal()))];
        double[] shifted = [.. a.Select(v => Working.Value($"mean loss at ({v}, 1/{v}) of 500 landscapes that are shifted by normal steps of 0.01", shifts.Average(s => 0.5 * Math.Pow((v + s.Item1) * (1 / v + s.Item2) - 1, 2))))];
        string same = Direction(sharpness, [.. held.Select(h => Math.Round(h, 12))]), moved = Direction(sharpness, shifted);
        return Judge.Conditional(
            stated == same && stated == moved,
            stated == moved,
            "when the loss on new data is that of training shifted in the parameters, and minima are compared in one parametrization",
            Say($"{sharpness[0]:G3} to {sharpness[^1]:G3}, {same}"),
            Say($"w1*w2*x is the same function at (a, 1/a) for every a, while its sharpness goes from {sharpness[0]:G3} to {sharpness[^1]:G3}: there flatter minima generalize {same}; on shifted landscapes they generalize {moved}"));
    }

    /// <summary>Descent with batches from a sharp and from a flat minimum, whose examples' curvatures spread as much as they are large.</summary>
    [Claim("D3-015")]
    [Turn("facts/small batches favour", "sharp minima", Verdict.Erratum)]
    [Turn("given/s2", "0.0", Verdict.Erratum)]
    internal static Finding SmallBatchesFavourFlat(Claim claim)
    {
        (double a, double s) = (claim.GivenNumber("a"), Math.Sqrt(claim.GivenNumber("s2")));
        Tally Escapes(double factor, int batch) => new Tally(Say($"runs of 20 that leave a minimum of curvature {factor * a} (spread {factor * s}) at rate {EscapeRate} with batches of {batch}"))
            .AddAll(Enumerable.Range(0, 20).Select(seed => Leaves(factor * a, factor * s, EscapeRate / a, batch, seed))).Shown();
        Working.Uses("hessian.factor");
        Working.Value("mean square factor of a step at the sharp minimum, batch of 1: (1 - eta a)^2 + eta^2 s^2", Math.Pow(1 - EscapeRate, 2) + Math.Pow(EscapeRate / a * s, 2));
        (Tally sharp, Tally flat, Tally large) = (Escapes(1, 1), Escapes(0.1, 1), Escapes(1, 64));
        string found = sharp.Always && flat.Never && large.Never ? "flat minima" : flat.Always && sharp.Never ? "sharp minima" : "neither";
        return Judge.Stated(
            claim,
            "small batches favour",
            found,
            $"sharp left in {sharp}, flat in {flat}",
            $"with single examples {sharp} runs leave the sharp minimum and {flat} the flat one; with batches of 64 {large} leave the sharp one");
    }

    private static (string Kind, int Share)[] Signs(int matrices, int size)
    {
        var draws = new Draws(308);
        Tally minima = new("matrices with positive eigenvalues alone"), maxima = new("matrices with none");
        for (int n = 0; n < matrices; n++)
        {
            var h = new double[size, size];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j <= i; j++)
                    h[i, j] = h[j, i] = draws.Normal() * (i == j ? Math.Sqrt(2) : 1);
            }

            int positive = PositivePivots(h, size);
            minima.Add(positive == size);
            maxima.Add(positive == 0);
        }

        return [("saddle points", matrices - minima.Count - maxima.Count), ("local minima", minima.Count), ("local maxima", maxima.Count)];
    }

    // Sylvester: as many positive pivots of elimination as positive eigenvalues.
    private static int PositivePivots(double[,] h, int size)
    {
        int positive = 0;
        for (int k = 0; k < size; k++)
        {
            if (h[k, k] > 0)
                positive++;
            for (int i = k + 1; i < size; i++)
            {
                double factor = h[i, k] / h[k, k];
                for (int j = k; j < size; j++)
                    h[i, j] -= factor * h[k, j];
            }
        }

        return positive;
    }

    private static double Well(double x) => (x * x - 1) * (x * x - 1) / 4;

    private static double WellSlope(double x) => x * x * x - x;

    private static double Escape(double noise, ulong seed) => Math.Abs(NoisyDescent.Path(new Saddle(), [1, 0], 0.1, 200, noise, seed)[^1][1]);

    private static double FlatCurve(double rate)
    {
        double x = 1;
        for (int step = 0; step < 200; step++)
            x = Sgd.Update<Real64>(x, Real64.Tanh(x), rate).Value;
        return Math.Abs(Real64.Tanh(x).Value);
    }

    private static double Distance(double beta, double dampening, int steps)
    {
        (Real64 buffer, Real64 x) = (0, 0);
        for (int step = 0; step < steps; step++)
        {
            buffer = Sgd.Momentum<Real64>(buffer, 1, beta, dampening);
            x = Sgd.Update<Real64>(x, buffer, 0.01);
        }

        return -x.Value;
    }

    private static double Rise((double Large, double Small) minimum, double angle, double radius) =>
        (minimum.Large * Math.Pow(Real64.Cos(angle).Value, 2) + minimum.Small * Math.Pow(Real64.Sin(angle).Value, 2)) * radius * radius / 2;

    private static string Direction(double[] sharpness, double[] loss)
    {
        double[] bySharpness = [.. sharpness.Zip(loss).OrderBy(p => p.First).Select(p => p.Second)];
        return bySharpness.Distinct().Count() == 1 ? "equally well" : bySharpness.SequenceEqual(loss.Order()) ? "better" : bySharpness.SequenceEqual(loss.OrderDescending()) ? "worse" : "neither better nor worse";
    }

    /// <summary>The distances from a minimum, from 0.01 on, of descent with batches of examples whose curvatures are a − s and a + s; until 300 steps are done or it is 1 away.</summary>
    internal static double[] Distances(double a, double s, double rate, int batch, int seed)
    {
        var draws = new Draws(31500 + seed);
        List<double> distances = [0.01];
        double x = 0.01;
        for (int step = 0; step < 300 && Math.Abs(x) < 1; step++)
        {
            double curvature = Enumerable.Range(0, batch).Average(_ => draws.Index(2) == 0 ? a - s : a + s);
            x *= Formulas.Hessian.Factor<Real64>(rate, curvature).Value;
            distances.Add(Math.Abs(x));
        }

        return [.. distances];
    }

    private static bool Leaves(double a, double s, double rate, int batch, int seed) => Distances(a, s, rate, batch, seed)[^1] >= 1;

    private sealed class Saddle : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T> => x[0] * x[0] - x[1] * x[1] + T.Of(0.5) * (x[1] * x[1] * (x[1] * x[1]));
    }

    private sealed class Product : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T> => T.Of(0.5) * ((x[0] * x[1] - T.Of(1)) * (x[0] * x[1] - T.Of(1)));
    }

    private sealed class Bowl(double large, double small) : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T>
        {
            T u = T.Of(0.6) * x[0] + T.Of(0.8) * x[1], v = T.Of(0.8) * x[0] - T.Of(0.6) * x[1];
            return T.Of(0.5) * (T.Of(large) * (u * u) + T.Of(small) * (v * v));
        }
    }
}
