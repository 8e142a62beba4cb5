using System.Runtime.InteropServices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>A plain loop over <see cref="Real32"/>, one element after the other: what every other device is compared with, bit by bit.</summary>
public sealed class ReferenceDevice() : Device("reference", DeviceKind.Reference, "a plain loop in single precision, one thread")
{
    /// <inheritdoc/>
    protected override ITensorOperations<Real32> NewOperations() => new ReferenceOperations<Real32>();

    /// <inheritdoc/>
    protected override void RunAdamStep(
        Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients) =>
        Formulas.AdamStep.ApplyAll(Numbers(theta.Span), Numbers(m.Span), Numbers(v.Span), Numbers(gradient.Span), coefficients);

    /// <inheritdoc/>
    protected override void RunSoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
    {
        Real32 rows = Real32.Of(targets.Length);
        var first = new Real32[classes];
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<Real32> x = Numbers(logits.Span.Slice(row * classes, classes));
            Span<Real32> g = Numbers(gradient.Span.Slice(row * classes, classes));
            int target = targets.Span[row];
            Real32 max = Softmax.Maximum(x);
            Real32 rest = Softmax.Rest(x, max, g, first), sum = Real32.Of(1) + rest;
            losses.Span[row] = Formulas.SoftmaxCrossEntropy.Loss(x[target], max, rest);
            g[target] = Formulas.SoftmaxCrossEntropy.TargetShare(first[target], g[target], sum, rest);
            for (int i = 0; i < classes; i++)
                g[i] = Formulas.SoftmaxCrossEntropy.Gradient(g[i], sum, rows, (int)of);
        }
    }

    /// <inheritdoc/>
    protected override float RunSumOfSquares(ReadOnlyMemory<float> x) => Reduction.SumOfSquares(Numbers(x.Span));

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results) => Evaluate(formula, Numbers(arguments.Span), Numbers(results.Span), 0, results.Length);

    /// <inheritdoc/>
    protected override void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results) =>
        Evaluate(formula, MemoryMarshal.Cast<double, Real64>(arguments.Span), MemoryMarshal.Cast<double, Real64>(results.Span), 0, results.Length);

    /// <inheritdoc/>
    protected override void RunRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results) => EvaluateRows(formula, Numbers(rows.Span), width, Numbers(results.Span));

    /// <inheritdoc/>
    protected override void RunRows(Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results) =>
        EvaluateRows(formula, MemoryMarshal.Cast<double, Real64>(rows.Span), width, MemoryMarshal.Cast<double, Real64>(results.Span));

    /// <summary>The results of rows, one after the other.</summary>
    internal static void EvaluateRows<T>(Formula formula, ReadOnlySpan<T> rows, int width, Span<T> results)
        where T : IReal<T>
    {
        for (; !rows.IsEmpty; rows = rows[width..])
        {
            T[] values = formula.EvaluateRow(rows[..width]);
            values.CopyTo(results);
            results = results[values.Length..];
        }
    }

    /// <summary>The results from one index to before another, one after the other.</summary>
    internal static void Evaluate<T>(Formula formula, ReadOnlySpan<T> arguments, Span<T> results, int first, int end)
        where T : IReal<T>
    {
        var list = new T[formula.Parameters.Count];
        for (int i = first; i < end; i++)
        {
            for (int k = 0; k < list.Length; k++)
                list[k] = arguments[k * results.Length + i];
            results[i] = formula.Evaluate<T>(list);
        }
    }

    private static Span<Real32> Numbers(Span<float> x) => MemoryMarshal.Cast<float, Real32>(x);

    private static ReadOnlySpan<Real32> Numbers(ReadOnlySpan<float> x) => MemoryMarshal.Cast<float, Real32>(x);
}
