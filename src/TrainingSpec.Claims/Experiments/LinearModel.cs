using TrainingSpec.Claims.D4.Listings;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.Experiments;

/// <summary>The smallest model that a training step can drive: logits are a matrix times fixed features, one batch of positions.</summary>
/// <param name="features">A row per position.</param>
/// <param name="classes">V.</param>
/// <param name="accumulate">True where backward adds to the gradients of the call before, as a library with stored gradients would.</param>
internal sealed class LinearModel(Real64[][] features, int classes, bool accumulate = false) : IListedModel
{
    private readonly Real64[] _stored = new Real64[classes * features[0].Length];

    /// <summary>The matrix, class by class.</summary>
    public FloatArray<Real64> Weight { get; } = new(new Real64[classes * features[0].Length]);

    /// <summary>The matrix under its name.</summary>
    public Dictionary<string, ListedParameter<Real64>> Parameters => new() { ["weight"] = Weight };

    /// <inheritdoc/>
    public Real64[][][] Forward()
    {
        int width = features[0].Length;
        return [[.. features.Select(x =>
        {
            var logits = new Real64[classes];
            for (int i = 0; i < Weight.Values.Length; i++)
                logits[i / width] += Weight.Values[i] * x[i % width];
            return logits;
        })]];
    }

    /// <inheritdoc/>
    public Dictionary<string, Real64[]> Backward(Real64[][][] gradient)
    {
        int width = features[0].Length;
        Real64[] result = accumulate ? _stored : new Real64[_stored.Length];
        for (int s = 0; s < features.Length; s++)
        {
            for (int i = 0; i < result.Length; i++)
                result[i] += gradient[0][s][i / width] * features[s][i % width];
        }

        return new Dictionary<string, Real64[]> { ["weight"] = [.. result] };
    }
}
