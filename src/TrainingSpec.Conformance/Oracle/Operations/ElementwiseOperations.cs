using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>rmsprop.step: one step of RMSprop, plain, with momentum or centered.</summary>
public sealed class RmspropOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "rmsprop.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, Read);

    private static RmspropOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.StepSize),
        WeightDecay = args.Hyperparameter(Hyperparameters.WeightDecay),
        Alpha = args.Hyperparameter(Hyperparameters.SquareDecay),
        Epsilon = args.Hyperparameter(Hyperparameters.Epsilon),
        Momentum = args.Hyperparameter(Hyperparameters.Momentum),
        InitialAccumulator = args.Hyperparameter(Hyperparameters.InitialAccumulator),
        Centered = args.Flag("centered", false),
        EpsilonInsideRoot = args.Flag("eps_inside_root", false),
        RateInVelocity = args.Flag("lr_in_velocity", false),
        Decay = OptimizerStep.Decay(args),
    };
}

/// <summary>adagrad.step: one step of Adagrad.</summary>
public sealed class AdagradOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "adagrad.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, Read);

    private static AdagradOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.StepSize),
        WeightDecay = args.Hyperparameter(Hyperparameters.WeightDecay),
        RateDecay = args.Hyperparameter(Hyperparameters.RateDecay),
        Epsilon = args.Hyperparameter(Hyperparameters.AdagradEpsilon),
        InitialAccumulator = args.Hyperparameter(Hyperparameters.InitialAccumulator),
        EpsilonInsideRoot = args.Flag("eps_inside_root", false),
        Decay = OptimizerStep.Decay(args),
    };
}

/// <summary>adadelta.step: one step of Adadelta.</summary>
public sealed class AdadeltaOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "adadelta.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, Read);

    private static AdadeltaOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.AdadeltaRate),
        WeightDecay = args.Hyperparameter(Hyperparameters.WeightDecay),
        Rho = args.Hyperparameter(Hyperparameters.AdadeltaDecay),
        Epsilon = args.Hyperparameter(Hyperparameters.AdadeltaEpsilon),
        Decay = OptimizerStep.Decay(args),
    };
}

/// <summary>adamax.step: one step of Adamax.</summary>
public sealed class AdamaxOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "adamax.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, Read);

    private static AdamaxOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.StepSize),
        WeightDecay = args.Hyperparameter(Hyperparameters.WeightDecay),
        Beta1 = args.Hyperparameter(Hyperparameters.Beta1),
        Beta2 = args.Hyperparameter(Hyperparameters.Beta2),
        Epsilon = args.Hyperparameter(Hyperparameters.Epsilon),
        EpsilonOnNorm = args.Choice("eps_on", false, "gradient", "norm") == "norm",
        Decay = OptimizerStep.Decay(args),
    };
}

/// <summary>nadam.step: one step of NAdam.</summary>
public sealed class NadamOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "nadam.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, Read);

    private static NadamOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.StepSize),
        WeightDecay = args.Hyperparameter(Hyperparameters.WeightDecay),
        Beta1 = args.Hyperparameter(Hyperparameters.Beta1),
        Beta2 = args.Hyperparameter(Hyperparameters.Beta2),
        Epsilon = args.Hyperparameter(Hyperparameters.Epsilon),
        MomentumDecay = args.HyperparameterOrNull(Hyperparameters.MomentumDecay),
        Decay = OptimizerStep.Decay(args),
    };
}

/// <summary>radam.step: one step of RAdam.</summary>
public sealed class RadamOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "radam.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, Read);

    private static RadamOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.StepSize),
        WeightDecay = args.Hyperparameter(Hyperparameters.WeightDecay),
        Beta1 = args.Hyperparameter(Hyperparameters.Beta1),
        Beta2 = args.Hyperparameter(Hyperparameters.Beta2),
        Epsilon = args.Hyperparameter(Hyperparameters.Epsilon),
        Threshold = args.Hyperparameter(Hyperparameters.Threshold),
        EpsilonOnCorrected = args.Choice("eps_on", false, "moment", "corrected") == "corrected",
        Decay = OptimizerStep.Decay(args),
    };
}

/// <summary>lion.step: one step of Lion.</summary>
public sealed class LionOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "lion.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, Read);

    private static LionOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.StepSize),
        WeightDecay = args.Hyperparameter(Hyperparameters.WeightDecay),
        Beta1 = args.Hyperparameter(Hyperparameters.Beta1),
        Beta2 = args.Hyperparameter(Hyperparameters.LionBeta2),
        Decay = DecayKind.Old,
    };
}

/// <summary>amsgrad.step: one step of AMSGrad; adam.step and adamw.step with amsgrad are the same but for the decay.</summary>
public sealed class AmsgradOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "amsgrad.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.Run(args, answer, a => Read(a, Hyperparameters.WeightDecay, OptimizerStep.Decay(a)));

    internal static AmsgradOptimizer Read(Arguments args, Hyperparameter weightDecay, DecayKind decay) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.StepSize),
        WeightDecay = args.Hyperparameter(weightDecay),
        Decay = decay,
        Beta1 = args.Hyperparameter(Hyperparameters.Beta1),
        Beta2 = args.Hyperparameter(Hyperparameters.Beta2),
        Epsilon = args.Hyperparameter(Hyperparameters.Epsilon),
        BiasCorrection = args.Flag("bias_correction", true),
        EpsilonInsideRoot = args.Flag("eps_inside_root", false),
        MaximumOfCorrected = args.Choice("max_of", false, "moment", "corrected") == "corrected",
        EpsilonOnMoment = args.Choice("eps_on", false, "corrected", "moment") == "moment",
    };
}
