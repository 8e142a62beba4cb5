using System.Globalization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>One hyperparameter of a search: its values, and the positions in [0, 1] that they have.</summary>
public abstract record SearchAxis
{
    private protected SearchAxis(string name)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw Tensors.Bad(nameof(name), "name = '' is outside names of at least one letter");
        Name = name;
    }

    /// <summary>The hyperparameter's name; it also names the axis's stream of random numbers.</summary>
    public string Name { get; }

    /// <summary>The value at a position.</summary>
    /// <param name="position">u, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The position lies outside.</exception>
    public double At(double position) => ValueAt(Domain.Require("[0, 1]", position, nameof(position)));

    /// <summary>The position of a value, in [0, 1]; of a value with a share of positions the middle of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis has no such value; the exception names the axis.</exception>
    public abstract double PositionOf(double value);

    /// <summary>Values for a grid, ascending in position, both ends among them; fewer where the axis has fewer, its middle where one is asked for.</summary>
    /// <param name="count">How many, in [1, 65536].</param>
    /// <exception cref="ArgumentOutOfRangeException">The count lies outside.</exception>
    public double[] Levels(int count)
    {
        Domain.Require("[1, 65536]", (long)count, nameof(count));
        return LevelsOf(count);
    }

    private protected abstract double ValueAt(double position);

    private protected virtual double[] LevelsOf(int count)
    {
        var levels = new double[count];
        for (int i = 0; i < count; i++)
            levels[i] = ValueAt(count == 1 ? 0.5 : (double)i / (count - 1));
        return levels;
    }

    private protected double[] LevelsOf(int count, int values)
    {
        count = Math.Min(count, values);
        var levels = new double[count];
        for (int i = 0; i < count; i++)
            levels[i] = Nth(count == 1 ? (values - 1) / 2 : (int)((2L * i * (values - 1) + count - 1) / (2L * (count - 1))));
        return levels;
    }

    private protected virtual double Nth(int index) => index;

    private protected double RequireWithin(double low, double high, double value) =>
        value >= low && value <= high ? value : throw Domain.Outside(Text(low, high), Text(value), Name);

    private protected static void RequireRising(string domain, double low, double high)
    {
        Domain.Require(domain, low, nameof(low));
        if (!(high > low && double.IsFinite(high - low)))
            throw Domain.Outside($"(low, inf) with low = {Text(low)}", Text(high), nameof(high));
    }

    private protected static string Text(double x) => x.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(double low, double high) => $"[{Text(low)}, {Text(high)}]";
}

/// <summary>Real numbers of [low, high], uniform.</summary>
public sealed record LinearAxis : SearchAxis
{
    /// <summary>An axis between two values.</summary>
    /// <param name="name">The hyperparameter.</param>
    /// <param name="low">The least value, finite.</param>
    /// <param name="high">The largest one, above <paramref name="low"/>, finite.</param>
    /// <exception cref="ArgumentException">The name is empty or a bound lies outside.</exception>
    public LinearAxis(string name, double low, double high)
        : base(name)
    {
        RequireRising("(-inf, inf)", low, high);
        (Low, High) = (low, high);
    }

    /// <summary>The least value.</summary>
    public double Low { get; }

    /// <summary>The largest value.</summary>
    public double High { get; }

    /// <inheritdoc/>
    public override double PositionOf(double value) => Search.Position<Real64>(RequireWithin(Low, High, value), Low, High);

    private protected override double ValueAt(double position) => Search.Between<Real64>(Low, High, position);
}

/// <summary>Positive numbers of [low, high] whose logarithm is uniform. The bounds are values, not logarithms or exponents.</summary>
/// <remarks>Source: D2 "Random Search".</remarks>
public sealed record LogUniformAxis : SearchAxis
{
    /// <summary>An axis between two positive values.</summary>
    /// <param name="name">The hyperparameter.</param>
    /// <param name="low">The least value, in (0, inf).</param>
    /// <param name="high">The largest one, above <paramref name="low"/>, finite.</param>
    /// <exception cref="ArgumentException">The name is empty or a bound lies outside; a logarithm of a value below 1 is refused here.</exception>
    public LogUniformAxis(string name, double low, double high)
        : base(name)
    {
        RequireRising("(0, inf)", low, high);
        (Low, High) = (low, high);
    }

    /// <summary>The least value.</summary>
    public double Low { get; }

    /// <summary>The largest value.</summary>
    public double High { get; }

    /// <inheritdoc/>
    public override double PositionOf(double value)
    {
        Real64 low = Real64.Log(Low), high = Real64.Log(High);

        // Neighbours may have one logarithm: then no position is better than another.
        return high > low ? Search.Position(Real64.Log(RequireWithin(Low, High, value)), low, high) : 0;
    }

    private protected override double ValueAt(double position) => Search.LogUniform<Real64>(Low, High, position);
}

/// <summary>Whole numbers from low to high, both included, each equally likely.</summary>
public sealed record WholeAxis : SearchAxis
{
    private const int MostValues = 1 << 16;

    /// <summary>An axis of whole numbers.</summary>
    /// <remarks>A position has 24 bits: with at most 2¹⁶ values the shares of two of them differ by less than a part in 255.</remarks>
    /// <param name="name">The hyperparameter.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The largest one, in [low, low + 65535].</param>
    /// <exception cref="ArgumentException">The name is empty or a bound lies outside.</exception>
    public WholeAxis(string name, int low, int high)
        : base(name)
    {
        if (high < low || (long)high - low >= MostValues)
            throw Domain.Outside($"[low, low + 65535] with low = {Text(low)}", Text(high), nameof(high));
        (Low, High) = (low, high);
    }

    /// <summary>The least value.</summary>
    public int Low { get; }

    /// <summary>The largest value.</summary>
    public int High { get; }

    /// <inheritdoc/>
    public override double PositionOf(double value)
    {
        RequireWithin(Low, High, value);
        return value == Math.Floor(value) ? (value - Low + 0.5) / (High - Low + 1)
            : throw Domain.Outside("whole numbers", Text(value), Name);
    }

    private protected override double ValueAt(double position) => Search.Whole<Real64>(Low, High, position);

    private protected override double[] LevelsOf(int count) => LevelsOf(count, High - Low + 1);

    private protected override double Nth(int index) => Low + index;
}

/// <summary>A list of values, each equally likely; those next to each other in the list count as near.</summary>
public sealed record ChoiceAxis : SearchAxis
{
    private readonly double[] _values;

    /// <summary>An axis of listed values.</summary>
    /// <param name="name">The hyperparameter.</param>
    /// <param name="values">Between 1 and 65536 different finite numbers.</param>
    /// <exception cref="ArgumentException">The name is empty, or the list is empty, too long, or has an entry that is not finite or twice in it.</exception>
    public ChoiceAxis(string name, params double[] values)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length is 0 or > 1 << 16)
            throw Tensors.Bad(nameof(values), $"values has {Tensors.Text(values.Length)} entries, which is outside [1, 65536]");
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]) || Array.IndexOf(values, values[i]) < i)
                throw Tensors.Bad(nameof(values), $"values[{Tensors.Text(i)}] = {Text(values[i])} is outside different finite numbers");
        }

        _values = (double[])values.Clone();
    }

    /// <summary>The values.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <inheritdoc/>
    public override double PositionOf(double value)
    {
        int index = Array.IndexOf(_values, value);
        return index >= 0 ? (index + 0.5) / _values.Length : throw Domain.Outside("the listed values", Text(value), Name);
    }

    /// <inheritdoc/>
    public bool Equals(ChoiceAxis? other) => other is not null && other.Name == Name && other._values.AsSpan().SequenceEqual(_values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, _values.Length, _values[0]);

    private protected override double ValueAt(double position) => _values[(int)Search.Whole<Real64>(0, _values.Length - 1, position).Value];

    // A choice has no ends to keep to: a grid tries them all.
    private protected override double[] LevelsOf(int count) => (double[])_values.Clone();
}
