using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LAMB on a list of tensors, each a layer, as a pure function of parameters, gradients and state.</summary>
/// <remarks>NaN and infinities propagate as IEEE 754 says. Source: You et al. (2020), Algorithm 2; φ is the identity between the bounds of the norm.</remarks>
public static class LambOptimizer
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per layer.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite, or ε 0; or a lower bound lies above the upper one.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes.</exception>
    public static (T[][] Parameters, LambState<T> State) Step<T>(T[][] parameters, T[][] grads, LambState<T>? state, LambOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensors.RequireGradients(parameters, grads);
        Hyperparameters.LeastNorm.RequireUpTo(options.LeastNorm, options.MostNorm, Hyperparameters.MostNorm.Name);
        Hyperparameters.LeastRatio.RequireUpTo(options.LeastRatio, options.MostRatio, Hyperparameters.MostRatio.Name);
        long step = (state?.Step ?? 0) + 1;
        T[][] theta = Tensors.Copy(parameters);
        T[][] m = Tensors.CopyOrZeros(state?.First, parameters);
        T[][] v = Tensors.CopyOrZeros(state?.Second, parameters);
        AdamCoefficients<T> c = AdamCoefficients.Of<T>(options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, options.BiasCorrection ? step : null);
        (T Least, T Most) norms = (Hyperparameters.LeastNorm.Rounded<T>(options.LeastNorm), Hyperparameters.MostNorm.Rounded<T>(options.MostNorm));
        (T Least, T Most) ratios = (Hyperparameters.LeastRatio.Rounded<T>(options.LeastRatio), Hyperparameters.MostRatio.Rounded<T>(options.MostRatio));
        double[] reals = [options.LearningRate, options.Beta1, options.Beta2, options.Epsilon, options.WeightDecay, options.LeastNorm, options.MostNorm, options.LeastRatio, options.MostRatio];
        if (!Array.TrueForAll(reals, x => double.IsInfinity(x) || Hyperparameter.HasDigits<T>(x)))
            return Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), (p, g, s) => Step(p, g, s, options), s => s.In<T>());
        T decay = options.DecoupledDecay ? T.Of(0) : c.WeightDecay;
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
                direction[j] = Lamb.DirectionBy(theta[i][j], mHat[j], denominator[j], decay);
            }

            // A direction that overflows while both of its terms' numbers don't is made smaller by as much as λ and the least denominator can have made it larger.
            T share = T.Of(1);
            if (!Tensors.IsFinite(Norms.LargestMagnitude<T>(direction)) && Array.TrueForAll([theta[i], mHat, denominator], x => Tensors.IsFinite(Norms.LargestMagnitude<T>(x))))
            {
                T least = denominator.Aggregate(T.Of(1), T.Min), quarter = T.Of(0.25);
                share = T.Min(quarter / T.BinaryScale(T.Max(decay, T.Of(1))), quarter * T.BinaryScale(least));
                for (int j = 0; j < direction.Length; j++)
                    direction[j] = Lamb.ShareOfDirection(theta[i][j], mHat[j], denominator[j], decay, share);
            }

            // Both divided by a power of two near the largest, and the direction brought to the size of the parameters: norms and ratio are held where the step is.
            T size = T.BinaryScale(Norms.LargestMagnitude<T>(theta[i])), unit = T.BinaryScale(Norms.LargestMagnitude<T>(direction));
            T[] small = Norms.Scaled<T>(theta[i], size), along = Norms.Scaled<T>(direction, unit);
            T norm = Norms.L2<T>(small);
            if (IsBounded(options.LeastNorm, options.MostNorm))
                (norm, size) = Bounded(norm, size, norms.Least, norms.Most);
            T alongNorm = Norms.L2<T>(along), ratio = LayerWiseRates.Ratio(norm, alongNorm);

            // A ratio of its own, 1 without a norm or a bound, multiplies the direction as it is; 0 where there is none.
            T own = T.Of(0);
            if (IsBounded(options.LeastRatio, options.MostRatio))
            {
                T bounded = Lamb.Bounded(ratio, T.Proportion(ratios.Least, unit, size) / share, T.Proportion(ratios.Most, unit, size) / share);
                own = T.IfLess(ratio, bounded, ratios.Least, T.IfLess(bounded, ratio, ratios.Most, own));
            }

            own = LayerWiseRates.OneWithoutNorm(norm, alongNorm, own);
            ratio = T.IfEqual(own, T.Of(0), ratio, own / share);
            for (int j = 0; j < direction.Length; j++)
            {
                T old = theta[i][j], updated = Lamb.Update(old, T.IfEqual(own, T.Of(0), size * along[j], direction[j]), c.LearningRate, ratio);
                theta[i][j] = options.DecoupledDecay ? updated - WeightDecay.Decoupled(old, c.DecayRate) : updated;
            }
        }

        return (theta, new LambState<T>(step, m, v));
    }

    private static bool IsBounded(double least, double most) => least > 0 || double.IsFinite(most);

    // A norm between its bounds, and the power of two that it is divided by; a bound has its own, so that neither leaves the range.
    private static (T Norm, T Size) Bounded<T>(T norm, T size, T least, T most)
        where T : IReal<T>
    {
        T bounded = Lamb.Bounded(norm, least / size, most / size), bound = T.IfLess(norm, bounded, least, most), ofBound = T.BinaryScale(bound);
        T held = T.IfLess(norm, bounded, T.Of(1), T.IfLess(bounded, norm, T.Of(1), T.Of(0)));
        return (T.IfEqual(held, T.Of(0), norm, bound / ofBound), T.IfEqual(held, T.Of(0), size, ofBound));
    }
}
