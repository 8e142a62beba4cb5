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

    [Test]
    public void A_plan_for_another_depth_is_refused() => Assert.That(
        () => new Gpt<Real64>(SmallGpt.Config(), SmallGpt.Weights(SmallGpt.Config())).Forward(SmallGpt.Inputs, CheckpointPlan.Of(3, 1)),
        Throws.ArgumentException.With.Message.StartsWith("plan is for 3 layers, the model has 2"));
}
