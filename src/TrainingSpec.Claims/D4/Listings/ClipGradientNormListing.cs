using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>What the clip_gradient_norm listing (lines 299–312) does: squares of all arrays without scaling, one root, one factor, in place.</summary>
internal static class ClipGradientNormListing
{
    /// <summary>Clips the caller's arrays in place and hands the same dictionary back.</summary>
    /// <typeparam name="T">The arrays' number.</typeparam>
    public static Dictionary<string, T[]> Run<T>(Dictionary<string, T[]> gradients, T maxNorm)
        where T : IReal<T>
    {
        T squares = T.Of(0);
        foreach (T[] gradient in gradients.Values)
            squares += Reduction.SumOfSquares<T>(gradient);
        T norm = T.Sqrt(squares);
        // The listing compares first: a NaN norm is not above the threshold, and nothing is scaled.
        T scale = T.IfLess(maxNorm, norm, Clipping.Scale(norm, maxNorm), T.Of(1));
        foreach (T[] gradient in gradients.Values)
        {
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] = Clipping.Scaled(gradient[i], scale);
        }

        return gradients;
    }
}
