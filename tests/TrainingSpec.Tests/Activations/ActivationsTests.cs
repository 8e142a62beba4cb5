using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using Formula = TrainingSpec.Formulas.Activations;

namespace TrainingSpec.Tests.Activations;

public class ActivationsTests
{
    private static readonly double[] Arguments = [0, -0.0, 1e-300, 0.3, 1, 5, 36, 37, 300, 709, 710, 745, 746, 1e5, 1e200, double.MaxValue, double.PositiveInfinity];

    private static IEnumerable<double> Both => Arguments.Concat(Arguments.Select(x => -x));

    [TestCase(1)]
    [TestCase(3)]
    public void Lengths_at_odds_are_refused(int length) => Assert.Multiple(() =>
    {
        foreach (Formulas.Activation activation in Enum.GetValues<Formulas.Activation>())
        {
            Assert.That(() => Formulas.ActivationLayer.Forward<Real64>(activation, [1, 2], new Real64[length], new Real64[2]), Throws.ArgumentException.With.Message.Contains($"y has {length} elements, 2 are needed"));
            Assert.That(() => Formulas.ActivationLayer.Forward<Real64>(activation, [1, 2], new Real64[2], new Real64[length]), Throws.ArgumentException.With.Message.Contains($"slopes has {length} elements, 2 are needed"));
        }

        Assert.That(() => Formulas.ActivationLayer.InputGradient<Real64>([1, 2], [1, 2], new Real64[length]), Throws.ArgumentException.With.Message.Contains($"dx has {length} elements, 2 are needed"));
        Assert.That(() => Formulas.ActivationLayer.InputGradient<Real64>(new Real64[length], [1, 2], new Real64[2]), Throws.ArgumentException.With.Message.Contains($"dy has {length} elements, 2 are needed"));
    });

    // What value and slope share must not change a bit of either; the slopes are written over what they are slopes at.
    [Test]
    public void A_value_and_its_slope_together_have_the_bits_of_each_alone() => Assert.Multiple(() =>
    {
        double[] near = [.. Enumerable.Range(-600, 1201).Select(i => i / 40.0)];
        Real32[] single = [.. Both.Concat(near).Select(x => (Real32)(float)x)];
        Real64[] twice = [.. Both.Concat(near).Select(x => (Real64)x)];
        Together(Formulas.Activation.Gelu, single, Formula.Gelu, Formula.GeluDerivative);
        Together(Formulas.Activation.GeluTanh, single, Formula.GeluTanh, Formula.GeluTanhDerivative);
        Together(Formulas.Activation.Relu, single, Formula.Relu, Formula.ReluDerivative);
        Together(Formulas.Activation.Gelu, twice, Formula.Gelu, Formula.GeluDerivative);
        Together(Formulas.Activation.GeluTanh, twice, Formula.GeluTanh, Formula.GeluTanhDerivative);
    });

    private static void Together<T>(Formulas.Activation activation, T[] x, Func<T, T> value, Func<T, T> slope)
        where T : IBinaryFormat<T>
    {
        T[] y = new T[x.Length], slopes = [.. x];
        Formulas.ActivationLayer.Forward<T>(activation, slopes, y, slopes);
        Assert.That(y.Select(T.ToDouble), Is.EqualTo(x.Select(value).Select(T.ToDouble)), $"{activation}");
        Assert.That(slopes.Select(T.ToDouble), Is.EqualTo(x.Select(slope).Select(T.ToDouble)), $"{activation}'");
    }

    [Test]
    public void One_exponential_gives_the_bits_of_the_stated_three() => Assert.Multiple(() =>
    {
        foreach (double argument in Both.Append(double.NaN))
        {
            Real32 x = (float)argument;
            Assert.That((float)Formula.Sigmoid(x), Is.EqualTo(Stated(x)), $"σ({x})");
            Assert.That((float)Formula.SigmoidSlope(x), Is.EqualTo(Stated(x) * Stated(-x)), $"σ'({x})");
        }

        static float Stated(float x) => x < 0 ? (float)Real32.Exp(x) / (1 + Real32.Exp(x)) : 1 / (1 + Real32.Exp(-x));
    });

    [Test]
    [Rule("ACTIVATIONS-3")]
    public void The_logistic_function_and_its_derivative_overflow_nowhere() => Assert.Multiple(() =>
    {
        foreach (double x in Both)
        {
            Dual<Real64> y = Formula.Sigmoid(Dual<Real64>.Variable(x));
            double s = y.Value.Value;
            Assert.That(s, Is.InRange(0.0, 1.0), $"σ({x:R})");

            // s(1 − s) loses nothing but roundings below 0 and the same absolutely above; at the infinities the slope has no exact value.
            if (double.IsFinite(x))
                Assert.That(y.Derivative.Value, Is.EqualTo(s * (1 - s)).Within(16 * Real64.UnitRoundoff * s), $"σ'({x:R})");
        }
    });

    [Test]
    [Rule("ACTIVATIONS-3")]
    public void The_logistic_function_far_below_0_is_the_exponential_itself()
    {
        foreach (double x in new[] { -40.0, -300, -700, -744 })
            Assert.That(Formula.Sigmoid<Real64>(x), Is.EqualTo(Real64.Exp(x)), $"{x}");
        Assert.That(Formula.Sigmoid(Real32.Of(-100)).Value, Is.GreaterThan(0f), "1/(1 + e¹⁰⁰) underflows in single precision but for its subnormals");
    }

    [Test]
    [Rule("ACTIVATIONS-6")]
    public void The_slope_of_gelu_is_its_derivative_over_dual_numbers_wherever_that_is_finite() => Assert.Multiple(() =>
    {
        foreach (double x in Both.Where(double.IsFinite))
        {
            double slope = Formula.GeluTanhDerivative<Real64>(x).Value;
            Assert.That(slope, Is.InRange(-0.2, 1.2), $"gelu'({x:R})");
            // Beyond, the rounding of the exponent is as large as the bound could say.
            if (Math.Abs(x) > 40)
                continue;
            Dual<DoubleDouble> exact = Formula.GeluTanh(Dual<DoubleDouble>.Variable(x));
            Bounded<Real64> bounded = Formula.GeluTanhDerivative(Bounded<Real64>.Exact(x));
            Assert.That(slope, Is.EqualTo((double)exact.Derivative).Within(bounded.Bound), $"gelu'({x:R})");
            Assert.That(bounded.Bound, Is.LessThan(1e-9), $"the bound says nothing at {x:R}");
        }

        Assert.That(Formula.GeluTanhDerivative<Real64>(double.MaxValue).Value, Is.EqualTo(1));
        Assert.That(Formula.GeluTanhDerivative<Real64>(double.MinValue).Value, Is.EqualTo(0));
        Assert.That(Formula.GeluTanhDerivative<Real64>(double.NaN).Value, Is.NaN);
    });

    // Rounded from 60 digits of an independent arbitrary-precision package. The roundings of −x/√2 would move erfc by x² times as much.
    [TestCase(-1e-300, "-5.000000000000000125295459176043798428481e-301", "0.5")]
    [TestCase(-0.25, "-0.1003234185792690689397865521047415651795", "0.3046266451163639740238397701450785929457")]
    [TestCase(-2.0, "-0.04550026389635841440056527433306687494355", "-0.08523180107819689670084576365489372600785")]
    [TestCase(-5.0, "-0.000001433257859395969558368761664373226769272", "-0.000007146946001792294627867445835157415481243")]
    [TestCase(-13.0, "-7.952313719414843586957772704307292488647e-38", "-1.0337304440113356150241407954453040507e-36")]
    [TestCase(-20.0, "-5.507248237212467390151245561714930665615e-88", "-1.101436048313346404221471513776542725434e-86")]
    [TestCase(-37.0, "-2.11846135233409342439278124286108461288e-298", "-7.838298669418516242529885072748364479338e-297")]
    [TestCase(0.0, "0.0", "0.5")]
    [TestCase(1e-20, "4.999999999999999725806251499088001522065e-21", "0.5000000000000000000079788456080286531212")]
    [TestCase(0.75, "0.5800294857173488505047033729623926911732", "0.999225721739235104371691235540034681027")]
    [TestCase(4.0, "3.999873315032667520314984916973111394806", "1.000503649661226421485842527197040592194")]
    [TestCase(9.0, "8.999999999999999998984270434641543417038", "1.000000000000000009138937373906639250998")]
    [TestCase(10000000000.0, "10000000000.0", "1.0")]
    [Rule("ACTIVATIONS-6")]
    [Rule("ACTIVATIONS-7")]
    public void Gelu_and_its_slope_have_these_digits(double x, string y, string slope)
    {
        // As many as WholeDomain counts roundings in each; the two terms of the slope don't cancel at these points.
        Assert.That(Ulp.Error(Formula.Gelu<Real64>(x), DoubleDouble.Parse(y)), Is.LessThanOrEqualTo(5));
        Assert.That(Ulp.Error(Formula.GeluDerivative<Real64>(x), DoubleDouble.Parse(slope)), Is.LessThanOrEqualTo(9));
        Assert.That(Formula.Gelu(Dual<DoubleDouble>.Variable(x)).Derivative.High, Is.EqualTo(DoubleDouble.Parse(slope).High).Within(1e-13).Percent);
    }

    // Every magnitude and every place of both tails, in every format: far below 0 a formula with uncorrected roundings would be off by x² units.
    [TestCase("activations.gelu")]
    [TestCase("activations.gelu_derivative", Category = Deep.Category)]
    [TestCase("search.normal_cdf", Category = Deep.Category)]
    [TestCase("search.normal_density")]
    public void The_normal_law_keeps_its_digits_in_both_tails(string id)
    {
        Formulas.Formula formula = Formulas.FormulaCatalog.Find(id);
        double[] x = [.. Enumerable.Range(0, 500).Select(i => (i - 300) / 8.0 + 3e-4 * i)];
        Assert.Multiple(() =>
        {
            Assert.That(WorstError<Real64>(formula, x), Is.LessThanOrEqualTo(9));
            Assert.That(WorstError<Real32>(formula, x), Is.LessThanOrEqualTo(9));
            Assert.That(WorstError<Float16>(formula, x), Is.LessThanOrEqualTo(9));
            Assert.That(WorstError<BFloat16>(formula, x), Is.LessThanOrEqualTo(9));
        });
    }

    // In units of the last place of the exact value, or of what the formula's exception names.
    private static double WorstError<T>(Formulas.Formula formula, double[] points)
        where T : IBinaryFormat<T>
    {
        double worst = 0;
        foreach (double point in points)
        {
            T x = T.Of(point);
            BigReal argument = T.ToDouble(x), exact = BigReal.Settled(() => formula.EvaluateAny<BigReal>([argument]))[0];
            double error = FormatRange<T>.Error(T.ToDouble(formula.EvaluateAny([x])[0]), exact, formula.Exception?.Unit<BigReal, T>([argument]) ?? BigReal.Zero);
            worst = Math.Max(worst, error);
        }

        TestContext.Out.WriteLine($"{formula.Id} over {typeof(T).Name}: at most {worst:F1}");
        return worst;
    }

    [Test]
    [Rule("ACTIVATIONS-6")]
    public void A_second_derivative_is_right_where_the_two_forms_meet()
    {
        // σ'(0) = 1/4 and σ''(0) = 0: a choice made with |x| would lose them, since |x| has no derivative at 0.
        var x = new Dual<Dual<Real64>>(Dual<Real64>.Variable(0), Dual<Real64>.Constant(1));
        Dual<Dual<Real64>> y = Formula.Sigmoid(x);
        Assert.That(y.Derivative.Value.Value, Is.EqualTo(0.25));
        Assert.That(y.Derivative.Derivative.Value, Is.EqualTo(0));
    }
}
