using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>lars.step: one step of momentum SGD with a rate of its own for each tensor.</summary>
internal sealed class LarsOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "lars.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, LarsState<T>.FromJson, state => state.WriteTo, a =>
        {
            var options = new LarsOptions
            {
                LearningRate = a.Hyperparameter(Hyperparameters.LayerRate),
                Momentum = a.Hyperparameter(Hyperparameters.LarsMomentum),
                WeightDecay = a.Hyperparameter(Hyperparameters.WeightDecay),
                TrustCoefficient = a.Hyperparameter(Hyperparameters.TrustCoefficient),
            };
            return (1, (parameters, grads, state) => LarsOptimizer.Step(parameters, grads, state, options));
        });
}

/// <summary>lamb.step: one step of Adam's direction, scaled for each tensor to the size of its parameters.</summary>
internal sealed class LambOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "lamb.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, LambState<T>.FromJson, state => state.WriteTo, a =>
        {
            var options = new LambOptions
            {
                LearningRate = a.Hyperparameter(Hyperparameters.LayerRate),
                Beta1 = a.Hyperparameter(Hyperparameters.Beta1),
                Beta2 = a.Hyperparameter(Hyperparameters.Beta2),
                Epsilon = a.Hyperparameter(Hyperparameters.LambEpsilon),
                WeightDecay = a.Hyperparameter(Hyperparameters.LambDecay),
                BiasCorrection = a.Flag("bias_correction", true),
                DecoupledDecay = a.Flag("decoupled_weight_decay", false),
                LeastNorm = a.Hyperparameter(Hyperparameters.LeastNorm),
                MostNorm = a.HyperparameterOr(Hyperparameters.MostNorm, double.PositiveInfinity),
                LeastRatio = a.Hyperparameter(Hyperparameters.LeastRatio),
                MostRatio = a.HyperparameterOr(Hyperparameters.MostRatio, double.PositiveInfinity),
            };
            return (2, (parameters, grads, state) => LambOptimizer.Step(parameters, grads, state, options));
        });
}

/// <summary>layerwise.ratio: D3's plain ratio as the rate of each tensor.</summary>
internal sealed class PlainRatioOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "layerwise.ratio";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] parameters = args.Tensors("params");
        T[][] grads = args.TensorsLike("grads", parameters, "params");
        double lr = args.Hyperparameter(Hyperparameters.LearningRate);
        args.Done();
        answer.Takes(parameters.Length);
        answer.Row("lr", LayerRates.PlainRatio(parameters, grads, lr));
    }
}

/// <summary>llrd: rates that fall with the distance from the output, first layer first.</summary>
internal sealed class LayerDecayOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "llrd";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        double lr = args.Hyperparameter(Hyperparameters.LearningRate);
        double decay = args.Hyperparameter(Hyperparameters.LayerDecay);
        long layers = args.Whole(Hyperparameters.Layers, Protocol.MaxRates);
        args.Done();
        answer.Takes(layers);
        answer.Row("lr", LayerRates.Decayed<T>(lr, decay, (int)layers));
    }
}

/// <summary>linear_scaling: learning rate and warmup for another batch size.</summary>
internal sealed class LinearScalingOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "linear_scaling";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        double lr = args.Hyperparameter(Hyperparameters.LearningRate);
        var batch = DoubleDouble.Whole(args.Whole(Hyperparameters.Batch));
        var newBatch = DoubleDouble.Whole(args.Whole(Hyperparameters.NewBatch));
        long? warmup = args.WholeOrNull(Hyperparameters.Warmup);
        args.Done();
        answer.Takes(2);
        answer.Number("lr", Hyperparameters.LearningRate.Rounded<T>(LinearScaling.Scaled(lr, batch, newBatch)));
        if (warmup is { } steps)
            answer.Number("warmup", LinearScaling.Scaled(DoubleDouble.Whole(steps), batch, newBatch).To<T>());
        else
            answer.Null("warmup");
    }
}
