using System.Text.Json.Nodes;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using static TrainingSpec.Conformance.Questions;
using static TrainingSpec.Conformance.Wrong.Distortions;

namespace TrainingSpec.Conformance.Wrong;

/// <summary>The learning-rate finder as it goes wrong.</summary>
internal static class WrongRateFinder
{
    private const string Op = "lr_finder.suggest";

    public static IReadOnlyList<WrongImplementation> All { get; } =
    [
        Mistake("lr-finder-linear-sweep", "LR-FINDER-1", "the rate rises by equal steps, one reading of D0's 'gradually'", "lr_finder.sweep", (right, args) =>
        {
            double[] lr = right.Answer("lr_finder.sweep", args).Row("lr");
            return new() { ["lr"] = Array([.. lr.Select((_, i) => lr[0] + (lr[^1] - lr[0]) * i / (lr.Length - 1))]) };
        }),
        Mistake("lr-finder-biased-average", "LR-FINDER-2", "the average starts at 0 and is not debiased, so a flat loss seems to rise (Lightning #14167)", Op, (right, args) =>
        {
            double average = 0, s = args.Number(Hyperparameters.LossSmoothing);
            double[] smoothed = [.. args.Row("loss").Select(loss => average = Adam.FirstMoment<Real64>(average, loss, s))];
            return right.Answer(Op, args.With("loss", Array(smoothed)).With("smoothing", 0));
        }),
        Mistake("lr-finder-slope-over-rate", "LR-FINDER-3", "the slope is taken over the rate itself, which favours the smallest rates", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            if (result["steepest"] is null)
                return result;
            double[] lr = args.Row("lr"), loss = args.Row("loss");
            int sound = System.Array.IndexOf(lr, result.Number("before_divergence")) + 1;
            int steepest = Enumerable.Range(1, sound - 2).MinBy(i => (loss[i + 1] - loss[i - 1]) / (lr[i + 1] - lr[i - 1]));
            return result.With("steepest", args.Number(Hyperparameters.LossSmoothing) == 0 ? lr[steepest] : result.Number("steepest"));
        }),
        Mistake("lr-finder-takes-diverged-rate", "LR-FINDER-4 LR-FINDER-7", "the first rate that diverged is returned, not the last before it", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            double[] lr = args.Row("lr");
            return result.With("before_divergence", lr[Math.Min(lr.Length - 1, System.Array.IndexOf(lr, result.Number("before_divergence")) + 1)]);
        }),
        Mistake("lr-finder-beside-first-loss", "LR-FINDER-4", "a positive loss diverges where it is four times the first one, not the smallest", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            double[] lr = args.Row("lr"), loss = args.Row("loss");
            if (loss.Any(x => x <= 0))
                return result;
            int diverged = System.Array.FindIndex(loss, x => !double.IsFinite(x) || x > 4 * loss[0]);
            return result.With("before_divergence", diverged == 0 ? null : lr[(diverged < 0 ? lr.Length : diverged) - 1]);
        }),
        Mistake("lr-finder-four-times-any-sign", "LR-FINDER-7", "a loss diverges above four times the smallest, also where that is negative and four times it smaller still", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            double[] lr = args.Row("lr"), loss = args.Row("loss");
            if (args.Number(Hyperparameters.LossSmoothing) != 0)
                return result;
            double smallest = double.PositiveInfinity;
            int diverged = System.Array.FindIndex(loss, x => !double.IsFinite(x) || x > 4 * smallest || (smallest = Math.Min(smallest, x)) > x);
            return result.With("before_divergence", diverged == 0 ? null : lr[(diverged < 0 ? lr.Length : diverged) - 1]);
        }),
        Mistake("lr-finder-looks-past-divergence", "LR-FINDER-5", "the fall back from a diverged loss counts as a descent", Op, (right, args) =>
        {
            JsonObject result = right.Answer(Op, args);
            double[] lr = args.Row("lr"), loss = args.Row("loss");
            if (args.Number(Hyperparameters.LossSmoothing) != 0 || lr.Length < 3)
                return result;
            double Slope(int i) => LrFinder.Slope<Real64>(loss[i - 1], loss[i + 1], lr[i - 1], lr[i + 1]);
            int steepest = Enumerable.Range(1, lr.Length - 2).MinBy(Slope);
            return Slope(steepest) < 0 ? result.With("steepest", lr[steepest]) : result;
        }),
    ];
}
