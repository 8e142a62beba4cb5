using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Devices;

/// <summary>A device whose arguments are checked on the host before anything runs; derived devices see only legal, non-empty work.</summary>
/// <param name="name">A short stable name.</param>
/// <param name="kind">What it is made of.</param>
/// <param name="description">One line for people.</param>
public abstract class Device(string name, DeviceKind kind, string description) : IDevice
{
    private bool _disposed;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public DeviceKind Kind { get; } = kind;

    /// <inheritdoc/>
    public string Description { get; } = description;

    /// <inheritdoc/>
    public ITensorOperations<Real32> Operations
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return field ??= NewOperations();
        }
    }

    /// <inheritdoc/>
    public void AdamStep(Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireLength(theta.Length, m.Length, nameof(m));
        RequireLength(theta.Length, v.Length, nameof(v));
        RequireLength(theta.Length, gradient.Length, nameof(gradient));
        RequireApart(theta, m, nameof(m));
        RequireApart(theta, v, nameof(v));
        RequireApart(m, v, nameof(v));
        RequireApart(gradient, theta, nameof(theta));
        RequireApart(gradient, m, nameof(m));
        RequireApart(gradient, v, nameof(v));
        Require(coefficients);
        if (!theta.IsEmpty)
            RunAdamStep(theta, m, v, gradient, coefficients);
    }

    /// <inheritdoc/>
    public void SoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Domain.Require("[1, inf)", classes, nameof(classes));
        if ((long)targets.Length * classes != logits.Length)
            throw new ArgumentException($"logits has {logits.Length} elements, {targets.Length} targets of {classes} classes need {(long)targets.Length * classes}", nameof(logits));
        RequireLength(targets.Length, losses.Length, nameof(losses));
        RequireLength(logits.Length, gradient.Length, nameof(gradient));
        RequireApart(logits, gradient, nameof(gradient));
        RequireApart(logits, losses, nameof(losses));
        RequireApart(gradient, losses, nameof(losses));
        if (of is not (GradientOf.EachRow or GradientOf.Mean))
            throw Domain.Outside("{EachRow, Mean}", ((int)of).ToString(CultureInfo.InvariantCulture), nameof(of));
        ReadOnlySpan<int> classesOfRows = targets.Span;
        for (int row = 0; row < classesOfRows.Length; row++)
        {
            if ((uint)classesOfRows[row] >= (uint)classes)
                throw Domain.Outside($"[0, {classes - 1}]", classesOfRows[row].ToString(CultureInfo.InvariantCulture), $"targets[{row}]");
        }

        if (!targets.IsEmpty)
            RunSoftmaxCrossEntropy(logits, targets, classes, losses, gradient, of);
    }

    /// <inheritdoc/>
    public float SumOfSquares(ReadOnlyMemory<float> x)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return x.IsEmpty ? 0 : RunSumOfSquares(x);
    }

    /// <inheritdoc/>
    public void Evaluate(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results)
    {
        Require<float>(formula, arguments.Span, results.Span);
        if (!results.IsEmpty)
            RunFormula(formula, arguments, results);
    }

    /// <inheritdoc/>
    public void Evaluate(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results)
    {
        Require<double>(formula, arguments.Span, results.Span);
        if (!results.IsEmpty)
            RunFormula(formula, arguments, results);
    }

    /// <inheritdoc/>
    public void EvaluateRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results)
    {
        RequireRows<float>(formula, rows.Span, width, results.Span);
        if (!rows.IsEmpty)
            RunRows(formula, rows, width, results);
    }

    /// <inheritdoc/>
    public void EvaluateRows(Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results)
    {
        RequireRows<double>(formula, rows.Span, width, results.Span);
        if (!rows.IsEmpty)
            RunRows(formula, rows, width, results);
    }

    /// <summary>Gives back what the device holds; a second call does nothing.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Dispose(true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The operations of a model's training step; called once.</summary>
    protected abstract ITensorOperations<Real32> NewOperations();

    /// <summary>The step on at least one element; lengths agree and nothing overlaps.</summary>
    protected abstract void RunAdamStep(
        Memory<float> theta, Memory<float> m, Memory<float> v, ReadOnlyMemory<float> gradient, AdamCoefficients<Real32> coefficients);

    /// <summary>At least one row; lengths agree, targets are classes and nothing overlaps.</summary>
    protected abstract void RunSoftmaxCrossEntropy(
        ReadOnlyMemory<float> logits, ReadOnlyMemory<int> targets, int classes, Memory<float> losses, Memory<float> gradient, GradientOf of);

    /// <summary>The sum over at least one element.</summary>
    protected abstract float RunSumOfSquares(ReadOnlyMemory<float> x);

    /// <summary>A formula of numbers at one list of arguments or more; lengths fit and nothing overlaps.</summary>
    protected abstract void RunFormula(Formula formula, ReadOnlyMemory<float> arguments, Memory<float> results);

    /// <summary>A formula of numbers at one list of arguments or more; lengths fit and nothing overlaps.</summary>
    protected abstract void RunFormula(Formula formula, ReadOnlyMemory<double> arguments, Memory<double> results);

    /// <summary>A formula of a row at one row or more; lengths fit and nothing overlaps.</summary>
    protected abstract void RunRows(Formula formula, ReadOnlyMemory<float> rows, int width, Memory<float> results);

    /// <summary>A formula of a row at one row or more; lengths fit and nothing overlaps.</summary>
    protected abstract void RunRows(Formula formula, ReadOnlyMemory<double> rows, int width, Memory<double> results);

    /// <summary>Gives back what the device holds; called once.</summary>
    /// <param name="disposing">True where called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private void Require<T>(Formula formula, ReadOnlySpan<T> arguments, Span<T> results)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(formula);
        if (formula.Shape != FormulaShape.Scalar || !FormulaCatalog.All.Contains(formula))
            throw new ArgumentException($"formula = {formula.Id} is outside the catalogue's formulas of numbers", nameof(formula));
        if (arguments.Length != (long)formula.Parameters.Count * results.Length)
            throw new ArgumentException($"arguments has {arguments.Length} elements, {results.Length} results of {formula.Id} need {(long)formula.Parameters.Count * results.Length}", nameof(arguments));
        if (arguments.Overlaps(results))
            throw new ArgumentException("results overlaps another tensor of the same call", nameof(results));
    }

    private void RequireRows<T>(Formula formula, ReadOnlySpan<T> rows, int width, Span<T> results)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(formula);
        if (formula.Shape == FormulaShape.Scalar || !FormulaCatalog.All.Contains(formula))
            throw new ArgumentException($"formula = {formula.Id} is outside the catalogue's formulas of rows", nameof(formula));
        Domain.Require("[1, inf)", width, nameof(width));
        if (rows.Length % width != 0)
            throw new ArgumentException($"rows has {rows.Length} elements, which is outside multiples of {width}", nameof(rows));
        RequireLength(formula.Shape == FormulaShape.RowToRow ? rows.Length : rows.Length / width, results.Length, nameof(results));
        if (rows.Overlaps(results))
            throw new ArgumentException("results overlaps another tensor of the same call", nameof(results));
    }

    private static void RequireLength(int expected, int length, string argument)
    {
        if (length != expected)
            throw new ArgumentException($"{argument} has {length} elements, {expected} are needed", argument);
    }

    // In-place steps on overlapping tensors would depend on the order of elements.
    private static void RequireApart(ReadOnlyMemory<float> x, ReadOnlyMemory<float> y, string argument)
    {
        if (x.Span.Overlaps(y.Span))
            throw new ArgumentException($"{argument} overlaps another tensor of the same call", argument);
    }

    private static void Require(AdamCoefficients<Real32> c)
    {
        RequireRounded(Hyperparameters.StepSize, c.LearningRate, nameof(c.LearningRate));
        RequireRounded(Hyperparameters.Beta1, c.Beta1, nameof(c.Beta1));
        RequireRounded(Hyperparameters.Beta2, c.Beta2, nameof(c.Beta2));
        RequireRounded(Hyperparameters.Epsilon, c.Epsilon, nameof(c.Epsilon));
        RequireRounded(Hyperparameters.WeightDecay, c.WeightDecay, nameof(c.WeightDecay));
        Domain.Require("(0, 1]", c.Share1, nameof(c.Share1));
        Domain.Require("(0, 1]", c.Share2, nameof(c.Share2));
        Domain.Require("[0, inf)", c.DecayRate, nameof(c.DecayRate));
        Domain.Require("(0, 1]", c.Correction1, nameof(c.Correction1));
        Domain.Require("(0, 1]", c.Correction2, nameof(c.Correction2));
        Domain.Require("(0, 1]", c.RootCorrection2, nameof(c.RootCorrection2));
        Domain.Require("[0, inf)", c.LeastMoment, nameof(c.LeastMoment));
        Domain.Require("[0, 2]", (int)c.Decay, nameof(c.Decay));
        Domain.Require("[0, 1]", c.EpsilonInsideRoot, nameof(c.EpsilonInsideRoot));
    }

    // 1 − 10⁻⁹ is below 1, and 1 when rounded.
    private static void RequireRounded(Hyperparameter known, Real32 value, string name)
    {
        Domain domain = double.IsFinite(known.Domain.High) ? known.Domain with { HighOpen = false } : known.Domain;
        if (!domain.Contains(value))
            throw Domain.Outside(domain.ToString(), value.ToString(), name);
    }
}
