using System.CommandLine;
using System.Globalization;
using Spec.Cli.Plots;
using Spec.Cli.Training;
using TrainingSpec.Devices;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace Spec.Cli.Commands;

/// <summary><c>spec train char</c>: D0's character model with D0's trainer, on its own scalar record.</summary>
internal static class TrainCharCommand
{
    private const int AllExamples = 2000;

    public static Command Create(TextWriter output)
    {
        var preset = new Option<string>("--preset") { Description = "d0", DefaultValueFactory = _ => "d0" };
        var corpus = new Option<string?>("--corpus") { Description = "a text file in UTF-8; without it, the chapters of this book" };
        var examples = new Option<int>("--examples") { Description = "how many examples of the text's beginning", DefaultValueFactory = _ => AllExamples };
        var epochs = new Option<int>("--epochs") { Description = "at most so many", DefaultValueFactory = _ => new CharacterTraining().Epochs };
        var rate = new Option<double>("--rate") { Description = "of the first epoch", DefaultValueFactory = _ => new CharacterTraining().Rate };
        var seed = new Option<ulong>("--seed") { Description = "draws weights, split, batches and dropout", DefaultValueFactory = _ => 1 };
        var order = new Option<string>("--order") { Description = "working; printed, as D0 has it; compare for both with and without clipping", DefaultValueFactory = _ => "working" };
        var by = new Option<string>("--by") { Description = "record: double precision by D0's scalar record; tensors: single precision by a device's operations, on all threads", DefaultValueFactory = _ => "record" };
        var folder = new Option<string?>("--out") { Description = "the folder for metrics and picture" };
        var command = new Command("char", "Train D0's character model by D0's trainer. Example: spec train char --order compare") { preset, corpus, examples, epochs, rate, seed, order, by, folder };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(preset) is not "d0")
                throw new ArgumentException($"preset = {parsed.GetValue(preset)} is outside {{d0}}");
            var options = new CharacterTraining
            {
                Epochs = TrainCommand.Positive(parsed.GetValue(epochs), "epochs"),
                Rate = parsed.GetValue(rate),
                Seed = parsed.GetValue(seed),
                Order = parsed.GetValue(order) switch
                {
                    "working" or "compare" => CharacterOrder.Working,
                    "printed" => CharacterOrder.Printed,
                    _ => throw new ArgumentException($"order = {parsed.GetValue(order)} is outside {{working, printed, compare}}"),
                },
            };
            var settings = new CharSettings(TrainCommand.Text(parsed.GetValue(corpus)), TrainCommand.Positive(parsed.GetValue(examples), "examples"), options);
            TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"d0 (D0 \"A Complete Training Function\"; sizes are ours): {settings.Config.Weights().Sum(w => w.Count)} parameters, {settings.Config.Vocabulary} characters, {settings.Training.Length} examples for training, {settings.Validation.Length} for validation; how often each character comes alone gives {settings.Unigram():F4}"));
            bool compares = parsed.GetValue(order) == "compare";
            return parsed.GetValue(by) switch
            {
                "record" when compares => Compare<Real64>(output, settings, CharacterGradients.ByRecord),
                "record" => Train<Real64>(output, settings, CharacterGradients.ByRecord, parsed.GetValue(folder)),
                "tensors" when compares => Compare(output, settings, CharacterGradients.By(new CpuOperations(Environment.ProcessorCount))),
                "tensors" => Train(output, settings, CharacterGradients.By(new CpuOperations(Environment.ProcessorCount)), parsed.GetValue(folder)),
                _ => throw new ArgumentException($"by = {parsed.GetValue(by)} is outside {{record, tensors}}"),
            };
        });
        return command;
    }

    private static int Train<T>(TextWriter output, CharSettings settings, CharacterPass<T> pass, string? path)
        where T : struct, IBinaryFormat<T>
    {
        using TrainFolder? folder = path is null ? null : new TrainFolder(path);
        (OrderedDictionary<string, T[]> weights, IReadOnlyList<CharacterEpoch> epochs) = Terminal.Progress(
            output, "d0", settings.Options.Epochs, step => settings.Run(settings.Options, pass, epoch =>
            {
                step(1);
                TrainCommand.Say(output, epoch.ToString());
            }));
        CharacterEpoch best = epochs.MinBy(e => e.Validation)!;
        double kept = T.ToDouble(CharacterModel.Mean(settings.Config, weights, settings.Validation));
        TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"{(epochs.Count < settings.Options.Epochs ? "stopped early" : "ended")} after epoch {epochs.Count}; the best validation loss was {best.Validation:F4}, after epoch {best.Epoch}; the weights that are left have {kept:F4}; {epochs.Sum(e => e.Clipped)} batches were above the norm's limit, the largest norm was {epochs.Max(e => e.LargestNorm):F2}"));
        Plot plot = Picture(epochs);
        TrainCommand.Draw(output, plot);
        folder?.Write([("metrics.csv", Table(epochs)), ("loss.svg", plot.Draw())]);
        return 0;
    }

    private static int Compare<T>(TextWriter output, CharSettings settings, CharacterPass<T> pass)
        where T : struct, IBinaryFormat<T>
    {
        var ends = new Dictionary<(CharacterOrder, bool), OrderedDictionary<string, T[]>>();
        foreach (CharacterOrder order in Enum.GetValues<CharacterOrder>())
        {
            foreach (bool clips in new[] { true, false })
            {
                CharacterTraining options = settings.Options with { Order = order, DropProbability = 0, MaxNorm = clips ? settings.Options.MaxNorm : double.PositiveInfinity };
                (OrderedDictionary<string, T[]> weights, IReadOnlyList<CharacterEpoch> epochs) = settings.Run(options, pass);
                ends.Add((order, clips), weights);
                double kept = T.ToDouble(CharacterModel.Mean(settings.Config, weights, settings.Validation));
                TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"{order.ToString().ToLowerInvariant(),-8} {(clips ? "clipping at " + options.MaxNorm.ToString(CultureInfo.InvariantCulture) : "no clipping"),-14} {epochs.Count,3} epochs, {epochs.Sum(e => e.Clipped),5} batches above the limit, validation {epochs[^1].Validation:F4} at the end, {kept:F4} with the weights that are left"));
            }
        }

        foreach (CharacterOrder order in Enum.GetValues<CharacterOrder>())
        {
            bool same = ends[(order, true)].Values.Zip(ends[(order, false)].Values).All(pair => pair.First.SequenceEqual(pair.Second));
            TrainCommand.Say(output, $"{(order == CharacterOrder.Printed ? "as printed" : "in the order that works")}, the weights with clipping and without it are {(same ? "the same bits: what is clipped has been used already" : "others")}");
        }

        return 0;
    }

    private static string Table(IReadOnlyList<CharacterEpoch> epochs) => "epoch,rate,training,validation,norm\n" +
        string.Concat(epochs.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Epoch},{e.Rate:R},{e.Training:R},{e.Validation:R},{e.LargestNorm:R}\n")));

    private static Plot Picture(IReadOnlyList<CharacterEpoch> epochs)
    {
        double top = Math.Ceiling(epochs.Max(e => Math.Max(e.Training, e.Validation)));
        return new Plot(
            "d0: loss", new PlotAxis("epoch", [.. Enumerable.Range(0, 5).Select(i => epochs.Count * i / 4.0)]), new PlotAxis("loss in nats", [.. Enumerable.Range(0, 5).Select(i => top * i / 4)]),
            [new PlotLine("training", [.. epochs.Select(e => ((double)e.Epoch, e.Training))]), new PlotLine("validation", [.. epochs.Select(e => ((double)e.Epoch, e.Validation))], Dashed: true)]);
    }
}
