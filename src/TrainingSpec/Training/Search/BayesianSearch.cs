using TrainingSpec.Formulas;
using TrainingSpec.Numbers;

namespace TrainingSpec.Training;

/// <summary>How a Bayesian search begins and how widely it looks; each value is checked when it is set.</summary>
public sealed record BayesianSearchOptions
{
    /// <summary>Random trials before the first that a model proposes, in [2, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public int InitialTrials { get; init => field = (int)Domain.Require("[2, inf)", (long)value, "initial_trials"); } = 5;

    /// <summary>Points among which the next trial is chosen, in [1, inf): every fourth near the best trial, the others anywhere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public int Candidates { get; init => field = (int)Domain.Require("[1, inf)", (long)value, "candidates"); } = 256;

    /// <summary>The variance of the losses' noise, as a share of their variance, in (0, inf).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside.</exception>
    public double Noise { get; init => field = Domain.Require("(0, inf)", value, "noise"); } = 1e-6;
}

/// <summary>A trial that a Bayesian search proposes.</summary>
/// <param name="Point">One value per axis.</param>
/// <param name="ExpectedImprovement">In units of the loss; null for a random trial.</param>
public sealed record Proposal(double[] Point, double? ExpectedImprovement);

/// <summary>Bayesian search for the least loss: a Gaussian process over the positions of earlier trials, expected improvement to choose the next one.</summary>
/// <remarks>The same seed and observations give the same proposal. Source: Jones, Schonlau and Welch (1998); Snoek, Larochelle and Adams (2012), section 3; D2 "Bayesian Optimization".</remarks>
public sealed class BayesianSearch
{
    private const double Near = 0.05;

    // The end of the formula's domain: what is below promises nothing.
    private const double LeastScore = -8;

    // From a twentieth of an axis to well beyond it; the likelihood chooses.
    private static readonly double[] LengthScales = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6];

    private readonly SearchSpace _space;
    private readonly ulong _seed;
    private readonly BayesianSearchOptions _options;
    private readonly List<double[]> _points = [];
    private readonly List<double[]> _positions = [];
    private readonly List<double> _losses = [];

    /// <summary>A search without observations.</summary>
    public BayesianSearch(SearchSpace space, ulong seed, BayesianSearchOptions? options = null)
    {
        _space = space ?? throw new ArgumentNullException(nameof(space));
        _seed = seed;
        _options = options ?? new BayesianSearchOptions();
    }

    /// <summary>The least finite loss seen; null where there is none.</summary>
    public double? BestLoss => Best is { } best ? _losses[best] : null;

    /// <summary>A copy of the point that gave it, the first where several did.</summary>
    public double[]? BestPoint => Best is { } best ? (double[])_points[best].Clone() : null;

    private int? Best
    {
        get
        {
            int? best = null;
            for (int i = 0; i < _losses.Count; i++)
            {
                if (double.IsFinite(_losses[i]) && (best is null || _losses[i] < _losses[best.Value]))
                    best = i;
            }

            return best;
        }
    }

    /// <summary>Takes the loss of a trial, proposed or not; one that is not finite counts as the worst finite one.</summary>
    /// <exception cref="ArgumentException">Another number of values than axes, or an axis has no such value.</exception>
    public void Observe(double[] point, double loss)
    {
        ArgumentNullException.ThrowIfNull(point);
        _positions.Add(_space.PositionsOf(point));
        _points.Add((double[])point.Clone());
        _losses.Add(loss);
    }

    /// <summary>The next trial: a random one at first and while no loss is finite, then the candidate of the largest expected improvement, the first of several.</summary>
    public Proposal Next()
    {
        if (_losses.Count < _options.InitialTrials || Best is not { } best)
            return new Proposal(_space.RandomPoint(_seed, (ulong)_losses.Count), null);
        double worst = _losses.Where(double.IsFinite).Max();
        double[] losses = [.. _losses.Select(loss => double.IsFinite(loss) ? loss : worst)];
        double scale = Standardize(losses);
        GaussianProcess process = Likeliest(losses);
        double[] chosen = [];
        double most = -1;
        for (int j = 0; j < _options.Candidates; j++)
        {
            double[] point = Candidate((ulong)j, best);
            double improvement = ImprovementAt(process, _space.PositionsOf(point), losses[best]);
            if (improvement > most)
                (chosen, most) = (point, improvement);
        }

        return new Proposal(chosen, most * scale);
    }

    private static double ImprovementAt(GaussianProcess process, double[] positions, double best)
    {
        Prediction at = process.At(positions);
        double deviation = Math.Sqrt(at.Variance);

        // Where nothing is uncertain there is no score.
        if (deviation == 0)
            return 0;
        double score = Search.ImprovementScore<Real64>(best, at.Mean, deviation);
        return score < LeastScore ? 0 : Search.ExpectedImprovement<Real64>(score, deviation);
    }

    // Mean 0 and deviation 1, as the prior has; returns the deviation.
    private static double Standardize(double[] losses)
    {
        // The largest magnitude divides first, so that squares don't overflow.
        double largest = losses.Max(Math.Abs);
        if (largest == 0)
            return 1;
        double mean = 0, squares = 0;
        foreach (double loss in losses)
            mean += loss / largest / losses.Length;
        foreach (double loss in losses)
            squares += (loss / largest - mean) * (loss / largest - mean) / losses.Length;
        double deviation = squares > 0 ? Math.Sqrt(squares) : 1;
        for (int i = 0; i < losses.Length; i++)
            losses[i] = (losses[i] / largest - mean) / deviation;
        return deviation * largest;
    }

    private GaussianProcess Likeliest(double[] losses)
    {
        GaussianProcess? likeliest = null;
        double[][] positions = [.. _positions];
        foreach (double lengthScale in LengthScales)
        {
            var process = new GaussianProcess(positions, losses, new GaussianProcessOptions { LengthScale = lengthScale, Noise = _options.Noise });
            if (likeliest is null || process.LogLikelihood > likeliest.LogLikelihood)
                likeliest = process;
        }

        return likeliest!;
    }

    private double[] Candidate(ulong candidate, int best)
    {
        var point = new double[_space.Axes.Count];

        // Beyond the indices of random trials, a block of 2³² for each trial.
        ulong index = ((ulong)_losses.Count << 32) + candidate;
        for (int k = 0; k < point.Length; k++)
        {
            SearchAxis axis = _space.Axes[k];
            double position = candidate % 4 == 3
                ? Math.Clamp(_positions[best][k] + Near * RandomStreams.Normal<Real64>(_seed, SearchSpace.StreamOf(axis.Name + "/near"), index).Value, 0, 1)
                : RandomStreams.Uniform<Real64>(_seed, SearchSpace.StreamOf(axis.Name), index);
            point[k] = axis.At(position);
        }

        return point;
    }
}
