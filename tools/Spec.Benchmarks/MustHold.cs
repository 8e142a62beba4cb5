using System.Globalization;

namespace Spec.Benchmarks;

/// <summary>A figure that has to stay on one side of a limit.</summary>
/// <param name="What">What the figure is of.</param>
/// <param name="Figure">The figure, measured.</param>
/// <param name="Limit">Where it has to stay.</param>
/// <param name="AtMost">True where it may not be above, false where it may not be below.</param>
internal sealed record Held(string What, MedianInterval Figure, double Limit, bool AtMost)
{
    /// <summary>True where the whole interval is on the right side, false where it is on the wrong one; null where it holds the limit.</summary>
    public bool? Met => (AtMost ? Figure.High <= Limit : Figure.Low >= Limit) ? true : (AtMost ? Figure.Low > Limit : Figure.High < Limit) ? false : null;
}

/// <summary>The table of what must hold.</summary>
internal static class MustHold
{
    /// <summary>Writes it, with the exit code: 1 where a limit surely is not kept, with <paramref name="require"/> also where one is left undecided, else 0.</summary>
    public static int Write(TextWriter output, IReadOnlyCollection<Held> limits, bool require)
    {
        output.WriteLine();
        output.WriteLine($"{"must hold",-66} {"limit",9} {"figure",8} {"99 % between",17}  met");
        foreach (Held held in limits)
        {
            string limit = string.Create(CultureInfo.InvariantCulture, $"{(held.AtMost ? "<=" : ">=")} {held.Limit:0.##}");
            string between = $"{Short(held.Figure.Low)} and {Short(held.Figure.High)}";
            output.WriteLine($"{held.What,-66} {limit,9} {Short(held.Figure.Median),8} {between,17}  {(held.Met is { } met ? met ? "yes" : "NO" : "undecided: more --rounds")}");
        }
        return limits.Any(held => held.Met == false || (require && held.Met is null)) ? 1 : 0;
    }

    private static string Short(double x) => x.ToString(x < 100 ? "F2" : "F0", CultureInfo.InvariantCulture);
}
