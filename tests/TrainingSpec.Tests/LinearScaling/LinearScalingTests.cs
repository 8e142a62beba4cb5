using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using Formula = TrainingSpec.Formulas.LinearScaling;

namespace TrainingSpec.Tests.LinearScaling;

internal sealed class LinearScalingTests
{
    [Rule("LINEAR-SCALING-1")]
    [Law(MaxTest = 3000)]
    public bool There_and_back_is_the_rate_within_its_derived_bound(ushort rate, ushort batch, ushort newBatch)
    {
        Bounded<Real64> lr = Bounded<Real64>.Exact(rate / 65536.0), from = Bounded<Real64>.Exact(1 + batch), to = Bounded<Real64>.Exact(1 + newBatch);
        Bounded<Real64> back = Formula.Scaled(Formula.Scaled(lr, from, to), to, from);
        return Over.Covers(back, rate / 65536.0);
    }

    [Rule("LINEAR-SCALING-1")]
    [Law(MaxTest = 3000)]
    public bool Only_the_ratio_of_the_batches_counts(ushort rate, ushort batch, ushort newBatch, byte power)
    {
        double k = Math.ScaleB(1, power % 20), lr = rate / 65536.0;
        return Over.SameBits(Formula.Scaled<Real64>(lr, 1 + batch, 1 + newBatch), Formula.Scaled<Real64>(lr, k * (1 + batch), k * (1 + newBatch)))
            && Over.SameBits(Formula.Scaled<Real64>(lr, 1 + batch, 1 + batch), lr);
    }

    [Rule("LINEAR-SCALING-2")]
    [Law(MaxTest = 3000)]
    public bool A_whole_factor_gives_whole_steps(ushort warmup, ushort batch, byte factor) =>
        Formula.Scaled<Real64>(warmup, 1 + batch, (1 + batch) * (double)(1 + factor)).Value == warmup * (1 + factor);

    [Rule("LINEAR-SCALING-1")]
    [Law(MaxTest = 1800)]
    public bool Under_a_constant_gradient_one_large_step_goes_as_far_as_the_small_ones(short gradient, byte count)
    {
        // A rate of 1/8 keeps every way exact.
        int k = 1 + count % 16;
        Real64[][] small = [[0]];
        for (int i = 0; i < k; i++)
            small = SgdOptimizer.Step(small, [[(double)gradient]], null, new SgdOptions { LearningRate = 0.125 }).Parameters;
        double scaled = Formula.Scaled<Real64>(0.125, 32, 32 * k);
        return SgdOptimizer.Step<Real64>([[0]], [[(double)gradient]], null, new SgdOptions { LearningRate = scaled }).Parameters[0][0].Value == small[0][0].Value;
    }
}
