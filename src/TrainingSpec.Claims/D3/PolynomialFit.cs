using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.D3;

/// <summary>Points of a curve with noise, and polynomials that are fitted to them: a model whose capacity is its degree.</summary>
internal sealed class PolynomialFit
{
    private readonly double[] _weights;

    private PolynomialFit(double[] weights) => _weights = weights;

    /// <summary>Points x uniform on [-1, 1], y the curve's value and normal noise.</summary>
    public static (double X, double Y)[] Points(Draws draws, int count, Func<double, double> curve, double noise) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        double x = draws.Uniform(-1, 1);
        return (x, curve(x) + noise * draws.Normal());
    })];

    /// <summary>The weights of least mean squared error plus strength times their squared length.</summary>
    public static PolynomialFit Best((double X, double Y)[] points, int degree, double strength)
    {
        int n = degree + 1;
        var system = new double[n, n + 1];
        foreach ((double x, double y) in points)
        {
            double[] f = Features(x, degree);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                    system[i, j] += f[i] * f[j] / points.Length;
                system[i, n] += f[i] * y / points.Length;
            }
        }

        for (int k = 0; k < n; k++)
            system[k, k] += strength;
        for (int k = 0; k < n; k++)
        {
            for (int i = 0; i < n; i++)
            {
                double factor = i == k ? 0 : system[i, k] / system[k, k];
                for (int j = k; j <= n; j++)
                    system[i, j] -= factor * system[k, j];
            }
        }

        return new PolynomialFit([.. Enumerable.Range(0, n).Select(k => system[k, n] / system[k, k])]);
    }

    /// <summary>Descent from zero weights; after each update the fit is shown to a watcher.</summary>
    public static void Descend(Func<int, (double X, double Y)[]> batches, int degree, double strength, Func<int, double> rate, int steps, Action<int, PolynomialFit> after)
    {
        var weights = new double[degree + 1];
        for (int step = 0; step < steps; step++)
        {
            (double X, double Y)[] batch = batches(step);
            var gradient = new double[weights.Length];
            foreach ((double x, double y) in batch)
            {
                double[] f = Features(x, degree);
                double error = Dot(weights, f) - y;
                for (int i = 0; i < f.Length; i++)
                    gradient[i] += 2 * error * f[i] / batch.Length;
            }

            for (int i = 0; i < weights.Length; i++)
                weights[i] -= rate(step) * (gradient[i] + 2 * strength * weights[i]);
            after(step, new PolynomialFit([.. weights]));
        }
    }

    /// <summary>The mean squared error.</summary>
    public double Loss((double X, double Y)[] points) => points.Average(p => Math.Pow(Dot(_weights, Features(p.X, _weights.Length - 1)) - p.Y, 2));

    // Legendre polynomials, scaled to mean square 1 on [-1, 1].
    private static double[] Features(double x, int degree)
    {
        var f = new double[degree + 1];
        (double before, double now) = (0, 1);
        for (int n = 0; n <= degree; n++)
        {
            f[n] = now * Math.Sqrt(2 * n + 1);
            (before, now) = (now, ((2 * n + 1) * x * now - n * before) / (n + 1));
        }

        return f;
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
