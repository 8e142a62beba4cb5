using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;
using Formula = TrainingSpec.Formulas.Ewc;

namespace TrainingSpec.Tests.Ewc;

internal sealed class EwcTests
{
    // ½·10⁻¹⁰·10⁴⁰, whose square is beyond binary32; ½·10²⁰·10⁻⁵⁰, whose square is below it, beside a weight that hasn't moved.
    [TestCase(1e20f, 0f, 1e-10, 5e29f)]
    [TestCase(1e-25f, 0f, 1e20, 5e-31f)]
    public void The_penalty_is_held_where_its_terms_are_not(float theta, float anchor, double lambda, float penalty) =>
        Assert.That(WeightPenalty.Ewc<Real32>([[theta, 1f]], [[anchor, 1f]], [[1f, 1f]], lambda).Penalty.Value, Is.EqualTo(penalty).Within(4).Ulps);

    [Rule("EWC-1")]
    [Rule("EWC-4")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_penalty_is_the_weighed_sum_of_squared_distances_to_within_its_bound(Pulled p)
    {
        DoubleDouble sum = 0;
        ForAll(p, (i, j) =>
        {
            DoubleDouble d = (DoubleDouble)p.Weights[i][j] - p.Anchor[i][j];
            sum += p.Fisher[i][j] * (d * d);
            return true;
        });
        return Over.Covers(Evaluate<Bounded<Real64>>(p).Penalty, 0.5 * p.Lambda * sum);
    }

    [Rule("EWC-2")]
    [Rule("EWC-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_gradients_are_the_penaltys_derivatives(Pulled p)
    {
        Bounded<Real64>[][] gradients = Evaluate<Bounded<Real64>>(p).Gradients;
        return ForAll(p, (i, j) =>
        {
            Dual<DoubleDouble>[][] weights = Over.Rows<Dual<DoubleDouble>>(p.Weights);
            weights[i][j] = Dual<DoubleDouble>.Variable(p.Weights[i][j]);
            DoubleDouble exact = WeightPenalty.Ewc(weights, Over.Rows<Dual<DoubleDouble>>(p.Anchor), Over.Rows<Dual<DoubleDouble>>(p.Fisher), p.Lambda).Penalty.Derivative;
            return Over.Covers(gradients[i][j], exact);
        });
    }

    [Rule("EWC-3")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(RegularizationCases)])]
    public bool A_shift_of_weights_and_anchor_changes_nothing(Pulled p, short by)
    {
        // On a grid of eighths every difference is exact.
        Pulled onGrid = p with { Weights = Mapped(p.Weights, Grid), Anchor = Mapped(p.Anchor, Grid) };
        Pulled shifted = onGrid with { Weights = Mapped(onGrid.Weights, x => x + by), Anchor = Mapped(onGrid.Anchor, x => x + by) };
        PenaltyResult<Real64> here = Evaluate<Real64>(onGrid), there = Evaluate<Real64>(shifted);
        return here.Penalty == there.Penalty && Over.SameBits(here.Gradients, there.Gradients);
    }

    [Rule("EWC-3")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RegularizationCases)])]
    public bool At_the_anchor_nothing_pulls(Pulled p)
    {
        PenaltyResult<Real64> result = Evaluate<Real64>(p with { Anchor = p.Weights });
        return result.Penalty.Value == 0 && result.Gradients.All(g => g.All(x => x.Value == 0));
    }

    [Rule("EWC-2")]
    [Rule("EWC-4")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(RegularizationCases)])]
    public bool With_equal_information_it_is_the_half_L2_penalty_of_the_distance(Pulled p)
    {
        double[][] distance = [.. p.Weights.Zip(p.Anchor, (w, a) => w.Zip(a, (x, y) => x - y).ToArray())];
        PenaltyResult<Real64> ewc = Evaluate<Real64>(p with { Fisher = Mapped(p.Fisher, _ => 1) }), l2 = WeightPenalty.L2(Over.Rows<Real64>(distance), p.Lambda, half: true);
        double gamma = 2 * (Reduction.Depth(distance.Sum(d => d.Length)) + distance.Length + 3) * Real64.UnitRoundoff;
        return Over.SameBits(ewc.Gradients, l2.Gradients) && Math.Abs(ewc.Penalty.Value - l2.Penalty.Value) <= gamma * l2.Penalty.Value;
    }

    [Rule("EWC-2")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool At_the_resting_point_the_pulls_of_both_tasks_cancel(Scalars s)
    {
        double first = Math.Abs(s.First), second = Math.Abs(s.Second);
        DoubleDouble rest = Formula.RestingPoint<DoubleDouble>(s.Theta, first, 1, second, s.Rate);
        DoubleDouble pull = Formula.Gradient<DoubleDouble>(rest, s.Theta, first, s.Rate) + second * (rest - 1);

        // In double-double each of the few operations errs by less than 2⁻¹⁰⁰ of what takes part.
        double size = s.Rate * first * (Math.Abs(rest.High) + Math.Abs(s.Theta)) + second * (Math.Abs(rest.High) + 1);
        return Math.Abs(pull.High) <= 32 * Math.ScaleB(size, -100);
    }

    [Rule("EWC-5")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(RegularizationCases)])]
    public bool Information_is_never_less_than_the_square_of_the_mean_and_more_where_examples_disagree(ExampleGradients g)
    {
        Real64[][][] examples = Array.ConvertAll(g.Rows, row => new[] { Over.Row<Real64>(row) });
        Real64[] fisher = FisherInformation.MeanOfSquares(examples)[0], squared = FisherInformation.SquareOfMean(examples)[0];
        double gamma = 4 * (Reduction.Depth(g.Rows.Length) + 3) * Real64.UnitRoundoff;
        return Enumerable.Range(0, fisher.Length).All(j =>
        {
            double[] column = [.. g.Rows.Select(r => r[j])];
            double mean = column.Average(), variance = column.Average(x => (x - mean) * (x - mean)), scale = column.Average(x => x * x);
            return Math.Abs(fisher[j].Value - squared[j].Value - variance) <= gamma * scale;
        });
    }

    [Rule("EWC-5")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_sign_of_an_examples_gradient_is_no_matter(ExampleGradients g, uint signs)
    {
        double[][] turned = [.. g.Rows.Select((row, i) => Array.ConvertAll(row, x => (signs >> i & 1) == 1 ? -x : x))];
        return Over.SameBits(
            FisherInformation.MeanOfSquares(Array.ConvertAll(g.Rows, row => new[] { Over.Row<Real64>(row) })),
            FisherInformation.MeanOfSquares(Array.ConvertAll(turned, row => new[] { Over.Row<Real64>(row) })));
    }

    [Test]
    [Rule("EWC-5")]
    public void Two_opposite_gradients_have_information_one_and_a_mean_of_nothing() => Assert.Multiple(() =>
    {
        Real64[][][] opposite = [[[1]], [[-1]]];
        Assert.That(FisherInformation.MeanOfSquares(opposite)[0][0].Value, Is.EqualTo(1));
        Assert.That(FisherInformation.SquareOfMean(opposite)[0][0].Value, Is.Zero);
    });

    [Test]
    [Rule("EWC-5")]
    public void For_a_linear_softmax_model_with_labels_of_its_own_the_information_is_the_curvature()
    {
        // Logits θ_k·x with θ = (0, ln 3) and x = 1 give ¼ and ¾, which four labels hit exactly; information and curvature are p(1 − p)·x².
        double[] theta = [0, Math.Log(3)];
        int[] labels = [0, 1, 1, 1];
        Real64[][][] gradients = Array.ConvertAll(labels, label =>
        {
            var gradient = new Real64[2];
            Row(theta, label, gradient);
            return new[] { gradient };
        });
        Real64[] fisher = FisherInformation.MeanOfSquares(gradients)[0], squared = FisherInformation.SquareOfMean(gradients)[0];
        for (int k = 0; k < 2; k++)
        {
            var logits = Array.ConvertAll(theta, t => Dual<Dual<Real64>>.Constant(Dual<Real64>.Constant(t)));
            logits[k] = Dual<Dual<Real64>>.Variable(Dual<Real64>.Variable(theta[k]));
            double curvature = labels.Average(label => Formulas.CrossEntropy.Row(logits, label, 0, new Dual<Dual<Real64>>[2]).Derivative.Derivative.Value);
            Assert.That(fisher[k].Value, Is.EqualTo(curvature).Within(1e-15));
            Assert.That(fisher[k].Value, Is.EqualTo(3.0 / 16).Within(1e-15));
            Assert.That(squared[k].Value, Is.LessThan(1e-30), "the model is at its optimum");
        }
    }

    [Test]
    [Rule("EWC-1")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] one = [[1, 2]];
        Refused(() => WeightPenalty.Ewc(one, one, one, -1), "lambda", "lambda = -1 is outside [0, inf)");
        Refused(() => WeightPenalty.Ewc(one, [[1]], one, 1), "anchor", "anchor[0] has 1 elements, params[0] has 2");
        Refused(() => WeightPenalty.Ewc(one, one, [], 1), "fisher", "fisher has 0 tensors, params has 1");
        Refused(() => WeightPenalty.Ewc<Real64>([], [], [], 1), "params", "params = []");
        Refused(() => FisherInformation.MeanOfSquares<Real64>([]), "gradients", "gradients = []");
        Refused(() => FisherInformation.SquareOfMean<Real64>([[[1]], [[1, 2]]]), "gradients", "gradients[0] has 2 elements, gradients[0][0] has 1");
        Refused(() => Formula.Fisher<Real64>([]), "gradients", "gradients = []");
        Refused(() => Formula.SquaredMean<Real64>([]), "gradients", "gradients = []");
    });

    [Test]
    public void A_term_that_outweighs_all_others_is_kept_wherever_the_largest_factors_lie()
    {
        // F·d² is 2⁻⁶⁰·2²⁰⁰ = 2¹⁴⁰ beside 2¹⁰⁰·2⁻⁴⁰ = 2⁶⁰: the sum is more than binary32 holds, half of it times 2⁻²⁰ is 2¹¹⁹, and what the smaller term adds lies 80 bits below.
        Real32[][] theta = [[MathF.ScaleB(1, 100), MathF.ScaleB(1, -20)]], zero = [[0f, 0f]], fisher = [[MathF.ScaleB(1, -60), MathF.ScaleB(1, 100)]];
        Assert.That(WeightPenalty.Ewc(theta, zero, fisher, Math.ScaleB(1, -20)).Penalty.Value, Is.EqualTo(MathF.ScaleB(1, 119)));
    }

    private static void Row(double[] theta, int label, Real64[] gradient) => Formulas.CrossEntropy.Row(Over.Row<Real64>(theta), label, 0, gradient);

    private static PenaltyResult<T> Evaluate<T>(Pulled p)
        where T : IReal<T> => WeightPenalty.Ewc(Over.Rows<T>(p.Weights), Over.Rows<T>(p.Anchor), Over.Rows<T>(p.Fisher), p.Lambda);

    // Adding 0 makes +0 of -0, so that a shift by 0 is none.
    private static double Grid(double x) => Math.Round(8 * x) / 8 + 0.0;

    private static double[][] Mapped(double[][] x, Func<double, double> f) => Array.ConvertAll(x, row => Array.ConvertAll(row, v => f(v)));

    private static bool ForAll(Pulled p, Func<int, int, bool> holds) =>
        Enumerable.Range(0, p.Weights.Length).All(i => Enumerable.Range(0, p.Weights[i].Length).All(j => holds(i, j)));
}
