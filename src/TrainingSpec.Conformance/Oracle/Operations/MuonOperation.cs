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
        where T : struct, IReal<T>
    {
        T[][] parameters = args.Tensors("params"), grads = args.TensorsLike("grads", parameters, "params");
        MatrixShape[] shapes = Array.ConvertAll(args.IntegerRows("shapes", 1, Protocol.MaxSide), shape =>
            shape is [int rows, int columns] ? new MatrixShape(rows, columns) : throw OracleException.Invalid("shapes", "shapes holds an entry that is no pair of rows and columns"));
        JsonText? state = args.State("state");
        if (args.Flag("maximize", false))
            grads = Ascent.Of(grads);
        var optimizer = new MuonOptimizer
        {
            LearningRate = args.Hyperparameter(Hyperparameters.LearningRate),
            Momentum = args.Hyperparameter(Hyperparameters.MuonMomentum),
            Nesterov = args.Flag("nesterov", true),
            Iterations = args.Whole(Hyperparameters.Iterations),
            Epsilon = args.Hyperparameter(Hyperparameters.MuonEpsilon),
            WeightDecay = args.Hyperparameter(Hyperparameters.MuonDecay),
        };
        args.Done();
        RequireProducts(shapes, optimizer.Iterations);
        long size = Sizes.Of(parameters);
        if (state is { } given)
            OptimizerStep.RefuseForeign(given, 1, size, parameters.Length);
        answer.Takes(2 * size);
        SlotState<T>? before = state is { } text ? MuonOptimizer.Restore<T>(text.Text.Span) : null;
        (T[][] updated, SlotState<T> after) = optimizer.Step(parameters, shapes, grads, before);
        answer.Tensors("params", updated);
        answer.Value("state", size, after.WriteTo);
    }

    private static void RequireProducts(MatrixShape[] shapes, long iterations)
    {
        // The products X·Xᵀ, its square, and that times X.
        long products = 3L * iterations * shapes.Sum(shape => (long)shape.Rows * shape.Columns * Math.Min(shape.Rows, shape.Columns));
        if (products > Protocol.MaxProducts)
            throw OracleException.Invalid("shapes", Wording.Of($"shapes holds matrices whose products 3 · ns_steps · rows · columns · min(rows, columns) are {products}, which is outside [1, {Protocol.MaxProducts}]"));
    }
}
