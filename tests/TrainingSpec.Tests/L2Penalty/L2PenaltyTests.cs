using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;
using Formula = TrainingSpec.Formulas.L2Penalty;

namespace TrainingSpec.Tests.L2Penalty;

internal sealed class L2PenaltyTests
{
    [Rule("L2-PENALTY-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_penalty_is_the_sum_of_squares_to_within_its_bound(Pulled p)
    {
        DoubleDouble sum = p.Weights.SelectMany(w => w).Aggregate((DoubleDouble)0, (s, x) => s + DoubleDouble.Product(x, x));
        return Over.Covers(WeightPenalty.L2(Over.Rows<Bounded<Real64>>(p.Weights), p.Lambda).Penalty, p.Lambda * sum)
            && Over.Covers(WeightPenalty.L2(Over.Rows<Bounded<Real64>>(p.Weights), p.Lambda, half: true).Penalty, 0.5 * p.Lambda * sum);
    }

    [Rule("L2-PENALTY-2")]
    [Rule("L2-PENALTY-3")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_gradients_are_the_penaltys_derivatives(Pulled p, bool half)
    {
        Real64[][] gradients = WeightPenalty.L2(Over.Rows<Real64>(p.Weights), p.Lambda, half).Gradients;
        return AllElements(p.Weights, (i, j) =>
        {
            Dual<DoubleDouble>[][] weights = Over.Rows<Dual<DoubleDouble>>(p.Weights);
            weights[i][j] = Dual<DoubleDouble>.Variable(p.Weights[i][j]);
            double exact = WeightPenalty.L2(weights, p.Lambda, half).Penalty.Derivative.High;

            // 2·λ·θ is rounded once, its exact value once more.
            return Math.Abs(gradients[i][j].Value - exact) <= 3 * Real64.UnitRoundoff * Math.Abs(exact);
        });
    }

    [Rule("L2-PENALTY-3")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(RegularizationCases)])]
    public bool Half_of_twice_the_strength_is_the_whole_bit_for_bit(Pulled p)
    {
        PenaltyResult<Real64> whole = WeightPenalty.L2(Over.Rows<Real64>(p.Weights), p.Lambda), half = WeightPenalty.L2(Over.Rows<Real64>(p.Weights), 2 * p.Lambda, half: true);
        return whole.Penalty == half.Penalty && Over.SameBits(whole.Gradients, half.Gradients);
    }

    [Rule("L2-PENALTY-1")]
    [Rule("L2-PENALTY-2")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(RegularizationCases)])]
    public bool Twice_the_weights_cost_four_times_as_much_and_pull_twice_as_hard(Pulled p)
    {
        PenaltyResult<Real64> once = WeightPenalty.L2(Over.Rows<Real64>(p.Weights), p.Lambda);
        PenaltyResult<Real64> twice = WeightPenalty.L2(Over.Rows<Real64>(Array.ConvertAll(p.Weights, w => Array.ConvertAll(w, x => 2 * x))), p.Lambda);
        return twice.Penalty.Value == 4 * once.Penalty.Value
            && Over.SameBits(twice.Gradients, Array.ConvertAll(once.Gradients, g => Array.ConvertAll(g, x => new Real64(2 * x.Value))));
    }

    [Rule("L2-PENALTY-4")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(RegularizationCases)])]
    public bool How_weights_are_grouped_changes_roundings_alone(Pulled p)
    {
        double[] all = [.. p.Weights.SelectMany(w => w)];
        double grouped = WeightPenalty.L2(Over.Rows<Real64>(p.Weights), p.Lambda).Penalty.Value, flat = WeightPenalty.L2(Over.Rows<Real64>([all]), p.Lambda).Penalty.Value;
        double gamma = 2 * (Reduction.Depth(all.Length) + p.Weights.Length + 2) * Real64.UnitRoundoff;
        return Math.Abs(grouped - flat) <= gamma * flat;
    }

    [Rule("L2-PENALTY-5")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool SGDs_weight_decay_is_the_half_penaltys_gradient_bit_for_bit(Generators.Run run, ushort strength)
    {
        // A power of two, whose product with a weight is exact: the decayed gradient g + λθ is rounded once, and so is its sum with the penalty's gradient.
        double lambda = Math.ScaleB(1, -(strength % 24));
        Real64[][] theta = Over.Rows<Real64>(run.Parameters), g = Over.Rows<Real64>(run.Gradients[0]);
        Real64[][] pull = WeightPenalty.L2(theta, lambda, half: true).Gradients;
        Real64[][] penalized = [.. g.Zip(pull, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];
        var plain = new SgdOptions { LearningRate = 0.1, Momentum = 0.9 };
        return Over.SameBits(
            SgdOptimizer.Step(theta, g, null, plain with { WeightDecay = lambda }).Parameters,
            SgdOptimizer.Step(theta, penalized, null, plain).Parameters);
    }

    [Rule("L2-PENALTY-5")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool A_plain_step_on_the_half_penalty_is_a_decayed_step(Scalars s)
    {
        DoubleDouble exact = s.Theta - (DoubleDouble)s.Rate * (s.First + (DoubleDouble)s.Decay * s.Theta);
        return Over.Covers(Formula.DecayedStep<Bounded<Real64>>(Bound(s.Theta), Bound(s.First), Bound(s.Rate), Bound(s.Decay)), exact);
    }

    [Rule("L2-PENALTY-2")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool D0s_update_misses_the_gradient_of_its_penalty_by_one_more_of_the_same(Scalars s)
    {
        // D0 writes λΣθ² and steps along g + λθ: what its penalty asks for is larger by exactly λθ.
        double asked = Formula.Gradient<Real64>(s.Theta, s.Decay).Value, taken = WeightDecay.L2Gradient<Real64>(0, s.Theta, s.Decay).Value;
        return asked - taken == taken && taken == Formula.HalfGradient<Real64>(s.Theta, s.Decay).Value;
    }

    [Rule("L2-PENALTY-6")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool In_Adam_the_strength_of_a_penalty_is_divided_away_and_that_of_a_decay_is_not(Scalars s)
    {
        if (s.Theta == 0 || s.Decay == 0)
            return true;

        // Where the loss has no gradient: L2 gives a step of α whatever λ and θ are, decoupled decay one of α·λ·θ.
        AdamOptions options = AdamOptions.Adam(s.Rate) with { Epsilon = 1e-300, WeightDecay = s.Decay };
        double Step(AdamOptions o) => AdamOptimizer.Step<Real64>([[s.Theta]], [[0]], null, o).Parameters[0][0].Value;

        // m̂ takes three roundings, √v̂ three and a half, the quotient, the rate and the difference one each; the decay takes three.
        return Math.Abs(Step(options) - (s.Theta - s.Rate * Math.Sign(s.Theta))) <= 10 * Real64.UnitRoundoff * (s.Rate + Math.Abs(s.Theta))
            && Math.Abs(Step(options with { Decay = DecayKind.Old }) - (s.Theta - s.Rate * s.Decay * s.Theta)) <= 8 * Real64.UnitRoundoff * Math.Abs(s.Theta);
    }

    [Test]
    [Rule("L2-PENALTY-1")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => WeightPenalty.L2<Real64>([[1]], -1), "lambda", "lambda = -1 is outside [0, inf)");
        Refused(() => WeightPenalty.L2<Real64>([[1]], double.NaN), "lambda", "lambda = NaN");
        Refused(() => WeightPenalty.L2<Real64>([], 1), "params", "params = []");
        Refused(() => WeightPenalty.L2<Real64>([[1], []], 1), "params", "params[1] = []");
        Assert.That(WeightPenalty.L2<Real64>([[1e200]], 1).Penalty.Value, Is.EqualTo(double.PositiveInfinity), "an overflowing sum is infinite");
        Assert.That(WeightPenalty.L2<Real64>([[double.NaN, 1]], 1).Penalty.Value, Is.NaN);
    });

    private static Bounded<Real64> Bound(double x) => Bounded<Real64>.Exact(x);

    private static bool AllElements(double[][] x, Func<int, int, bool> holds) =>
        Enumerable.Range(0, x.Length).All(i => Enumerable.Range(0, x[i].Length).All(j => holds(i, j)));
}
