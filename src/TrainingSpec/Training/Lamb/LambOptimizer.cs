using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LAMB on a list of tensors, each a layer, as a pure function of parameters, gradients and state.</summary>
/// <remarks>NaN and infinities propagate as IEEE 754 says. Source: You et al. (2020), Algorithm 2, with φ the identity.</remarks>
public static class LambOptimizer
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per layer.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite, or ε 0.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes.</exception>
    public static (T[][] Parameters, LambState<T> State) Step<T>(T[][] parameters, T[][] grads, LambState<T>? state, LambOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensors.RequireGradients(parameters, grads);
        long step = (state?.Step ?? 0) + 1;
        T[][] theta = Tensors.Copy(parameters);
        T[][] m = Tensors.CopyOrZeros(state?.First, parameters);
        T[][] v = Tensors.CopyOrZeros(state?.Second, parameters);
        AdamCoefficients<T> c = AdamCoefficients.Of<T>(options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, step);
        if (!Array.TrueForAll([options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay], Hyperparameter.HasDigits<T>))
            return Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), (p, g, s) => Step(p, g, s, options), s => s.In<T>());
        for (int i = 0; i < theta.Length; i++)
        {
            T[] direction = new T[theta[i].Length], mHat = new T[direction.Length], denominator = new T[direction.Length];
            for (int j = 0; j < direction.Length; j++)
            {
                T second = Adam.SecondMoment(v[i][j], grads[i][j], c.Beta2, c.Share2);
                UnitMoments<T> moments = UnitMoments.Of(m[i][j], v[i][j], grads[i][j], second, c);
                m[i][j] = Adam.FirstMoment(m[i][j], grads[i][j], c.Beta1, c.Share1);
                v[i][j] = second;
                mHat[j] = Adam.Corrected(moments.First, c.Correction1);
                denominator[j] = Adam.RootOver(T.Sqrt(moments.Second), c.RootCorrection2) + moments.Epsilon;
                direction[j] = Lamb.DirectionBy(theta[i][j], mHat[j], denominator[j], c.WeightDecay);
            }

            // A direction that overflows while both of its terms' numbers don't is made smaller by as much as λ and the least denominator can have made it larger.
            T share = T.Of(1);
            if (!Tensors.IsFinite(Norms.LargestMagnitude<T>(direction)) && Array.TrueForAll([theta[i], mHat, denominator], x => Tensors.IsFinite(Norms.LargestMagnitude<T>(x))))
            {
                T least = denominator.Aggregate(T.Of(1), T.Min), quarter = T.Of(0.25);
                share = T.Min(quarter / T.BinaryScale(T.Max(c.WeightDecay, T.Of(1))), quarter * T.BinaryScale(least));
                for (int j = 0; j < direction.Length; j++)
                    direction[j] = Lamb.ShareOfDirection(theta[i][j], mHat[j], denominator[j], c.WeightDecay, share);
            }

            // Both divided by a power of two near the largest, and the direction brought to the size of the parameters: norms and ratio are held where the step is.
            T size = T.BinaryScale(Norms.LargestMagnitude<T>(theta[i])), unit = T.BinaryScale(Norms.LargestMagnitude<T>(direction));
            T[] small = Norms.Scaled<T>(theta[i], size), along = Norms.Scaled<T>(direction, unit);
            T norm = Norms.L2<T>(small), ratio = LayerWiseRates.Ratio(norm, Norms.L2<T>(along));
            ratio = T.IfEqual(norm, T.Of(0), ratio / share, ratio);
            for (int j = 0; j < direction.Length; j++)
                theta[i][j] = Lamb.Update(theta[i][j], T.IfEqual(norm, T.Of(0), direction[j], size * along[j]), c.LearningRate, ratio);
        }

        return (theta, new LambState<T>(step, m, v));
    }
}
