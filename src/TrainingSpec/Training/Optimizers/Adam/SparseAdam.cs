using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Adam on those rows of a table that have gradients; the others keep their parameters and their moments, while the steps of the whole table are counted.</summary>
/// <remarks>ε stands beside the uncorrected root. Source: PyTorch's SparseAdam.</remarks>
public static class SparseAdam
{
    /// <summary>One step; the arguments are left as they are and the same ones give the same answer again.</summary>
    /// <param name="parameters">θ, a flat array per row of the table.</param>
    /// <param name="rows"><c>rows</c>: which row each gradient belongs to, counted from 0; gradients of one row are added in their order.</param>
    /// <param name="grads">The gradients, as long as their rows.</param>
    /// <param name="state">What the previous step returned, or null for the first one.</param>
    /// <param name="options">Hyperparameters; they may change from step to step.</param>
    /// <exception cref="ShapeMismatchException">Gradients of other shapes than their rows, or of another number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number can't hold a hyperparameter: it becomes infinite, or ε 0.</exception>
    /// <exception cref="InvalidArgumentException">No rows, an empty one, one that the table doesn't have, or a state of other shapes.</exception>
    public static (T[][] Parameters, AdamState<T> State) Step<T>(T[][] parameters, IReadOnlyList<int> rows, T[][] grads, AdamState<T>? state, AdamOptions options)
        where T : IReal<T>
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        T[][] theta = Tensors.Copy(Tensors.RequireSome(parameters, "params")), m = Tensors.CopyOrZeros(state?.First, parameters), v = Tensors.CopyOrZeros(state?.Second, parameters);
        foreach (int row in rows)
        {
            if (row < 0 || row >= theta.Length)
                throw Tensors.Bad("rows", $"rows has {Tensors.Text(row)}, which is outside [0, {Tensors.Text(theta.Length - 1)}]");
        }

        Tensors.RequireGradients([.. rows.Select(row => theta[row])], grads);
        var summed = new Dictionary<int, T[]>();
        foreach ((int k, int row) in rows.Index())
            summed[row] = summed.TryGetValue(row, out T[]? sum) ? Tensors.Made(sum.Length, j => sum[j] + grads[k][j]) : grads[k];
        int[] own = [.. summed.Keys.Order()];
        T[][] sums = Array.ConvertAll(own, row => summed[row]);
        AdamState<T>? before = state is null ? null : new(state.Step, Array.ConvertAll(own, row => m[row]), Array.ConvertAll(own, row => v[row]));
        (T[][] moved, AdamState<T> after) = AdamOptimizer.Step(Array.ConvertAll(own, row => theta[row]), sums, before, options with { EpsilonOnMoment = true });
        foreach ((int k, int row) in own.Index())
            (theta[row], m[row], v[row]) = (moved[k], after.First[k], after.Second[k]);
        return (theta, new AdamState<T>(after.Step, m, v));
    }
}
