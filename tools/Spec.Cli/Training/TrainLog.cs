using System.Globalization;
using System.Text.Json;
using Spec.Cli.Plots;
using TrainingSpec.Numbers;

namespace Spec.Cli.Training;

/// <summary>One step of a run.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Loss">The batch's loss before the update, in nats.</param>
/// <param name="Rate">The learning rate.</param>
/// <param name="Norm">The global norm of the gradients before clipping; 0 where mixed precision skipped the step.</param>
/// <param name="Validation">The mean loss over all windows of the validation text after the update; null where it was not measured.</param>
internal readonly record struct TrainPoint(long Step, double Loss, double Rate, double Norm, double? Validation)
{
    /// <summary>What the step took; null where another process made it. It is no part of a checkpoint, whose bits are those of any machine.</summary>
    public double? Seconds { get; init; }
}

/// <summary>The steps of a run so far: as a table of commas, as lines of JSON, and as pictures.</summary>
internal sealed class TrainLog
{
    private const string Head = "step,loss,rate,norm,validation\n";
    private const int MostPoints = 400;
    private readonly List<TrainPoint> _points = [];

    /// <summary>The steps.</summary>
    public IReadOnlyList<TrainPoint> Points => _points;

    /// <summary>Adds a step.</summary>
    public void Add(TrainPoint point) => _points.Add(point);

    /// <summary>The mean loss of the last steps.</summary>
    public double Recent(int steps) => _points.TakeLast(steps).Average(p => p.Loss);

    /// <summary>A line per step; numbers come back as they were.</summary>
    public string Csv() => Head + string.Concat(_points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Step},{p.Loss:R},{p.Rate:R},{p.Norm:R},{p.Validation:R}\n")));

    /// <summary>An object per step, in a line of its own; what was not measured is left out.</summary>
    public string JsonLines() => string.Concat(_points.Select(p =>
    {
        var line = new Dictionary<string, double> { ["step"] = p.Step, ["loss"] = p.Loss, ["rate"] = p.Rate, ["norm"] = p.Norm };
        if (p.Validation is { } validation)
            line.Add("validation", validation);
        if (p.Seconds is { } seconds)
            line.Add("seconds", seconds);
        return JsonSerializer.Serialize(line) + "\n";
    }));

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

    /// <summary>The records of steps for an event file, each with the time at which it is written.</summary>
    /// <param name="first">From this step on.</param>
    /// <param name="now">Seconds since 1970.</param>
    public IEnumerable<byte[]> Events(long first, double now) => _points.Where(p => p.Step >= first).Select(p =>
    {
        List<(string, double)> values = [("loss/training", p.Loss), ("rate", p.Rate), ("gradient norm", p.Norm)];
        if (p.Validation is { } validation)
            values.AddRange(("loss/validation", validation), ("perplexity/validation", Real64.Exp(validation).Value));
        if (p.Seconds is { } seconds)
            values.Add(("seconds per step", seconds));
        return EventFile.Numbers(now, p.Step, [.. values]);
    });

    /// <summary>Losses over steps.</summary>
    public Plot Losses(string name, ulong seed, int steps)
    {
        double top = Math.Ceiling(_points.Count == 0 ? 1 : _points.Max(p => p.Loss));
        (double, double)[] validation = [.. _points.Where(p => p.Validation is not null).Select(p => ((double)p.Step, p.Validation!.Value))];
        return new Plot(
            $"{name}: loss, seed {seed.ToString(CultureInfo.InvariantCulture)}",
            Steps(steps),
            new PlotAxis("loss in nats", [.. Enumerable.Range(0, 5).Select(i => top * i / 4)]),
            [new PlotLine("training", Thinned(p => p.Loss)), new PlotLine("validation", validation, Dashed: true)]);
    }

    /// <summary>Rates over steps.</summary>
    public Plot Rates(string name, int steps)
    {
        double top = _points.Count == 0 ? 1 : _points.Max(p => p.Rate);
        return new Plot($"{name}: learning rate", Steps(steps), new PlotAxis("rate", [.. Enumerable.Range(0, 5).Select(i => (top > 0 ? top : 1) * i / 4)]), [new PlotLine("rate", Thinned(p => p.Rate))]);
    }

    /// <summary>What a number would be in bits per token and as perplexity.</summary>
    public static string InOtherUnits(double loss) => string.Create(CultureInfo.InvariantCulture, $"{loss / Real64.Log(2).Value:F3} bits, perplexity {Real64.Exp(loss).Value:F2}");

    private static PlotAxis Steps(double last) => new("step", [0, last / 4, last / 2, 3 * last / 4, last]);

    private (double, double)[] Thinned(Func<TrainPoint, double> value) =>
        [.. _points.Chunk(Math.Max(1, _points.Count / MostPoints)).Select(c => ((double)c[^1].Step, c.Average(value)))];
}
