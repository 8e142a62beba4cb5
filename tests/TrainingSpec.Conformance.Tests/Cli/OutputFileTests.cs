using System.Diagnostics;
using System.Runtime.Versioning;
using Spec.Cli;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>A result goes where the user said: through links, into pipes and devices, to standard output; and a file is replaced whole or not at all.</summary>
[Platform(Exclude = "Win")]
[UnsupportedOSPlatform("windows")]
public sealed class OutputFileTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("output-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_file_is_replaced_through_links_and_keeps_its_rights()
    {
        File.WriteAllText(At("target"), "old");
        File.SetUnixFileMode(At("target"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(At("link"), "target");
        File.CreateSymbolicLink(At("outer"), At("link"));
        Write("outer", "new");
        Assert.That(File.ReadAllText(At("target")), Is.EqualTo("new"));
        Assert.That(new FileInfo(At("outer")).LinkTarget, Is.EqualTo(At("link")));
        Assert.That(new FileInfo(At("link")).LinkTarget, Is.EqualTo("target"));
        Assert.That(File.GetUnixFileMode(At("target")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(Names(), Is.EqualTo(new[] { "link", "outer", "target" }));
    }

    [Test]
    public void A_link_to_nothing_makes_what_it_points_to()
    {
        File.CreateSymbolicLink(At("link"), "target");
        Write("link", "new");
        Assert.That(File.ReadAllText(At("target")), Is.EqualTo("new"));
        Assert.That(new FileInfo(At("link")).LinkTarget, Is.EqualTo("target"));
    }

    [Test]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(At("a"), "b");
        File.CreateSymbolicLink(At("b"), "a");
        Assert.That(() => OutputFile.Of("--json", At("a")), Throws.TypeOf<IOException>().With.Message.Contain("--json " + At("a")).And.Message.Contain("more than 40 links"));
    }

    [Test]
    public void A_link_in_a_linked_folder_leads_where_the_kernel_goes()
    {
        Directory.CreateDirectory(At("real/deep"));
        File.CreateSymbolicLink(At("d"), "real/deep");
        File.CreateSymbolicLink(At("real/deep/l"), "../t");
        File.WriteAllText(At("t"), "precious");
        File.WriteAllText(At("real/t"), "old");
        Write("d/l", "new");
        Assert.That((File.ReadAllText(At("t")), File.ReadAllText(At("real/t"))), Is.EqualTo(("precious", "new")));
        Write("d/../u", "up");
        Assert.That(File.Exists(At("u")), Is.False);
        Assert.That(File.ReadAllText(At("real/u")), Is.EqualTo("up"));
        Assert.That(() => OutputFile.RefuseSame(OutputFile.Of("--json", At("d/x")), OutputFile.Of("--svg", At("real/deep/x"))), Throws.ArgumentException.With.Message.Contain("are one place"));
        Assert.That(() => OutputFile.Of("--json", At("none/../u")), Throws.ArgumentException.With.Message.Contain("lies in no folder that exists"));
        Assert.That(() => OutputFile.Of("--json", At("d/..")), Throws.ArgumentException.With.Message.Contain("is a folder"));
    }

    [Test]
    public void A_pipe_gets_the_text_and_stays_a_pipe()
    {
        MakePipe("pipe");
        Task<string> read = Task.Run(() => File.ReadAllText(At("pipe")));
        Write("pipe", "new");
        Assert.That(read.Wait(10 * Second), Is.True);
        Assert.That(read.Result, Is.EqualTo("new"));
        Assert.That(FileKind.IsPlain(At("pipe")), Is.False);
        Assert.That(Names(), Is.EqualTo(new[] { "pipe" }));
    }

    [Test]
    public void A_pipe_without_a_reader_is_refused_after_a_while()
    {
        MakePipe("pipe");
        OutputFile pipe = OutputFile.Of("--json", At("pipe"), 0.1 * Second)!;
        Assert.That(() => OutputFile.Write(TextWriter.Null, (pipe, () => "new")), Throws.TypeOf<IOException>().With.Message.Contain("nobody has read from the pipe for 0.1 s"));
        using FileStream late = new(At("pipe"), FileMode.Open, FileAccess.ReadWrite);
    }

    [Test]
    public void A_device_stays_a_device()
    {
        Write("/dev/null", "new");
        Assert.That(FileKind.IsPlain("/dev/null"), Is.False);
    }

    [Test]
    public void A_full_device_is_said_to_be_full()
    {
        if (!File.Exists("/dev/full")) Assert.Ignore("There is no /dev/full here.");
        Assert.That(
            () => Write("/dev/full", "new"),
            Throws.TypeOf<IOException>().With.Message.StartWith("--json /dev/full can't be written, no file was changed: No space left on device"));
        Assert.That(Directory.GetFiles("/dev", "full*"), Is.EqualTo(new[] { "/dev/full" }));
    }

    [TestCase("-")]
    [TestCase("/dev/stdout")]
    [TestCase("/dev/fd/1")]
    [TestCase("/proc/self/fd/1")]
    [TestCase("/proc/thread-self/fd/1")]
    [TestCase("/dev/../dev/./stdout")]
    [Platform("Linux")]
    public void Standard_output_is_written_and_no_file_of_that_name(string path)
    {
        using StringWriter output = new();
        OutputFile file = OutputFile.Of("--json", path)!;
        OutputFile.Write(output, (file, () => "new"));
        Assert.That(file.IsStandardOutput, Is.True);
        Assert.That(output.ToString(), Is.EqualTo("new"));
        Assert.That(File.Exists("-"), Is.False);
    }

    [Test]
    [Platform("Linux")]
    public void A_descriptor_that_nobody_handed_over_is_refused_before_the_work()
    {
        using FileStream own = new(At("own"), FileMode.Create, FileAccess.Write);
        int number = (int)own.SafeFileHandle.DangerousGetHandle();
        foreach (string path in new[] { $"/dev/fd/{number}", $"/proc/self/fd/{number}", "/dev/fd/999999" })
            Assert.That(() => OutputFile.Of("--json", path), Throws.ArgumentException.With.Message.EqualTo($"--json {path} is no file that was opened for this command"));
    }

    [Test]
    [Category(Deep.Category)]
    [Platform("Linux")]
    public void What_a_shell_hands_over_is_written_and_each_other_descriptor_is_refused_in_one_line()
    {
        string spec = $"dotnet {typeof(CommandLine).Assembly.Location} verify --claim D4-071 --json";
        string few = string.Join(' ', Enumerable.Range(3, 6).Concat([10, 12, 13, 20, 30]));
        string command = $"cd {_folder}; for n in $(ls /proc/self/fd); do [ $n -gt 2 ] && [ $n -lt 250 ] && eval \"exec $n>&-\"; done; "
            + $"{spec} /dev/fd/9 9>file >report; echo $?; {spec} /proc/self/fd/9 9>&1 >>report | cat >pipe; {spec} >(cat >substituted) >>report; "
            + $"echo before >both; {spec} /dev/fd/9 >>both 9>&1; {spec} /dev/fd/9 >whole 9>&1; echo kept >appended; {spec} /dev/fd/9 9>>appended >>report; "
            + $"for n in {few}; do {spec} /dev/fd/$n >>report; echo $?; done; {spec} /dev/fd/9 9<file >>report; echo $?";
        (_, string output, string error) = Shell("bash", "-c", command);
        Assert.That(output, Is.EqualTo("0\n" + string.Concat(Enumerable.Repeat("2\n", 12))), error);
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(12).And.All.Matches("^spec: --json /dev/fd/[0-9]+ is (no file that was opened for this command|open for reading alone); see spec verify --help$"));
        string json = File.ReadAllText(At("file"));
        Assert.That(json, Does.StartWith("{\n").And.EndsWith("}\n"));
        Assert.That(() => File.ReadAllText(At("substituted")), Is.EqualTo(json).After(2).Seconds.PollEvery(50));
        Assert.That((File.ReadAllText(At("pipe")), File.ReadAllText(At("appended"))), Is.EqualTo((json, "kept\n" + json)));

        // A file that standard output shares: what is said after the result stands behind it.
        string both = File.ReadAllText(At("whole"));
        Assert.That(both, Does.Contain(json).And.EndsWith("All verdicts are the accepted ones.\n"));
        Assert.That(File.ReadAllText(At("both")), Is.EqualTo("before\n" + both));
    }

    [Test]
    public void Two_results_in_one_place_are_refused()
    {
        File.WriteAllText(At("target"), "old");
        File.CreateSymbolicLink(At("link"), "target");
        Assert.That(() => OutputFile.RefuseSame(OutputFile.Of("--json", At("target")), OutputFile.Of("--svg", At("link"))), Throws.ArgumentException.With.Message.Contain("are one place"));
        Assert.That(() => OutputFile.RefuseSame(OutputFile.Of("--json", "-"), OutputFile.Of("--svg", "/dev/fd/1")), Throws.ArgumentException.With.Message.Contain("are one place"));
        OutputFile.RefuseSame(OutputFile.Of("--json", "-"), null, OutputFile.Of("--svg", At("x")), OutputFile.Of("--svg", At("y")));
    }

    [Test]
    public void Where_one_of_two_places_cannot_be_written_the_other_does_not_change()
    {
        File.WriteAllText(At("one"), "old");
        OutputFile one = OutputFile.Of("--json", At("one"))!, two = OutputFile.Of("--svg", At("two"))!;
        Directory.CreateDirectory(At("two"));
        Assert.That(() => OutputFile.Write(TextWriter.Null, (one, () => "new"), (two, () => "new")), Throws.TypeOf<IOException>().With.Message.Contain(At("two")).And.Message.Contain("nothing was changed"));
        Assert.That(File.ReadAllText(At("one")), Is.EqualTo("old"));
        Assert.That(Names(), Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public void What_is_read_only_is_refused_before_the_work()
    {
        File.WriteAllText(At("file"), "old");
        File.SetUnixFileMode(At("file"), UnixFileMode.UserRead);
        Assert.That(() => OutputFile.Of("--json", At("file")), Throws.TypeOf<IOException>().With.Message.Contain("is read-only"));
        File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.That(() => OutputFile.Of("--json", At("new")), Throws.TypeOf<IOException>().With.Message.Contain("lies in a folder that is read-only"));
        }
        finally
        {
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestCase("vectors", "dump", "{ro}/sub")]
    [TestCase("vectors", "dump", "{ro}/sub/deep")]
    [TestCase("experiment", "loss-curve", "--svg", "{ro}/sub")]
    [TestCase("train", "gpt", "--preset", "d1", "--steps", "1", "--out", "{ro}/sub")]
    [TestCase("train", "gpt", "--preset", "d1", "--steps", "1", "--out", "{ro}")]
    [TestCase("train", "char", "--epochs", "1", "--examples", "20", "--out", "{ro}/sub")]
    public void No_folder_is_made_in_one_that_is_read_only(params string[] args)
    {
        string closed = Directory.CreateDirectory(At("ro")).FullName;
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            using StringWriter output = new(), error = new();
            int code = CommandLine.Run([.. args.Select(a => a.Replace("{ro}", closed, StringComparison.Ordinal))], output, error);
            Assert.That(code, Is.EqualTo(2), error.ToString());
            Assert.That(error.ToString(), Does.StartWith("spec: ").And.Contains(closed).And.Matches(@"^[^\n]* (lies in a folder that is|is) read-only\n$"));
            Assert.That(Directory.GetFileSystemEntries(closed), Is.Empty);
        }
        finally
        {
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Test]
    public void What_a_killed_run_left_is_swept_and_what_a_living_one_holds_is_not()
    {
        ReplacedFile living = ReplacedFile.Stage(At("target"), "living"u8.ToArray());
        string held = Names().Single();
        File.WriteAllText(At(held[..^1] + "x"), "left by a killed run");
        File.WriteAllText(At(".spec-something-else"), "not ours");
        Write("target", "new");
        Assert.That(Names(), Is.EqualTo(new[] { held, ".spec-something-else", "target" }.Order(StringComparer.Ordinal)));
        ReplacedFile.PutInPlace([living]);
        living.Dispose();
        Assert.That(File.ReadAllText(At("target")), Is.EqualTo("living"));
    }

    [Test]
    [Platform("Linux")]
    public void A_full_disk_is_said_to_be_full_and_nothing_is_left_on_it()
    {
        // In a name space of its own the small disk is nobody else's, and goes with the process.
        string command = $"mount -t tmpfs -o size=8k none {_folder} || exit 77; echo old > {_folder}/x; head -c 4096 /dev/zero > {_folder}/fill; "
            + $"dotnet {typeof(CommandLine).Assembly.Location} verify --claim D4-071 --json {_folder}/x > /dev/null; echo $?; cat {_folder}/x; ls -A {_folder}";
        (int code, string output, string error) = Shell("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command);
        if (code == 77 || error.StartsWith("unshare:", StringComparison.Ordinal)) Assert.Ignore("a small disk of one's own needs user name spaces, which this machine does not give: " + error);
        Assert.That(error.TrimEnd(), Is.EqualTo($"spec: --json {_folder}/x can't be written, nothing was changed: No space left on device : '{_folder}/x'"));
        Assert.That(output, Is.EqualTo("2\nold\nfill\nx\n"));
    }

    [Test]
    [Platform("Linux")]
    [Category(Deep.Category)]
    public void On_a_full_disk_no_folder_that_a_command_made_is_left_and_one_that_was_there_is()
    {
        File.WriteAllText(At("corpus"), string.Concat(Enumerable.Repeat("one and one make two.\n", 150)));
        Directory.CreateDirectory(At("full"));
        string spec = $"dotnet {typeof(CommandLine).Assembly.Location}";
        string command = $"cd {_folder}; mount -t tmpfs -o size=8k none full || exit 77; mkdir full/there; head -c 8192 /dev/zero > full/fill; "
            + string.Concat(new[] { "vectors dump full/v/w", "experiment loss-logging --svg full/ex --json full/a.json", "train gpt --preset d1 --corpus corpus --steps 1 --out full/run", "train gpt --preset d1 --corpus corpus --steps 1 --out full/there" }.Select(c => $"{spec} {c} > /dev/null; echo $?; "))
            + "find full | sort";
        (int code, string output, string error) = Shell("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command);
        if (code == 77 || error.StartsWith("unshare:", StringComparison.Ordinal)) Assert.Ignore("a small disk of one's own needs user name spaces, which this machine does not give: " + error);
        Assert.That(output, Is.EqualTo("2\n2\n2\n2\nfull\nfull/fill\nfull/there\n"), error);
        Assert.That(error.TrimEnd().Split('\n'), Has.Length.EqualTo(4).And.All.Contains("No space left on device"));
    }

    private static (int Code, string Output, string Error) Shell(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private void MakePipe(string name) => Assert.That(Shell("mkfifo", At(name)).Code, Is.Zero);

    private void Write(string name, string text) => OutputFile.Write(TextWriter.Null, (OutputFile.Of("--json", At(name)), () => text));

    private string At(string name) => Path.Combine(_folder, name);

    private string[] Names() => [.. Directory.GetFileSystemEntries(_folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
