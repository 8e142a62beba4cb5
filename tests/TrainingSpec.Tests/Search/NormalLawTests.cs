using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Numbers;

namespace TrainingSpec.Tests.HyperparameterSearch;

/// <summary>What formulas of the normal law are made of, against the definitions in many digits.</summary>
internal sealed class NormalLawTests
{
    // Terms left out of the continued fraction cost 2.2·10⁻¹⁸ at −2 and 6·10⁻²² at −2.5; sums of two doubles hold 10⁻³⁰.
    [TestCase(-2, 2.3e-18)]
    [TestCase(-2.5, 1e-21)]
    [TestCase(-3, 1e-24)]
    [TestCase(-8, 1e-28)]
    public void The_improvement_far_below_is_the_difference_of_its_terms(double z, double share)
    {
        BigReal x = z, exact = 1.5 * (x * BigReal.Erfc(-x / BigReal.Sqrt(2)) / 2 + BigReal.Exp(-x * x / 2) / BigReal.Sqrt(2 * BigReal.Pi));
        DoubleDouble computed = NormalLaw.ImprovementFarBelow<DoubleDouble>(z, 1.5);
        BigReal off = ((BigReal)computed.High + computed.Low) / exact - 1;
        Assert.That(Math.Abs((double)off), Is.LessThan(share));
    }

    // Far out an argument of 8 bits is rounded by so much that the second order shows. Left out are the third orders: h³/6 for h up to a quarter, and 2a³δ³·2/3 for a·δ up to a sixth, one rounding each.
    [Test]
    public void The_roundings_of_arguments_of_eight_bits_are_taken_out_again() => Assert.Multiple(() =>
    {
        for (double x = -12; x <= -1; x += 0.0625)
        {
            BFloat16 narrow = BFloat16.Of(x);
            BigReal held = narrow.Value, below = BigReal.Erfc(-held / BigReal.Sqrt(2)), bell = BigReal.Exp(-held * held / 2);
            Off(SampleFormulas.NormalBell(narrow), bell, $"bell at {x}");
            Off(SampleFormulas.NormalTwiceBelow(narrow), below, $"below {x}");
        }
    });

    // From 13.2 on the first is a subnormal number, from 14.5 on both are 0.
    [Test]
    public void Numbers_that_wrap_a_single_have_its_bits_and_its_slope() => Assert.Multiple(() =>
    {
        var tree = Symbol.Named("x");
        for (double at = -15; at <= 15; at += 0.41)
        {
            Real32 x = (float)at;
            var values = new Dictionary<string, Real32> { ["x"] = x };
            double held = x.Value, bell = Math.Exp(-held * held / 2);
            Wraps(
                SampleFormulas.NormalTwiceBelow(x), Symbol.NormalTwiceBelow(tree).Evaluate(values), SampleFormulas.NormalTwiceBelow(Bounded<Real32>.Exact(x)),
                SampleFormulas.NormalTwiceBelow, SampleFormulas.NormalTwiceBelow, SampleFormulas.NormalTwiceBelow, x, Math.Sqrt(2 / Math.PI) * bell);
            Wraps(
                SampleFormulas.NormalBell(x), Symbol.NormalBell(tree).Evaluate(values), SampleFormulas.NormalBell(Bounded<Real32>.Exact(x)),
                SampleFormulas.NormalBell, SampleFormulas.NormalBell, SampleFormulas.NormalBell, x, -held * bell);
        }
    });

    // Six roundings at most, each of which is half the smallest number where there are no smaller ones, times x; a complex step is too small for a single, but for its value.
    private static void Wraps(
        Real32 own, Real32 tree, Bounded<Real32> bounded, Func<Dual<Real32>, Dual<Real32>> dual, Func<ComplexStep<Real32>, ComplexStep<Real32>> step,
        Func<Variable<Real32>, Variable<Real32>> recorded, Real32 x, double slope)
    {
        Variable<Real32> input = Variable<Real32>.Input(x), output = recorded(input);
        output.Backward();
        var (value, derivative) = dual(Dual<Real32>.Variable(x));
        ComplexStep<Real32> stepped = step(ComplexStep<Real32>.Variable(x));
        double off = 6 * (Real32.UnitRoundoff * Math.Abs(slope) + 16 * float.Epsilon);
        Assert.That(new[] { tree, bounded.Value, value, stepped.Real, output.Value }, Is.All.EqualTo(own), $"at {x}");
        Assert.That(new double[] { derivative.Value, input.Gradient.Value }, Is.All.EqualTo(slope).Within(off), $"slope at {x}");
    }

    private static void Off(BFloat16 computed, BigReal exact, string what) =>
        Assert.That(Math.Abs((double)(computed.Value / exact - 1)) / BFloat16.UnitRoundoff, Is.LessThan(6), what);
}
