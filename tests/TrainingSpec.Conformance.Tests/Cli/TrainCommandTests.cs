using System.Globalization;
using Spec.Cli.Training;
using TrainingSpec.Checking;
using TrainingSpec.Devices;
using TrainingSpec.Models;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>spec train</c> as a user runs it, on a small text.</summary>
public sealed class TrainCommandTests
{
    private const string Preset = "d1";
    private string _folder = "";
    private string _corpus = "";

    [OneTimeSetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("train").FullName;
        _corpus = Path.Combine(_folder, "corpus.txt");
        File.WriteAllText(_corpus, string.Concat(Enumerable.Range(0, 150).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} and {i + 1} make {i + i + 1}.\n"))));
    }

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void A_run_says_how_it_goes_and_leaves_its_files()
    {
        string run = Path.Combine(_folder, "run");
        (int code, string output, string error) = Run("--corpus", _corpus, "--steps", "4", "--every", "2", "--out", run, "--sample", "8");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("vocabulary 259").And.Contain("step 2/4: loss 5.").And.Contain("step 4/4: loss 5.").And.Contain("perplexity"));
        Assert.That(Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "checkpoint.safetensors", "loss.svg", "metrics.csv", "previous.safetensors", "rate.svg", "tokenizer.json" }));
        string[] rows = File.ReadAllLines(Path.Combine(run, "metrics.csv"));
        Assert.That(rows[0], Is.EqualTo("step,loss,rate,norm,validation"));
        Assert.That(rows.Skip(1).Select(r => r.Split(',')[0]), Is.EqualTo(new[] { "1", "2", "3", "4" }));
        Assert.That(rows.Skip(1).Select(r => r.Split(',')[4].Length > 0), Is.EqualTo(new[] { false, true, false, true }));

        // Two steps of warmup to 0.001, counted from 0; hold ends at 3 of 4.
        Assert.That(rows.Skip(1).Select(r => r.Split(',')[2]), Is.EqualTo(new[] { "0", "0.0005", "0.001", "0.001" }));

        (int again, _, string refused) = Run("--corpus", _corpus, "--steps", "4", "--out", run);
        Assert.That((again, refused), Is.EqualTo((2, $"spec: --out {run} has a checkpoint: --resume goes on from it; see spec train gpt --help{Environment.NewLine}")));
    }

    [Test]
    public void A_run_that_is_stopped_goes_on_to_the_bits_of_one_that_never_was_on_any_number_of_threads()
    {
        byte[] whole = Trained("whole", 2, null), parts = Trained("parts", 1, 2);
        Assert.That(parts, Is.EqualTo(whole));
    }

    [Test]
    [Rule("SAVED-RUNS-2")]
    public void A_damaged_checkpoint_and_one_of_another_run_are_refused_by_name()
    {
        string run = Path.Combine(_folder, "damaged"), checkpoint = Path.Combine(run, "checkpoint.safetensors");
        Run("--corpus", _corpus, "--steps", "2", "--every", "1", "--out", run);
        Assert.That(Run("--corpus", _corpus, "--steps", "3", "--out", run, "--resume"), Is.EqualTo((2, "", $"spec: {checkpoint}: the checkpoint is of a run with steps = 2 and not 3; the one before it is {Path.Combine(run, "previous.safetensors")}{Environment.NewLine}")));
        byte[] bytes = File.ReadAllBytes(checkpoint);
        bytes[^3] ^= 1;
        File.WriteAllBytes(checkpoint, bytes);
        (int code, _, string error) = Run("--corpus", _corpus, "--steps", "2", "--out", run, "--resume");
        Assert.That((code, error), Is.EqualTo((2, $"spec: {checkpoint}: the file of tensors is damaged: it has another checksum than its tensors; the one before it is {Path.Combine(run, "previous.safetensors")}{Environment.NewLine}")));
        Assert.That(File.ReadAllBytes(checkpoint), Is.EqualTo(bytes));

        // Who takes the damaged one away has the one before it still, and no new run writes over it.
        string previous = Path.Combine(run, "previous.safetensors");
        File.Delete(checkpoint);
        bytes = File.ReadAllBytes(previous);
        (code, _, error) = Run("--corpus", _corpus, "--steps", "2", "--out", run);
        Assert.That((code, error), Is.EqualTo((2, $"spec: --out {run} has previous.safetensors of another run: renamed to checkpoint.safetensors, --resume goes on from it; see spec train gpt --help{Environment.NewLine}")));
        (code, _, error) = Run("--corpus", _corpus, "--steps", "2", "--out", run, "--resume");
        Assert.That((code, error), Is.EqualTo((2, $"spec: --out {run} has no checkpoint to go on from; renamed to checkpoint.safetensors, previous.safetensors is one; see spec train gpt --help{Environment.NewLine}")));
        Assert.That(File.ReadAllBytes(previous), Is.EqualTo(bytes));
        File.Move(previous, checkpoint);
        (code, _, error) = Run("--corpus", _corpus, "--steps", "2", "--every", "1", "--out", run, "--resume");
        Assert.That((code, error), Is.EqualTo((0, "")));
    }

    [Test]
    public void A_text_of_many_bytes_to_a_character_is_gone_on_from()
    {
        string path = Path.Combine(_folder, "letters.txt");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("жаба и ёж ", 150)));
        (int code, string output, string error) = Run("--preset", "shakespeare-char", "--corpus", path, "--steps", "1", "--sample", "5");
        Assert.That(code, Is.Zero, error);
        Assert.That(output.TrimEnd('\n').Split('\n')[^1], Has.Length.EqualTo(5).And.Matches("^[абёжи ]{5}$"));
    }

    [Test]
    public void Two_runs_in_one_folder_are_refused()
    {
        string run = Path.Combine(_folder, "held");
        using var folder = new TrainFolder(run);
        (int code, _, string error) = Run("--corpus", _corpus, "--steps", "1", "--out", run);
        Assert.That((code, error), Is.EqualTo((2, $"spec: --out {run} is held by another run{Environment.NewLine}")));
    }

    [TestCase("--preset d9", "preset = d9 is outside {d1, d4, shakespeare-char}; did you mean d1 or d4?")]
    [TestCase("--steps 0", "steps = 0 is outside [1, inf)")]
    [TestCase("--threads 0", "threads = 0 is outside [1, inf)")]
    [TestCase("--precision float8", "precision = float8 is outside {float32, float16, bfloat16}")]
    [TestCase("--accumulate 0", "accumulate = 0 is outside [1, inf)")]
    [TestCase("--patience 0", "patience = 0 is outside [1, inf)")]
    [TestCase("--segments 3", "segments = 3 is outside [1, 2]")]
    [TestCase("--metrics xml", "metrics = xml is outside {csv, jsonl}")]
    [TestCase("--tensorboard", "--tensorboard needs --out, the folder of the run")]
    [TestCase("--resume", "--resume needs --out, the folder of the run")]
    public void Bad_input_is_one_line_and_exit_code_2(string args, string why)
    {
        (int code, _, string error) = Run(["--corpus", _corpus, .. args.Split(' ')]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"spec: {why}").And.Matches(@"^[^\n]*\n$"));
    }

    [TestCase("", "is empty")]
    [TestCase("too short", "the training text has 8 tokens, which is outside texts longer than the context of 64")]
    public void A_text_that_is_too_short_is_refused(string text, string why)
    {
        string path = Path.Combine(_folder, "short.txt");
        File.WriteAllText(path, text);
        (int code, _, string error) = Run("--corpus", path, "--steps", "1");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain(why).And.Matches(@"^[^\n]*\n$"));
    }

    // Stopped once after so many steps, then resumed.
    private byte[] Trained(string name, int threads, int? stopAfter)
    {
        string path = Path.Combine(_folder, name);
        var settings = new TrainSettings(GptPreset.All.Single(p => p.Name == Preset), File.ReadAllBytes(_corpus), 4, 7);
        for (bool whole = false; !whole; threads++)
        {
            int steps = 0;
            using var folder = new TrainFolder(path);
            whole = new TrainRun(settings, new CpuOperations(threads), 4).Train(folder, _ => { }, () => steps++, () => stopAfter is { } after && threads == 1 && steps == after - 1);
        }

        return File.ReadAllBytes(Path.Combine(path, "checkpoint.safetensors"));
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        string[] all = args.Contains("--preset") ? args : ["--preset", Preset, .. args];
        int code = global::Spec.Cli.CommandLine.Run(["train", "gpt", .. all], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
