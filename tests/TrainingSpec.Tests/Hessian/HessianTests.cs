using MathNet.Numerics.LinearAlgebra;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Hessian;

internal sealed class HessianTests
{
    [Test]
    public void A_negative_eigenvalue_ends_the_iteration_as_soon_as_its_opposite()
    {
        Eigenpair down = HessianProducts.Top(new Parabola([[-4, 0], [0, 1]]), [0, 0], 1), up = HessianProducts.Top(new Parabola([[4, 0], [0, -1]]), [0, 0], 1);
        Assert.That((down.Value, down.Iterations), Is.EqualTo((-up.Value, up.Iterations)));
        Assert.That(up.Iterations, Is.LessThan(100));
    }

    [Rule("HESSIAN-1")]
    [Law(MaxTest = 900, Arbitrary = [typeof(QuadraticCases)])]
    public bool The_product_with_a_quadratic_is_that_with_its_matrix(QuadraticCase c)
    {
        // f = ½xᵀAx + Σx⁴/4: the Hessian is A + diag(3x²). Terms are products of three numbers below 10; 40 roundings are more than any passes through.
        double[] product = HessianProducts.Product(new Quartic(c.Matrix), c.Point, c.Direction);
        return Enumerable.Range(0, product.Length).All(i =>
        {
            double[] terms = [.. c.Matrix[i].Zip(c.Direction, (a, v) => a * v), 3 * c.Point[i] * c.Point[i] * c.Direction[i]];
            return Math.Abs(product[i] - terms.Sum()) <= 40 * Real64.UnitRoundoff * terms.Sum(Math.Abs);
        });
    }

    [Rule("HESSIAN-1")]
    [Law(MaxTest = 600, Arbitrary = [typeof(QuadraticCases)])]
    public bool The_Hessian_is_symmetric_and_linear(QuadraticCase c)
    {
        var f = new Wavy();
        double[] u = c.Direction, v = c.Point, x = [.. c.Matrix.Select(row => row[0])];
        double[] hu = HessianProducts.Product(f, x, u), hv = HessianProducts.Product(f, x, v), twice = HessianProducts.Product(f, x, [.. u.Select(t => 2 * t)]);

        // Twice the direction is exactly twice the product; uᵀHv and vᵀHu differ by the rounding of terms whose sizes are bounded by those of a Wavy's second derivatives.
        double size = u.Sum(Math.Abs) * v.Sum(Math.Abs) * x.Length * (2 + x.Sum(t => t * t));
        return twice.Zip(hu).All(p => p.First == 2 * p.Second)
            && Math.Abs(u.Zip(hv, (a, b) => a * b).Sum() - v.Zip(hu, (a, b) => a * b).Sum()) <= 200 * Real64.UnitRoundoff * size;
    }

    [Rule("HESSIAN-2")]
    [Law(MaxTest = 100, Arbitrary = [typeof(QuadraticCases)])]
    public bool An_eigenvalue_lies_within_the_residual(QuadraticCase c)
    {
        double[] zero = new double[c.Point.Length];
        Eigenpair top = HessianProducts.Top(new Quartic(c.Matrix), zero, seed: 3, iterations: 2000);
        double[] eigenvalues = [.. Matrix<double>.Build.DenseOfRowArrays(c.Matrix).Evd(Symmetricity.Symmetric).EigenValues.Select(e => e.Real)];
        double largest = eigenvalues.Max(Math.Abs);

        // The residual's bound is exact for exact products; both solvers err by some units of the largest eigenvalue.
        return eigenvalues.Min(e => Math.Abs(e - top.Value)) <= top.Residual + 1e-12 * largest && Math.Abs(top.Value) <= largest * (1 + 1e-12);
    }

    [Test]
    [Rule("HESSIAN-2")]
    public void The_top_eigenvalue_of_a_known_matrix_is_found()
    {
        // Eigenvalues 3 and 1 for (1, 1) and (1, −1).
        Eigenpair top = HessianProducts.Top(new Quartic([[2, 1], [1, 2]]), [0, 0], seed: 1);
        Assert.Multiple(() =>
        {
            Assert.That(top.Value, Is.EqualTo(3).Within(1e-8));
            Assert.That(Math.Abs(top.Vector[0] - top.Vector[1]), Is.LessThan(1e-8));
            Assert.That(HessianProducts.Top(new Quartic([[-5, 0], [0, 2]]), [0, 0], seed: 1).Value, Is.EqualTo(-5).Within(1e-8));
            Assert.That(HessianProducts.Top(new Quartic([[0, 0], [0, 0]]), [0, 0], seed: 1).Value, Is.Zero);
        });
    }

    [TestCase(0.999, true)]
    [TestCase(1.001, false)]
    [Rule("HESSIAN-3")]
    public void Descent_converges_below_two_over_the_top_eigenvalue(double share, bool converges)
    {
        var f = new Parabola([[2, 1], [1, 2]]);
        double rate = share * Formulas.Hessian.StableRate<Real64>(HessianProducts.Top(f, [0, 0], seed: 1).Value).Value;
        IReadOnlyList<double[]> path = NoisyDescent.Path(f, [1, 0.5], rate, 5000, 0, 0);

        // The component along (1, 1) shrinks or grows by |1 − 3η| = 0.998 or 1.002 a step: 4.5·10⁻⁵ or 2·10⁴ after 5000.
        double last = path[^1].Max(Math.Abs);
        Assert.That(converges ? last < 1e-3 : last > 1e3, Is.True, $"{last}");
    }

    [Test]
    [Rule("HESSIAN-4")]
    public void Without_noise_descent_stays_at_the_saddle_and_with_noise_it_leaves() => Assert.Multiple(() =>
    {
        IReadOnlyList<double[]> still = NoisyDescent.Path(new Saddle(), [1, 0], 0.1, 1000, 0, 0);
        Assert.That(still.All(x => x[1] == 0));
        Assert.That(Math.Abs(still[^1][0]), Is.LessThan(1e-12));

        // The eigenvalues there are 2 and −2: equal in magnitude, which only a shift tells apart, and which the residual does not hide.
        Assert.That(HessianProducts.Top(new Saddle(), still[^1], seed: 2, iterations: 100).Residual, Is.GreaterThan(0.1));
        Assert.That(HessianProducts.Top(new Saddle(), still[^1], seed: 2, shift: 3).Value, Is.EqualTo(2).Within(1e-7));
        Assert.That(HessianProducts.Top(new Saddle(), still[^1], seed: 2, shift: -3).Value, Is.EqualTo(-2).Within(1e-7));
        Assert.That(HessianProducts.Product(new Saddle(), still[^1], [0, 1]), Is.EqualTo(new[] { 0.0, -2 }));

        // Noise grows to 1.5·10⁻⁴·z·1.2ᵗ for normal z: by step 175 all of 20 seeds have passed ½ but in one run of 10⁹. At the minimum it spreads by 1.25·10⁻⁴; 0.01 is 80 times as far.
        for (ulong seed = 0; seed < 20; seed++)
        {
            IReadOnlyList<double[]> noisy = NoisyDescent.Path(new Saddle(), [1, 0], 0.1, 200, 1e-3, seed);
            Assert.That(Math.Abs(noisy[^1][1]), Is.EqualTo(1).Within(0.01), $"seed {seed}");
        }
    });

    [Test]
    [Rule("HESSIAN-4")]
    public void The_noise_is_normal_with_the_deviation_that_is_asked_for()
    {
        // Half of the level for the variance, half for the law; without a gradient each step is noise alone, at a rate of 1.
        const double level = 1e-3, power = 0.99, deviation = 0.3;
        const int parameters = 50, steps = 40, runs = 40;
        double ratio = MomentTest.VarianceDetectable(parameters * steps, level / 2, power);
        LawCheck.Holds(
            runs,
            level,
            power,
            seed => Steps(seed, deviation),
            (seed, _) => Steps(seed, deviation * Math.Sqrt(ratio)),
            noise => MomentTest.Variance(noise, 0, deviation * deviation).Passed(level / 2)
                && KolmogorovSmirnov.Test(noise, x => MathNet.Numerics.Distributions.Normal.CDF(0, deviation, x)).Passed(level / 2),
            $"{ratio:0.000} times the variance");

        static double[] Steps(ulong seed, double noise)
        {
            IReadOnlyList<double[]> path = NoisyDescent.Path(new Plain(), new double[parameters], 1, steps, noise, seed);
            return [.. path.Zip(path.Skip(1)).SelectMany(p => p.First.Zip(p.Second, (before, after) => after - before))];
        }
    }

    [Test]
    [Rule("HESSIAN-4")]
    public void Momentum_does_not_leave_the_ridge_either_but_is_faster_beside_it() => Assert.Multiple(() =>
    {
        Assert.That(Heavy(0, momentum: 0.9, steps: 1000), Is.EqualTo(1000), "exactly on the ridge");
        Assert.That(Heavy(1e-6, momentum: 0.9, steps: 1000), Is.LessThan(Heavy(1e-6, momentum: 0, steps: 1000)));
    });

    // Steps until y passes 0.5, or all of them.
    private static int Heavy(double y, double momentum, int steps)
    {
        Real64[][] x = [[1, y]];
        SgdState<Real64>? state = null;
        for (int step = 0; step < steps; step++)
        {
            if (x[0][1].Value >= 0.5)
                return step;
            double[] gradient = HessianProducts.Gradient(new Saddle(), [x[0][0].Value, x[0][1].Value]);
            (x, state) = SgdOptimizer.Step(x, [[gradient[0], gradient[1]]], state, new SgdOptions { LearningRate = 0.01, Momentum = momentum });
        }

        return steps;
    }

    [TestCase(1e-3)]
    [TestCase(1e-6)]
    [TestCase(1e-12)]
    [Rule("HESSIAN-4")]
    public void The_escape_takes_as_many_steps_as_the_curvature_says(double displacement)
    {
        // Below y = 0.1 the cubic term slows a step by less than 2% of its growth: from δ to 0.1 in ln(0.1/δ)/ln 1.2 steps and one or two more.
        IReadOnlyList<double[]> path = NoisyDescent.Path(new Saddle(), [1, displacement], 0.1, 400, 0, 0);
        int left = path.TakeWhile(x => x[1] < 0.1).Count();
        double expected = Formulas.Hessian.EscapeSteps<Real64>(displacement / 0.1, 0.1, 2).Value;
        Assert.That(left, Is.InRange(expected, expected + 2));
    }

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => HessianProducts.Gradient(new Saddle(), []), "x", "x = []");
        Refused(() => HessianProducts.Product(new Saddle(), [1, 2], [1]), "v", "v has 1 elements, x has 2");
        Refused(() => HessianProducts.Product(new Saddle(), [1, 2], [1, 2, 3]), "v", "v has 3 elements, x has 2");
        Refused(() => HessianProducts.Top(new Saddle(), [1, 2], 1, tolerance: 1), "tolerance", "tolerance = 1 is outside (0, 1)");
        Refused(() => HessianProducts.Top(new Saddle(), [1, 2], 1, iterations: 0), "iterations", "iterations = 0 is outside [1, inf)");
        Refused(() => HessianProducts.Top(new Saddle(), [1, 2], 1, shift: double.NaN), "shift", "shift = NaN is outside (-inf, inf)");
        Refused(() => NoisyDescent.Path(new Saddle(), [1, 2], -1, 1, 0, 0), "lr", "lr = -1 is outside [0, inf)");
        Refused(() => NoisyDescent.Path(new Saddle(), [1, 2], 1, 1, double.NaN, 0), "noise", "noise = NaN is outside [0, inf)");
    });

    /// <summary>½xᵀAx.</summary>
    private sealed class Parabola(double[][] matrix) : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T>
        {
            T sum = T.Of(0);
            for (int i = 0; i < x.Length; i++)
            {
                for (int j = 0; j < x.Length; j++)
                    sum += T.Of(matrix[i][j] / 2) * x[i] * x[j];
            }

            return sum;
        }
    }

    /// <summary>½xᵀAx + Σx⁴/4.</summary>
    private sealed class Quartic(double[][] matrix) : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T>
        {
            T sum = new Parabola(matrix).At(x);
            foreach (T value in x)
                sum += T.Of(0.25) * (value * value) * (value * value);
            return sum;
        }
    }

    /// <summary>Σ tanh xᵢ · cos xᵢ₊₁, the last one's neighbour the first: second derivatives that are neither constant nor diagonal.</summary>
    private sealed class Wavy : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T>
        {
            T sum = T.Of(0);
            for (int i = 0; i < x.Length; i++)
                sum += T.Tanh(x[i]) * T.Cos(x[(i + 1) % x.Length]);
            return sum;
        }
    }

    /// <summary>x² − y² + y⁴/2: a saddle at 0 between minima at y = ±1.</summary>
    private sealed class Plain : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T> => T.Of(0) * x[0];
    }

    private sealed class Saddle : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T> => x[0] * x[0] - x[1] * x[1] + T.Of(0.5) * (x[1] * x[1]) * (x[1] * x[1]);
    }
}
