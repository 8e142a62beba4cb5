using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>What a Gaussian process predicts at a point.</summary>
/// <param name="Mean">μ.</param>
/// <param name="Variance">σ², between 0 and the prior's.</param>
public readonly record struct Prediction(double Mean, double Variance);

/// <summary>How wide a Gaussian process correlates, and what noise it expects; each value is checked when it is set.</summary>
public sealed record GaussianProcessOptions
{
    /// <summary>ℓ of the kernel, of <see cref="Hyperparameters.LengthScale"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double LengthScale { get; init => field = Hyperparameters.LengthScale.Require(value); } = Hyperparameters.LengthScale.Default;

    /// <summary>s of the kernel: the prior's variance, of <see cref="Hyperparameters.KernelVariance"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Variance { get; init => field = Hyperparameters.KernelVariance.Require(value); } = Hyperparameters.KernelVariance.Default;

    /// <summary>The variance of the noise of an observation, in [0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Noise { get; init => field = Domain.Require("[0, inf)", value, "noise"); }
}

/// <summary>A Gaussian process of mean 0 with the squared-exponential kernel, conditioned on observations.</summary>
/// <remarks>Source: Rasmussen and Williams (2006), algorithm 2.1. The matrix is factored by MathNet: 12 significant digits are promised, not bits.</remarks>
public sealed class GaussianProcess
{
    private readonly double[][] _points;
    private readonly double[,] _factor;
    private readonly GaussianProcessOptions _options;

    /// <summary>Conditions the process on observations.</summary>
    /// <param name="points">At least one point, all of one length, finite.</param>
    /// <param name="values">The value at each, finite.</param>
    /// <param name="options">Kernel and noise.</param>
    /// <exception cref="ArgumentException">No points, other lengths, a number that is not finite, or points too near each other for their noise.</exception>
    public GaussianProcess(double[][] points, double[] values, GaussianProcessOptions options)
    {
        ArgumentNullException.ThrowIfNull(values);
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _points = Tensors.Copy(Tensors.RequireSome(points, nameof(points)));
        if (values.Length != points.Length)
            throw new ShapeMismatchException(nameof(values), $"values has {Tensors.Text(values.Length)} elements, points has {Tensors.Text(points.Length)}");
        foreach (double[] point in points)
            RequirePoint(point, nameof(points));
        foreach (double value in values)
            Domain.Require("(-inf, inf)", value, nameof(values));
        Cholesky<double> cholesky = Factor();
        Weights = [.. cholesky.Solve(Vector<double>.Build.Dense(values))];
        _factor = cholesky.Factor.ToArray();
        double likelihood = -values.Length / 2.0 * Real64.Log(2 * Math.PI).Value;
        for (int i = 0; i < values.Length; i++)
            likelihood -= values[i] * Weights[i] / 2 + Real64.Log(_factor[i, i]).Value;
        LogLikelihood = likelihood;
    }

    /// <summary>The logarithm of the density of the observed values under the prior.</summary>
    public double LogLikelihood { get; }

    /// <summary>(K + noise·1)⁻¹·values: the weight of each observation's kernel in the mean.</summary>
    internal double[] Weights { get; }

    /// <summary>Mean and variance of the process, without the noise, at a point.</summary>
    /// <exception cref="ArgumentException">Another number of coordinates, or one that is not finite.</exception>
    public Prediction At(ReadOnlySpan<double> point)
    {
        RequirePoint(point, nameof(point));
        double mean = 0, explained = 0;
        var solved = new double[_points.Length];

        // L⁻¹k row by row: as a sum of squares the explained variance can't be negative.
        for (int i = 0; i < solved.Length; i++)
        {
            double k = Kernel(_points[i], point), sum = k;
            mean += k * Weights[i];
            for (int j = 0; j < i; j++)
                sum -= _factor[i, j] * solved[j];
            solved[i] = sum / _factor[i, i];
            explained += solved[i] * solved[i];
        }

        return new Prediction(mean, Math.Max(0, _options.Variance - explained));
    }

    private Cholesky<double> Factor()
    {
        Matrix<double> covariance = Matrix<double>.Build.Dense(
            _points.Length, _points.Length, (i, j) => Kernel(_points[i], _points[j]) + (i == j ? _options.Noise : 0));
        try
        {
            return covariance.Cholesky();
        }
        catch (ArgumentException)
        {
            throw Tensors.Bad("noise", $"noise = {_options.Noise.ToString("R", System.Globalization.CultureInfo.InvariantCulture)} is too little for points that near each other: their covariance is singular");
        }
    }

    private double Kernel(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double squared = 0;
        for (int k = 0; k < x.Length; k++)
            squared += (x[k] - y[k]) * (x[k] - y[k]);
        return Search.Kernel<Real64>(squared, _options.LengthScale, _options.Variance);
    }

    private void RequirePoint(ReadOnlySpan<double> point, string argument)
    {
        if (point.Length != _points[0].Length)
            throw new ShapeMismatchException(argument, $"{argument} has {Tensors.Text(point.Length)} elements, points[0] has {Tensors.Text(_points[0].Length)}");
        foreach (double x in point)
            Domain.Require("(-inf, inf)", x, argument);
    }
}
