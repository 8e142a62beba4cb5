using System.Diagnostics;
using System.Runtime.Versioning;
using Spec.Cli.Training;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>The files of <c>spec train --out</c> go where their names lead, and a name that is no file's is refused before the training.</summary>
[Platform(Exclude = "Win")]
[UnsupportedOSPlatform("windows")]
public sealed class TrainFolderTests
{
    private string _folder = "";
    private string _run = "";

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("train-folder-").FullName;
        _run = Directory.CreateDirectory(Path.Combine(_folder, "run")).FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "far"));
        File.WriteAllText(Path.Combine(_folder, "corpus.txt"), string.Concat(Enumerable.Repeat("one and one make two.\n", 150)));
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Files_are_replaced_through_links_and_the_links_stay()
    {
        string[] names = ["checkpoint.safetensors", "previous.safetensors", "metrics.csv", "loss.svg"];
        foreach (string name in names)
            File.CreateSymbolicLink(Path.Combine(_run, name), $"../far/{name}");
        File.WriteAllText(Path.Combine(_folder, "far", "metrics.csv"), "old");
        (int code, string said) = Train("gpt", "--preset", "d1", "--steps", "2", "--every", "1");
        Assert.That(code, Is.Zero, said);
        foreach (string name in names)
        {
            Assert.That(new FileInfo(Path.Combine(_run, name)).LinkTarget, Is.EqualTo($"../far/{name}"));
            Assert.That(new FileInfo(Path.Combine(_folder, "far", name)), Has.Length.GreaterThan(3), name);
        }

        Assert.That(File.ReadAllLines(Path.Combine(_folder, "far", "metrics.csv")), Has.Length.EqualTo(3));
        (code, said) = Train("gpt", "--preset", "d1", "--steps", "2", "--every", "1", "--resume");
        Assert.That(code, Is.Zero, said);
    }

    [TestCase("folder")]
    [TestCase("pipe")]
    [TestCase("/dev/full")]
    [TestCase("/dev/stdout")]
    [Platform("Linux")]
    public void A_name_that_is_no_files_is_refused_before_the_training(string kind)
    {
        foreach (string name in new[] { "checkpoint.safetensors", "previous.safetensors", "best.safetensors", "tokenizer.json", "metrics.csv", "metrics.jsonl", "loss.svg", "rate.svg", "published.csv", "published.svg" })
        {
            string path = Path.Combine(_run, name);
            if (kind == "folder")
                Directory.CreateDirectory(path);
            else if (kind == "pipe")
                MakePipe(path);
            else
                File.CreateSymbolicLink(path, kind);
            foreach (string[] args in new string[][] { ["gpt", "--preset", "d1", "--steps", "1"], ["char", "--examples", "10", "--epochs", "1"], ["gpt", "--preset", "d1", "--as-published", "--first", "1"], ["gpt", "--preset", "d1", "--steps", "1", "--resume"] })
            {
                (int code, string said) = Train(args);
                Assert.That(code, Is.EqualTo(2), said);
                Assert.That(said[said.IndexOf("spec: ", StringComparison.Ordinal)..], Does.StartWith($"spec: --out {_run} has {name}, which is a folder, a pipe or a device and no file").And.Matches(@"^[^\n]*\n$"));
                Assert.That(Directory.GetFileSystemEntries(_run), Is.EqualTo(new[] { path }));
            }

            if (kind == "folder")
                Directory.Delete(path);
            else
                File.Delete(path);
        }
    }

    [TestCase(new byte[] { 0xE9 }, 6)]
    [TestCase(new byte[] { 0xC3, 0xA9, 0xE2, 0x82 }, 8)]
    [TestCase(new byte[] { 0xED, 0xA0, 0x80 }, 6)]
    public void A_corpus_that_is_no_text_is_refused_where_characters_are_read_and_bytes_are_trained_on(byte[] bytes, int at)
    {
        string corpus = Path.Combine(_folder, "corpus.txt"), text = string.Concat(Enumerable.Repeat("one and one make two.\n", 150));
        File.WriteAllBytes(corpus, [.. "one a "u8, .. bytes, .. System.Text.Encoding.UTF8.GetBytes(text)]);
        foreach (string kind in new[] { "gpt", "char" })
        {
            (int code, string said) = Train([kind, .. kind == "gpt" ? (string[])["--preset", "shakespeare-char", "--steps", "1"] : ["--examples", "20", "--epochs", "1"]]);
            Assert.That((code, said), Is.EqualTo((2, $"spec: --corpus {corpus} is no UTF-8 at byte {at}; see spec train {kind} --help\n")));
            Assert.That(Directory.GetFileSystemEntries(_run), Is.Empty);
        }

        (int trained, string why) = Train("gpt", "--preset", "d1", "--steps", "1");
        Assert.That(trained, Is.Zero, why);
    }

    [TestCase("tokenizer.json", "gpt", "--preset", "d1", "--steps", "2", "--every", "1")]
    [TestCase("metrics.csv", "gpt", "--preset", "d1", "--steps", "2", "--every", "1")]
    [TestCase("loss.svg", "gpt", "--preset", "d1", "--steps", "2", "--every", "1")]
    [TestCase("metrics.jsonl", "gpt", "--preset", "d1", "--steps", "2", "--every", "1", "--metrics", "jsonl")]
    [TestCase("metrics.csv", "char", "--examples", "20", "--epochs", "1")]
    [TestCase("loss.svg", "char", "--examples", "20", "--epochs", "1")]
    public void What_is_damaged_beside_the_checkpoint_of_a_finished_run_is_written_anew_and_said(string name, params string[] args)
    {
        string file = Path.Combine(_run, name);
        (int code, string said) = Train(args);
        Assert.That(code, Is.Zero, said);
        string right = Right();
        (code, said) = Train([.. args, "--resume"]);
        Assert.That((code, Right()), Is.EqualTo((0, right)), said);
        Assert.That(said, Does.Not.Contain("written anew"));
        foreach (string? damaged in new[] { "{}", right[..^3], null })
        {
            File.Delete(file);
            if (damaged is not null)
                File.WriteAllText(file, damaged);
            (code, said) = Train([.. args, "--resume"]);
            Assert.That((code, Right()), Is.EqualTo((0, right)), said);
            Assert.That(said, Does.Contain($"{name} was damaged or missing, and written anew from the checkpoint\n"));
        }

        // The seconds of a step are no part of a checkpoint.
        string Right() => System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file), ",\"seconds\":[^}]*", "");
    }

    [Test]
    public void Two_files_in_one_place_and_a_link_into_no_folder_are_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_run, "previous.safetensors"), "checkpoint.safetensors");
        Assert.That(() => new TrainFolder(_run), Throws.ArgumentException.With.Message.EqualTo($"--out {_run} has checkpoint.safetensors and previous.safetensors in one place"));
        File.Delete(Path.Combine(_run, "previous.safetensors"));
        File.CreateSymbolicLink(Path.Combine(_run, "metrics.csv"), "../none/metrics.csv");
        Assert.That(() => new TrainFolder(_run), Throws.ArgumentException.With.Message.EqualTo($"--out {_run} has metrics.csv, which leads into no folder that exists"));
    }

    [Test]
    public void The_folder_is_where_the_kernel_goes()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "far", "deep"));
        File.CreateSymbolicLink(Path.Combine(_folder, "d"), "far/deep");
        using var folder = new TrainFolder(Path.Combine(_folder, "d", "..", "new"));
        Assert.That(Directory.Exists(Path.Combine(_folder, "far", "new")), Is.True);
    }

    [Test]
    public void A_folder_that_was_made_goes_where_nothing_came_into_it_and_one_that_was_there_stays()
    {
        string made = Path.Combine(_folder, "a", "b");
        new TrainFolder(made).Dispose();
        new TrainFolder(_run).Dispose();
        Assert.That(Directory.Exists(Path.Combine(_folder, "a")), Is.False);
        Assert.That(Directory.Exists(_run), Is.True);
        using (var folder = new TrainFolder(made))
            folder.Write([("metrics.csv", "some")]);
        Assert.That(File.ReadAllText(Path.Combine(made, "metrics.csv")), Is.EqualTo("some"));
    }

    private static void MakePipe(string path)
    {
        using Process process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
    }

    private (int Code, string Said) Train(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = global::Spec.Cli.CommandLine.Run(["train", .. args, "--corpus", Path.Combine(_folder, "corpus.txt"), "--out", _run], output, error);
        return (code, output.ToString() + error);
    }
}
