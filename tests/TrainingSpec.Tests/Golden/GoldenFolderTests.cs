using System.Globalization;
using System.Runtime.Versioning;

namespace TrainingSpec.Tests.Golden;

[TestFixture]
[NonParallelizable]
public sealed class GoldenFolderTests
{
    private string _root = "";
    private GoldenFolder _folder = new("golden");

    [SetUp]
    public void MakeFolder()
    {
        _root = Directory.CreateTempSubdirectory("golden-").FullName;
        _folder = new(_root) { IsContinuousIntegration = false };
    }

    [TearDown]
    public void RemoveFolder()
    {
        foreach (string folder in Directory.GetDirectories(_root)) MakeReadOnly(folder, false);
        Directory.Delete(_root, recursive: true);
    }

    [Test]
    public void What_was_accepted_matches()
    {
        GoldenResult first = _folder.Regenerate([Document(0.1)]).Single();
        Assert.That(first.Status, Is.EqualTo(GoldenStatus.New));
        Assert.That(_folder.Accept([Document(0.1)]).Accepted, Is.EqualTo(new[] { "adam/Step.verified.json" }));
        Assert.That(_folder.Check(Document(0.1)).Status, Is.EqualTo(GoldenStatus.Match));
        Assert.That(Names(), Is.EqualTo(new[] { "Step.verified.json" }));
    }

    [Test]
    public void A_moved_value_leaves_a_received_file_and_the_distance_in_ULPs()
    {
        Accepted(Document(0.1));
        string before = Text("Step.verified.json");
        GoldenResult result = _folder.Regenerate([Document(Math.BitIncrement(Math.BitIncrement(0.1)))]).Single();
        Assert.That(result.Status, Is.EqualTo(GoldenStatus.Changed));
        Assert.That(result.Differences.Single(), Is.EqualTo(new GoldenDifference("theta[1]", "0.1", "0.10000000000000003", 2)));
        Assert.That(result.Report(), Does.Contain("theta[1]: 0.1 -> 0.10000000000000003 (2 ULP)"));
        Assert.That(Names(), Is.EqualTo(new[] { "Step.received.json", "Step.verified.json" }));
        Assert.That(Text("Step.verified.json"), Is.EqualTo(before));
        _folder.Regenerate([Document(0.1)]);
        Assert.That(Names(), Is.EqualTo(new[] { "Step.verified.json" }), "a received file goes when the document matches again");
    }

    [Test]
    public void Check_writes_nothing()
    {
        _folder.Check([Document(0.1)]);
        Assert.That(Directory.EnumerateFileSystemEntries(_root), Is.Empty);
    }

    [Test]
    public void Continuous_integration_accepts_nothing()
    {
        _folder.Regenerate([Document(0.1)]);
        GoldenFolder ci = new(_root) { IsContinuousIntegration = true };
        Assert.That(() => ci.Accept([Document(0.1)]), Throws.TypeOf<GoldenException>().With.Message.Contain("continuous integration"));
        Assert.That(Names(), Is.EqualTo(new[] { "Step.received.json" }));
    }

    [Test]
    public void The_environment_variable_CI_is_enough()
    {
        string? was = Environment.GetEnvironmentVariable("CI");
        try
        {
            Environment.SetEnvironmentVariable("CI", "true");
            Assert.That(new GoldenFolder(_root).IsContinuousIntegration, Is.True);
            Environment.SetEnvironmentVariable("CI", "false");
            Assert.That(new GoldenFolder(_root).IsContinuousIntegration, Is.False);
            Environment.SetEnvironmentVariable("CI", null);
            Assert.That(new GoldenFolder(_root).IsContinuousIntegration, Is.False);
        }
        finally
        {
            Environment.SetEnvironmentVariable("CI", was);
        }
    }

    [Test]
    public void One_received_file_that_no_document_computes_keeps_all_from_being_accepted()
    {
        _folder.Regenerate([Document(0.1), Document(0.2, "Other")]);
        File.WriteAllText(Path.Combine(_root, "adam", "Zero.received.json"), " \n");
        Assert.That(() => _folder.Accept([Document(0.1), Document(0.2, "Other")]), Throws.TypeOf<GoldenException>().With.Message.Contain("adam/Zero.received.json is not what this build computes"));
        Assert.That(Names(), Has.None.Contain("verified"));
    }

    [Test]
    public void A_received_file_of_an_earlier_build_is_not_accepted()
    {
        Accepted(Document(0.1));
        string before = Text("Step.verified.json");
        _folder.Regenerate([Document(0.2)]);
        foreach (GoldenDocument now in new[] { Document(0.3), Document(0.1) })
        {
            Assert.That(() => _folder.Accept([now]), Throws.TypeOf<GoldenException>().With.Message.Contain("adam/Step.received.json"));
            Assert.That(Text("Step.verified.json"), Is.EqualTo(before));
        }
    }

    [Test]
    public void What_was_not_received_is_not_accepted_unseen()
    {
        Accepted(Document(0.1));
        Assert.That(_folder.Accept([Document(0.2), Document(0.2, "New")]).Accepted, Is.Empty);
        Assert.That(_folder.Survey([Document(0.1)]).IsClean, Is.True);
    }

    [Test]
    public void What_an_interrupted_write_left_is_no_document()
    {
        Accepted(Document(0.1));
        File.WriteAllText(Path.Combine(_root, "adam", "Step.verified.json.0123.tmp"), "{}");
        File.WriteAllText(Path.Combine(_root, "adam", "Step.received.json.0123.tmp"), "{}");
        Assert.That(_folder.Accept([Document(0.1)]).Accepted, Is.Empty);
        Assert.That(_folder.Survey([Document(0.1)]).Strays, Is.EqualTo(new[] { "adam/Step.received.json.0123.tmp", "adam/Step.verified.json.0123.tmp" }));
        Assert.That(_folder.Orphans([Document(0.1)]), Is.Empty);
        Assert.That(_folder.Survey([Document(0.1)]).IsClean, Is.False);
    }

    [Test]
    public void A_survey_names_orphans_unknown_topics_and_stale_files()
    {
        Accepted(Document(0.1));
        Accepted(Document(0.1, "Old"));
        Accepted(Document(0.1).InTopic("zzz"));
        _folder.Regenerate([Document(0.2, "Gone")]);
        Directory.CreateDirectory(Path.Combine(_root, "empty"));
        GoldenSurvey survey = _folder.Survey([Document(0.1)]);
        Assert.That(survey.Remarks().Select(r => r.Split(':')[0]), Is.EqualTo(new[] { "adam/Old.verified.json", "zzz/Step.verified.json", "adam/Gone.received.json", "empty" }));
        Assert.That(survey.Remarks().ElementAt(1), Does.Contain("none has the topic zzz"));
        Assert.That(survey.IsClean, Is.False);
        _folder.RegenerateAll([Document(0.1)]);
        Assert.That(Names(), Has.None.Contain("received"), "regenerating clears stale files away");
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public void A_folder_that_keeps_us_out_is_not_absent()
    {
        Accepted(Document(0.1));
        string topic = Path.Combine(_root, "adam");
        foreach (string closed in new[] { topic, _root })
        {
            UnixFileMode was = File.GetUnixFileMode(closed);
            File.SetUnixFileMode(closed, UnixFileMode.None);
            try
            {
                Assert.That(() => _folder.Check(Document(0.1)), Throws.TypeOf<GoldenException>().With.Message.Contain("Step.verified.json can't be read"), closed);
                Assert.That(() => _folder.Orphans([]), Throws.TypeOf<GoldenException>().With.Message.Contain(closed), closed);
            }
            finally
            {
                File.SetUnixFileMode(closed, was);
            }
        }
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public void A_file_that_cannot_be_read_is_not_absent()
    {
        Directory.CreateDirectory(Path.Combine(_root, "adam"));
        File.CreateSymbolicLink(Path.Combine(_root, "adam", "Step.verified.json"), "Step.verified.json");
        Assert.That(() => _folder.Check(Document(0.1)), Throws.TypeOf<GoldenException>().With.Message.Contain("Step.verified.json can't be read"));
    }

    [Test]
    public void An_empty_or_damaged_verified_file_is_said_so()
    {
        Accepted(Document(0.1));
        string path = Path.Combine(_root, "adam", "Step.verified.json");
        foreach (string text in new[] { "", "{ \"theta\": [1, ", "[1]", "{\"a\": 1, \"a\": 2}" })
        {
            File.WriteAllText(path, text);
            Assert.That(_folder.Check(Document(0.1)).Status, Is.EqualTo(GoldenStatus.Damaged), text);
        }
    }

    [Test]
    public void A_read_only_folder_is_named_and_nothing_is_half_written()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Folder permissions are set the Unix way here.");
        Accepted(Document(0.1));
        Accepted(Document(0.1).InTopic("zzz"));
        string readOnly = Path.Combine(_root, "zzz");
        _folder.Regenerate([Document(0.2), Document(0.2).InTopic("zzz")]);
        string before = Text("Step.verified.json");
        MakeReadOnly(readOnly, true);
        Assert.That(() => _folder.Accept([Document(0.2), Document(0.2).InTopic("zzz")]), Throws.TypeOf<GoldenException>().With.Message.Contain(readOnly).And.Message.Contain("nothing was changed"));
        Assert.That(() => _folder.Regenerate([Document(0.3), Document(0.3).InTopic("zzz")]), Throws.TypeOf<GoldenException>().With.Message.Contain(readOnly));
        Assert.That(Text("Step.verified.json"), Is.EqualTo(before));
        Assert.That(Text("Step.received.json"), Is.EqualTo(Document(0.2).Serialize()));
        Assert.That(Names(), Is.EqualTo(new[] { "Step.received.json", "Step.verified.json" }));
    }

    [Test]
    public void A_folder_in_the_place_of_a_file_is_named_and_nothing_changes()
    {
        Accepted(Document(0.1));
        string before = Text("Step.verified.json");
        _folder.Regenerate([Document(0.2), Document(0.2).InTopic("zzz")]);
        Directory.CreateDirectory(Path.Combine(_root, "zzz", "Step.verified.json"));
        Assert.That(() => _folder.Accept([Document(0.2), Document(0.2).InTopic("zzz")]), Throws.TypeOf<GoldenException>().With.Message.Contain(Path.Combine(_root, "zzz", "Step.verified.json")));
        Assert.That(Text("Step.verified.json"), Is.EqualTo(before));
        Assert.That(Names(), Is.EqualTo(new[] { "Step.received.json", "Step.verified.json" }));
    }

    [TestCase("tr-TR")]
    [TestCase("de-DE")]
    [TestCase("ar-SA")]
    public void The_text_is_the_same_in_any_culture(string culture)
    {
        Accepted(Rich());
        CultureInfo was = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new(culture);
            Assert.That(_folder.Check(Rich()).Status, Is.EqualTo(GoldenStatus.Match));
        }
        finally
        {
            CultureInfo.CurrentCulture = was;
        }
    }

    [Test]
    public void Many_at_once_do_not_disturb_each_other()
    {
        GoldenDocument[] documents = [.. Enumerable.Range(0, 64).Select(i => Document(i, FormattableString.Invariant($"N{i}")).InTopic(i % 2 == 0 ? "even" : "odd"))];
        Parallel.ForEach(documents, d => _folder.Regenerate([d]));
        Assert.That(_folder.Accept(documents).Accepted, Has.Count.EqualTo(64));
        Parallel.ForEach(documents, d => Assert.That(_folder.Regenerate([d]).Single().Status, Is.EqualTo(GoldenStatus.Match)));
        Assert.That(Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories), Has.None.Contain("received").And.Exactly(64).Contain("verified"));
    }

    [Test]
    public void A_verified_file_that_nothing_computes_is_an_orphan()
    {
        Accepted(Document(0.1));
        Accepted(Document(0.1, "Old"));
        Assert.That(_folder.Orphans([Document(0.1)]), Is.EqualTo(new[] { "adam/Old.verified.json" }));
    }

    [Test]
    public void The_facade_fails_with_the_keys_that_moved_and_passes_otherwise()
    {
        Accepted(Document(0.1));
        Assert.That(async () => await GoldenFile.Verify(Document(0.1), _folder), Throws.Nothing);
        using (new NUnit.Framework.Internal.TestExecutionContext.IsolatedContext())
        {
            Assert.That(
                async () => await GoldenFile.Verify(Document(Math.BitDecrement(0.1)), _folder),
                Throws.TypeOf<AssertionException>().With.Message.Contain("theta[1]: 0.1 -> 0.09999999999999999 (1 ULP)"));
        }

        Assert.That(Names(), Is.EqualTo(new[] { "Step.received.json", "Step.verified.json" }));
    }

    [Test]
    public void Files_of_the_golden_code_itself_are_no_orphans() =>
        Assert.That(GoldenFolder.Find().Orphans(GoldenCatalog.Documents(typeof(GoldenLayout).Assembly)), Has.None.StartsWith("golden/"));

    [Test]
    public void The_folder_stands_beside_the_solution() =>
        Assert.That(File.Exists(Path.Combine(GoldenFolder.Find().Root, "..", "Spec.sln")), Is.True);

    private static GoldenDocument Document(double value, string name = "Step") =>
        new GoldenDocument("adam", name).Add("t", 1).Add("theta", [1.5, value]);

    private static GoldenDocument Rich() => new GoldenDocument("adam", "Rich")
        .Add("i", 1234567).Add("x", 1234567.875).Add("tiny", 1e-300).Add("none", double.NaN).Add("far", double.NegativeInfinity)
        .Add("single", 0.1f).Add("text", "Iı \"θ\"").Add("yes", true).AddApproximate("p", 1.0 / 3);

    private void Accepted(GoldenDocument document)
    {
        _folder.Regenerate([document]);
        _folder.Accept([document]);
    }

    private string[] Names() => [.. Directory.EnumerateFiles(Path.Combine(_root, "adam")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private string Text(string name) => File.ReadAllText(Path.Combine(_root, "adam", name));

    private static void MakeReadOnly(string folder, bool yes)
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(folder, yes ? UnixFileMode.UserRead | UnixFileMode.UserExecute : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}

internal static class GoldenDocumentTopics
{
    /// <summary>The same values in another topic.</summary>
    public static GoldenDocument InTopic(this GoldenDocument document, string topic) =>
        document.Entries.Aggregate(new GoldenDocument(topic, document.Name), (d, e) => e.IsArray
            ? d.Add(e.Key, e.Tokens.Select(t => double.Parse(t, CultureInfo.InvariantCulture)))
            : d.Add(e.Key, int.Parse(e.Json, CultureInfo.InvariantCulture)));
}
