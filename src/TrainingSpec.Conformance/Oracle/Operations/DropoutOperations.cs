using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>dropout: inverted dropout with a mask from random.uniform.</summary>
internal sealed class DropoutOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "dropout";

    /// <inheritdoc/>
    public bool HalfPrecision => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] x = args.Row("x");
        double p = args.Hyperparameter(Hyperparameters.DropProbability);
        bool training = args.Flag("training", true);
        ulong seed = args.Unsigned("seed");
        ulong stream = args.Unsigned("stream", 0);
        args.Done();
        answer.Takes(2L * x.Length);
        DropoutResult<T> result = x switch
        {
            Float16[] half => (DropoutResult<T>)(object)DropoutLayer.RoundedForward<Float16>(half, p, training, seed, stream),
            BFloat16[] brain => (DropoutResult<T>)(object)DropoutLayer.RoundedForward<BFloat16>(brain, p, training, seed, stream),
            _ => DropoutLayer.Forward<T>(x, p, training, seed, stream),
        };
        answer.Row("y", result.Output);
        answer.Integers("mask", Array.ConvertAll(result.Mask, m => (uint)m));
    }
}

/// <summary>dropout.backward: the gradient through a mask.</summary>
internal sealed class DropoutBackwardOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "dropout.backward";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] grad = args.Row("grad");
        byte[] mask = Array.ConvertAll(args.Integers("mask", 0, 1), m => (byte)m);
        double p = args.Hyperparameter(Hyperparameters.DropProbability);
        args.Done();
        answer.Takes(grad.Length);
        answer.Row("grad", DropoutLayer.Backward<T>(grad, mask, p));
    }
}
