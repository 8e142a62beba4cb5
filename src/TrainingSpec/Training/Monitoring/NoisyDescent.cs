using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>Gradient descent with noise added to every gradient, as a pure function of the seed.</summary>
/// <remarks>Source: D3 "Loss Landscape and Optimization Trajectory"; Ge et al., "Escaping from saddle points" (2015), Algorithm 1.</remarks>
public static class NoisyDescent
{
    /// <summary>The parameters after every step, the start first.</summary>
    /// <param name="objective">The loss.</param>
    /// <param name="start">The parameters before the first step.</param>
    /// <param name="lr">Learning rate, in [0, inf).</param>
    /// <param name="steps">Steps, in [0, inf).</param>
    /// <param name="noise">The standard deviation of the normal noise on each gradient element, in [0, inf); 0 for none.</param>
    /// <param name="seed">The seed; each step draws from the stream of its number.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside.</exception>
    /// <exception cref="ArgumentException">No parameters.</exception>
    public static IReadOnlyList<double[]> Path(IObjective objective, ReadOnlySpan<double> start, double lr, int steps, double noise, ulong seed)
    {
        Domain.Require("[0, inf)", lr, nameof(lr));
        Domain.Require("[0, inf)", (long)steps, nameof(steps));
        Domain.Require("[0, inf)", noise, nameof(noise));
        double[] x = start.ToArray();
        List<double[]> path = [x];
        for (int step = 0; step < steps; step++)
        {
            double[] gradient = HessianProducts.Gradient(objective, x);
            var drawn = new Real64[gradient.Length];
            if (noise > 0)
                RandomStreams.FillNormal<Real64>(seed, (ulong)step, 0, drawn);
            x = [.. x.Select((value, i) => Sgd.Update<Real64>(value, gradient[i] + noise * drawn[i].Value, lr).Value)];
            path.Add(x);
        }

        return path;
    }
}
