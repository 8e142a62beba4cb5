using System.Globalization;

namespace Spec.Benchmarks;

/// <summary>A figure beside that of a peer.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Unit">Of the figure.</param>
/// <param name="Own">From the median time.</param>
/// <param name="Peer">The same of the peer; null without one.</param>
/// <param name="Ratio">Own speed over the peer's, round by round.</param>
internal sealed record Figure(string Name, int Threads, string Unit, double Own, double? Peer, MedianInterval? Ratio)
{
    /// <summary>One line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Name,-30} {Threads,2} {Own,10:F1} {(Peer is { } peer ? peer.ToString("F1", CultureInfo.InvariantCulture) : "-"),10} {Unit,-18} {(Ratio is { } r ? string.Create(CultureInfo.InvariantCulture, $"{r.Median:F2} ({r.Low:F2} to {r.High:F2})") : "")}");
}
