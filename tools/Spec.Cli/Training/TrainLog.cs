using System.Globalization;
using Spec.Cli.Plots;
using TrainingSpec.Numbers;

namespace Spec.Cli.Training;

/// <summary>One step of a run.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Loss">The batch's loss before the update, in nats.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Norm">The global norm of the gradients before clipping.</param>
/// <param name="Validation">The mean loss over all windows of the validation text after the update; null where it was not measured.</param>
internal readonly record struct TrainPoint(long Step, double Loss, double Rate, double Norm, double? Validation);

/// <summary>The steps of a run so far: as a table of commas and as a picture.</summary>
internal sealed class TrainLog
{
    private const string Head = "step,loss,rate,norm,validation\n";
    private readonly List<TrainPoint> _points = [];

    /// <summary>The steps.</summary>
    public IReadOnlyList<TrainPoint> Points => _points;

    /// <summary>Adds a step.</summary>
    public void Add(TrainPoint point) => _points.Add(point);

    /// <summary>The mean loss of the last steps.</summary>
    public double Recent(int steps) => _points.TakeLast(steps).Average(p => p.Loss);

    /// <summary>A line per step; numbers come back as they were.</summary>
    public string Csv() => Head + string.Concat(_points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Step},{p.Loss:R},{p.Rate:R},{p.Norm:R},{p.Validation:R}\n")));

    /// <summary>Reads what <see cref="Csv"/> wrote; the checkpoint around it has a checksum.</summary>
    public static TrainLog Parse(string csv)
    {
        var log = new TrainLog();
        foreach (string line in csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            string[] cells = line.Split(',');
            double Number(int i) => double.Parse(cells[i], CultureInfo.InvariantCulture);
            log.Add(new((long)Number(0), Number(1), Number(2), Number(3), cells[4].Length > 0 ? Number(4) : null));
        }

        return log;
    }

    /// <summary>Losses over steps.</summary>
    public string Picture(TrainSettings settings)
    {
        double top = Math.Ceiling(_points.Count == 0 ? 1 : _points.Max(p => p.Loss)), last = settings.Steps;
        int every = Math.Max(1, (int)(_points.Count / 400.0));
        (double, double)[] training = [.. _points.Chunk(every).Select(c => ((double)c[^1].Step, c.Average(p => p.Loss)))];
        (double, double)[] validation = [.. _points.Where(p => p.Validation is not null).Select(p => ((double)p.Step, p.Validation!.Value))];
        return new Plot(
            $"{settings.Preset.Name}: loss, seed {settings.Seed.ToString(CultureInfo.InvariantCulture)}",
            new PlotAxis("step", [0, last / 4, last / 2, 3 * last / 4, last]),
            new PlotAxis("loss in nats", [.. Enumerable.Range(0, 5).Select(i => top * i / 4)]),
            [new PlotLine("training", training), new PlotLine("validation", validation, Dashed: true)]).Draw();
    }

    /// <summary>What a number would be in bits per token and as perplexity.</summary>
    public static string InOtherUnits(double loss) => string.Create(CultureInfo.InvariantCulture, $"{loss / Real64.Log(2).Value:F3} bits, perplexity {Real64.Exp(loss).Value:F2}");
}
