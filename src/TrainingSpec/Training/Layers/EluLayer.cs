using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>ELU over many elements, whose α is a hyperparameter.</summary>
/// <remarks>Source: Clevert, Unterthiner and Hochreiter (2016), equation 15.</remarks>
public static class EluLayer
{
    /// <summary>The values.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="alpha"><c>alpha</c>, of <see cref="Hyperparameters.EluAlpha"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> lies outside, or is more than the number holds.</exception>
    public static T[] Values<T>(T[] x, double alpha)
        where T : IReal<T>
    {
        T held = Held<T>(alpha);
        return Array.ConvertAll(x, v => Activations.Elu(v, held));
    }

    /// <summary>The slopes; that at 0 is α.</summary>
    /// <param name="x">The elements.</param>
    /// <param name="alpha"><c>alpha</c>, of <see cref="Hyperparameters.EluAlpha"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> lies outside, or is more than the number holds.</exception>
    public static T[] Slopes<T>(T[] x, double alpha)
        where T : IReal<T>
    {
        T held = Held<T>(alpha);
        return Array.ConvertAll(x, v => Activations.EluDerivative(v, held));
    }

    private static T Held<T>(double alpha)
        where T : IReal<T> => Hyperparameters.EluAlpha.Rounded<T>(Hyperparameters.EluAlpha.Require(alpha));
}
