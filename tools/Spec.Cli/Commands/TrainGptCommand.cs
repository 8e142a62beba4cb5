using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Spec.Cli.Training;
using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Tokenizers;
using TrainingSpec.Training;

namespace Spec.Cli.Commands;

/// <summary><c>spec train gpt</c>: trains a language model of the documents, or the public peer's.</summary>
internal static class TrainGptCommand
{
    private const double Temperature = 0.8;
    private const int MostLikely = 40;

    public static Command Create(TextWriter output)
    {
        string presets = string.Join(", ", GptPreset.All.Select(p => p.Name));
        var preset = new Option<string>("--preset") { Description = presets, DefaultValueFactory = _ => "shakespeare-char" };
        var corpus = new Option<string?>("--corpus") { Description = "a text file, in UTF-8 where the preset has characters as tokens; d1 and d4 train on its bytes as they are; without it, the chapters of this book" };
        var folder = new Option<string?>("--out") { Description = "the folder for checkpoint, tokenizer, metrics and pictures" };
        var resume = new Option<bool>("--resume") { Description = "go on from the folder's checkpoint, to the bits of a run that never stopped" };
        var steps = new Option<int?>("--steps") { Description = "how many steps instead of the preset's" };
        var seed = new Option<ulong>("--seed") { Description = "draws weights and batches", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "how many threads; the bits are the same", DefaultValueFactory = _ => Environment.ProcessorCount };
        var device = new Option<string?>("--device") { Description = "a device of spec devices instead of this processor's threads; the bits are the same" };
        var every = new Option<int?>("--every") { Description = "after how many steps it measures, says and saves; an eighth of all by default, as nanoGPT does in its small run" };
        var sample = new Option<int>("--sample") { Description = "how many tokens of its own it writes at the end" };
        var accumulate = new Option<int>("--accumulate") { Description = "how many batches of the preset a step averages", DefaultValueFactory = _ => 1 };
        var patience = new Option<int?>("--patience") { Description = "ends after so many measurements in a row without a better validation loss, and restores the best weights" };
        var precision = new Option<string>("--precision") { Description = "float32; float16 with a dynamic loss scale or bfloat16, with master weights in float32", DefaultValueFactory = _ => "float32" };
        var checkpoint = new Option<int?>("--segments") { Description = "holds the activations of so many segments' ends and recomputes the rest; 0 for the best number; the bits are the same" };
        var metrics = new Option<string>("--metrics") { Description = "csv, or csv and jsonl", DefaultValueFactory = _ => "csv" };
        var events = new Option<bool>("--tensorboard") { Description = "writes event files for TensorBoard into the folder" };
        var sanity = new Option<bool>("--sanity") { Description = "instead of training: checks the set-up by D2's protocol and more; exit code 1 where something is wrong" };
        var memory = new Option<bool>("--memory") { Description = "instead of training: what a step needs, part by part, beside what was measured" };
        var record = new Option<string?>("--record") { Description = "trains in double precision and writes weights, batches, rates and losses there, for another library to repeat (tools/peers/train)" };
        var first = new Option<int?>("--first") { Description = "with --record or --as-published: the first so many steps of the run alone" };
        var published = new Option<bool>("--as-published") { Description = "with the preset d1, instead of training: the log that D1 shows beside runs at its rates, with a right Adam, one that writes all updates to one element, and none" };
        var command = new Command("gpt", $"Train a GPT: {presets}. Example: spec train gpt --preset shakespeare-char --corpus shakespeare.txt --out run")
        {
            preset, corpus, folder, resume, steps, seed, threads, device, every, sample, accumulate, patience, precision, checkpoint, metrics, events, sanity, memory, record, first, published,
        };
        command.SetAction(parsed =>
        {
            OutputFile? recorded = OutputFile.Of("--record", parsed.GetValue(record));
            recorded?.RefuseInputs((corpus.Name, parsed.GetValue(corpus)));
            TrainFolder.RefuseCorpus(parsed.GetValue(folder), parsed.GetValue(corpus));
            GptPreset chosen = Find(parsed.GetValue(preset)!);
            int all = TrainCommand.Positive(parsed.GetValue(steps) ?? chosen.Steps, "steps"), working = TrainCommand.Positive(parsed.GetValue(threads), "threads");
            var settings = new TrainSettings(chosen, TrainCommand.Text(parsed.GetValue(corpus), byCharacter: chosen.Vocabulary == 0), all, parsed.GetValue(seed))
            {
                MicroBatches = TrainCommand.Positive(parsed.GetValue(accumulate), "accumulate"),
                Format = Format(parsed.GetValue(precision)!),
                Patience = parsed.GetValue(patience) is { } given ? TrainCommand.Positive(given, "patience") : null,
            };
            CheckpointPlan? plan = parsed.GetValue(checkpoint) is { } segments ? segments == 0 ? CheckpointPlan.Best(settings.Config.Layers) : CheckpointPlan.Of(settings.Config.Layers, segments) : null;
            string? named = parsed.GetValue(device);
            if (named is not null && parsed.GetResult(threads) is { Implicit: false })
                throw new ArgumentException($"--threads says how many threads of this processor, and --device {named} that it is another device");
            if (named is not null && (parsed.GetValue(memory) || parsed.GetValue(record) is not null))
                throw new ArgumentException($"{(parsed.GetValue(memory) ? "--memory measures this processor's memory" : "--record computes by the reference in double precision")}, which --device {named} is not for");
            if (parsed.GetValue(first) is { } few && parsed.GetValue(record) is null && !parsed.GetValue(published))
                throw new ArgumentException($"--first {few} needs --record or --as-published; --steps says how many steps a training has");
            if (recorded is not null)
                return Record(output, recorded, settings, TrainCommand.Positive(parsed.GetValue(first) ?? all, "first"));
            string? path = parsed.GetValue(folder);
            using TrainDevice computes = TrainDevice.Open(named, working);
            if (parsed.GetValue(published))
            {
                using TrainFolder? shown = path is null ? null : new TrainFolder(path);
                return PublishedRuns.Show(output, settings, computes.Operations, shown, parsed.GetValue(first) is { } begin ? TrainCommand.Positive(begin, "first") : null);
            }

            if (parsed.GetValue(memory))
                TrainMemory.Run(settings, working, plan, line => TrainCommand.Say(output, line));
            if (parsed.GetValue(sanity))
                return TrainSanity.Run(settings, computes.Operations, line => TrainCommand.Say(output, line)) ? 0 : 1;
            if (parsed.GetValue(memory))
                return 0;
            string form = parsed.GetValue(metrics)!;
            if (form is not ("csv" or "jsonl"))
                throw new ArgumentException($"metrics = {form} is outside {{csv, jsonl}}");
            var run = new TrainRun(settings, computes.Operations, TrainCommand.Positive(parsed.GetValue(every) ?? Math.Max(1, all / 8), "every")) { Plan = plan };
            bool goesOn = parsed.GetValue(resume);
            if (path is null && (goesOn || form == "jsonl" || parsed.GetValue(events)))
                throw new ArgumentException($"{(goesOn ? "--resume" : form == "jsonl" ? "--metrics" : "--tensorboard")} needs --out, the folder of the run");
            using TrainFolder? place = path is null ? null : new TrainFolder(path) { WritesJson = form == "jsonl", WritesEvents = parsed.GetValue(events) };
            place?.Require(goesOn);
            return Train(output, run, settings, place, parsed.GetValue(sample));
        });
        return command;
    }

    private static int Train(TextWriter output, TrainRun run, TrainSettings settings, TrainFolder? folder, int sample)
    {
        bool told = false;
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = told = true), end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = told = true);
        bool whole = Terminal.Progress(output, settings.Preset.Name, settings.Steps, step => run.Train(folder, line => TrainCommand.Say(output, line), () => step(1), () => Volatile.Read(ref told)));
        TrainCommand.Draw(output, run.Log.Losses(settings.Preset.Name, settings.Seed, settings.Steps), run.Log.Rates(settings.Preset.Name, settings.Steps));
        if (whole && sample > 0)
        {
            int[] written = TokenSampling.Continue(run.Gpt, settings.Beginning(), sample, Temperature, MostLikely, settings.Seed);
            output.WriteLine(settings.Tokenizer.DecodeText(written));
        }

        return whole ? 0 : 1;
    }

    private static int Record(TextWriter output, OutputFile file, TrainSettings settings, int steps)
    {
        using var lines = new StringWriter(CultureInfo.InvariantCulture);
        Terminal.Progress(output, settings.Preset.Name, steps, step =>
        {
            TrainRecord.Write(settings, Math.Min(steps, settings.Steps), lines, () => step(1));
            return 0;
        });
        OutputFile.Write(output, (file, lines.ToString));
        return 0;
    }

    private static GptPreset Find(string name) => GptPreset.All.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"preset = {name} is outside {{{string.Join(", ", GptPreset.All.Select(p => p.Name))}}}{NearNames.Question(name, GptPreset.All.Select(p => p.Name))}");

    private static PassFormat Format(string name) => name.ToLowerInvariant() switch
    {
        "float32" => PassFormat.Float32,
        "float16" => PassFormat.Float16,
        "bfloat16" => PassFormat.BFloat16,
        _ => throw new ArgumentException($"precision = {name} is outside {{float32, float16, bfloat16}}"),
    };
}
