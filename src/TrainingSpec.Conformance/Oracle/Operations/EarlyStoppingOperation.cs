using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>early_stopping: after which epoch of a series of losses training stops, and which was the best.</summary>
internal sealed class EarlyStoppingOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "early_stopping";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] losses = args.Row("losses");
        var options = new EarlyStoppingOptions
        {
            Patience = args.Whole(Hyperparameters.Patience),
            MinDelta = args.Hyperparameter(Hyperparameters.MinDelta),
            Maximize = args.Choice("mode", false, "min", "max") == "max",
            Relative = args.Choice("delta_mode", false, "abs", "rel") == "rel",
        };
        args.Done();
        answer.Takes(3);
        EarlyStoppingResult<T> result = EarlyStopper<T>.Run(losses, options);
        WholeOrNull(answer, "stop_at", result.StopAt);
        if (result.Best is { } best)
            answer.Number("best", best);
        else
            answer.Null("best");
        WholeOrNull(answer, "best_epoch", result.BestEpoch);
    }

    private static void WholeOrNull<T>(Answer<T> answer, string name, long? value)
        where T : struct, IReal<T>
    {
        if (value is { } whole)
            answer.Integer(name, whole);
        else
            answer.Null(name);
    }
}
