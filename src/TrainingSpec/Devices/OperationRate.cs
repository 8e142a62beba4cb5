using System.Diagnostics;
using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>How fast a device runs an operation of a training step.</summary>
/// <param name="Operation">Its name in <see cref="ITensorOperations{T}"/>.</param>
/// <param name="Size">The sizes, in words.</param>
/// <param name="Seconds">The shortest of some runs after the first, which compiles and brings the tensors to the device; reading one result back is part of it.</param>
/// <param name="PerSecond">Billions of bytes that must be read and written in a second, or of multiplications and additions.</param>
/// <param name="Unit">GB/s or GFLOP/s.</param>
public sealed record OperationRate(string Operation, string Size, double Seconds, double PerSecond, string Unit)
{
    private const int Runs = 3, Float = sizeof(float);

    /// <summary>Measures the operations that take a step's time, one after the other.</summary>
    /// <param name="device">The device.</param>
    /// <param name="width">Width of a layer in the sample; tensors have some hundred times its square elements at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is no multiple of 8, or below 8.</exception>
    public static IEnumerable<OperationRate> Measure(IDevice device, int width)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (width < 8 || width % 8 != 0)
            throw Domain.Outside("the multiples of 8 from 8 on", width.ToString(System.Globalization.CultureInfo.InvariantCulture), nameof(width));
        return Samples(width).Select(sample => Timed(device.Operations, sample));
    }

    private static OperationRate Timed(ITensorOperations<Real32> operations, Sample sample)
    {
        Action<ITensorOperations<Real32>> run = sample.Run;
        double best = double.PositiveInfinity;
        for (int i = 0; i <= Runs; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run(operations);
            operations.Read(sample.Result);
            best = i == 0 ? best : Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return new(sample.Operation, sample.Size, best, 1e-9 * sample.Amount / best, sample.Unit);
    }

    private static IEnumerable<Sample> Samples(int width)
    {
        int rows = 8 * width, n = rows * width;
        Real32[] x = Values(n, 1), y = Values(n, 2), z = Values(n, 3), weight = Values(width * width, 4), none = [], row = Values(width, 5), reciprocals = Array.ConvertAll(Values(rows, 6), Real32.Abs), second = Array.ConvertAll(z, Real32.Abs);
        string layer = FormattableString.Invariant($"{rows} x {width} x {width}"), tensor = FormattableString.Invariant($"{rows} x {width}");
        double product = 2.0 * n * width;
        yield return new(nameof(ITensorOperations<Real32>.Linear), layer, product, "GFLOP/s", y, o => o.Linear(x, weight, none, y, width, width));
        yield return new(nameof(ITensorOperations<Real32>.LinearInputGradient), layer, product, "GFLOP/s", y, o => o.LinearInputGradient(x, weight, y, width, width));
        yield return new(nameof(ITensorOperations<Real32>.LinearWeightGradient), layer, product, "GFLOP/s", weight, o => o.LinearWeightGradient(x, z, weight, width, width));
        yield return new(nameof(ITensorOperations<Real32>.LayerNorm), tensor, 3.0 * Float * n, "GB/s", reciprocals, o => o.LayerNorm(x, row, row, 1e-5, y, z, reciprocals));
        yield return new(nameof(ITensorOperations<Real32>.RmsNorm), tensor, 3.0 * Float * n, "GB/s", reciprocals, o => o.RmsNorm(x, row, 1e-6, y, z, reciprocals));
        yield return new(nameof(ITensorOperations<Real32>.Activate), tensor, 3.0 * Float * n, "GB/s", y, o => o.Activate(Activation.Gelu, x, y, z));
        yield return new(nameof(ITensorOperations<Real32>.Add), tensor, 3.0 * Float * n, "GB/s", y, o => o.Add(x, y));
        int[] targets = DeviceInputs.Targets(rows, width, 7);
        yield return new(nameof(ITensorOperations<Real32>.CrossEntropy), tensor, 2.0 * Float * n, "GB/s", reciprocals, o => o.CrossEntropy(x, targets, reciprocals, y));
        yield return new(nameof(ITensorOperations<Real32>.AdamStep), tensor, 7.0 * Float * n, "GB/s", y, o => o.AdamStep(y, z, second, x, DeviceInputs.Coefficients(3, DecayKind.Old)));

        // In place; what is rounded already costs the same again.
        yield return new(nameof(ITensorOperations<Real32>.RoundStochastically), tensor, 2.0 * Float * n, "GB/s", y, o => o.RoundStochastically(y, CastTarget.BFloat16, new RandomPlace(Seed: 1, Stream: 2, Offset: 0)));

        // Each query meets the keys up to its own: half of the square, twice, for scores and values.
        var shape = new AttentionShape(8, width, 2, width / 2);
        Real32[] qkv = Values(3 * n, 8);
        Real32[]? weights = null;
        yield return new(nameof(ITensorOperations<Real32>.Attention), FormattableString.Invariant($"{shape.Batch} x {shape.Length} x {shape.Heads} x {shape.HeadWidth}"), 2.0 * n * (width + 1), "GFLOP/s", y, o => o.Attention(qkv, shape, [], weights ??= o.Rent(o.AttentionWeightCount(shape)), y));
    }

    private static Real32[] Values(int count, ulong seed) => MemoryMarshal.Cast<float, Real32>(DeviceInputs.Ordinary(count, seed)).ToArray();

    private sealed record Sample(string Operation, string Size, double Amount, string Unit, Real32[] Result, Action<ITensorOperations<Real32>> Run);
}
