namespace TrainingSpec.Claims.D0.Listings;

/// <summary>The document's dropout.</summary>
/// <remarks>Source: D0 "Dropout".</remarks>
internal static class DropoutListing
{
    /// <summary>The activations, each zero or scaled; the same list where nothing is trained.</summary>
    /// <param name="x">The activations.</param>
    /// <param name="p">The drop probability.</param>
    /// <param name="training">False for inference.</param>
    /// <param name="random">Uniform numbers on [0, 1).</param>
    /// <exception cref="PythonRaises">ZeroDivisionError: p is 1.</exception>
    public static double[] Of(double[] x, double p, bool training, Func<double> random)
    {
        if (!training)
            return x;
        int[] mask = [.. x.Select(_ => random() > p ? 1 : 0)];
        double scale = Python.Divide(1, 1 - p);
        return [.. x.Zip(mask, (v, m) => v * m * scale)];
    }
}
