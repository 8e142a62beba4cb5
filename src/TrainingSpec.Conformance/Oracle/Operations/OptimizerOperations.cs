using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>sgd.step: one step of SGD with momentum, dampening, Nesterov's look-ahead and weight decay.</summary>
internal sealed class SgdOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "sgd.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, SgdState<T>.FromJson, state => state.WriteTo, a =>
        {
            var options = new SgdOptions
            {
                LearningRate = a.Hyperparameter(Hyperparameters.LearningRate),
                Momentum = a.Hyperparameter(Hyperparameters.Momentum),
                Dampening = a.Hyperparameter(Hyperparameters.Dampening),
                Nesterov = a.Flag("nesterov", false),
                WeightDecay = a.Hyperparameter(Hyperparameters.WeightDecay),
                Decay = OptimizerStep.Decay(a),
            };
            return (options.Momentum > 0 ? 1 : 0, (parameters, grads, state) => SgdOptimizer.Step(parameters, grads, state, options));
        });
}

/// <summary>adam.step: one step of Adam, weight decay inside the gradient.</summary>
internal sealed class AdamOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "adam.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => AdamFamily.Run(args, answer, Hyperparameters.WeightDecay, _ => DecayKind.L2);
}

/// <summary>adamw.step: one step of Adam with decoupled weight decay.</summary>
internal sealed class AdamWOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "adamw.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => AdamFamily.Run(
            args,
            answer,
            Hyperparameters.DecoupledDecay,
            a => a.Choice("decay_on", false, "old", "updated") == "old" ? DecayKind.Old : DecayKind.Updated);
}

/// <summary>What adam.step and adamw.step share.</summary>
internal static class AdamFamily
{
    /// <summary>Reads the arguments, does the step and writes the result.</summary>
    public static void Run<T>(Arguments<T> args, Answer<T> answer, Hyperparameter weightDecay, Func<Arguments, DecayKind> decay)
        where T : struct, IReal<T>
    {
        if (args.Flag("amsgrad", false))
        {
            OptimizerStep.Run(args, answer, a => AmsgradOperation.Read(a, weightDecay, decay(a)));
            return;
        }

        OptimizerStep.Run(args, answer, AdamState<T>.FromJson, state => state.WriteTo, a =>
        {
            var options = new AdamOptions
            {
                LearningRate = a.Hyperparameter(Hyperparameters.StepSize),
                Beta1 = a.Hyperparameter(Hyperparameters.Beta1),
                Beta2 = a.Hyperparameter(Hyperparameters.Beta2),
                Epsilon = a.Hyperparameter(Hyperparameters.Epsilon),
                WeightDecay = a.Hyperparameter(weightDecay),
                BiasCorrection = a.Flag("bias_correction", true),
                EpsilonInsideRoot = a.Flag("eps_inside_root", false),
                EpsilonOnMoment = a.Choice("eps_on", false, "corrected", "moment") == "moment",
                Decay = decay(a),
            };
            return (2, (parameters, grads, state) => AdamOptimizer.Step(parameters, grads, state, options));
        });
    }
}
