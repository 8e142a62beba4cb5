using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D1.Listings;

/// <summary>How the document's two schedule snippets behave as the branches of one if, and what its prose describes instead.</summary>
/// <remarks>Source: D1 "The Three-Phase Schedule", lines 145 to 149 and 173 to 177.</remarks>
internal static class ScheduleListing
{
    /// <summary>The snippets' rate at a step, over any number: division by zero gives what floating point gives, and there is no clamp.</summary>
    public static T At<T>(T baseLr, long step, long warmup, long total, T minLr)
        where T : IReal<T> =>
        step < warmup ? Schedules.WarmupRate(baseLr, T.Of(warmup), T.Of(step))
        : Schedules.CosineRate(baseLr, minLr, Schedules.Progress(T.Of(warmup), T.Of(total), T.Of(step)));

    /// <summary>The same in binary64, as Go computes it.</summary>
    public static double At(double baseLr, long step, long warmup, long total, double minLr) => At<Real64>(baseLr, step, warmup, total, minLr);

    /// <summary>The prose's rate: warmup, constant to a share of the total, then the cosine to the end.</summary>
    public static double Phases(double baseLr, long step, long warmup, long total, double minLr, double share) =>
        Schedules.WarmupHoldCosine<Real64>(baseLr, minLr, warmup, share * total, total, step);
}
