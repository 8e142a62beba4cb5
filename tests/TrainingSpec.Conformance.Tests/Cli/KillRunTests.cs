using System.CommandLine;
using System.Diagnostics;
using Spec.Cli;
using Spec.Cli.Kills;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>spec kill</c> notices a command that leaves half of its work, and one that leaves files behind.</summary>
[Platform("Linux,MacOsX")]
public sealed class KillRunTests
{
    [TestCase("mkdir out/.unfinished; echo new > out/a; sleep 0.3; echo new > out/b; rmdir out/.unfinished", "neither all old nor all new")]
    [TestCase("mkdir out/.unfinished; printf n > out/a; sleep 0.3; printf ew > out/a; echo new > out/b; rmdir out/.unfinished", "a is half written", Category = Deep.Category)]
    [TestCase("touch out/.spec-1; sleep 0.3; echo new > out/c; mv out/c out/a; mv out/.spec-1 out/b", "neither all old nor all new", Category = Deep.Category)]
    public void A_command_that_does_half_is_noticed(string command, string fault)
    {
        KillTrial trial = new("half", "out", Prepare, folder => Shell(folder, command), folder => Shell(folder, "true"));
        using KillRun run = new(trial, "");

        // Where is killed is the machine's part; on a busy one it can take some more.
        Assert.That(Enumerable.Range(1, 20).SelectMany(seed => run.Run(2, new Random(seed), () => { }).Faults), Has.Some.Contains(fault));
    }

    [Test]
    public void A_command_that_does_all_or_nothing_has_no_fault()
    {
        KillTrial trial = new("whole", "out", Prepare, folder => Shell(folder, "echo new > out/.spec-1; sleep 0.1; mv out/.spec-1 out/a"), folder => Shell(folder, "rm -f out/.spec-1"));
        using KillRun run = new(trial, "");
        KillReport report = run.Run(6, new Random(1), () => { });
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.Old + report.New, Is.EqualTo(6));
    }

    [Test]
    public void What_is_compared_is_what_the_trial_sees()
    {
        // The process's number is in the name and in the file, as in a trainer's events; the last record is cut off at some kills.
        static Dictionary<string, byte[]> Together(Dictionary<string, byte[]> files) =>
            new() { ["events"] = [.. files.Where(f => f.Key.StartsWith("e-", StringComparison.Ordinal)).SelectMany(f => f.Value).Where(b => b is >= (byte)'a' and <= (byte)'z').Distinct().Order()] };
        KillTrial trial = new("events", "out", Prepare, folder => Shell(folder, "printf a$$ > out/e-$$; sleep 0.1; printf b >> out/e-$$"), folder => Shell(folder, "printf ab$$ > out/e-$$"))
        {
            See = Together,
            IsWhole = (_, _) => true,
        };
        using KillRun run = new(trial, "");
        KillReport report = run.Run(6, new Random(1), () => { });
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.New, Is.EqualTo(6));
    }

    [Test]
    public void A_command_that_writes_nothing_is_refused()
    {
        KillTrial trial = new("nothing", "out", Prepare, folder => Shell(folder, "true"), folder => Shell(folder, "true"));
        Assert.That(() => new KillRun(trial, ""), Throws.TypeOf<GoldenException>().With.Message.Contain("nothing left everything as it was"));
    }

    // What a command reads or is told by name. Any other text says where it writes.
    private static readonly string[] Told =
        ["--after", "--bugs", "--by", "--check", "--corpus", "--culture", "--device", "--expected", "--family", "--metrics", "--only", "--order", "--precision", "--preset", "--python", "--section", "--wrong"];

    [Test]
    public void Every_option_that_says_where_to_write_is_in_a_trial()
    {
        string folder = Directory.CreateTempSubdirectory("kill-trials-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "golden"));
            IReadOnlyList<string>[] trials = [.. KillTrial.All.Select(t => (IReadOnlyList<string>)[.. t.Writer(folder).ArgumentList])];
            (string[] Command, string Option)[] written = [.. Options(CommandLine.Commands(TextWriter.Null, TextWriter.Null).Root, []).Where(o => !Told.Contains(o.Option))];
            Assert.That(written.Select(w => w.Option).Distinct(), Is.SupersetOf(new[] { "--json", "--svg", "--out", "--record", "--html" }));
            Assert.That(written.Where(w => !trials.Any(words => w.Command.Append(w.Option).All(words.Contains))).Select(w => string.Join(' ', w.Command) + " " + w.Option), Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string[] Command, string Option)> Options(Command command, string[] path) =>
    [
        .. command.Options.Where(o => o.ValueType == typeof(string)).Select(o => (path, o.Name)),
        .. command.Subcommands.SelectMany(c => Options(c, [.. path, c.Name])),
    ];

    private static void Prepare(string checkout, string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        File.WriteAllText(Path.Combine(folder, "out", "a"), "old\n");
        File.WriteAllText(Path.Combine(folder, "out", "b"), "old\n");
    }

    private static ProcessStartInfo Shell(string folder, string command) =>
        new("sh", ["-c", command]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
}
