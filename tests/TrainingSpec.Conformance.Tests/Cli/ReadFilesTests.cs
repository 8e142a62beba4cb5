using System.Diagnostics;
using System.Runtime.Versioning;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>No result goes over what the command reads: neither over a file that the user named, by whatever links, nor among the claims and what is accepted.</summary>
[Platform(Exclude = "Win")]
[UnsupportedOSPlatform("windows")]
[NonParallelizable]
public sealed class ReadFilesTests
{
    private TemporaryCheckout _checkout = null!;
    private string _out = "";

    [SetUp]
    public void MakeFolders()
    {
        _checkout = new TemporaryCheckout(accepted: true);
        _out = Directory.CreateTempSubdirectory("read-files-").FullName;
    }

    [TearDown]
    public void RemoveFolders()
    {
        _checkout.Dispose();
        Directory.Delete(_out, recursive: true);
    }

    [TestCase("spec/claims", "verify", "--claim", "D4-071", "--json", "spec/claims/D4.json")]
    [TestCase("spec/claims", "verify", "--claim", "D4-071", "--json", "{link}")]
    [TestCase("spec/claims", "verify", "--claim", "D4-071", "--svg", "spec/../spec/claims/new.svg")]
    [TestCase("golden", "verify", "--claim", "D4-071", "--json", "golden/claims/D4.verdicts.verified.txt")]
    [TestCase("golden", "bench", "--json", "golden/figures.json")]
    [TestCase("golden", "experiment", "loss-curve", "--svg", "golden/pictures")]
    [TestCase("golden", "vectors", "dump", "golden/vectors/new")]
    [TestCase("golden", "train", "gpt", "--preset", "d1", "--corpus", "{corpus}", "--steps", "1", "--out", "golden/run")]
    [TestCase("golden", "train", "char", "--corpus", "{corpus}", "--epochs", "1", "--out", "golden/run")]
    [TestCase("golden", "train", "gpt", "--preset", "d1", "--corpus", "{corpus}", "--record", "golden/record")]
    public void Nothing_is_written_among_the_claims_and_what_is_accepted(string folder, params string[] args)
    {
        File.CreateSymbolicLink(At("claims"), Path.Combine(_checkout.Root, "spec", "claims"));
        File.CreateSymbolicLink(At("link"), "claims/D4.json");
        File.WriteAllText(At("corpus"), string.Concat(Enumerable.Repeat("one and one make two.\n", 150)));
        string[] given = [.. args.Select(a => a.Replace("{link}", At("link"), StringComparison.Ordinal).Replace("{corpus}", At("corpus"), StringComparison.Ordinal))];
        Dictionary<string, string> before = Files(_checkout.Root);
        (int code, _, string error) = TemporaryCheckout.Run(given);
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error, Does.StartWith("spec: ").And.Contains($" lies in {Path.Combine(_checkout.Root, folder)}, which commands read and results may not change").And.Matches(@"^[^\n]*\n$"));
        Assert.That(Files(_checkout.Root), Is.EqualTo(before));
        Assert.That(Directory.Exists(Path.Combine(_checkout.Root, "golden", "run")) || Directory.Exists(Path.Combine(_checkout.Root, "golden", "pictures")) || Directory.Exists(Path.Combine(_checkout.Root, "golden", "vectors")), Is.False);
    }

    // The scoreboard beside the chapters is what one command writes.
    [Test]
    public void No_chapter_is_written_over_and_a_page_beside_them_may_be()
    {
        string book = Path.Combine(_checkout.Root, "spec");
        foreach (string page in new[] { "adam.md", "scoreboard.md" })
            File.WriteAllText(Path.Combine(book, page), "precious");
        File.CreateSymbolicLink(At("link"), Path.Combine(book, "adam.md"));
        foreach (string place in new[] { "spec/adam.md", At("link") })
        {
            (int code, string output, string error) = TemporaryCheckout.Run("verify", "--claim", "D4-071", "--json", place);
            Assert.That((code, output, error), Is.EqualTo((2, "", $"spec: --json {place} is a chapter of {book}, which commands read and results may not change; see spec verify --help\n")));
        }

        Assert.That(File.ReadAllText(Path.Combine(book, "adam.md")), Is.EqualTo("precious"));
        Assert.That(TemporaryCheckout.Run("verify", "--claim", "D4-071", "--json", "spec/scoreboard.md").Code, Is.Zero);
        Assert.That(File.ReadAllText(Path.Combine(book, "scoreboard.md")), Does.StartWith("{"));
    }

    [TestCase("--expected", "conform", "--expected", "{in}", "--json", "{out}", "--", "false")]
    [TestCase("the command", "conform", "--smoke", "--junit", "{out}", "--", "cat", "{in}")]
    [TestCase("--matrix", "conform", "--matrix", "{in}", "--html", "{out}")]
    [TestCase("--check", "conform", "--matrix", "none.json", "--check", "{in}", "--markdown", "{out}")]
    [TestCase("--bugs", "conform", "--matrix", "none.json", "--bugs", "{in}", "--markdown", "{out}")]
    [TestCase("the command", "reveal", "--json", "{out}", "--", "cat", "{in}")]
    [TestCase("--python", "bench", "--quick", "--python", "{in}", "--json", "{out}")]
    [TestCase("--corpus", "verify", "--claim", "D4-071", "--whole", "--corpus", "{in}", "--json", "{out}")]
    [TestCase("--corpus", "verify", "--claim", "D4-071", "--whole", "--corpus", "{in}", "--svg", "{out}")]
    [TestCase("--corpus", "train", "gpt", "--preset", "d1", "--corpus", "{in}", "--record", "{out}")]
    public void No_result_goes_over_a_file_that_the_command_reads(string option, params string[] args)
    {
        foreach (string kind in new[] { "same", "symbolic", "hard", "folder" })
        {
            string file = At($"in-{kind}"), other = kind switch { "same" => file, "folder" => At($"linked/in-{kind}"), _ => At($"out-{kind}") };
            File.WriteAllText(file, "precious");
            if (kind == "symbolic")
                File.CreateSymbolicLink(other, file);
            else if (kind == "folder")
                File.CreateSymbolicLink(At("linked"), _out);
            else if (kind == "hard" && !HardLink(file, other))
                continue;
            string[] given = [.. args.Select(a => a.Replace("{in}", file, StringComparison.Ordinal).Replace("{out}", other, StringComparison.Ordinal))];
            (int code, string output, string error) = TemporaryCheckout.Run(given);
            Assert.That((code, output), Is.EqualTo((2, "")), error);
            Assert.That(error, Does.Contain($"{other} is the file that {option} {file} reads; see spec ").And.Matches(@"^spec: --[^\n]*\n$"));
            Assert.That((File.ReadAllText(file), File.ReadAllText(other)), Is.EqualTo(("precious", "precious")));
        }
    }

    [Test]
    public void No_run_writes_over_its_corpus()
    {
        string text = string.Concat(Enumerable.Repeat("one and one make two.\n", 150));
        foreach (string name in new[] { "checkpoint.safetensors", "previous.safetensors", "best.safetensors", "tokenizer.json", "metrics.csv", "metrics.jsonl", "loss.svg", "rate.svg", "published.csv", "published.svg", ".running" })
        {
            foreach (string[] args in new string[][] { ["gpt", "--preset", "d1", "--steps", "1"], ["gpt", "--preset", "d1", "--steps", "1", "--resume"], ["char", "--examples", "20", "--epochs", "1"] })
            {
                File.WriteAllText(At(name), text);
                (int code, string output, string error) = TemporaryCheckout.Run(["train", .. args, "--corpus", At(name), "--out", _out]);
                Assert.That((code, output), Is.EqualTo((2, "")), error);
                Assert.That(error, Does.StartWith($"spec: --out {_out} writes {name}, which is the file that --corpus {At(name)} reads; see spec train "));
                Assert.That(File.ReadAllText(At(name)), Is.EqualTo(text));
                Assert.That(Directory.GetFileSystemEntries(_out), Has.Length.EqualTo(1));
            }

            File.Delete(At(name));
        }
    }

    [Test]
    public void A_device_may_be_read_and_written()
    {
        (_, _, string error) = TemporaryCheckout.Run("conform", "--matrix", "none.json", "--check", "/dev/null", "--markdown", "/dev/null");
        Assert.That(error, Does.Not.Contain("is the file that").And.Contains("none.json"));
    }

    private static bool HardLink(string file, string name)
    {
        using Process process = Process.Start("ln", [file, name]);
        process.WaitForExit();

        // Only Linux says which names are one file's.
        return process.ExitCode == 0 && OperatingSystem.IsLinux();
    }

    private static Dictionary<string, string> Files(string root) =>
        Directory.GetFiles(root, "*", SearchOption.AllDirectories).ToDictionary(f => f, f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f))), StringComparer.Ordinal);

    private string At(string name) => Path.Combine(_out, name);
}
