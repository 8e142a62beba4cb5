using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Generators;
using TrainingSpec.Training;
using static TrainingSpec.Tests.Generators.Refusal;

namespace TrainingSpec.Tests.Elementwise;

/// <summary>What holds for every optimizer that moves each element by itself, whatever its options.</summary>
internal sealed class ElementwiseTests
{
    private static readonly Real64[][] One = [[1, 2]];

    private static IEnumerable<ElementwiseOptimizer> Optimizers => ElementwiseCases.WithOptions;

    [TestCaseSource(nameof(Optimizers))]
    public void A_step_is_pure_and_a_restored_state_goes_on_with_the_same_bits(ElementwiseOptimizer optimizer)
    {
        foreach (Run run in ElementwiseCases.Runs(optimizer))
        {
            IsRestored<Real64>(run, optimizer);
            IsRestored<Real32>(run, optimizer);
        }
    }

    private static void IsRestored<T>(Run run, ElementwiseOptimizer optimizer)
        where T : IReal<T>
    {
        T[][] theta = Over.Rows<T>(run.Parameters);
        SlotState<T>? state = null;
        foreach (double[][] gradients in run.Gradients)
        {
            T[][] before = Array.ConvertAll(theta, t => (T[])t.Clone()), g = Over.Rows<T>(gradients);
            string? old = state?.ToJson();
            SlotState<T>? restored = old is null ? null : SlotState<T>.FromJson(optimizer, old);
            (T[][] again, SlotState<T> nextAgain) = optimizer.Step(theta, g, restored);
            (T[][] once, SlotState<T> next) = optimizer.Step(theta, g, state);
            Assert.That(again, Is.EqualTo(once));
            Assert.That(nextAgain.ToJson(), Is.EqualTo(next.ToJson()));
            Assert.That(theta, Is.EqualTo(before));
            Assert.That(state?.ToJson(), Is.EqualTo(old));
            Assert.That(next.Step, Is.EqualTo((state?.Step ?? 0) + 1));
            (theta, state) = (once, next);
        }
    }

    [TestCaseSource(nameof(Optimizers))]
    public void Every_element_moves_as_if_alone(ElementwiseOptimizer optimizer)
    {
        foreach (Run run in ElementwiseCases.Runs(optimizer))
        {
            Real64[][] together = Play<Real64>(run, optimizer);
            for (int i = 0; i < run.Parameters.Length; i++)
            {
                for (int j = 0; j < run.Parameters[i].Length; j++)
                {
                    Real64[][] alone = Play<Real64>(new Run([[run.Parameters[i][j]]], [.. run.Gradients.Select(g => new[] { new[] { g[i][j] } })]), optimizer);
                    Assert.That(Over.SameBits([[together[i][j]]], alone), $"{run}, tensor {i}, element {j}");
                }
            }
        }
    }

    [TestCaseSource(nameof(Optimizers))]
    public void A_trainer_takes_the_rate_of_the_loop_and_goes_back(ElementwiseOptimizer optimizer)
    {
        var training = new ElementwiseTraining<Real64>(optimizer);
        var weights = new OrderedDictionary<string, Real64[]> { ["w"] = [1, -2] };
        var gradients = new OrderedDictionary<string, Real64[]> { ["w"] = [0.5, 3] };
        training.Step(weights, gradients, 0.25);
        Action back = training.Remember();
        SlotState<Real64>? state = training.State;
        training.Step(weights, gradients, 0.125);
        back();
        Assert.Multiple(() =>
        {
            Assert.That(training.State, Is.SameAs(state));
            (Real64[][] first, SlotState<Real64> next) = (optimizer with { LearningRate = 0.25 }).Step<Real64>([[1, -2]], [[0.5, 3]], null);
            Assert.That(Over.SameBits([weights["w"]], (optimizer with { LearningRate = 0.125 }).Step(first, [[0.5, 3]], next).Parameters));
        });
    }

    [TestCaseSource(nameof(Optimizers))]
    public void Decay_enters_where_it_is_said_to(ElementwiseOptimizer optimizer)
    {
        ElementwiseOptimizer plain = optimizer with { WeightDecay = 0, LearningRate = 0.5 }, decayed = plain with { WeightDecay = 0.25 };
        Real64 inGradient = (decayed with { Decay = DecayKind.L2 }).Step<Real64>([[4]], [[1]], null).Parameters[0][0];
        Real64 beside = (decayed with { Decay = DecayKind.Old }).Step<Real64>([[4]], [[1]], null).Parameters[0][0];
        Real64 after = (decayed with { Decay = DecayKind.Updated }).Step<Real64>([[4]], [[1]], null).Parameters[0][0];
        Real64 moved = plain.Step<Real64>([[4]], [[1]], null).Parameters[0][0];

        // 1 + 0.25·4 = 2, 0.5·0.25·4 = 0.5, and an eighth of what was moved.
        Assert.That(inGradient, Is.EqualTo(plain.Step<Real64>([[4]], [[2]], null).Parameters[0][0]));
        Assert.That(beside, Is.EqualTo(moved - 0.5));
        Assert.That(after, Is.EqualTo(moved - 0.125 * moved));
    }

    [TestCaseSource(nameof(Optimizers))]
    public void Bad_input_is_refused_by_name(ElementwiseOptimizer optimizer) => Assert.Multiple(() =>
    {
        SlotState<Real64> state = optimizer.Step(One, One, null).State;
        string json = state.ToJson();
        Refused(() => optimizer.Step(One, [[1, 2], [3]], null), "grads", "grads has 2 tensors");
        Refused(() => optimizer.Step<Real64>([[]], [[]], null), "params", "params[0] = []");
        Refused(() => optimizer.Step<Real64>([[1]], [[1]], state), "state", "2 elements for tensor 0");
        ElementwiseOptimizer other = ElementwiseCases.All.First(o => o.GetType() != optimizer.GetType());
        Refused(() => other.Step(One, One, state), "state", $"'{state.Kind}'");
        Refused(() => SlotState<Real64>.FromJson(other, json), "state", "");
        Refused(() => SlotState<Real32>.FromJson(optimizer, json), "state", "dtype is not 'float32'");
        string last = state.SlotNames.Last();
        Refused(() => optimizer.Step(One, One, SlotState<Real64>.FromJson(optimizer, json.Replace($"\"{last}\":[[", $"\"{last}\":[[1,", StringComparison.Ordinal))), "state", "state ");
        Refused(() => SlotState<Real64>.FromJson(optimizer, json.Replace($"\"{last}\"", "\"x\"", StringComparison.Ordinal)), "state", "member");
    });

    [TestCaseSource(nameof(Optimizers))]
    public void A_negative_mean_of_squares_is_refused(ElementwiseOptimizer optimizer)
    {
        string json = optimizer.Step<Real64>([[1]], [[1]], null).State.ToJson();
        foreach (string slot in optimizer.Step<Real64>([[1]], [[1]], null).State.SlotNames)
        {
            string negative = json.Replace($"\"{slot}\":[[", $"\"{slot}\":[[-", StringComparison.Ordinal);
            if (slot is "v" or "largest" or "sum" or "a" or "u")
                Refused(() => SlotState<Real64>.FromJson(optimizer, negative), "state", "negative");
            else
                Assert.That(SlotState<Real64>.FromJson(optimizer, negative).SlotNames, Does.Contain(slot), "momenta may be");
        }
    }

    private static IEnumerable<ElementwiseOptimizer> WithEpsilon =>
    [
        ElementwiseCases.Rmsprop with { Epsilon = 3e-41 }, ElementwiseCases.Adagrad with { Epsilon = 3e-41 }, ElementwiseCases.Adadelta with { Epsilon = 3e-41 }, ElementwiseCases.Adamax with { Epsilon = 3e-41 },
        ElementwiseCases.Nadam with { Epsilon = 3e-41 }, ElementwiseCases.Radam with { Epsilon = 3e-41, Beta2 = 0.9, Threshold = 4 }, ElementwiseCases.Amsgrad with { Epsilon = 3e-41 },
    ];

    // As a float 3e-41 has 15 bits, which beside a gradient as small would show.
    [TestCaseSource(nameof(WithEpsilon))]
    public void Where_a_number_can_not_hold_the_digits_of_epsilon_its_steps_are_those_of_wider_numbers(ElementwiseOptimizer optimizer)
    {
        double size = optimizer is AdadeltaOptimizer ? 7e-21 : 2e-41;
        Real32[][] theta = [[0, 0]];
        SlotState<Real32>? state = null;
        for (int t = 1; t <= 9; t++)
        {
            Real32[][] gradients = [[(float)(size * t), (float)(-size / t)]];
            DoubleDouble[][] wide = optimizer.Step(Tensors.ValuesOf(theta), Tensors.ValuesOf(gradients), state?.In<DoubleDouble>()).Parameters;
            (theta, state) = optimizer.Step(theta, gradients, state);
            Assert.That(theta, Is.EqualTo(Tensors.RoundedTo<Real32>(wide)), $"step {t}");
        }
    }

    // β₁·2¹²⁰ is 71362.3·2⁻²⁹, and with the float that is nearest to β₁ it is 71362·2⁻²⁹: the gradient lies between them.
    [Test]
    public void Where_a_number_can_not_hold_the_digits_of_Lions_beta_the_sign_is_that_of_the_real_number()
    {
        LionOptimizer lion = ElementwiseCases.Lion with { Beta1 = Math.ScaleB(71362.3, -149), Beta2 = 0 };
        SlotState<Real32> state = lion.Step<Real32>([[0]], [[MathF.ScaleB(1, 120)]], null).State;
        Assert.That(lion.Step<Real32>([[0]], [[-MathF.ScaleB(71362 + 19 / 128f, -29)]], state).Parameters[0][0].Value, Is.EqualTo(-1));
    }

    [TestCase("[[2,0]]")]
    [TestCase("[[-0.5,0]]")]
    [TestCase("[[0.5]]")]
    [TestCase("[[0.5,\"NaN\"]]")]
    [TestCase("[]")]
    public void A_product_of_momenta_that_is_none_is_refused(string product)
    {
        string json = ElementwiseCases.Nadam.Step<Real64>([[1]], [[1]], null).State.ToJson();
        string other = System.Text.RegularExpressions.Regex.Replace(json, "\"mu_product\":\\[\\[[^]]*\\]\\]", "\"mu_product\":" + product);
        Assert.That(other, Is.Not.EqualTo(json));
        Refused(() => SlotState<Real64>.FromJson(ElementwiseCases.Nadam, other), "state", "mu_product");
    }

    private static T[][] Play<T>(Run run, ElementwiseOptimizer optimizer)
        where T : IReal<T>
    {
        T[][] theta = Over.Rows<T>(run.Parameters);
        SlotState<T>? state = null;
        foreach (double[][] gradients in run.Gradients)
            (theta, state) = optimizer.Step(theta, Over.Rows<T>(gradients), state);
        return theta;
    }
}
