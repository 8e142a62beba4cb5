namespace TrainingSpec.Tests.Devices;

/// <summary>Deterministic floats of many magnitudes, and the special values.</summary>
public static class DeviceInputs
{
    public static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, 1.1754944e-38f, 3e-39f, float.MaxValue, float.MinValue, 1e20f, -1e-20f,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, 0.1f, 1f / 3f, 16777216f, 16777217f, 88.7f, -104f,
    ];

    public static float[] Floats(int count, int seed, float scale = 1)
    {
        var random = new Random(seed);
        var x = new float[count];
        for (int i = 0; i < count; i++)
            x[i] = scale * (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 3)));
        return x;
    }
}
