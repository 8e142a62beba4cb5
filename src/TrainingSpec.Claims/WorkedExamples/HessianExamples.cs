using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;
using TrainingSpec.Numbers;
using TrainingSpec.Training;
using static System.FormattableString;

namespace TrainingSpec.Claims.WorkedExamples;

/// <summary>Hessian-vector products, the top eigenvalue step by step, the learning rate that it allows, and leaving a saddle.</summary>
public static class HessianExamples
{
    /// <summary>Gradients and products H·v where the Hessian is known by hand: a parabola, Rosenbrock's valley, and D3's ridge of flat and sharp minima (D3-014).</summary>
    [GoldenSource]
    public static GoldenDocument Products()
    {
        var document = new GoldenDocument("hessian", "Products");
        AddProducts(document, "parabola", new Parabola(), [3, -1]);
        AddProducts(document, "Rosenbrock", new Rosenbrock(), [-1.2, 1]);
        AddProducts(document, "Rosenbrock at its minimum", new Rosenbrock(), [1, 1]);
        foreach (double a in ExampleNumbers.Claim("D3-014").GivenRow("a"))
        {
            string key = "ridge at " + ReadBack.Text(a);
            double[] x = [a, 1 / a];
            AddProducts(document, key, new Ridge(), x);
            Eigenpair top = HessianProducts.Top(new Ridge(), x, seed: 1);
            document.Add(key + ".loss", new Ridge().At<Real64>(GoldenRows.Over<Real64>(x))).Add(key + ".top eigenvalue", top.Value).Add(key + ".largest stable rate", Hessian.StableRate<Real64>(top.Value));
        }

        return document;
    }

    /// <summary>Power iteration on the parabola, whose eigenvalues are 3 and 1, and shifted by −3 for the smaller one; then descent on both sides of the rate 2/3.</summary>
    [GoldenSource]
    public static GoldenDocument TopEigenvalue()
    {
        var document = new GoldenDocument("hessian", "TopEigenvalue");
        for (int n = 1; n <= 12; n++)
        {
            Eigenpair pair = HessianProducts.Top(new Parabola(), [0, 0], seed: 1, iterations: n);
            document.Add(Invariant($"iteration {n}.Rayleigh quotient"), pair.Value).Add(Invariant($"iteration {n}.residual"), pair.Residual).Add(Invariant($"iteration {n}.vector"), pair.Vector);
        }

        Eigenpair top = HessianProducts.Top(new Parabola(), [0, 0], seed: 1), least = HessianProducts.Top(new Parabola(), [0, 0], seed: 1, shift: -3);
        Real64 bound = Hessian.StableRate<Real64>(top.Value);
        document.Add("top eigenvalue", top.Value).Add("iterations", top.Iterations).Add("least eigenvalue, shifted by -3", least.Value).Add("largest stable rate", bound);
        foreach (double share in new[] { 0.5, 0.9, 1, 1.1 })
        {
            // Along (1, 1) the distance is multiplied by 1 − 3η at every step.
            Real64 rate = share * bound.Value;
            string key = $"{ReadBack.Text(share)} of it";
            document.Add(key + ".rate", rate).Add(key + ".factor along (1, 1)", Hessian.Factor(rate, 3)).Add(key + ".factor along (1, -1)", Hessian.Factor(rate, 1))
                .Add(key + ".first coordinate", NoisyDescent.Path(new Parabola(), [1, 1], rate, 8, 0, 0).Select(x => x[0]));
        }

        return document;
    }

    /// <summary>x² − y² + y⁴/2 from the ridge towards its saddle (D3-010): without noise it ends there, with noise or a displacement of 10⁻⁶ it leaves for a minimum at y = ±1.</summary>
    [GoldenSource]
    public static GoldenDocument Saddle()
    {
        const double Rate = 0.05, Displacement = 1e-6;
        const int Steps = 200;
        double[] at = [0, 0];
        Eigenpair least = HessianProducts.Top(new SaddleLoss(), at, seed: 1, shift: -3);
        var document = new GoldenDocument("hessian", "Saddle").Add("gradient at the saddle", HessianProducts.Gradient(new SaddleLoss(), at))
            .Add("product with (1, 0)", HessianProducts.Product(new SaddleLoss(), at, [1, 0])).Add("product with (0, 1)", HessianProducts.Product(new SaddleLoss(), at, [0, 1]))
            .Add("least eigenvalue", least.Value).Add("rate", Rate).Add("factor along x", Hessian.Factor<Real64>(Rate, 2)).Add("factor along y", Hessian.Factor<Real64>(Rate, -2))
            .Add("steps to leave, by formula", Hessian.EscapeSteps<Real64>(Displacement, Rate, 2));
        (string Name, double Y, double Noise)[] runs = [("no noise", 0, 0), ("displaced by 1e-6", Displacement, 0), ("noise 0.001", 0, 1e-3)];
        foreach ((string name, double y, double noise) in runs)
        {
            IReadOnlyList<double[]> path = NoisyDescent.Path(new SaddleLoss(), [1, y], Rate, Steps, noise, seed: 1);
            int[] shown = [0, 1, 2, 10, 50, 100, 120, 140, 160, 180, Steps];
            document.Add(name + ".steps", shown).Add(name + ".x", shown.Select(n => path[n][0])).Add(name + ".y", shown.Select(n => path[n][1]))
                .Add(name + ".loss at the end", new SaddleLoss().At<Real64>(GoldenRows.Over<Real64>(path[Steps])));
        }

        return document;
    }

    private static void AddProducts(GoldenDocument document, string key, IObjective objective, double[] x)
    {
        document.Add(key + ".x", x).Add(key + ".gradient", HessianProducts.Gradient(objective, x));
        foreach ((string name, double[] v) in new[] { ("(1, 0)", new double[] { 1, 0 }), ("(0, 1)", [0, 1]), ("(2, -1)", [2, -1]) })
            document.Add($"{key}.product with {name}", HessianProducts.Product(objective, x, v));
    }

    /// <summary>x² + xy + y²: Hessian (2 1; 1 2), eigenvalues 3 and 1.</summary>
    private sealed class Parabola : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T> => x[0] * x[0] + x[0] * x[1] + x[1] * x[1];
    }

    /// <summary>100(y − x²)² + (1 − x)²: at (−1.2, 1) the Hessian is (1330 480; 480 200).</summary>
    private sealed class Rosenbrock : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T>
        {
            T valley = x[1] - x[0] * x[0], slope = T.Of(1) - x[0];
            return T.Of(100) * valley * valley + slope * slope;
        }
    }

    /// <summary>(w₁w₂ − 1)²/2: minima along w₁w₂ = 1, of curvature w₁² + w₂².</summary>
    private sealed class Ridge : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T>
        {
            T gap = x[0] * x[1] - T.Of(1);
            return T.Of(0.5) * gap * gap;
        }
    }

    /// <summary>x² − y² + y⁴/2: a saddle at 0, minima of −1/2 at (0, ±1).</summary>
    private sealed class SaddleLoss : IObjective
    {
        public T At<T>(ReadOnlySpan<T> x)
            where T : IReal<T>
        {
            T square = x[1] * x[1];
            return x[0] * x[0] - square + T.Of(0.5) * square * square;
        }
    }
}
