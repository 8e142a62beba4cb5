using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>average.weights: the average of the weights of a run after other weights, exponential or of equal shares.</summary>
public sealed class AverageOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "average.weights";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] parameters = args.Tensors("params");
        JsonText? state = args.State("state");
        var average = new WeightAverage
        {
            Equal = args.Choice("kind", false, "exponential", "equal") == "equal",
            Decay = args.Hyperparameter(Hyperparameters.AverageDecay),
            FromZeros = args.Choice("start", false, "params", "zeros") == "zeros",
            BiasCorrection = args.Flag("bias_correction", false),
        };
        long? updates = args.WholeOrNull(Hyperparameters.UpdatesSoFar);
        args.Done();
        long size = Sizes.Of(parameters);
        if (state is { } given)
            OptimizerStep.RefuseForeign(given, 2, size, parameters.Length);
        long held = Math.Max(size, Math.Min(state?.Scalars ?? 0, 2 * size));
        answer.Takes(size + held);
        (T[][] found, SlotState<T> after) = average.Next(parameters, state is { } saved ? average.Restore<T>(saved.Text.Span) : null, updates);
        answer.Tensors("average", found);
        answer.Value("state", held, after.WriteTo);
    }
}
