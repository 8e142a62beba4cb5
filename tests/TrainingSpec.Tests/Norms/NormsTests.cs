using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using Formula = TrainingSpec.Formulas.Norms;

namespace TrainingSpec.Tests.Norms;

internal sealed class NormsTests
{
    [Rule("NORMS-2")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(TensorCases)])]
    public bool A_power_of_two_comes_out_as_it_went_in(Clip clip, short power)
    {
        // Elements of 10^±3 times 2^±900 are normal, yet their squares overflow or vanish.
        int exponent = power % 900;
        double[] x = clip.Gradients[0];
        double plain = Formula.L2<Real64>(Over.Row<Real64>(x));
        double scaled = Formula.L2<Real64>(Over.Row<Real64>(Array.ConvertAll(x, v => Math.ScaleB(v, exponent))));
        return Over.SameBits(Math.ScaleB(plain, exponent), scaled);
    }

    [Rule("NORMS-1")]
    [Law(MaxTest = 14_400, Arbitrary = [typeof(TensorCases)])]
    public bool The_global_norm_is_that_of_all_elements_together(Clip clip)
    {
        Bounded<Real64> computed = Formula.Global<Bounded<Real64>>(Over.Rows<Bounded<Real64>>(clip.Gradients));
        DoubleDouble squares = 0;
        foreach (double x in clip.Gradients.SelectMany(g => g))
            squares += DoubleDouble.Product(x, x);
        return Over.Covers(computed, squares.High == 0 ? DoubleDouble.Zero : DoubleDouble.Sqrt(squares));
    }

    [Rule("NORMS-1")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(TensorCases)])]
    public bool The_norm_is_at_least_the_largest_element_and_at_most_the_sum(Clip clip)
    {
        double norm = Formula.Global<Real64>(Over.Rows<Real64>(clip.Gradients));
        double[] all = [.. clip.Gradients.SelectMany(g => g).Select(Math.Abs)];

        // √ is monotone and exact on squares, so the lower end holds without slack; the plain sum rounds once per element, the norm as often as its depth.
        double slack = 1 + 2 * (all.Length + Formulas.Reduction.Depth(all.Length)) * Real64.UnitRoundoff;
        return norm >= all.Max() * (1 - 2 * Real64.UnitRoundoff) && norm <= all.Sum() * slack;
    }

    [Test]
    [Rule("NORMS-2")]
    public void Large_and_small_elements_neither_overflow_nor_vanish() => Assert.Multiple(() =>
    {
        Assert.That(Formula.L2<Real64>([3, 4]).Value, Is.EqualTo(5));
        Assert.That(Formula.L2<Real64>([Math.ScaleB(3, 1000), Math.ScaleB(4, 1000)]).Value, Is.EqualTo(Math.ScaleB(5, 1000)));
        Assert.That(Formula.L2<Real64>([Math.ScaleB(3, -1000), Math.ScaleB(-4, -1000)]).Value, Is.EqualTo(Math.ScaleB(5, -1000)));
        Assert.That(Formula.L2<Real32>([3 * MathF.ScaleB(1, 100), 4 * MathF.ScaleB(1, 100)]).Value, Is.EqualTo(5 * MathF.ScaleB(1, 100)));
        Assert.That(Formula.L2<Real64>([]).Value, Is.Zero);
        Assert.That(Formula.L2<Real64>([0, -0.0]).Value, Is.Zero);
        Assert.That(Formula.L2<Real64>([1, double.NegativeInfinity]).Value, Is.EqualTo(double.PositiveInfinity));
        Assert.That(Formula.L2<Real64>([1, double.NaN, double.PositiveInfinity]).Value, Is.NaN);
    });
}
