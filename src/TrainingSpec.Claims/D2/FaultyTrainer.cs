using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Claims.D2;

/// <summary>A small trainer, a linear regression over four micro-batches, into which one fault can be planted.</summary>
/// <param name="fault">One of <see cref="Faults"/>; any other text plants none.</param>
internal sealed class FaultyTrainer(string fault)
{
    private const int Inputs = 3, Outputs = 2, Micro = 4;
    private const double Rate = 0.1, MaxNorm = 0.5;
    private readonly Draws _draws = new(332);
    private readonly double[] _weights = new double[Inputs];
    private readonly double[] _stored = new double[Inputs];
    private readonly double[][] _rows = DeepStack.Rows(new Draws(333), 4 * Micro, Inputs);

    /// <summary>The faults that have a detector.</summary>
    public static IReadOnlyList<string> Faults { get; } = ["gradients not zeroed", "clipping after the update", "accumulation without averaging", "shapes swapped", "dropout while evaluating"];

    /// <summary>Which detectors fire on a trainer with a fault, in the order of <see cref="Faults"/>.</summary>
    public static bool[] Detect(string fault)
    {
        var twice = new FaultyTrainer(fault);
        double[] first = twice.Gradient(), second = twice.Gradient();
        double[] step = new FaultyTrainer(fault).Step(), once = new FaultyTrainer(fault).Gradient(), whole = new FaultyTrainer(fault).WholeGradient();
        var evaluated = new FaultyTrainer(fault);
        return
        [
            !first.SequenceEqual(second),
            DeepStack.Norm(step) > Rate * MaxNorm * (1 + 1e-9),
            Math.Abs(DeepStack.Norm(once) / DeepStack.Norm(whole) - 1) > 1e-9,
            evaluated.Layer(new double[Inputs]).Length != Outputs,
            evaluated.Evaluate() != evaluated.Evaluate(),
        ];
    }

    private double[] Gradient()
    {
        if (fault != "gradients not zeroed")
            Array.Clear(_stored);
        foreach (double[][] micro in _rows.Chunk(Micro))
        {
            double[] g = Mean(micro);
            for (int j = 0; j < Inputs; j++)
                _stored[j] += g[j] / (fault == "accumulation without averaging" ? 1 : _rows.Length / Micro);
        }

        return (double[])_stored.Clone();
    }

    private double[] WholeGradient() => Mean(_rows);

    private double[] Step()
    {
        double[] g = Gradient();
        double scale = fault == "clipping after the update" ? 1 : Math.Min(1, MaxNorm / DeepStack.Norm(g));
        double[] step = [.. g.Select(x => -Rate * scale * x)];
        for (int j = 0; j < Inputs; j++)
            _weights[j] += step[j];
        return step;
    }

    // Every row of the matrix makes an output of the layer; swapped, it has a row per input.
    private double[] Layer(double[] input)
    {
        double[][] matrix = fault == "shapes swapped" ? DeepStack.Rows(new Draws(334), Inputs, Outputs) : DeepStack.Rows(new Draws(334), Outputs, Inputs);
        return [.. matrix.Select(row => row.Zip(input, (w, x) => w * x).Sum())];
    }

    private double Evaluate() => _rows.Sum(row => row.Sum(x => x * (fault == "dropout while evaluating" && _draws.Uniform(0, 1) < 0.1 ? 0 : 1)));

    private double[] Mean(double[][] rows) => [.. Enumerable.Range(0, Inputs).Select(j => rows.Average(row => (row.Zip(_weights, (a, b) => a * b).Sum() - 3 * row.Sum()) * row[j]))];
}
