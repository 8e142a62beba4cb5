using TrainingSpec.Checking;
using static TrainingSpec.Conformance.Questions;

namespace TrainingSpec.Conformance.Rules;

/// <summary>Checks of the rules of spec/lion.md.</summary>
internal static class LionRules
{
    private const string Op = "lion.step";

    [Rule("LION-1")]
    internal static void EveryElementMovesByTheRate(Questions ask)
    {
        Answered[] moved = ask.Walk(Op, [0, 0, 0], [[1e-3, -1e3, 1]], Args(("lr", 0.125)))[0];
        for (int i = 0; i < moved.Length; i++)
            ask.Near($"element {i}", moved[i], i == 1 ? 0.125 : -0.125);
    }

    [Rule("LION-2")]
    internal static void DirectionAndMomentHaveSharesOfTheirOwn(Questions ask)
    {
        // The moment is 0.25·4 = 1, the direction 0.5·1 − 0.5·1.5 = −0.25.
        Answered[][] path = ask.Walk(Op, [0], [[4], [-1.5]], Args(("lr", 1), ("beta1", 0.5), ("beta2", 0.75)));
        ask.Near("step 1", path[0][0], -1);
        ask.Near("step 2", path[1][0], 0);
    }

    [Rule("LION-3")]
    internal static void DecayStandsBesideTheSign(Questions ask) =>
        ask.Near("8 - 0.5·(1 + 0.25·8)", ask.Walk(Op, [8], [[1]], Args(("lr", 0.5), ("weight_decay", 0.25)))[0][0], 6.5);

    [Rule("LION-4")]
    internal static void ZeroHasNoSign(Questions ask) => Expect.Same("gradient 0", ask.Walk(Op, [8], [[0]], Args(("lr", 0.5)))[0][0], 8);
}
