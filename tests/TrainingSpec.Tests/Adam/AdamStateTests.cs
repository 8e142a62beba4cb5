using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Adam;

/// <summary>What holds of Adam's steps as functions: purity, order, saving, refusals, and where L2 enters.</summary>
internal sealed class AdamStateTests
{
    private static readonly AdamOptions Options = AdamOptions.AdamW(0.01) with { WeightDecay = 0.1 };

    [Rule("ADAM-4")]
    [Law(MaxTest = 3000, Arbitrary = [typeof(TensorCases)])]
    public bool L2_is_part_of_the_gradient(Run run)
    {
        AdamOptions plain = AdamOptions.Adam(0.01);
        double[][] withDecay = [.. run.Parameters.Zip(run.Gradients[0], (p, g) => p.Zip(g, (x, y) => Math.FusedMultiplyAdd(0.1, x, y)).ToArray())];
        Real64[][] theta = Over.Rows<Real64>(run.Parameters);
        (Real64[][] l2, AdamState<Real64> l2State) = AdamOptimizer.Step(theta, Over.Rows<Real64>(run.Gradients[0]), null, plain with { WeightDecay = 0.1 });
        (Real64[][] byHand, AdamState<Real64> state) = AdamOptimizer.Step(theta, Over.Rows<Real64>(withDecay), null, plain);
        return Over.SameBits(l2, byHand) && AdamRuns.Moments(l2State).AsSpan().SequenceEqual(AdamRuns.Moments(state));
    }

    [Rule("ADAM-4")]
    [Law(MaxTest = 180, Arbitrary = [typeof(TensorCases)])]
    public bool The_gradient_with_L2_is_that_of_the_penalized_loss_by_differences(Scalars s)
    {
        // L(θ) = g·θ + ½λθ² is a parabola: a difference scheme's truncation vanishes and its bar is rounding alone.
        Ridders.Estimate estimate = Ridders.Derivative(x => ((DoubleDouble)s.First * x + (DoubleDouble)s.Decay / 2 * x * x).High, s.Theta);
        return Math.Abs(WeightDecay.L2Gradient<DoubleDouble>(s.First, s.Theta, s.Decay).High - estimate.Value) <= estimate.Error;
    }

    [Rule("ADAM-6")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool A_step_is_a_pure_function(Run run)
    {
        (Real64[][] theta, AdamState<Real64>? state) = AdamRuns.Play<Real64>(run, Options);
        Real64[][] g = Over.Rows<Real64>(run.Gradients[^1]);
        long[] parameters = Over.Bits(theta), moments = AdamRuns.Moments(state!);
        (Real64[][] once, AdamState<Real64> onceState) = AdamOptimizer.Step(theta, g, state, Options);
        (Real64[][] again, AdamState<Real64> againState) = AdamOptimizer.Step(theta, g, state, Options);
        return Over.SameBits(once, again)
            && AdamRuns.Moments(onceState).AsSpan().SequenceEqual(AdamRuns.Moments(againState))
            && onceState.Step == run.Gradients.Length + 1 && againState.Step == onceState.Step
            && Over.Bits(theta).AsSpan().SequenceEqual(parameters) && AdamRuns.Moments(state!).AsSpan().SequenceEqual(moments)
            && Over.SameBits(g, Over.Rows<Real64>(run.Gradients[^1]));
    }

    [Rule("ADAM-7")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool The_order_and_the_cut_of_the_tensors_are_irrelevant(Run run)
    {
        var turned = new Run([.. run.Parameters.Reverse()], [.. run.Gradients.Select(g => g.Reverse().ToArray())]);
        var joined = new Run([[.. run.Parameters.SelectMany(t => t)]], [.. run.Gradients.Select(g => new[] { g.SelectMany(t => t).ToArray() })]);
        Real64[][] theta = AdamRuns.Play<Real64>(run, Options).Theta;
        return Over.SameBits(theta, [.. AdamRuns.Play<Real64>(turned, Options).Theta.Reverse()])
            && Over.SameBits([[.. theta.SelectMany(t => t)]], AdamRuns.Play<Real64>(joined, Options).Theta);
    }

    [Rule("ADAM-7")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(TensorCases)])]
    public bool Every_element_moves_as_if_alone(Run run)
    {
        Real64[][] theta = AdamRuns.Play<Real64>(run, Options).Theta;
        return Enumerable.Range(0, theta.Length).All(i => Enumerable.Range(0, theta[i].Length).All(j =>
            Over.SameBits(theta[i][j], AdamRuns.Play<Real64>(AdamRuns.Of(run.Parameters[i][j], [.. run.Gradients.Select(g => g[i][j])]), Options).Theta[0][0])));
    }

    [Rule("ADAM-9")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool A_state_restored_in_mid_run_goes_on_with_the_same_bits(Run run)
    {
        (Real64[][] theta, AdamState<Real64>? state) = AdamRuns.Play<Real64>(run, Options);
        AdamState<Real64> restored = AdamState<Real64>.FromJson(state!.ToJson());
        Real64[][] g = Over.Rows<Real64>(run.Gradients[0]);
        return restored.Step == state.Step && AdamRuns.Moments(restored).AsSpan().SequenceEqual(AdamRuns.Moments(state))
            && Over.SameBits(AdamOptimizer.Step(theta, g, state, Options).Parameters, AdamOptimizer.Step(theta, g, restored, Options).Parameters);
    }

    [Rule("ADAM-9")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool A_state_in_single_precision_is_restored_to_the_same_bits(Run run)
    {
        AdamState<Real32> state = AdamRuns.Play<Real32>(run, Options).State!;
        AdamState<Real32> restored = AdamState<Real32>.FromJson(state.ToJson());
        return Enumerable.Range(0, state.TensorCount).All(i =>
            Over.Bits([state.FirstMoment(i).ToArray(), state.SecondMoment(i).ToArray()]).AsSpan()
                .SequenceEqual(Over.Bits([restored.FirstMoment(i).ToArray(), restored.SecondMoment(i).ToArray()])));
    }

    [Test]
    [Rule("ADAM-9")]
    public void A_state_with_no_numbers_and_signed_zeros_is_restored() => Assert.Multiple(() =>
    {
        AdamState<Real64> state = AdamOptimizer.Step<Real64>([[1, 1, 1, 1]], [[double.NaN, double.NegativeInfinity, -0.0, double.Epsilon]], null, AdamOptions.Adam(0.1) with { Beta1 = 0 }).State;
        AdamState<Real64> restored = AdamState<Real64>.FromJson(state.ToJson());
        Assert.That(restored.ToJson(), Is.EqualTo(state.ToJson()));
        Assert.That(state.ToJson(), Does.Contain("\"NaN\"").And.Contain("\"-Infinity\"").And.Contain("\"Infinity\""));
        Assert.That(AdamRuns.Moments(restored)[1..], Is.EqualTo(AdamRuns.Moments(state)[1..]));
    });

    [Test]
    [Rule("ADAM-10")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        AdamOptions adam = AdamOptions.Adam(0.1);
        Real64[][] one = [[1, 2]];
        Refused(() => AdamOptions.Adam(-0.1), "lr", "lr = -0.1 is outside [0, inf)");
        Refused(() => AdamOptions.Adam(double.NaN), "lr", "lr = NaN");
        Refused(() => _ = adam with { Beta1 = 1 }, "beta1", "beta1 = 1 is outside [0, 1)");
        Refused(() => _ = adam with { Beta2 = 1 }, "beta2", "beta2 = 1 is outside [0, 1)");
        Refused(() => _ = adam with { Epsilon = -1e-8 }, "eps", "eps = -1E-08 is outside [0, inf)");
        Refused(() => _ = adam with { WeightDecay = double.PositiveInfinity }, "weight_decay", "weight_decay = Infinity");
        Refused(() => _ = adam with { Decay = (DecayKind)5 }, "decay_on", "decay_on = 5");
        Refused(() => AdamOptimizer.Step(one, [[1, 2], [3]], null, adam), "grads", "grads has 2 tensors, params has 1");
        Refused(() => AdamOptimizer.Step(one, [[1]], null, adam), "grads", "grads[0] has 1 elements, params[0] has 2");
        Refused(() => AdamOptimizer.Step<Real64>([[1], []], [[1], []], null, adam), "params", "params[1] = []");
        Refused(() => AdamOptimizer.Step(one, one, AdamOptimizer.Step<Real64>([[1]], [[1]], null, adam).State, adam), "state", "1 elements for tensor 0, params[0] has 2");
        Assert.That(AdamOptimizer.Step<Real64>([[1, 1]], [[double.NaN, 1]], null, adam).Parameters[0].Select(x => double.IsNaN(x)), Is.EqualTo(new[] { true, false }));
    });

    [TestCase("", "no JSON")]
    [TestCase("[1]", "no JSON object")]
    [TestCase("""{"kind":"sgd","version":1,"dtype":"float64","step":1,"m":[[0]],"v":[[0]]}""", "kind is not 'adam'")]
    [TestCase("""{"kind":"adam","version":2,"dtype":"float64","step":1,"m":[[0]],"v":[[0]]}""", "version is not 1")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float32","step":1,"m":[[0]],"v":[[0]]}""", "dtype is not 'float64'")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":0,"m":[[0]],"v":[[0]]}""", "step is no whole number")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":1,"m":[[0]],"v":[[-1]]}""", "v[0][0] is negative")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":1,"m":[["x"]],"v":[[0]]}""", "m[0][0] is no number")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":1,"m":[0],"v":[[0]]}""", "m[0] is no list")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":1,"m":[[0,1]],"v":[[0]]}""", "m[0] has 2 elements, v[0] has 1")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":1,"m":[[0]]}""", "'v' is missing")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":1,"m":[[0]],"v":[[0]],"w":1}""", "'w' is unknown")]
    [TestCase("""{"kind":"adam","version":1,"dtype":"float64","step":1,"step":2,"m":[[0]],"v":[[0]]}""", "twice")]
    [Rule("ADAM-10")]
    public void A_damaged_or_foreign_state_is_refused(string json, string why) =>
        Refused(() => AdamState<Real64>.FromJson(json), "state", why);
}
