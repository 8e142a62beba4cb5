using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Where in a sweep the two ways of choosing a rate point; indices into the rates, null where there is none.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Steepest">The rate at which the smoothed loss falls fastest over ln η.</param>
/// <param name="BeforeDivergence">The last rate before the smoothed loss diverges.</param>
/// <param name="Smoothed">The smoothed losses up to and with the first diverged one.</param>
public sealed record RateSuggestion<T>(int? Steepest, int? BeforeDivergence, T[] Smoothed);

/// <summary>What a sweep saw: rates, and the loss after the update at each; it ends with the first loss that is not finite.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Rates">η.</param>
/// <param name="Losses">As many.</param>
public sealed record RateSweep<T>(double[] Rates, T[] Losses);

/// <summary>The learning-rate range test.</summary>
/// <remarks>Source: Smith (2017), section 3.3; D3 "Learning Rate Finder"; D0 "Finding the Right Learning Rate".</remarks>
public static class LearningRateFinder
{
    /// <summary>Rates from <paramref name="lrMin"/> to <paramref name="lrMax"/>, both included, each the same factor above the last.</summary>
    /// <param name="lrMin"><c>lr_min</c>, of <see cref="Hyperparameters.SweepMinimum"/>, below <c>lr_max</c>.</param>
    /// <param name="lrMax"><c>lr_max</c>, of <see cref="Hyperparameters.SweepMaximum"/>.</param>
    /// <param name="count"><c>count</c>, of <see cref="Hyperparameters.SweepCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static T[] Sweep<T>(double lrMin, double lrMax, int count)
        where T : IReal<T>
    {
        Hyperparameters.SweepMaximum.Require(lrMax);
        Hyperparameters.SweepMinimum.RequireUpTo(lrMin, lrMax, Hyperparameters.SweepMaximum.Name, open: true);
        Hyperparameters.SweepCount.Require((long)count);
        var rates = new T[count];
        for (int i = 0; i < count; i++)
        {
            rates[i] = Straightforward.Is<T>()
                ? LrFinder.Rate(T.Of(lrMin), T.Of(lrMax), T.Of(count), T.Of(i))
                : Hyperparameters.SweepMaximum.Rounded<T>(LrFinder.Rate<DoubleDouble>(lrMin, lrMax, count, i));
        }

        return rates;
    }

    /// <summary>Both ways of choosing a rate from a sweep.</summary>
    /// <param name="lr">The rates, positive, finite, ascending.</param>
    /// <param name="loss">The loss at each; one that is not finite is a divergence.</param>
    /// <param name="smoothing"><c>smoothing</c> s of the debiased average, of <see cref="Hyperparameters.LossSmoothing"/>; its default where it is null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The smoothing lies outside.</exception>
    /// <exception cref="ShapeMismatchException">Another number of losses than rates.</exception>
    /// <exception cref="InvalidArgumentException">No rates, or rates that are not positive, finite and ascending.</exception>
    public static RateSuggestion<T> Suggest<T>(T[] lr, T[] loss, double? smoothing = null)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(lr);
        ArgumentNullException.ThrowIfNull(loss);
        double s = Hyperparameters.LossSmoothing.Require(smoothing ?? Hyperparameters.LossSmoothing.Default);
        RequireAscending(lr);
        if (loss.Length != lr.Length)
            throw new ShapeMismatchException("loss", $"loss has {Tensors.Text(loss.Length)} entries, lr has {Tensors.Text(lr.Length)}");
        List<T> smoothed = [];
        bool diverged = false;
        T average = T.Of(0), smallest = T.Of(double.PositiveInfinity);
        for (int i = 0; i < loss.Length && !diverged; i++)
        {
            average = LrFinder.Smoothed(average, loss[i], LrFinder.Share<DoubleDouble>(s, i + 1).To<T>());
            smoothed.Add(average);
            diverged = !Tensors.IsFinite(average) || T.AllLess(LrFinder.DivergenceBound(smallest, smoothed[0]), average);
            smallest = T.Min(smallest, average);
        }

        int sound = smoothed.Count - (diverged ? 1 : 0);
        return new RateSuggestion<T>(Steepest(lr, smoothed, sound), sound > 0 ? sound - 1 : null, [.. smoothed]);
    }

    /// <summary>One update at each rate, and the loss after it; weights and optimizer state are then put back, bit for bit, also where a step fails.</summary>
    /// <param name="model">The model; its weights are the same afterwards.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="clipping">The clipping.</param>
    /// <param name="optimizer">The optimizer; its state is the same afterwards.</param>
    /// <param name="batches">The batch of update i, counted from 0; one more is asked for, to measure the last loss.</param>
    /// <param name="rates">The rates of the updates, such as <see cref="Sweep{T}"/> gives.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate lies outside the domain of a learning rate.</exception>
    public static RateSweep<T> Run<T>(
        ITrainedModel<T> model,
        ITrainingLoss<T> loss,
        IGradientClipping<T> clipping,
        IRestorableOptimizer<T> optimizer,
        Func<int, TokenBatch> batches,
        double[] rates)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(rates);
        T[][] weights = Tensors.Copy([.. model.Weights.Values]);
        Action restore = optimizer.Remember();
        List<T> losses = [];
        try
        {
            for (int i = 0; i < rates.Length && (i == 0 || Tensors.IsFinite(losses[^1])); i++)
            {
                if (!Updates(model, loss, clipping, optimizer, batches(i), rates[i], losses))
                    break;
                TokenBatch next = batches(i + 1);
                losses.Add(loss.Loss(model.Forward(next.Inputs), next.Targets));
            }
        }
        finally
        {
            for (int i = 0; i < weights.Length; i++)
                weights[i].CopyTo(model.Weights.GetAt(i).Value, 0);
            restore();
        }

        return new RateSweep<T>(rates[..losses.Count], [.. losses]);
    }

    // A loss that is finite with a gradient that is not: the rate before has done the damage.
    private static bool Updates<T>(
        ITrainedModel<T> model, ITrainingLoss<T> loss, IGradientClipping<T> clipping, IRestorableOptimizer<T> optimizer, TokenBatch batch, double rate, List<T> losses)
        where T : IReal<T>
    {
        try
        {
            TrainingLoop.Step(model, loss, clipping, optimizer, batch, rate);
            return true;
        }
        catch (NonFiniteException) when (losses.Count > 0)
        {
            losses[^1] = T.Of(double.NaN);
            return false;
        }
    }

    private static int? Steepest<T>(T[] lr, List<T> smoothed, int sound)
        where T : IReal<T>
    {
        int? steepest = null;
        T least = T.Of(0);
        for (int i = 1; i + 1 < sound; i++)
        {
            T slope = LrFinder.Slope(smoothed[i - 1], smoothed[i + 1], lr[i - 1], lr[i + 1]);
            if (!T.AllLess(slope, least))
                continue;
            least = slope;
            steepest = i;
        }

        return steepest;
    }

    private static void RequireAscending<T>(T[] lr)
        where T : IReal<T>
    {
        if (lr.Length == 0)
            throw Tensors.Bad("lr", "lr = [] is outside lists of at least one rate");
        T before = T.Of(0);
        for (int i = 0; i < lr.Length; i++)
        {
            if (!Tensors.IsFinite(lr[i]) || !T.AllLess(before, lr[i]))
                throw Tensors.Bad("lr", $"lr[{Tensors.Text(i)}] = {lr[i]} is outside finite rates above {(i == 0 ? "0" : $"lr[{Tensors.Text(i - 1)}] = {before}")}");
            before = lr[i];
        }
    }
}
