using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Lars;

internal sealed class LarsTests
{
    private static readonly LarsOptions Options = new() { LearningRate = 0.1, WeightDecay = 0.01, TrustCoefficient = 0.5 };

    [Test]
    [Rule("LARS-1")]
    public void Unless_asked_otherwise_momentum_is_nine_tenths_and_trust_a_thousandth()
    {
        var plain = new LarsOptions { LearningRate = 1 };
        Assert.That((plain.Momentum, plain.WeightDecay, plain.TrustCoefficient), Is.EqualTo((0.9, 0.0, 0.001)));
    }

    [Rule("LARS-1")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool Without_decay_the_size_of_the_gradients_is_irrelevant(Run run, sbyte power)
    {
        Run scaled = run with { Gradients = Array.ConvertAll(run.Gradients, g => Scaled(g, power)) };
        LarsOptions plain = Options with { WeightDecay = 0 };
        return Over.SameBits(Play<Real64>(Positive(run), plain).Theta, Play<Real64>(Positive(scaled), plain).Theta);
    }

    [Rule("LARS-1")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool Scaled_parameters_take_scaled_steps(Run run, sbyte power)
    {
        Run positive = Positive(run);
        LarsOptions plain = Options with { WeightDecay = 0 };
        Real64[][] moved = Play<Real64>(positive, plain).Theta;
        Real64[][] scaled = Play<Real64>(positive with { Parameters = Scaled(positive.Parameters, power) }, plain).Theta;
        return Over.SameBits(scaled, Over.Rows<Real64>(Scaled(Array.ConvertAll(moved, t => Array.ConvertAll(t, x => x.Value)), power)));
    }

    [Rule("LARS-1")]
    [Rule("LARS-2")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool The_first_step_is_the_closed_form(Run run)
    {
        Run positive = Positive(run with { Gradients = run.Gradients[..1] });
        Bounded<Real64>[][] moved = Play<Bounded<Real64>>(positive, Options).Theta;
        return Enumerable.Range(0, moved.Length).All(l =>
        {
            DoubleDouble theta = Norm(positive.Parameters[l]), g = Norm(positive.Gradients[0][l]);
            DoubleDouble local = Options.TrustCoefficient * theta / (g + Options.WeightDecay * theta);
            return Enumerable.Range(0, moved[l].Length).All(i => Over.Covers(
                moved[l][i],
                positive.Parameters[l][i] - Options.LearningRate * local * (positive.Gradients[0][l][i] + (DoubleDouble)Options.WeightDecay * positive.Parameters[l][i])));
        });
    }

    [Rule("LARS-3")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool A_layer_of_zeros_steps_as_plain_SGD(Run run)
    {
        Real64[][] zeros = Array.ConvertAll(run.Parameters, t => new Real64[t.Length]);
        Real64[][] g = Over.Rows<Real64>(run.Gradients[0]);
        return Over.SameBits(
            LarsOptimizer.Step(zeros, g, null, Options with { WeightDecay = 0 }).Parameters,
            SgdOptimizer.Step(zeros, g, null, new SgdOptions { LearningRate = Options.LearningRate }).Parameters);
    }

    [Rule("LARS-4")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool Every_layer_moves_as_if_alone(Run run)
    {
        Real64[][] theta = Play<Real64>(run, Options).Theta;
        return Enumerable.Range(0, theta.Length).All(l =>
            Over.SameBits([theta[l]], Play<Real64>(new Run([run.Parameters[l]], Array.ConvertAll(run.Gradients, g => new[] { g[l] })), Options).Theta));
    }

    [Rule("LARS-5")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool At_rate_0_the_velocity_carries_on(Run run)
    {
        (Real64[][] theta, LarsState<Real64>? state) = Play<Real64>(run, Options);
        Real64[][] moved = LarsOptimizer.Step(theta, Over.Rows<Real64>(run.Gradients[0]), state, Options with { LearningRate = 0 }).Parameters;
        return Enumerable.Range(0, theta.Length).All(l => Enumerable.Range(0, theta[l].Length).All(i =>
            moved[l][i].Value == theta[l][i].Value - Options.Momentum * state!.Velocity(l)[i].Value));
    }

    [Rule("LARS-5")]
    [Law(MaxTest = 1200, Arbitrary = [typeof(TensorCases)])]
    public bool A_step_is_pure_and_a_restored_state_goes_on_with_the_same_bits(Run run)
    {
        (Real64[][] theta, LarsState<Real64>? state) = Play<Real64>(run, Options);
        Real64[][] g = Over.Rows<Real64>(run.Gradients[0]);
        LarsState<Real64> restored = LarsState<Real64>.FromJson(state!.ToJson());
        long[] before = Over.Bits(theta);
        string old = state.ToJson();
        (Real64[][] once, LarsState<Real64> next) = LarsOptimizer.Step(theta, g, state, Options);
        (Real64[][] again, LarsState<Real64> nextAgain) = LarsOptimizer.Step(theta, g, restored, Options);
        return Over.SameBits(once, again) && next.ToJson() == nextAgain.ToJson() && next.Step == run.Gradients.Length + 1 && Over.Bits(theta).AsSpan().SequenceEqual(before)
            && state.ToJson() == old;
    }

    [Test]
    [Rule("LARS-3")]
    public void Without_a_gradient_the_decay_acts_at_the_learning_rate() =>
        Assert.That(LarsOptimizer.Step<Real64>([[8]], [[0]], null, new LarsOptions { LearningRate = 0.5, WeightDecay = 0.25 }).Parameters[0][0].Value, Is.EqualTo(7));

    [Test]
    [Rule("LARS-1")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] one = [[1, 2]];
        Refused(() => _ = Options with { LearningRate = -1 }, "lr", "lr = -1 is outside [0, inf)");
        Refused(() => _ = Options with { Momentum = 1 }, "momentum", "momentum = 1 is outside [0, 1)");
        Refused(() => _ = Options with { WeightDecay = double.NaN }, "weight_decay", "weight_decay = NaN");
        Refused(() => _ = Options with { TrustCoefficient = double.PositiveInfinity }, "trust_coefficient", "trust_coefficient = Infinity");
        Refused(() => LarsOptimizer.Step(one, [[1]], null, Options), "grads", "grads[0] has 1 elements");
        Refused(() => LarsOptimizer.Step<Real64>([], [], null, Options), "params", "params = []");
        Refused(() => LarsOptimizer.Step(one, one, LarsOptimizer.Step<Real64>([[1]], [[1]], null, Options).State, Options), "state", "1 elements for tensor 0");
        Refused(() => LarsState<Real64>.FromJson("""{"kind":"sgd","version":1,"dtype":"float64","step":1,"velocity":[[0]]}"""), "state", "kind is not 'lars'");
        Refused(() => LarsState<Real64>.FromJson("""{"kind":"lars","version":1,"dtype":"float64","step":1}"""), "state", "'velocity' is missing");
        Refused(() => LarsState<Real64>.FromJson("{"), "state", "no JSON");
    });

    private static (T[][] Theta, LarsState<T>? State) Play<T>(Run run, LarsOptions options)
        where T : IReal<T>
    {
        T[][] theta = Over.Rows<T>(run.Parameters);
        LarsState<T>? state = null;
        foreach (double[][] gradients in run.Gradients)
            (theta, state) = LarsOptimizer.Step(theta, Over.Rows<T>(gradients), state, options);
        return (theta, state);
    }

    // A zero norm has a rate of its own, which does not scale.
    private static Run Positive(Run run) => new(NoZeros(run.Parameters), Array.ConvertAll(run.Gradients, NoZeros));

    private static double[][] NoZeros(double[][] x) => Array.ConvertAll(x, t => Array.ConvertAll(t, v => v == 0 ? 1 : v));

    private static double[][] Scaled(double[][] x, int power) => Array.ConvertAll(x, t => Array.ConvertAll(t, v => Math.ScaleB(v == 0 ? 1 : v, power)));

    private static DoubleDouble Norm(double[] x) => DoubleDouble.Sqrt(x.Aggregate((DoubleDouble)0, (sum, v) => sum + DoubleDouble.Product(v, v)));
}
