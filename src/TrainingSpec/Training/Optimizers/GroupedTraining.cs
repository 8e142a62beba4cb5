using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Weights by name that an optimizer of their own steps.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="Names">The weights.</param>
/// <param name="Optimizer">Their optimizer, with decay and whatever else is theirs.</param>
public sealed record ParameterGroup<T>(IReadOnlyList<string> Names, IRestorableOptimizer<T> Optimizer)
    where T : IReal<T>
{
    /// <summary>By this the loop's rate is multiplied, so that one schedule serves all groups.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside [0, inf).</exception>
    public double RateFactor { get; init => field = Domain.Require("[0, inf)", value, "rate_factor"); } = 1;
}

/// <summary>Groups of weights as one optimizer of a training loop: each weight is stepped by its group's, at its group's rate.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <param name="groups">The groups, which hold every weight once.</param>
public sealed class GroupedTraining<T>(IReadOnlyList<ParameterGroup<T>> groups) : IRestorableOptimizer<T>
    where T : IReal<T>
{
    /// <inheritdoc/>
    public Action Remember()
    {
        Action[] back = [.. groups.Select(group => group.Optimizer.Remember())];
        return () => Array.ForEach(back, restore => restore());
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A weight is in no group or in two, or a group has one that is not there.</exception>
    public void Step(OrderedDictionary<string, T[]> weights, OrderedDictionary<string, T[]> gradients, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(gradients);
        string[] named = [.. groups.SelectMany(group => group.Names)];
        if (named.Length != weights.Count || named.Distinct().Count(weights.ContainsKey) != weights.Count)
            throw new ArgumentException("groups do not hold every weight once", nameof(weights));
        foreach (ParameterGroup<T> group in groups)
            group.Optimizer.Step(Own(group, weights, "weights"), Own(group, gradients, "grads"), Formulas.ParameterGroups.Rate<Real64>(learningRate, group.RateFactor).Value);
    }

    private static OrderedDictionary<string, T[]> Own(ParameterGroup<T> group, OrderedDictionary<string, T[]> all, string argument) =>
        new(group.Names.Select(name => KeyValuePair.Create(name, all.TryGetValue(name, out T[]? tensor) ? tensor : throw new ArgumentException($"{argument} lacks {name}", argument))));
}
