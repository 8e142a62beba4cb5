using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>A normal law of mean 0 that is cut on both sides; what lies outside is drawn again. Its moments are those after the cut.</summary>
/// <remarks>Cuts are in deviations of the law before the cut, so that at least 0.19 of it lies inside. Source: Johnson, Kotz and Balakrishnan (1994), section 13.10.1.</remarks>
public sealed record TruncatedNormal
{
    // The deviations at which laws of fans are cut, and the deviation that the cut leaves of 1, √0.774.
    internal const int UsualCut = 2;

    internal static DoubleDouble UsualDeviation { get; } = Initialization.Deviation(Initialization.TruncatedVariance<DoubleDouble>(-UsualCut, UsualCut));

    /// <summary><c>std</c>, of <see cref="Hyperparameters.LawDeviation"/>: the deviation before the cut.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Deviation { get; init => field = Hyperparameters.LawDeviation.Require(value); } = Hyperparameters.LawDeviation.Default;

    /// <summary><c>a</c>, of <see cref="Hyperparameters.LowerCut"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Lower { get; init => field = Hyperparameters.LowerCut.Require(value); } = Hyperparameters.LowerCut.Default;

    /// <summary><c>b</c>, of <see cref="Hyperparameters.UpperCut"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Upper { get; init => field = Hyperparameters.UpperCut.Require(value); } = Hyperparameters.UpperCut.Default;

    /// <summary>Mean, deviation and variance after the cut, each rounded once.</summary>
    public (T Mean, T Deviation, T Variance) Moments<T>()
        where T : IReal<T>
    {
        if (Straightforward.Is<T>())
            return Evaluated<T>();
        (DoubleDouble mean, DoubleDouble deviation, DoubleDouble variance) = Evaluated<DoubleDouble>();
        return (mean.To<T>(), deviation.To<T>(), variance.To<T>());
    }

    private (T Mean, T Deviation, T Variance) Evaluated<T>()
        where T : IReal<T>
    {
        T lower = T.Of(Math.Max(Lower, -Initialization.FarthestCut)), upper = T.Of(Math.Min(Upper, Initialization.FarthestCut)), scale = T.Of(Deviation);
        T variance = Initialization.TruncatedVariance(lower, upper);
        return (Initialization.TruncatedMean(lower, upper) * scale, Initialization.NormalWeight(Initialization.Deviation(variance), scale), Initialization.Variance(scale) * variance);
    }

    /// <summary>Draws <paramref name="count"/> numbers: element i is <c>std</c> times that of the first of the streams 0, 1, 2, … of <c>random.normal</c> whose element i lies within the cuts.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public T[] Sample<T>(ulong seed, int count)
        where T : IReal<T>
    {
        Domain.Require("[1, inf)", (long)count, nameof(count));
        var values = new T[count];
        Draw(seed, values, T.Of(Deviation), Lower, Upper);
        return values;
    }

    internal static void Draw<T>(ulong seed, T[] values, T deviation, double lower, double upper)
        where T : IReal<T>
    {
        T a = T.Of(lower), b = T.Of(upper);
        RandomStreams.FillNormalPairs<T>(seed, 0, 0, values);
        for (int i = 0; i < values.Length; i++)
        {
            for (ulong stream = 1; !Tensors.AreEqual(T.Max(a, T.Min(b, values[i])), values[i]); stream++)
                values[i] = RandomStreams.Normal<T>(seed, stream, (ulong)i);
            values[i] = Initialization.NormalWeight(values[i], deviation);
        }
    }
}
