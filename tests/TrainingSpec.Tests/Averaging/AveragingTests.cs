using System.Text;
using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Averaging;

internal sealed class AveragingTests
{
    private static readonly WeightAverage[] Kinds =
    [
        new() { Decay = 0.75 }, new() { Decay = 0.9, FromZeros = true }, new() { Decay = 0.9, FromZeros = true, BiasCorrection = true }, new() { Equal = true },
    ];

    [Rule("AVERAGING-6")]
    [TestCaseSource(nameof(Kinds))]
    public void A_restored_state_goes_on_with_the_same_bits_and_nothing_else_changes(WeightAverage average)
    {
        var random = new SplitMix(11);
        SlotState<Real32>? state = null;
        for (int t = 0; t < 12; t++)
        {
            Real32[][] theta = Over.Rows<Real32>([Generate.Numbers(random, 3), Generate.Numbers(random, 2)]), before = Array.ConvertAll(theta, x => (Real32[])x.Clone());
            SlotState<Real32>? restored = state is null ? null : average.Restore<Real32>(Encoding.UTF8.GetBytes(state.ToJson()));
            string? old = state?.ToJson();
            (Real32[][] again, SlotState<Real32> nextAgain) = average.Next(theta, restored, t);
            (Real32[][] once, SlotState<Real32> next) = average.Next(theta, state, t);
            Assert.That(again, Is.EqualTo(once));
            Assert.That(nextAgain.ToJson(), Is.EqualTo(next.ToJson()));
            Assert.That(theta, Is.EqualTo(before));
            Assert.That(state?.ToJson(), Is.EqualTo(old));
            state = next;
        }
    }

    [Test]
    [Rule("AVERAGING-1")]
    [Rule("AVERAGING-3")]
    public void A_weighted_sum_of_all_weights_is_what_the_steps_come_to()
    {
        // By hand: the share of weight s after t steps is (1 − β)·β^(t − s), all over 1 − β^t.
        const double Beta = 0.75;
        double[] weights = [8, -4, 0.5, 16, 3];
        var average = new WeightAverage { Decay = Beta, FromZeros = true, BiasCorrection = true };
        SlotState<Real64>? state = null;
        for (int t = 1; t <= weights.Length; t++)
        {
            (Real64[][] shown, state) = average.Next([[weights[t - 1]]], state);
            double exact = Enumerable.Range(1, t).Sum(s => (1 - Beta) * Math.Pow(Beta, t - s) * weights[s - 1]) / (1 - Math.Pow(Beta, t));
            Assert.That(shown[0][0].Value, Is.EqualTo(exact).Within(16 * 16 * Real64.UnitRoundoff));
        }
    }

    [Test]
    [Rule("AVERAGING-4")]
    public void The_mean_of_a_thousand_weights_is_theirs()
    {
        var random = new SplitMix(5);
        double[] weights = Generate.Numbers(random, 1000);
        var average = new WeightAverage { Equal = true };
        SlotState<Real64>? state = null;
        Real64[][] shown = [];
        foreach (double weight in weights)
            (shown, state) = average.Next([[weight]], state);

        // Each step rounds thrice, in units of the largest so far.
        DoubleDouble sum = weights.Aggregate((DoubleDouble)0, (s, w) => s + w);
        double bound = 3 * weights.Length * Real64.UnitRoundoff * 2 * weights.Max(Math.Abs);
        Assert.That(shown[0][0].Value, Is.EqualTo((double)(sum / 1000)).Within(bound));
    }

    [Test]
    [Rule("AVERAGING-4")]
    public void A_mean_of_opposite_ends_of_the_range_is_held()
    {
        var average = new WeightAverage { Equal = true };
        SlotState<Real32> state = average.Next<Real32>([[-float.MaxValue]], null).State;
        Assert.That(average.Next([[(Real32)float.MaxValue]], state).Average[0][0].Value, Is.Zero);
    }

    // 2⁻¹⁴⁹·71362.3 has 17 bits as a float; of 2¹²⁰ it leaves 71362.3·2⁻²⁹.
    [Test]
    [Rule("AVERAGING-1")]
    public void A_share_whose_digits_the_number_can_not_hold_keeps_them()
    {
        var average = new WeightAverage { Decay = Math.ScaleB(71362.3, -149) };
        SlotState<Real32> state = average.Next<Real32>([[MathF.ScaleB(1, 120)]], null).State;
        Assert.That(average.Next<Real32>([[0]], state).Average[0][0].Value, Is.EqualTo((float)Math.ScaleB(71362.3, -29)));
    }

    [Test]
    [Rule("AVERAGING-5")]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Real64[][] one = [[1, 2]];
        SlotState<Real64> state = new WeightAverage().Next(one, null).State;
        Refused(() => _ = new WeightAverage { Decay = 1 }, "decay", "decay = 1 is outside [0, 1)");
        Refused(() => new WeightAverage { BiasCorrection = true }.Next(one, null), "bias_correction", "starts from zeros");
        Refused(() => new WeightAverage().Next(one, null, -1), "num_updates", "num_updates = -1");
        Refused(() => new WeightAverage().Next<Real64>([[]], null), "params", "params[0] = []");
        Refused(() => new WeightAverage().Next<Real64>([[1]], state), "state", "2 elements for tensor 0");
        Refused(() => new WeightAverage { Equal = true }.Next(one, state), "state", "'average.equal' is needed");
        Refused(() => new WeightAverage().Restore<Real64>("{}"u8), "state", "state");
    });
}
