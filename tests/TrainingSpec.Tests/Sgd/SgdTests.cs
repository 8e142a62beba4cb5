using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Sgd;

internal sealed class SgdTests
{
    private static readonly SgdOptions Momentum = new()
    {
        LearningRate = 0.1,
        Momentum = 0.9,
        Dampening = 0.25,
        WeightDecay = 0.01,
    };

    [Test]
    public void A_step_without_momentum_keeps_the_buffers_for_a_later_one_with_it()
    {
        var options = new SgdOptions { LearningRate = 1, Momentum = 0.5 };
        (Real64[][] theta, SgdState<Real64> state) = SgdOptimizer.Step<Real64>([[0]], [[4]], null, options);
        (theta, state) = SgdOptimizer.Step(theta, [[1]], state, options with { Momentum = 0 });
        Assert.That(state.Buffer(0).ToArray().Select(b => b.Value), Is.EqualTo(new[] { 4.0 }));
        (theta, _) = SgdOptimizer.Step(theta, [[1]], state, options);

        // 0 − 4 − 1 − (4/2 + 1)
        Assert.That(theta[0][0].Value, Is.EqualTo(-8));
    }

    [Rule("SGD-1")]
    [Law(MaxTest = 21_600, Arbitrary = [typeof(TensorCases)])]
    public bool A_plain_step_goes_down_the_gradient(Run run, ushort rate)
    {
        double lr = rate / 65536.0;
        Real64[][] moved = SgdOptimizer.Step(Over.Rows<Real64>(run.Parameters), Over.Rows<Real64>(run.Gradients[0]), null, new SgdOptions { LearningRate = lr }).Parameters;
        return run.Parameters.Zip(run.Gradients[0], moved).All(t => t.First.Zip(t.Second, t.Third).All(e => e.Third.Value == Math.FusedMultiplyAdd(-lr, e.Second, e.First)));
    }

    [Rule("SGD-2")]
    [Law(MaxTest = 14_400)]
    public bool Under_a_constant_gradient_the_buffer_is_a_geometric_sum(short gradient, byte count)
    {
        // With μ = ½ every buffer g·(2 − 2^(1 − t)) is exact, and so is the way travelled at a rate of ¼.
        int steps = 1 + count % 20;
        var options = new SgdOptions { LearningRate = 0.25, Momentum = 0.5 };
        Real64[][] theta = [[0]];
        SgdState<Real64>? state = null;
        double travelled = 0;
        for (int t = 1; t <= steps; t++)
        {
            (theta, state) = SgdOptimizer.Step(theta, [[(double)gradient]], state, options);
            double buffer = gradient * (2 - Math.ScaleB(1, 1 - t));
            travelled += 0.25 * buffer;
            if (state.Buffer(0)[0].Value != buffer || theta[0][0].Value != -travelled)
                return false;
        }

        return true;
    }

    [Rule("SGD-6")]
    [Law(MaxTest = 18_000, Arbitrary = [typeof(TensorCases)])]
    public bool The_first_buffer_is_the_first_gradient_undampened(Run run)
    {
        SgdState<Real64> state = SgdOptimizer.Step(Over.Rows<Real64>(run.Parameters), Over.Rows<Real64>(run.Gradients[0]), null, Momentum with { WeightDecay = 0 }).State;
        return Enumerable.Range(0, state.TensorCount).All(i => state.Buffer(i).ToArray().Zip(run.Gradients[0][i]).All(p => p.First.Value == p.Second));
    }

    [Rule("SGD-3")]
    [Law(MaxTest = 16_800, Arbitrary = [typeof(TensorCases)])]
    public bool The_rate_is_not_in_the_buffer(Run run, ushort rate)
    {
        double other = rate / 65536.0;
        SgdOptions options = Momentum with { WeightDecay = 0 };
        (_, SgdState<Real64>? slow) = Play<Real64>(run, options);
        (_, SgdState<Real64>? fast) = Play<Real64>(run, options with { LearningRate = other });
        return Buffers(slow!).AsSpan().SequenceEqual(Buffers(fast!));
    }

    [Rule("SGD-4")]
    [Law(MaxTest = 18_000, Arbitrary = [typeof(TensorCases)])]
    public bool Nesterov_looks_ahead_by_the_buffer(Run run, ushort rate)
    {
        double lr = rate / 65536.0;
        var options = new SgdOptions { LearningRate = lr, Momentum = 0.5, Nesterov = true };
        (Real64[][] theta, SgdState<Real64>? state) = Play<Real64>(run with { Gradients = run.Gradients[..^1] }, options);
        double[][] last = run.Gradients[^1];
        (Real64[][] moved, SgdState<Real64> next) = SgdOptimizer.Step(theta, Over.Rows<Real64>(last), state, options);
        return Enumerable.Range(0, theta.Length).All(i => Enumerable.Range(0, theta[i].Length).All(j =>
            moved[i][j].Value == Math.FusedMultiplyAdd(-lr, last[i][j] + 0.5 * next.Buffer(i)[j].Value, theta[i][j].Value)));
    }

    [Rule("SGD-5")]
    [Law(MaxTest = 18_000, Arbitrary = [typeof(TensorCases)])]
    public bool Weight_decay_is_part_of_the_gradient(Run run)
    {
        Real64[][] theta = Over.Rows<Real64>(run.Parameters);
        double[][] withDecay = [.. run.Parameters.Zip(run.Gradients[0], (p, g) => p.Zip(g, (x, y) => Math.FusedMultiplyAdd(0.01, x, y)).ToArray())];
        return Over.SameBits(
            SgdOptimizer.Step(theta, Over.Rows<Real64>(run.Gradients[0]), null, Momentum).Parameters,
            SgdOptimizer.Step(theta, Over.Rows<Real64>(withDecay), null, Momentum with { WeightDecay = 0 }).Parameters);
    }

    [Rule("SGD-7")]
    [Law(MaxTest = 1800, Arbitrary = [typeof(TensorCases)])]
    public bool A_state_restored_in_mid_run_goes_on_with_the_same_bits(Run run)
    {
        (Real64[][] theta, SgdState<Real64>? state) = Play<Real64>(run, Momentum);
        SgdState<Real64> restored = SgdState<Real64>.FromJson(state!.ToJson());
        Real64[][] g = Over.Rows<Real64>(run.Gradients[0]);
        Real64[][] before = Over.Rows<Real64>(run.Parameters);
        (Real64[][] a, SgdState<Real64> next) = SgdOptimizer.Step(theta, g, state, Momentum);
        (Real64[][] b, _) = SgdOptimizer.Step(theta, g, restored, Momentum);
        (Real64[][] again, _) = SgdOptimizer.Step(theta, g, state, Momentum);
        return restored.ToJson() == state.ToJson() && Over.SameBits(a, b) && Over.SameBits(a, again)
            && Over.SameBits(before, Over.Rows<Real64>(run.Parameters)) && next.Step == state.Step + 1;
    }

    [Rule("SGD-1")]
    [Law(MaxTest = 14_400, Arbitrary = [typeof(TensorCases)])]
    public bool The_order_of_the_tensors_is_irrelevant(Run run)
    {
        var turned = new Run([.. run.Parameters.Reverse()], [.. run.Gradients.Select(g => g.Reverse().ToArray())]);
        return Over.SameBits(Play<Real64>(run, Momentum).Theta, [.. Play<Real64>(turned, Momentum).Theta.Reverse()]);
    }

    [Test]
    [Rule("SGD-8")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        var plain = new SgdOptions { LearningRate = 0.1 };
        Real64[][] one = [[1, 2]];
        Refused(() => SgdOptimizer.Step(one, one, null, plain with { Nesterov = true }), "nesterov", "needs momentum > 0 and dampening = 0");
        Refused(() => SgdOptimizer.Step(one, one, null, Momentum with { Nesterov = true }), "nesterov", "dampening = 0");
        Refused(() => _ = plain with { LearningRate = -0.1 }, "lr", "lr = -0.1 is outside [0, inf)");
        Refused(() => _ = plain with { Momentum = 1 }, "momentum", "momentum = 1 is outside [0, 1)");
        Refused(() => _ = plain with { Dampening = double.NaN }, "dampening", "dampening = NaN");
        Refused(() => _ = plain with { WeightDecay = -1 }, "weight_decay", "weight_decay = -1");
        Refused(() => SgdOptimizer.Step(one, [[1]], null, plain), "grads", "grads[0] has 1 elements, params[0] has 2");
        Refused(() => SgdOptimizer.Step<Real64>([], [], null, plain), "params", "params = []");
        SgdState<Real64> state = SgdOptimizer.Step<Real64>([[1]], [[1]], null, Momentum).State;
        Refused(() => SgdOptimizer.Step(one, one, state, Momentum), "state", "lengths [1], params has [2]");
        Refused(() => SgdState<Real64>.FromJson("{}"), "state", "'kind' is missing");
        Refused(() => SgdState<Real32>.FromJson(state.ToJson()), "state", "dtype is not 'float32'");
        Refused(() => SgdState<Real64>.FromJson(state.ToJson().Replace("\"lengths\":[1]", "\"lengths\":[2]", StringComparison.Ordinal)), "state", "other lengths");
        Assert.That(SgdOptimizer.Step<Real64>([[1, 1]], [[double.NaN, 1]], null, plain).Parameters[0].Select(x => x.Value), Is.EqualTo(new[] { double.NaN, 0.9 }));
    });

    private static (T[][] Theta, SgdState<T>? State) Play<T>(Run run, SgdOptions options)
        where T : IReal<T>
    {
        T[][] theta = Over.Rows<T>(run.Parameters);
        SgdState<T>? state = null;
        foreach (double[][] gradients in run.Gradients)
            (theta, state) = SgdOptimizer.Step(theta, Over.Rows<T>(gradients), state, options);
        return (theta, state);
    }

    private static long[] Buffers(SgdState<Real64> state) =>
        Over.Bits(Enumerable.Range(0, state.TensorCount).Select(i => state.Buffer(i).ToArray()));
}
