using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>A learning rate for each layer: by the ratio of two norms, or falling with the distance from the output.</summary>
/// <remarks>Source: D3 "Layer-wise Adaptive Rate Scaling", "Catastrophic Forgetting"; You et al. (2017; 2020).</remarks>
public static class LayerWiseRates
{
    /// <summary>‖θ‖/‖g‖: how large a layer is beside its gradient or direction; 1 where a norm is zero.</summary>
    [Formula("layer_wise_rates.ratio", TeX = @"\phi", Source = "D3 Layer-wise Adaptive Rate Scaling; You et al. (2020), Algorithm 2")]
    public static T Ratio<T>(
        [Domain(@"\lVert \theta \rVert", "[0, inf)")] T parameterNorm,
        [Domain(@"\lVert g \rVert", "[0, inf)")] T gradientNorm)
        where T : IReal<T> => OneWithoutNorm(parameterNorm, gradientNorm, parameterNorm / gradientNorm);

    /// <summary>η·‖θ‖/‖g‖: the plain ratio as a layer's learning rate; η where a norm is zero.</summary>
    [Formula("layer_wise_rates.plain", TeX = @"\eta_l", Source = "D3 Layer-wise Adaptive Rate Scaling")]
    public static T Plain<T>(
        [Domain(@"\lVert \theta_l \rVert", "[0, inf)")] T parameterNorm,
        [Domain(@"\lVert g_l \rVert", "[0, inf)")] T gradientNorm,
        [Domain(nameof(Hyperparameters.LearningRate))] T lr)
        where T : IReal<T> => T.Rewritten(
            lr * Ratio(parameterNorm, gradientNorm),
            T.IfEqual(parameterNorm, T.Of(0), lr, T.IfEqual(gradientNorm, T.Of(0), lr, T.Proportion(lr, parameterNorm, gradientNorm))));

    /// <summary>η·ξ^(L − 1 − l): the rate of layer l of L, counted from the input and from 0, with L − 1 − l layers above it.</summary>
    [Formula("layer_wise_rates.decayed", TeX = @"\eta_l", Source = "D3 Catastrophic Forgetting; Howard and Ruder (2018), section 3.2")]
    public static T Decayed<T>(
        [Domain(nameof(Hyperparameters.LearningRate))] T lr,
        [Domain(nameof(Hyperparameters.LayerDecay))] T decay,
        [Domain("L - 1 - l", "[0, inf)", Whole = true)] T layersAbove)
        where T : IReal<T>
    {
        T power = T.Power(decay, layersAbove);
        T computed = !T.States && NormalRange.IsNormal(power) ? lr * power : NormalRange.IfNormal(power, lr * power, OfHalves(lr, decay, layersAbove));
        return T.Rewritten(lr * power, computed);
    }

    // A power that may be subnormal or infinite is halved, so that a large or a small rate keeps its digits.
    private static T OfHalves<T>(T lr, T decay, T layersAbove)
        where T : IReal<T>
    {
        T half = T.Floor(T.Of(0.5) * layersAbove), other = layersAbove - half, first = T.Power(decay, half), second = !T.States && T.AllEqual(half, other) ? first : T.Power(decay, other);
        return !T.States && T.AllLess(second, T.Of(double.PositiveInfinity)) ? T.Product(lr, first, second) : OfQuarters(lr, decay, half, other, first, second);
    }

    // Only a factor above 1 comes here, and what is a symbol.
    private static T OfQuarters<T>(T lr, T decay, T half, T other, T first, T second)
        where T : IReal<T>
    {
        T quarter = T.Floor(T.Of(0.5) * half), third = T.Floor(T.Of(0.5) * other);
        return OfParts(lr, first, second, T.Power(decay, quarter), T.Power(decay, half - quarter), T.Power(decay, third), T.Power(decay, other - third));
    }

    /// <summary>η times a power by its halves, of which the first is no farther from 1; where the second is infinite by its quarters, of which none is where the product is finite.</summary>
    internal static T OfParts<T>(T lr, T half, T other, T first, T second, T third, T fourth)
        where T : IReal<T> => T.IfLess(other, T.Of(double.PositiveInfinity), T.Product(lr, half, other), T.IfEqual(lr, T.Of(0), lr, lr * first * second * third * fourth));

    internal static T OneWithoutNorm<T>(T parameterNorm, T gradientNorm, T ratio)
        where T : IReal<T> =>
        T.IfEqual(parameterNorm, T.Of(0), T.Of(1), T.IfEqual(gradientNorm, T.Of(0), T.Of(1), ratio));
}
