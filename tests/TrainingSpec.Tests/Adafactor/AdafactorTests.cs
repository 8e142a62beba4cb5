using System.Text;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using Formula = TrainingSpec.Formulas.Adafactor;

namespace TrainingSpec.Tests.Adafactor;

/// <summary>Adafactor against the paper's sums written out in doubles, and what holds whatever the numbers are.</summary>
internal sealed class AdafactorTests
{
    private static readonly MatrixShape[] Shapes = [new(1, 1), new(1, 6), new(6, 1), new(2, 3), new(3, 2), new(4, 4)];

    private static readonly AdafactorOptimizer Plain = new() { LearningRate = 1, Epsilon = 0, RelativeStep = false, ScaleParameter = false, ClipThreshold = double.PositiveInfinity };

    private static IEnumerable<AdafactorOptimizer> Optimizers
    {
        get
        {
            var usual = new AdafactorOptimizer { LearningRate = 0.5 };
            return
            [
                usual, usual with { ClipThreshold = 0.25, DecayRate = 0.5 }, usual with { Beta1 = 0.75, WeightDecay = 0.125 }, usual with { RelativeStep = false, ScaleParameter = false, Epsilon = 0.25 },
                usual with { EpsilonOnEstimate = true, Epsilon = 0.5, LeastSize = 4 }, usual with { DecayByStep = true, WeightDecay = 0.5, ClipThreshold = double.PositiveInfinity },
            ];
        }
    }

    [Test]
    [Rule("ADAFACTOR-1")]
    [Rule("ADAFACTOR-3")]
    [Rule("ADAFACTOR-4")]
    [Rule("ADAFACTOR-5")]
    [Rule("ADAFACTOR-6")]
    [Rule("ADAFACTOR-7")]
    [Rule("ADAFACTOR-8")]
    [Rule("ADAFACTOR-9")]
    [Rule("ADAFACTOR-10")]
    [Rule("ADAFACTOR-11")]
    public void Steps_are_those_of_the_papers_sums([ValueSource(nameof(Optimizers))] AdafactorOptimizer optimizer, [ValueSource(nameof(Shapes))] MatrixShape shape)
    {
        double[] theta = Numbers(shape, 5);
        Real64[][] moved = [Of(theta)];
        SlotState<Real64>? state = null;
        var written = new Sums(optimizer, shape);
        double size = theta.Max(Math.Abs);
        for (int t = 1; t <= 5; t++)
        {
            double[] gradient = Numbers(shape, 10 * t);
            (moved, state) = optimizer.Step(moved, [shape], [Of(gradient)], state);
            state = optimizer.Restore<Real64>(Encoding.UTF8.GetBytes(state.ToJson()));
            theta = written.Step(theta, gradient);
            size = Math.Max(size, theta.Max(Math.Abs) + 4);
        }

        // Some 60 roundings in each of five steps of at most 4, those of sums of 16 numbers among them.
        Assert.That(moved[0].Select(x => x.Value), Is.EqualTo(theta).Within(5 * 64 * size * Real64.UnitRoundoff));
    }

    [Test]
    [Rule("ADAFACTOR-2")]
    public void Of_one_row_or_column_and_of_rank_one_nothing_is_lost()
    {
        // Without averages each element is divided by its own magnitude.
        double[] left = [1, -2, 4], right = [3, 0.5, -1, 8], row = [3, -1e-3, 100, 7];
        Assert.Multiple(() =>
        {
            Assert.That(Direction(new(1, 4), row), Is.EqualTo(row.Select(x => (double)Math.Sign(x))));
            Assert.That(Direction(new(4, 1), row), Is.EqualTo(row.Select(x => (double)Math.Sign(x))));
            Assert.That(Direction(new(3, 4), [.. left.SelectMany(x => right.Select(y => x * y))]), Is.EqualTo(left.SelectMany(x => right.Select(y => (double)Math.Sign(x * y)))).Within(1).Ulps);
        });
    }

    [Test]
    [Rule("ADAFACTOR-2")]
    [Rule("ADAFACTOR-10")]
    public void The_floor_of_all_rows_is_none_of_a_vectors([Values] bool tall)
    {
        // The root mean square of all is below √ε₁ = 0.5, each element above ε₁.
        AdafactorOptimizer optimizer = Plain with { Epsilon = 0.25, EpsilonOnEstimate = true };
        MatrixShape shape = tall ? new(3, 1) : new(1, 3);
        Real64[] moved = optimizer.Step<Real64>([new Real64[3]], [shape], [[0.3, 0.4, -0.35]], null).Parameters[0];
        Assert.That(moved.Select(x => x.Value), Is.EqualTo(new double[] { -1, -1, 1 }));
    }

    [Test]
    [Rule("ADAFACTOR-1")]
    public void Scale_order_and_transpose_of_gradients_go_through([ValueSource(nameof(Shapes))] MatrixShape shape)
    {
        (int m, int n) = shape;
        double[] gradient = Numbers(shape, 3), direction = Direction(shape, gradient);
        double[] Turned(double[] x) => [.. Enumerable.Range(0, x.Length).Select(at => x[at % m * n + at / m])];
        Assert.Multiple(() =>
        {
            Assert.That(Direction(shape, Array.ConvertAll(gradient, x => Math.ScaleB(x, 700))), Is.EqualTo(direction));
            Assert.That(Direction(shape, [.. gradient.Reverse()]), Is.EqualTo(direction.Reverse()).Within(1).Ulps);
            Assert.That(Direction(new(n, m), Turned(gradient)), Is.EqualTo(Turned(direction)).Within(1).Ulps);
        });
    }

    [Test]
    [Rule("ADAFACTOR-5")]
    public void No_step_is_larger_than_the_rate_times_the_threshold([Values(0.25, 1.0)] double most)
    {
        // The share of step 5 is 5^-0.8 = 0.28, and a gradient a thousand times the ones before is 1.9 times the root of the moments.
        AdafactorOptimizer optimizer = Plain with { ClipThreshold = most };
        SlotState<Real64>? state = null;
        for (int t = 1; t <= 5; t++)
        {
            Real64[] moved;
            (Real64[][] parameters, state) = optimizer.Step<Real64>([new Real64[4]], [new(2, 2)], [Of(t < 5 ? [1, -1, 1, 1] : [1000, 0, -1000, 1000])], state);
            moved = parameters[0];
            double size = Math.Sqrt(moved.Average(x => x.Value * x.Value));
            Assert.That(size, t == 5 || most < 1 ? Is.EqualTo(most).Within(4).Ulps : Is.LessThanOrEqualTo(most));
        }
    }

    [Test]
    [Rule("ADAFACTOR-1")]
    public void No_size_of_a_gradient_leaves_the_range_and_the_state_goes_on([Values(1e-320, 1e-200, 1e-15, 1, 1e200, double.MaxValue)] double size)
    {
        // 1e-320 has ten bits of its own.
        double[] gradient = [size, 0, size, size], unit = Direction(new(2, 2), [1, 0, 1, 1]);
        (Real64[][] first, SlotState<Real64> state) = Plain.Step<Real64>([new Real64[4]], [new(2, 2)], [Of(gradient)], null);
        Real64[][] second = Plain.Step<Real64>([new Real64[4]], [new(2, 2)], [Of(gradient)], state).Parameters;
        Assert.Multiple(() =>
        {
            foreach (Real64[][] moved in new[] { first, second })
                Assert.That(moved[0].Select(x => -x.Value), Is.EqualTo(unit).Within(size < 1e-300 ? 1e-3 : 8 * Real64.UnitRoundoff));
        });
    }

    [Test]
    [Rule("ADAFACTOR-8")]
    public void An_average_is_kept_while_there_is_momentum()
    {
        AdafactorOptimizer steady = Plain with { Beta1 = 0.5 };
        (Real64[][] theta, SlotState<Real64> state) = Plain.Step<Real64>([[0, 0]], [new(1, 2)], [[1, -1]], null);
        Assert.That(state.Slot("m", 0).Length, Is.Zero);
        (theta, state) = steady.Step(theta, [new(1, 2)], [[1, -1]], state);
        Assert.That(theta, Is.EqualTo(new Real64[][] { [-1.5, 1.5] }));
        Assert.That(state.Slot("m", 0).ToArray(), Is.EqualTo(new Real64[] { 0.5, -0.5 }));
        (_, state) = Plain.Step(theta, [new(1, 2)], [[1, -1]], state);
        Assert.That(state.Slot("m", 0).Length, Is.Zero);
    }

    [Test]
    [Rule("ADAFACTOR-4")]
    public void A_gradient_that_is_no_number_stays_in_its_matrix_and_none_at_all_moves_nothing() => Assert.Multiple(() =>
    {
        var usual = new AdafactorOptimizer { LearningRate = 1 };
        Real64[][] moved = usual.Step<Real64>([[1, 1], [1, 1]], [new(1, 2), new(2, 1)], [[double.NaN, 1], [1, 0]], null).Parameters;
        Assert.That(moved.Select(row => Array.Exists(row, x => double.IsNaN(x.Value))), Is.EqualTo(new[] { true, false }));
        foreach (AdafactorOptimizer one in new[] { usual, usual with { EpsilonOnEstimate = true } })
            Assert.That(one.Step<Real64>([[1, 1, 1, 1]], [new(2, 2)], [new Real64[4]], null).Parameters[0], Has.All.EqualTo((Real64)1));
        Assert.That(Plain.Step<Real64>([[1, 1]], [new(1, 2)], [[0, 1]], null).Parameters[0][0].Value, Is.NaN);
    });

    [TestCaseSource(nameof(Optimizers))]
    [Rule("ADAFACTOR-3")]
    public void A_step_is_pure_and_a_restored_state_goes_on_with_the_same_bits(AdafactorOptimizer optimizer)
    {
        GoesOn<Real64>(optimizer);
        GoesOn<Real32>(optimizer);
        GoesOn<BFloat16>(optimizer);
    }

    [Test]
    public void States_of_other_shapes_or_optimizers_are_refused() => Assert.Multiple(() =>
    {
        SlotState<Real64> state = (Plain with { Beta1 = 0.5 }).Step<Real64>([[1, 2, 3, 4]], [new(2, 2)], [[1, 2, 3, 4]], null).State;
        foreach ((Real64[][] parameters, MatrixShape[] shapes) in new (Real64[][], MatrixShape[])[] { ([[1, 2, 3, 4]], [new(4, 1)]), ([[1, 2, 3, 4]], [new(1, 4)]), ([[1, 2, 3, 4], [1]], [new(2, 2), new(1, 1)]), ([[1, 2]], [new(1, 2)]) })
            Assert.That(() => Plain.Step(parameters, shapes, parameters, state), Throws.TypeOf<InvalidArgumentException>().With.Message.StartsWith("state holds"));
        SlotState<Real64> one = Plain.Step<Real64>([[1]], [new(1, 1)], [[1]], null).State;
        Assert.That(() => Plain.Step<Real64>([[1], [1]], [new(1, 1), new(1, 1)], [[1], [1]], one), Throws.TypeOf<InvalidArgumentException>().With.Property("ParamName").EqualTo("state"));
        SlotState<Real64> muon = new MuonOptimizer { LearningRate = 1 }.Step<Real64>([[1]], [new(1, 1)], [[1]], null).State;
        Assert.That(() => Plain.Step<Real64>([[1]], [new(1, 1)], [[1]], muon), Throws.TypeOf<InvalidArgumentException>());
        string text = state.ToJson();
        foreach (string damaged in new[] { text.Replace("\"m\":[[", "\"m\":[[1,", StringComparison.Ordinal), text.Replace("\"m\":[[", "\"m\":[[],[", StringComparison.Ordinal), text.Replace("\"row\":[[", "\"row\":[[-", StringComparison.Ordinal), text.Replace("\"column\":[[", "\"column\":[[-", StringComparison.Ordinal) })
            Assert.That(() => Plain.Step([[1, 2, 3, 4]], [new(2, 2)], [[1, 2, 3, 4]], Plain.Restore<Real64>(Encoding.UTF8.GetBytes(damaged))), Throws.TypeOf<InvalidArgumentException>(), damaged);
    });

    [Test]
    [Rule("ADAFACTOR-6")]
    [Rule("ADAFACTOR-7")]
    public void Unless_told_otherwise_the_rate_falls_and_is_relative_to_the_parameters()
    {
        // At the first step min(lr, 1) times a size of 4.
        Assert.That(new AdafactorOptimizer { LearningRate = 2 }.Step<Real64>([[4]], [new(1, 1)], [[1]], null).Parameters[0][0].Value, Is.Zero.Within(8 * 4 * Real64.UnitRoundoff));
    }

    [Test]
    public void A_trainer_takes_the_rate_of_the_loop()
    {
        var training = new MatrixTraining<Real64>(Plain, [new(2, 1)]);
        var weights = new OrderedDictionary<string, Real64[]> { ["w"] = [1, -2] };
        training.Step(weights, new() { ["w"] = [0.5, 3] }, 0.25);
        Assert.That(weights["w"], Is.EqualTo((Plain with { LearningRate = 0.25 }).Step<Real64>([[1, -2]], [new(2, 1)], [[0.5, 3]], null).Parameters[0]));
    }

    [Test]
    [Rule("ADAFACTOR-3")]
    public void The_first_share_is_all_and_later_ones_fall_as_a_power() => Assert.Multiple(() =>
    {
        Assert.That(Formula.Share<Real64>(0.8, 1).Value, Is.EqualTo(1));
        Assert.That(Formula.Share<Real64>(0.75, 16).Value, Is.EqualTo(0.125));
        Assert.That(Formula.RelativeRate<Real64>(0.01, 9999).Value, Is.EqualTo(0.01));
        Assert.That(Formula.RelativeRate<Real64>(0.01, 40000).Value, Is.EqualTo(0.005));
    });

    private static void GoesOn<T>(AdafactorOptimizer optimizer)
        where T : IReal<T>
    {
        MatrixShape[] shapes = [new(2, 3), new(1, 2)];
        T[][] theta = [Over<T>(Numbers(shapes[0], 1)), Over<T>(Numbers(shapes[1], 2))];
        SlotState<T>? state = null;
        for (int t = 1; t <= 4; t++)
        {
            T[][] before = Array.ConvertAll(theta, x => (T[])x.Clone()), gradients = [Over<T>(Numbers(shapes[0], 7 * t)), Over<T>(Numbers(shapes[1], 5 * t))];
            string? old = state?.ToJson();
            SlotState<T>? restored = old is null ? null : optimizer.Restore<T>(Encoding.UTF8.GetBytes(old));
            (T[][] again, SlotState<T> nextAgain) = optimizer.Step(theta, shapes, gradients, restored);
            (T[][] once, SlotState<T> next) = optimizer.Step(theta, shapes, gradients, state);
            Assert.That(again, Is.EqualTo(once));
            Assert.That(nextAgain.ToJson(), Is.EqualTo(next.ToJson()));
            Assert.That((theta, state?.ToJson(), next.Step), Is.EqualTo((before, old, (long)t)));
            (theta, state) = (once, next);
        }
    }

    private static Real64[] Of(double[] x) => Over<Real64>(x);

    private static T[] Over<T>(double[] x)
        where T : IReal<T> => Array.ConvertAll(x, T.Of);

    private static double[] Direction(MatrixShape shape, double[] gradient) => [.. Plain.Step<Real64>([new Real64[gradient.Length]], [shape], [Of(gradient)], null).Parameters[0].Select(x => -x.Value)];

    private static double[] Numbers(MatrixShape shape, int seed) => [.. Enumerable.Range(0, shape.Rows * shape.Columns).Select(i => Math.Round(64 * Math.Sin(seed + 3 * i + i * i)) / 16)];

    /// <summary>The paper's algorithm with sums of rows and columns, and PyTorch's floors where ε₁ is one; in plain doubles.</summary>
    private sealed class Sums(AdafactorOptimizer o, MatrixShape shape)
    {
        private readonly double[] _rows = new double[shape.Rows], _columns = new double[shape.Columns], _average = new double[shape.Rows * shape.Columns];
        private int _step;

        public double[] Step(double[] theta, double[] gradient)
        {
            (int m, int n) = shape;
            double kept = 1 - Math.Pow(++_step, -o.DecayRate), added = o.EpsilonOnEstimate ? 0 : o.Epsilon;
            for (int i = 0; i < m; i++)
                _rows[i] = kept * _rows[i] + (1 - kept) * Enumerable.Range(0, n).Sum(j => gradient[i * n + j] * gradient[i * n + j] + added);
            for (int j = 0; j < n; j++)
                _columns[j] = kept * _columns[j] + (1 - kept) * Enumerable.Range(0, m).Sum(i => gradient[i * n + j] * gradient[i * n + j] + added);
            double all = _rows.Sum();
            if (o.EpsilonOnEstimate && m > 1 && n > 1)
                all = Math.Max(all, o.Epsilon * m * n);
            double[] u = [.. gradient.Select((g, at) => g / Math.Sqrt(Math.Max(_rows[at / n] * _columns[at % n] / all, o.EpsilonOnEstimate ? o.Epsilon * o.Epsilon : 0)))];
            double relative = o.RelativeStep ? Math.Min(o.LearningRate, 1 / Math.Sqrt(_step)) : o.LearningRate;
            double rate = o.ScaleParameter ? relative * Math.Max(o.LeastSize, Size(theta)) : relative, over = Math.Max(1, Size(u) / o.ClipThreshold);
            double decay = (o.DecayByStep ? rate : o.LearningRate) * o.WeightDecay;
            for (int at = 0; at < u.Length; at++)
                _average[at] = o.Beta1 * _average[at] + (1 - o.Beta1) * rate * u[at] / over;
            return [.. theta.Select((x, at) => x - _average[at] - decay * x)];
        }

        private static double Size(double[] x) => Math.Sqrt(x.Sum(e => e * e) / x.Length);
    }
}
