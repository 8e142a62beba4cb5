using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;
using Formula = TrainingSpec.Formulas.Checkpointing;

namespace TrainingSpec.Tests.Checkpointing;

internal sealed class CheckpointPlanTests
{
    [Rule("CHECKPOINTING-1")]
    [Rule("CHECKPOINTING-2")]
    [Rule("CHECKPOINTING-4")]
    [Law(MaxTest = 2400, Arbitrary = [typeof(ChainCases)])]
    public bool A_plan_is_what_its_segments_say(ChainCase c)
    {
        var plan = CheckpointPlan.Of(c.Layers, c.Segments);
        long[] lengths = plan.Lengths();
        return lengths.Length == c.Segments && lengths.Sum() == c.Layers && lengths.Max() - lengths.Min() <= 1
            && lengths.SequenceEqual(lengths.Order())
            && plan.Longest == lengths.Max() && plan.Peak == lengths.Length + lengths.Max() - 1 && plan.ExtraForward == lengths.Sum(n => n - 1)
            && Formula.Longest<Real64>(c.Layers, c.Segments).Value == plan.Longest
            && Formula.Peak<Real64>(c.Segments, plan.Longest).Value == plan.Peak
            && Formula.Recomputed<Real64>(c.Layers, c.Segments).Value == plan.ExtraForward;
    }

    [Test]
    [Rule("CHECKPOINTING-3")]
    [Rule("CHECKPOINTING-6")]
    public void The_best_number_of_segments_is_that_of_an_exhaustive_search()
    {
        for (int layers = 1; layers <= 1000; layers++)
        {
            (long Peak, long Extra) best = Enumerable.Range(1, layers).Select(k => (CheckpointPlan.Of(layers, k).Peak, CheckpointPlan.Of(layers, k).ExtraForward)).Min();
            var plan = CheckpointPlan.Best(layers);
            if ((plan.Peak, plan.ExtraForward) != best || Formula.LeastPeak<Real64>(layers).Value != plan.Peak || Formula.LeastPeak<Real32>(layers).Value != plan.Peak)
                Assert.Fail($"{layers} layers: {plan}, by search {best}");
        }
    }

    [Test]
    [Rule("CHECKPOINTING-6")]
    public void No_uneven_cut_has_a_lower_peak_either()
    {
        // Bit i of a mask cuts after layer i: all 2^(L−1) ways.
        for (int layers = 1; layers <= 15; layers++)
        {
            long least = long.MaxValue;
            for (int mask = 0; mask < 1 << (layers - 1); mask++)
            {
                int longest = 0, length = 0;
                for (int layer = 0; layer < layers; layer++)
                {
                    longest = Math.Max(longest, ++length);
                    if ((mask >> layer & 1) == 1)
                        length = 0;
                }

                least = Math.Min(least, int.PopCount(mask) + 1 + longest - 1);
            }

            Assert.That(CheckpointPlan.Best(layers).Peak, Is.EqualTo(least), $"{layers} layers");
        }
    }

    [Rule("CHECKPOINTING-6")]
    [Law(MaxTest = 2400)]
    public bool The_peak_lies_within_one_of_twice_the_root(ulong seed)
    {
        // (P + 1)² ≥ 4L > P²: P + 1 is the least whole number not below 2√L.
        long layers = (long)(new SplitMix(seed).Next() >> (int)(1 + seed % 60)) + 1;
        var peak = (UInt128)CheckpointPlan.Best(layers).Peak;
        return peak * peak < 4 * (UInt128)layers && (peak + 1) * (peak + 1) >= 4 * (UInt128)layers;
    }

    [Test]
    [Rule("CHECKPOINTING-6")]
    public void The_additional_work_stays_below_a_third() => Assert.Multiple(() =>
    {
        foreach (long layers in new long[] { 1, 4, 12, 100, 10_000 })
        {
            var plan = CheckpointPlan.Best(layers);
            Assert.That(Formula.Overhead<Real64>(plan.ExtraForward, layers).Value, Is.EqualTo((1 - (double)plan.Segments / layers) / 3).Within(1e-16).And.LessThan(1.0 / 3));
        }
    });

    [Test]
    public void Bad_input_is_refused_by_name() => Assert.Multiple(() =>
    {
        Refused(() => CheckpointPlan.Best(0), "layers", "layers = 0 is outside [1, inf)");
        Refused(() => CheckpointPlan.Of(0, 1), "layers", "layers = 0 is outside [1, inf)");
        Refused(() => CheckpointPlan.Of(4, 5), "segments", "segments = 5 is outside [1, 4]");
        Refused(() => CheckpointPlan.Of(4, 0), "segments", "segments = 0 is outside [1, 4]");
    });
}
