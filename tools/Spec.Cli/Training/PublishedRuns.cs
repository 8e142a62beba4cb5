using System.Globalization;
using Spec.Cli.Commands;
using Spec.Cli.Plots;
using TrainingSpec.Claims;
using TrainingSpec.Claims.D1;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace Spec.Cli.Training;

/// <summary>D1's published log beside runs of its model at its rates: with a right Adam, with one that writes all updates of a tensor to one element, and with no updates.</summary>
internal static class PublishedRuns
{
    private const string Preset = "d1";
    private const int PointsOfALine = 60, Seeds = 3;

    private static readonly (Fault Fault, string Name)[] Runs = [(Fault.None, "right Adam"), (Fault.OneElement, "one element"), (Fault.NoUpdate, "no update")];

    /// <summary>Trains, shows table and picture, and says from the numbers which run has the log's shape.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="settings">Text and seed, and D1's model.</param>
    /// <param name="operations">What computes it.</param>
    /// <param name="folder">Where the losses of all steps and the picture go; null for nowhere.</param>
    /// <param name="first">Ends the runs after so many steps; null for the log's last.</param>
    /// <returns>The exit code: 0.</returns>
    /// <exception cref="ArgumentException">Another preset.</exception>
    public static int Show(TextWriter output, TrainSettings settings, ITensorOperations<Real32> operations, TrainFolder? folder, int? first = null)
    {
        if (settings.Preset.Name != Preset)
            throw new ArgumentException($"--as-published shows the log of {Preset}, and not of {settings.Preset.Name}");
        PublishedLog log = PublishedLog.Of(DocumentLibrary.Open());
        int last = log.Lines[^1].Step, steps = Math.Min(first ?? last, last);
        TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"D1 \"Example: Training Output Analysis\": {steps} of {log.Total} steps at the log's rates, from one start; ln V = {Math.Log(log.Vocabulary):F4}; below, the losses with seed {settings.Seed}"));
        TrainSettings[] seeds = [.. Enumerable.Range(0, Seeds).Select(i => settings with { Seed = settings.Seed + (ulong)i })];
        double[][][] all = Terminal.Progress(output, Preset, Seeds * Runs.Length * steps, step => seeds.Select(seed => Runs.Select(run => Train(seed, log, new FaultyAdamOperations<Real32>(operations, run.Fault), steps, () => step(1))).ToArray()).ToArray());
        double[][] losses = all[0];
        output.WriteLine($"{"step",6} {"rate",9} {"published",11} {string.Join(' ', Runs.Select(run => $"{run.Name,11}"))}");
        foreach (PublishedLine line in log.Lines.Where(line => line.Step <= steps))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{line.Step,6} {log.RateAt(line.Step),9:F6} {line.Loss,11:F4} {string.Join(' ', losses.Select(run => Number(run[line.Step - 1]).PadLeft(11)))}"));
        if (steps == last)
            Compare(output, log, all);
        else
            output.WriteLine($"{steps} of the log's {last} steps: whether a run has its shape, the later half says.");
        Plot plot = Picture(log, losses);
        TrainCommand.Draw(output, plot);
        folder?.Write([("published.csv", Table(log, losses)), ("published.svg", plot.Draw())]);
        return 0;
    }

    private static void Compare(TextWriter output, PublishedLog log, double[][][] all)
    {
        int[] learnt = [.. Runs.Select((_, r) => all.Count(seed => log.Learns(Logged(log, seed[r]))))];
        for (int r = 0; r < Runs.Length; r++)
            output.WriteLine($"{Runs[r].Name}: falls below the log's lowest loss with {learnt[r]} of {Seeds} seeds; from the log by {string.Join(", ", all.Select(seed => Number(log.DistanceOf(Logged(log, seed[r])))))} nats (root mean square)");
        string[] same = [.. Runs.Where((_, r) => learnt[r] == 0).Select(run => run.Name)];
        output.WriteLine($"The log's later half stays above its lowest loss, {Number(log.Lines.Min(line => line.Loss))}: it never learns. So it is with every seed for {(same.Length == 0 ? "none of these runs" : string.Join(" and ", same))}; a right Adam {(learnt[0] == Seeds ? "falls below it with every seed, and does not have the published shape" : "may stay above it, too")}.");
    }

    // The losses of the batches, each before its update.
    private static double[] Train(TrainSettings settings, PublishedLog log, ITensorOperations<Real32> operations, int steps, Action stepped)
    {
        GptPreset preset = settings.Preset;
        // D1's project has a head of its own and two heads of attention.
        GptConfig config = settings.Config with { Tied = false, Heads = 2 };
        var gpt = new Gpt<Real32>(config, GptInitialization.Normal<Real32>(config, settings.Seed), operations);
        var trainer = new GptTrainer<Real32>(gpt, preset.Options, preset.MaxNorm);
        TokenText text = settings.Texts().Training;
        var losses = new double[steps];
        for (int step = 1; step <= steps; step++)
        {
            losses[step - 1] = trainer.Step(text.Batch(settings.Seed, step, preset.Sequences), log.RateAt(step)).Loss.Value;
            stepped();
        }

        return losses;
    }

    private static double[] Logged(PublishedLog log, double[] losses) => [.. log.Lines.Select(line => losses[line.Step - 1])];

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Table(PublishedLog log, double[][] losses) => $"step,rate,{string.Join(',', Runs.Select(run => run.Name))},published\n" + string.Concat(losses[0].Select((_, i) =>
        string.Create(CultureInfo.InvariantCulture, $"{i + 1},{log.RateAt(i + 1):R},{string.Join(',', losses.Select(run => run[i].ToString("R", CultureInfo.InvariantCulture)))},{log.Lines.FirstOrDefault(line => line.Step == i + 1)?.Loss:R}\n")));

    private static Plot Picture(PublishedLog log, double[][] losses)
    {
        double top = Math.Ceiling(losses.Max(run => run.Max()));
        int steps = losses[0].Length, each = Math.Max(1, steps / PointsOfALine);
        return new Plot(
            "D1's published log, and runs at its rates", new PlotAxis("step", [.. new double[] { 0, 50, 100, 150, 200 }.Where(tick => tick < steps), steps]), new PlotAxis("loss in nats", [.. Enumerable.Range(0, 5).Select(i => top * i / 4)]),
            [
                new PlotLine("published", [.. log.Lines.Where(line => line.Step <= steps).Select(line => ((double)line.Step, line.Loss))], Dashed: true),
                .. Runs.Select((run, r) => new PlotLine(run.Name, [.. losses[r].Chunk(each).Select((part, i) => (i * each + part.Length / 2.0, part.Average()))])),
            ]);
    }
}
