using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>l2_penalty: λΣθ², or ½λΣθ², with its gradients.</summary>
internal sealed class L2PenaltyOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "l2_penalty";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] parameters = args.Tensors("params");
        double lambda = args.Hyperparameter(Hyperparameters.PenaltyStrength);
        bool half = args.Flag("half", false);
        args.Done();
        answer.Takes(Sizes.Of(parameters) + 1);
        PenaltyResult<T> result = WeightPenalty.L2(parameters, lambda, half);
        answer.Number("penalty", result.Penalty);
        answer.Tensors("grads", result.Gradients);
    }
}

/// <summary>ewc: ½λΣF(θ − θ*)² with its gradients.</summary>
internal sealed class EwcOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "ewc";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] parameters = args.Tensors("params");
        T[][] anchor = args.TensorsLike("anchor", parameters, "params");
        T[][] fisher = args.TensorsLike("fisher", parameters, "params");
        double lambda = args.Hyperparameter(Hyperparameters.PenaltyStrength);
        args.Done();
        answer.Takes(Sizes.Of(parameters) + 1);
        PenaltyResult<T> result = WeightPenalty.Ewc(parameters, anchor, fisher, lambda);
        answer.Number("penalty", result.Penalty);
        answer.Tensors("grads", result.Gradients);
    }
}
