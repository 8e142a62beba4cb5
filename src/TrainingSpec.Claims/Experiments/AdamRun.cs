using System.Collections.Concurrent;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Experiments;

/// <summary>One parameter under Adam or AdamW, advanced step by step with <see cref="AdamStep"/>.</summary>
/// <typeparam name="T">The number.</typeparam>
internal sealed class AdamRun<T>(T theta)
    where T : IReal<T>
{
    // Hundreds of runs go through the same steps with the same β.
    private static readonly ConcurrentDictionary<(T Beta, int Step), T> Corrections = new();

    private T _theta = theta;
    private T _m = T.Of(0);
    private T _v = T.Of(0);

    /// <summary>The parameter.</summary>
    public T Theta => _theta;

    /// <summary>The first moment.</summary>
    public T M => _m;

    /// <summary>The second moment.</summary>
    public T V => _v;

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    public T LearningRate { get; set; } = T.Of(1e-3);

    public T Beta1 { get; init; } = T.Of(0.9);

    public T Beta2 { get; init; } = T.Of(0.999);

    public T Epsilon { get; init; } = T.Of(1e-8);

    public T WeightDecay { get; init; } = T.Of(0);

    public DecayKind Decay { get; init; } = DecayKind.Old;

    public bool BiasCorrection { get; init; } = true;

    /// <summary>The bias-corrected moments.</summary>
    public (T First, T Second) Corrected => (Adam.Corrected(_m, Correction(Beta1)), Adam.Corrected(_v, Correction(Beta2)));

    /// <summary>One step; returns the new parameter.</summary>
    public T Step(T gradient)
    {
        Steps++;
        AdamStep.Apply(ref _theta, ref _m, ref _v, gradient, new AdamCoefficients<T>
        {
            LearningRate = LearningRate,
            Beta1 = Beta1,
            Beta2 = Beta2,
            Share1 = Adam.Share(Beta1),
            Share2 = Adam.Share(Beta2),
            Epsilon = Epsilon,
            WeightDecay = WeightDecay,
            DecayRate = AdamW.DecayRate(LearningRate, WeightDecay),
            Correction1 = Correction(Beta1),
            Correction2 = Correction(Beta2),
            LeastMoment = UnitMoments.Least<T>(),
            Decay = Decay,
        });
        return _theta;
    }

    private T Correction(T beta) => BiasCorrection ? Corrections.GetOrAdd((beta, Steps), static at => Adam.BiasCorrection(at.Beta, T.Of(at.Step))) : T.Of(1);
}
