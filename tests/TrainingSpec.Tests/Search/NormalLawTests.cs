using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

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
            Off(Bell(narrow), bell, $"bell at {x}");
            Off(TwiceBelow(narrow), below, $"below {x}");
        }
    });

    private static T Bell<T>(T x) where T : IReal<T> => T.NormalBell(x);

    private static T TwiceBelow<T>(T x) where T : IReal<T> => T.NormalTwiceBelow(x);

    private static void Off(BFloat16 computed, BigReal exact, string what) =>
        Assert.That(Math.Abs((double)(computed.Value / exact - 1)) / BFloat16.UnitRoundoff, Is.LessThan(6), what);
}
