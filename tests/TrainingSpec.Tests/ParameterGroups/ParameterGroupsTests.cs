using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.ParameterGroups;

internal sealed class ParameterGroupsTests
{
    [Test]
    [Rule("PARAMETER-GROUPS-1")]
    [Rule("PARAMETER-GROUPS-3")]
    public void Groups_of_a_loop_keep_their_share_of_the_scheduled_rate_and_their_decay()
    {
        OrderedDictionary<string, Real64[]> weights = new() { ["w"] = [4, -2], ["b"] = [8], ["head"] = [1] }, gradients = new() { ["w"] = [1, 2], ["b"] = [-3], ["head"] = [0.5] };
        var grouped = new GroupedTraining<Real64>(
        [
            new(["w"], new SgdTraining<Real64>(new SgdOptions { LearningRate = 0, WeightDecay = 0.25, Momentum = 0.5 })) { RateFactor = 0.5 },
            new(["head", "b"], new ElementwiseTraining<Real64>(new LionOptimizer { LearningRate = 0 })) { RateFactor = 2 },
        ]);
        double[] rates = [0.5, 0.25];
        (Real64[][] w, SgdState<Real64>? sgd) = ([[4, -2]], null);
        foreach (double rate in rates)
        {
            grouped.Step(weights, gradients, rate);
            (w, sgd) = SgdOptimizer.Step(w, [[1, 2]], sgd, new SgdOptions { LearningRate = 0.5 * rate, WeightDecay = 0.25, Momentum = 0.5 });
        }

        Assert.That(Over.SameBits([weights["w"]], w), Is.True);

        // Lion goes by twice the rate against the sign: 8 + 1 + 0.5, and 1 − 1 − 0.5.
        Assert.That(weights["b"][0].Value, Is.EqualTo(9.5));
        Assert.That(weights["head"][0].Value, Is.EqualTo(-0.5));
    }

    [Test]
    [Rule("PARAMETER-GROUPS-1")]
    public void A_grouped_optimizer_goes_back_as_a_whole()
    {
        OrderedDictionary<string, Real64[]> weights = new() { ["a"] = [1], ["b"] = [1] }, gradients = new() { ["a"] = [1], ["b"] = [1] };
        SgdTraining<Real64> first = new(new SgdOptions { LearningRate = 0, Momentum = 0.5 }), second = new(new SgdOptions { LearningRate = 0, Momentum = 0.5 });
        var grouped = new GroupedTraining<Real64>([new(["a"], first), new(["b"], second)]);
        Action back = grouped.Remember();
        grouped.Step(weights, gradients, 0.5);
        Assert.That((first.State, second.State), Is.Not.EqualTo(((SgdState<Real64>?)null, (SgdState<Real64>?)null)));
        back();
        Assert.That((first.State, second.State), Is.EqualTo(((SgdState<Real64>?)null, (SgdState<Real64>?)null)));
    }

    [Test]
    [Rule("PARAMETER-GROUPS-4")]
    public void A_weight_in_two_groups_or_in_none_is_refused() => Assert.Multiple(() =>
    {
        OrderedDictionary<string, Real64[]> weights = new() { ["a"] = [1], ["b"] = [1] };
        ParameterGroup<Real64> Of(params string[] names) => new(names, new SgdTraining<Real64>(new SgdOptions { LearningRate = 1 }));
        foreach (ParameterGroup<Real64>[] groups in (ParameterGroup<Real64>[][])[[Of("a")], [Of("a", "b"), Of("a")], [Of("a"), Of("c")], [Of("a", "a")]])
            Assert.That(() => new GroupedTraining<Real64>(groups).Step(weights, weights, 1), Throws.ArgumentException.With.Message.Contains("every weight once"));
        Assert.That(() => Of("a") with { RateFactor = -1 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Refused(() => _ = new TensorGroups(2, [[0], [0]]), "groups", "tensor 0 stands twice");
        Refused(() => _ = new TensorGroups(2, [[2]]), "groups", "tensor 2");
    });

    [Test]
    [Rule("SGD-9")]
    public void A_loop_that_maximizes_descends_the_negative()
    {
        OrderedDictionary<string, Real64[]> weights = new() { ["w"] = [4, 0.5] }, gradients = new() { ["w"] = [1, -2] };
        new SgdTraining<Real64>(new SgdOptions { LearningRate = 0, WeightDecay = 0.25 }) { Maximize = true }.Step(weights, gradients, 0.5);
        Real64[][] expected = SgdOptimizer.Step<Real64>([[4, 0.5]], [[-1, 2]], null, new SgdOptions { LearningRate = 0.5, WeightDecay = 0.25 }).Parameters;
        Assert.That(Over.SameBits([weights["w"]], expected), Is.True);
        Assert.That(gradients["w"][1].Value, Is.EqualTo(-2));
    }
}
