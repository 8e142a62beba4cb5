using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Stochastic gradient descent with momentum, dampening and Nesterov's look-ahead.</summary>
/// <remarks>Source: Sutskever et al. (2013), with the momentum buffer kept unscaled by the learning rate, as PyTorch documents it.</remarks>
public static class Sgd
{
    /// <summary>θ − η·d: a step along a direction.</summary>
    [Formula("sgd.update", TeX = @"\theta_t", Source = "D4 Why Not Plain SGD?")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Update<T>(
        [Domain(@"\theta_{t-1}", "(-inf, inf)")] T theta,
        [Domain("d_t", "(-inf, inf)")] T direction,
        [Domain(nameof(Hyperparameters.LearningRate))] T lr)
        where T : IReal<T> => T.Rewritten(theta - lr * direction, T.Fma(-lr, direction, theta));

    /// <summary>μ·b + (1 − τ)·g: the momentum buffer; the first buffer is the first gradient itself.</summary>
    [Formula("sgd.momentum", TeX = "b_t", Source = "Sutskever et al. (2013), equation 1")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Momentum<T>(
        [Domain("b_{t-1}", "(-inf, inf)")] T buffer,
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain(nameof(Hyperparameters.Momentum))] T momentum,
        [Domain(nameof(Hyperparameters.Dampening))] T dampening)
        where T : IReal<T> => Entered(buffer, gradient, momentum, Share(dampening));

    /// <summary>The same with 1 − τ derived beforehand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Entered<T>(T buffer, T gradient, T momentum, T share)
        where T : IReal<T> => momentum * buffer + share * gradient;

    [AccuracyException("sgd.momentum", "buffer and gradient of opposite signs may cancel, and the roundings of both products stay")]
    [SuppressMessage("Style", "IDE0060", Justification = "it takes the formula's arguments")]
    private static T MomentumUnit<T>(T buffer, T gradient, T momentum, T dampening)
        where T : IReal<T> => T.Abs(momentum * buffer);

    /// <summary>1 − τ: the share of a gradient that enters the buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Share<T>(T dampening)
        where T : IReal<T> => T.Of(1) - dampening;

    /// <summary>g + μ·b: Nesterov's direction, the gradient corrected by the buffer that it has just entered.</summary>
    [Formula("sgd.nesterov", TeX = "d_t", Source = "Sutskever et al. (2013), equation 3")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Nesterov<T>(
        [Domain("g_t", "(-inf, inf)")] T gradient,
        [Domain("b_t", "(-inf, inf)")] T buffer,
        [Domain(nameof(Hyperparameters.Momentum))] T momentum)
        where T : IReal<T> => T.Rewritten(gradient + momentum * buffer, T.Fma(momentum, buffer, gradient));

    /// <summary>s·(g + λθ) + k·b by its terms, made smaller on the way: buffer or direction where g + λθ, or what it is added to, is more than the number holds.</summary>
    /// <param name="gradient">g.</param>
    /// <param name="theta">θ.</param>
    /// <param name="buffer">b, as it was before the step.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="share">s.</param>
    /// <param name="kept">k.</param>
    public static T ByTerms<T>(T gradient, T theta, T buffer, T lambda, T share, T kept)
        where T : IReal<T>
    {
        T part = T.Of(WideSums.Part);
        return (T.Fma(share, part * gradient, T.Product(share, lambda, part * theta)) + kept * (part * buffer)) / part;
    }

    /// <summary>θ − η·(s·(g + λθ) + k·b) in the same way.</summary>
    /// <param name="theta">θ.</param>
    /// <param name="gradient">g.</param>
    /// <param name="buffer">b, as it was before the step.</param>
    /// <param name="lr">η.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="share">s.</param>
    /// <param name="kept">k.</param>
    public static T UpdateByTerms<T>(T theta, T gradient, T buffer, T lr, T lambda, T share, T kept)
        where T : IReal<T>
    {
        T part = T.Of(WideSums.Part);
        T step = T.Product(lr, share, part * gradient) + T.Product(lr, lambda, share * part * theta) + T.Product(lr, kept, part * buffer);
        return (part * theta - step) / part;
    }
}
