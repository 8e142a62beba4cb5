using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Proofs;

/// <summary>Schedules stay between their two rates and fall where they should; rates are in units of the peak.</summary>
internal static class ScheduleStatements
{
    private static readonly VariableRange Floor = new("r", 0, 1), Progress = new("p", 0, 1);

    public static IReadOnlyList<Statement> All { get; } =
    [
        new CosineAtMostPeak(1), new CosineAtLeastFloor(), new CosineFalls(), new WarmupCosineAtMostPeak(), new WarmupCosineAtLeastMinimum(), new WarmupRises(), new LinearDecayInRange(), new StepDecayInRange(),
    ];

    internal sealed class CosineAtMostPeak(double share) : Statement(
        share == 1 ? "cosine-at-most-peak" : "cosine-below-a-share-of-the-peak", "SCHEDULES-3", "a cosine from 1 to r in [0, 1] never exceeds the peak", Math.ScaleB(1, -40), Floor, Progress)
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => T.Of(share) - Schedules.CosineRate(T.Of(1), x[0], x[1]);
    }

    private sealed class CosineAtLeastFloor() : Statement(
        "cosine-at-least-minimum", "SCHEDULES-3", "a cosine from 1 to r in [0, 1] never falls below r", Math.ScaleB(1, -40), Floor, Progress)
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => Schedules.CosineRate(T.Of(1), x[0], x[1]) - x[0];
    }

    private sealed class CosineFalls() : Statement(
        "cosine-falls", "SCHEDULES-3", "the slope of a cosine from 1 to r in [0, 1] is nowhere positive", Math.ScaleB(1, -30), Floor, Progress)
    {
        public override T Margin<T>(ReadOnlySpan<T> x) =>
            -Schedules.CosineRate(Dual<T>.Of(1), Dual<T>.Constant(x[0]), Dual<T>.Variable(x[1])).Derivative;
    }

    private sealed class WarmupCosineAtMostPeak() : Statement(
        "warmup-cosine-at-most-peak", "SCHEDULES-5", "with 100 warmup steps of 1000 and a minimum r in [0, 1], the rate at every step, also past the end, is at most the peak", Math.ScaleB(1, -12),
        Floor, new("t", 0, 2000))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => T.Of(1) - Schedules.WarmupCosine(T.Of(1), x[0], T.Of(100), T.Of(1000), x[1]);
    }

    // At r = 1 the decay is level, and which of peak and cosine is the smaller stays open everywhere.
    private sealed class WarmupCosineAtLeastMinimum() : Statement(
        "warmup-cosine-at-least-minimum", "SCHEDULES-5", "with 100 warmup steps of 1000 and a minimum r in [0, 0.9], the rate is at least 0, and from the end of the warmup on at least r", Math.ScaleB(1, -8),
        new("r", 0, 0.9), new("t", 0, 2000))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) =>
            Schedules.WarmupCosine(T.Of(1), x[0], T.Of(100), T.Of(1000), x[1]) - T.IfLess(x[1], T.Of(100), T.Of(0), x[0]);
    }

    private sealed class WarmupRises() : Statement(
        "warmup-rises", "SCHEDULES-2", "the slope of a warmup over w in [1, 1000] steps is nowhere negative", 0, new("w", 1, 1000), new("t", 0, 2000))
    {
        public override T Margin<T>(ReadOnlySpan<T> x) => Schedules.Warmup(Dual<T>.Of(1), Dual<T>.Constant(x[0]), Dual<T>.Variable(x[1])).Derivative;
    }

    private sealed class LinearDecayInRange() : Statement(
        "linear-decay-in-range", "SCHEDULES-7", "a linear decay over T in [1, 1000] steps stays in [0, 1] at every step", Math.ScaleB(1, -7), new("T", 1, 1000), new("t", 0, 2000))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T rate = Schedules.LinearDecay(T.Of(1), x[0], x[1]);
            return T.Min(rate, T.Of(1) - rate);
        }
    }

    private sealed class StepDecayInRange() : Statement(
        "step-decay-in-range", "SCHEDULES-6", "a step decay by g in [0.01, 1] every 10 steps stays in [0, 1]", 0, new("g", 0.01, 1), new("t", 0, 1000))
    {
        public override T Margin<T>(ReadOnlySpan<T> x)
        {
            T rate = Schedules.StepDecay(T.Of(1), x[0], T.Of(10), x[1]);
            return T.Min(rate, T.Of(1) - rate);
        }
    }
}
