using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>Averages of weights as they go wrong.</summary>
internal static class WrongShadowWeights
{
    private const string Op = "shadow_weights";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("shadow-weights-swapped", "SHADOW-WEIGHTS-1", "β and 1 − β are swapped, so that the average is nearly the last weight", Op, (right, args) =>
            right.Answer(Op, new() { ["average"] = args.Number("theta"), ["theta"] = args.Number("average"), ["beta"] = args.Number("beta") })),
    ];
}
