using TrainingSpec.Checking;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Checking;

/// <summary>The gradient check passes right gradients and finds planted mistakes, in both precisions; D2's does neither in float.</summary>
public sealed class GradientCheckTests
{
    private static readonly (string Name, Func<Real64[], Real64[]> Distort)[] Mistakes =
    [
        ("the batch is not averaged", g => Array.ConvertAll(g, x => x * 3)),
        ("the sign is wrong", g => Array.ConvertAll(g, x => -x)),
        ("one entry is swapped with its neighbour", g => [g[1], g[0], .. g[2..]]),
        ("one entry is not accumulated", g => [.. g[..^1], 0]),
        ("a ten-thousandth is missing", g => Array.ConvertAll(g, x => x * 0.9999)),
        ("a hundred-millionth is missing", g => Array.ConvertAll(g, x => x * (1 - 1e-8))),
        ("an entry is NaN", g => [double.NaN, .. g[1..]]),
    ];

    [Test]
    [Rule("CHECKING-1")]
    [Rule("CHECKING-2")]
    public void A_right_gradient_passes_in_double_and_in_single_and_every_entry_is_decided()
    {
        var wide = new TwoLayers<Real64>();
        GradientCheckResult result = GradientCheck.Run(wide.Tensors(), wide.Loss);
        TestContext.Out.WriteLine(result);
        Assert.That(result is { Passed: true, Tried: 35, Failed: 0, Undecided: 0 }, result.ToString());
        var narrow = new TwoLayers<Real32>();
        result = GradientCheck.Run(narrow.Tensors(), narrow.Loss);
        TestContext.Out.WriteLine(result);
        Assert.That(result is { Passed: true, Tried: 35, Failed: 0 }, result.ToString());
    }

    [Test]
    [Rule("CHECKING-1")]
    public void Every_planted_mistake_is_found_and_the_worst_entry_is_in_the_wrong_tensor([Range(0, 6)] int mistake)
    {
        var model = new TwoLayers<Real64>();
        GradientCheckResult result = GradientCheck.Run(model.Tensors(Mistakes[mistake].Distort), model.Loss);
        TestContext.Out.WriteLine($"{Mistakes[mistake].Name}: {result}");
        Assert.That(result.Passed, Is.False, Mistakes[mistake].Name);
        Assert.That(result.Worst[0] is { Tensor: "W1", Passed: false });
        Assert.That(result.Worst.Where(e => e.Tensor == "W2").All(e => e.Passed));
    }

    [Test]
    public void In_single_a_mistake_of_a_hundredth_is_found_still()
    {
        var model = new TwoLayers<Real32>();
        GradientCheckResult result = GradientCheck.Run(model.Tensors(g => Array.ConvertAll(g, x => x * Real32.Of(0.99))), model.Loss);
        Assert.That(result.Passed, Is.False, result.ToString());
    }

    [Test]
    [Rule("CHECKING-4")]
    public void The_parameters_have_their_bits_again_even_after_an_exception()
    {
        var model = new TwoLayers<Real64>();
        Real64[] before = [.. model.W1];
        GradientCheck.Run(model.Tensors(), model.Loss);
        Assert.That(model.W1, Is.EqualTo(before));
        int calls = 0;
        Assert.That(() => GradientCheck.Run(model.Tensors(), () => calls++ > 20 ? throw new NotSupportedException() : model.Loss()), Throws.TypeOf<NotSupportedException>());
        Assert.That(model.W1, Is.EqualTo(before));
    }

    [Test]
    [Rule("CHECKING-3")]
    public void A_loss_that_says_nothing_has_not_passed()
    {
        Real64[] theta = [1, 2];
        var noise = new SplitMix(1);
        GradientCheckResult result = GradientCheck.Run([new CheckedTensor<Real64>("theta", theta, [1e-9, 1e-9])], () => noise.Uniform());
        Assert.That(result is { Passed: false, Undecided: 2 }, result.ToString());
    }

    [Test]
    public void Drawn_entries_are_drawn_once_and_by_the_seed()
    {
        var model = new TwoLayers<Real64>();
        GradientCheckResult Of(ulong seed) => GradientCheck.Run(model.Tensors(), model.Loss, new() { Most = 12, Worst = 12, Seed = seed });
        (string, int)[] first = [.. Of(1).Worst.Select(e => (e.Tensor, e.Index))];
        Assert.That(first, Is.Unique.And.Length.EqualTo(12));
        Assert.That(Of(1).Worst.Select(e => (e.Tensor, e.Index)), Is.EqualTo(first));
        Assert.That(Of(2).Worst.Select(e => (e.Tensor, e.Index)), Is.Not.EquivalentTo(first));
    }

    [Test]
    public void Bad_arguments_are_named()
    {
        static CheckedTensor<Real64>[] Of(int values, int gradient) => [new("theta", new Real64[values], new Real64[gradient])];
        void Refused(string culprit, CheckedTensor<Real64>[] tensors, GradientCheckOptions? options = null) =>
            Assert.That(Assert.Throws<ArgumentException>(() => GradientCheck.Run(tensors, () => 0, options))!.Message, Contains.Substring(culprit));
        Refused("theta: the gradient has 2 entries, the tensor 1", Of(1, 2));
        Refused("no entry", Of(0, 0));
        Refused("Worst = 0", Of(1, 1), new() { Worst = 0 });
        Refused("Most = 0", Of(1, 1), new() { Most = 0 });
        Refused("Scale = NaN", Of(1, 1), new() { Scale = double.NaN });
        Refused("Roundings = -1", Of(1, 1), new() { Roundings = -1 });
    }

    [Test]
    public void The_check_of_D2_passes_a_right_gradient_in_double_and_refuses_it_in_single()
    {
        var wide = new TwoLayers<Real64>();
        Assert.That(FixedStepGradientCheck.Passed(FixedStepGradientCheck.Run(wide.Tensors(), wide.Loss)));
        var narrow = new TwoLayers<Real32>();
        IReadOnlyList<FixedStepEntry> entries = FixedStepGradientCheck.Run(narrow.Tensors(), narrow.Loss);
        TestContext.Out.WriteLine($"{entries.Count(e => e.RelativeError >= FixedStepGradientCheck.Threshold)} of {entries.Count} right entries refused in single precision");
        Assert.That(FixedStepGradientCheck.Passed(entries), Is.False);
    }

    [Test]
    public void The_check_of_D2_misses_what_is_small_and_what_it_does_not_draw_and_leaves_parameters_moved()
    {
        var model = new TwoLayers<Real64>();
        bool Passes(Func<Real64[], Real64[]> distort) => FixedStepGradientCheck.Passed(FixedStepGradientCheck.Run(model.Tensors(distort), model.Loss));
        Assert.That(Passes(Mistakes[0].Distort), Is.False);
        Assert.That(Passes(Mistakes[1].Distort), Is.False);
        Assert.That(Passes(Mistakes[4].Distort), Is.True);
        Assert.That(Passes(Mistakes[5].Distort), Is.True);

        // Of twenty entries ten are drawn with repetition: a wrong one is missed with probability (19/20)¹⁰, and with ½ if none were drawn twice, which so many runs tell apart.
        const double level = 1e-3;
        double probability = Math.Pow(19.0 / 20, 10);
        int runs = SizeAndPower.SamplesNeeded(0.99, n => ProportionTest.Power(n, probability, 0.5, level));
        int missed = Enumerable.Range(0, runs).Count(seed =>
            FixedStepGradientCheck.Passed(FixedStepGradientCheck.Run(model.Tensors(g => [.. g[..^1], -g[^1]]), model.Loss, (ulong)seed)));
        ProportionResult seen = ProportionTest.Test(missed, runs, probability);
        Assert.That(seen.Passed(level), seen.ToString());
        Assert.That(ProportionTest.Test(missed, runs, 0.5).Passed(level), Is.False);

        var narrow = new TwoLayers<Real32>();
        Assert.That(FixedStepGradientCheck.Run(narrow.Tensors(), narrow.Loss).Any(e => !e.Restored));
    }

    [Test]
    public void D2s_relative_error_lies_in_the_unit_interval_is_symmetric_and_knows_factors_and_signs()
    {
        var random = new SplitMix(1);
        for (int i = 0; i < 1000; i++)
        {
            double a = random.Sign() * random.Magnitude(-12, 6), b = random.Sign() * random.Magnitude(-12, 6);
            Assert.That(FixedStepGradientCheck.RelativeError(a, b), Is.InRange(0, 1).And.EqualTo(FixedStepGradientCheck.RelativeError(b, a)));
        }

        Assert.That(FixedStepGradientCheck.RelativeError(0, 0), Is.Zero);
        Assert.That(FixedStepGradientCheck.RelativeError(2, 1), Is.EqualTo(1.0 / 3).Within(1e-8));
        Assert.That(FixedStepGradientCheck.RelativeError(1, -1), Is.EqualTo(1).Within(1e-8));
    }
}
