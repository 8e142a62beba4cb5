using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Experiments;

/// <summary>Random draws of an experiment: the same from the same seed on any machine.</summary>
/// <param name="seed">The seed.</param>
#pragma warning disable CA5394 // Experiments need repeatable draws, not secrets.
internal sealed class Draws(int seed)
{
    private readonly Random _random = new(seed);
    private double? _spare;

    /// <summary>Uniform on [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * _random.NextDouble();

    /// <summary>A whole number from 0 up to, but not including, <paramref name="below"/>.</summary>
    public int Index(int below) => _random.Next(below);

    /// <summary>Standard normal, by Box and Muller from two uniforms.</summary>
    public double Normal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        double radius = Real64.Sqrt(-2 * Real64.Log(1 - _random.NextDouble()));
        double turn = 2 * Math.PI * _random.NextDouble();
        _spare = radius * Real64.Cos(turn - Math.PI / 2);
        return radius * Real64.Cos(turn);
    }

    /// <summary>A row of standard normals times <paramref name="scale"/>.</summary>
    public Real64[] Row(int length, double scale = 1) => [.. Enumerable.Range(0, length).Select(_ => new Real64(scale * Normal()))];
}
