using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Adam;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.AdamW;

internal sealed class AdamWTests
{
    [Test]
    [Rule("ADAMW-2")]
    public void Unless_asked_otherwise_a_hundredth_of_the_old_parameter_decays() =>
        Assert.That((AdamOptions.AdamW(1).WeightDecay, AdamOptions.AdamW(1).Decay), Is.EqualTo((0.01, DecayKind.Old)));

    [Rule("ADAMW-1")]
    [Law(MaxTest = 3600, Arbitrary = [typeof(TensorCases)])]
    public bool With_zero_gradients_decay_is_all_there_is(Scalars s, byte count)
    {
        int steps = 1 + count % 8;
        AdamOptions options = AdamOptions.AdamW(s.Rate) with { WeightDecay = s.Decay };
        Run still = AdamRuns.Of(s.Theta, new double[steps]);
        DoubleDouble expected = s.Theta;
        double plain = s.Theta;
        for (int t = 0; t < steps; t++)
        {
            expected *= 1 - DoubleDouble.Product(s.Rate, s.Decay);
            plain -= s.Rate * s.Decay * plain;
        }

        return Over.Covers(AdamRuns.Play<Bounded<Real64>>(still, options).Theta[0][0], expected)
            && Over.SameBits(AdamRuns.Play<Real64>(still, options).Theta[0][0], plain)
            && Over.SameBits(AdamRuns.Play<Real64>(still, options with { Decay = DecayKind.Updated }).Theta[0][0], plain);
    }

    [Rule("ADAMW-2")]
    [Law(MaxTest = 18_000, Arbitrary = [typeof(TensorCases)])]
    public bool The_old_parameter_decays(Run run)
    {
        // Adam's step and the decay are independent: the decayed parameter is the undecayed one less αλθ of before, bit for bit.
        AdamOptions options = AdamOptions.AdamW(0.5) with { WeightDecay = 1 };
        Real64[][] theta = Over.Rows<Real64>(run.Parameters), g = Over.Rows<Real64>(run.Gradients[0]);
        Real64[][] plain = AdamOptimizer.Step(theta, g, null, options with { WeightDecay = 0 }).Parameters;
        Real64[][] decayed = AdamOptimizer.Step(theta, g, null, options).Parameters;
        return theta.Zip(plain, decayed).All(t => t.First.Zip(t.Second, t.Third).All(e => e.Third.Value == e.Second.Value - 0.5 * e.First.Value));
    }

    [Rule("ADAMW-4")]
    [Law(MaxTest = 14_400, Arbitrary = [typeof(TensorCases)])]
    public bool The_two_orders_differ_by_the_decay_of_the_step(Scalars s)
    {
        AdamOptions options = AdamOptions.AdamW(s.Rate) with { WeightDecay = s.Decay };
        Run run = AdamRuns.Of(s.Theta, s.First);
        Bounded<Real64> old = AdamRuns.Play<Bounded<Real64>>(run, options).Theta[0][0];
        Bounded<Real64> updated = AdamRuns.Play<Bounded<Real64>>(run, options with { Decay = DecayKind.Updated }).Theta[0][0];
        DoubleDouble step = (DoubleDouble)s.Rate * s.First / (Math.Abs(s.First) + (DoubleDouble)1e-8);
        DoubleDouble difference = (DoubleDouble)updated.Value.Value - old.Value.Value - step * s.Rate * s.Decay;
        return DoubleDouble.Abs(difference).High <= old.Bound + updated.Bound;
    }

    [Test]
    [Rule("ADAMW-2")]
    [Rule("ADAMW-4")]
    public void With_half_the_parameter_decaying_the_orders_are_far_apart() => Assert.Multiple(() =>
    {
        // θ = 4, α = ½, λ = 1, g = 1, ε = 0: the step is ½. Old: 4 − ½ − 2 = 1.5; updated: 3.5 − 1.75 = 1.75.
        AdamOptions options = new() { LearningRate = 0.5, WeightDecay = 1, Epsilon = 0, Beta1 = 0.5, Beta2 = 0.75, Decay = DecayKind.Old };
        Assert.That(AdamOptimizer.Step<Real64>([[4]], [[1]], null, options).Parameters[0][0].Value, Is.EqualTo(1.5));
        Assert.That(AdamOptimizer.Step<Real64>([[4]], [[1]], null, options with { Decay = DecayKind.Updated }).Parameters[0][0].Value, Is.EqualTo(1.75));
    });

    [Rule("ADAMW-1")]
    [Law(MaxTest = 9600, Arbitrary = [typeof(TensorCases)])]
    public bool Decoupled_decay_leaves_the_moments_as_they_are(Run run)
    {
        AdamOptions options = AdamOptions.AdamW(0.1) with { WeightDecay = 0.5 };
        long[] plain = AdamRuns.Moments(AdamRuns.Play<Real64>(run, AdamOptions.Adam(0.1)).State!);
        return AdamRuns.Moments(AdamRuns.Play<Real64>(run, options).State!).AsSpan().SequenceEqual(plain)
            && AdamRuns.Moments(AdamRuns.Play<Real64>(run, options with { Decay = DecayKind.Updated }).State!).AsSpan().SequenceEqual(plain);
    }
}
