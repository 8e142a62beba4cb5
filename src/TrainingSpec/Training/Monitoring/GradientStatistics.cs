using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Statistics of a list of tensors; all but the last are of the finite entries, and NaN where there is none (the norm is then 0).</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Norm">The L2 norm of all entries together.</param>
/// <param name="MaxAbs">The largest magnitude.</param>
/// <param name="MinAbs">The smallest magnitude.</param>
/// <param name="Max">The largest entry.</param>
/// <param name="Min">The smallest entry.</param>
/// <param name="ZeroFraction">The share of zeros of either sign, in [0, 1].</param>
/// <param name="NonFinite">How many entries are NaN or infinite.</param>
public sealed record GradientStatistics<T>(T Norm, T MaxAbs, T MinAbs, T Max, T Min, T ZeroFraction, long NonFinite);

/// <summary>Statistics of gradients or parameters, of all tensors together or tensor by tensor.</summary>
/// <remarks>Source: D1 "Gradient Monitoring"; D2 "Monitoring Gradient Norms"; D3 "Gradient Flow Diagnostics"; the oracle protocol, grad_stats.</remarks>
public static class GradientStatistics
{
    /// <summary>The statistics of all tensors together.</summary>
    /// <param name="grads">A flat array per tensor.</param>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    public static GradientStatistics<T> Of<T>(T[][] grads)
        where T : IReal<T>
    {
        Tensors.RequireSome(grads, nameof(grads));
        long size = 0, nonFinite = 0;
        foreach (T[] tensor in grads)
        {
            size += tensor.Length;
            foreach (T entry in tensor)
                nonFinite += Tensors.IsFinite(entry) ? 0 : 1;
        }

        ReadOnlySpan<T> entries = grads.Length == 1 && nonFinite == 0 ? grads[0] : Finite(grads, size - nonFinite);
        return new GradientStatistics<T>(
            Norms.Global<T>(nonFinite == 0 ? grads : Zeroed(grads)),
            Monitoring.MaxAbs(entries),
            Monitoring.MinAbs(entries),
            Monitoring.Max(entries),
            Monitoring.Min(entries),
            Monitoring.ZeroFraction(entries),
            nonFinite);
    }

    /// <summary>The statistics of each tensor by itself, so that a vanishing layer shows.</summary>
    /// <param name="grads">A flat array per tensor.</param>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty one.</exception>
    public static GradientStatistics<T>[] PerTensor<T>(T[][] grads)
        where T : IReal<T> => Array.ConvertAll(Tensors.RequireSome(grads, nameof(grads)), g => Of<T>([g]));

    private static T[] Finite<T>(T[][] grads, long count)
        where T : IReal<T>
    {
        var finite = new T[count];
        int next = 0;
        foreach (T[] tensor in grads)
        {
            foreach (T entry in tensor)
            {
                if (Tensors.IsFinite(entry))
                    finite[next++] = entry;
            }
        }

        return finite;
    }

    // A zero in its place leaves the sum of squares of the others as it is.
    private static T[][] Zeroed<T>(T[][] grads)
        where T : IReal<T> => Array.ConvertAll(grads, tensor => Array.ConvertAll(tensor, entry => Tensors.IsFinite(entry) ? entry : T.Of(0)));
}
