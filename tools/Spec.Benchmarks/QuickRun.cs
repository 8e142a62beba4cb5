using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Spec.Benchmarks;

/// <summary>Interleaved rounds of every benchmark, so that a noisy machine disturbs all of them alike; decides whether lanes keep up with the peer.</summary>
/// <param name="output">Receives the report.</param>
internal sealed class QuickRun(TextWriter output)
{
    /// <summary>The part of the peer's speed that lanes must reach.</summary>
    public const double Required = 0.9;

    private const double ShortestSample = 4e-3;

    /// <summary>0 where lanes reach the required part of the peer's speed or noise hides it, 1 where they surely do not.</summary>
    public int Run(int elements, int rounds, string? python)
    {
        using var benchmarks = new AdamWBenchmarks { Elements = elements };
        benchmarks.Fill();
        List<Contestant> contestants = [.. typeof(AdamWBenchmarks).GetMethods().Where(method => method.IsDefined(typeof(BenchmarkAttribute))).Select(method => Contestant.Of(method, benchmarks))];
        using PyTorchPeer? peer = python is null ? null : PyTorchPeer.Start(python, elements, output);
        if (peer is not null)
            contestants.Add(new Contestant("PyTorch", $"AdamW, PyTorch {peer.Version}, 1 thread", 28, peer.Step));
        foreach (Contestant contestant in contestants)
            contestant.WarmUp();
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contestants.Count; i++)
                contestants[(round + i) % contestants.Count].Sample();
        }

        Line($"{elements} elements, {rounds} interleaved rounds, {TrainingSpec.Numbers.Lanes.Count} lanes, {Environment.ProcessorCount} processors");
        Line($"{"",-40} {"B/element",9} {"ms",8} {"GB/s",6}");
        foreach (Contestant c in contestants)
            Line($"{c.Title,-40} {c.BytesPerElement,9} {c.Median * 1e3,8:F3} {c.BytesPerElement * (double)elements / c.Median / 1e9,6:F1}");

        Contestant lanes = Named(nameof(AdamWBenchmarks.Lanes));
        Contestant handWritten = new[] { Named(nameof(AdamWBenchmarks.HandWritten512)), Named(nameof(AdamWBenchmarks.HandWritten256)) }.MinBy(c => c.Median)!;
        foreach (Contestant other in contestants.Where(c => c != lanes && c != handWritten && c.Title.StartsWith("AdamW", StringComparison.Ordinal)))
            Line($"speed of lanes / {other.Title}: {Text(Ratio(lanes, other))}");
        MedianInterval ratio = Ratio(lanes, handWritten);
        Line($"speed of lanes / {handWritten.Title} (the faster peer): {Text(ratio)}");
        return Decide(ratio);

        Contestant Named(string method) => contestants.Single(c => c.Method == method);
    }

    private int Decide(MedianInterval ratio)
    {
        if (ratio.High < Required)
        {
            Line($"FAIL: below {Required:F2}");
            return 1;
        }

        Line(ratio.Low >= Required
            ? $"PASS: at least {Required:F2}"
            : (FormattableString)$"UNDECIDED: the interval holds {Required:F2}; the machine is too noisy, or more --rounds are needed");
        return 0;
    }

    // Round by round, since what disturbs a round disturbs its neighbours in time.
    private static MedianInterval Ratio(Contestant x, Contestant y) => MedianInterval.Of(x.Seconds.Zip(y.Seconds, (a, b) => b / a));

    private static string Text(MedianInterval x) =>
        string.Create(CultureInfo.InvariantCulture, $"{x.Median:F3} (99 % between {x.Low:F3} and {x.High:F3})");

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Contestant(string method, string title, int bytesPerElement, Func<double> step)
    {
        private int _repeats = 1;

        public string Method { get; } = method;

        public string Title { get; } = title;

        public int BytesPerElement { get; } = bytesPerElement;

        public List<double> Seconds { get; } = [];

        public double Median => MedianInterval.Of(Seconds).Median;

        public static Contestant Of(MethodInfo method, AdamWBenchmarks benchmarks)
        {
            Action run = method.CreateDelegate<Action>(benchmarks);
            return new Contestant(
                method.Name,
                method.GetCustomAttribute<BenchmarkAttribute>()!.Description!,
                method.GetCustomAttribute<MovedBytesAttribute>()!.PerElement,
                () =>
                {
                    long start = Stopwatch.GetTimestamp();
                    run();
                    return Stopwatch.GetElapsedTime(start).TotalSeconds;
                });
        }

        public void WarmUp()
        {
            for (int i = 0; i < 40; i++)
                step();
            _repeats = Math.Max(1, (int)Math.Ceiling(ShortestSample / Enumerable.Range(0, 5).Min(_ => step())));
        }

        public void Sample() => Seconds.Add(Enumerable.Range(0, _repeats).Sum(_ => step()) / _repeats);
    }
}
