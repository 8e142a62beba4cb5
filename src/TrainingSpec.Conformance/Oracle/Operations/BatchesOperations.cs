using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>split: the indices of training and validation examples; the dtype has no part in it.</summary>
internal sealed class SplitOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "split";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        int count = (int)args.Integer("count", 1, Protocol.MaxValues);
        double fraction = args.Share("val_fraction", "[0, 1]");
        ulong seed = args.Unsigned("seed");
        args.Done();
        answer.Takes(count);
        (int[] train, int[] validation) = BatchSampling.Split(count, fraction, seed);
        answer.Integers("train", train);
        answer.Integers("val", validation);
    }
}

/// <summary>batches: one epoch's indices, shuffled and cut; the dtype has no part in it.</summary>
internal sealed class BatchesOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "batches";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        int count = (int)args.Integer("count", 1, Protocol.MaxValues);

        // A batch larger than the data is the whole of it.
        int batchSize = (int)Math.Min(args.Whole(Hyperparameters.BatchSize), int.MaxValue);
        ulong seed = args.Unsigned("seed");
        ulong epoch = (ulong)args.Integer("epoch", 0);
        bool dropLast = args.Flag("drop_last", false);
        args.Done();
        answer.Takes(dropLast ? count - count % batchSize : count);
        answer.Integers("batches", BatchSampling.Shuffled(count, batchSize, seed, epoch, dropLast));
    }
}
