namespace TrainingSpec.Claims.D0.Listings;

/// <summary>The document's clip_gradients.</summary>
/// <remarks>Source: D0 "Gradient Clipping".</remarks>
internal static class ClippingListing
{
    /// <summary>The gradients after the call.</summary>
    /// <exception cref="PythonRaises">OverflowError: the square of a gradient; ZeroDivisionError: gradients of zero are above a negative threshold.</exception>
    public static double[] Clip(double[] gradients, double maxNorm)
    {
        double total = Math.Sqrt(gradients.Sum(Python.Square));
        double scale = total > maxNorm ? Python.Divide(maxNorm, total) : 1;
        return total > maxNorm ? [.. gradients.Select(g => g * scale)] : [.. gradients];
    }
}
