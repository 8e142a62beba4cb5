using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>The hyperparameters of a search, and the trials of grid and random search over them. A point has one value per axis, in the order of the axes.</summary>
/// <remarks>Source: D2 "Grid Search", "Random Search"; Bergstra and Bengio (2012).</remarks>
public sealed record SearchSpace
{
    private readonly SearchAxis[] _axes;

    /// <summary>A space of the given axes.</summary>
    /// <exception cref="InvalidArgumentException">No axes, or two of one name.</exception>
    public SearchSpace(params SearchAxis[] axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        if (axes.Length == 0)
            throw Tensors.Bad(nameof(axes), "axes = [] is outside lists of at least one axis");
        for (int i = 0; i < axes.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(axes[i], nameof(axes));
            if (Array.FindIndex(axes, a => a.Name == axes[i].Name) < i)
                throw Tensors.Bad(nameof(axes), $"axes[{Tensors.Text(i)}] = {axes[i].Name} is outside different names");
        }

        _axes = (SearchAxis[])axes.Clone();
    }

    /// <summary>The axes.</summary>
    public IReadOnlyList<SearchAxis> Axes => _axes;

    /// <summary>Every combination of the levels of the axes, the last axis fastest, as nested loops give them.</summary>
    /// <param name="levels">One number of levels per axis, each in [1, 65536]; a choice takes all its values.</param>
    /// <exception cref="ArgumentException">Another number of counts than axes, a count that lies outside, or more points than an array holds.</exception>
    public double[][] Grid(params int[] levels)
    {
        ArgumentNullException.ThrowIfNull(levels);
        RequireOnePerAxis(levels.Length, nameof(levels));
        double[][] values = [.. _axes.Select((axis, k) => axis.Levels(levels[k]))];
        Real64 count = 1;
        foreach (double[] axis in values)
            count = Search.GridPoints<Real64>(count, axis.Length);
        if (count > Array.MaxLength)
            throw Tensors.Bad(nameof(levels), $"levels give {count.Value:R} points, which is outside [1, {Tensors.Text(Array.MaxLength)}]");
        var points = new double[(int)count.Value][];
        for (int i = 0; i < points.Length; i++)
        {
            points[i] = new double[values.Length];
            for (int k = values.Length - 1, rest = i; k >= 0; rest /= values[k].Length, k--)
                points[i][k] = values[k][rest % values[k].Length];
        }

        return points;
    }

    /// <summary>A trial of a random search: each value depends on the seed, its axis and the trial alone, not on the other axes or the number of trials.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="trial">The trial, counted from 0.</param>
    public double[] RandomPoint(ulong seed, ulong trial) =>
        Array.ConvertAll(_axes, axis => axis.At(RandomStreams.Uniform<Real64>(seed, StreamOf(axis.Name), trial)));

    /// <summary>The positions of a point's values, each in [0, 1].</summary>
    /// <exception cref="ArgumentException">Another number of values than axes, or an axis has no such value.</exception>
    public double[] PositionsOf(ReadOnlySpan<double> point)
    {
        RequireOnePerAxis(point.Length, nameof(point));
        var positions = new double[point.Length];
        for (int k = 0; k < positions.Length; k++)
            positions[k] = _axes[k].PositionOf(point[k]);
        return positions;
    }

    /// <inheritdoc/>
    public bool Equals(SearchSpace? other) => other is not null && other._axes.AsSpan().SequenceEqual(_axes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_axes.Length, _axes[0]);

    // The stream is the name's, so that another axis more or less moves no trial.
    internal static ulong StreamOf(string name) => SplitMix.SeedOf(name);

    private void RequireOnePerAxis(int count, string argument)
    {
        if (count != _axes.Length)
            throw new ShapeMismatchException(argument, $"{argument} has {Tensors.Text(count)} elements, axes has {Tensors.Text(_axes.Length)}");
    }
}
