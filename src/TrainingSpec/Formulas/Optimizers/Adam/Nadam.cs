using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>NAdam: Adam with Nesterov's look-ahead and a first moment whose share grows with the steps.</summary>
/// <remarks>Source: Dozat (2016), Algorithm 2 and section 3.2; ψ = 0.004 there.</remarks>
public static class Nadam
{
    private const double Base = 0.96;

    /// <summary>β₁·(1 − ½·0.96^(t·ψ)): the momentum of step t, from half of β₁ towards β₁.</summary>
    [Formula("nadam.momentum", TeX = @"\mu_t", Source = "Dozat (2016), section 3.2")]
    public static T Momentum<T>(
        [Domain(nameof(Hyperparameters.Beta1))] T beta1,
        [Domain(nameof(Hyperparameters.MomentumDecay))] T decay,
        [Domain(nameof(Hyperparameters.Update))] T step)
        where T : IReal<T> => beta1 * (T.Of(1) - T.Of(0.5) * T.Rewritten(T.Pow(T.Of(Base), step * decay), T.Exp(step * decay * T.Of(Math.Log(Base)))));

    /// <summary>μ′·m/(1 − Π·μ′) + (1 − μ)·g/(1 − Π): momentum as of the next step, μ′, and the gradient, each with its bias removed; Π is the product of all μ so far.</summary>
    [Formula("nadam.look_ahead", TeX = @"\bar{m}_t", Source = "Dozat (2016), Algorithm 2")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LookAhead<T>(
        [Domain("m_t", "(-inf, inf)")] T moment,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain(@"\mu_t", "[0, 1)")] T mu,
        [Domain(@"\mu_{t+1}", "[0, 1)")] T next,
        [Domain(@"\Pi_t", "[0, 1)")] T product)
        where T : IReal<T> => LookAhead(moment, gradient, OfMoment(next, product), OfGradient(mu, product));

    [AccuracyException("nadam.look_ahead", "momentum and gradient of opposite signs may cancel, and the roundings of both terms stay; a term may be more than the number holds where the sum is not")]
    private static T LookAheadUnit<T>(T moment, T gradient, T mu, T next, T product)
        where T : IReal<T> => T.Max(T.Abs(OfMoment(next, product) * moment), T.Abs(OfGradient(mu, product) * gradient));

    /// <summary>The same with both factors derived beforehand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LookAhead<T>(T moment, T gradient, T ofMoment, T ofGradient)
        where T : IReal<T> => ofMoment * moment + ofGradient * gradient;

    /// <summary>μ′/(1 − Π·μ′): the factor of the moment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OfMoment<T>(T next, T product)
        where T : IReal<T> => next / T.Rewritten(T.Of(1) - product * next, T.Fma(-product, next, T.Of(1)));

    /// <summary>(1 − μ)/(1 − Π): the factor of the gradient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T OfGradient<T>(T mu, T product)
        where T : IReal<T> => (T.Of(1) - mu) / (T.Of(1) - product);
}
