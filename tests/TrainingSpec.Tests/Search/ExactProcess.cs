using TrainingSpec.Checking;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Tests.HyperparameterSearch;

/// <summary>A Gaussian process of prior variance 1 in double-double, and how far one in double may be from it.</summary>
/// <remarks>
/// Both have the same matrix K, kernels rounded to double. In double, by Higham (2002): the factor has L̂L̂ᵀ = K + E with |E| ≤ γₙ₊₁|L̂||L̂ᵀ| (theorem 10.3), so that its rows have
/// lengths of at most c = 1/√(1 − γₙ₊₁) where K has ones on its diagonal; substitution gives (L̂ + Δ)v̂ = k with |Δ| ≤ γₙ|L̂| (theorem 8.5). Hence v̂ᵀv̂ = kᵀ(K + F)⁻¹k with
/// F = E + ΔL̂ᵀ + L̂Δᵀ + ΔΔᵀ, ‖F‖ ≤ f = n·c²·(γₙ₊₁ + 2γₙ + γₙ²). With s = ‖K⁻¹‖ and ρ = s·f/(1 − s·f)·(1 + s·f) this differs from kᵀK⁻¹k by at most ρ·v̂ᵀv̂,
/// since kᵀK⁻¹k − kᵀ(K + F)⁻¹k = kᵀK⁻¹F(K + F)⁻¹k, K⁻¹k = (1 + K⁻¹F)(K + F)⁻¹k and ‖(K + F)⁻¹k‖² ≤ s/(1 − s·f)·v̂ᵀv̂.
/// </remarks>
internal sealed class ExactProcess
{
    private const double U = Real64.UnitRoundoff;

    // What underflow may add, which the theorems leave out.
    private static readonly double Tiny = Math.ScaleB(1, -1000);

    private readonly double[][] _points;
    private readonly double _lengthScale;
    private readonly DoubleDouble[][] _factor;

    public ExactProcess(double[][] points, double lengthScale, double added = 0)
    {
        (_points, _lengthScale) = (points, lengthScale);
        _factor = new DoubleDouble[points.Length][];
        for (int i = 0; i < points.Length; i++)
        {
            _factor[i] = new DoubleDouble[i + 1];
            for (int j = 0; j <= i; j++)
            {
                DoubleDouble sum = DoubleDouble.Sum(Kernel(points[i], points[j]), i == j ? added : 0);
                for (int k = 0; k < j; k++)
                    sum -= _factor[i][k] * _factor[j][k];
                IsPositiveDefinite &= i != j || sum > 0;
                _factor[i][j] = i == j ? DoubleDouble.Sqrt(sum) : sum / _factor[j][j];
            }
        }
    }

    public bool IsPositiveDefinite { get; } = true;

    /// <summary>How far the mean at an observation may be from its value: row i of (K + E)w = y with |E| ≤ γ₃ₙ₊₁|L̂||L̂ᵀ| (theorem 10.4), then a sum of n products.</summary>
    public static double MeanAllowance(double[] weights)
    {
        int n = weights.Length;
        return (Gamma(3 * n + 1) / (1 - Gamma(n + 1)) + Gamma(n)) * weights.Sum(Math.Abs) * (1 + Gamma(n)) + Tiny * (1 + weights.Sum(Math.Abs));
    }

    /// <summary>1 − kᵀK⁻¹k at a point, and how far one in double may be from it.</summary>
    public (double Variance, double Allowance) At(double[] point)
    {
        int n = _points.Length;
        DoubleDouble explained = 0;
        foreach (DoubleDouble v in Substituted([.. _points.Select(p => (DoubleDouble)Kernel(p, point))]))
            explained += v * v;

        // ‖K⁻¹‖ = ‖L⁻¹‖², at most the sum of the squares of its entries.
        double s = 0;
        for (int j = 0; j < n; j++)
            s += Substituted([.. Enumerable.Range(0, n).Select(i => (DoubleDouble)(i == j ? 1 : 0))]).Sum(x => x.High * x.High);
        double f = n / (1 - Gamma(n + 1)) * (Gamma(n + 1) + 2 * Gamma(n) + Gamma(n) * Gamma(n)), sf = s * f, rho = sf < 1 ? sf / (1 - sf) * (1 + sf) : 1;
        if (rho >= 1)
            return ((double)(1 - explained), 1);

        // The squares are summed in n roundings, and subtracted from 1 in one more.
        double most = (double)explained / (1 - rho);
        return ((double)(1 - explained), (rho + Gamma(n)) * most + U + Tiny);
    }

    private static double Gamma(int n) => ErrorBound.Gamma(n, U);

    private DoubleDouble[] Substituted(DoubleDouble[] right)
    {
        for (int i = 0; i < right.Length; i++)
        {
            for (int j = 0; j < i; j++)
                right[i] -= _factor[i][j] * right[j];
            right[i] /= _factor[i][i];
        }

        return right;
    }

    private double Kernel(double[] x, double[] y)
    {
        double squared = 0;
        for (int k = 0; k < x.Length; k++)
            squared += (x[k] - y[k]) * (x[k] - y[k]);
        return Search.Kernel<Real64>(squared, _lengthScale, 1);
    }
}
