using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>LARS on a list of tensors, each a layer, as a pure function of parameters, gradients and state.</summary>
/// <remarks>The velocity starts at zero and holds the learning rate. NaN and infinities propagate as IEEE 754 says. Source: You, Gitman, Ginsburg (2017), Algorithm 1.</remarks>
public static class LarsOptimizer
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per layer.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes.</exception>
    public static (T[][] Parameters, LarsState<T> State) Step<T>(T[][] parameters, T[][] grads, LarsState<T>? state, LarsOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Tensors.RequireGradients(parameters, grads);
        T[][] theta = Tensors.Copy(parameters);
        T[][] buffers = Tensors.CopyOrZeros(state?.Buffers, parameters);
        T lr = Hyperparameters.LayerRate.Rounded<T>(options.LearningRate), momentum = T.Of(options.Momentum);
        T decay = Hyperparameters.WeightDecay.Rounded<T>(options.WeightDecay), trust = Hyperparameters.TrustCoefficient.Rounded<T>(options.TrustCoefficient);
        if (!Array.TrueForAll([options.LearningRate, options.Momentum, options.WeightDecay, options.TrustCoefficient], Hyperparameter.HasDigits<T>))
            return Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), (p, g, s) => Step(p, g, s, options), s => s.In<T>());
        for (int i = 0; i < theta.Length; i++)
        {
            var direction = new T[theta[i].Length];
            for (int j = 0; j < direction.Length; j++)
                direction[j] = WeightDecay.L2Gradient(grads[i][j], theta[i][j], decay);

            // A direction that overflows while gradients and parameters don't is made smaller by as much as λ can have made it larger.
            T share = T.Of(1);
            if (!Tensors.IsFinite(Norms.LargestMagnitude<T>(direction)) && Tensors.IsFinite(Norms.LargestMagnitude<T>(grads[i])) && Tensors.IsFinite(Norms.LargestMagnitude<T>(theta[i])))
            {
                share = T.Of(0.25) / T.BinaryScale(T.Max(decay, T.Of(1)));
                for (int j = 0; j < direction.Length; j++)
                    direction[j] = Lars.ShareOfDirection(grads[i][j], theta[i][j], decay, share);
            }

            // The direction divided by a power of two near its largest, and the local rate multiplied by it: the rate is held where the step is. So are the norms, by their own.
            T unit = T.BinaryScale(Norms.LargestMagnitude<T>(direction)), size = T.BinaryScale(Norms.LargestMagnitude<T>(parameters[i])), ofGrads = T.BinaryScale(Norms.LargestMagnitude<T>(grads[i]));
            T norm = Norms.L2<T>(Norms.Scaled<T>(parameters[i], size)), gradientNorm = Norms.L2<T>(Norms.Scaled<T>(grads[i], ofGrads));
            T scaled = Lars.RateOf(norm, T.Proportion(gradientNorm, ofGrads / unit * share, size), decay / unit * share, trust);
            T local = T.IfEqual(norm, T.Of(0), unit / share, T.IfEqual(gradientNorm, T.Of(0), unit / share, scaled));

            // That only where the rate itself can't be held: a unit of subnormal numbers has no inverse.
            T wholeNorm = Norms.L2<T>(parameters[i]), wholeGradientNorm = Norms.L2<T>(grads[i]);
            T plain = T.IfLess(
                T.Max(wholeNorm, wholeGradientNorm),
                T.Of(double.PositiveInfinity),
                Lars.LocalRate(wholeNorm, wholeGradientNorm, decay, trust),
                LayerWiseRates.OneWithoutNorm(norm, gradientNorm, Lars.RateOf(norm, T.Proportion(gradientNorm, ofGrads, size), decay, trust)));
            (unit, local) = (NormalRange.IfNormal(plain, T.Of(1), unit), NormalRange.IfNormal(plain, plain / share, local));
            for (int j = 0; j < theta[i].Length; j++)
            {
                buffers[i][j] = Lars.Velocity(buffers[i][j], direction[j] / unit, momentum, lr, local);
                theta[i][j] = Lars.Update(theta[i][j], buffers[i][j]);
            }
        }

        return (theta, new LarsState<T>((state?.Step ?? 0) + 1, buffers));
    }
}
