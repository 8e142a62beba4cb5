using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Tensors in groups, each of which an optimizer steps with hyperparameters of its own.</summary>
/// <remarks>Source: PyTorch, torch.optim, "Per-parameter options".</remarks>
public sealed class TensorGroups
{
    private readonly int[][] _groups;

    /// <summary>Groups of tensors; those in none make the first group.</summary>
    /// <param name="tensors">How many tensors there are, in [1, inf).</param>
    /// <param name="groups">The tensors of each group, counted from 0.</param>
    /// <exception cref="InvalidArgumentException">A tensor that is not there, or that stands twice.</exception>
    public TensorGroups(int tensors, IReadOnlyList<int[]> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var taken = new bool[tensors];
        foreach (int tensor in groups.SelectMany(group => group))
        {
            if (tensor < 0 || tensor >= tensors)
                throw Tensors.Bad("groups", $"groups has tensor {Tensors.Text(tensor)}, params has {Tensors.Text(tensors)}");
            if (taken[tensor])
                throw Tensors.Bad("groups", $"tensor {Tensors.Text(tensor)} stands twice in groups");
            taken[tensor] = true;
        }

        _groups = [Array.FindAll(Tensors.Made(tensors, tensor => tensor), tensor => !taken[tensor]), .. groups];
    }

    /// <summary>How many there are, the tensors in no group among them.</summary>
    public int Count => _groups.Length;

    /// <summary>The tensors of a group; group 0 is of those in none.</summary>
    public IReadOnlyList<int> this[int group] => _groups[group];

    /// <summary>One step of every group that has tensors; the arguments are left as they are.</summary>
    /// <typeparam name="T">The number.</typeparam>
    /// <typeparam name="TState">What the optimizer carries from step to step.</typeparam>
    /// <param name="parameters">θ, a flat array per tensor.</param>
    /// <param name="grads">The gradients, of the same shapes.</param>
    /// <param name="states">The state of each group; null before its first step.</param>
    /// <param name="step">The step of a group.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than the parameters.</exception>
    /// <exception cref="InvalidArgumentException">No tensors, or an empty tensor.</exception>
    public (T[][] Parameters, TState?[] States) Step<T, TState>(
        T[][] parameters, T[][] grads, IReadOnlyList<TState?> states, Func<int, T[][], T[][], TState?, (T[][] Parameters, TState State)> step)
        where T : IReal<T>
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(step);
        Tensors.RequireGradients(parameters, grads);
        var updated = new T[parameters.Length][];
        var after = new TState?[Count];
        for (int group = 0; group < Count; group++)
        {
            int[] own = _groups[group];
            if (own.Length == 0)
                continue;
            (T[][] moved, after[group]) = step(group, Array.ConvertAll(own, i => parameters[i]), Array.ConvertAll(own, i => grads[i]), states[group]);
            for (int k = 0; k < own.Length; k++)
                updated[own[k]] = moved[k];
        }

        return (updated, after);
    }
}
