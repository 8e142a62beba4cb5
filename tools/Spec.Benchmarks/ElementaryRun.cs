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

    // What a step reads and writes for an element, and the speed at which rows have to pass.
    private const double StepBytes = 28, GigabytesPerSecond = 45;

    private readonly List<Contestant> _contestants = [];

    /// <summary>0 where every limit is kept or noise hides it, 1 where one surely is not.</summary>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="require">1 also where noise hides whether a limit is kept.</param>
    public int Run(int rounds, bool require)
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
        Add<SigmoidFunction>(any);
        Add<SigmoidSlopeFunction>(any);
        Add<GeluFunction>(any);
        Add<GeluTanhFunction>(any);
        using var device = new CpuDevice(threads: 1);
        using var adamW = new AdamWBenchmarks { Elements = 10_000_000 };
        adamW.Fill();
        Contestant rowsOf = AddRows(device), step = AddStep(adamW, "AdamW, lanes", adamW.Lanes);
        Contestant peer = CpuDevice.LaneCounts[0] == WideLanes.Count
            ? AddStep(adamW, "hand-written Vector512", adamW.HandWritten512)
            : AddStep(adamW, "hand-written Vector256", adamW.HandWritten256);

        WarmUp();

        var order = new SplitMix(1);
        for (int round = 0; round < rounds; round++)
        {
            foreach (Contestant contestant in _contestants.OrderBy(_ => order.Next()).ToList())
                contestant.Seconds.Add(contestant.Sample());
        }

        Line($"{Length} floats in [-{Bound}, {Bound}] (log, log1p: in (0, {Bound}]), {rounds} interleaved rounds, {device.Description}; ns per element, medians");
        Line($"{"",-10} {"MathF",8} {"Tensor",8} {"scalar",8} {"lanes",8} {"wide",8}");
        foreach (var group in _contestants.Where(c => c.Kind != Kind.Device).GroupBy(c => c.Function))
            Line($"{group.Key,-10} {Nanoseconds(group, Kind.Library)} {Nanoseconds(group, Kind.Tensor)} {Nanoseconds(group, Kind.Scalar)} {Nanoseconds(group, Kind.Lanes)} {Nanoseconds(group, Kind.Wide)}");
        Line($"softmax with cross-entropy, {Rows} rows of {Classes}: {1e-6 / rowsOf.Median:F0} million elements/s; AdamW in the same run: {StepBytes * 1e-9 / step.Median:F1} GB/s");
        return MustHold.Write(output, [.. Limits(rowsOf, step, peer)], require);
    }

    private IEnumerable<Held> Limits(Contestant rows, Contestant step, Contestant peer)
    {
        // Without registers of 512 bits no device runs the wide lanes.
        foreach (Kind kind in CpuDevice.LaneCounts[0] == WideLanes.Count ? new[] { Kind.Lanes, Kind.Wide } : [Kind.Lanes])
        {
            foreach (string function in new[] { "exp", "log", "tanh" })
                yield return TimeAtMost(2, Named(function, kind), Named(function, Kind.Tensor));
            yield return new Held($"erf, {Title(kind)}, ns", MedianInterval.Of(Named("erf", kind).Seconds.Select(s => s * 1e9)), 8, AtMost: true);
        }
        yield return TimeAtMost(5, Named("exp", Kind.Scalar), Named("exp", Kind.Library));

        MedianInterval elements = MedianInterval.Of(rows.Seconds.Zip(step.Seconds, (r, s) => 1e3 * s / r / (StepBytes / GigabytesPerSecond)));
        yield return new Held($"{rows.Function}, million elements/s at {GigabytesPerSecond:F0} GB/s of AdamW", elements, 200, AtMost: false);
        yield return new Held($"speed of AdamW, lanes / {peer.Function}", MedianInterval.Of(peer.Seconds.Zip(step.Seconds, (p, s) => p / s)), 0.95, AtMost: false);
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

    private static Held TimeAtMost(double limit, Contestant x, Contestant y) => new(
        $"time of {x.Function}, {Title(x.Kind)} / {Title(y.Kind)}", MedianInterval.Of(x.Seconds.Zip(y.Seconds, (a, b) => a / b)), limit, AtMost: true);

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

    // The median of some parts, since memory is what others on the machine disturb most.
    private Contestant AddStep(AdamWBenchmarks benchmarks, string name, Action run)
    {
        const int count = 1 << 18, parts = 9;
        int part = 0;
        var step = new Contestant(name, Kind.Device, () =>
        {
            var seconds = new double[parts];
            foreach (ref double one in seconds.AsSpan())
            {
                benchmarks.Look(part++ % (benchmarks.Elements / count) * count, count);
                one = Time(run) / count;
            }
            return MedianInterval.Of(seconds).Median;
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
