using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.AdamVariants;

/// <summary>Adamax, NAdam, RAdam and AMSGrad against what is known of them otherwise.</summary>
internal sealed class AdamVariantsTests
{
    [Rule("ADAMAX-1")]
    [Rule("ADAMAX-2")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool Constant_gradients_move_Adamax_by_the_rate(Scalars s)
    {
        // m̂ = g and u = |g| for any β.
        Bounded<Real64> moved = Last(ElementwiseCases.Adamax with { LearningRate = s.Rate, Epsilon = 0 }, s.Theta, [s.First, s.First, s.First]);
        return Over.Covers(moved, s.Theta - 3 * (DoubleDouble)s.Rate * Math.Sign(s.First));
    }

    [Rule("NADAM-1")]
    [Rule("NADAM-2")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool The_first_step_of_NAdam_is_its_closed_form(Scalars s)
    {
        // m = (1 − β₁)g and √v̂ = |g|.
        DoubleDouble beta = 0.75, mu = beta * (1 - 0.5 * DoubleDouble.Pow(0.96, 0.5)), next = beta * (1 - 0.5 * (DoubleDouble)0.96), g = s.First;
        DoubleDouble ahead = next * (1 - beta) * g / (1 - mu * next) + g, root = DoubleDouble.Abs(g) + 0.125;
        Bounded<Real64> moved = Last(ElementwiseCases.Nadam with { LearningRate = s.Rate, Beta1 = 0.75, MomentumDecay = 0.5, Epsilon = 0.125 }, s.Theta, [s.First]);
        return Over.Covers(moved, s.Theta - s.Rate * ahead / root);
    }

    [Rule("NADAM-3")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool A_momentum_that_has_grown_is_the_constant_one(Run run)
    {
        // 0.96^1000 is 10⁻¹⁸ and 0.96^2000 nothing beside 1.
        NadamOptimizer grown = ElementwiseCases.Nadam with { MomentumDecay = 2000 };
        return Over.SameBits(Played(grown, run), Played(grown with { MomentumDecay = null }, run));
    }

    [Rule("RADAM-1")]
    [Rule("RADAM-2")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool Constant_gradients_give_RAdams_closed_form(Scalars s)
    {
        // Five steps of α·g, and one of α·r where m̂ = g and √v̂ = |g|; at the sixth, ρ = 5.98 of 1999.
        DoubleDouble kept = 1;
        for (int t = 0; t < 6; t++)
            kept *= (DoubleDouble)0.999;
        DoubleDouble largest = 2 / (1 - (DoubleDouble)0.999) - 1, rho = largest - 12 * kept / (1 - kept);
        DoubleDouble r = DoubleDouble.Sqrt((rho - 4) * (rho - 2) * largest / ((largest - 4) * (largest - 2) * rho));
        Bounded<Real64> moved = Last(ElementwiseCases.Radam with { LearningRate = s.Rate, Epsilon = 0 }, s.Theta, [.. Enumerable.Repeat(s.First, 6)]);
        return Over.Covers(moved, s.Theta - 5 * (DoubleDouble)s.Rate * s.First - s.Rate * r * Math.Sign(s.First));
    }

    [TestCase(0.999)]
    [TestCase(0.9999999)]
    [TestCase(0.75)]
    [Rule("RADAM-2")]
    public void The_length_of_an_average_is_1_at_the_first_step_and_grows(double beta2)
    {
        DoubleDouble before = TrainingSpec.Formulas.Radam.Length<DoubleDouble>(beta2, 1);
        Assert.That((double)before, Is.EqualTo(1).Within(1e-15));
        for (int t = 2; t < 50; t++)
        {
            DoubleDouble length = TrainingSpec.Formulas.Radam.Length<DoubleDouble>(beta2, t);
            Assert.That(length > before && length < TrainingSpec.Formulas.Radam.LargestLength<DoubleDouble>(beta2), $"{t}: {length}");
            before = length;
        }
    }

    [Rule("AMSGRAD-1")]
    [Rule("AMSGRAD-2")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool While_gradients_do_not_shrink_AMSGrad_is_Adam(Scalars s)
    {
        double[] growing = [s.First, 2 * s.First, -2 * s.First, 4 * s.First];
        AdamState<Real64>? state = null;
        Real64[][] theta = [[s.Theta]];
        foreach (double g in growing)
            (theta, state) = AdamOptimizer.Step(theta, [[g]], state, AdamOptions.Adam(s.Rate));
        return Over.SameBits(theta, Played(ElementwiseCases.Amsgrad with { LearningRate = s.Rate }, new Run([[s.Theta]], [.. growing.Select(g => new[] { new[] { g } })])));
    }

    [Test]
    [Rule("AMSGRAD-3")]
    public void The_largest_corrected_moment_is_that_of_the_first_gradient()
    {
        AmsgradOptimizer optimizer = ElementwiseCases.Amsgrad with { MaximumOfCorrected = true };
        SlotState<Real64>? state = null;
        foreach (double g in new double[] { 4, 1, 1 })
            state = optimizer.Step<Real64>([[0]], [[g]], state).State;
        Assert.That(state!.Slot("largest", 0)[0].Value, Is.EqualTo(16).Within(1e-13));
    }

    [Test]
    [Rule("AMSGRAD-3")]
    public void The_largest_corrected_moment_with_epsilon_inside_the_root_is_its_closed_form()
    {
        // β₁ = 0, so that m̂ is the gradient; β₂ = ½ gives v̂ = 16, 18/3, and 16 stays the largest.
        AmsgradOptimizer optimizer = ElementwiseCases.Amsgrad with { MaximumOfCorrected = true, EpsilonInsideRoot = true, Beta1 = 0, Beta2 = 0.5, Epsilon = 9 };
        (Real64[][] theta, SlotState<Real64> state) = optimizer.Step<Real64>([[0]], [[4]], null);
        Assert.That(theta[0][0].Value, Is.EqualTo(-0.8));
        theta = optimizer.Step<Real64>([[0]], [[1]], state).Parameters;
        Assert.That(theta[0][0].Value, Is.EqualTo(-0.2).Within(2).Ulps);
    }

    [Test]
    [Rule("AMSGRAD-1")]
    public void A_large_maximum_beside_a_gradient_whose_square_vanishes_keeps_both()
    {
        // θ = −1e290·1e-156/1e150 where the moment has forgotten the first gradient.
        AmsgradOptimizer optimizer = ElementwiseCases.Amsgrad with { Beta1 = 0, Beta2 = 0, Epsilon = 0, BiasCorrection = false, LearningRate = 1e290 };
        SlotState<Real64> state = optimizer.Step<Real64>([[0]], [[1e150]], null).State;
        state = optimizer.Step<Real64>([[0]], [[1e-156]], state).State;
        Assert.That(optimizer.Step<Real64>([[0]], [[1e-156]], state).Parameters[0][0].Value, Is.EqualTo(-1e-16).Within(4).Ulps);
    }

    [Test]
    [Rule("RADAM-2")]
    public void An_average_as_long_as_the_threshold_is_not_yet_rectified()
    {
        // After ten thousand steps at β₂ = ¾ nothing is left of β₂ᵗ, and the length is 7.
        RadamOptimizer optimizer = ElementwiseCases.Radam with { Beta1 = 0, Beta2 = 0.75, Threshold = 7, Epsilon = 0 };
        string json = optimizer.Step<Real64>([[0]], [[4]], null).State.ToJson().Replace("\"step\":1", "\"step\":9999", StringComparison.Ordinal);
        SlotState<Real64> state = SlotState<Real64>.FromJson(optimizer, json);
        Assert.That(optimizer.Step<Real64>([[0]], [[4]], state).Parameters[0][0].Value, Is.EqualTo(-4));
        Assert.That((optimizer with { Threshold = 6.5 }).Step<Real64>([[0]], [[4]], state).Parameters[0][0].Value, Is.EqualTo(-4 / Math.Sqrt(0.75 * 4 + 4)).Within(2).Ulps);
    }

    private static Bounded<Real64> Last(ElementwiseOptimizer optimizer, double start, double[] gradients)
    {
        Bounded<Real64>[][] theta = Over.Rows<Bounded<Real64>>([[start]]);
        SlotState<Bounded<Real64>>? state = null;
        foreach (double g in gradients)
            (theta, state) = optimizer.Step(theta, Over.Rows<Bounded<Real64>>([[g]]), state);
        return theta[0][0];
    }

    private static Real64[][] Played(ElementwiseOptimizer optimizer, Run run)
    {
        Real64[][] theta = Over.Rows<Real64>(run.Parameters);
        SlotState<Real64>? state = null;
        foreach (double[][] g in run.Gradients)
            (theta, state) = optimizer.Step(theta, Over.Rows<Real64>(g), state);
        return theta;
    }
}
