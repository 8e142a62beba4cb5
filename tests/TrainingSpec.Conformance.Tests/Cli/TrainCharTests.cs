using System.Globalization;
using System.Text;
using Spec.Cli.Training;
using TrainingSpec.Checking;
using TrainingSpec.Models;
using TrainingSpec.Numbers;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>spec train char</c> as a user runs it, on a small text.</summary>
public sealed class TrainCharTests
{
    private const int Examples = 60, Epochs = 3;
    private static readonly byte[] Corpus = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 150).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} and {i + 1} make {i + i + 1}.\n"))));
    private string _folder = "";
    private string _corpus = "";

    private string[] Begin => ["--corpus", _corpus, "--examples", $"{Examples}", "--epochs", $"{Epochs}"];

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("train-char").FullName;
        _corpus = Path.Combine(_folder, "corpus.txt");
        File.WriteAllBytes(_corpus, Corpus);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void The_character_model_trains_in_both_orders()
    {
        string run = Path.Combine(_folder, "run");
        (int code, string said) = Char([.. Begin, "--out", run]);
        Assert.That(code, Is.Zero, said);
        Assert.That(said, Does.Contain("54 examples for training, 6 for validation").And.Match("Epoch 3: train_loss=[0-9.]+ \\(PPL=").And.Contain("the weights that are left have"));
        Assert.That(File.ReadAllLines(Path.Combine(run, "metrics.csv")), Has.Length.EqualTo(1 + Epochs));
        Assert.That(Directory.GetFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "checkpoint.safetensors", "loss.svg", "metrics.csv", "previous.safetensors" }));
        (_, said) = Char([.. Begin, "--by", "tensors", "--order", "compare", "--rate", "2"]);
        Assert.That(said, Does.Contain("in the order that works, the weights with clipping and without it are others").And.Contain("as printed, the weights with clipping and without it are the same bits"));
    }

    [TestCase("record")]
    [TestCase("tensors")]
    [Rule("SAVED-RUNS-1")]
    public void A_run_that_was_stopped_goes_on_to_the_bits_of_one_that_never_was(string by)
    {
        string whole = Path.Combine(_folder, "whole"), parts = Path.Combine(_folder, "parts");
        (int code, string said) = Char([.. Begin, "--by", by, "--out", whole]);
        Assert.That(code, Is.Zero, said);

        // What a run that was killed in its second epoch has left.
        if (by == "record")
            Leave<Real64>(parts, by, CharacterGradients.ByRecord);
        else
            Leave(parts, by, CharacterGradients.By(new TrainingSpec.Devices.ReferenceOperations<Real32>()));
        (code, string rest) = Char([.. Begin, "--by", by, "--out", parts, "--resume"]);
        Assert.That(code, Is.Zero, rest);
        Assert.That(rest, Does.Contain("goes on after epoch 1 of 3").And.Not.Contain("Epoch 1:").And.Contain("Epoch 2:"));
        Assert.That(rest[rest.IndexOf("ended after", StringComparison.Ordinal)..], Is.EqualTo(said[said.IndexOf("ended after", StringComparison.Ordinal)..]));
        foreach (string file in Directory.GetFiles(whole))
            Assert.That(File.ReadAllBytes(Path.Combine(parts, Path.GetFileName(file))), Is.EqualTo(File.ReadAllBytes(file)), file);
    }

    [Test]
    [Rule("SAVED-RUNS-2")]
    public void What_can_not_be_gone_on_from_is_refused_in_one_line()
    {
        string run = Path.Combine(_folder, "run"), checkpoint = Path.Combine(run, "checkpoint.safetensors"), previous = Path.Combine(run, "previous.safetensors");
        Refused(["--resume"], "--resume needs --out, the folder of the run");
        Refused(["--out", run, "--resume"], $"--out {run} has no checkpoint to go on from");
        Refused(["--out", run, "--order", "compare"], "--order compare trains four models, and --out is for one");
        Refused(["--order", "any"], "order = any is outside {working, printed, compare}; see spec train char --help");
        Refused(["--examples", "3"], "the text has 3 examples, which is outside texts with one for validation");
        Assert.That(Char([.. Begin, "--out", run]).Code, Is.Zero);
        Refused(["--out", run], $"--out {run} has a checkpoint: --resume goes on from it");
        foreach ((string option, string value, string why) in new[] { ("--seed", "2", "seed = 1 and not 2"), ("--rate", "1", "rate = 0.1 and not 1"), ("--order", "printed", "order = working and not printed"), ("--by", "tensors", "by = record and not tensors") })
            Refused(["--out", run, "--resume", option, value], $"{checkpoint}: the checkpoint is of a run with {why}; the one before it is {previous}");
        byte[] bytes = File.ReadAllBytes(checkpoint);
        bytes[^3] ^= 1;
        File.WriteAllBytes(checkpoint, bytes);
        Refused(["--out", run, "--resume"], $"{checkpoint}: the file of tensors is damaged: it has another checksum than its tensors; the one before it is {previous}");
        File.Delete(checkpoint);
        Refused(["--out", run], $"--out {run} has previous.safetensors of another run: renamed to checkpoint.safetensors, --resume goes on from it");
        Refused(["--out", run, "--resume"], $"--out {run} has no checkpoint to go on from; renamed to checkpoint.safetensors, previous.safetensors is one");

        void Refused(string[] args, string why)
        {
            (int code, string said) = Char([.. Begin.Where((_, i) => !args.Contains(Begin[i - i % 2])), .. args]);
            Assert.That(code, Is.EqualTo(2));
            Assert.That(said[said.IndexOf("spec: ", StringComparison.Ordinal)..], Does.StartWith($"spec: {why}").And.Matches(@"^[^\n]*\n$"));
        }
    }

    private void Leave<T>(string path, string by, CharacterPass<T> pass)
        where T : struct, IBinaryFormat<T>
    {
        var settings = new CharSettings(Corpus, Examples, new CharacterTraining { Epochs = Epochs });
        using var folder = new TrainFolder(path);
        settings.Run(settings.Options, pass, null, null, state =>
        {
            folder.Write(CharacterCheckpoint.Write(settings.Config, state, settings.Named(by)), []);
            return true;
        });
    }

    private static (int Code, string Said) Char(string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = global::Spec.Cli.CommandLine.Run(["train", "char", .. args], output, error);
        return (code, output.ToString() + error);
    }
}
