using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Conformance.Oracle.Operations;

/// <summary>lr_finder.sweep: rates from lr_min to lr_max, each the same factor above the last.</summary>
internal sealed class RateSweepOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "lr_finder.sweep";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        double lrMin = args.Hyperparameter(Hyperparameters.SweepMinimum);
        double lrMax = args.Hyperparameter(Hyperparameters.SweepMaximum);
        long count = args.Whole(Hyperparameters.SweepCount, Protocol.MaxRates);
        args.Done();
        answer.Takes(count);
        answer.Row("lr", LearningRateFinder.Sweep<T>(lrMin, lrMax, (int)count));
    }
}

/// <summary>lr_finder.suggest: the rate of steepest descent, and the last one before the loss diverges.</summary>
internal sealed class RateSuggestionOperation : IOperation
{
    /// <inheritdoc/>
    public string Name => "lr_finder.suggest";

    /// <inheritdoc/>
    public void Run<T>(Arguments<T> args, Answer<T> answer)
        where T : struct, IReal<T>
    {
        T[] lr = args.Row("lr");
        T[] loss = args.Row("loss");
        double smoothing = args.Hyperparameter(Hyperparameters.LossSmoothing);
        args.Done();
        Arguments.RequireRates("lr", lr.Length);
        answer.Takes(2);
        RateSuggestion<T> suggestion = LearningRateFinder.Suggest(lr, loss, smoothing);
        Write("steepest", suggestion.Steepest);
        Write("before_divergence", suggestion.BeforeDivergence);

        void Write(string name, int? index)
        {
            if (index is { } i)
                answer.Number(name, lr[i]);
            else
                answer.Null(name);
        }
    }
}
