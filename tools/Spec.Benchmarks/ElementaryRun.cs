using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Numbers;

namespace Spec.Benchmarks;

/// <summary>Elementary functions and rows of softmax with cross-entropy on one thread, beside the runtime's libraries and beside AdamW, in interleaved rounds.</summary>
/// <remarks>Each sample is shorter than a time slice, so the median of a round-by-round ratio withstands a noisy machine.</remarks>
/// <param name="output">Receives the report.</param>
internal sealed class ElementaryRun(TextWriter output)
{
    private const int Length = 65_536;
    private const float Bound = 10;
    private const int Rows = 1024, Classes = 2000, RowsInPart = 32;

    private readonly List<Contestant> _contestants = [];

    /// <summary>0 where every limit is kept or noise hides it, 1 where one surely is not.</summary>
    public int Run(int rounds)
    {
        float[] any = Uniform(-Bound, Bound), positive = Uniform(0, Bound);
        Add<ExpFunction>(any);
        Add<LogFunction>(positive);
        Add<TanhFunction>(any);
        Add<ErfFunction>(any);
        Add<CosFunction>(any);
        Add<SinFunction>(any);
        Add<Expm1Function>(any);
        Add<Log1pFunction>(positive);
        Add<ErfcFunction>(any);
        using var device = new CpuDevice(threads: 1);
        using var adamW = new AdamWBenchmarks { Elements = 10_000_000 };
        adamW.Fill();
        Contestant rowsOf = AddRows(device), step = AddStep(adamW);

        WarmUp();

        var order = new SplitMix(1);
        for (int round = 0; round < rounds; round++)
        {
            foreach (Contestant contestant in _contestants.OrderBy(_ => order.Next()).ToList())
                contestant.Seconds.Add(contestant.Sample());
        }

        Line($"{Length} floats in [-{Bound}, {Bound}] (log, log1p: in (0, {Bound}]), {rounds} interleaved rounds, {device.Description}; ns per element, medians");
        Line($"{"",-6} {"MathF",8} {"Tensor",8} {"scalar",8} {"lanes",8} {"wide",8}");
        foreach (var group in _contestants.Where(c => c != rowsOf && c != step).GroupBy(c => c.Function))
            Line($"{group.Key,-6} {Nanoseconds(group, Kind.Library)} {Nanoseconds(group, Kind.Tensor)} {Nanoseconds(group, Kind.Scalar)} {Nanoseconds(group, Kind.Lanes)} {Nanoseconds(group, Kind.Wide)}");
        Line($"softmax with cross-entropy, {Rows} rows of {Classes}: {1e-6 / rowsOf.Median:F0} million elements/s; AdamW in the same run: {28e-9 / step.Median:F1} GB/s");
        return Limits(rowsOf, step).Aggregate(0, Math.Max);
    }

    private IEnumerable<int> Limits(Contestant rows, Contestant step)
    {
        // Without registers of 512 bits no device runs the wide lanes.
        foreach (Kind kind in CpuDevice.LaneCounts[0] == WideLanes.Count ? new[] { Kind.Lanes, Kind.Wide } : [Kind.Lanes])
        {
            foreach (string function in new[] { "exp", "log", "tanh" })
                yield return AtMost(2, Named(function, kind), Named(function, Kind.Tensor));
            yield return AtMost(8, $"erf, {Title(kind)}, in ns", MedianInterval.Of(Named("erf", kind).Seconds.Select(s => s * 1e9)));
        }
        yield return AtMost(5, Named("exp", Kind.Scalar), Named("exp", Kind.Library));

        // 200 million elements a second beside 45 GB/s: 5 ns beside 28/45 ns.
        yield return AtMost(5 / (28.0 / 45), rows, step);
    }

    // Counted calls, then a pause in which the runtime compiles in full, until a round of both has left it nothing to compile.
    private void WarmUp()
    {
        long compiled = -1;
        for (int tier = 0; tier < 20 && compiled != JitInfo.GetCompiledMethodCount(); tier++)
        {
            compiled = JitInfo.GetCompiledMethodCount();
            foreach (Contestant contestant in _contestants)
            {
                for (int call = 0; call < 40; call++)
                    contestant.Sample();
            }
            Thread.Sleep(500);
        }
    }

    private Contestant Named(string function, Kind kind) => _contestants.Single(c => c.Function == function && c.Kind == kind);

    private int AtMost(double limit, Contestant x, Contestant y) => AtMost(
        limit, $"time of {x.Function}, {Title(x.Kind)} / {y.Function}, {Title(y.Kind)}", MedianInterval.Of(x.Seconds.Zip(y.Seconds, (a, b) => a / b)));

    private int AtMost(double limit, string what, MedianInterval ratio)
    {
        bool fails = ratio.Low > limit;
        string verdict = fails ? "FAIL" : ratio.High <= limit ? "PASS" : "UNDECIDED";
        Line($"{verdict}: {what}: {ratio.Median:F2} (99 % between {ratio.Low:F2} and {ratio.High:F2}), at most {limit:F2}");
        return fails ? 1 : 0;
    }

    // Results lie half a page apart from their arguments: a processor takes a read for one of what was just written where the last bits of the addresses agree, and waits.
    private void Add<TFunction>(float[] arguments)
        where TFunction : IElementaryFunction
    {
        Memory<float> x = CacheLines.Allocate(arguments.Length, 0), y = CacheLines.Allocate(arguments.Length, CacheLines.HalfPage);
        arguments.CopyTo(x);
        if (TFunction.OfLibrary is { } library)
            Add(TFunction.Name, Kind.Library, () => Map(library, x.Span, y.Span));
        if (TFunction.OfTensor is { } tensor)
            Add(TFunction.Name, Kind.Tensor, () => tensor(x, y));
        Add(TFunction.Name, Kind.Scalar, () => Map<Real32, TFunction>(x.Span, y.Span));
        Add(TFunction.Name, Kind.Lanes, () => Map<Lanes, TFunction>(x.Span, y.Span));
        Add(TFunction.Name, Kind.Wide, () => Map<WideLanes, TFunction>(x.Span, y.Span));
    }

    private void Add(string function, Kind kind, Action run) => _contestants.Add(new Contestant(function, kind, () => Time(run) / Length));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Map(Func<float, float> function, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
            y[i] = function(x[i]);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Map<T, TFunction>(ReadOnlySpan<float> x, Span<float> y)
        where T : unmanaged, IReal<T>
        where TFunction : IElementaryFunction
    {
        ReadOnlySpan<T> arguments = MemoryMarshal.Cast<float, T>(x);
        Span<T> results = MemoryMarshal.Cast<float, T>(y)[..arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
            results[i] = TFunction.Of(arguments[i]);
    }

    private Contestant AddRows(CpuDevice device)
    {
        Memory<float> logits = DeviceInputs.Ordinary(Rows * Classes, seed: 5), gradient = new float[Rows * Classes], losses = new float[Rows];
        Memory<int> targets = DeviceInputs.Targets(Rows, Classes, seed: 6);
        int part = 0;
        var rows = new Contestant("softmax with cross-entropy", Kind.Device, () =>
        {
            int first = part++ % (Rows / RowsInPart) * RowsInPart;
            Range elements = (first * Classes)..((first + RowsInPart) * Classes), some = first..(first + RowsInPart);
            return Time(() => device.SoftmaxCrossEntropy(logits[elements], targets[some], Classes, losses[some], gradient[elements], GradientOf.Mean))
                / (RowsInPart * Classes);
        });
        _contestants.Add(rows);
        return rows;
    }

    private Contestant AddStep(AdamWBenchmarks benchmarks)
    {
        const int count = 1 << 18;
        int part = 0;
        var step = new Contestant("AdamW", Kind.Device, () =>
        {
            benchmarks.Look(part++ % (benchmarks.Elements / count) * count, count);
            return Time(benchmarks.Lanes) / count;
        });
        _contestants.Add(step);
        return step;
    }

    private static double Time(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static float[] Uniform(float low, float high)
    {
        var random = new SplitMix(7);
        var x = new float[Length];
        for (int i = 0; i < x.Length; i++)
            x[i] = low + (high - low) * (((random.Next() >> 40) + 1) * (1f / (1 << 24)));
        return x;
    }

    private static string Nanoseconds(IEnumerable<Contestant> ofFunction, Kind kind) =>
        ofFunction.SingleOrDefault(c => c.Kind == kind) is { } c ? string.Create(CultureInfo.InvariantCulture, $"{c.Median * 1e9,8:F3}") : $"{"-",8}";

    private static string Title(Kind kind) => kind switch
    {
        Kind.Library => "MathF",
        Kind.Tensor => "TensorPrimitives",
        Kind.Scalar => "scalar",
        Kind.Lanes => "lanes",
        Kind.Wide => "wide lanes",
        _ => "1 thread",
    };

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private enum Kind
    {
        Library,
        Tensor,
        Scalar,
        Lanes,
        Wide,
        Device,
    }

    // Sample gives seconds for each element.
    private sealed record Contestant(string Function, Kind Kind, Func<double> Sample)
    {
        public List<double> Seconds { get; } = [];

        public double Median => MedianInterval.Of(Seconds).Median;
    }
}
