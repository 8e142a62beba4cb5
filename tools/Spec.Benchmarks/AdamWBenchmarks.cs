using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace Spec.Benchmarks;

/// <summary>One AdamW step on a flat tensor, in several ways on the same memory, beside the memory's own speed.</summary>
public class AdamWBenchmarks : IDisposable
{
    // θ, m, v and g are read, θ, m and v are written: 7 floats.
    private const int StepBytes = 28;

    private readonly CpuDevice _one = new(threads: 1);
    private readonly CpuDevice _second = new(threads: 1, CpuDevice.LaneCounts[^1]);
    private readonly CpuDevice _all = new();
    private readonly AdamCoefficients<Real32> _coefficients = DeviceInputs.Coefficients(step: 10, DecayKind.Old);
    private HandWrittenAdamW _handWritten;
    private Memory<float>[] _tensors = [];
    private Memory<float> _theta, _m, _v, _gradient, _other;

    /// <summary>How many floats a tensor has.</summary>
    [Params(10_000_000)]
    public int Elements { get; set; } = 10_000_000;

    /// <summary>Fills the tensors.</summary>
    [GlobalSetup]
    public void Fill()
    {
        AdamCoefficients<Real32> c = _coefficients;
        _handWritten = new HandWrittenAdamW(c.LearningRate, c.Beta1, c.Beta2, c.Share1, c.Share2, c.Epsilon, c.DecayRate, c.Correction1, c.RootCorrection2);
        _tensors = [.. Enumerable.Range(1, 5).Select(seed => Aligned((ulong)seed))];
        foreach (ref float v in _tensors[2].Span)
            v *= v;
        Look(0, Elements);
    }

    /// <summary>Lets the benchmarks work on a part of the tensors.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="count">How many.</param>
    public void Look(int start, int count)
    {
        _theta = _tensors[0].Slice(start, count);
        _m = _tensors[1].Slice(start, count);
        _v = _tensors[2].Slice(start, count);
        _gradient = _tensors[3].Slice(start, count);
        _other = _tensors[4].Slice(start, count);
    }

    /// <summary>The formulas over the widest lanes.</summary>
    [Benchmark(Description = "AdamW, lanes, 1 thread"), MovedBytes(StepBytes)]
    public void Lanes() => _one.AdamStep(_theta, _m, _v, _gradient, _coefficients);

    /// <summary>The formulas over the other lanes that there are.</summary>
    [Benchmark(Description = "AdamW, other lanes, 1 thread"), MovedBytes(StepBytes)]
    public void OtherLanes() => _second.AdamStep(_theta, _m, _v, _gradient, _coefficients);

    /// <summary>The peer with the wider vectors.</summary>
    [Benchmark(Description = "AdamW, hand-written Vector512", Baseline = true), MovedBytes(StepBytes)]
    public void HandWritten512() => _handWritten.Step512(_theta.Span, _m.Span, _v.Span, _gradient.Span);

    /// <summary>The peer with the narrower vectors.</summary>
    [Benchmark(Description = "AdamW, hand-written Vector256"), MovedBytes(StepBytes)]
    public void HandWritten256() => _handWritten.Step256(_theta.Span, _m.Span, _v.Span, _gradient.Span);

    /// <summary>The formulas over single numbers.</summary>
    [Benchmark(Description = "AdamW, scalar"), MovedBytes(StepBytes)]
    public void Scalar() => AdamStep.ApplyAll(Numbers(_theta), Numbers(_m), Numbers(_v), Numbers(_gradient), _coefficients);

    /// <summary>The formulas over lanes, on all threads.</summary>
    [Benchmark(Description = "AdamW, lanes, all threads"), MovedBytes(StepBytes)]
    public void AllThreads() => _all.AdamStep(_theta, _m, _v, _gradient, _coefficients);

    /// <summary>x = y, counted as STREAM does: one read, one write.</summary>
    [Benchmark(Description = "copy, 1 thread"), MovedBytes(8)]
    public void Copy() => _gradient.Span.CopyTo(_other.Span);

    /// <summary>x = y + s·z, counted as STREAM does: two reads, one write.</summary>
    [Benchmark(Description = "triad, 1 thread"), MovedBytes(12)]
    public void Triad() => Triad(Vectors(_other), Vectors(_gradient), Vectors(_theta), WideLanes.Of(3));

    /// <summary>Gives the devices back.</summary>
    public void Dispose()
    {
        _one.Dispose();
        _second.Dispose();
        _all.Dispose();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Triad(Span<WideLanes> x, ReadOnlySpan<WideLanes> y, ReadOnlySpan<WideLanes> z, WideLanes s)
    {
        y = y[..x.Length];
        z = z[..x.Length];
        for (int i = 0; i < x.Length; i++)
            x[i] = y[i] + s * z[i];
    }

    // At a whole cache line, which the widest vectors want.
    private Memory<float> Aligned(ulong seed)
    {
        const int line = 64;
        float[] storage = GC.AllocateArray<float>(Elements + line / sizeof(float), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(storage, 0);
        Memory<float> tensor = storage.AsMemory((int)((line - address % line) % line) / sizeof(float), Elements);
        DeviceInputs.Ordinary(Elements, seed).CopyTo(tensor);
        return tensor;
    }

    private static Span<Real32> Numbers(Memory<float> x) => MemoryMarshal.Cast<float, Real32>(x.Span);

    private static Span<WideLanes> Vectors(Memory<float> x) => MemoryMarshal.Cast<float, WideLanes>(x.Span);
}
