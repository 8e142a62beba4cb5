using System.Globalization;

namespace Spec.Benchmarks;

/// <summary>A figure beside that of a peer.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Unit">Of the figure.</param>
/// <param name="Own">From the fastest round: what others on the machine took from the rest is not in it.</param>
/// <param name="Peer">The same of the peer; null without one.</param>
/// <param name="Ratio">Own speed over the peer's, round by round.</param>
internal sealed record Figure(string Name, int Threads, string Unit, double Own, double? Peer, MedianInterval? Ratio)
{
    /// <summary>From the seconds of rounds in turn.</summary>
    /// <param name="name">What was measured.</param>
    /// <param name="threads">On how many threads.</param>
    /// <param name="unit">Of the figure.</param>
    /// <param name="amount">What is done in the seconds of a round.</param>
    /// <param name="own">Seconds.</param>
    /// <param name="peer">The peer's; empty without one.</param>
    public static Figure Of(string name, int threads, string unit, double amount, IReadOnlyCollection<double> own, IReadOnlyCollection<double> peer) => peer.Count == 0
        ? new Figure(name, threads, unit, amount / own.Min(), null, null)
        : new Figure(name, threads, unit, amount / own.Min(), amount / peer.Min(), MedianInterval.Of(own.Zip(peer, (a, b) => b / a)));

    /// <summary>The head above the lines.</summary>
    public static string Head => $"{"",-42} {"threads",7} {"here",8} {"peer",8} {"",-18} {"ratio",6}  by rounds (99 % between)";

    /// <summary>One line.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Name,-42} {Threads,7} {Own,8:F1} {(Peer is { } peer ? peer.ToString("F1", CultureInfo.InvariantCulture) : "-"),8} {Unit,-18} {(Ratio is { } r ? string.Create(CultureInfo.InvariantCulture, $"{Own / Peer,6:F2}  {r.Median:F2} ({r.Low:F2} to {r.High:F2})") : "")}");
}
