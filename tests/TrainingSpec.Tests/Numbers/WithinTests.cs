using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.Numbers;

internal sealed class WithinTests
{
    private const int Cases = 60;

    // Written out as one would, with no care for what cancels.
    private static T Softmax<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) where T : IReal<T> => T.Exp(x[i]) / sum(x.Select(T.Exp));

    private static T Deviation<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) where T : IReal<T>
    {
        T n = T.Of(x.Length), mean = sum(x) / n;
        return (x[i] - mean) / T.Sqrt(sum(x.Select(v => (v - mean) * (v - mean))) / n + T.Of(0.125));
    }

    private static T Step<T>(T[] x, int i) where T : IReal<T>
    {
        T m = T.Of(0), v = T.Of(0), theta = x[i];
        foreach (T g in x)
            (m, v) = (T.Of(0.75) * m + T.Of(0.25) * g, T.Of(0.5) * v + T.Of(0.5) * g * g);
        return theta - T.Of(0.125) * (m / (T.Of(1) - T.Power(T.Of(0.75), T.Of(x.Length)))) / (T.Sqrt(v) + T.Of(0.0625));
    }

    private static T Dot<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) where T : IReal<T> => sum(x.Select((v, j) => v * x[(i + j) % x.Length]));

    [Test]
    public void Every_order_of_sums_stays_within_in_every_format() => Assert.Multiple(() =>
    {
        Assert.That(Used<Real64>(), Is.InRange(0.1, 1), "float64");
        Assert.That(Used<Real32>(), Is.InRange(0.1, 1), "float32");
        Assert.That(Used<Float16>(), Is.InRange(0.1, 1), "float16");
        Assert.That(Used<BFloat16>(), Is.InRange(0.1, 1), "bfloat16");
    });

    [TestCase(1e-13)]
    [TestCase(-1e-13)]
    public void A_small_mistake_lies_outside(double mistake)
    {
        var random = new Random(20260711);
        for (int i = 0; i < Cases; i++)
        {
            double[] x = Row<Real64>(random, 8);
            Within<Real64> right = Softmax(Array.ConvertAll(x, Within<Real64>.Of), 0, Sum), step = Step(Array.ConvertAll(x, Within<Real64>.Of), 0);
            Assert.That(Math.Abs(right.Value * mistake), Is.GreaterThan(right.Distance), $"{right}");
            Assert.That(0.125 * Math.Abs(mistake), Is.GreaterThan(step.Distance), $"{step}");
        }
    }

    [Test]
    public void What_cannot_be_off_has_no_distance() => Assert.Multiple(() =>
    {
        Within<Real64> nothing = 0, one = 1, infinite = double.PositiveInfinity;
        Assert.That(Within<Real64>.Of(0.1).Distance, Is.Zero);
        Assert.That(Within<Real32>.Of(0.1).Distance, Is.EqualTo(Math.Abs(0.1f - 0.1)));
        Assert.That((nothing + one).Distance, Is.Zero);
        Assert.That((nothing * one).Distance, Is.Zero);
        Assert.That(Within<Real64>.Max(one, nothing).Distance, Is.Zero);
        Assert.That((infinite + one).Distance, Is.Zero);
        Assert.That((one + one).Distance, Is.EqualTo(2 * Real64.UnitRoundoff).Within(double.Epsilon));
    });

    [Test]
    public void What_cancels_keeps_the_roundings_of_its_terms()
    {
        Within<Real64> third = (Within<Real64>)1 / 3, rest = third * 3 - 1;
        Assert.That(rest.Distance, Is.InRange(Real64.UnitRoundoff, 3 * Real64.UnitRoundoff));
    }

    [Test]
    public void A_pole_within_reach_leaves_nothing_known()
    {
        Within<Real64> third = (Within<Real64>)1 / 3, nothing = Within<Real64>.At(0, third.Distance);
        Assert.That((1 + 1 / (Within<Real64>.At(1e-17, 1e-16))).Distance, Is.EqualTo(double.PositiveInfinity));
        Assert.That(Within<Real64>.Log(Within<Real64>.At(1e-17, 1e-16)).Distance, Is.EqualTo(double.PositiveInfinity));
        Assert.That(Within<Real64>.Sqrt(nothing).Distance, Is.EqualTo(Math.Sqrt(nothing.Distance)).Within(1e-9).Percent);
    }

    [Test]
    public void Of_two_forms_the_stated_one_counts()
    {
        Within<Real64> x = 1e-9, computed = Within<Real64>.Expm1(x), either = Within<Real64>.Rewritten(Within<Real64>.Exp(x) - 1, computed);
        Assert.That(either.Value, Is.EqualTo(computed.Value));
        Assert.That(either.Distance, Is.GreaterThan(1e6 * computed.Distance));
    }

    // The largest part of its distance that the error of an evaluation takes, over formulas, inputs and orders of the sums.
    private static double Used<T>() where T : struct, IBinaryFormat<T>
    {
        var random = new Random(20260712);
        double worst = 0;
        for (int i = 0; i < Cases; i++)
        {
            double[] x = Row<T>(random, 2 + random.Next(11));
            foreach (Formula formula in new Formula[] { new SoftmaxFormula(), new DeviationFormula(), new StepFormula(), new DotFormula() })
            {
                Within<T> within = formula.Of(Array.ConvertAll(x, Within<T>.Of), 0, Sum);
                DoubleDouble exact = formula.Of(Array.ConvertAll(x, v => (DoubleDouble)v), 0, Sum);
                T[] held = Array.ConvertAll(x, T.Of);
                foreach (Func<IEnumerable<T>, T> order in new Func<IEnumerable<T>, T>[] { Sum, terms => Sum(terms.Reverse()), terms => Pairwise([.. terms]) })
                {
                    double error = Math.Abs((double)(T.ToDouble(formula.Of(held, 0, order)) - exact));
                    Assert.That(error, Is.LessThanOrEqualTo(within.Distance), $"{formula.GetType().Name} of {string.Join(", ", x)} in {typeof(T).Name}: {within}");
                    worst = Math.Max(worst, error / within.Distance);
                }
            }
        }

        return worst;
    }

    private static double[] Row<T>(Random random, int length) where T : IBinaryFormat<T> => [.. Enumerable.Range(0, length).Select(_ => T.ToDouble(T.Of(4 * random.NextDouble() - 2)))];

    private static T Sum<T>(IEnumerable<T> terms) where T : IReal<T> => terms.Aggregate(T.Of(0), (sum, x) => sum + x);

    private static T Pairwise<T>(T[] terms) where T : IReal<T> => terms.Length == 1 ? terms[0] : Pairwise(terms[..(terms.Length / 2)]) + Pairwise(terms[(terms.Length / 2)..]);

    private abstract class Formula
    {
        public abstract T Of<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) where T : IReal<T>;
    }

    private sealed class SoftmaxFormula : Formula
    {
        public override T Of<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) => Softmax(x, i, sum);
    }

    private sealed class DeviationFormula : Formula
    {
        public override T Of<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) => Deviation(x, i, sum);
    }

    private sealed class StepFormula : Formula
    {
        public override T Of<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) => Step(x, i);
    }

    private sealed class DotFormula : Formula
    {
        public override T Of<T>(T[] x, int i, Func<IEnumerable<T>, T> sum) => Dot(x, i, sum);
    }
}
