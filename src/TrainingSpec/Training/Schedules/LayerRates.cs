using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Learning rates of all layers of a model at once.</summary>
/// <remarks>Source: D3 "Layer-wise Adaptive Rate Scaling", "Catastrophic Forgetting".</remarks>
public static class LayerRates
{
    /// <summary>D3's plain ratio: η·‖θ_l‖/‖g_l‖ for each tensor; η where a norm is zero.</summary>
    /// <param name="parameters">θ, a flat array per layer.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="learningRate">η, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate lies outside.</exception>
    public static T[] PlainRatio<T>(T[][] parameters, T[][] grads, double learningRate)
        where T : IReal<T>
    {
        Tensors.RequireGradients(parameters, grads);
        T lr = Hyperparameters.LearningRate.Rounded<T>(Hyperparameters.LearningRate.Require(learningRate));
        var rates = new T[parameters.Length];
        for (int l = 0; l < rates.Length; l++)
        {
            T norm = Norms.L2<T>(parameters[l]), gradientNorm = Norms.L2<T>(grads[l]);
            rates[l] = T.IfLess(T.Max(norm, gradientNorm), T.Of(double.PositiveInfinity), LayerWiseRates.Plain(norm, gradientNorm, lr), OfScaled<T>(parameters[l], grads[l], lr));
            if (!Hyperparameter.HasDigits<T>(learningRate))
                rates[l] = LayerWiseRates.Plain(Norms.L2<DoubleDouble>(DoubleDouble.ValuesOf<T>(parameters[l])), Norms.L2<DoubleDouble>(DoubleDouble.ValuesOf<T>(grads[l])), learningRate).To<T>();
        }

        return rates;
    }

    // Where a norm is more than the number holds: those of numbers divided by powers of two, whose quotient comes back beside the rate; a small rate is made larger before.
    private static T OfScaled<T>(T[] parameters, T[] grads, T lr)
        where T : IReal<T>
    {
        T size = T.BinaryScale(Norms.LargestMagnitude<T>(parameters)), ofGrads = T.BinaryScale(Norms.LargestMagnitude<T>(grads));
        T norm = Norms.L2<T>(Norms.Scaled<T>(parameters, size)), gradientNorm = Norms.L2<T>(Norms.Scaled<T>(grads, ofGrads));
        T larger = T.IfLess(lr, T.Of(1), T.Of(1L << 60), T.Of(1));
        T rate = T.Proportion(LayerWiseRates.Plain(norm, gradientNorm, larger * lr), size / larger, ofGrads);
        return T.IfEqual(norm, T.Of(0), lr, T.IfEqual(gradientNorm, T.Of(0), lr, rate));
    }

    /// <summary>η·ξ^(L − 1 − l), the layer at the input first.</summary>
    /// <param name="learningRate">η of the last layer, of <see cref="Hyperparameters.LearningRate"/>.</param>
    /// <param name="decay">ξ, of <see cref="Hyperparameters.LayerDecay"/>.</param>
    /// <param name="layers">L, of <see cref="Hyperparameters.Layers"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument lies outside.</exception>
    public static T[] Decayed<T>(double learningRate, double decay, int layers)
        where T : IReal<T>
    {
        Hyperparameters.LearningRate.Require(learningRate);
        Hyperparameters.LayerDecay.Require(decay);
        Hyperparameters.Layers.Require((long)layers);
        var rates = new T[layers];
        for (int l = 0; l < layers; l++)
        {
            rates[l] = Straightforward.Is<T>()
                ? LayerWiseRates.Decayed(T.Of(learningRate), T.Of(decay), T.Of(layers - 1 - l))
                : Hyperparameters.LearningRate.Rounded<T>(LayerWiseRates.Decayed<DoubleDouble>(learningRate, decay, layers - 1 - l));
        }

        return rates;
    }
}
