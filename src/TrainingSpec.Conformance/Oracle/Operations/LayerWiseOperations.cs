using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>lars.step: one step of momentum SGD with a rate of its own for each tensor.</summary>
public sealed class LarsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "lars.step";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, LarsState<T>.FromJson, state => state.WriteTo, () =>
        {
            var options = new LarsOptions
            {
                LearningRate = args.Hyperparameter("lr", "[0, inf)"),
                Momentum = args.Hyperparameter("momentum", "[0, 1)", 0.9),
                WeightDecay = args.Hyperparameter("weight_decay", "[0, inf)", 0),
                TrustCoefficient = args.Hyperparameter("trust_coefficient", "[0, inf)", 0.001),
            };
            return (1, (parameters, grads, state) => LarsOptimizer.Step(parameters, grads, state, options));
        });
}

/// <summary>lamb.step: one step of Adam's direction, scaled for each tensor to the size of its parameters.</summary>
public sealed class LambOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "lamb.step";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, LambState<T>.FromJson, state => state.WriteTo, () =>
        {
            var options = new LambOptions
            {
                LearningRate = args.Hyperparameter("lr", "[0, inf)"),
                Beta1 = args.Hyperparameter("beta1", "[0, 1)", 0.9),
                Beta2 = args.Hyperparameter("beta2", "[0, 1)", 0.999),
                Epsilon = args.Hyperparameter("eps", "[0, inf)", 1e-6),
                WeightDecay = args.Hyperparameter("weight_decay", "[0, inf)", 0),
            };
            return (2, (parameters, grads, state) => LambOptimizer.Step(parameters, grads, state, options));
        });
}

/// <summary>layerwise.ratio: D3's plain ratio as the rate of each tensor.</summary>
public sealed class PlainRatioOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "layerwise.ratio";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] parameters = args.Tensors("params");
        T[][] grads = args.TensorsLike("grads", parameters, "params");
        double lr = args.Hyperparameter("lr", "[0, inf)");
        args.Done();
        answer.Takes(parameters.Length);
        answer.Row("lr", LayerRates.PlainRatio(parameters, grads, lr));
    }
}

/// <summary>llrd: rates that fall with the distance from the output, first layer first.</summary>
public sealed class LayerDecayOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "llrd";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        double lr = args.Hyperparameter("lr", "[0, inf)");
        double decay = args.Hyperparameter("decay", "(0, 1]");
        long layers = args.Integer("layers", 1, Protocol.MaxValues);
        args.Done();
        answer.Takes(layers);
        answer.Row("lr", LayerRates.Decayed<T>(lr, decay, (int)layers));
    }
}

/// <summary>linear_scaling: learning rate and warmup for another batch size.</summary>
public sealed class LinearScalingOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "linear_scaling";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T lr = args.Number("lr", "[0, inf)");
        T batch = T.Of(args.Integer("batch", 1));
        T newBatch = T.Of(args.Integer("new_batch", 1));
        long? warmup = args.IntegerOrNull("warmup", 0);
        args.Done();
        answer.Takes(2);
        answer.Number("lr", LinearScaling.Scaled(lr, batch, newBatch));
        if (warmup is { } steps)
            answer.Number("warmup", LinearScaling.Scaled(T.Of(steps), batch, newBatch));
        else
            answer.Null("warmup");
    }
}
