using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims;

/// <summary>Values for the variables of a formula, drawn by name: the same for the same name and number, in whatever order they are asked for.</summary>
/// <param name="number">Which point.</param>
public sealed class RandomPoint(int number)
{
    private readonly Dictionary<string, Precise[]> _drawn = new(StringComparer.Ordinal);

    /// <summary>A number from 0.1 to 2.</summary>
    public Precise this[string name] => In(name, 0.1, 2);

    /// <summary>A number from low to high.</summary>
    public Precise In(string name, double low, double high) => Draw(name, draws => [Precise.Of(draws.Uniform(low, high))])[0];

    /// <summary>A whole number from low to high, both among them.</summary>
    public Precise Whole(string name, int low, int high) => Draw(name, draws => [Precise.Of(low + draws.Index(high - low + 1))])[0];

    /// <summary>A row of numbers from low to high; all rows of one point have 3 to 7 entries, as many as each other.</summary>
    public Precise[] Row(string name, double low = -2, double high = 2) => Draw(name, draws => [.. Enumerable.Range(0, Length).Select(_ => Precise.Of(draws.Uniform(low, high)))]);

    /// <summary>A row of positive numbers that add up to 1.</summary>
    public Precise[] Distribution(string name) => Draw(name, draws =>
    {
        Precise[] parts = [.. Enumerable.Range(0, Length).Select(_ => Precise.Of(draws.Uniform(0.1, 1)))];
        Precise sum = parts.Aggregate((a, b) => a + b);
        return [.. parts.Select(p => p / sum)];
    });

    /// <summary>A row of zeros with a single 1.</summary>
    public Precise[] OneHot(string name) => Draw(name, draws =>
    {
        int target = draws.Index(Length);
        return [.. Enumerable.Range(0, Length).Select(i => Precise.Of(i == target ? 1 : 0))];
    });

    /// <summary>Gives a name a value that follows from others.</summary>
    public Precise Let(string name, Precise value)
    {
        _drawn[name] = [value];
        return value;
    }

    /// <summary>What was drawn under a name; a name that nobody asked for yet is a number from 0.1 to 2.</summary>
    public Precise[] Value(string name) => _drawn.TryGetValue(name, out Precise[]? row) ? row : [this[name]];

    private int Length => 3 + number % 5;

    // FNV-1a: the same on any machine.
    private Precise[] Draw(string name, Func<Draws, Precise[]> draw) => _drawn.TryGetValue(name, out Precise[]? row)
        ? row
        : _drawn[name] = draw(new Draws((int)(name.Aggregate(2166136261u ^ (uint)number, (hash, c) => (hash ^ c) * 16777619u) & int.MaxValue)));
}
