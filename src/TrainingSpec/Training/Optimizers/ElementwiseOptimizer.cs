using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What one step does to one element: the parameter after it, from the one before, the gradient, and the numbers kept for the element, which are overwritten by the new ones.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="theta">The parameter.</param>
/// <param name="gradient">Its gradient, L2 decay included.</param>
/// <param name="kept">What the optimizer keeps for it, in the order of its slots.</param>
public delegate T ElementStep<T>(T theta, T gradient, Span<T> kept)
    where T : IReal<T>;

/// <summary>A number that an optimizer keeps for each element.</summary>
/// <param name="Name">Its name in saved states.</param>
/// <param name="Initial">Its value before the first step.</param>
/// <param name="NonNegative">True where it is a square or a norm.</param>
internal readonly record struct Slot(string Name, double Initial = 0, bool NonNegative = false);

/// <summary>An optimizer that moves each element by itself, as a pure function of parameters, gradients and state: slots, and one step of one element.</summary>
/// <remarks>Hyperparameters are checked when they are set, and errors use the oracle protocol's names; they may change from step to step. NaN and infinities in tensors propagate as IEEE 754 says.</remarks>
public abstract record ElementwiseOptimizer
{
    private protected ElementwiseOptimizer()
    {
    }

    /// <summary>Learning rate <c>lr</c>, of <see cref="Hyperparameters.StepSize"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public required double LearningRate { get; init => field = Hyperparameters.StepSize.Require(value); }

    /// <summary><c>weight_decay</c> λ, of <see cref="Hyperparameters.WeightDecay"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double WeightDecay { get; init => field = Hyperparameters.WeightDecay.Require(value); } = Hyperparameters.WeightDecay.Default;

    /// <summary>Where weight decay enters.</summary>
    public DecayKind Decay { get; init; }

    /// <summary>How many numbers are kept for each element.</summary>
    public int KeptPerElement => Slots.Length;

    internal abstract string Kind { get; }

    internal abstract Slot[] Slots { get; }

    // The name of what is carried from step to step beside the slots, or null.
    internal virtual string? Carries => null;

    internal SlotLayout Layout => new(Kind, Slots, Carries);

    // The hyperparameters that meet elements, beside rate and decay.
    private protected abstract double[] Reals { get; }

    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per tensor.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite, or ε 0.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, an empty tensor, or a state of other shapes or of another optimizer.</exception>
    public (T[][] Parameters, SlotState<T> State) Step<T>(T[][] parameters, T[][] grads, SlotState<T>? state)
        where T : IReal<T>
    {
        Tensors.RequireGradients(parameters, grads);
        if (state is not null && state.Kind != Kind)
            throw Tensors.Bad("state", $"state is of kind '{state.Kind}', '{Kind}' is needed");
        long step = (state?.Step ?? 0) + 1;
        Slot[] slots = Slots;
        T[][][] kept = Array.ConvertAll(slots, slot => Start(parameters, slot));
        for (int k = 0; k < kept.Length && state is not null; k++)
            kept[k] = Tensors.CopyOrZeros(state.Kept[k], parameters);
        DoubleDouble carried = Carry(state?.Carried ?? 1, step);
        ElementStep<T> move = At<T>(step, carried);
        T decay = Hyperparameters.WeightDecay.Rounded<T>(WeightDecay), decayRate = DecayRate<T>(LearningRate, WeightDecay);
        if (!Array.TrueForAll([LearningRate, WeightDecay, .. Reals], Hyperparameter.HasDigits<T>))
            return Tensors.InMoreDigits(parameters, grads, state?.In<DoubleDouble>(), Step, s => s.In<T>());
        T[][] theta = Tensors.Copy(parameters);
        var element = new T[slots.Length];
        for (int i = 0; i < theta.Length; i++)
        {
            for (int j = 0; j < theta[i].Length; j++)
            {
                for (int k = 0; k < element.Length; k++)
                    element[k] = kept[k][i][j];
                T old = theta[i][j], gradient = Decay == DecayKind.L2 ? Formulas.WeightDecay.L2Gradient(grads[i][j], old, decay) : grads[i][j];
                T updated = move(old, gradient, element);
                theta[i][j] = Formulas.WeightDecay.Beside(Decay, updated, old, decayRate);
                for (int k = 0; k < element.Length; k++)
                    kept[k][i][j] = element[k];
            }
        }

        return (theta, new SlotState<T>(Layout, step, kept, carried));
    }

    // What is carried after a step from what was before it; 1 before the first.
    private protected virtual DoubleDouble Carry(DoubleDouble before, long step) => before;

    // The step of one element, what all elements share derived beforehand.
    private protected abstract ElementStep<T> At<T>(long step, DoubleDouble carried)
        where T : IReal<T>;

    private protected T Rate<T>()
        where T : IReal<T> => Hyperparameters.StepSize.Rounded<T>(LearningRate);

    // α·λ as a real number, rounded once.
    internal static T DecayRate<T>(double lr, double lambda)
        where T : IReal<T> => Straightforward.Is<T>() ? AdamW.DecayRate(T.Of(lr), T.Of(lambda)) : AdamW.DecayRate<DoubleDouble>(lr, lambda).To<T>();

    // 1 − β as a real number, rounded once.
    private protected static T Share<T>(double beta)
        where T : IReal<T> => Straightforward.Is<T>() ? Adam.Share(T.Of(beta)) : Adam.Share<DoubleDouble>(beta).To<T>();

    private static T[][] Start<T>(T[][] like, Slot slot)
        where T : IReal<T> => Array.ConvertAll(like, tensor => Enumerable.Repeat(T.Of(slot.Initial), tensor.Length).ToArray());
}
