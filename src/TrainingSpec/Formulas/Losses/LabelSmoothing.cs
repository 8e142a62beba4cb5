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
    public static LabelSmoothing<T> Of(double smoothing, int classes)
    {
        DoubleDouble s = Hyperparameters.LabelSmoothing.Require(smoothing);
        return new()
        {
            Share = s.To<T>(),
            TargetShare = CrossEntropy.TargetShare(s).To<T>(),
            Target = CrossEntropy.SmoothedLabel(1, s, classes).To<T>(),
            Spread = CrossEntropy.Spread(s, classes).To<T>(),
            Other = CrossEntropy.SmoothedLabel(0, s, classes).To<T>(),
        };
    }
}
