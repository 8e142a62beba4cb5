using System.CommandLine;
using System.Text.RegularExpressions;
using TrainingSpec.Checking;
using TrainingSpec.Checking.Chapters;
using TrainingSpec.Checking.Golden;

namespace Spec.Cli.Commands;

/// <summary><c>spec new</c>: makes the files and rows of a topic, which build, and whose tests fail until they are filled in.</summary>
internal static partial class NewCommand
{
    /// <summary>What a new topic's files lack is marked by this, and <c>spec trace</c> counts it as a gap.</summary>
    public const string Mark = "TODO: ";

    private const string Formulas = "src/TrainingSpec/Formulas";

    private const string FirstPage = "spec/README.md", Protocol = "spec/protocol/oracle.md", Oracle = "src/TrainingSpec.Conformance/Oracle/";

    // Each template and the file that it becomes; @…@ stands for a form of the topic's name.
    private static readonly (string Template, string Path)[] Files =
    [
        ("Formula", Formulas + "/@family@@Class@.cs"),
        ("Operation", "src/TrainingSpec.Conformance/Oracle/Operations/@Class@Operation.cs"),
        ("Rules", "src/TrainingSpec.Conformance/Rules/@Class@Rules.cs"),
        ("Wrong", "src/TrainingSpec.Conformance/Wrong/Wrong@Class@.cs"),
        ("Examples", "src/TrainingSpec.Claims/WorkedExamples/@Class@Examples.cs"),
        ("Tests", "tests/TrainingSpec.Tests/@Class@/@Class@Tests.cs"),
        ("Chapter", "spec/@topic@.md"),
    ];

    // What the oracle must know of an operation, and the topic's fixture: the line comes before the first end that follows the start; at the end of the file where the end is empty.
    private static readonly (string Path, string Start, string End, string Line)[] Lines =
    [
        (Oracle + "Protocol.cs", "> Operations { get; } =", "    };", "        \"@id@\",\n"),
        (Oracle + "MemberEquality.cs", "> All { get; } =", "    ];", "        Near(\"@id@\", \"y\", 0, 8),\n"),
        (Oracle + "SizedRequests.cs", "> Constant { get; } =", "    ];", "        \"@id@\",\n"),
        (Protocol, "| operation | numbers in its answer |", "\n", "| `@id@` | 1 |\n"),
        (Protocol, "| operation | member | equal | beside |", "\n", "| `@id@` | `y` | 8 |  |\n"),
        (Protocol, "\n## Parts of a model", "\n## Hyperparameters", $"| `@id@` | `x` | `y`: {Mark}what it is |\n"),
        ("spec/protocol/samples/requests.jsonl", "", "", "{\"id\": \"@id@\", \"op\": \"@id@\", \"args\": {\"x\": 1}}\n"),
        ("spec/protocol/samples/answers.jsonl", "", "", "{\"id\":\"@id@\",\"ok\":true,\"result\":{\"y\":1}}\n"),
        ("src/TrainingSpec.Conformance.NUnit/Fixtures.cs", "", "", "\n/// <summary>The rules of the chapter \"@Title@\".</summary>\n[Topic(\"@topic@\")]\npublic abstract class @Class@Rules : RuleFixture;\n"),
    ];

    public static Command Create(TextWriter output)
    {
        var topic = new Argument<string>("topic") { Description = "The topic's name: lower case, words joined by hyphens, such as shadow-weights" };
        var after = new Option<string>("--after") { Description = "The topic whose chapter stands before the new one; the book's last chapter where it is left out", HelpName = "topic" };
        var family = new Option<string>("--family") { Description = $"The folder of {Formulas} that gets the formula; that of the chapter before the new one where it is left out", HelpName = "folder" };
        var command = new Command("new", "Make the files and rows that a new topic needs. They build; their tests fail and spec trace names them until they are filled in. Example: spec new shadow-weights --after adamw") { topic, after, family };
        command.SetAction(parsed => Run(output, parsed.GetValue(topic)!, parsed.GetValue(after), parsed.GetValue(family)));
        return command;
    }

    private static int Run(TextWriter output, string topic, string? after, string? family)
    {
        if (!Name().IsMatch(topic))
            throw new ArgumentException($"topic = {topic} is outside the names in lower case whose words are joined by hyphens, such as shadow-weights");
        string root = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!;
        string title = char.ToUpperInvariant(topic[0]) + topic[1..].Replace('-', ' ');
        string before = Read(root, FirstPage), page = WithRow(before, topic, title, after);
        string name = TopicNames.Pascal(topic);
        string[] types = [name, .. Files.Select(f => Path.GetFileNameWithoutExtension(f.Path)).Where(f => f.Contains("@Class@", StringComparison.Ordinal)).Select(f => f.Replace("@family@", "", StringComparison.Ordinal).Replace("@Class@", name, StringComparison.Ordinal))];
        if (TakenNames.Why(root, topic, types) is { } why)
            throw new ArgumentException($"topic = {topic} {why}");
        TableOfContents contents = TableOfContents.Parse(page);
        ILookup<string, string> formulas = FormulaFolders(root);
        string folder = family is null ? Neighbourhood(contents, topic, formulas) : Family(root, family);
        string Named(string text) => text.Replace("@family@", folder, StringComparison.Ordinal).Replace("@Class@", TopicNames.Pascal(topic), StringComparison.Ordinal).Replace("@topic@", topic, StringComparison.Ordinal)
            .Replace("@id@", Id(topic), StringComparison.Ordinal).Replace("@RULE@", topic.ToUpperInvariant(), StringComparison.Ordinal)
            .Replace("@Title@", title, StringComparison.Ordinal).Replace("@navigation@", contents.Navigation(topic), StringComparison.Ordinal);
        (string Path, string Text)[] made = [.. Files.Select(f => (Named(f.Path), Named(Template(f.Template))))];
        string standing = formulas[TopicNames.Pascal(topic)].Select(f => $"{Formulas}/{f}{TopicNames.Pascal(topic)}.cs").Concat(made.Select(f => f.Path).Where(p => File.Exists(Path.Combine(root, p)))).FirstOrDefault("");
        if (standing.Length > 0)
            throw new ArgumentException($"topic = {topic} is there already: {standing}");
        (string Path, string Before, string Text)[] changed =
        [
            (FirstPage, before, page),
            .. Neighbours(root, contents, topic),
            .. Lines.GroupBy(l => l.Path, (path, lines) => (Path: path, Text: Read(root, path), Lines: lines))
                .Select(f => (f.Path, f.Text, f.Lines.Aggregate(f.Text, (text, line) => Inserted(text, line with { Line = Named(line.Line) })))),
        ];
        var files = new AtomicFiles(root);
        foreach ((string path, string text) in made)
            files.Write(Path.Combine(root, path), text);
        foreach ((string path, string said, string text) in changed)
            files.Replace(Path.Combine(root, path), said, text);
        files.Commit();
        foreach ((string path, _) in made)
            output.WriteLine($"made {path}");
        foreach ((string path, _, _) in changed)
            output.WriteLine($"changed {path}");
        output.WriteLine($"What they lack stands after {Mark.TrimEnd()} in them. README.md, \"How to add a formula\", says in which order to write it; spec trace, what is left.");
        return 0;
    }

    private static string Id(string topic) => topic.Replace('-', '_');

    private static string Read(string root, string path) => File.ReadAllText(Path.Combine(root, path));

    private static string Template(string name)
    {
        using Stream template = typeof(NewCommand).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(template);
        return reader.ReadToEnd();
    }

    private static string WithRow(string page, string topic, string title, string? after)
    {
        IReadOnlyList<string> topics = TableOfContents.Parse(page).Topics;
        if (topics.Contains(topic))
            throw new ArgumentException($"topic = {topic} is there already: {FirstPage} lists it");
        string before = after is null ? topics[^1] : topics.FirstOrDefault(t => t.Equals(after, StringComparison.OrdinalIgnoreCase)) ?? throw new ArgumentException($"after = {after} is no topic of {FirstPage}{NearNames.Question(after, topics)}");
        int row = page.IndexOf($"]({before}.md) |", StringComparison.Ordinal);
        return Inserted(page, page.IndexOf('\n', row) + 1, $"| [{title}]({topic}.md) | {Mark}what one learns |\n");
    }

    // The chapters before and after lead to the new one.
    private static IEnumerable<(string Path, string Before, string Text)> Neighbours(string root, TableOfContents contents, string topic)
    {
        int at = contents.Topics.ToList().IndexOf(topic);
        foreach (string neighbour in contents.Topics.Skip(at - 1).Take(3).Where(t => t != topic))
        {
            string path = $"spec/{neighbour}.md";
            string text = Read(root, path);
            yield return (path, text, string.Concat(text.AsSpan(0, text.TrimEnd().LastIndexOf('\n') + 1), contents.Navigation(neighbour), "\n"));
        }
    }

    // Each file of formulas, without its ending, and its folder in them, which ends with / where it is not empty.
    private static ILookup<string, string> FormulaFolders(string root)
    {
        string all = Path.Combine(root, Formulas);
        return (Directory.Exists(all) ? Directory.GetFiles(all, "*.cs", SearchOption.AllDirectories) : []).Order(StringComparer.Ordinal)
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), f => Path.GetRelativePath(all, f)[..^Path.GetFileName(f).Length].Replace('\\', '/'));
    }

    // The folder of the nearest chapter before the topic that has a file of formulas by its name.
    private static string Neighbourhood(TableOfContents contents, string topic, ILookup<string, string> formulas) =>
        contents.Topics.TakeWhile(t => t != topic).Reverse().SelectMany(t => formulas[TopicNames.Pascal(t)]).FirstOrDefault("");

    private static string Family(string root, string family)
    {
        string all = Path.Combine(root, Formulas);
        string[] families = [.. Directory.GetDirectories(all, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(all, f).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        return families.Contains(family) ? family + "/" : throw new ArgumentException($"family = {family} is no folder of {Formulas}{NearNames.Question(family, families)}");
    }

    private static string Inserted(string text, (string Path, string Start, string End, string Line) line)
    {
        int start = text.IndexOf(line.Start, StringComparison.Ordinal);
        int end = start < 0 || line.End.Length == 0 ? text.Length : text.IndexOf("\n" + line.End, start, StringComparison.Ordinal) + 1;
        if (start < 0 || end == 0 || text[end - 1] != '\n')
            throw new GoldenException($"{line.Path} has no place for {line.Line.TrimEnd()}");
        return Inserted(text, end, line.Line);
    }

    private static string Inserted(string text, int at, string line) => string.Concat(text.AsSpan(0, at), line, text.AsSpan(at));

    [GeneratedRegex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    private static partial Regex Name();
}
