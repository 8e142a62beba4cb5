using System.Text.Json.Nodes;
using System.Xml.Linq;
using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>spec conform</c> as a user runs it, against <c>spec oracle</c> right and wrong.</summary>
public sealed class ConformCommandTests
{
    private static readonly string Spec = typeof(global::Spec.Cli.CommandLine).Assembly.Location;
    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("conform").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void The_reference_keeps_all_and_ends_with_0()
    {
        (int code, string output, _) = Run("--run", "SOFTMAX-*", "--smoke", "--", "dotnet", Spec, "oracle");
        Assert.That(output, Does.Contain("TrainingSpec 0.1.0").And.Contain("6 kept").And.Contain("0 of 12 operations differ"));
        Assert.That(code, Is.Zero);
    }

    [Test]
    public void A_mistake_is_named_in_every_report_and_ends_with_1()
    {
        string[] files = [.. new[] { "a.json", "a.xml", "a.md", "a.html" }.Select(f => Path.Combine(_folder, f))];
        (int code, string output, _) = Run("--run", "SGD-*", "--smoke", "--json", files[0], "--junit", files[1], "--markdown", files[2], "--html", files[3], "--", "dotnet", Spec, "oracle", "--wrong", "sgd-decay-doubled");
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("SGD-5 broken (required)").And.Contain("likely mistake: sgd-decay-doubled").And.Contain("spec conform --run SGD-5 --seed 1 -- dotnet"));
        var report = (JsonObject)JsonNode.Parse(File.ReadAllText(files[0]))!;
        JsonObject rule = ((JsonArray)report["rules"]!).Select(r => (JsonObject)r!).Single(r => (string)r["status"]! == "broken");
        Assert.That(((string)rule["id"]!, (string)rule["mistake"]!), Is.EqualTo(("SGD-5", "sgd-decay-doubled")));
        Assert.That(rule["request"]!["op"]!.GetValue<string>(), Is.EqualTo("sgd.step"));
        Assert.That(Questions.Number(rule["expected"]), Is.Not.EqualTo(Questions.Number(rule["got"])));
        XElement[] cases = [.. XDocument.Load(files[1]).Descendants("testcase")];
        Assert.That(cases.Count(c => c.Element("failure") is not null), Is.EqualTo(1));
        Assert.That(cases, Has.Length.EqualTo(((JsonArray)report["rules"]!).Count));
        foreach (string file in files[2..])
            Assert.That(File.ReadAllText(file), Does.Contain("SGD-5").And.Contain("sgd-decay-doubled"), file);

        // What was kept is not any more.
        string before = Path.Combine(_folder, "before.json");
        File.WriteAllText(before, File.ReadAllText(files[0]).Replace("\"status\": \"broken\"", "\"status\": \"kept\"", StringComparison.Ordinal));
        (int worse, string changes, _) = Run("diff", before, files[0]);
        Assert.That((worse, changes), Is.EqualTo((1, changes)));
        Assert.That(changes, Does.Contain("SGD-5: kept -> broken"));
        Assert.That(Run("diff", files[0], files[0]).Code, Is.Zero);
    }

    [Test]
    public void A_known_failure_passes_and_one_that_is_mended_fails()
    {
        string known = Path.Combine(_folder, "known.txt");
        File.WriteAllText(known, "# what we know\nsgd-5 the decay is doubled, to be mended\n");
        (int right, string said, _) = Run("--run", "SGD-5", "--smoke", "--expected", known, "--", "dotnet", Spec, "oracle", "--wrong", "sgd-decay-doubled");
        Assert.That((right, said), Is.EqualTo((0, said)));
        Assert.That(said, Does.Contain("known: the decay is doubled").And.Contain("sgd.step in float64"));

        // What is known of one rule excuses no other operation.
        (int other, string others, _) = Run("--run", "SGD-5", "SOFTMAX-5", "--smoke", "--expected", known, "--", "dotnet", Spec, "oracle", "--wrong", "logsumexp-without-maximum");
        Assert.That((other, others), Is.EqualTo((1, others)));
        (int code, string output, _) = Run("--run", "SGD-5", "--smoke", "--expected", known, "--", "dotnet", Spec, "oracle");
        Assert.That((code, output.Contains("SGD-5 is listed as a known failure and is kept", StringComparison.Ordinal)), Is.EqualTo((1, true)), output);
    }

    [TestCase("SGD-5", "has no reason")]
    [TestCase("SGD-55 because", "is no rule")]
    [TestCase("SGD-5 because\nsgd-5 because", "stands twice")]
    public void A_list_of_known_failures_that_is_none_is_refused(string text, string why)
    {
        string known = Path.Combine(_folder, "bad.txt");
        File.WriteAllText(known, text);
        (int code, _, string error) = Run("--expected", known, "--", "true");
        Assert.That((code, error.Trim().Split('\n').Length), Is.EqualTo((2, 1)));
        Assert.That(error, Does.Contain(why));
    }

    [Test]
    public void A_selection_of_no_rule_is_refused_and_names_both_options()
    {
        (int code, string output, string error) = Run("--run", "SOFTMAX-1", "--skip", "SOFTMAX-*", "--", "true");
        Assert.That((code, output, error.Trim().Split('\n').Length), Is.EqualTo((2, "", 1)), error);
        Assert.That(error, Does.Contain("--run SOFTMAX-1").And.Contain("--skip SOFTMAX-*"));
    }

    [Test]
    public void A_program_that_never_answers_ends_with_1_whatever_is_known_and_what_happened_is_counted()
    {
        string known = Path.Combine(_folder, "silent.txt"), json = Path.Combine(_folder, "silent.json");
        File.WriteAllText(known, "SOFTMAX-1 never answers\nsoftmax never answers\n");
        (int code, string output, _) = Run("--run", "SOFTMAX-1", "--smoke", "--expected", known, "--json", json, "--", "true");
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("true gave no answer to any question, seed 1: 1 rules: 1 malformed").And.Contain("5 questions got no answer").And.Match("after 5 starts without an answer it was not started again, and [0-9]+ questions were not asked"));
        Assert.That(output, Does.Not.Contain("68 operations").And.Not.Contain("was started again"));
        JsonNode peer = JsonNode.Parse(File.ReadAllText(json))!["peer"]!;
        Assert.That((peer["operations"]!.AsArray().Count, peer["dtypes"]!.AsArray().Count), Is.EqualTo((0, 0)));
    }

    [TestCase("--run", "NOTHING-*", "--", "true")]
    [TestCase("--timeout", "0", "--", "true")]
    [TestCase("--", "no-such-program-at-all")]
    [TestCase("--run", "SGD-1")]
    [TestCase("diff", "no-such-file", "no-such-file")]
    public void Bad_input_is_one_line_and_exit_code_2(params string[] args)
    {
        (int code, string output, string error) = Run(args);
        Assert.That((code, output, error.Trim().Split('\n').Length), Is.EqualTo((2, "", 1)), error);
    }

    [Test]
    [Category(Deep.Category)]
    public void Reports_stand_side_by_side()
    {
        string[] files = [Path.Combine(_folder, "right.json"), Path.Combine(_folder, "wrong.json")];
        Run("--run", "SGD-*", "--smoke", "--json", files[0], "--", "dotnet", Spec, "oracle");
        Run("--run", "SGD-*", "--smoke", "--json", files[1], "--", "dotnet", Spec, "oracle", "--wrong", "sgd-sign");
        (int code, string table, _) = Run(["--matrix", .. files]);
        Assert.That((code, table), Is.EqualTo((0, table)));
        Assert.That(table, Does.Contain("| SGD-1 | kept | broken: sgd-sign |").And.Contain("| SGD-2 | kept | kept |"));
        string page = Path.Combine(_folder, "board.html");
        Run(["--matrix", .. files, "--html", page]);
        Assert.That(File.ReadAllText(page), Does.Contain("<td class=\"broken\"><details><summary>broken: sgd-sign</summary>"));
        Assert.That(Run("--matrix", Spec).Code, Is.EqualTo(2));
    }

    // That of C# is built first: tests/tool/run judges it, and these two besides, from an empty folder.
    [TestCase("python", "adapter.py", "python3")]
    [TestCase("js", "adapter.mjs", "node")]
    public void The_adapter_of_the_guide_is_judged(string language, string file, string program)
    {
        string guide = File.ReadAllText(Path.Combine(global::Spec.Cli.Commands.ChapterFolder.Find(), "protocol", "judge.md"));
        string adapter = Path.Combine(_folder, file);
        string code = guide.Split($"```{language}\n")[1].Split("```")[0];
        File.WriteAllText(adapter, string.Join('\n', code.Split('\n').Select(line => line.StartsWith("   ", StringComparison.Ordinal) ? line[3..] : line)));
        (int exit, string output, string error) = Run("--run", "SOFTMAX-1", "SOFTMAX-2", "SOFTMAX-3", "SOFTMAX-5", "--smoke", "--", program, adapter);
        if (error.Contains("can't be started", StringComparison.Ordinal))
            Assert.Ignore($"{program} is not installed: the guide's adapter is judged where it is");
        Assert.That(output, Does.Contain("4 rules: 3 kept, 1 unsupported"), error);
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public void Words_of_statuses_read_back()
    {
        foreach (RuleStatus status in Enum.GetValues<RuleStatus>())
            Assert.That(RuleStatusText.Parse(status.Word()), Is.EqualTo(status));
        Assert.That(() => RuleStatusText.Parse("fine"), Throws.ArgumentException);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = global::Spec.Cli.CommandLine.Run(["conform", .. args], output, error);

        // Lines are as wide as COLUMNS says.
        return (code, string.Join(' ', output.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), error.ToString());
    }
}
