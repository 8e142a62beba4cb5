using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>What comparing one operation of a training step at one size found.</summary>
/// <param name="Operation">Its name in <see cref="ITensorOperations{T}"/>.</param>
/// <param name="Size">The sizes, in words.</param>
/// <param name="Result">What was compared.</param>
/// <param name="Seconds">How long the device took, compiling and copying included.</param>
public sealed record OperationComparison(string Operation, string Size, DeviceCheckResult Result, double Seconds);

/// <summary>Compares a device's operations of a training step with <see cref="ReferenceOperations{T}"/>, bit by bit, on ordinary values, on NaN, infinities, zeros and subnormals among them, and near both ends of the numbers.</summary>
public static class OperationCheck
{
    private static readonly (int Rows, int Inner, int Columns)[] Products = [(1, 1, 1), (2, 3, 5), (7, 8, 9), (13, 16, 7), (16, 31, 17), (33, 65, 4), (63, 4097, 2)];
    private static readonly (int Rows, int Width)[] Norms = [(1, 1), (3, 2), (9, 7), (7, 8), (5, 64), (3, 65), (2, 4097)];
    private static readonly AttentionShape[] Attentions = [new(1, 1, 1, 1), new(2, 3, 1, 4), new(3, 4, 2, 3), new(2, 8, 2, 1), new(1, 17, 3, 5), new(1, 65, 2, 8)];
    private static readonly int[] Lengths = [0, 1, 7, 64, 65, 4097];

    // Every device is compared with the same answers, which take the reference longest where it needs exact arithmetic.
    private static readonly ConcurrentDictionary<(string Operation, string Size), Lazy<Real32[][]>> Answers = new();

    /// <summary>Compares every operation, in order.</summary>
    /// <param name="device">The device.</param>
    /// <param name="largest">Cases in which a tensor has more elements are left out.</param>
    public static IEnumerable<OperationComparison> Run(IDevice device, int largest = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Compared(device, largest);
    }

    private static IEnumerable<OperationComparison> Compared(IDevice device, int largest)
    {
        foreach (Case item in Cases().Where(item => item.Elements <= largest))
        {
            Real32[][] expected = Answers.GetOrAdd((item.Operation, item.Size), _ => new(() => item.Run(new ReferenceOperations<Real32>()))).Value;
            long start = Stopwatch.GetTimestamp();
            Real32[][] actual = Array.ConvertAll(item.Run(device.Operations), device.Operations.Read);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            yield return new(item.Operation, item.Size, Compare(item, expected, actual), seconds);
        }
    }

    private static IEnumerable<Case> Cases()
    {
        foreach ((string kind, Func<int, int, Real32[]> x) in new (string, Func<int, int, Real32[]>)[] { ("", Ordinary), (", special values", Special), (", large values", Large), (", small values", Small) })
        {
            foreach (Case item in Elementwise(x).Concat(Embeddings(x)).Concat(Layers(x)).Concat(AttentionCases(x)))
                yield return item with { Size = item.Size + kind };
        }

        foreach ((int rows, int classes) in new[] { (1, 1), (3, 2), (5, 65), (7, 130), (2, 4097) })
        {
            int[] targets = DeviceInputs.Targets(rows, classes, 3);
            yield return new(nameof(ITensorOperations<Real32>.CrossEntropy), Text($"{rows} x {classes}"), rows * classes, o =>
            {
                Real32[] losses = o.Rent(rows), gradient = o.Rent(rows * classes);
                o.CrossEntropy(Ordinary(rows * classes, 1), targets, losses, gradient);
                return [losses, gradient];
            });
            yield return new(nameof(ITensorOperations<Real32>.CrossEntropy), Text($"{rows} x {classes} without a gradient"), rows * classes, o =>
                On(o.Rent(rows), losses => o.CrossEntropy(Ordinary(rows * classes, 1), targets, losses, [])));
        }
    }

    private static IEnumerable<Case> Elementwise(Func<int, int, Real32[]> x)
    {
        foreach (int n in Lengths)
        {
            string size = Text($"{n}");
            yield return new(nameof(ITensorOperations<Real32>.Fill), size, n, o => On(x(n, 1), t => o.Fill(t, 0.1f)));
            yield return new(nameof(ITensorOperations<Real32>.Add), size, n, o => On(x(n, 1), t => o.Add(x(n, 2), t)));
            yield return new(nameof(ITensorOperations<Real32>.Scale), size, n, o => On(x(n, 1), t => o.Scale(t, 0.3f)));
            foreach (Activation activation in Enum.GetValues<Activation>())
            {
                yield return new($"{nameof(ITensorOperations<Real32>.Activate)} {activation}", size, n, o =>
                {
                    Real32[] y = o.Rent(n), slopes = x(n, 1);
                    o.Activate(activation, slopes, y, slopes);
                    return [y, slopes];
                });
            }

            yield return new(nameof(ITensorOperations<Real32>.ActivationGradient), size, n, o => On(x(n, 1), t => o.ActivationGradient(t, x(n, 2), t)));

            foreach (CastTarget to in new[] { CastTarget.Float16, CastTarget.BFloat16 })
                yield return new($"{nameof(ITensorOperations<Real32>.RoundStochastically)} {to}", size, n, o => On(x(n, 1), t => o.RoundStochastically(t, to, new RandomPlace(Seed: 7UL << 32, Stream: 3, Offset: 5))));

            yield return new(nameof(ITensorOperations<Real32>.GlobalNorm), size, n, o => [[o.GlobalNorm([x(n, 1), x(1, 2), x(65, 3), x(2 * n, 4)])]]);
            yield return new(nameof(ITensorOperations<Real32>.AdamStep), size, n, o =>
            {
                Real32[] theta = x(n, 1), m = x(n, 2), v = Array.ConvertAll(x(n, 3), Real32.Abs);
                o.AdamStep(theta, m, v, x(n, 4), DeviceInputs.Coefficients(3, DecayKind.Old));
                return [theta, m, v];
            });
        }
    }

    private static IEnumerable<Case> Embeddings(Func<int, int, Real32[]> x)
    {
        foreach ((int batch, int length, int vocabulary, int width) in new[] { (1, 1, 1, 1), (2, 3, 5, 4), (3, 5, 7, 65), (9, 7, 3, 16) })
        {
            int count = batch * length;
            int[] ids = DeviceInputs.Targets(count, vocabulary, 5);
            string size = Text($"{count} of {vocabulary} x {width}");
            yield return new(nameof(ITensorOperations<Real32>.Embed), size, count * width, o => On(o.Rent(count * width), y => o.Embed(ids, length, x(vocabulary * width, 1), x(length * width, 2), y, width)));
            yield return new(nameof(ITensorOperations<Real32>.Embed), size + " without positions", count * width, o => On(o.Rent(count * width), y => o.Embed(ids, length, x(vocabulary * width, 1), [], y, width)));
            yield return new(nameof(ITensorOperations<Real32>.AddTokenGradient), size, count * width, o => On(x(vocabulary * width, 1), t => o.AddTokenGradient(ids, x(count * width, 2), t, width)));
            yield return new(nameof(ITensorOperations<Real32>.AddPositionGradient), size, count * width, o => On(x(length * width, 1), t => o.AddPositionGradient(x(count * width, 2), length, t, width)));
        }
    }

    private static IEnumerable<Case> Layers(Func<int, int, Real32[]> x)
    {
        foreach ((int rows, int inner, int columns) in Products)
        {
            string size = Text($"{rows} x {inner} x {columns}");
            int most = Math.Max(rows, columns) * inner;
            yield return new(nameof(ITensorOperations<Real32>.Linear), size, most, o => On(o.Rent(rows * columns), y => o.Linear(x(rows * inner, 1), x(inner * columns, 2), x(columns, 3), y, inner, columns)));
            yield return new(nameof(ITensorOperations<Real32>.Linear), size + " without bias", most, o => On(o.Rent(rows * columns), y => o.Linear(x(rows * inner, 1), x(inner * columns, 2), [], y, inner, columns)));
            yield return new(nameof(ITensorOperations<Real32>.LinearInputGradient), size, most, o => On(o.Rent(rows * inner), t => o.LinearInputGradient(x(rows * columns, 1), x(inner * columns, 2), t, inner, columns)));
            yield return new(nameof(ITensorOperations<Real32>.LinearWeightGradient), size, most, o => On(o.Rent(inner * columns), t => o.LinearWeightGradient(x(rows * columns, 1), x(rows * inner, 2), t, inner, columns)));
        }

        foreach ((int rows, int width) in Norms)
        {
            string size = Text($"{rows} x {width}");
            int n = rows * width;
            yield return new(nameof(ITensorOperations<Real32>.BiasGradient), size, n, o => On(o.Rent(width), t => o.BiasGradient(x(n, 1), t)));
            yield return new(nameof(ITensorOperations<Real32>.GainGradient), size, n, o => On(o.Rent(width), t => o.GainGradient(x(n, 1), x(n, 2), t)));
            yield return new(nameof(ITensorOperations<Real32>.LayerNorm), size, n, o =>
            {
                Real32[] y = o.Rent(n), normalized = o.Rent(n), reciprocals = o.Rent(rows);
                o.LayerNorm(x(n, 1), x(width, 2), x(width, 3), 1e-5, y, normalized, reciprocals);
                return [y, normalized, reciprocals];
            });
            yield return new(nameof(ITensorOperations<Real32>.LayerNormInputGradient), size, n, o => On(o.Rent(n), t => o.LayerNormInputGradient(x(n, 1), x(width, 2), x(n, 3), Array.ConvertAll(x(rows, 4), Real32.Abs), t)));
            yield return new(nameof(ITensorOperations<Real32>.RmsNorm), size, n, o =>
            {
                Real32[] y = o.Rent(n), normalized = o.Rent(n), reciprocals = o.Rent(rows);
                o.RmsNorm(x(n, 1), x(width, 2), 1e-6, y, normalized, reciprocals);
                return [y, normalized, reciprocals];
            });
            yield return new(nameof(ITensorOperations<Real32>.RmsNormInputGradient), size, n, o => On(o.Rent(n), t => o.RmsNormInputGradient(x(n, 1), x(width, 2), x(n, 3), Array.ConvertAll(x(rows, 4), Real32.Abs), t)));
        }
    }

    private static IEnumerable<Case> AttentionCases(Func<int, int, Real32[]> x)
    {
        foreach (AttentionShape shape in Attentions)
        {
            int n = shape.Batch * shape.Length * shape.Width, most = Math.Max(3 * n, shape.WeightCount);
            foreach ((string with, Real32[] mask) in new[] { ("", []), (" with a mask", Mask(shape.Length, x)) })
            {
                yield return new(nameof(ITensorOperations<Real32>.Attention), Text($"{shape.Batch} x {shape.Length} x {shape.Heads} x {shape.HeadWidth}") + with, most, o =>
                {
                    // The weights lie as each likes: what comes of them is compared, and they by the gradient.
                    Real32[] qkv = x(3 * n, 1), weights = o.Rent(o.AttentionWeightCount(shape)), y = o.Rent(n), dQkv = o.Rent(3 * n);
                    o.Attention(qkv, shape, mask, weights, y);
                    o.AttentionInputGradient(x(n, 2), qkv, weights, shape, dQkv);
                    return [y, dQkv];
                });
            }
        }
    }

    // A third of the keys may not be looked at, a third is as without a mask, and the third query may look at no key.
    private static Real32[] Mask(int length, Func<int, int, Real32[]> x)
    {
        Real32[] mask = Array.ConvertAll(x(length * length, 5), value => value.Value < float.PositiveInfinity ? value : 0);
        for (int at = 0; at < mask.Length; at++)
            mask[at] = at / length == 2 || at % 3 == 1 ? float.NegativeInfinity : at % 3 == 2 ? 0 : mask[at];
        return mask;
    }

    private static DeviceCheckResult Compare(Case item, Real32[][] expected, Real32[][] actual)
    {
        long values = 0, differences = 0;
        DeviceDifference? first = null;
        for (int tensor = 0; tensor < expected.Length; tensor++)
        {
            values += expected[tensor].Length;
            for (int i = 0; i < expected[tensor].Length; i++)
            {
                if (DeviceCheck.Bits(expected[tensor][i]) == DeviceCheck.Bits(actual[tensor][i]))
                    continue;
                differences++;
                first ??= new DeviceDifference($"{item.Operation} of {item.Size}", Text($"result {tensor}"), i, expected[tensor][i].Value, actual[tensor][i].Value);
            }
        }

        return new DeviceCheckResult(1, values, differences, first);
    }

    private static Real32[][] On(Real32[] tensor, Action<Real32[]> run)
    {
        run(tensor);
        return [tensor];
    }

    private static Real32[] Ordinary(int count, int seed) => Numbers(DeviceInputs.Ordinary(count, (ulong)seed));

    private static Real32[] Special(int count, int seed) => Numbers(DeviceInputs.Values(count, (ulong)seed));

    // Near the ends of single precision, where squares overflow or are nothing.
    private static Real32[] Large(int count, int seed) => Array.ConvertAll(Ordinary(count, seed), value => value * 1e30f);

    private static Real32[] Small(int count, int seed) => Array.ConvertAll(Ordinary(count, seed), value => value * 1e-38f);

    private static Real32[] Numbers(float[] x) => MemoryMarshal.Cast<float, Real32>(x).ToArray();

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Case(string Operation, string Size, int Elements, Func<ITensorOperations<Real32>, Real32[][]> Run);
}
