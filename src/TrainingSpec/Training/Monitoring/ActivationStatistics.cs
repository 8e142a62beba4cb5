using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Statistics of one layer's activations over a batch.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Mean">The mean of all activations.</param>
/// <param name="Deviation">Their standard deviation, with n below the sum.</param>
/// <param name="ZeroFraction">The share of activations that are zero; about a half in a healthy ReLU layer.</param>
/// <param name="SaturatedFraction">The share of activations whose magnitude exceeds the threshold.</param>
/// <param name="DeadUnits">The units that are zero on every example, in order.</param>
public sealed record ActivationStatistics<T>(T Mean, T Deviation, T ZeroFraction, T SaturatedFraction, IReadOnlyList<int> DeadUnits);

/// <summary>Statistics of activations: whether units are dead is a question per unit over the batch, which the share of zeros does not answer.</summary>
/// <remarks>Source: D3 "Gradient Flow Diagnostics", "Monitoring Training at Scale".</remarks>
public static class ActivationStatistics
{
    /// <summary>The magnitude above which a tanh unit counts as saturated: its derivative is then below 0.02.</summary>
    public const double TanhSaturation = 0.99;

    /// <summary>The statistics of activations (examples, units), flat and row-major.</summary>
    /// <param name="activations">At least one example; NaN and the infinities propagate into mean and deviation.</param>
    /// <param name="units">Units of the layer, in [1, inf).</param>
    /// <param name="saturation">The magnitude above which an activation is saturated, in [0, inf).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> or <paramref name="saturation"/> lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No activations.</exception>
    /// <exception cref="ShapeMismatchException">The activations are no whole number of examples.</exception>
    public static ActivationStatistics<T> Of<T>(ReadOnlySpan<T> activations, int units, double saturation = TanhSaturation)
        where T : IReal<T>
    {
        Domain.Require("[1, inf)", (long)units, nameof(units));
        Domain.Require("[0, inf)", saturation, nameof(saturation));
        if (activations.IsEmpty)
            throw Tensors.Bad(nameof(activations), "activations = [] is outside batches of at least one example");
        if (activations.Length % units != 0)
            throw new ShapeMismatchException(nameof(activations), $"activations has {Tensors.Text(activations.Length)} elements, which is no multiple of units = {Tensors.Text(units)}");
        var saturated = new T[activations.Length];
        for (int i = 0; i < saturated.Length; i++)
            saturated[i] = Saturated(activations[i], saturation);
        return new ActivationStatistics<T>(
            Monitoring.Mean(activations),
            Monitoring.Deviation(Monitoring.Variance(activations)),
            Monitoring.ZeroFraction(activations),
            Monitoring.Mean<T>(saturated),
            Dead(activations, units));
    }

    // Rounded to the number, a threshold such as 0.99 would be one that activations can have.
    private static T Saturated<T>(T activation, double threshold)
        where T : IReal<T> =>
        DoubleDouble.ValueOf(activation) is { } value ? Monitoring.Saturated(value, threshold).To<T>() : Monitoring.Saturated(activation, T.Of(threshold));

    private static List<int> Dead<T>(ReadOnlySpan<T> activations, int units)
        where T : IReal<T>
    {
        var dead = new List<int>();
        for (int unit = 0; unit < units; unit++)
        {
            bool alive = false;
            for (int i = unit; i < activations.Length && !alive; i += units)
                alive = !Tensors.AreEqual(activations[i], T.Of(0));
            if (!alive)
                dead.Add(unit);
        }

        return dead;
    }
}
