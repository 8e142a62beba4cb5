using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>How the document's schedule function behaves: no clamp, and the floor only in the cosine branch.</summary>
/// <remarks>Source: D4 "Code Implementation: Learning Rate Schedule".</remarks>
internal static class ScheduleListing
{
    /// <summary>The rate at a step, over any number.</summary>
    /// <exception cref="PythonException">ZeroDivisionError: the cosine branch with total = warmup.</exception>
    public static T At<T>(T baseLr, long step, long warmup, long total, T minLr)
        where T : IReal<T> =>
        step < warmup ? Schedules.WarmupRate(baseLr, T.Of(warmup), T.Of(step))
        : total == warmup ? throw new PythonException(PythonError.ZeroDivisionError, "total_steps - warmup_steps")
        : Schedules.CosineRate(baseLr, minLr, Schedules.Progress(T.Of(warmup), T.Of(total), T.Of(step)));

    /// <summary>The rate in binary64.</summary>
    /// <exception cref="PythonException">ZeroDivisionError: the cosine branch with total = warmup.</exception>
    public static double At(double baseLr, long step, long warmup, long total, double minLr = 0) =>
        At<Real64>(baseLr, step, warmup, total, minLr);

    /// <summary>The type of the result: only the cosine branch goes through a NumPy function.</summary>
    public static NumPyType TypeAt(long step, long warmup) => step < warmup ? NumPyType.PythonFloat : NumPyType.Float64;
}
