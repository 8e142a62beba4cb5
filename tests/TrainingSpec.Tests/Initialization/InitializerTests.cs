using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;
using Formula = TrainingSpec.Formulas.Initialization;

namespace TrainingSpec.Tests.Initialization;

/// <summary>What the laws of weights are, and how they change with the sizes of a layer.</summary>
internal sealed class InitializerTests
{
    private const double U = Real64.UnitRoundoff;
    private static readonly InitializationScheme[] Fanned = [InitializationScheme.XavierUniform, InitializationScheme.XavierNormal, InitializationScheme.HeUniform, InitializationScheme.HeNormal];

    [Rule("INITIALIZATION-1")]
    [Rule("INITIALIZATION-2")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Four_times_the_fans_give_half_the_deviation_and_half_of_every_weight(Fans fans, ulong seed) => Fanned.All(scheme =>
    {
        // A power of two passes through every operation exactly.
        Initializer small = Of(scheme, fans), large = Of(scheme, new Fans(4 * fans.In, 4 * fans.Out, fans.Layers));
        return Over.SameBits(small.Moments<Real64>().Deviation.Value, 2 * large.Moments<Real64>().Deviation.Value)
            && small.Sample<Real64>(seed, 5).Zip(large.Sample<Real64>(seed, 5)).All(p => Over.SameBits(p.First.Value, 2 * p.Second.Value));
    });

    [Rule("INITIALIZATION-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Xaviers_gains_of_both_directions_add_up_to_two(Fans fans)
    {
        double variance = Of(InitializationScheme.XavierNormal, fans).Moments<Real64>().Variance.Value;
        double forward = Formula.LinearGain<Real64>(fans.In, variance), backward = Formula.LinearGain<Real64>(fans.Out, variance);
        double off = Math.Abs(fans.In - fans.Out) / (double)(fans.In + fans.Out);
        return Math.Abs(forward + backward - 2) <= 8 * U && Math.Abs(Math.Abs(forward - 1) - off) <= 8 * U;
    }

    [Rule("INITIALIZATION-1")]
    [Rule("INITIALIZATION-2")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Swapped_fans_change_He_by_their_ratio_and_Xavier_not_at_all(Fans fans)
    {
        Fans swapped = fans with { In = fans.Out, Out = fans.In };
        double he = Of(InitializationScheme.HeNormal, fans).Moments<Real64>().Variance.Value, other = Of(InitializationScheme.HeNormal, swapped).Moments<Real64>().Variance.Value;
        return Over.SameBits(Of(InitializationScheme.XavierNormal, fans).Moments<Real64>().Variance.Value, Of(InitializationScheme.XavierNormal, swapped).Moments<Real64>().Variance.Value)
            && Math.Abs(he * fans.In - other * fans.Out) <= 8 * U && Math.Abs(Formula.ReluGain<Real64>(fans.In, he).Value - 1) <= 4 * U;
    }

    [Rule("INITIALIZATION-3")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Deviation_variance_and_limit_belong_together(Fans fans) => Fanned.All(scheme =>
    {
        InitializationMoments<Bounded<Real64>> m = Of(scheme, fans).Moments<Bounded<Real64>>();
        bool xavier = scheme is InitializationScheme.XavierUniform or InitializationScheme.XavierNormal;
        DoubleDouble variance = (DoubleDouble)2 / (xavier ? fans.In + fans.Out : fans.In);
        bool uniform = scheme is InitializationScheme.XavierUniform or InitializationScheme.HeUniform;
        return Over.Covers(m.Variance, variance) && Over.Covers(m.Deviation, DoubleDouble.Sqrt(variance))
            && m.Limit is not null == uniform && (m.Limit is not { } limit || Over.Covers(limit, DoubleDouble.Sqrt(3 * variance)));
    });

    [Rule("INITIALIZATION-5")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_branches_of_a_residual_stream_add_the_same_variance_at_any_depth(Fans fans)
    {
        double branch = new Initializer { Scheme = InitializationScheme.GptResidual, Layers = fans.Layers }.Moments<Real64>().Variance.Value;
        return Math.Abs(2 * fans.Layers * branch - 0.0004) <= 0.0004 * 8 * U;
    }

    [Rule("INITIALIZATION-4")]
    [Law(MaxTest = 600, Arbitrary = [typeof(RegularizationCases)])]
    public bool GPTs_law_is_the_same_for_all_fans(Fans fans) =>
        Of(InitializationScheme.GptNormal, fans).Moments<Real64>() == new Initializer { Scheme = InitializationScheme.GptNormal }.Moments<Real64>()
        && Of(InitializationScheme.GptNormal, fans).Moments<Real64>().Deviation.Value == 0.02;

    [Rule("INITIALIZATION-6")]
    [Rule("INITIALIZATION-7")]
    [Law(MaxTest = 200, Arbitrary = [typeof(RegularizationCases)])]
    public bool A_longer_sample_begins_with_the_shorter_one(Fans fans, ulong seed, byte count) => Enum.GetValues<InitializationScheme>().All(scheme =>
        Of(scheme, fans).Sample<Real64>(seed, 300).AsSpan(0, 1 + count).SequenceEqual(Of(scheme, fans).Sample<Real64>(seed, 1 + count)));

    [Rule("INITIALIZATION-7")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(RegularizationCases)])]
    public bool Uniform_weights_stay_within_their_limit(Fans fans, ulong seed) =>
        new[] { InitializationScheme.XavierUniform, InitializationScheme.HeUniform }.All(scheme =>
        {
            double limit = Of(scheme, fans).Moments<Real64>().Limit!.Value.Value;
            return Of(scheme, fans).Sample<Real64>(seed, 100).All(w => w.Value >= -limit && w.Value < limit);
        });

    [Test]
    [Rule("INITIALIZATION-1")]
    public void Sizes_that_make_no_sense_are_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => _ = Of(InitializationScheme.HeNormal, new Fans(0, 1, 1)), "fan_in", "fan_in = 0 is outside [1, inf)");
        Refused(() => _ = Of(InitializationScheme.HeNormal, new Fans(1, -1, 1)), "fan_out", "fan_out = -1");
        Refused(() => _ = Of(InitializationScheme.GptResidual, new Fans(1, 1, 0)), "layers", "layers = 0");
        Refused(() => _ = new Initializer { Scheme = (InitializationScheme)99 }, "scheme", "scheme = 99 is outside {xavier_uniform");
        Refused(() => new Initializer { Scheme = InitializationScheme.HeNormal, FanIn = 3 }.Moments<Real64>(), "fan_out", "fan_out = null");
        Refused(() => new Initializer { Scheme = InitializationScheme.XavierUniform, FanOut = 3 }.Moments<Real64>(), "fan_in", "fan_in = null");
        Refused(() => new Initializer { Scheme = InitializationScheme.GptResidual }.Sample<Real64>(0, 1), "layers", "layers = null is outside [1, inf), which GptResidual needs");
        Refused(() => new Initializer { Scheme = InitializationScheme.GptNormal }.Sample<Real64>(0, 0), "count", "count = 0");
    });

    // The deviation of a standard normal law cut at ±2 as JAX's initializers state it.
    [Test]
    [Rule("INITIALIZATION-11")]
    public void A_truncated_law_reaches_two_of_its_deviations_before_the_cut()
    {
        var law = new Initializer { Scheme = InitializationScheme.HeTruncated, FanIn = 2, FanOut = 1 };
        Assert.That(law.Moments<Real64>().Limit!.Value.Value, Is.EqualTo(2 / 0.87962566103423978).Within(2).Ulps);
        Assert.That(law.Sample<Real64>(1, 200).Select(w => w.Value), Has.All.InRange(-2 / 0.8796, 2 / 0.8796));
    }

    [Rule("INITIALIZATION-14")]
    [Law(MaxTest = 600, Arbitrary = [typeof(RegularizationCases)])]
    public bool A_gain_of_a_power_of_two_multiplies_every_weight_exactly(Fans fans, ulong seed) => Enum.GetValues<InitializationScheme>().All(scheme =>
        Of(scheme, fans).Sample<Real64>(seed, 5).Zip((Of(scheme, fans) with { Gain = 4 }).Sample<Real64>(seed, 5)).All(p => Over.SameBits(4 * p.First.Value, p.Second.Value)));

    [Test]
    [Rule("INITIALIZATION-15")]
    [Rule("INITIALIZATION-16")]
    [Rule("INITIALIZATION-17")]
    public void Shapes_without_fans_and_nonlinearities_without_gain_are_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => LayerFans.Of([3]), "shape", "shape = [3] is outside lists of at least two whole numbers");
        Refused(() => LayerFans.Of([3, 0]), "shape", "shape = [3, 0]");
        Refused(() => LayerFans.Of([2, 3, 1L << 31, 1L << 31]), "shape", "shape has a fan beyond the whole numbers of 64 bits");
        Refused(() => LayerFans.Of([1, 1, 1L << 32, 1L << 32, 1L << 62, 1L << 62]), "shape", "shape has a fan beyond");
        Refused(() => LayerFans.Of([6, 1], groups: 4), "groups", "groups = 4 is outside the divisors of 6 outputs");
        Refused(() => LayerFans.Gain("swish"), "nonlinearity", "nonlinearity = swish is outside {linear");
        Assert.That(LayerFans.Of([6, 1, 1L << 60, 1], groups: 3), Is.EqualTo((1L << 60, 1L << 61)));
    });

    private static Initializer Of(InitializationScheme scheme, Fans fans) => new() { Scheme = scheme, FanIn = fans.In, FanOut = fans.Out, Layers = fans.Layers };
}
