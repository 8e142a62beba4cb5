using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>sparse_adam.step: one step of Adam on those rows of a table that have gradients.</summary>
internal sealed class SparseAdamOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "sparse_adam.step";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[][] parameters = args.Tensors("params"), grads = args.Tensors("grads");
        int[] rows = Array.ConvertAll(args.Integers("rows", 0, parameters.Length - 1), row => (int)row);
        JsonText? state = args.State("state");
        AdamOptions options = AdamOptions.Adam(args.Hyperparameter(Hyperparameters.StepSize)) with
        {
            Beta1 = args.Hyperparameter(Hyperparameters.Beta1),
            Beta2 = args.Hyperparameter(Hyperparameters.Beta2),
            Epsilon = args.Hyperparameter(Hyperparameters.Epsilon),
        };
        args.Done();
        long size = Sizes.Of(parameters);
        if (state is { } given)
            OptimizerStep.RefuseForeign(given, 2, size, parameters.Length);
        answer.Takes(3 * size);
        AdamState<T>? before = state is { } text ? AdamState<T>.FromJson(text.Text.Span) : null;
        (T[][] updated, AdamState<T> after) = SparseAdam.Step(parameters, rows, grads, before, options);
        answer.Tensors("params", updated);
        answer.Value("state", 2 * size, after.WriteTo);
    }
}
