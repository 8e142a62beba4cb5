using TrainingSpec.Numbers;

namespace TrainingSpec.Claims;

/// <summary>When two computed numbers are the same: only what the arithmetic itself can lose is allowed for.</summary>
internal static class Closeness
{
    /// <summary>Equal to 88 bits of the larger of 1 and |a|: what double-double arithmetic keeps over a few hundred operations.</summary>
    public static bool Near(Precise a, Precise b) => (double)Precise.Abs(a - b) <= Math.ScaleB(1, -88) * Math.Max(1, (double)Precise.Abs(a));

    /// <summary>What so many operations in binary64 on terms of a size can lose: each rounds by half a unit of the last place.</summary>
    /// <param name="operations">How many operations, at least 1.</param>
    /// <param name="size">The size of the largest term.</param>
    public static double Roundoff(int operations, double size = 1) => operations * Real64.UnitRoundoff * Math.Abs(size);

    /// <summary>Equal but for what so many operations in binary64 can lose.</summary>
    public static bool Near(double a, double b, int operations) => Math.Abs(a - b) <= Roundoff(operations, Math.Max(Math.Abs(a), Math.Abs(b)));

    /// <summary>True where the library refuses an argument.</summary>
    public static bool Refuses(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            action();
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
