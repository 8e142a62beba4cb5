using TrainingSpec.Checking;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/shadow-weights.md.</summary>
internal static class ShadowWeightsRules
{
    [Rule("SHADOW-WEIGHTS-1")]
    internal static void TheAverageKeepsItsShare(Questions ask)
    {
        // Three quarters of 1 and a quarter of 3.
        Expect.Same("average", ask.AskNumber("shadow_weights", "average", Questions.Args(("average", 1), ("theta", 3), ("beta", 0.75))), 1.5);
        Expect.Same("average that keeps nothing", ask.AskNumber("shadow_weights", "average", Questions.Args(("average", 1), ("theta", 3), ("beta", 0))), 3);
    }
}
