using Spec.Cli;
using TrainingSpec.Checking.Chapters;

namespace TrainingSpec.Conformance.Tests.Cli;

/// <summary><c>spec new</c> makes a topic's files and rows, all or none, and refuses by name what can't be one; tests/recipe/run builds and fills in what it makes.</summary>
[NonParallelizable]
public sealed class NewCommandTests
{
    private const string Page = "# The book\n\n| chapter | what one learns |\n|---|---|\n| [Tides](tides.md) | the height |\n| [Moon](moon.md) | why |\n\nAfterword.\n";
    // In two parts, for spec trace takes the whole for something unwritten.
    private const string Mark = "TO" + "DO: ";
    private const string Samples = "spec/protocol/samples/", Oracle = "src/TrainingSpec.Conformance/Oracle/";

    // Each file in which the oracle must know of an operation, with « where the new lines belong, and those lines.
    private static readonly (string Path, string Before, string[] Lines)[] Known =
    [
        ("spec/protocol/oracle.md", "| operation | numbers in its answer |\n|---|---|\n| `tides` | 1 |\n«\n| operation | member | equal | beside |\n|---|---|---|---|\n| `tides` | `height` | 8 |  |\n«\n## Tides\n| op | args | result |\n|---|---|---|\n| `tides` | | `height` |\n\n## Parts of a model\n| op | args | result |\n|---|---|---|\n| `moon` | | `phase` |\n«\n## Hyperparameters\n| op | argument |\n|---|---|\n| `tides` | `moons` |\n",
            ["| `spring_tide` | 1 |\n", "| `spring_tide` | `y` | 8 |  |\n", $"| `spring_tide` | `x` | `y`: {Mark}what it is |\n"]),
        (Samples + "requests.jsonl", "{\"op\": \"tides\"}\n«", ["{\"id\": \"spring_tide\", \"op\": \"spring_tide\", \"args\": {\"x\": 1}}\n"]),
        (Samples + "answers.jsonl", "{\"ok\":true}\n«", ["{\"id\":\"spring_tide\",\"ok\":true,\"result\":{\"y\":1}}\n"]),
        (Oracle + "Protocol.cs", "    public static IReadOnlySet<string> Operations { get; } = new HashSet<string>\n    {\n        \"tides\",\n«    };\n", ["        \"spring_tide\",\n"]),
        (Oracle + "MemberEquality.cs", "    public static IReadOnlyList<MemberEquality> All { get; } =\n    [\n        Near(\"tides\", \"height\", 0, 8),\n«    ];\n", ["        Near(\"spring_tide\", \"y\", 0, 8),\n"]),
        ("src/TrainingSpec.Conformance.NUnit/Fixtures.cs", "namespace Tides;\n«", ["\n/// <summary>The rules of the chapter \"Spring tide\".</summary>\n[Topic(\"spring-tide\")]\npublic abstract class SpringTideRules : RuleFixture;\n"]),
        (Oracle + "SizedRequests.cs", "    public static IReadOnlyList<string> Constant { get; } =\n    [\n        \"tides\",\n«    ];\n", ["        \"spring_tide\",\n"]),
    ];

    private string _before = "";
    private string _checkout = "";

    [SetUp]
    public void Stand_in_a_checkout_of_our_own()
    {
        _before = Environment.CurrentDirectory;
        _checkout = Directory.CreateTempSubdirectory("spec").FullName;
        Environment.CurrentDirectory = _checkout;
        Write("Spec.sln", "");
        Write("spec/README.md", Page);
        Write("spec/tides.md", "# Tides\n\n---\n\n[The book](README.md) · [Moon →](moon.md)\n");
        Write("spec/moon.md", "# Moon\n\n---\n\n[← Tides](tides.md) · [The book](README.md)\n");
        Write("src/TrainingSpec/Formulas/Water/Salt/Tides.cs", "");
        Write("src/TrainingSpec/Formulas/Sky/Comet.cs", "");
        foreach ((string path, string before, _) in Known)
            Write(path, before.Replace("«", "", StringComparison.Ordinal));
    }

    [TearDown]
    public void Leave_it()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(_checkout, true);
    }

    [Test]
    public void Every_file_and_row_of_a_topic_is_made()
    {
        (int code, string output, string error) = Run("new", "spring-tide", "--after", "tides");
        Assert.That(code, Is.Zero, error);
        string[] made = ["src/TrainingSpec/Formulas/Water/Salt/SpringTide.cs", "src/TrainingSpec.Conformance/Oracle/Operations/SpringTideOperation.cs", "src/TrainingSpec.Conformance/Rules/SpringTideRules.cs",
            "src/TrainingSpec.Conformance/Wrong/WrongSpringTide.cs", "src/TrainingSpec.Claims/WorkedExamples/SpringTideExamples.cs", "tests/TrainingSpec.Tests/SpringTide/SpringTideTests.cs", "spec/spring-tide.md"];
        Assert.Multiple(() =>
        {
            foreach (string path in made)
            {
                Assert.That(output, Does.Contain("made " + path));
                Assert.That(File.ReadAllText(path), Does.Not.Contain('@').And.Not.Contain('\r').And.EndsWith("\n"), path);
            }

            Assert.That(File.ReadAllText("spec/README.md"), Is.EqualTo(Page.Replace("| [Moon]", $"| [Spring tide](spring-tide.md) | {Mark}what one learns |\n| [Moon]", StringComparison.Ordinal)));
            foreach ((string path, string before, string[] lines) in Known)
                Assert.That(File.ReadAllText(path), Is.EqualTo(string.Concat(before.Split('«').Zip([.. lines, ""], string.Concat))), path);
        });
    }

    [TestCase("tides")]
    [TestCase(null)]
    public void The_chapter_keeps_the_form_and_the_book_leads_through_it(string? after)
    {
        Run(after is null ? ["new", "spring-tide"] : ["new", "spring-tide", "--after", after]);
        Chapter[] chapters = [.. new[] { "tides", "spring-tide", "moon" }.Select(topic => ChapterParser.Parse(topic, File.ReadAllText($"spec/{topic}.md")))];
        Assert.That(chapters[1].Problems.Select(p => p.Message), Is.Empty);
        Assert.That(TableOfContents.Parse(File.ReadAllText("spec/README.md")).Problems(chapters), Is.Empty);
    }

    // The moon has no formula, so that the chapter before it says where a neighbour's belongs.
    [TestCase("Water/Salt")]
    [TestCase("Water/Salt", "--after", "moon")]
    [TestCase("Sky", "--family", "Sky")]
    [TestCase("Water/Salt", "--after", "TIDES")]
    [TestCase("Water", "--after", "tides", "--family", "Water")]
    public void The_formula_goes_into_the_family_of_the_chapter_before_it_or_the_one_that_is_named(string family, params string[] args)
    {
        (int code, string output, string error) = Run(["new", "spring-tide", .. args]);
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain($"made src/TrainingSpec/Formulas/{family}/SpringTide.cs\n"));
        Assert.That(Directory.GetFiles("src/TrainingSpec/Formulas", "SpringTide.cs", SearchOption.AllDirectories), Has.Length.EqualTo(1));
    }

    [TestCase("topic = Spring", "Spring")]
    [TestCase("topic = spring_tide", "spring_tide")]
    [TestCase("topic = spring-", "spring-")]
    [TestCase("topic = ../tides", "../tides")]
    [TestCase("topic = moon", "moon")]
    [TestCase("after = sun", "spring-tide", "--after", "sun")]
    [TestCase("family = Skyy is no folder of src/TrainingSpec/Formulas; did you mean Sky?", "spring-tide", "--family", "Skyy")]
    [TestCase("family = ../Numbers", "spring-tide", "--family", "../Numbers")]
    public void What_can_not_be_a_topic_is_refused_and_nothing_is_changed(string culprit, params string[] args)
    {
        string before = Everything();
        (int code, string output, string error) = Run(["new", .. args]);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error.TrimEnd(), Does.StartWith("spec: " + culprit).And.Not.Contains("\n"));
        Assert.That(Everything(), Is.EqualTo(before));
    }

    // Types and namespaces that the implicit usings bring, keywords, our own names, folders that git ignores, and names that stand in spec/ or golden/.
    [TestCase("math", "System.Math")]
    [TestCase("string", "System.String")]
    [TestCase("file", "System.IO.File")]
    [TestCase("system", "namespace System")]
    [TestCase("is", "keyword")]
    [TestCase("class", "keyword")]
    [TestCase("numbers", "namespace TrainingSpec.Numbers")]
    [TestCase("training-spec", "namespace TrainingSpec")]
    [TestCase("oracle", "the type TrainingSpec.Conformance.Judging.WrongOracle")]
    [TestCase("rules", "namespace TrainingSpec.Conformance.Rules")]
    [TestCase("golden-document", "TrainingSpec.Checking.Golden.GoldenDocument")]
    [TestCase("activation", "TrainingSpec.Formulas.Activation")]
    [TestCase("assert", "the Assert that tests/Water.Tests/TideTests.cs uses")]
    [TestCase("obj", ".gitignore")]
    [TestCase("bin", ".gitignore")]
    [TestCase("readme", "spec/README.md")]
    [TestCase("claims", "golden/claims")]
    [TestCase("bits", "golden/bits")]
    [TestCase("board", "spec/board.html")]
    public void A_name_that_would_not_build_or_is_taken_is_refused_with_why(string topic, string why)
    {
        Write(".gitignore", "# built\nbin/\nobj/\n*.user\n");
        Write("spec/board.html", "");
        Write("tests/Water.Tests/TideTests.cs", "Assert.That(1, Is.EqualTo(1));\n");
        Directory.CreateDirectory("golden/claims");
        Directory.CreateDirectory("golden/bits");
        string before = Everything();
        (int code, string output, string error) = Run("new", topic);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error.TrimEnd(), Does.StartWith($"spec: topic = {topic} ").And.Contain(why).And.Not.Contains("\n"));
        Assert.That(Everything(), Is.EqualTo(before));
    }

    [TestCase("spec/spring-tide.md")]
    [TestCase("src/TrainingSpec/Formulas/SpringTide.cs")]
    [TestCase("src/TrainingSpec/Formulas/Sky/SpringTide.cs")]
    [TestCase("src/TrainingSpec/Formulas/Water/Salt/SpringTide.cs")]
    public void A_file_that_is_there_already_is_left_alone(string path)
    {
        Write(path, "mine");
        string before = Everything();
        (int code, _, string error) = Run("new", "spring-tide");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("topic = spring-tide").And.Contains(path));
        Assert.That(Everything(), Is.EqualTo(before));
    }

    [TestCase("spec/protocol/oracle.md", "No table.\n")]
    [TestCase("spec/protocol/samples/answers.jsonl", "{\"ok\":true}")]
    [TestCase("spec/protocol/oracle.md", "| operation | numbers in its answer |\n| `tides` | 1 |\n\n| operation | member | equal | beside |\n| `tides` | `height` | 8 |  |\n\n## Parts of a model\n| `moon` |\n")]
    [TestCase("src/TrainingSpec.Conformance/Oracle/Protocol.cs", "// Nothing.\n")]
    [TestCase("src/TrainingSpec.Conformance/Oracle/MemberEquality.cs", "    All { get; } = [];\n")]
    public void Where_a_row_has_no_place_nothing_is_changed(string path, string text)
    {
        Write(path, text);
        string before = Everything();
        (int code, _, string error) = Run("new", "spring-tide");
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain(path));
        Assert.That(Everything(), Is.EqualTo(before));
    }

    private static string Everything() => string.Join('\n', Directory.GetFiles(".", "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => $"{f}: {File.ReadAllText(f)}"));

    private static void Write(string path, string text)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        File.WriteAllText(path, text);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
