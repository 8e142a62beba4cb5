using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What becomes of the losses of the rows.</summary>
public enum LossReduction
{
    /// <summary>Their sum over the number of rows kept.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Each row's own loss; the gradient is that of the sum.</summary>
    None,
}

/// <summary>Options of the cross-entropy loss; each is checked when it is set, and errors use the oracle protocol's names.</summary>
public sealed record CrossEntropyOptions
{
    /// <summary><c>label_smoothing</c> s, of <see cref="Hyperparameters.LabelSmoothing"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double LabelSmoothing { get; init => field = Hyperparameters.LabelSmoothing.Require(value); } = Hyperparameters.LabelSmoothing.Default;

    /// <summary><c>reduction</c>: mean over the rows kept, sum, or none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no reduction.</exception>
    public LossReduction Reduction
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw Domain.Outside("{mean, sum, none}", Tensors.Text((int)value), "reduction");
    }

    /// <summary><c>ignore_index</c>: rows with this target count as absent; null ignores none. Need not be a class.</summary>
    public int? IgnoreIndex { get; init; }
}

/// <summary>A cross-entropy loss with its gradient.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Loss">The reduced loss in nats; for no reduction, the sum.</param>
/// <param name="RowLosses">Each row's loss in nats, 0 for an ignored row.</param>
/// <param name="Gradient">The gradient of <paramref name="Loss"/> with respect to the logits, 0 in ignored rows.</param>
/// <param name="Kept">How many rows were not ignored.</param>
public sealed record CrossEntropyResult<T>(T Loss, T[] RowLosses, T[][] Gradient, int Kept);
