using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>SGD on a list of tensors, as a pure function of parameters, gradients and state.</summary>
/// <remarks>
/// Weight decay enters the gradient as λθ, or stands beside it; the first buffer is the first gradient, undampened; without momentum the buffers rest.
/// NaN and infinities in tensors propagate as IEEE 754 says. Source: Sutskever et al. (2013), with an unscaled buffer.
/// </remarks>
public static class SgdOptimizer
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per tensor.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, a state of other shapes, or options at odds.</exception>
    public static (T[][] Parameters, SgdState<T> State) Step<T>(T[][] parameters, T[][] grads, SgdState<T>? state, SgdOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Tensors.RequireGradients(parameters, grads);
        RequireState(parameters, state);
        T lr = Hyperparameters.LearningRate.Rounded<T>(options.LearningRate);
        T momentum = T.Of(options.Momentum);
        T share = Straightforward.Is<T>() ? Sgd.Share(T.Of(options.Dampening)) : Sgd.Share<DoubleDouble>(options.Dampening).To<T>();
        bool inGradient = options.Decay == DecayKind.L2;
        T lambda = Hyperparameters.WeightDecay.Rounded<T>(options.WeightDecay), decay = inGradient ? lambda : T.Of(0);
        T decayRate = ElementwiseOptimizer.DecayRate<T>(options.LearningRate, options.WeightDecay);
        T[][] theta = Tensors.Copy(parameters);
        if (!Array.TrueForAll([options.LearningRate, options.Momentum, options.WeightDecay], Hyperparameter.HasDigits<T>))
            return Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), (p, g, s) => Step(p, g, s, options), s => s.In<T>());
        bool hasMomentum = options.Momentum != 0;
        T[][]? old = state?.Buffers;
        T[][]? buffers = hasMomentum ? Tensors.ZerosLike(parameters) : old;
        for (int i = 0; i < theta.Length; i++)
        {
            for (int j = 0; j < theta[i].Length; j++)
            {
                T was = theta[i][j], gradient = inGradient ? WeightDecay.L2Gradient(grads[i][j], was, decay) : grads[i][j];
                T direction = gradient;
                if (hasMomentum)
                {
                    T buffer = old is null ? gradient : Sgd.Entered(old[i][j], gradient, momentum, share);
                    buffers![i][j] = buffer;
                    direction = options.Nesterov ? Sgd.Nesterov(gradient, buffer, momentum) : buffer;
                }

                if (Tensors.IsFinite(direction) || !Tensors.IsFinite(grads[i][j] + (was - was)))
                {
                    theta[i][j] = WeightDecay.Beside(options.Decay, Sgd.Update(was, direction, lr), was, decayRate);
                    continue;
                }

                // The direction overflows; buffer and step need not.
                T before = old is null ? T.Of(0) : old[i][j], entered = old is null ? T.Of(1) : share, kept = old is null ? T.Of(0) : momentum;
                if (hasMomentum)
                    buffers![i][j] = Sgd.ByTerms(grads[i][j], was, before, decay, entered, kept);
                T ahead = options.Nesterov ? T.Of(1) + momentum : hasMomentum ? entered : T.Of(1);
                T ofBuffer = options.Nesterov ? momentum * kept : hasMomentum ? kept : T.Of(0);
                theta[i][j] = WeightDecay.Beside(options.Decay, Sgd.UpdateByTerms(was, grads[i][j], before, lr, decay, ahead, ofBuffer), was, decayRate);
            }
        }

        return (theta, new SgdState<T>((state?.Step ?? 0) + 1, Array.ConvertAll(theta, t => t.Length), buffers));
    }

    private static void RequireState<T>(T[][] parameters, SgdState<T>? state)
        where T : IReal<T>
    {
        if (state is not null && !state.Lengths.SequenceEqual(Array.ConvertAll(parameters, t => t.Length)))
            throw Tensors.Bad("state", $"state belongs to tensors of lengths [{Join(state.Lengths)}], params has [{Join(Array.ConvertAll(parameters, t => t.Length))}]");
    }

    private static string Join(ReadOnlySpan<int> lengths) => string.Join(", ", Array.ConvertAll(lengths.ToArray(), n => Tensors.Text(n)));
}
