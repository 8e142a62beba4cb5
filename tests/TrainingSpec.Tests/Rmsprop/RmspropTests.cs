using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Rmsprop;

/// <summary>RMSprop, Adagrad and Adadelta against their closed forms under a constant gradient, in sums of two doubles.</summary>
internal sealed class RmspropTests
{
    private const int Steps = 5;

    [Rule("RMSPROP-1")]
    [Rule("RMSPROP-3")]
    [Rule("RMSPROP-4")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool Constant_gradients_give_RMSprops_closed_form(Scalars s)
    {
        // v is g²·(1 − ρᵗ), and the mean g·(1 − ρᵗ): the variance is g²·(1 − ρᵗ)·ρᵗ.
        DoubleDouble rho = 0.75, g = Math.Abs(s.First) * Math.Sign(s.Second), theta = s.Theta, centered = s.Theta, heavy = s.Theta, buffer = 0, power = 1;
        for (int t = 1; t <= Steps; t++)
        {
            power *= rho;
            DoubleDouble quotient = g / (DoubleDouble.Sqrt(g * g * (1 - power)) + 0.125);
            theta -= s.Rate * quotient;
            centered -= s.Rate * g / (DoubleDouble.Sqrt(g * g * (1 - power) * power) + 0.125);
            buffer = 0.5 * buffer + quotient;
            heavy -= s.Rate * buffer;
        }

        RmspropOptimizer plain = ElementwiseCases.Rmsprop with { LearningRate = s.Rate, Alpha = 0.75, Epsilon = 0.125 };
        return Over.Covers(Constant(plain, s.Theta, (double)g), theta) && Over.Covers(Constant(plain with { Centered = true }, s.Theta, (double)g), centered)
            && Over.Covers(Constant(plain with { Momentum = 0.5 }, s.Theta, (double)g), heavy);
    }

    [Rule("ADAGRAD-1")]
    [Rule("ADAGRAD-3")]
    [Rule("ADAGRAD-4")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool Constant_gradients_give_Adagrads_closed_form(Scalars s)
    {
        DoubleDouble g = s.First, theta = s.Theta;
        for (int t = 1; t <= Steps; t++)
            theta -= (DoubleDouble)s.Rate / (1 + (t - 1) * (DoubleDouble)s.Decay) * g / (DoubleDouble.Sqrt(0.5 + t * g * g) + 0.125);
        return Over.Covers(Constant(ElementwiseCases.Adagrad with { LearningRate = s.Rate, RateDecay = s.Decay, InitialAccumulator = 0.5, Epsilon = 0.125 }, s.Theta, s.First), theta);
    }

    [Rule("ADADELTA-1")]
    [Rule("ADADELTA-2")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool Constant_gradients_give_Adadeltas_recurrence(Scalars s)
    {
        DoubleDouble g = s.First, theta = s.Theta, a = 0, power = 1;
        for (int t = 1; t <= Steps; t++)
        {
            power *= 0.75;
            DoubleDouble delta = DoubleDouble.Sqrt((a + 0.125) / (g * g * (1 - power) + 0.125)) * g;
            a = 0.75 * a + 0.25 * delta * delta;
            theta -= s.Rate * delta;
        }

        return Over.Covers(Constant(ElementwiseCases.Adadelta with { LearningRate = s.Rate, Rho = 0.75, Epsilon = 0.125 }, s.Theta, s.First), theta);
    }

    [Test]
    [Rule("RMSPROP-4")]
    public void A_variance_that_rounding_would_make_negative_is_0()
    {
        RmspropOptimizer centered = ElementwiseCases.Rmsprop with { Centered = true, Alpha = 0.1 };
        Real32[][] theta = [[0]];
        SlotState<Real32>? state = null;
        for (int t = 0; t < 200; t++)
            (theta, state) = centered.Step(theta, [[0.1f]], state);
        Assert.That(float.IsFinite(theta[0][0].Value), $"{theta[0][0]}");
    }

    [TestCase(1e20f)]
    [TestCase(1e-30f)]
    [Rule("ADAGRAD-1")]
    public void The_first_step_of_Adagrad_is_the_rate_where_the_square_cannot_be_held(float gradient) =>
        Assert.That((ElementwiseCases.Adagrad with { Epsilon = 0 }).Step<Real32>([[0]], [[gradient]], null).Parameters[0][0].Value, Is.EqualTo(-1f));

    [Test]
    [Rule("RMSPROP-6")]
    public void A_buffer_takes_a_step_that_is_more_than_the_number_holds()
    {
        // 2.125e308 − 1.44e308: three roundings of the step, and two of the buffer's part, beside a sum of a third of the step.
        double sum = TrainingSpec.Formulas.Rmsprop.Velocity<Real64>(-1.6e308, 0.85e308, 0.8, 0.9, 2).Value;
        Assert.That(sum, Is.EqualTo(0.685e308).Within(5 * 2.125 * (1e308 * Real64.UnitRoundoff)));
    }

    private static Bounded<Real64> Constant(ElementwiseOptimizer optimizer, double start, double gradient)
    {
        Bounded<Real64>[][] theta = Over.Rows<Bounded<Real64>>([[start]]), g = Over.Rows<Bounded<Real64>>([[gradient]]);
        SlotState<Bounded<Real64>>? state = null;
        for (int t = 0; t < Steps; t++)
            (theta, state) = optimizer.Step(theta, g, state);
        return theta[0][0];
    }
}
