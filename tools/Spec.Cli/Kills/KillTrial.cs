using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Spec.Cli.Training;
using TrainingSpec.Checking.Chapters;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Models;
using TrainingSpec.Tokenizers;

namespace Spec.Cli.Kills;

/// <summary>A command that writes, and a folder of ours in which it has something to write.</summary>
/// <param name="Name">What the user calls it.</param>
/// <param name="Watched">The folder, below ours, in which it writes.</param>
/// <param name="Prepare">Fills our folder from the checkout, so that the command would change what is there.</param>
/// <param name="Writer">The command.</param>
/// <param name="Reader">What runs after the kill: a command that only reads, where there is one that reads what was written.</param>
internal sealed record KillTrial(string Name, string Watched, Action<string, string> Prepare, Func<string, ProcessStartInfo> Writer, Func<string, ProcessStartInfo> Reader)
{
    /// <summary>Whether a file that is neither old nor new is whole all the same: what a command writes again and again has states between; null where there are none.</summary>
    public Func<string, byte[], bool>? IsWhole { get; init; }

    /// <summary>What of the files is compared, where they are others each time: files by name.</summary>
    public Func<Dictionary<string, byte[]>, Dictionary<string, byte[]>> See { get; init; } = files => files;

    // Any command that stands in a checkout finishes or undoes what was left there.
    private static readonly string[] Reading = ["explain", "D4-071"];

    private static readonly (string Option, string File)[] Reports = [("--json", "report.json"), ("--junit", "report.xml"), ("--markdown", "report.md"), ("--html", "report.html")];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KillTrial> All { get; } =
    [
        new("golden-accept", "golden", (checkout, folder) =>
        {
            OldGoldenFiles(checkout, folder);
            Run(Golden("regenerate", folder));
        }, folder => Golden("accept", folder), Reads),
        new("golden-regenerate", "golden", OldGoldenFiles, folder => Golden("regenerate", folder), Reads),
        new("plots", "spec", (checkout, folder) =>
        {
            Checkout(checkout, folder);
            foreach (string picture in Directory.GetFiles(Path.Combine(folder, "spec", "plots")))
                File.WriteAllText(picture, "old\n");
        }, folder => In(folder, Itself.With("plots")), Reads),
        new("verify", "out", (checkout, folder) =>
        {
            Checkout(checkout, folder);
            Directory.CreateDirectory(Path.Combine(folder, "out"));
            File.WriteAllText(Path.Combine(folder, "out", "verdicts.json"), "old\n");
            File.WriteAllText(Path.Combine(folder, "out", "verdicts.svg"), "old\n");
        }, Verifies, Verifies),
        new("new", ".", (checkout, folder) => Copy(checkout, folder), folder => In(folder, Itself.With("new", "kill-trial")), Reads),
        new("vectors-dump", "out", (checkout, folder) =>
        {
            Old(folder);
            Run(In(folder, Itself.With("vectors", "dump", "right")));
            foreach (string file in Directory.GetFiles(Path.Combine(folder, "right")))
                File.WriteAllText(Path.Combine(folder, "out", Path.GetFileName(file)), "old\n");
        }, Dumps, Dumps),
        new("conform", "out", (_, folder) => Old(folder, Array.ConvertAll(Reports, r => r.File)), Judges, Judges),
        new("conform-matrix", "out", (_, folder) =>
        {
            Old(folder, "board.md", "board.html");
            Run(Judges(folder));
            File.Move(Path.Combine(folder, "out", "report.json"), Path.Combine(folder, "report.json"));
            Array.ForEach(Reports[1..], r => File.Delete(Path.Combine(folder, "out", r.File)));
        }, SetsSideBySide, SetsSideBySide),
        new("reveal", "out", (_, folder) => Old(folder, "tree.json"), Reveals, Reveals),
        new("experiment", "out", (_, folder) => Old(folder, "curve.json", "loss-curve.svg", "loss-curve-2.svg"), Tries, Tries),
        new("bench", "out", (checkout, folder) =>
        {
            Copy(checkout, folder);
            Old(folder, "figures.json");
        }, Measures, Measures) { See = files => files.ToDictionary(f => f.Key, f => IsFigures(f.Value) ? "figures"u8.ToArray() : f.Value) },
        new("train", "out", Corpus, Trains, Trains) { IsWhole = IsWholeOfTraining, See = EventsTogether },
        new("train-record", "out", Corpus, Records, Records),
        new("train-published", "out", Corpus, ShowsPublished, ShowsPublished),
        new("train-char", "out", Corpus, TrainsCharacters, TrainsCharacters) { IsWhole = IsWholeOfTraining },
        new("chapters", "spec", OldChapters, folder => In(folder, new ProcessStartInfo(
            "dotnet", ["test", "tests/TrainingSpec.Conformance.Tests", "--no-build", "-p:WriteChapters=true", "--filter", "FullyQualifiedName~WrittenChapters"]) { RedirectStandardOutput = true, RedirectStandardError = true }), Reads),
    ];

    /// <summary>Runs a process to its end and returns its exit code and what it said.</summary>
    public static (int Code, string Said) Run(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + errors.Result);
    }

    // All topics but the two that take a run's time to be computed; how files are written is the same.
    private static ProcessStartInfo Golden(string command, string folder) => In(folder, Itself.With(["golden", command,
        .. Directory.GetDirectories(Path.Combine(folder, "golden")).Select(d => Path.GetFileName(d)!).Except(["claims", "vectors"]).Order(StringComparer.Ordinal)]));

    private static ProcessStartInfo Reads(string folder) => In(folder, Itself.With(Reading));

    private static ProcessStartInfo Verifies(string folder) =>
        In(folder, Itself.With("verify", "--claim", "D4-071", "--json", Path.Combine("out", "verdicts.json"), "--svg", Path.Combine("out", "verdicts.svg")));

    private static ProcessStartInfo Dumps(string folder) => In(folder, Itself.With("vectors", "dump", "out"));

    private static ProcessStartInfo Judges(string folder) =>
        In(folder, Itself.With(["conform", "--smoke", "--run", "SOFTMAX-1", .. Reports.SelectMany(r => new[] { r.Option, Path.Combine("out", r.File) }), "--", .. Itself.Words("oracle")]));

    private static ProcessStartInfo SetsSideBySide(string folder) =>
        In(folder, Itself.With("conform", "--matrix", "report.json", "--markdown", Path.Combine("out", "board.md"), "--html", Path.Combine("out", "board.html")));

    private static ProcessStartInfo Tries(string folder) => In(folder, Itself.With("experiment", "loss-curve", "--json", Path.Combine("out", "curve.json"), "--svg", "out"));

    private static ProcessStartInfo Measures(string folder) => In(folder, Itself.With("bench", "--quick", "--only", "memory", "--json", Path.Combine("out", "figures.json")));

    private static ProcessStartInfo Records(string folder) => In(folder, Itself.With("train", "gpt", "--preset", "d1", "--first", "1", "--corpus", "corpus.txt", "--record", Path.Combine("out", "record.jsonl")));

    private static ProcessStartInfo ShowsPublished(string folder) => In(folder, Itself.With("train", "gpt", "--preset", "d1", "--as-published", "--first", "5", "--corpus", "corpus.txt", "--out", "out"));

    private static ProcessStartInfo Reveals(string folder) =>
        In(folder, Itself.With(["reveal", "--run", "norm.l2*", "--count", "16", "--json", Path.Combine("out", "tree.json"), "--", .. Itself.Words("oracle")]));

    private static void Old(string folder, params string[] files)
    {
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        foreach (string file in files)
            File.WriteAllText(Path.Combine(folder, "out", file), "old\n");
    }

    private static void Corpus(string checkout, string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        File.WriteAllText(Path.Combine(folder, "corpus.txt"), string.Concat(Enumerable.Range(0, 150).Select(i => $"{i} and {i + 1} make {i + i + 1}.\n")));
    }

    private static ProcessStartInfo Trains(string folder) => GoesOn(folder, "gpt", "--preset", "d1", "--steps", "8", "--every", "1", "--patience", "8", "--threads", "1", "--metrics", "jsonl", "--tensorboard");

    private static ProcessStartInfo TrainsCharacters(string folder) => GoesOn(folder, "char", "--examples", "120", "--epochs", "6");

    // Where there is something to go on from: after any kill the end is the same.
    private static ProcessStartInfo GoesOn(string folder, params string[] of)
    {
        string[] begin = ["train", .. of, "--corpus", "corpus.txt", "--out", "out"];
        return In(folder, Itself.With(File.Exists(Path.Combine(folder, "out", "checkpoint.safetensors")) ? [.. begin, "--resume"] : begin));
    }

    // Each process has a file of its own, and one that goes on may say again what the one before it said: what counts is that no step is missing.
    private static Dictionary<string, byte[]> EventsTogether(Dictionary<string, byte[]> files)
    {
        Dictionary<string, byte[]> seen = files.Where(f => !IsEvents(f.Key)).ToDictionary();
        long[] steps = [.. files.Where(f => IsEvents(f.Key)).SelectMany(f => EventFile.Steps(f.Value)).Distinct().Order()];
        if (steps.Length > 0)
            seen.Add("events", Encoding.UTF8.GetBytes(string.Join(' ', steps)));
        return seen;
    }

    private static bool IsEvents(string name) => name.StartsWith("events.out.tfevents.", StringComparison.Ordinal);

    private static bool IsFigures(byte[] file)
    {
        try
        {
            return JsonDocument.Parse(file).RootElement.TryGetProperty("figures", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsWholeOfTraining(string name, byte[] bytes)
    {
        try
        {
            switch (Path.GetExtension(name))
            {
                case ".safetensors": Safetensors.Read(bytes, name); break;
                case ".svg": return bytes.AsSpan().EndsWith("</svg>\n"u8);
                case ".csv" or ".jsonl": return bytes.Length == 0 || bytes[^1] == '\n';
                case ".json": TokenizerFile.Parse(Encoding.UTF8.GetString(bytes), name); break;
            }

            return true;
        }
        catch (Exception e) when (e is TensorFileException or TokenizerException)
        {
            return false;
        }
    }

    private static ProcessStartInfo In(string folder, ProcessStartInfo start)
    {
        start.WorkingDirectory = folder;
        start.Environment.Remove("CI");
        return start;
    }

    private static void Checkout(string checkout, string folder)
    {
        File.WriteAllText(Path.Combine(folder, "Spec.sln"), "");
        Copy(Path.Combine(checkout, "golden"), Path.Combine(folder, "golden"));
        Copy(Path.Combine(checkout, "spec"), Path.Combine(folder, "spec"));
    }

    private static void OldGoldenFiles(string checkout, string folder)
    {
        Checkout(checkout, folder);
        foreach (string file in Directory.GetFiles(Path.Combine(folder, "golden"), "*.verified.*", SearchOption.AllDirectories))
            File.WriteAllText(file, Path.GetExtension(file) == ".json" ? "{\n  \"old\": 1\n}\n" : "old\n");
    }

    private static void OldChapters(string checkout, string folder)
    {
        Copy(checkout, folder);
        foreach (string file in Directory.GetFiles(Path.Combine(folder, "spec"), "*.md").Where(TableOfContents.IsChapter))
        {
            string text = File.ReadAllText(file), topic = Path.GetFileNameWithoutExtension(file);
            Chapter chapter = ChapterParser.Parse(topic, text);
            File.WriteAllText(file, ChapterText.Fill(topic, text, chapter.Blocks.ToDictionary(b => b.Line, b => b.Kind == ChapterBlockKind.Hyperparameters ? "| old |\n" : "old\n"), new Dictionary<int, string>(), chapter.LastLine).Text);
        }

        ProcessStartInfo build = new("dotnet", ["build", "tests/TrainingSpec.Conformance.Tests", "-v", "q", "--nologo", "-p:WriteChapters=true"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (int code, string said) = Run(In(folder, build));
        if (code != 0)
            throw new GoldenException($"The copy of the checkout does not build: {said.Trim()}");
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (string inner in Directory.GetDirectories(from).Where(d => Path.GetFileName(d) is not (".git" or "bin" or "obj" or "artifacts" or "TestResults")))
            Copy(inner, Path.Combine(to, Path.GetFileName(inner)));
    }
}
