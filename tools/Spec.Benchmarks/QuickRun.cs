using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Attributes;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Numbers;

namespace Spec.Benchmarks;

/// <summary>Interleaved rounds of every benchmark, so that a noisy machine disturbs all of them alike; decides whether lanes keep up with the peer.</summary>
/// <remarks>A round times a step part by part and takes the median part: what interrupts a few parts leaves no trace.</remarks>
/// <param name="output">Receives the report.</param>
internal sealed class QuickRun(TextWriter output)
{
    /// <summary>The part of the speed of the hand-written loop, with the widest registers that there are, that lanes must reach.</summary>
    public const double Required = 0.95;

    // Short beside a time slice, and long beside a call; all parts together are larger than caches.
    private const int PartLength = 1 << 18;

    private const double ShortestSample = 1e-4;

    /// <summary>0 where lanes reach the required part of the peer's speed or noise hides it, 1 where they surely do not.</summary>
    public int Run(int elements, int rounds, string? python)
    {
        using var benchmarks = new AdamWBenchmarks { Elements = elements };
        benchmarks.Fill();
        List<Contestant> contestants =
        [
            .. from method in typeof(AdamWBenchmarks).GetMethods()
               where method.IsDefined(typeof(BenchmarkAttribute))
               select new Contestant(
                   method.Name,
                   method.GetCustomAttribute<BenchmarkAttribute>()!.Description!,
                   method.GetCustomAttribute<MovedBytesAttribute>()!.PerElement,
                   new InParts(benchmarks, method.CreateDelegate<Action>(benchmarks)).Run),
        ];
        using PyTorchPeer? peer = python is null ? null : PyTorchPeer.Start(python, "pytorch_peer.py", 1, output, elements, PartLength);
        if (peer is not null)
            contestants.Add(new Contestant("PyTorch", $"AdamW, PyTorch {peer.Version}, 1 thread", 28, () => peer.Step()));
        foreach (Contestant contestant in contestants)
        {
            for (int warm = 0; warm < 3; warm++)
                contestant.Step();
        }

        var order = new SplitMix(1);
        for (int round = 0; round < rounds; round++)
        {
            // In another order each time, since each leaves the caches to the next.
            foreach (Contestant contestant in contestants.OrderBy(_ => order.Next()).ToList())
                contestant.Seconds.Add(contestant.Step());
        }

        Report(contestants, elements, rounds);
        Contestant lanes = Named(nameof(AdamWBenchmarks.Lanes));
        Contestant handWritten = Named(CpuDevice.LaneCounts[0] == WideLanes.Count ? nameof(AdamWBenchmarks.HandWritten512) : nameof(AdamWBenchmarks.HandWritten256));
        foreach (Contestant other in contestants.Where(c => c != lanes && c != handWritten && c.Title.StartsWith("AdamW", StringComparison.Ordinal)))
            Line($"speed of lanes / {other.Title}: {Text(Ratio(lanes, other))}");
        MedianInterval ratio = Ratio(lanes, handWritten);
        Line($"speed of lanes / {handWritten.Title} (the peer, with the widest registers that there are): {Text(ratio)}");
        return Decide(ratio);

        Contestant Named(string method) => contestants.Single(c => c.Method == method);
    }

    private void Report(List<Contestant> contestants, int elements, int rounds)
    {
        using var device = new CpuDevice();
        Line($"{elements} elements in parts of {Math.Min(PartLength, elements)}, {rounds} interleaved rounds, {device.Description}");
        Line($"{"",-40} {"B/element",9} {"ns/element",10} {"GB/s",6}");
        foreach (Contestant c in contestants)
            Line($"{c.Title,-40} {c.BytesPerElement,9} {c.Median * 1e9,10:F3} {c.BytesPerElement / c.Median / 1e9,6:F1}");
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

    // Step gives seconds for each element.
    private sealed record Contestant(string Method, string Title, int BytesPerElement, Func<double> Step)
    {
        public List<double> Seconds { get; } = [];

        public double Median => MedianInterval.Of(Seconds).Median;
    }

    private sealed class InParts(AdamWBenchmarks benchmarks, Action run)
    {
        private int _repeats = 1;

        public double Run()
        {
            int parts = (int)Math.Max(1, ((long)benchmarks.Elements + PartLength - 1) / PartLength);
            var seconds = new double[parts];
            for (int part = 0; part < parts; part++)
            {
                int start = (int)((long)benchmarks.Elements * part / parts), end = (int)((long)benchmarks.Elements * (part + 1) / parts);
                benchmarks.Look(start, end - start);
                seconds[part] = Repeat() / (end - start);
            }

            return MedianInterval.Of(seconds).Median;
        }

        // Small tensors are too quick for a clock; what fits into caches stays there.
        private double Repeat()
        {
            while (true)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < _repeats; i++)
                    run();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (seconds >= ShortestSample || benchmarks.Elements > PartLength)
                    return seconds / _repeats;
                _repeats *= 2;
            }
        }
    }
}
