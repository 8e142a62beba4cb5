using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>shadow_weights: the average of a weight after another step.</summary>
public sealed class ShadowWeightsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "shadow_weights";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T average = args.NumberOrInfinity("average"), theta = args.NumberOrInfinity("theta"), beta = T.Of(args.Hyperparameter(Hyperparameters.Beta));
        args.Done();
        answer.Takes(1);
        answer.Number("average", ShadowWeights.Update(average, theta, beta));
    }
}
