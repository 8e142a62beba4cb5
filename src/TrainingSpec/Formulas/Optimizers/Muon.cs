using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using TrainingSpec.Numbers;

namespace TrainingSpec.Formulas;

/// <summary>Muon: a step along a momentum matrix whose singular values have all been brought near 1, with the vectors that belong to them left as they are.</summary>
/// <remarks>The momentum and Nesterov's direction are <see cref="Sgd"/>'s, the decay is <see cref="AdamW"/>'s. Source: Jordan et al. (2024), "Muon: An optimizer for hidden layers in neural networks".</remarks>
public static class Muon
{
    private const double Linear = 3.4445, Cubic = -4.7750, Quintic = 2.0315, AdamSize = 0.2;

    /// <summary>aX + bXXᵀX + c(XXᵀ)²X, an element: one step of the iteration of Newton and Schulz; of one row or column, what a singular value σ becomes from σ, σ³ and σ⁵.</summary>
    [Formula("muon.iterate", TeX = @"X_{k+1}", Source = "Jordan et al. (2024), the coefficients of NewtonSchulz5")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Iterate<T>(
        [Domain("X", "[-2, 2]")] T x,
        [Domain(@"\left(X X^\top X\right)", "[-4, 4]")] T cubic,
        [Domain(@"\left(X X^\top X X^\top X\right)", "[-4, 4]")] T quintic)
        where T : IReal<T> => T.Of(Linear) * x + T.Of(Cubic) * cubic + T.Of(Quintic) * quintic;

    [AccuracyException("muon.iterate", "the three terms may cancel, and the roundings of each stay")]
    private static T IterateUnit<T>(T x, T cubic, T quintic)
        where T : IReal<T> => T.Max(T.Of(Linear) * T.Abs(x), T.Max(T.Of(-Cubic) * T.Abs(cubic), T.Of(Quintic) * T.Abs(quintic)));

    /// <summary>√max(1, m/n) for m rows and n columns: a tall matrix of singular values 1 has this root mean square times 1/√m more than a square one.</summary>
    [Formula("muon.scale", TeX = "s", Source = "Jordan et al. (2024), the implementation")]
    public static T Scale<T>([Domain("m", "[1, inf)")] T rows, [Domain("n", "[1, inf)")] T columns)
        where T : IReal<T> => T.Sqrt(T.Max(T.Of(1), rows / columns));

    /// <summary>0.2·√max(m, n) for m rows and n columns: gives a matrix of singular values 1 the root mean square 0.2, about that of AdamW's steps.</summary>
    [Formula("muon.rms_scale", TeX = "s", Source = "Liu et al. (2025), Muon is Scalable for LLM Training, equation 4")]
    public static T RmsScale<T>([Domain("m", "[1, inf)")] T rows, [Domain("n", "[1, inf)")] T columns)
        where T : IReal<T> => T.Of(AdamSize) * T.Sqrt(T.Max(rows, columns));

    /// <summary>The matrix over its Frobenius norm + ε, after so many iterations; a tall matrix is read as its transpose, which is the same in fewer products.</summary>
    /// <param name="matrix">Row by row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="eps">ε; at 0 a matrix of zeros becomes NaN (0/0).</param>
    /// <param name="iterations">How many iterations.</param>
    public static T[] Direction<T>(ReadOnlySpan<T> matrix, int rows, int columns, T eps, long iterations)
        where T : IReal<T>
    {
        // Divided by a power of two near the larger of matrix and ε, so that no norm leaves the range.
        T unit = T.BinaryScale(T.Max(Norms.LargestMagnitude(matrix), eps));
        T[] x = Norms.Scaled(matrix, unit);
        x = Norms.Scaled<T>(x, Norms.L2<T>(x) + eps / unit);
        int shorter = Math.Min(rows, columns), longer = Math.Max(rows, columns);
        MatrixLayout wide = rows > columns ? MatrixLayout.RowMajor(columns).Transposed : MatrixLayout.RowMajor(columns), square = MatrixLayout.RowMajor(shorter);
        T[] gram = new T[shorter * shorter], cubic = new T[x.Length], quintic = new T[x.Length];
        void Next(T[] x)
        {
            MatrixProduct.Multiply<T>(x, wide, x, wide.Transposed, gram, square, shorter, longer, shorter);
            MatrixProduct.Multiply<T>(gram, square, x, wide, cubic, wide, shorter, shorter, longer);
            MatrixProduct.Multiply<T>(gram, square, cubic, wide, quintic, wide, shorter, shorter, longer);
            for (int i = 0; i < x.Length; i++)
                x[i] = Iterate(x[i], cubic[i], quintic[i]);
        }

        if (default(T) is IStraightforward<T> number)
            return number.Repeated(x, values => Growths(values, columns, iterations), Next);
        for (long k = 0; k < iterations; k++)
            Next(x);
        return x;
    }

    /// <summary>How many times as large in the Frobenius norm the iterations from each one on make a small difference of the matrix at most: the largest product of their difference quotients between two singular values of either sign.</summary>
    /// <remarks>Source: Noferini (2017), "A formula for the Fréchet derivative of a generalized matrix function", theorem 4.1.</remarks>
    private static double[] Growths(double[] matrix, int columns, long iterations)
    {
        double[] singular = Array.TrueForAll(matrix, double.IsFinite) ? [.. Matrix<double>.Build.DenseOfRowMajor(matrix.Length / columns, columns, matrix).Svd(false).S] : [1];
        var growths = new double[iterations];
        foreach ((double first, double other) in singular.SelectMany(s => singular.SelectMany(t => new[] { (s, t), (s, -t) })))
        {
            Real64 s = first, t = other;
            var quotients = new double[iterations];
            for (long k = 0; k < iterations; k++)
            {
                quotients[k] = Math.Abs(Quotient(s, t).Value);
                (s, t) = (Iterate(s, s * s * s, s * s * s * s * s), Iterate(t, t * t * t, t * t * t * t * t));
            }

            double product = 1;
            for (long k = iterations - 1; k >= 0; k--)
                growths[k] = Math.Max(growths[k], product *= quotients[k]);
        }

        return growths;
    }

    // (p(s) - p(t))/(s - t), which is the slope where both are the same.
    private static T Quotient<T>(T s, T t)
        where T : IReal<T>
    {
        T square = s * s + s * t + t * t;
        return Iterate(T.Of(1), square, square * (s * s + t * t) - s * t * (s * t));
    }
}
