using TrainingSpec.Claims.Experiments;
using TrainingSpec.Numbers;
using TrainingSpec.Training;

namespace TrainingSpec.Claims.D3;

/// <summary>Small training runs in which one cause is planted, with their logs.</summary>
internal static class PlantedRuns
{
    private const int Logged = 60;

    /// <summary>The log of a run with a planted cause; null where the cause is none of those that can be planted.</summary>
    public static RunRecord? Of(string cause) => cause switch
    {
        "saturated model" => Kept.Of(0, static _ => Saturated()),
        "learning rate too high" => DoubleWell(1.2),
        "exploding gradient" => Parabola(4),
        "overfitting" => Kept.Of(0, static _ => Overfitted()),
        "underfitting" => Kept.Of(0, static _ => Fitted(1, 0)),
        "schedule too aggressive" => Kept.Of("step decay", static s => Scheduled(s)),
        "none" => Kept.Of(0, static _ => Fitted(2, 0, 0.004)),
        _ => null,
    };

    /// <summary>(x² − 1)²/4 at a constant rate from 0.5; the limit of its minima is 1.</summary>
    public static RunRecord DoubleWell(double rate, double start = 0.5, int warmup = 1, int steps = Logged)
    {
        double x = start;
        List<double> losses = [];
        for (int step = 0; step < steps; step++)
        {
            losses.Add((x * x - 1) * (x * x - 1) / 4);
            x -= rate * Math.Min(1, (step + 1.0) / warmup) * (x * x * x - x);
        }

        return new RunRecord { TrainingLoss = losses };
    }

    /// <summary>x²/2 at a constant rate from 1 until it is no number, or 400 steps; gradients bounded to a norm.</summary>
    public static RunRecord Parabola(double rate, double maxNorm = double.PositiveInfinity, int warmup = 1, int steps = 400)
    {
        double x = 1;
        (List<double> losses, List<double> norms) = ([], []);
        for (int step = 0; step < steps && (step == 0 || !double.IsNaN(losses[^1])); step++)
        {
            losses.Add(x * x / 2);
            norms.Add(Math.Abs(x));
            double scale = Math.Abs(x) > maxNorm ? maxNorm / Math.Abs(x) : 1;
            x -= rate * Math.Min(1, (step + 1.0) / warmup) * (scale * x);
        }

        return new RunRecord { TrainingLoss = losses, GradientNorms = norms };
    }

    /// <summary>A line or a parabola on a noisy parabola: mini-batch descent, losses on all points.</summary>
    public static RunRecord Fitted(int degree, int seed, double rate = 0.02)
    {
        var draws = new Draws(2600 + seed);
        (double X, double Y)[] train = PolynomialFit.Points(draws, 200, Square, 0.1), held = PolynomialFit.Points(draws, 200, Square, 0.1);
        (List<double> losses, List<double> validation) = ([], []);
        PolynomialFit.Descend(_ => Batch(draws, train, 8), degree, 0, _ => rate, Logged * 8, (step, fit) =>
        {
            if (step % 8 != 0)
                return;
            losses.Add(fit.Loss(train));
            validation.Add(fit.Loss(held));
        });
        return new RunRecord { TrainingLoss = losses, ValidationLoss = validation, AttainableLoss = 0.03 };
    }

    /// <summary>Mini-batch descent on points of pure noise, at rates of a schedule; the loss after each of 60 epochs.</summary>
    public static RunRecord Scheduled(string schedule)
    {
        var draws = new Draws(2631);
        const int Epoch = 200;
        double Rate(int epoch) => schedule switch
        {
            "step decay" => epoch < 20 ? 0.2 : epoch < 40 ? 0.02 : 0.002,
            "smoother schedule" => 0.2 * Schedule(epoch / 59.0),
            "warm restarts" => 0.2 * Schedule(epoch % 20 / 19.0),
            _ => 0.2,
        };
        (List<double> losses, List<double> rates) = ([], []);
        (double X, double Y)[] points = PolynomialFit.Points(draws, 50, static _ => 0, 1);
        double sum = 0;
        PolynomialFit.Descend(_ => Batch(draws, points, 2), 1, 0, step => Rate(step / Epoch), Logged * Epoch, (step, fit) =>
        {
            sum += fit.Loss(points);
            if (step % Epoch != Epoch - 1)
                return;
            losses.Add(sum / Epoch);
            rates.Add(Rate(step / Epoch));
            sum = 0;
        });
        return new RunRecord { TrainingLoss = losses, LearningRates = rates };
    }

    private static double Schedule(double progress) => Math.Max(0.01, Formulas.Schedules.CosineRate<Real64>(1, 0.01, progress).Value);

    private static RunRecord Saturated() => Fitted(1, 1) with { ValidationLoss = [], AttainableLoss = null };

    private static RunRecord Overfitted()
    {
        var draws = new Draws(2629);
        (double X, double Y)[] train = PolynomialFit.Points(draws, 12, static _ => 0, 1), held = PolynomialFit.Points(draws, 200, static _ => 0, 1);
        (List<double> losses, List<double> validation) = ([], []);
        PolynomialFit.Descend(_ => train, 9, 0, _ => 0.02, Logged, (_, fit) =>
        {
            losses.Add(fit.Loss(train));
            validation.Add(fit.Loss(held));
        });
        return new RunRecord { TrainingLoss = losses, ValidationLoss = validation };
    }

    private static double Square(double x) => x * x;

    private static (double X, double Y)[] Batch(Draws draws, (double X, double Y)[] points, int size) => [.. Enumerable.Range(0, size).Select(_ => points[draws.Index(points.Length)])];
}
