using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>muon.step: one step of Muon on matrices.</summary>
internal sealed class MuonOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "muon.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.RunMatrices(args, answer, Protocol.MaxSide, own => (1, 0, new MuonOptimizer
        {
            LearningRate = own.Hyperparameter(Hyperparameters.LearningRate),
            WeightDecay = own.Hyperparameter(Hyperparameters.MatrixDecay),
            Momentum = own.Hyperparameter(Hyperparameters.MuonMomentum),
            Nesterov = own.Flag("nesterov", true),
            Iterations = own.Whole(Hyperparameters.Iterations),
            Epsilon = own.Hyperparameter(Hyperparameters.MuonEpsilon),
            Scale = own.Choice("scale", false, "shape", "rms", "none") switch { "shape" => MuonScale.Shape, "rms" => MuonScale.RootMeanSquare, _ => MuonScale.None },
        }));
}

/// <summary>adafactor.step: one step of Adafactor on matrices, of which a vector is one row.</summary>
internal sealed class AdafactorOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "adafactor.step";

    /// <inheritdoc/>
    public bool RoundsOnce => true;

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T> => OptimizerStep.RunMatrices(args, answer, int.MaxValue, own => Read(own) is var optimizer && optimizer.Beta1 > 0 ? (1, 1, optimizer) : (0, 1, optimizer));

    private static AdafactorOptimizer Read(Arguments args) => new()
    {
        LearningRate = args.Hyperparameter(Hyperparameters.AdafactorRate),
        WeightDecay = args.Hyperparameter(Hyperparameters.MatrixDecay),
        DecayRate = args.Hyperparameter(Hyperparameters.MomentExponent),
        Epsilon = args.Hyperparameter(Hyperparameters.SquareEpsilon),
        LeastSize = args.Hyperparameter(Hyperparameters.LeastSize),
        ClipThreshold = args.HyperparameterOrNull(Hyperparameters.ClipThreshold) ?? double.PositiveInfinity,
        Beta1 = args.Hyperparameter(Hyperparameters.StepMomentum),
        RelativeStep = args.Flag("relative_step", true),
        ScaleParameter = args.Flag("scale_parameter", true),
        EpsilonOnEstimate = args.Choice("eps_on", false, "square", "estimate") == "estimate",
        DecayByStep = args.Choice("decay_by", false, "lr", "step") == "step",
    };
}
