namespace TrainingSpec.Claims.D0.Listings;

/// <summary>The document's init_weights.</summary>
/// <remarks>Source: D0 "Our Implementation".</remarks>
internal static class InitializationListing
{
    /// <summary>The scheme that an activation's name chooses: the name is compared as it is.</summary>
    public static string Scheme(string activation, string testsFor) => activation == testsFor ? "He" : "Xavier";

    /// <summary>The matrix: n_out rows of n_in weights.</summary>
    /// <exception cref="PythonRaises">ZeroDivisionError.</exception>
    public static double[][] Weights((int First, int Second) shape, string scheme, Func<double, double> gauss)
    {
        (int fanIn, int fanOut) = shape;
        double scale = Math.Sqrt(scheme == "He" ? Python.Divide(2, fanIn) : Python.Divide(2, fanIn + fanOut));
        return [.. Enumerable.Range(0, fanOut).Select(_ => Enumerable.Range(0, fanIn).Select(_ => gauss(scale)).ToArray())];
    }
}
