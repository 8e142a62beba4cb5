using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Claims.D4.Listings;

/// <summary>What the log_softmax listing (lines 109–114) does: per row of the last axis, the shifted logits minus the logarithm of their summed exponentials.</summary>
internal static class LogSoftmaxListing
{
    /// <summary>Log-probabilities of each row.</summary>
    /// <exception cref="ArgumentException">A row is empty: the maximum of nothing raises.</exception>
    public static double[][] Run(double[][] rows) => [.. rows.Select(Row)];

    private static double[] Row(double[] row)
    {
        Real64[] logits = [.. row.Select(x => new Real64(x))], result = new Real64[row.Length];
        Softmax.LogProbabilities<Real64>(logits, result);
        return [.. result.Select(x => x.Value)];
    }
}
