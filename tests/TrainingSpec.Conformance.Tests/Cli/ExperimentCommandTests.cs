using System.Text.Json;
using Spec.Cli;
using Spec.Cli.Experiments;
using TrainingSpec.Claims.Experiments;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>spec experiment</c> as a user runs it, and the axes of its charts.</summary>
public sealed class ExperimentCommandTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("experiment").FullName;

    [OneTimeTearDown]
    public void RemoveFolder() => Directory.Delete(_folder, true);

    [Test]
    public void Without_a_name_each_experiment_has_a_line_and_spec_list_has_them_too()
    {
        (int code, string output, string error) = Run();
        Assert.That(code, Is.Zero, error);
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]), Is.EqualTo(ExperimentCatalog.All.Select(e => e.Name)));
        (StringWriter listed, StringWriter said) = (new(), new());
        Assert.That(CommandLine.Run(["list", "experiments", "forgetting"], listed, said), Is.Zero, said.ToString());
        Assert.That(listed.ToString(), Does.StartWith("forgetting").And.Contain("D3-066"));
    }

    [Test]
    public void A_run_prints_question_numbers_chart_and_conclusion_and_writes_its_files()
    {
        string json = Path.Combine(_folder, "curve.json"), pictures = Path.Combine(_folder, "pictures");
        (int code, string output, string error) = Run("LOSS-curve", "--json", json, "--svg", pictures);
        Assert.That(code, Is.Zero, error);
        ExperimentResult result = ExperimentCatalog.Find("loss-curve").Run();
        Assert.That(output, Does.StartWith("What can be read").And.Contain("\ndesign: deterministic: the log is printed").And.Contain("step of the highest loss").And.Contain("The printed log\n").And.Contain("│").And.EndWith($"Conclusion: {result.Conclusion}.{Environment.NewLine}"));
        Assert.That(Directory.GetFiles(pictures).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(new[] { "loss-curve-2.svg", "loss-curve.svg" }));
        Assert.That(File.ReadAllText(Path.Combine(pictures, "loss-curve.svg")), Does.StartWith("<svg").And.Contain("The printed log").And.EndWith("</svg>\n"));
        using JsonDocument read = JsonDocument.Parse(File.ReadAllText(json));
        JsonElement rows = read.RootElement.GetProperty("rows");
        Assert.That(rows.EnumerateArray().Select(r => r.GetProperty("values")[0].GetDouble()), Is.EqualTo(result.Table.Rows.Select(r => r.Values[0])));
        Assert.That(read.RootElement.GetProperty("conclusion").GetString(), Is.EqualTo(result.Conclusion));
        Assert.That(read.RootElement.GetProperty("planted").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void The_mistake_is_named_and_changes_the_conclusion_and_json_may_go_to_standard_output()
    {
        (int code, string output, string error) = Run("loss-curve", "--planted", "--full", "--json", "-");
        Assert.That(code, Is.Zero, error);
        using JsonDocument read = JsonDocument.Parse(output);
        Assert.That(read.RootElement.GetProperty("finding").GetString(), Is.EqualTo("the curve breaks at step 600"));
        Assert.That(read.RootElement.GetProperty("full").GetBoolean(), Is.False);
        Assert.That(error, Does.Contain("planted: from step 600 on").And.Contain("there is one size alone").And.Contain("Conclusion: the curve breaks"));
    }

    [Test]
    public void Effect_level_power_and_runs_are_said_before_the_numbers_and_each_test_with_its_p()
    {
        string json = Path.Combine(_folder, "flat.json");
        (int code, string output, string error) = Run("flat-minima", "--json", json);
        Assert.That(code, Is.Zero, error);
        ExperimentResult result = ExperimentCatalog.Find("flat-minima").Run();
        Assert.That(output.IndexOf("design: an effect of a share of 0.9", StringComparison.Ordinal), Is.InRange(0, output.IndexOf("batch", output.IndexOf("power 0.9", StringComparison.Ordinal), StringComparison.Ordinal)));
        Assert.That(output.Split('\n').Where(line => line.StartsWith("test: ", StringComparison.Ordinal)).Select(line => line.TrimEnd()), Is.EqualTo(result.Tests.Select(t => $"test: {t}")));
        using JsonDocument read = JsonDocument.Parse(File.ReadAllText(json));
        Assert.That(read.RootElement.GetProperty("design").GetString(), Is.EqualTo(ExperimentCatalog.Find("flat-minima").Design.ToString()));
        Assert.That(read.RootElement.GetProperty("tests").EnumerateArray().Select(t => t.GetProperty("p").GetDouble()), Is.EqualTo(result.Tests.Select(t => t.PValue)));
        (StringWriter said, StringWriter wrong) = (new(), new());
        Assert.That(CommandLine.Run(["explain", "flat-minima"], said, wrong), Is.Zero, wrong.ToString());
        Assert.That(said.ToString(), Does.Contain("design: an effect of a share"));
    }

    [TestCase("name = loss-curves is none of the 18 that spec experiment lists; did you mean loss-curve? See spec experiment --help", "loss-curves")]
    [TestCase("name = frobnicate is none of the 18 that spec experiment lists; see spec experiment --help", "frobnicate")]
    [TestCase("--full needs the name of an experiment; see spec experiment --help", "--full")]
    [TestCase("--json nowhere/e.json lies in no folder that exists; see spec experiment --help", "loss-curve", "--json", "nowhere/e.json")]
    [TestCase("--svg nowhere/pictures lies in no folder that exists; see spec experiment --help", "loss-curve", "--svg", "nowhere/pictures")]
    public void Bad_input_is_one_line_and_exit_code_2(string line, params string[] args) =>
        Assert.That(Run(args), Is.EqualTo((2, "", $"spec: {line}{Environment.NewLine}")));

    [Test]
    public void A_file_in_the_folders_place_is_refused()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.That(Run("loss-curve", "--svg", file), Is.EqualTo((2, "", $"spec: --svg {file} is a file, not a folder; see spec experiment --help{Environment.NewLine}")));
    }

    [TestCase(false, new[] { 0.0, 1.0 }, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [TestCase(false, new[] { 0.97, 2.2 }, new[] { 0.5, 1, 1.5, 2, 2.5 })]
    [TestCase(false, new[] { 1.0, 20.0 }, new[] { 0.0, 5, 10, 15, 20 })]
    [TestCase(false, new[] { -0.3, 0.1, double.NaN, double.PositiveInfinity }, new[] { -0.3, -0.2, -0.1, 0, 0.1 })]
    [TestCase(false, new[] { 3.0 }, new[] { 0.0, 1, 2, 3 })]
    [TestCase(false, new double[0], new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [TestCase(true, new[] { 0.02, 7.0, 0, -1 }, new[] { 0.01, 0.1, 1, 10 })]
    [TestCase(true, new[] { 10.0, 100.0 }, new[] { 10.0, 100 })]
    [TestCase(true, new[] { 1.0 }, new[] { 1.0, 10 })]
    [TestCase(true, new[] { 1e-7, 10 }, new[] { 1e-7, 1e-5, 1e-3, 0.1, 10 })]
    public void Ticks_are_round_and_enclose_the_values(bool logarithmic, double[] values, double[] ticks) =>
        Assert.That(ChartPlot.Ticks(values, logarithmic), Is.EqualTo(ticks));

    [Test]
    public void Each_experiment_is_a_section_of_its_chapter_with_its_command()
    {
        string spec = Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!, "spec");
        Assert.That(ExperimentCatalog.All.Where(e => !File.ReadLines(Path.Combine(spec, e.Topic + ".md")).Any(line => line.Contains($"`spec experiment {e.Name}`", StringComparison.Ordinal))).Select(e => e.Name), Is.Empty);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        (StringWriter output, StringWriter error) = (new(), new());
        int code = CommandLine.Run(["experiment", .. args], output, error);
        return (code, output.ToString(), error.ToString());
    }
}
