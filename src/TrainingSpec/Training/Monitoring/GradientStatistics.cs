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
        var finite = new List<T>();
        long nonFinite = 0;
        var zeroed = new T[grads.Length][];
        for (int i = 0; i < grads.Length; i++)
        {
            zeroed[i] = (T[])grads[i].Clone();
            for (int j = 0; j < grads[i].Length; j++)
            {
                if (Tensors.IsFinite(grads[i][j]))
                {
                    finite.Add(grads[i][j]);
                    continue;
                }

                // A zero in its place leaves the sum of squares of the others as it is.
                zeroed[i][j] = T.Of(0);
                nonFinite++;
            }
        }

        ReadOnlySpan<T> entries = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(finite);
        return new GradientStatistics<T>(
            Norms.Global<T>(zeroed),
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
}
