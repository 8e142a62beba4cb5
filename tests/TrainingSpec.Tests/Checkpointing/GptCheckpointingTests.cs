using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Numbers;
using TrainingSpec.Tests.Gpt;
using TrainingSpec.Training;

namespace TrainingSpec.Tests.Checkpointing;

public class GptCheckpointingTests
{
    private const int Layers = 6;

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(6)]
    [Rule("CHECKPOINTING-5")]
    public void A_GPT_has_the_same_gradients_under_every_plan_and_holds_what_the_plan_says(int segments)
    {
        GptConfig config = SmallGpt.Config(layers: Layers);
        var gpt = new Gpt<Real64>(config, SmallGpt.Weights(config));
        GptGradients<Real64> expected = gpt.LossAndGradients(SmallGpt.Inputs, SmallGpt.Targets).Gradients;
        var plan = CheckpointPlan.Of(Layers, segments);
        GptRun<Real64> run = gpt.Forward(SmallGpt.Inputs, plan);
        GptGradients<Real64> found = run.Backward(expected.Logits);
        Assert.That(run.PeakBlocks, Is.EqualTo(plan.Peak));
        Assert.That(run.BlockEvaluations, Is.EqualTo(Layers + plan.ExtraForward));
        Assert.That(found.Parameters.Values, Is.EqualTo(expected.Parameters.Values));
        Assert.That(expected.Parameters.Values.SelectMany(g => g).Count(g => g.Value != 0), Is.GreaterThan(Layers * 100), "gradients of zeros would be equal, too");
        Assert.That(run.Backward(expected.Logits).Parameters.Values, Is.EqualTo(expected.Parameters.Values), "a second pass back recomputes again");
    }

    // For M = α + β·Lᵖ the ratio of the two growths, each over a quadrupled depth, is (9/4)ᵖ, whatever α and β.
    [TestCase(true, 0.5)]
    [TestCase(false, 1.0)]
    [Rule("CHECKPOINTING-6")]
    public void The_activations_that_a_step_holds_grow_with_the_root_of_the_depth_under_the_best_plan_and_with_the_depth_without_one(bool plans, double exponent)
    {
        Dictionary<int, long> held = new[] { 4, 9, 16, 25, 36 }.ToDictionary(layers => layers, layers => Held(layers, plans));
        double growth = (double)(held[36] - held[9]) / (held[16] - held[4]);

        // Whole numbers below 2⁵³ and one division, which is exact: the logarithms are off by an ulp each, and their quotient by half of one.
        Assert.That(Math.Log(growth) / Math.Log(2.25), Is.EqualTo(exponent).Within(2.5 * Math.ScaleB(1, -52) * exponent));
        if (!plans)
            return;

        // From one square to the next there are two blocks more, as long as those of a run that holds all.
        long block = (Held(9, false) - Held(4, false)) / 5;
        Assert.That(new[] { held[9] - held[4], held[16] - held[9], held[25] - held[16], held[36] - held[25] }, Is.All.EqualTo(2 * block));
    }

    // Elements that are rented at once in a step, but for the parameters' gradients.
    private static long Held(int layers, bool plans)
    {
        GptConfig config = SmallGpt.Config(layers: layers);
        var counted = new CountedOperations();
        var gpt = new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, 1), counted);
        new GptTrainer<Real32>(gpt, AdamOptions.Adam(0.001), 1) { Plan = plans ? CheckpointPlan.Best(layers) : null }.Step(new TokenBatch(SmallGpt.Inputs, SmallGpt.Targets), 0.001);
        return counted.Peak - config.Weights().Sum(w => (long)w.Count);
    }

    [Test]
    public void A_plan_for_another_depth_is_refused() => Assert.That(
        () => new Gpt<Real64>(SmallGpt.Config(), SmallGpt.Weights(SmallGpt.Config())).Forward(SmallGpt.Inputs, CheckpointPlan.Of(3, 1)),
        Throws.ArgumentException.With.Message.StartsWith("plan is for 3 layers, the model has 2"));
}
