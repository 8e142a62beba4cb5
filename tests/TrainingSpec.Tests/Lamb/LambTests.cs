using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Lamb;

internal sealed class LambTests
{
    private static readonly LambOptions Options = new() { LearningRate = 0.1, WeightDecay = 0.01 };

    [Rule("LAMB-2")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool Without_epsilon_the_size_of_the_gradients_is_irrelevant(Run run, sbyte power)
    {
        LambOptions options = Options with { Epsilon = 0 };
        Run scaled = run with { Gradients = Array.ConvertAll(run.Gradients, g => Scaled(g, power)) };
        return Over.SameBits(Play<Real64>(Positive(run), options).Theta, Play<Real64>(Positive(scaled), options).Theta);
    }

    [Rule("LAMB-2")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool Without_decay_scaled_parameters_take_scaled_steps(Run run, sbyte power)
    {
        LambOptions plain = Options with { WeightDecay = 0 };
        Run positive = Positive(run);
        Real64[][] moved = Play<Real64>(positive, plain).Theta;
        Real64[][] scaled = Play<Real64>(positive with { Parameters = Scaled(positive.Parameters, power) }, plain).Theta;
        return Over.SameBits(scaled, Over.Rows<Real64>(Scaled(Array.ConvertAll(moved, t => Array.ConvertAll(t, x => x.Value)), power)));
    }

    [Rule("LAMB-1")]
    [Rule("LAMB-2")]
    [Rule("LAMB-5")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool The_first_step_is_the_closed_form(Run run)
    {
        // By hand: m̂ = g and √v̂ = |g|.
        Run positive = Positive(run with { Gradients = run.Gradients[..1] });
        Bounded<Real64>[][] moved = Play<Bounded<Real64>>(positive, Options).Theta;
        return Enumerable.Range(0, moved.Length).All(l =>
        {
            double[] theta = positive.Parameters[l], g = positive.Gradients[0][l];
            DoubleDouble[] u = [.. g.Zip(theta, (x, t) => (DoubleDouble)x / (Math.Abs(x) + (DoubleDouble)1e-6) + (DoubleDouble)0.01 * t)];
            DoubleDouble ratio = Norm(Array.ConvertAll(theta, t => (DoubleDouble)t)) / Norm(u);
            return Enumerable.Range(0, theta.Length).All(i => Over.Covers(moved[l][i], theta[i] - (DoubleDouble)0.1 * ratio * u[i]));
        });
    }

    [Rule("LAMB-3")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool A_layer_of_zeros_steps_as_Adam(Run run)
    {
        Bounded<Real64>[][] zeros = Over.Rows<Bounded<Real64>>(Array.ConvertAll(run.Parameters, t => new double[t.Length]));
        Bounded<Real64>[][] g = Over.Rows<Bounded<Real64>>(run.Gradients[0]);
        Bounded<Real64>[][] lamb = LambOptimizer.Step(zeros, g, null, Options).Parameters;
        Bounded<Real64>[][] adam = AdamOptimizer.Step(zeros, g, null, AdamOptions.Adam(0.1) with { Epsilon = 1e-6 }).Parameters;
        return lamb.SelectMany(t => t).Zip(adam.SelectMany(t => t)).All(p => Math.Abs(p.First.Value.Value - p.Second.Value.Value) <= p.First.Bound + p.Second.Bound);
    }

    [Rule("LAMB-6")]
    [Rule("LAMB-7")]
    [Rule("LAMB-8")]
    [Law(MaxTest = 600, Arbitrary = [typeof(TensorCases)])]
    public bool Bounds_and_decay_outside_are_the_closed_form(Run run, byte choice)
    {
        Run positive = Positive(run with { Gradients = run.Gradients[..1] });
        LambOptions options = Options with
        {
            WeightDecay = 0.125,
            DecoupledDecay = true,
            LearningRate = 0.1,
            LeastNorm = choice % 2 == 0 ? 0 : 2,
            MostNorm = choice % 3 == 0 ? 4 : double.PositiveInfinity,
            LeastRatio = choice % 5 == 0 ? 0.5 : 0,
            MostRatio = choice % 7 == 0 ? 1 : double.PositiveInfinity,
        };
        Real64[][] moved = Play<Real64>(positive, options).Theta;
        return Enumerable.Range(0, moved.Length).All(l =>
        {
            // The roundings of the protocol's table, beside the largest of the terms.
            double[] theta = positive.Parameters[l];
            DoubleDouble[] u = [.. positive.Gradients[0][l].Select(x => (DoubleDouble)x / (Math.Abs(x) + (DoubleDouble)1e-6))];
            DoubleDouble norm = Held(Norm(Array.ConvertAll(theta, t => (DoubleDouble)t)), options.LeastNorm, options.MostNorm), ratio = Held(norm / Norm(u), options.LeastRatio, options.MostRatio);
            return Enumerable.Range(0, theta.Length).All(i =>
            {
                DoubleDouble step = (DoubleDouble)0.1 * ratio * u[i], exact = theta[i] - step - (DoubleDouble)0.1 * 0.125 * theta[i];
                return Math.Abs(moved[l][i].Value - (double)exact) <= 400 * Real64.UnitRoundoff * (Math.Abs(theta[i]) + Math.Abs((double)step));
            });
        });

        static DoubleDouble Held(DoubleDouble x, double least, double most) => (double)x < least ? least : (double)x > most ? most : x;
    }

    [Rule("LAMB-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool Every_layer_moves_as_if_alone(Run run)
    {
        Real64[][] theta = Play<Real64>(run, Options).Theta;
        return Enumerable.Range(0, theta.Length).All(l =>
            Over.SameBits([theta[l]], Play<Real64>(new Run([run.Parameters[l]], Array.ConvertAll(run.Gradients, g => new[] { g[l] })), Options).Theta));
    }

    [Rule("LAMB-5")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool The_moments_are_Adams(Run run)
    {
        LambState<Real64> lamb = Play<Real64>(run, Options).State!;
        AdamState<Real64>? adam = null;
        foreach (double[][] g in run.Gradients)
            adam = AdamOptimizer.Step(Over.Rows<Real64>(run.Parameters), Over.Rows<Real64>(g), adam, AdamOptions.Adam(0.1)).State;
        return lamb.Step == adam!.Step && Enumerable.Range(0, lamb.TensorCount).All(l =>
            Over.SameBits([lamb.FirstMoment(l).ToArray(), lamb.SecondMoment(l).ToArray()], [adam.FirstMoment(l).ToArray(), adam.SecondMoment(l).ToArray()]));
    }

    [Rule("LAMB-2")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool A_step_is_pure_and_a_restored_state_goes_on_with_the_same_bits(Run run)
    {
        (Real64[][] theta, LambState<Real64>? state) = Play<Real64>(run, Options);
        Real64[][] g = Over.Rows<Real64>(run.Gradients[0]);
        LambState<Real64> restored = LambState<Real64>.FromJson(state!.ToJson());
        long[] before = Over.Bits(theta);
        string old = state.ToJson();
        (Real64[][] once, LambState<Real64> next) = LambOptimizer.Step(theta, g, state, Options);
        (Real64[][] again, LambState<Real64> nextAgain) = LambOptimizer.Step(theta, g, restored, Options);
        return Over.SameBits(once, again) && next.ToJson() == nextAgain.ToJson() && next.Step == run.Gradients.Length + 1 && Over.Bits(theta).AsSpan().SequenceEqual(before)
            && state.ToJson() == old;
    }

    // u is 2⁷⁰θ, more than a double holds, and the moments' part of it nothing; without a bound the step is θ/2, with one 2⁻⁶¹u.
    [TestCase(0, -1)]
    [TestCase(-60, 9)]
    [Rule("LAMB-1")]
    [Rule("LAMB-7")]
    public void A_direction_that_is_more_than_the_number_holds_is_taken_all_the_same(int leastRatio, int step)
    {
        LambOptions options = new() { LearningRate = 0.5, WeightDecay = Math.ScaleB(1, 70), LeastRatio = leastRatio == 0 ? 0 : Math.ScaleB(1, leastRatio) };
        double[] theta = [Math.ScaleB(1, 1000), Math.ScaleB(-1, 1001)];
        Real64[] moved = LambOptimizer.Step<Real64>([Array.ConvertAll(theta, x => (Real64)x)], [[1e-8, 1e-8]], null, options).Parameters[0];
        Assert.That(moved.Select(x => x.Value), Is.EqualTo(theta.Select(x => x - Math.ScaleB(x, step))).Within(8).Ulps);
    }

    [Test]
    [Rule("LAMB-1")]
    public void Where_a_number_can_not_hold_the_digits_of_epsilon_its_steps_are_those_of_wider_numbers()
    {
        LambOptions options = new() { LearningRate = 0.5, Epsilon = 3e-41 };
        Real32[][] theta = [[1, 2]], g = [[2e-41f, -1e-41f]];
        Assert.That(LambOptimizer.Step(theta, g, null, options).Parameters, Is.EqualTo(Tensors.RoundedTo<Real32>(LambOptimizer.Step(Tensors.ValuesOf(theta), Tensors.ValuesOf(g), null, options).Parameters)));
    }

    [Test]
    [Rule("LAMB-1")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] one = [[1, 2]];
        Refused(() => _ = Options with { LearningRate = double.NaN }, "lr", "lr = NaN is outside [0, inf)");
        Refused(() => _ = Options with { Beta1 = 1 }, "beta1", "beta1 = 1 is outside [0, 1)");
        Refused(() => _ = Options with { Beta2 = -0.1 }, "beta2", "beta2 = -0.1");
        Refused(() => _ = Options with { Epsilon = -1 }, "eps", "eps = -1");
        Refused(() => _ = Options with { WeightDecay = -1 }, "weight_decay", "weight_decay = -1");
        Refused(() => LambOptimizer.Step(one, [[1, 2], [3]], null, Options), "grads", "grads has 2 tensors");
        Refused(() => LambOptimizer.Step<Real64>([[]], [[]], null, Options), "params", "params[0] = []");
        Refused(() => LambOptimizer.Step(one, one, LambOptimizer.Step<Real64>([[1]], [[1]], null, Options).State, Options), "state", "1 elements for tensor 0");
        Refused(() => LambState<Real64>.FromJson("""{"kind":"adam","version":1,"dtype":"float64","step":1,"m":[[0]],"v":[[0]]}"""), "state", "kind is not 'lamb'");
        Refused(() => LambState<Real64>.FromJson("""{"kind":"lamb","version":1,"dtype":"float64","step":1,"m":[[0]],"v":[[-1]]}"""), "state", "negative");
    });

    private static (T[][] Theta, LambState<T>? State) Play<T>(Run run, LambOptions options)
        where T : IReal<T>
    {
        T[][] theta = Over.Rows<T>(run.Parameters);
        LambState<T>? state = null;
        foreach (double[][] gradients in run.Gradients)
            (theta, state) = LambOptimizer.Step(theta, Over.Rows<T>(gradients), state, options);
        return (theta, state);
    }

    // A zero norm has a ratio of its own, which does not scale, and 0/0 is no direction.
    private static Run Positive(Run run) => new(NoZeros(run.Parameters), Array.ConvertAll(run.Gradients, NoZeros));

    private static double[][] NoZeros(double[][] x) => Array.ConvertAll(x, t => Array.ConvertAll(t, v => v == 0 ? 1 : v));

    private static double[][] Scaled(double[][] x, int power) => Array.ConvertAll(x, t => Array.ConvertAll(t, v => Math.ScaleB(v == 0 ? 1 : v, power)));

    private static DoubleDouble Norm(DoubleDouble[] x) => DoubleDouble.Sqrt(x.Aggregate((DoubleDouble)0, (sum, v) => sum + v * v));
}
