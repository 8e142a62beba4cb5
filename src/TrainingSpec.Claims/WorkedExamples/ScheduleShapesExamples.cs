using TrainingSpec.Checking.Golden;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>The further schedules over forty steps.</summary>
public static class ScheduleShapesExamples
{
    private static readonly int[] Steps = [0, 1, 2, 3, 4, 5, 7, 10, 11, 12, 19, 20, 21, 29, 30, 39, 40, 100];

    /// <summary>One of each shape, some in single precision too.</summary>
    [GoldenSource]
    public static GoldenDocument Rates()
    {
        var warm = SequenceSchedule.Warmed(new PolynomialSchedule(0.5, 0, 30, 2), 0.1, 10);
        double[] metrics = [4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2.5, -1, -1, -1, -1];
        return new GoldenDocument("schedule-shapes", "Rates").Add("steps", Steps)
            .WithRates("exponential", new ExponentialSchedule(0.5, 0.9)).WithRates("milestones", new MultiStepSchedule(0.5, [10, 20, 20], 0.5)).WithRates("polynomial", new PolynomialSchedule(0.5, 0.05, 40, 1.5))
            .WithRates("inverse root", new InverseSqrtSchedule(0.5, 4)).WithRates("restarts", new CosineRestartsSchedule(0.5, 0.05, 5, 2)).WithRates("one cycle", new OneCycleSchedule(0.5, 40))
            .WithRates("three phases", new OneCycleSchedule(0.5, 40, Cosine: false, ThreePhases: true)).WithRates("cycles", new CyclicSchedule(0.05, 0.5, 5, 10))
            .WithRates("halved cycles", new CyclicSchedule(0.05, 0.5, 5, null, CycleMode.Halved)).WithRates("fading cycles", new CyclicSchedule(0.05, 0.5, 5, null, CycleMode.Exponential, 0.95))
            .WithRates("linear factor", new LinearFactorSchedule(0.5, 0.1, 1, 20)).WithRates("constant factor", new ConstantFactorSchedule(0.5, 0.25, 10)).WithRates("warmup and power", warm)
            .WithRates("growth", new ExponentialSchedule(0.5, 1.1, 2)).WithRates("growing milestones", new MultiStepSchedule(0.5, [10, 20, 20], 3)).WithRates("rise", new PolynomialSchedule(0.05, 0.5, 40, 1.5))
            .WithRates("product", new ProductSchedule([warm, new InverseSqrtSchedule(1, 4)]))
            .WithRates("plateau", new PlateauSchedule(0.5, metrics, new PlateauOptions { Factor = 0.5, Patience = 1, Cooldown = 1 }));
    }

    /// <summary>Momenta that fall from 0.95 to 0.85 where rates rise, over the same steps.</summary>
    [GoldenSource]
    public static GoldenDocument Momenta() => new GoldenDocument("schedule-shapes", "Momenta").Add("steps", Steps)
        .WithMomenta("one cycle", new OneCycleSchedule(0.5, 40)).WithMomenta("one cycle in lines", new OneCycleSchedule(0.5, 40, PeakShare: 0.275, Cosine: false)).WithMomenta("three phases", new OneCycleSchedule(0.5, 40, Cosine: false, ThreePhases: true))
        .WithMomenta("cycles", new CyclicSchedule(0.05, 0.5, 5, 10)).WithMomenta("halved cycles", new CyclicSchedule(0.05, 0.5, 5, null, CycleMode.Halved));

    private static GoldenDocument WithMomenta(this GoldenDocument document, string name, MomentumCycle schedule) =>
        document.Add(name, Steps.Select(t => schedule.MomentumAt<Real64>(t, 0.85, 0.95))).Add(name + ", single precision", Steps.Select(t => schedule.MomentumAt<Real32>(t, 0.85, 0.95).Value));

    private static GoldenDocument WithRates(this GoldenDocument document, string name, Schedule schedule) =>
        document.Add(name, Steps.Select(t => schedule.At(t))).Add(name + ", single precision", Steps.Select(t => schedule.At<Real32>(t).Value));
}
