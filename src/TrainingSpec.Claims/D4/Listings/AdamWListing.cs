using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>What the caller's dictionary holds for one parameter; it decides what an in-place subtraction does to it.</summary>
/// <typeparam name="T">The number.</typeparam>
internal abstract class ListedParameter<T>(T[] values)
    where T : IReal<T>
{
    /// <summary>What the caller sees.</summary>
    public T[] Values { get; } = values;

    /// <summary>Takes the new values as an in-place operation would.</summary>
    public abstract void Receive(T[] updated);
}

/// <summary>A float array: in-place subtraction changes the caller's array.</summary>
internal sealed class FloatArray<T>(params T[] values) : ListedParameter<T>(values)
    where T : IReal<T>
{
    /// <inheritdoc/>
    public override void Receive(T[] updated) => updated.CopyTo(Values, 0);
}

/// <summary>A Python float: the subtraction binds a local name anew, and the caller's dictionary keeps the old value.</summary>
internal sealed class PlainFloat<T>(T value) : ListedParameter<T>([value])
    where T : IReal<T>
{
    /// <inheritdoc/>
    public override void Receive(T[] updated)
    {
    }
}

/// <summary>An integer array: it cannot hold a float result, and NumPy refuses.</summary>
internal sealed class IntegerArray<T>(params T[] values) : ListedParameter<T>(values)
    where T : IReal<T>
{
    /// <inheritdoc/>
    /// <exception cref="PythonException">UFuncTypeError, always.</exception>
    public override void Receive(T[] updated) =>
        throw new PythonException(PythonError.UFuncTypeError, "a float result does not fit an integer array");
}

/// <summary>How the document's AdamW class behaves, with the order of its statements and its defaults taken from the document's facts.</summary>
/// <remarks>Source: D4 "Code Implementation: AdamW Optimizer".</remarks>
/// <typeparam name="T">The number.</typeparam>
internal sealed class AdamWListing<T>
    where T : IReal<T>
{
    private readonly DecayKind _decay;

    /// <summary>An optimizer with the defaults of the listing's constructor.</summary>
    public AdamWListing(Document document)
    {
        IReadOnlyDictionary<string, Rational> defaults = ListingFacts.AdamWDefaults(document);
        T Default(string name) => Rounding.To<T>(defaults[name]);
        (LearningRate, Beta1, Beta2) = (Default("learning_rate"), Default("beta1"), Default("beta2"));
        (Epsilon, WeightDecay) = (Default("epsilon"), Default("weight_decay"));
        _decay = ListingFacts.DecayFollowsUpdate(document) ? DecayKind.Updated : DecayKind.Old;
    }

    /// <summary>α where a step gives none.</summary>
    public T LearningRate { get; init; }

    /// <summary>β₁.</summary>
    public T Beta1 { get; init; }

    /// <summary>β₂.</summary>
    public T Beta2 { get; init; }

    /// <summary>ε.</summary>
    public T Epsilon { get; init; }

    /// <summary>λ; nothing is decayed unless it is positive.</summary>
    public T WeightDecay { get; init; }

    /// <summary>The counter that all parameters share.</summary>
    public int Time { get; private set; }

    /// <summary>First and second moments by parameter.</summary>
    public Dictionary<string, (T[] First, T[] Second)> Moments { get; } = new(StringComparer.Ordinal);

    /// <summary>Zeros the moments of every parameter; the counter stays.</summary>
    public void Initialize(IReadOnlyDictionary<string, ListedParameter<T>> parameters)
    {
        foreach ((string name, ListedParameter<T> parameter) in parameters)
            Moments[name] = (Zeros(parameter.Values.Length), Zeros(parameter.Values.Length));
    }

    /// <summary>One step over all parameters that have a gradient.</summary>
    /// <exception cref="PythonException">KeyError: a parameter was never initialized.</exception>
    public void Step(IReadOnlyDictionary<string, T[]> gradients, IReadOnlyDictionary<string, ListedParameter<T>> parameters, double? learningRate = null)
    {
        Time++;
        T rate = learningRate is { } given ? T.Of(given) : LearningRate;
        T decay = T.IfLess(T.Of(0), WeightDecay, WeightDecay, T.Of(0));
        var coefficients = new AdamCoefficients<T>
        {
            LearningRate = rate,
            Beta1 = Beta1,
            Beta2 = Beta2,
            Share1 = Adam.Share(Beta1),
            Share2 = Adam.Share(Beta2),
            Epsilon = Epsilon,
            WeightDecay = decay,
            DecayRate = AdamW.DecayRate(rate, decay),
            Correction1 = Adam.BiasCorrection(Beta1, T.Of(Time)),
            Correction2 = Adam.BiasCorrection(Beta2, T.Of(Time)),
            LeastMoment = UnitMoments.Least<T>(),
            Decay = _decay,
        };
        foreach ((string name, ListedParameter<T> parameter) in parameters)
        {
            if (!gradients.TryGetValue(name, out T[]? gradient))
                continue;
            if (!Moments.TryGetValue(name, out (T[] First, T[] Second) moments))
                throw new PythonException(PythonError.KeyError, name);
            T[] updated = [.. parameter.Values];
            for (int i = 0; i < updated.Length; i++)
                AdamStep.Apply(ref updated[i], ref moments.First[i], ref moments.Second[i], gradient[i], coefficients);
            parameter.Receive(updated);
        }
    }

    private static T[] Zeros(int length) => [.. Enumerable.Repeat(T.Of(0), length)];
}
