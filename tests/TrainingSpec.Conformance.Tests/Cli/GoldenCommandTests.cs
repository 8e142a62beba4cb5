using Spec.Cli;
using Spec.Cli.Commands;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary>What <c>spec golden</c> prints, over a folder and documents of our own.</summary>
[NonParallelizable]
public sealed class GoldenCommandTests
{
    private string _root = "";

    [SetUp]
    public void MakeFolder()
    {
        _root = Directory.CreateTempSubdirectory("golden-").FullName;
        Assert.That(Run("regenerate", Document("Steps", 0.1), Document("Other", 0.2)).Code, Is.EqualTo(1));
        Assert.That(Run("accept", Document("Steps", 0.1), Document("Other", 0.2)).Code, Is.Zero);
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Check_prints_a_total_where_all_is_as_accepted() =>
        Assert.That(Run("check", Document("Steps", 0.1), Document("Other", 0.2)), Is.EqualTo((0, "2 documents: 2 as accepted, 0 differ in 0 values; 0 orphans, 0 strays, 0 stale.\n")));

    [Test]
    public void Check_prints_what_differs_and_a_total() =>
        Assert.That(Run("check", Document("Steps", 0.1), Document("Other", Math.BitIncrement(0.2))), Is.EqualTo((1, """
            adam/Other: 1 value(s) moved
              theta: 0.2 -> 0.20000000000000004 (1 ULP)
            2 documents: 1 as accepted, 1 differ in 1 values; 0 orphans, 0 strays, 0 stale.

            """)));

    [Test]
    public void An_emptied_file_is_the_accepted_side_and_what_is_computed_the_new_one()
    {
        File.WriteAllText(At("adam/Steps.verified.json"), "\n");
        Assert.That(Run("check", Document("Steps", 0.1), Document("Other", 0.2)).Output, Does.StartWith("adam/Steps: the verified file is empty or damaged\n  (file): accepted (empty) -> new (1 value(s))\n  theta: (absent) -> 0.1\n2 documents:"));
        File.WriteAllText(At("adam/Steps.verified.json"), "[1]");
        Assert.That(Run("check", Document("Steps", 0.1), Document("Other", 0.2)).Output, Does.StartWith("adam/Steps: the verified file is empty or damaged\n  (file): accepted (The file is no JSON object.) -> new (1 value(s))\n2 documents:"));
    }

    [Test]
    public void Check_names_what_no_document_computes()
    {
        File.WriteAllText(At("adam/Steps.verified.json.0123.tmp"), "{}");
        (int code, string output) = Run("check", Document("Steps", 0.1));
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("adam/Other.verified.json: no document computes it").And.Contain("adam/Steps.verified.json.0123.tmp: no golden file").And.EndWith("1 orphans, 1 strays, 0 stale.\n"));
    }

    [Test]
    public void Accept_says_what_it_took_and_what_it_did_not()
    {
        GoldenDocument[] documents = [Document("Steps", 0.3), Document("Other", 0.2), Document("Unseen", 0.4)];
        Run("regenerate", documents[..2]);
        File.WriteAllText(At("adam/Steps.verified.json.0123.tmp"), "{}");
        (int code, string output) = Run("accept", documents);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo("""
            accepted adam/Steps.verified.json
            not accepted: adam/Unseen differs and was not received; spec golden regenerate shows how
            adam/Steps.verified.json.0123.tmp: no golden file and no folder of a topic; remove it
            3 documents: 1 accepted, 1 as accepted before, 1 differ.

            """));
    }

    [Test]
    public void A_stale_received_file_is_refused_and_regenerate_clears_it_away()
    {
        Run("regenerate", Document("Steps", 0.3), Document("Other", 0.2));
        Assert.That(() => Run("accept", Document("Steps", 0.1), Document("Other", 0.2)), Throws.TypeOf<GoldenException>().With.Message.Contain("adam/Steps.received.json is not what this build computes"));
        Assert.That(Run("regenerate", Document("Steps", 0.1), Document("Other", 0.2)).Output, Does.Contain("adam/Steps.received.json: stale").And.Contain("1 stale."));
        Assert.That(Run("accept", Document("Steps", 0.1), Document("Other", 0.2)), Is.EqualTo((0, "2 documents: 0 accepted, 2 as accepted before, 0 differ.\n")));
    }

    [Test]
    public void What_a_killed_run_left_in_a_checkout_is_finished_or_undone_by_any_command_that_says_so()
    {
        string before = Environment.CurrentDirectory;
        try
        {
            File.WriteAllText(At("Spec.sln"), "");
            foreach (string folder in new[] { "golden", "spec" })
            {
                Directory.CreateDirectory(At(folder + "/.unfinished"));
                File.WriteAllText(At(folder + "/.unfinished/0.new"), "half a fi");
                File.WriteAllText(At(folder + "/.unfinished/journal.undo"), """{"Files": [], "Folders": []}""");
            }

            Environment.CurrentDirectory = _root;
            using StringWriter output = new(), error = new();
            CommandLine.Run(["prove", "cosine-falls"], output, error);
            Assert.That(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(2).And.All.StartsWith("spec: undid a write of 0 file(s) in "));
            Assert.That(Directory.GetFileSystemEntries(At("golden")).Concat(Directory.GetFileSystemEntries(At("spec"))), Is.Empty);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Test]
    public void Topics_are_looked_at_alone()
    {
        GoldenDocument lamb = new GoldenDocument("lamb", "Steps").Add("theta", 1), moved = new GoldenDocument("lamb", "Steps").Add("theta", 2);
        Assert.That(Run("regenerate lamb", Document("Steps", 0.3), Document("Other", 0.2), lamb), Is.EqualTo((1, "lamb/Steps: no verified file yet\n  theta: (absent) -> 1\n1 documents: 0 as accepted, 1 differ in 1 values; 0 orphans, 0 strays, 0 stale.\n")));
        Assert.That(File.Exists(At("adam/Steps.received.json")), Is.False);
        Assert.That(Run("accept lamb", Document("Steps", 0.3), Document("Other", 0.2), lamb), Is.EqualTo((0, "accepted lamb/Steps.verified.json\n1 documents: 1 accepted, 0 as accepted before, 0 differ.\n")));
        Assert.That(Run("check adam lamb", Document("Steps", 0.3), Document("Other", 0.2), moved).Output, Does.Contain("adam/Steps: 1 value(s) moved").And.Contain("lamb/Steps: 1 value(s) moved").And.EndWith("3 documents: 1 as accepted, 2 differ in 2 values; 0 orphans, 0 strays, 0 stale.\n"));
        Assert.That(Run("check lamb", Document("Steps", 0.3), lamb), Is.EqualTo((0, "1 documents: 1 as accepted, 0 differ in 0 values; 0 orphans, 0 strays, 0 stale.\n")));
        Assert.That(Run("check lamb", Document("Steps", 0.1)), Is.EqualTo((1, "lamb/Steps.verified.json: no document computes it, and none has the topic lamb; remove it if that is meant\n0 documents: 0 as accepted, 0 differ in 0 values; 1 orphans, 0 strays, 0 stale.\n")));
        Assert.That(Run("check LAMB Adam", Document("Steps", 0.1), Document("Other", 0.2), lamb), Is.EqualTo((0, "3 documents: 3 as accepted, 0 differ in 0 values; 0 orphans, 0 strays, 0 stale.\n")));
        Assert.That(Run("check Lion", new GoldenDocument("lion", "Steps").Add("theta", 1)).Output, Does.StartWith("lion/Steps: no verified file yet"), "one without a file yet");
        Assert.That(() => Run("check lamp", lamb), Throws.ArgumentException.With.Message.EqualTo("topic = lamp is outside the topics of golden files; did you mean lamb?"));
    }

    private static GoldenDocument Document(string name, double value) => new GoldenDocument("adam", name).Add("theta", value);

    private (int Code, string Output) Run(string command, params GoldenDocument[] documents)
    {
        using StringWriter output = new() { NewLine = "\n" };
        int code = GoldenCommand.Create(output, () => new GoldenFolder(_root) { IsContinuousIntegration = false }, topics => documents.Where(d => topics?.Contains(d.Topic) != false)).Parse(command.Split(' ')).Invoke(new() { EnableDefaultExceptionHandler = false });
        return (code, output.ToString());
    }

    private string At(string name) => Path.Combine(_root, name);
}
