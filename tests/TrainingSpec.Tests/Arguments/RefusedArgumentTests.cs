using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Arguments;

/// <summary>Values outside their domains are refused by name and in words, wherever an entry point takes them beside the checks of its topic.</summary>
internal sealed class RefusedArgumentTests
{
    private static readonly Real64[][] One = [[1]], Two = [[1, 2]];
    private static readonly MatrixShape[] OneByOne = [new(1, 1)];
    private static readonly MuonOptimizer Muon = new() { LearningRate = 1 };
    private static readonly AdafactorOptimizer Adafactor = new() { LearningRate = 1 };

    [Test]
    public void Tensors_and_states_of_optimizers() => Assert.Multiple(() =>
    {
        AdamOptions adam = AdamOptions.Adam(1);
        Refused(() => SparseAdam.Step<Real64>([], [], [], null, adam), "params", "params = []");
        Refused(() => SparseAdam.Step(One, [1], One, null, adam), "rows", "rows has 1, which is outside [0, 0]");
        Refused(() => SparseAdam.Step(One, [-1], One, null, adam), "rows", "rows has -1, which is outside [0, 0]");
        Refused(() => Muon.Step(Two, [new(1, 2)], One, null), "grads", "grads[0] has 1 elements");
        Refused(() => Muon.Step(One, [], One, null), "shapes", "shapes has 0 entries, params has 1 tensors");
        Refused(() => Muon.Step(One, OneByOne, One, Adafactor.Step(One, OneByOne, One, null).State), "state", "state is of kind 'adafactor', 'muon' is needed");
        Refused(() => Adafactor.Step<Real64>([[1, 2]], [new(1, 2)], [[1, 2]], Adafactor.Step(One, OneByOne, One, null).State), "state", "state holds other lengths for tensor 0");
        Refused(() => (Muon with { Epsilon = 1e-60 }).Step<Real32>([[1]], OneByOne, [[1]], null), "eps", "when rounded to");
        Refused(() => (Muon with { LearningRate = 1e60 }).Step<Real32>([[1]], OneByOne, [[1]], null), "lr", "when rounded to");
        Refused(() => (Adafactor with { ClipThreshold = 1e-60 }).Step<Real32>([[1]], OneByOne, [[1]], null), "clip_threshold", "when rounded to");
        string two = new AmsgradOptimizer { LearningRate = 1 }.Step(Two, Two, null).State.ToJson();
        Refused(() => SlotState<Real64>.FromJson(new AmsgradOptimizer { LearningRate = 1 }, two.Replace("\"v\":[[", "\"v\":[[1,", StringComparison.Ordinal)), "state", "v has other lengths than m");
        LambOptions lamb = new() { LearningRate = 1 };
        Refused(() => LambOptimizer.Step(One, One, null, lamb with { LeastNorm = 2, MostNorm = 1 }), "min_norm", "max_norm");
        Refused(() => LambOptimizer.Step(One, One, null, lamb with { LeastRatio = 2, MostRatio = 1 }), "min_ratio", "max_ratio");
        Refused(() => Ascent.Of<Real64>([]), "grads", "grads = []");
    });

    [Test]
    public void Gradients_and_scales() => Assert.Multiple(() =>
    {
        Refused(() => Formulas.Norms.P(One, 0.5), "p", "p = 0.5 is outside [1, inf]");
        Refused(() => GradientClipping.ByTensorNorm(One, 1, order: 0.5), "norm_type", "norm_type = 0.5 is outside [1, inf]");
        Refused(() => GradientClipping.Adaptive(Two, One), "grads", "grads[0] has 1 elements");
        Refused(() => GradientClipping.Adaptive(One, One, ifNonFinite: (NonFinitePolicy)7), "if_nonfinite", "7 is outside {error, propagate, skip}");
        Refused(() => GradientClipping.ByValue<Real64>([], 1), "grads", "grads = []");
        Assert.That(
            () => GradientClipping.ByGlobalNorm<Real64>([[double.NaN]], 1),
            Throws.TypeOf<NonFiniteException>().With.Message.Contains("grads has the total norm NaN, which is outside the finite numbers"));
        Refused(() => LossScaler.Unscale(One, 1, (GradientFormat)7), "grad_dtype", "7 is outside {float32, float16}");
        Refused(() => LossScaler.Next<Real32>(1, 0, false, new LossScaleOptions(), -1), "overflows", "overflows = -1 is outside [0, inf)");
        Refused(() => TrainingSpec.Numbers.Cast.Stochastic(1, (CastTarget)9, 0), "to", "to = 9 is outside {float32, float16, bfloat16}");
        Refused(() => TrainingSpec.Numbers.Cast.Of(1, (CastTarget)9), "to", "to = 9 is outside {float32, float16, bfloat16}");
    });

    [Test]
    public void Losses() => Assert.Multiple(() =>
    {
        var plain = new CrossEntropyOptions();
        Refused(() => WeightedCrossEntropy.OfLabels<Real64>([], [], null, plain), "logits", "logits = []");
        Refused(() => WeightedCrossEntropy.OfLabels(One, [], null, plain), "targets", "targets = []");
        Refused(() => WeightedCrossEntropy.OfLabels(Two, One, null, plain), "targets", "targets[0] has 1 elements, logits[0] has 2");
        Refused(() => WeightedCrossEntropy.OfClasses(Two, [0], [-1, 1], plain), "weight", "weight = -1 is outside [0, inf)");
        Refused(() => ElementwiseLoss.Huber<Real64>([], [], 1, LossReduction.Sum), "predictions", "predictions[0] = []");
        Refused(() => ElementwiseLoss.SmoothL1<Real64>([], [], 1, LossReduction.Sum), "predictions", "predictions[0] = []");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([], [], null, LossReduction.Sum), "logits", "logits[0] = []");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [1], [1, 1], LossReduction.Sum), "pos_weight", "pos_weight[0] has 2 elements, logits[0] has 1");
        Refused(() => ElementwiseLoss.Squared<Real64>([1], [1], (LossReduction)3), "reduction", "3 is outside {mean, sum, none}");
        Refused(() => ElementwiseLoss.Huber<Real64>([1], [1], 1, LossReduction.Sum, [1, 1]), "weight", "weight[0] has 2 elements, predictions[0] has 1");
        Refused(() => ElementwiseLoss.SmoothL1<Real64>([1], [1], 1, LossReduction.Sum, [-1]), "weight", "-1 is outside [0, inf)");
        Refused(() => ElementwiseLoss.BinaryCrossEntropy<Real64>([1], [1], null, LossReduction.Sum, [double.PositiveInfinity]), "weight", "outside [0, inf)");
    });

    [Test]
    public void Schedules_and_laws() => Assert.Multiple(() =>
    {
        var cycle = new CyclicSchedule(0, 1, 2);
        Refused(() => cycle.MomentumAt<Real64>(0, 0.5, -0.5), "max_momentum", "max_momentum = -0.5");
        Refused(() => cycle.MomentumAt<Real64>(-1, 0.5, 0.9), "steps", "steps = -1");
        Refused(() => _ = new CyclicSchedule(0, 1, Mode: (CycleMode)7), "mode", "7 is outside {Triangular, Halved, Exponential}");
        Refused(() => SequenceSchedule.Warmed(new ConstantSchedule(1), -1, 0), "start_factor", "start_factor = -1");
        Refused(() => LayerFans.Of([1, 1], groups: 0), "groups", "groups = 0 is outside [1, inf)");
        Refused(() => new TruncatedNormal().Sample<Real64>(0, 0), "count", "count = 0 is outside [1, inf)");
    });

    [Test]
    public void A_fan_is_refused_from_the_first_that_64_bits_do_not_hold() => Assert.Multiple(() =>
    {
        Assert.That(LayerFans.Of([1, 1, long.MaxValue]), Is.EqualTo((long.MaxValue, long.MaxValue)));
        foreach (long[] shape in new long[][] { [1, 2, long.MaxValue], [2, 1, long.MaxValue], [1, 1, long.MaxValue, 2], [1, 4, 1L << 61], [4, 1, 1L << 61] })
            Refused(() => LayerFans.Of(shape), "shape", "a fan beyond the whole numbers of 64 bits");
    });
}
