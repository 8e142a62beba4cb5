using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Adam;

/// <summary>Adam where a square, a corrected moment or a step is more than the number holds while the parameter is not.</summary>
internal sealed class AdamExtremesTests
{
    // By hand: m̂ = g and √v̂ = |g|, so the first step has the size of the learning rate. 10²⁰ squared is 10⁴⁰; of it v has a thousandth, which v̂ would undo. Of 10³⁰ and 10⁻³⁰ v has nothing.
    [TestCase(1e20)]
    [TestCase(-5e20)]
    [TestCase(1e-16)]
    [TestCase(1e30)]
    [TestCase(-3e38)]
    [TestCase(1e-30)]
    [TestCase(-7e-45)]
    public void The_first_step_has_the_size_of_the_learning_rate(double gradient)
    {
        foreach (bool inside in new[] { false, true })
        {
            AdamOptions options = AdamOptions.Adam(0.5) with { Epsilon = 0, EpsilonInsideRoot = inside };
            (Real32[][] theta, AdamState<Real32> _) = AdamOptimizer.Step<Real32>([[(Real32)1f]], [[Real32.Of(gradient)]], null, options);
            Assert.That(theta[0][0].Value, Is.EqualTo(1f - Math.Sign(gradient) * 0.5f).Within(4).Ulps);
        }
    }

    [Test]
    public void The_least_moment_is_the_smallest_normal_number() =>
        Assert.That(
            (UnitMoments.Least<Float16>(), UnitMoments.Least<BFloat16>(), UnitMoments.Least<Real32>(), UnitMoments.Least<Real64>()),
            Is.EqualTo((Float16.Of(Math.ScaleB(1, -14)), BFloat16.Of(Math.ScaleB(1, -126)), Real32.Of(Math.ScaleB(1, -126)), Real64.Of(Math.ScaleB(1, -1022)))));

    // Untouched rows of an embedding have gradients and moments of 0: with a usual ε no work is done for the sake of their moments.
    [TestCase(1e-8, 1, 0)]
    [TestCase(1e-8, 100000, 0)]
    [TestCase(1e-15, 100000, -126)]
    [TestCase(1e-40, 1, -126)]
    [TestCase(0, 1, -126)]
    public void A_least_moment_counts_only_beside_an_epsilon_that_is_small(double eps, long step, int exponent)
    {
        Real32 least = AdamCoefficients.Of<Real32>(0.5, 0.9, 0.999, eps, 0, step).LeastMoment;
        Assert.That(least.Value, Is.EqualTo(exponent == 0 ? 0 : MathF.ScaleB(1, exponent)));
    }

    // Just above and below the ε from which the least moments no longer count, at gradients whose moment is just below the least, far below, and nothing.
    [Test]
    public void Where_the_least_moment_stops_counting_the_step_is_right_on_both_sides([Values(1.001, 0.999)] double beside, [Values(0.999, 1e-3, 1e-12)] double below, [Values] bool inside)
    {
        // At t = 1 the moment is 0.001·g², which the correction takes back: the root is |g|.
        double least = Math.ScaleB(1, -126), rounding = Math.ScaleB(1, -24), eps = beside * 4 / rounding * Math.Sqrt(least / 0.001), gradient = (float)(below * Math.Sqrt(least / 0.001));
        AdamOptions options = AdamOptions.Adam(1e10) with { Epsilon = eps, EpsilonInsideRoot = inside };
        Assert.That(AdamOptimizer.Coefficients<Real32>(options, 1).LeastMoment.Value, beside > 1 ? Is.Zero : Is.EqualTo((float)least));
        (Real32[][] theta, AdamState<Real32> _) = AdamOptimizer.Step<Real32>([[(Real32)0f]], [[Real32.Of(gradient)]], null, options);
        double right = -1e10 * gradient / (inside ? Math.Sqrt(gradient * gradient + eps) : gradient + eps);
        Assert.That(theta[0][0].Value, Is.EqualTo((float)right).Within(4).Ulps);
    }

    [Test]
    public void An_element_whose_second_moment_is_held_has_the_same_bits_beside_one_whose_is_not()
    {
        AdamCoefficients<Real32> c = AdamCoefficients.Of<Real32>(0.5, 0.9, 0.999, 1e-8, 0.01, 2);
        Real32[] plain = [.. Enumerable.Range(0, 16).Select(i => (Real32)MathF.Sin(i + 1))], extreme = [.. plain];
        extreme[5] = 1e30f;
        float[] alone = new float[16], together = new float[16];
        using var device = new CpuDevice(1, 16);
        device.AdamStep(alone, new float[16], new float[16], Array.ConvertAll(plain, x => x.Value), c);
        device.AdamStep(together, new float[16], new float[16], Array.ConvertAll(extreme, x => x.Value), c);
        alone[5] = together[5];
        Assert.That(Array.ConvertAll(together, DeviceCheck.Bits), Is.EqualTo(Array.ConvertAll(alone, DeviceCheck.Bits)));
    }

    [Test]
    public void An_epsilon_inside_the_root_keeps_the_quotient_of_two_zeros_finite()
    {
        // v̂ + ε is ε, and m̂ is 0: nothing moves, however small the corrected share of ε would be.
        AdamOptions options = AdamOptions.Adam(0.5) with { Epsilon = 1e-7, EpsilonInsideRoot = true };
        (Float16[][] theta, AdamState<Float16> _) = AdamOptimizer.Step<Float16>([[Float16.Of(1)]], [[Float16.Of(0)]], null, options);
        Assert.That(theta[0][0], Is.EqualTo(Float16.Of(1)));
    }

    [Test]
    public void A_learning_rate_beyond_any_use_overflows_no_earlier_than_the_parameter()
    {
        // 10³⁰ · 10¹⁵ is more than binary32 holds; the step is 10³⁰.
        (Real32[][] theta, AdamState<Real32> _) = AdamOptimizer.Step<Real32>([[(Real32)0f]], [[(Real32)1e15f]], null, AdamOptions.Adam(1e30) with { Epsilon = 0 });
        Assert.That(theta[0][0].Value, Is.EqualTo(-1e30f).Within(4).Ulps);
    }

    [Test]
    public void Lanes_have_the_bits_of_the_scalar_step_at_gradients_of_any_size([Values] DecayKind decay, [Values(0, 1)] int inside, [Values(1e-8, 0, 1e-40)] double eps)
    {
        AdamCoefficients<Real32> c = AdamCoefficients.Of<Real32>(0.5, 0.9, 0.999, eps, 0.01, 2) with { Decay = decay, EpsilonInsideRoot = inside };
        float[] gradient = [.. Enumerable.Range(-149, 277).Select(k => MathF.ScaleB(k % 2 == 0 ? 1 : -1.5f, k))], theta = [.. gradient.Reverse()], m = [.. gradient], v = Array.ConvertAll(theta, MathF.Abs);
        float[] byLanes = [.. theta], mByLanes = [.. m], vByLanes = [.. v];
        using var device = new CpuDevice(threads: 1);
        device.AdamStep(byLanes, mByLanes, vByLanes, gradient, c);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < theta.Length; i++)
            {
                Real32 x = theta[i], first = m[i], second = v[i];
                AdamStep.Apply(ref x, ref first, ref second, (Real32)gradient[i], c);
                Assert.That((DeviceCheck.Bits(byLanes[i]), DeviceCheck.Bits(mByLanes[i]), DeviceCheck.Bits(vByLanes[i])), Is.EqualTo((DeviceCheck.Bits(x.Value), DeviceCheck.Bits(first.Value), DeviceCheck.Bits(second.Value))));
            }
        });
    }

    // By hand: without bias correction and with β₁ = β₂ = ½, m = 2·10³⁰/2 and √v = 1, so the step is 10³⁰·α, and α counts with the digits of a double, of which binary32 has ten bits here.
    [TestCase(1.1e-42)]
    [TestCase(3e-45)]
    [TestCase(1e-3)]
    public void A_learning_rate_of_which_single_precision_has_few_digits_is_itself_on_devices(double lr)
    {
        AdamOptions options = AdamOptions.Adam(lr) with { Epsilon = 0, Beta1 = 0.5, Beta2 = 0.5, BiasCorrection = false };
        foreach (IDevice device in new IDevice[] { new ReferenceDevice(), new CpuDevice(2, 8) })
        {
            using (device)
            {
                float[] theta = [0, 0, 5], m = [2e30f, -2e30f, 0], v = [2, 2, 0], gradient = [0, 0, 1];
                AdamOptimizer.StepInPlace(theta, m, v, gradient, 7, options, device);
                Assert.That(theta[0], Is.EqualTo((float)(-lr * (float)1e30)).Within(2).Ulps, device.Name);
                Assert.That(theta[1], Is.EqualTo(-theta[0]), device.Name);
                Assert.That((m[2], v[0], v[2]), Is.EqualTo((0.5f, 1f, 0.5f)), device.Name);
            }
        }
    }
}
