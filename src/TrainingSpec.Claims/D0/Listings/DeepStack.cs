using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.D0.Listings;

/// <summary>Layers of random weights, one after the other: what becomes of the mean square of a signal.</summary>
internal static class DeepStack
{
    /// <summary>The mean square after each layer, with that of the input first, from a random normal input; a mean over seeds.</summary>
    /// <param name="layers">How many layers.</param>
    /// <param name="width">Units of each.</param>
    /// <param name="deviation">Of the weights.</param>
    /// <param name="relu">True for max(0, y) after each layer.</param>
    /// <param name="seeds">Over how many networks the mean square is averaged.</param>
    public static double[] MeanSquares(int layers, int width, double deviation, bool relu, int seeds = 3) => Kept.Of((layers, width, deviation, relu, seeds), static x =>
    {
        var sums = new double[x.layers + 1];
        for (int seed = 0; seed < x.seeds; seed++)
        {
            var draws = new Draws(7400 + seed);
            double[] signal = draws.Normals(x.width);
            for (int layer = 0; layer <= x.layers; layer++)
            {
                sums[layer] += signal.Average(s => s * s) / x.seeds;
                signal = [.. Enumerable.Range(0, x.width).Select(_ => signal.Zip(draws.Normals(x.width), (s, w) => s * x.deviation * w).Sum() is var y && x.relu ? Math.Max(0, y) : y)];
            }
        }

        return sums;
    });

    /// <summary>Norms of the gradient at each layer's output, the first layer first, for one network and a gradient of length 1 at its end.</summary>
    public static double[] GradientNorms(int layers, int width, double deviation, bool skip, int seed) => Kept.Of((layers, width, deviation, skip, seed), static x =>
    {
        var draws = new Draws(15400 + x.seed);
        double[] signal = draws.Normals(x.width);
        List<(double[][] W, bool[] On)> passed = [];
        for (int layer = 0; layer < x.layers; layer++)
        {
            double[][] w = [.. Enumerable.Range(0, x.width).Select(_ => Array.ConvertAll(draws.Normals(x.width), w => x.deviation * w))];
            double[] before = signal, z = [.. w.Select(row => row.Zip(before, (a, b) => a * b).Sum())];
            passed.Add((w, [.. z.Select(y => y > 0)]));
            signal = [.. z.Select((y, i) => Math.Max(0, y) + (x.skip ? before[i] : 0))];
        }

        double[] error = [.. Enumerable.Repeat(1 / Math.Sqrt(x.width), x.width)];
        var norms = new double[x.layers];
        for (int layer = x.layers - 1; layer >= 0; layer--)
        {
            norms[layer] = TrainerListing.Norm(error);
            (double[][] w, bool[] on) = passed[layer];
            double[] above = error;
            error = [.. Enumerable.Range(0, x.width).Select(i => Enumerable.Range(0, x.width).Sum(j => on[j] ? w[j][i] * above[j] : 0) + (x.skip ? above[i] : 0))];
        }

        return norms;
    });
}
