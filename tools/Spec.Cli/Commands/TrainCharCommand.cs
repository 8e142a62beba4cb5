using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Spec.Cli.Plots;
using Spec.Cli.Training;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace Spec.Cli.Commands;

/// <summary><c>spec train char</c>: D0's character model with D0's trainer, on its own scalar record.</summary>
internal static class TrainCharCommand
{
    private const int AllExamples = 2000;
    private const string Head = "epoch,rate,training,validation,norm,clipped\n";

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
        var device = new Option<string?>("--device") { Description = "with --by tensors: a device of spec devices instead of this processor's threads; the bits are the same" };
        var folder = new Option<string?>("--out") { Description = "the folder for checkpoint, metrics and picture" };
        var resume = new Option<bool>("--resume") { Description = "go on from the folder's checkpoint, to the bits of a run that never stopped" };
        var command = new Command("char", "Train D0's character model by D0's trainer. Example: spec train char --order compare") { preset, corpus, examples, epochs, rate, seed, order, by, device, folder, resume };
        command.SetAction(parsed =>
        {
            TrainFolder.RefuseCorpus(parsed.GetValue(folder), parsed.GetValue(corpus));
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
            var settings = new CharSettings(TrainCommand.Text(parsed.GetValue(corpus), byCharacter: true), TrainCommand.Positive(parsed.GetValue(examples), "examples"), options);
            TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"d0 (D0 \"A Complete Training Function\"; sizes are ours): {settings.Config.Weights().Sum(w => w.Count)} parameters, {settings.Config.Vocabulary} characters, {settings.Training.Length} examples for training, {settings.Validation.Length} for validation; how often each character comes alone gives {settings.Unigram():F4}"));
            string wanted = parsed.GetValue(by)!;
            if (wanted is not ("record" or "tensors"))
                throw new ArgumentException($"by = {wanted} is outside {{record, tensors}}");
            if (wanted == "record" && parsed.GetValue(device) is not null)
                throw new ArgumentException("--device needs --by tensors: the record of single operations is this processor's");
            bool compares = parsed.GetValue(order) == "compare";
            CharPlace place = CharPlace.Of(parsed.GetValue(folder), parsed.GetValue(resume), compares);
            if (wanted == "record")
                return compares ? Compare<Real64>(output, settings, CharacterGradients.ByRecord) : Train<Real64>(output, settings, wanted, CharacterGradients.ByRecord, place);
            using TrainDevice computes = TrainDevice.Open(parsed.GetValue(device), Environment.ProcessorCount);
            CharacterPass<Real32> pass = CharacterGradients.By(computes.Operations);
            return compares ? Compare(output, settings, pass) : Train(output, settings, wanted, pass, place);
        });
        return command;
    }

    private static int Train<T>(TextWriter output, CharSettings settings, string by, CharacterPass<T> pass, CharPlace place)
        where T : struct, IBinaryFormat<T>
    {
        using TrainFolder? folder = place.Open();
        IReadOnlyDictionary<string, string> named = settings.Named(by);
        CharacterState<T>? from = place.Resumes ? folder!.Read(named, bytes => CharacterCheckpoint.Read<T>(bytes, settings.Config, folder.Checkpoint)) : null;
        if (from is not null)
            TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"goes on after epoch {from.Epochs.Count} of {settings.Options.Epochs}"));
        bool told = false;
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = told = true), end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = told = true);
        bool stopped = false;
        (OrderedDictionary<string, T[]> weights, IReadOnlyList<CharacterEpoch> epochs) = Terminal.Progress(
            output, "d0", settings.Options.Epochs - (from?.Epochs.Count ?? 0), step => settings.Run(
                settings.Options,
                pass,
                epoch =>
                {
                    step(1);
                    TrainCommand.Say(output, epoch.ToString());
                },
                from,
                state =>
                {
                    folder?.Write(CharacterCheckpoint.Write(settings.Config, state, named), Texts(state.Epochs));
                    return stopped = Volatile.Read(ref told);
                }));
        if (from is not null && epochs.Count == from.Epochs.Count && folder!.Mend(Texts(epochs)) is { Count: > 0 } mended)
            TrainCommand.Say(output, TrainFolder.Mended(mended));
        if (stopped)
        {
            TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"stopped after epoch {epochs.Count}{(folder is null ? "" : "; the same command with --resume goes on")}"));
            return 1;
        }

        CharacterEpoch best = epochs.MinBy(e => e.Validation)!;
        double kept = T.ToDouble(CharacterModel.Mean(settings.Config, weights, settings.Validation));
        TrainCommand.Say(output, string.Create(CultureInfo.InvariantCulture, $"{(epochs.Count < settings.Options.Epochs ? "stopped early" : "ended")} after epoch {epochs.Count}; the best validation loss was {best.Validation:F4}, after epoch {best.Epoch}; the weights that are left have {kept:F4}; {epochs.Sum(e => e.Clipped)} batches were above the norm's limit, the largest norm was {epochs.Max(e => e.LargestNorm):F2}"));
        TrainCommand.Draw(output, Picture(epochs));
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

    private static (string Name, string Text)[] Texts(IReadOnlyList<CharacterEpoch> epochs) => [("metrics.csv", Head + CharacterCheckpoint.Lines(epochs)), ("loss.svg", Picture(epochs).Draw())];

    private static Plot Picture(IReadOnlyList<CharacterEpoch> epochs)
    {
        double top = Math.Ceiling(epochs.Max(e => Math.Max(e.Training, e.Validation)));
        return new Plot(
            "d0: loss", new PlotAxis("epoch", [.. Enumerable.Range(0, 5).Select(i => epochs.Count * i / 4.0)]), new PlotAxis("loss in nats", [.. Enumerable.Range(0, 5).Select(i => top * i / 4)]),
            [new PlotLine("training", [.. epochs.Select(e => ((double)e.Epoch, e.Training))]), new PlotLine("validation", [.. epochs.Select(e => ((double)e.Epoch, e.Validation))], Dashed: true)]);
    }
}
