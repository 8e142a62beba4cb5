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
        Refused(() => _ = Of("a") with { RateFactor = -1 }, "rate_factor", "rate_factor = -1 is outside [0, inf)");
        OrderedDictionary<string, Real64[]> one = new() { ["a"] = [1], ["c"] = [1] };
        Refused(() => new GroupedTraining<Real64>([Of("a", "b")]).Step(weights, one, 1), "grads", "grads lacks b");
        Refused(() => _ = new TensorGroups(2, [[0], [0]]), "groups", "tensor 0 stands twice");
        Refused(() => _ = new TensorGroups(2, [[2]]), "groups", "groups has tensor 2, params has 2");
        Refused(() => _ = new TensorGroups(2, [[-1]]), "groups", "groups has tensor -1, params has 2");
        Refused(() => new TensorGroups(1, []).Step<Real64, SgdState<Real64>>([[1, 2]], [[1]], [null], (_, _, _, _) => throw new InvalidOperationException("stepped")), "grads", "grads[0] has 1 elements");
    });

    [Test]
    [Rule("PARAMETER-GROUPS-1")]
    [Rule("PARAMETER-GROUPS-3")]
    public void Tensors_in_no_group_make_the_first_and_a_group_without_any_is_not_stepped()
    {
        var groups = new TensorGroups(4, [[3, 1], []]);
        List<(int Group, double[] Parameters, double[] Gradients, string? State)> asked = [];
        Real64[][] parameters = [[10], [11], [12], [13]], grads = [[20], [21], [22], [23]];
        (Real64[][] moved, string?[] after) = groups.Step<Real64, string>(parameters, grads, ["old", null, "kept out"], (group, theta, g, state) =>
        {
            asked.Add((group, [.. theta.Select(t => t[0].Value)], [.. g.Select(t => t[0].Value)], state));
            return ([.. theta.Zip(g, (t, d) => new[] { t[0] + d[0] })], $"new {group}");
        });
        Assert.Multiple(() =>
        {
            Assert.That(groups.Count, Is.EqualTo(3));
            Assert.That(Enumerable.Range(0, 3).Select(group => groups[group]), Is.EqualTo(new[] { new[] { 0, 2 }, [3, 1], [] }));
            Assert.That(asked.Select(a => (a.Group, a.State)), Is.EqualTo(new[] { (0, "old"), (1, (string?)null) }));
            Assert.That(asked.Select(a => a.Parameters), Is.EqualTo(new[] { new double[] { 10, 12 }, [13, 11] }));
            Assert.That(asked.Select(a => a.Gradients), Is.EqualTo(new[] { new double[] { 20, 22 }, [23, 21] }));
            Assert.That(moved.Select(t => t[0].Value), Is.EqualTo(new double[] { 30, 32, 34, 36 }));
            Assert.That(after, Is.EqualTo(new[] { "new 0", "new 1", null }));
            Assert.That(parameters[3][0].Value, Is.EqualTo(13));
        });
    }

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
