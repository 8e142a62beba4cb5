using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>What all rows of a loss with label smoothing share, each derived from s as a real number and rounded once.</summary>
/// <typeparam name="T">The number.</typeparam>
public readonly struct LabelSmoothing<T>
    where T : IReal<T>
{
    /// <summary>s: the share of the mean loss over all classes.</summary>
    public T Share { get; private init; }

    /// <summary>1 − s: the share of the target's own loss.</summary>
    public T TargetShare { get; private init; }

    /// <summary>1 − s + s/K: the label of the target.</summary>
    public T Target { get; private init; }

    /// <summary>s/K: the label of every other class.</summary>
    public T Other { get; private init; }

    /// <summary>s·(K − 1)/K: what the target's label lacks to 1.</summary>
    public T Spread { get; private init; }

    /// <summary>Smoothing by s among K classes.</summary>
    /// <param name="smoothing">s, of <see cref="Hyperparameters.LabelSmoothing"/>.</param>
    /// <param name="classes">K.</param>
    /// <exception cref="ArgumentOutOfRangeException">s lies outside its domain.</exception>
    public static LabelSmoothing<T> Of(double smoothing, int classes) =>
        Straightforward.Is<T>() ? Of<T>(smoothing, classes, x => x) : Of<DoubleDouble>(smoothing, classes, x => x.To<T>());

    private static LabelSmoothing<T> Of<TWide>(double smoothing, int classes, Func<TWide, T> round)
        where TWide : IReal<TWide>
    {
        TWide s = TWide.Of(Hyperparameters.LabelSmoothing.Require(smoothing)), k = TWide.Of(classes);
        return new()
        {
            Share = round(s),
            TargetShare = round(CrossEntropy.TargetShare(s)),
            Target = round(CrossEntropy.SmoothedLabel(TWide.Of(1), s, k)),
            Spread = round(CrossEntropy.Spread(s, k)),
            Other = round(CrossEntropy.SmoothedLabel(TWide.Of(0), s, k)),
        };
    }
}
