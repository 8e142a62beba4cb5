using TrainingSpec.Claims.Experiments;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.D2;

/// <summary>Training runs into which one cause of trouble is planted, and the same runs after a remedy; what they record is what a log would.</summary>
internal static class PlantedRuns
{
    private const double Steady = 0.1;

    /// <summary>The record of a run with a cause in the words of the document's table, and with a remedy in its words; other words plant and mend nothing.</summary>
    public static RunRecord Of(string cause, string remedy = "") => Kept.Of((cause, remedy), static x => x.cause switch
    {
        "Exploding gradients" => Regression(Rate(x.remedy, 8), x.remedy == "Add clipping"),
        "Vanishing gradients" => Stack(x.remedy),
        "LR too high" => Bent(Rate(x.remedy, 1.15)),
        "Overfitting" => Fitted(x.remedy == "Add regularization"),
        "LR too low" => Regression(x.remedy == "Increase learning rate" ? Steady : 1e-4, false),
        _ => SyntheticRuns.Healthy,
    });

    /// <summary>The training loss of gradient descent on x²/2 of a curvature, from 1.</summary>
    public static double[] Quadratic(double rate, double curvature, int steps)
    {
        var losses = new double[steps];
        double x = 1;
        for (int t = 0; t < steps; t++)
        {
            losses[t] = curvature * x * x / 2;
            x -= rate * curvature * x;
        }

        return losses;
    }

    /// <summary>The training loss of gradient descent on x⁴/4 − x²/2, raised to 0 at its minimum, whose curvature of 2 grows outwards: rates above 1 overstep.</summary>
    public static RunRecord Bent(double rate)
    {
        var losses = new double[60];
        double x = 1.2;
        for (int t = 0; t < losses.Length; t++)
        {
            losses[t] = x * x * x * x / 4 - x * x / 2 + 0.25;
            x -= rate * (x * x * x - x);
        }

        return new RunRecord { TrainingLoss = losses };
    }

    private static double Rate(string remedy, double planted) => remedy is "Reduce LR" or "Reduce learning rate" ? planted / 10 : planted;

    // Ten weights, 64 examples, gradient descent on all of them; without noise the loss can fall to 0.
    private static RunRecord Regression(double rate, bool clip)
    {
        const int Width = 10, Examples = 64;
        var draws = new Draws(237);
        double[] truth = [.. draws.Row(Width).Select(w => w.Value)], w = new double[Width];
        double[][] inputs = DeepStack.Rows(draws, Examples, Width);
        List<double> losses = [], norms = [];
        for (int t = 0; t < 160; t++)
        {
            double[] distance = [.. inputs.Select(row => row.Select((x, j) => x * (w[j] - truth[j])).Sum())];
            double[] gradient = [.. Enumerable.Range(0, Width).Select(j => inputs.Select((row, i) => row[j] * distance[i]).Average())];
            losses.Add(distance.Average(d => d * d) / 2);
            norms.Add(DeepStack.Norm(gradient));
            double scale = clip ? Math.Min(1, 1 / norms[^1]) : 1;
            for (int j = 0; j < Width; j++)
                w[j] -= rate * scale * gradient[j];
        }

        return new RunRecord { TrainingLoss = losses, GradientNorms = norms };
    }

    // Twelve tanh layers with a tenth of Xavier's deviation, a new batch each step, to halve the input.
    private static RunRecord Stack(string remedy)
    {
        const int Width = 16, Depth = 12;
        var draws = new Draws(238);
        double scale = remedy == "Check initialization" ? 1 : 0.1;
        var stack = new DeepStack(draws, Depth, Width, scale * StackFigures.Deviation(Squashing.Tanh, Width), Squashing.Tanh, remedy == "Use residuals");
        return new RunRecord
        {
            TrainingLoss = [.. Enumerable.Range(0, 150).Select(_ =>
            {
                double[][] inputs = DeepStack.Rows(draws, 16, Width);
                return stack.Train(inputs, [.. inputs.Select(row => row.Select(x => x / 2).ToArray())], 2);
            })],
        };
    }

    // As many weights as examples, noisy targets: the training loss goes to 0, the validation loss falls and rises.
    private static RunRecord Fitted(bool regularized)
    {
        const int Width = 40, Examples = 40;
        var draws = new Draws(239);
        double[] truth = [.. draws.Row(Width, 0.3).Select(w => w.Value)], w = new double[Width];
        double[][] inputs = DeepStack.Rows(draws, 2 * Examples, Width);
        double[] targets = [.. inputs.Select(row => row.Zip(truth, (a, b) => a * b).Sum() + 2 * draws.Normal())];
        List<double> training = [], validation = [];
        for (int t = 0; t < 300; t++)
        {
            double[] distance = [.. inputs.Select((row, i) => row.Zip(w, (a, b) => a * b).Sum() - targets[i])];
            training.Add(distance.Take(Examples).Average(d => d * d) / 2);
            validation.Add(distance.Skip(Examples).Average(d => d * d) / 2);
            for (int j = 0; j < Width; j++)
                w[j] -= Steady * (Enumerable.Range(0, Examples).Average(i => inputs[i][j] * distance[i]) + (regularized ? 5 * w[j] : 0));
        }

        return new RunRecord { TrainingLoss = training, ValidationLoss = validation };
    }
}
