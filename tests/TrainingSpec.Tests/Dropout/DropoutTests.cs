using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Dropout;

/// <summary>What dropout does to a row, element by element, and how it changes with p, seed and length.</summary>
internal sealed class DropoutTests
{
    [Rule("DROPOUT-6")]
    [Law(MaxTest = 180)]
    public bool Half_precision_draws_the_mask_of_its_seed_and_stream(ulong seed, ulong stream)
    {
        byte[] wide = DropoutLayer.Forward<Real64>(new Real64[40], 0.5, training: true, seed, stream).Mask;
        return DropoutLayer.RoundedForward<Float16>(new Float16[40], 0.5, training: true, seed, stream).Mask.AsSpan().SequenceEqual(wide);
    }

    [Rule("DROPOUT-1")]
    [Rule("DROPOUT-2")]
    [Law(MaxTest = 4800, Arbitrary = [typeof(RegularizationCases)])]
    public bool Each_element_is_kept_and_scaled_or_zero_by_its_own_uniform_number(Dropped d)
    {
        DropoutResult<Real64> result = Forward(d);
        double scale = 1 / (1 - d.P);
        return Enumerable.Range(0, d.X.Length).All(i =>
        {
            double u = (RandomStreams.Word(d.Seed, d.Stream, (ulong)i) >> 8) / 16777216.0;
            return result.Mask[i] == (u >= d.P ? 1 : 0) && result.Output[i].Value == (u >= d.P ? d.X[i] * scale : 0);
        });
    }

    [Rule("DROPOUT-1")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool What_a_larger_p_keeps_a_smaller_one_keeps_too(Dropped d, double other)
    {
        double larger = d.P + (1 - d.P) * (Math.Abs(other) % 1) * 0.999;
        return !double.IsFinite(other) || Forward(d with { P = larger }).Mask.Zip(Forward(d).Mask).All(m => m.First <= m.Second);
    }

    [Rule("DROPOUT-1")]
    [Rule("DROPOUT-6")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool A_longer_row_begins_with_the_mask_of_the_shorter_one(Dropped d, byte more) =>
        Forward(d with { X = [.. d.X, .. new double[more]] }).Mask.AsSpan(0, d.X.Length).SequenceEqual(Forward(d).Mask);

    [Rule("DROPOUT-2")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool A_power_of_two_passes_through(Dropped d, short power)
    {
        int k = power % 60;
        return Over.SameBits(
            [Array.ConvertAll(Forward(d).Output, y => new Real64(Math.ScaleB(y.Value, k)))],
            [Forward(d with { X = Array.ConvertAll(d.X, x => Math.ScaleB(x, k)) }).Output]);
    }

    [Rule("DROPOUT-1")]
    [Rule("DROPOUT-6")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_mask_is_the_same_in_every_number(Dropped d, byte share)
    {
        // A p that all of them hold exactly; the uniform numbers have more digits than half precision.
        double p = share / 256.0;
        byte[] Mask<T>()
            where T : IReal<T> => DropoutLayer.Forward<T>(Over.Row<T>(d.X), p, training: true, d.Seed, d.Stream).Mask;
        byte[] mask = Mask<Real64>();
        return Mask<Real32>().AsSpan().SequenceEqual(mask) && Mask<Float16>().AsSpan().SequenceEqual(mask) && Mask<BFloat16>().AsSpan().SequenceEqual(mask);
    }

    [Rule("DROPOUT-3")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Outside_training_no_bit_changes(Dropped d)
    {
        Real64[] x = Over.Row<Real64>([.. d.X, -0.0, double.NaN, double.PositiveInfinity]);
        DropoutResult<Real64> result = DropoutLayer.Forward<Real64>(x, d.P, training: false, d.Seed, d.Stream);
        return Over.SameBits([x], [result.Output]) && result.Mask.All(m => m == 1);
    }

    [Rule("DROPOUT-4")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(RegularizationCases)])]
    public bool Forward_and_backward_are_one_linear_map(Dropped d)
    {
        // The map is diagonal, so its transpose is itself: the gradient x comes back as the activation x went forward.
        DropoutResult<Real64> forward = Forward(d);
        return Over.SameBits([forward.Output], [DropoutLayer.Backward<Real64>(Over.Row<Real64>(d.X), forward.Mask, d.P)]);
    }

    [Rule("DROPOUT-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RegularizationCases)])]
    public bool The_gradient_is_the_derivative_by_dual_numbers(Dropped d)
    {
        Dual<Real64>[] x = Array.ConvertAll(d.X, v => Dual<Real64>.Variable(v));
        DropoutResult<Dual<Real64>> forward = DropoutLayer.Forward<Dual<Real64>>(x, d.P, training: true, d.Seed, d.Stream);
        Real64[] ones = [.. Enumerable.Repeat(new Real64(1), d.X.Length)];
        return Over.SameBits([Array.ConvertAll(forward.Output, y => y.Derivative)], [DropoutLayer.Backward<Real64>(ones, forward.Mask, d.P)]);
    }

    [Rule("DROPOUT-5")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(RegularizationCases)])]
    public bool At_p_0_no_bit_changes(Dropped d)
    {
        DropoutResult<Real64> result = Forward(d with { P = 0 });
        return Over.SameBits([Over.Row<Real64>(d.X)], [result.Output]) && result.Mask.All(m => m == 1);
    }

    [Test]
    [Rule("DROPOUT-1")]
    public void A_number_equal_to_p_is_kept() => Assert.Multiple(() =>
    {
        double u = RandomStreams.Uniform<Real64>(5, 0, 0).Value;
        Assert.That(DropoutLayer.Forward<Real64>([1], u, true, 5).Mask, Is.EqualTo(new byte[] { 1 }));
        Assert.That(DropoutLayer.Forward<Real64>([1], Math.BitIncrement(u), true, 5).Mask, Is.EqualTo(new byte[] { 0 }));
    });

    [Test]
    [Rule("DROPOUT-2")]
    public void A_dropped_infinity_is_no_number_and_a_kept_one_stays() => Assert.Multiple(() =>
    {
        // By IEEE 754 ∞·0 is NaN; the mask of seed 0 at ½ begins 0, 1.
        Real64[] y = DropoutLayer.Forward<Real64>([double.PositiveInfinity, double.NegativeInfinity], 0.5, true, 0).Output;
        Assert.That(y[0].Value, Is.NaN);
        Assert.That(y[1].Value, Is.EqualTo(double.NegativeInfinity));
    });

    [Test]
    [Rule("DROPOUT-4")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => DropoutLayer.Forward<Real64>([1], 1, true, 0), "p", "p = 1 is outside [0, 1)");
        Refused(() => DropoutLayer.Forward<Real64>([1], -0.1, false, 0), "p", "p = -0.1");
        Refused(() => DropoutLayer.Forward<Real64>([1], double.NaN, true, 0), "p", "p = NaN");
        Refused(() => DropoutLayer.Backward<Real64>([1], [1], 1.5), "p", "p = 1.5");
        Refused(() => DropoutLayer.Backward<Real64>([1, 2], [1], 0.5), "mask", "mask has 1 entries, grad has 2");
        Refused(() => DropoutLayer.Backward<Real64>([1], [1, 1], 0.5), "mask", "mask has 2 entries, grad has 1");
        Refused(() => DropoutLayer.Backward<Real64>([1], [2], 0.5), "mask", "mask = 2 is outside [0, 1]");
    });

    private static DropoutResult<Real64> Forward(Dropped d) => DropoutLayer.Forward<Real64>(Over.Row<Real64>(d.X), d.P, training: true, d.Seed, d.Stream);
}
