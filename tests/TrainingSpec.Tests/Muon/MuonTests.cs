using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using Formula = TrainingSpec.Formulas.Muon;

namespace TrainingSpec.Tests.Muon;

/// <summary>Muon against matrices whose singular values and vectors are known.</summary>
internal sealed class MuonTests
{
    private static readonly MuonOptimizer Plain = new() { LearningRate = 1, Epsilon = 0 };

    private static readonly MatrixShape[] Shapes = [new(1, 1), new(1, 5), new(5, 1), new(3, 3), new(4, 6), new(6, 4)];

    [Test]
    [Rule("MUON-2")]
    public void Singular_values_of_well_conditioned_matrices_come_near_one([Values(1, 2, 3, 4)] int seed)
    {
        // Of UΣVᵀ with orthonormal U and V the direction is U·p(Σ)·Vᵀ; the largest of five singular values is at most ten times the least.
        double[] sigma = [1, 0.7, 0.5, 0.25, 0.1];
        double[][] u = Orthonormal(5, (ulong)seed), v = Orthonormal(5, (ulong)seed + 100);
        double[] Sum(double[] values) => [.. Enumerable.Range(0, 25).Select(at => Enumerable.Range(0, 5).Sum(k => u[at / 5][k] * values[k] * v[at % 5][k]))];
        double norm = Math.Sqrt(sigma.Sum(s => s * s));
        double[] turned = Array.ConvertAll(sigma, s => Iterated(s / norm, 5)), moved = Direction(new(5, 5), Sum(sigma)), expected = Sum(turned);
        Assert.Multiple(() =>
        {
            Assert.That(turned, Has.All.InRange(0.68, 1.13));

            // The matrix is rounded at 1e-16 of elements of at most 1, and five slopes of at most 3.9 multiply it.
            for (int i = 0; i < 25; i++)
                Assert.That(moved[i], Is.EqualTo(expected[i]).Within(25 * Math.Pow(3.9, 5) * 2 * Real64.UnitRoundoff));
        });
    }

    [Test]
    [Rule("MUON-1")]
    [Rule("MUON-3")]
    public void Scale_order_and_signs_of_gradients_go_through([ValueSource(nameof(Shapes))] MatrixShape shape)
    {
        double[] gradient = Gradient(shape, 7), direction = Direction(shape, gradient);
        int n = shape.Columns;

        // A scale that is a power of two; rows in the opposite order and each second one's sign changed; the transpose, which is scaled by its own shape.
        double[] scaled = Direction(shape, Array.ConvertAll(gradient, g => Math.ScaleB(g, 40)));
        double[] Mirrored(double[] x) => [.. x.Chunk(n).Reverse().SelectMany((row, i) => row.Select(e => i % 2 == 0 ? e : -e))];
        double[] Turned(double[] x) => [.. Enumerable.Range(0, x.Length).Select(at => x[at % shape.Rows * n + at / shape.Rows])];
        double[] mirrored = Direction(shape, Mirrored(gradient)), turned = Direction(new(n, shape.Rows), Turned(gradient));
        double ratio = Math.Sqrt((double)Math.Max(shape.Rows, n) / Math.Min(shape.Rows, n)), factor = shape.Rows > n ? 1 / ratio : ratio;
        Assert.Multiple(() =>
        {
            // All in 106 bits and rounded once, so that two ways differ by a last place at most.
            Assert.That(scaled, Is.EqualTo(direction));
            Assert.That(mirrored, Is.EqualTo(Mirrored(direction)).Within(1).Ulps);
            // The factor has a quotient, a root and a reciprocal, and multiplies.
            Assert.That(turned, Is.EqualTo(Turned(direction).Select(x => x * factor)).Within(3).Ulps);
        });
    }

    [Test]
    [Rule("MUON-4")]
    [Rule("MUON-5")]
    [Rule("MUON-6")]
    public void Steps_are_the_direction_of_momentum_written_out([Values] bool nesterov)
    {
        // Momentum ½ and gradients of few digits, so that all sums are exact.
        var shape = new MatrixShape(2, 3);
        MuonOptimizer optimizer = Plain with { LearningRate = 0.25, Momentum = 0.5, Nesterov = nesterov, WeightDecay = 0.5 };
        double[][] gradients = [[1, 2, -1, 0.5, 0, 3], [0, 1, 1, -2, 4, 0.5], [2, 0, 0, 0, 0, -1]];
        double[] buffer = new double[6], theta = [1, 2, 3, 4, 5, 6];
        Real64[][] moved = [[1, 2, 3, 4, 5, 6]];
        SlotState<Real64>? state = null;
        foreach (double[] gradient in gradients)
        {
            (moved, state) = optimizer.Step(moved, [shape], [Array.ConvertAll(gradient, g => (Real64)g)], state);
            state = optimizer.Restore<Real64>(System.Text.Encoding.UTF8.GetBytes(state.ToJson()));
            buffer = [.. buffer.Zip(gradient, (b, g) => 0.5 * b + g)];
            double[] direction = Direction(shape, nesterov ? [.. gradient.Zip(buffer, (g, b) => g + 0.5 * b)] : buffer);
            theta = [.. theta.Zip(direction, (t, d) => t - 0.125 * t - 0.25 * d)];
        }

        Assert.Multiple(() =>
        {
            Assert.That(state!.Slot("m", 0).ToArray().Select(b => b.Value), Is.EqualTo(buffer));
            // Three steps of numbers whose magnitudes add up to 7.1: here three roundings in each, there one, and one of the direction.
            Assert.That(moved[0].Select(t => t.Value), Is.EqualTo(theta).Within(3 * 5 * 7.1 * Real64.UnitRoundoff));
        });
    }

    [Test]
    [Rule("MUON-1")]
    public void No_size_of_a_gradient_leaves_the_range([Values(1e-320, 1e-200, 1, 1e300)] double size)
    {
        double[] moved = Direction(new(2, 2), [size, 0, 0, size]);
        Assert.That(moved, Is.EqualTo(Direction(new(2, 2), [1, 0, 0, 1])).Within(1).Ulps);
        Assert.That(Formula.Direction<Real64>([0, 0], 1, 2, 1e-7, 5), Is.EqualTo(new Real64[] { 0, 0 }));
    }

    [Test]
    [Rule("MUON-1")]
    public void A_gradient_that_is_no_number_stays_in_its_matrix()
    {
        Real64[][] moved = Plain.Step<Real64>([[1, 1], [1, 1]], [new(1, 2), new(2, 1)], [[double.NaN, 1], [1, 0]], null).Parameters;
        Assert.That(moved.Select(row => Array.Exists(row, x => double.IsNaN(x.Value))), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    [Rule("MUON-3")]
    public void Shapes_are_those_of_the_parameters() => Assert.Multiple(() =>
    {
        foreach (MatrixShape[] shapes in new MatrixShape[][] { [], [new(2, 2)], [new(-1, -3)], [new(1, 3), new(1, 1)] })
            Assert.That(() => Plain.Step<Real64>([[1, 1, 1]], shapes, [[1, 1, 1]], null), Throws.TypeOf<ShapeMismatchException>());
        Assert.That(() => Plain.Step([[1]], [new(1, 1)], [[1]], ElementwiseState()), Throws.TypeOf<InvalidArgumentException>());
    });

    [Test]
    [Rule("MUON-2")]
    public void What_an_evaluation_may_be_off_by_is_known_and_narrow() => Assert.Multiple(() =>
    {
        // Of a small singular value, here 1/1000 of the largest, roundings grow by 3.4445⁵ = 485; of others near 1 by next to nothing.
        (double small, double wide) = Used<Real32>(1e-3);
        Assert.That(small, Is.InRange(0.001, 1));
        Assert.That(wide, Is.LessThan(40_000 * Real32.UnitRoundoff));
        (double near, double narrow) = Used<Real64>(0.75);
        Assert.That(near, Is.InRange(0.003, 1));
        Assert.That(narrow, Is.LessThan(4_000 * Real64.UnitRoundoff));
    });

    [TestCase(1e-3)]
    [TestCase(0.75)]
    [Rule("MUON-2")]
    public void What_goes_in_off_comes_out_off_by_no_more(double least)
    {
        const double Off = 1e-8;
        (double[] x, double[][] u, double[][] v) = Matrix(least, 3);
        DoubleDouble[] Turned(Func<int, double> off) => Formula.Direction<DoubleDouble>([.. x.Select((e, at) => (DoubleDouble)e + off(at))], 4, 4, 0, 5);
        DoubleDouble[] right = Turned(_ => 0);
        double known = Formula.Direction<Within<Real64>>(Array.ConvertAll(x, e => Within<Real64>.At(e, Off)), 4, 4, 0, 5).Max(e => e.Distance);

        // As much in all, along each pair of singular vectors, and of two pairs with either sign.
        var made = from pair in Enumerable.Range(0, 16)
                   from sign in new[] { -1, 1 }
                   let j = pair / 4
                   let k = pair % 4
                   let other = j == k ? 0 : sign
                   let size = 4 * Off / Math.Sqrt(1 + other * other)
                   let moved = Turned(at => size * (u[at / 4][j] * v[at % 4][k] + other * u[at / 4][k] * v[at % 4][j]))
                   select Math.Sqrt(moved.Zip(right, (a, b) => Math.Pow((double)(a - b), 2)).Sum());
        Assert.That(made.Max() / known, Is.InRange(0.1, 1));
    }

    // The largest part of its distance that an element is off by, and the largest distance.
    private static (double Used, double Distance) Used<T>(double least) where T : IBinaryFormat<T>
    {
        (double used, double distance) = (0, 0);
        foreach (int seed in Enumerable.Range(1, 6))
        {
            double[] x = Array.ConvertAll(Matrix(least, seed).Elements, e => T.ToDouble(T.Of(e)));
            Within<T>[] within = Formula.Direction<Within<T>>(Array.ConvertAll(x, Within<T>.Of), 4, 4, 0, 5);
            DoubleDouble[] exact = Formula.Direction<DoubleDouble>(Array.ConvertAll(x, e => (DoubleDouble)e), 4, 4, 0, 5);

            // Once more with columns in the opposite order, so that all sums are.
            double[] Turned(double[] m) => [.. m.Chunk(4).SelectMany(row => row.Reverse())];
            double[] Evaluated(double[] m) => [.. Formula.Direction<T>(Array.ConvertAll(m, T.Of), 4, 4, T.Of(0), 5).Select(T.ToDouble)];
            foreach (double[] evaluated in new[] { Evaluated(x), Turned(Evaluated(Turned(x))) })
            {
                for (int i = 0; i < 16; i++)
                    (used, distance) = (Math.Max(used, Math.Abs((double)(evaluated[i] - exact[i])) / within[i].Distance), Math.Max(distance, within[i].Distance));
            }
        }

        return (used, distance);
    }

    // Four by four, of the singular values 1, 0.9, 0.8 and another, and its singular vectors, columns.
    private static (double[] Elements, double[][] U, double[][] V) Matrix(double least, int seed)
    {
        double[][] u = Orthonormal(4, (ulong)seed), v = Orthonormal(4, (ulong)seed + 50);
        double[] sigma = [1, 0.9, 0.8, least];
        return ([.. Enumerable.Range(0, 16).Select(at => Enumerable.Range(0, 4).Sum(k => u[at / 4][k] * sigma[k] * v[at % 4][k]))], u, v);
    }

    [Test]
    [Rule("MUON-4")]
    public void Unless_told_otherwise_it_looks_ahead()
    {
        var usual = new MuonOptimizer { LearningRate = 1 };
        Real64[][] theta = [[0, 0]], g = [[1, 2]], next = [[2, -1]];
        SlotState<Real64> state = usual.Step(theta, [new(1, 2)], g, null).State;
        Real64[] moved = usual.Step(theta, [new(1, 2)], next, state).Parameters[0];
        Assert.That(moved, Is.EqualTo((usual with { Nesterov = true }).Step(theta, [new(1, 2)], next, state).Parameters[0]));
        Assert.That(moved, Is.Not.EqualTo((usual with { Nesterov = false }).Step(theta, [new(1, 2)], next, state).Parameters[0]));
    }

    [Test]
    public void A_step_takes_three_products_of_the_shorter_side_for_each_iteration() => Assert.Multiple(() =>
    {
        Assert.That((Plain with { Iterations = 7 }).Products(new(5, 2)), Is.EqualTo(7 * 3 * 5 * 2 * 2));
        Assert.That((Plain with { Iterations = 7 }).Products(new(2, 5)), Is.EqualTo(7 * 3 * 5 * 2 * 2));
        Assert.That(new AdafactorOptimizer { LearningRate = 1 }.Products(new(5, 2)), Is.Zero);
    });

    private static SlotState<Real64> ElementwiseState() => new LionOptimizer { LearningRate = 1 }.Step<Real64>([[1]], [[1]], null).State;

    private static double[] Direction(MatrixShape shape, double[] gradient) =>
        [.. (Plain with { Momentum = 0 }).Step<Real64>([new Real64[gradient.Length]], [shape], [Array.ConvertAll(gradient, g => (Real64)g)], null).Parameters[0].Select(x => -x.Value)];

    private static double[] Gradient(MatrixShape shape, int seed) => [.. Enumerable.Range(0, shape.Rows * shape.Columns).Select(i => Math.Round(64 * Math.Sin(seed + 3 * i + i * i)) / 16)];

    private static double[][] Orthonormal(int side, ulong seed) =>
        [.. new OrthogonalInitializer { Rows = side, Columns = side }.Sample<Real64>(seed).Select(row => row.Select(x => x.Value).ToArray())];

    private static double Iterated(double sigma, int iterations)
    {
        for (int k = 0; k < iterations; k++)
            sigma *= 3.4445 + sigma * sigma * (-4.7750 + 2.0315 * sigma * sigma);
        return sigma;
    }
}
