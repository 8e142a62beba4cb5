using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>A loss as a function of its parameters, over any number.</summary>
public interface IObjective
{
    /// <summary>The loss at <paramref name="x"/>.</summary>
    T At<T>(ReadOnlySpan<T> x)
        where T : IReal<T>;
}

/// <summary>An approximate eigenpair of a symmetric matrix.</summary>
/// <param name="Value">The Rayleigh quotient; an eigenvalue lies within <paramref name="Residual"/> of it.</param>
/// <param name="Vector">A vector of length 1.</param>
/// <param name="Residual">‖Hv − λv‖.</param>
/// <param name="Iterations">Products with the matrix.</param>
public sealed record Eigenpair(double Value, double[] Vector, double Residual, int Iterations);

/// <summary>Gradients and Hessian-vector products without differences, and the Hessian's eigenvalue of largest magnitude.</summary>
/// <remarks>Source: Pearlmutter, "Fast exact multiplication by the Hessian" (1994); Golub and Van Loan, Matrix Computations (2013), section 8.2; D3 "Loss Landscape and Optimization Trajectory".</remarks>
public static class HessianProducts
{
    /// <summary>∇f(x), by one pass back.</summary>
    /// <exception cref="ArgumentException">No parameters.</exception>
    public static double[] Gradient(IObjective objective, ReadOnlySpan<double> x)
    {
        ArgumentNullException.ThrowIfNull(objective);
        Variable<Real64>[] inputs = Inputs(x);
        objective.At<Variable<Real64>>(inputs).Backward();
        return Array.ConvertAll(inputs, input => input.Gradient.Value);
    }

    /// <summary>H(x)·v: a dual number carries the direction forward, a pass back from its derivative gives the product.</summary>
    /// <exception cref="ArgumentException">No parameters, or a direction of another length.</exception>
    public static double[] Product(IObjective objective, ReadOnlySpan<double> x, ReadOnlySpan<double> v)
    {
        ArgumentNullException.ThrowIfNull(objective);
        if (v.Length != x.Length)
            throw new ShapeMismatchException(nameof(v), $"v has {Tensors.Text(v.Length)} elements, x has {Tensors.Text(x.Length)}");
        Variable<Real64>[] inputs = Inputs(x);
        var duals = new Dual<Variable<Real64>>[inputs.Length];
        for (int i = 0; i < duals.Length; i++)
            duals[i] = new Dual<Variable<Real64>>(inputs[i], Variable<Real64>.Constant(v[i]));
        objective.At<Dual<Variable<Real64>>>(duals).Derivative.Backward();
        return Array.ConvertAll(inputs, input => input.Gradient.Value);
    }

    /// <summary>The eigenvalue of largest magnitude at x, by power iteration from a random vector, until the residual is small or the iterations are used up.</summary>
    /// <remarks>Between λ and −λ the iteration can't decide, and the residual stays large; a shift chooses: a positive one the largest, a negative one the smallest eigenvalue.</remarks>
    /// <param name="objective">The loss.</param>
    /// <param name="x">The parameters.</param>
    /// <param name="seed">The seed of the first vector.</param>
    /// <param name="tolerance">The residual, relative to the shifted eigenvalue, at which the iteration ends, in (0, 1).</param>
    /// <param name="iterations">The most products, in [1, inf).</param>
    /// <param name="shift">Added to every eigenvalue while their magnitudes are compared; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shift"/>, <paramref name="tolerance"/> or <paramref name="iterations"/> lies outside.</exception>
    /// <exception cref="ArgumentException">No parameters.</exception>
    public static Eigenpair Top(IObjective objective, ReadOnlySpan<double> x, ulong seed, double tolerance = 1e-9, int iterations = 10_000, double shift = 0)
    {
        Domain.Require("(0, 1)", tolerance, nameof(tolerance));
        Domain.Require("[1, inf)", (long)iterations, nameof(iterations));
        Domain.Require("(-inf, inf)", shift, nameof(shift));
        var drawn = new Real64[x.Length];
        RandomStreams.FillNormal<Real64>(seed, 0, 0, drawn);
        double[] v = Normalized(Array.ConvertAll(drawn, z => z.Value));
        for (int n = 1; ; n++)
        {
            double[] product = [.. Product(objective, x, v).Zip(v, (p, e) => p + shift * e)];
            double value = Dot(v, product);
            double residual = Length([.. product.Zip(v, (p, e) => p - value * e)]);
            if (residual <= tolerance * Math.Abs(value) || n == iterations)
                return new Eigenpair(value - shift, v, residual, n);
            v = Normalized(product);
        }
    }

    private static Variable<Real64>[] Inputs(ReadOnlySpan<double> x)
    {
        if (x.IsEmpty)
            throw Tensors.Bad(nameof(x), "x = [] is outside lists of at least one parameter");
        var inputs = new Variable<Real64>[x.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = Variable<Real64>.Input(x[i]);
        return inputs;
    }

    private static double Dot(double[] x, double[] y) => Reduction.Sum<Real64>([.. x.Zip(y, (a, b) => (Real64)(a * b))]).Value;

    private static double Length(double[] x) => Norms.L2<Real64>(Array.ConvertAll(x, v => (Real64)v)).Value;

    // A product that is zero throughout has no direction: it is left as it is, with the eigenvalue 0.
    private static double[] Normalized(double[] x)
    {
        double length = Length(x);
        return length == 0 ? x : Array.ConvertAll(x, v => v / length);
    }
}
