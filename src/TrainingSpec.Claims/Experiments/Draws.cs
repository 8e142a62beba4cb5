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

    /// <summary>Standard normals, as one call of <see cref="Normal"/> after the other gives them.</summary>
    public double[] Normals(int count)
    {
        var normals = new double[count];
        int start = _spare is null ? 0 : 1, pairs = (count - start) / 2;
        if (count > 0 && start == 1)
            normals[0] = Normal();
        var (radii, turns) = (new double[pairs], new double[2 * pairs]);
        for (int i = 0; i < pairs; i++)
        {
            radii[i] = 1 - _random.NextDouble();
            turns[2 * i] = 2 * Math.PI * _random.NextDouble();
            turns[2 * i + 1] = turns[2 * i] - Math.PI / 2;
        }

        Elementwise.Apply<Elementwise.Log>(radii);
        Elementwise.Apply<Elementwise.Cos>(turns);
        for (int i = 0; i < turns.Length; i++)
            normals[start + i] = Math.Sqrt(-2 * radii[i / 2]) * turns[i];
        if (start + turns.Length < count)
            normals[^1] = Normal();
        return normals;
    }

    /// <summary>A row of standard normals times <paramref name="scale"/>.</summary>
    public Real64[] Row(int length, double scale = 1) => Array.ConvertAll(Normals(length), x => new Real64(scale * x));
}
