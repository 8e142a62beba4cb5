using System.Text.Json;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Tests.Oracle;

/// <summary>checkpointing.plan: the library's integers in either dtype, and every bad argument by its kind and name.</summary>
public sealed class CheckpointPlanTests
{
    [Test]
    public void Answers_are_the_librarys()
    {
        foreach (string dtype in new[] { "float64", "float32" })
        {
            for (int layers = 1; layers <= 30; layers++)
            {
                Matches(Ask.Result("checkpointing.plan", $$"""{"layers": {{layers}}}""", dtype), CheckpointPlan.Best(layers));
                Matches(Ask.Result("checkpointing.plan", $$"""{"layers": {{layers}}, "segments": null}""", dtype), CheckpointPlan.Best(layers));
                for (int segments = 1; segments <= layers; segments++)
                    Matches(Ask.Result("checkpointing.plan", $$"""{"layers": {{layers}}, "segments": {{segments}}.0}""", dtype), CheckpointPlan.Of(layers, segments));
            }
        }
    }

    [Test]
    public void The_largest_number_of_layers_is_planned_exactly()
    {
        // 2√(2⁶³ − 1) = 6074000999.95…
        JsonElement plan = Ask.Result("checkpointing.plan", """{"layers": 9223372036854775807}""", "float32");
        Assert.That(plan.GetProperty("peak").GetInt64(), Is.EqualTo(6074000999));
        Assert.That(plan.GetProperty("segments").GetInt64() + plan.GetProperty("extra_forward").GetInt64(), Is.EqualTo(long.MaxValue));
    }

    [TestCase("{}", "layers")]
    [TestCase("""{"layers": 0}""", "layers")]
    [TestCase("""{"layers": -4}""", "layers")]
    [TestCase("""{"layers": 2.5}""", "layers")]
    [TestCase("""{"layers": "4"}""", "layers")]
    [TestCase("""{"layers": null}""", "layers")]
    [TestCase("""{"layers": 4, "segments": 0}""", "segments")]
    [TestCase("""{"layers": 4, "segments": 5}""", "segments")]
    [TestCase("""{"layers": 4, "segments": 1.5}""", "segments")]
    [TestCase("""{"layers": 4, "segments": [2]}""", "segments")]
    [TestCase("""{"layers": 4, "segment": 2}""", "segment")]
    public void A_bad_argument_is_named(string args, string argument)
    {
        foreach (string dtype in new[] { "float64", "float32" })
            Assert.That(Ask.Fault(Ask.Op("checkpointing.plan", args, dtype)), Is.EqualTo(("invalid-argument", argument)), dtype);
    }

    private static void Matches(JsonElement answer, CheckpointPlan plan) => Assert.That(
        (answer.GetProperty("segments").GetInt64(), answer.GetProperty("peak").GetInt64(), answer.GetProperty("extra_forward").GetInt64()),
        Is.EqualTo((plan.Segments, plan.Peak, plan.ExtraForward)));
}
