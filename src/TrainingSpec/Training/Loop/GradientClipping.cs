using TrainingSpec.Devices;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What clipping does where a norm is NaN or infinite.</summary>
public enum NonFinitePolicy
{
    /// <summary>Refuses.</summary>
    Error,

    /// <summary>Computes on as IEEE 754 says.</summary>
    Propagate,

    /// <summary>Gives zero gradients and scale 0.</summary>
    Skip,
}

/// <summary>Gradients clipped by the norm of all tensors together.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Gradients">New tensors; the same bits as before where nothing was clipped.</param>
/// <param name="TotalNorm">The norm before clipping.</param>
/// <param name="Scale">The factor, min(1, max_norm/total).</param>
public sealed record GlobalNormClip<T>(T[][] Gradients, T TotalNorm, T Scale);

/// <summary>Gradients clipped tensor by tensor.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Gradients">New tensors; the same bits as before where nothing was clipped.</param>
/// <param name="Norms">Each tensor's norm before clipping.</param>
/// <param name="Scales">Each tensor's factor.</param>
public sealed record PerTensorNormClip<T>(T[][] Gradients, T[] Norms, T[] Scales);

/// <summary>Gradient clipping on a list of tensors: by global norm, by each tensor's norm, by value.</summary>
/// <remarks>A total of 0 gives scale 1. Source: D4 "Gradient Clipping"; Pascanu et al. (2013), Algorithm 1.</remarks>
public static class GradientClipping
{
    /// <summary>Scales all gradients by min(1, max_norm/‖g‖), so that their direction is kept.</summary>
    /// <param name="grads">The gradients, a flat array per tensor.</param>
    /// <param name="maxNorm"><c>max_norm</c>, of <see cref="Hyperparameters.MaxNorm"/>; at infinity nothing is clipped.</param>
    /// <param name="ifNonFinite"><c>if_nonfinite</c>: what to do where the norm is NaN or infinite.</param>
    /// <param name="order"><c>norm_type</c>, of <see cref="Hyperparameters.ClipNormOrder"/>: of the norm.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> or <paramref name="order"/> lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    /// <exception cref="NonFiniteException">The norm is NaN or infinite, and that is to be an error.</exception>
    public static GlobalNormClip<T> ByGlobalNorm<T>(T[][] grads, double maxNorm, NonFinitePolicy ifNonFinite = NonFinitePolicy.Error, double order = 2)
        where T : IReal<T>
    {
        Require(grads, maxNorm, ifNonFinite);
        T total = Norms.P(grads, Hyperparameters.ClipNormOrder.Require(order));
        if (ifNonFinite == NonFinitePolicy.Error)
            RequireFinite(total);
        if (!Tensors.IsFinite(total) && ifNonFinite == NonFinitePolicy.Skip)
            return new GlobalNormClip<T>(Tensors.ZerosLike(grads), total, T.Of(0));
        Threshold<T> threshold = Threshold<T>.Of(maxNorm);
        T scale = ScaleOf(total, threshold);
        return new GlobalNormClip<T>(Array.ConvertAll(grads, g => Scaled(g, scale, total, threshold)), total, scale);
    }

    /// <summary>The same in place, by a device's operations; a norm that is not finite is an error.</summary>
    /// <param name="grads">The gradients, a flat array per tensor.</param>
    /// <param name="maxNorm"><c>max_norm</c>, of <see cref="Hyperparameters.MaxNorm"/>; at infinity nothing is clipped.</param>
    /// <param name="operations">What computes it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    /// <exception cref="NonFiniteException">The norm is NaN or infinite.</exception>
    public static GlobalNormClip<T> ByGlobalNorm<T>(T[][] grads, double maxNorm, ITensorOperations<T> operations)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(operations);
        Require(grads, maxNorm, NonFinitePolicy.Error);
        T total = operations.GlobalNorm(grads);
        RequireFinite(total);
        Threshold<T> threshold = Threshold<T>.Of(maxNorm);
        T scale = ScaleOf(total, threshold);
        foreach (T[] gradient in grads)
        {
            if (Tensors.AreEqual(scale, T.Of(1)))
                continue;
            if (HasDigits(scale))
            {
                operations.Scale(gradient, scale);
                continue;
            }

            Scaled(operations.Read(gradient), scale, total, threshold).CopyTo(gradient, 0);
            operations.Written(gradient);
        }

        return new GlobalNormClip<T>(grads, total, scale);
    }

    /// <summary>Scales each tensor by min(1, max_norm/‖g‖) of its own; the direction of the whole changes.</summary>
    /// <param name="grads">The gradients, a flat array per tensor.</param>
    /// <param name="maxNorm"><c>max_norm</c>, of <see cref="Hyperparameters.MaxNorm"/>; at infinity nothing is clipped.</param>
    /// <param name="ifNonFinite"><c>if_nonfinite</c>: what to do with a tensor whose norm is NaN or infinite.</param>
    /// <param name="order"><c>norm_type</c>, of <see cref="Hyperparameters.ClipNormOrder"/>: of the norms.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> or <paramref name="order"/> lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    /// <exception cref="NonFiniteException">A norm is NaN or infinite, and that is to be an error.</exception>
    public static PerTensorNormClip<T> ByTensorNorm<T>(T[][] grads, double maxNorm, NonFinitePolicy ifNonFinite = NonFinitePolicy.Error, double order = 2)
        where T : IReal<T>
    {
        Require(grads, maxNorm, ifNonFinite);
        Hyperparameters.ClipNormOrder.Require(order);
        return EachClipped(grads, _ => Threshold<T>.Of(maxNorm), ifNonFinite, order);
    }

    /// <summary>Scales the gradient of each unit by min(1, λ·max(‖w‖, ε)/‖g‖), w the unit's weights: no step changes a unit by more than a share of it.</summary>
    /// <param name="parameters"><c>params</c>: the weights, a flat array per unit; a unit is a row of a matrix, the kernels of one output of a convolution, or a whole vector.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="share"><c>clipping</c>, of <see cref="Hyperparameters.AdaptiveShare"/>.</param>
    /// <param name="floor"><c>eps</c>, of <see cref="Hyperparameters.WeightFloor"/>.</param>
    /// <param name="ifNonFinite"><c>if_nonfinite</c>: what to do with a unit whose gradient has a norm that is NaN or infinite.</param>
    /// <remarks>Source: Brock et al. (2021), equation 3.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The share or the floor lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No units, or an empty one.</exception>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the weights.</exception>
    /// <exception cref="NonFiniteException">A norm of weights is NaN or infinite, or a gradient's is, and that is to be an error.</exception>
    public static PerTensorNormClip<T> Adaptive<T>(T[][] parameters, T[][] grads, double share = 0.01, double floor = 1e-3, NonFinitePolicy ifNonFinite = NonFinitePolicy.Error)
        where T : IReal<T>
    {
        Tensors.RequireGradients(parameters, grads);
        Require(grads, double.PositiveInfinity, ifNonFinite);
        Hyperparameters.AdaptiveShare.Require(share);
        Hyperparameters.WeightFloor.Require(floor);
        return EachClipped(grads, Of, ifNonFinite, 2);

        Threshold<T> Of(int unit)
        {
            T norm = Norms.L2<T>(parameters[unit]);
            return Tensors.IsFinite(norm)
                ? new(Clipping.Adaptive(norm, T.Of(share), T.Of(floor)), DoubleDouble.ValueOf(norm) is { } value ? Clipping.Adaptive(value, share, floor) : null)
                : throw new NonFiniteException("params", $"params[{Tensors.Text(unit)}] has the norm {norm}, which is outside the finite numbers");
        }
    }

    private static PerTensorNormClip<T> EachClipped<T>(T[][] grads, Func<int, Threshold<T>> thresholdOf, NonFinitePolicy ifNonFinite, double order)
        where T : IReal<T>
    {
        var clipped = new T[grads.Length][];
        var norms = new T[grads.Length];
        var scales = new T[grads.Length];
        for (int i = 0; i < grads.Length; i++)
        {
            norms[i] = Norms.P<T>([grads[i]], order);
            Threshold<T> threshold = thresholdOf(i);
            bool bad = !Tensors.IsFinite(norms[i]);
            if (bad && ifNonFinite == NonFinitePolicy.Error)
                throw new NonFiniteException("grads", $"grads[{Tensors.Text(i)}] has the norm {norms[i]}, which is outside the finite numbers");
            bool skipped = bad && ifNonFinite == NonFinitePolicy.Skip;
            scales[i] = skipped ? T.Of(0) : ScaleOf(norms[i], threshold);
            clipped[i] = skipped ? Tensors.ZerosLike<T>([grads[i]])[0] : Scaled(grads[i], scales[i], norms[i], threshold);
        }

        return new PerTensorNormClip<T>(clipped, norms, scales);
    }

    /// <summary>Bounds each element to [−limit, limit]; NaN stays NaN.</summary>
    /// <param name="grads">The gradients, a flat array per tensor.</param>
    /// <param name="limit"><c>limit</c>, of <see cref="Hyperparameters.Limit"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> lies outside.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    public static T[][] ByValue<T>(T[][] grads, double limit)
        where T : IReal<T>
    {
        Tensors.RequireSome(grads, "grads");
        T bound = T.Of(Hyperparameters.Limit.Require(limit));
        return Array.ConvertAll(grads, g => Array.ConvertAll(g, x => Clipping.Value(x, bound)));
    }

    private static void Require<T>(T[][] grads, double maxNorm, NonFinitePolicy ifNonFinite)
    {
        Tensors.RequireSome(grads, "grads");
        Hyperparameters.MaxNorm.Require(maxNorm);
        if (!Enum.IsDefined(ifNonFinite))
            throw Domain.Outside("{error, propagate, skip}", Tensors.Text((int)ifNonFinite), "if_nonfinite");
    }

    private static void RequireFinite<T>(T total)
        where T : IReal<T>
    {
        if (!Tensors.IsFinite(total))
            throw new NonFiniteException("grads", $"grads has the total norm {total}, which is outside the finite numbers");
    }

    private static bool HasDigits<T>(T scale)
        where T : IReal<T> => Tensors.AreEqual(NormalRange.IfNormal(scale, T.Of(1), T.Of(0)), T.Of(1));

    // With no limit nothing is clipped, whatever the norm is.
    private static T ScaleOf<T>(T norm, Threshold<T> threshold)
        where T : IReal<T> =>
        threshold.Real is { } none && !DoubleDouble.IsFinite(none) ? T.Of(1) :
        threshold.Real is { } real && DoubleDouble.ValueOf(norm) is { } value ? Clipping.Scale(value, real).To<T>() :
        Clipping.Scale(norm, threshold.Held);

    // A factor that has lost digits, or all of them, is left out: the norm may bring the gradient to where they are held.
    private static T[] Scaled<T>(T[] gradient, T scale, T norm, Threshold<T> threshold)
        where T : IReal<T> =>
        Tensors.AreEqual(scale, T.Of(1)) ? [.. gradient] :
        HasDigits(scale) || !Tensors.IsFinite(norm) ? Array.ConvertAll(gradient, g => Clipping.Scaled(g, scale)) :
        threshold.Real is { } real && DoubleDouble.ValueOf(norm) is { } value ? Array.ConvertAll(gradient, g => Clipping.ScaledByNorm(DoubleDouble.ValueOf(g)!.Value, value, real).To<T>()) :
        Array.ConvertAll(gradient, g => Clipping.ScaledByNorm(g, norm, threshold.Held));

    // A threshold over the number and, where that has a value, as a real number; ∞ clips nothing.
    private readonly record struct Threshold<T>(T Held, DoubleDouble? Real)
        where T : IReal<T>
    {
        public static Threshold<T> Of(double maxNorm) => new(T.Of(maxNorm), maxNorm);
    }
}
