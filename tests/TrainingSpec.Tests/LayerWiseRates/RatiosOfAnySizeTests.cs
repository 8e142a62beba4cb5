using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.LayerWiseRates;

/// <summary>LAMB and LARS where a norm or a ratio of norms is more than the number holds while the step is not.</summary>
internal sealed class RatiosOfAnySizeTests
{
    // By hand, for one parameter: LARS moves it by η·t·|θ| against the sign of the gradient.
    [Test]
    public void By_LARS_one_parameter_moves_by_a_share_of_itself([Values(-120, -60, 0, 60, 126)] int size, [Values(-120, -60, 0, 60, 120)] int gradient, [Values(1, -1)] int sign)
    {
        Real32[][] theta = [[MathF.ScaleB(1, size)]], grads = [[sign * MathF.ScaleB(1, gradient)]];
        Real32 byLars = LarsOptimizer.Step(theta, grads, null, new LarsOptions { LearningRate = 0.5, TrustCoefficient = 0.5 }).Parameters[0][0];
        Assert.That(byLars.Value, Is.EqualTo(MathF.ScaleB(1 - sign * 0.25f, size)).Within(4).Ulps);
    }

    // LAMB moves it by η|θ|. A square that vanishes or overflows in v has no direction, as the chapter on Adam says: no gradient is as small or large as for LARS.
    [Test]
    public void By_LAMB_one_parameter_moves_by_a_share_of_itself([Values(-120, -60, 0, 60, 126)] int size, [Values(-60, 0, 60)] int gradient, [Values(1, -1)] int sign)
    {
        Real32[][] theta = [[MathF.ScaleB(1, size)]], grads = [[sign * MathF.ScaleB(1, gradient)]];
        Real32 byLamb = LambOptimizer.Step(theta, grads, null, new LambOptions { LearningRate = 0.5 }).Parameters[0][0];
        Assert.That(byLamb.Value, Is.EqualTo(MathF.ScaleB(1 - sign * 0.5f, size)).Within(4).Ulps);
    }

    [Test]
    public void Norms_beyond_the_largest_number_leave_their_ratio()
    {
        // ‖θ‖ = √2·3·10³⁸ in both, whose quotient is 1: each parameter moves by η·t·3·10³⁸.
        Real32[][] large = [[3e38f, 3e38f]];
        Real32[] moved = LarsOptimizer.Step(large, large, null, new LarsOptions { LearningRate = 0.5, TrustCoefficient = 0.5 }).Parameters[0];
        Assert.That(moved.Select(x => x.Value), Is.All.EqualTo(2.25e38f).Within(4).Ulps);
    }

    [Test]
    public void A_layer_of_subnormal_parameters_and_gradients_has_a_rate()
    {
        // By hand: θ = 7136·2⁻¹⁴⁹ and g = 71·2⁻¹⁴⁹, about 10⁻⁴¹ and 10⁻⁴³; the step is η·t·‖θ‖ = 713.6·2⁻¹⁴⁹ towards g + λθ.
        // λθ is 0.7 of a unit and rounded to a whole one by half a unit at most: of a direction of 71 units that is 1/142, and so it is of the step. Velocity and update round by half a unit each.
        Real32 theta = MathF.ScaleB(7136, -149), gradient = MathF.ScaleB(71, -149);
        Real32 moved = LarsOptimizer.Step([[theta]], [[gradient]], null, new LarsOptions { LearningRate = 1, TrustCoefficient = 0.1, WeightDecay = 1e-4 }).Parameters[0][0];
        double units = Math.ScaleB(moved.Value, 149);
        Assert.That(units, Is.EqualTo(7136 - 713.6).Within(713.6 / 142 + 1));
    }

    [Test]
    public void Without_a_norm_the_ratio_is_1()
    {
        Real32[][] zero = [[0f, 0f]], grads = [[3f, -4f]];
        Assert.Multiple(() =>
        {
            Assert.That(LarsOptimizer.Step(zero, grads, null, new LarsOptions { LearningRate = 0.5 }).Parameters[0].Select(x => x.Value), Is.EqualTo(new[] { -1.5f, 2f }));
            Assert.That(LambOptimizer.Step(zero, grads, null, new LambOptions { LearningRate = 0.5, Epsilon = 0 }).Parameters[0].Select(x => x.Value), Is.EqualTo(new[] { -0.5f, 0.5f }).Within(4).Ulps);
            Assert.That(LarsOptimizer.Step(grads, zero, null, new LarsOptions { LearningRate = 0.5, WeightDecay = 0.5 }).Parameters[0].Select(x => x.Value), Is.EqualTo(new[] { 2.25f, -3f }));
        });
    }
}
