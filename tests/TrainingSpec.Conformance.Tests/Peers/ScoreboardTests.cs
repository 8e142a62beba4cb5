using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spec.Cli.Conformance;
using TrainingSpec.Conformance.Judging;

namespace TrainingSpec.Conformance.Tests.Peers;

/// <summary>What can be checked of the scoreboard without the libraries: its form, that its rules are the book's, and that each deviation is explained.</summary>
public sealed partial class ScoreboardTests
{
    private static readonly string Folder = Spec.Cli.Commands.ChapterFolder.Find();

    private static readonly string Text = File.ReadAllText(Path.Combine(Folder, "scoreboard.md"));

    private static readonly IReadOnlyList<FoundBug> Bugs = FoundBugs.Read(Path.Combine(Folder, "found-bugs.md"));

    private static readonly string[][] Rows = [.. Text.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Select(l => l.Trim('|', ' ').Split(" | "))];

    private static readonly string[] Head = Rows.Single(r => r[0] == "rule");

    // A blank cell between two bars loses its own blanks, so that a row is cut at bars; a bar in a sentence is written \|.
    private static readonly (string Id, string[] Cells)[] Rules =
    [
        .. Text.Split('\n').Where(l => RuleRow().IsMatch(l)).Select(l => Bar().Split(l).Select(c => c.Trim()).ToArray()).Select(c => (c[1], c[2..(2 + Libraries.Length)])),
    ];

    private static string[] Libraries => Head[1..^1];

    // A rule that is newer than the board may be missing as long as no adapter names an operation that it asks: nobody would be judged by it.
    [Test]
    public void Every_rule_of_the_book_that_a_library_could_be_judged_by_stands_once_in_the_table_or_among_those_that_nobody_has()
    {
        string[] blank = [.. Text.Split('\n').Where(l => l.StartsWith("No library here has the operations for ", StringComparison.Ordinal)).SelectMany(l => Id().Matches(l).Select(m => m.Value))];
        string[] board = [.. Rules.Select(r => r.Id), .. blank], missing = [.. BookRules.All.Select(r => r.Id).Except(board)];
        Assert.That(board, Is.Unique.And.SubsetOf(BookRules.All.Select(r => r.Id)));
        string adapters = string.Concat(Adapters().Select(File.ReadAllText));
        Assert.That(adapters, Does.Contain("\"adam.step\""));
        string[] asked = [.. RuleChecks.All.Where(c => missing.Contains(c.Rule)).SelectMany(RuleChecks.OperationsOf).Distinct().Where(op => adapters.Contains(op, StringComparison.Ordinal))];
        Assert.That(asked, Is.Empty, $"{string.Join(", ", missing)} are not on the board, which tools/peers/run --write writes");
    }

    private static IEnumerable<string> Adapters()
    {
        string peers = Path.Combine(Folder, "..", "tools", "peers");
        return Directory.GetFiles(peers).Concat(Directory.GetDirectories(peers).SelectMany(Directory.GetFiles)).Where(f => Path.GetExtension(f) is ".py" or ".mjs" or ".cs" or ".cpp");
    }

    [Test]
    public void Six_libraries_stand_there_with_their_versions_and_a_command_each()
    {
        Assert.That(Libraries, Has.Length.GreaterThanOrEqualTo(6).And.All.Match(" [0-9]+\\.[0-9]+"));
        foreach (string library in Libraries)
            Assert.That(Text, Does.Match($@"\n### {Regex.Escape(library)}\n\nEach cell again: `spec conform --run RULE --seed 1 -- [^`/][^`]* tools/peers/|\n### {Regex.Escape(library)}\n\nEach cell again: `spec conform --run RULE --seed 1 -- (/usr/bin/python3 )?tools/peers/"), library);
    }

    [Test]
    public void Every_cell_is_a_word_that_is_known_and_every_deviation_has_its_sentence_and_its_entry()
    {
        using var scope = Assert.EnterMultipleScope();
        foreach ((string id, string[] cells) in Rules)
        {
            foreach ((string library, string cell) in Libraries.Zip(cells))
            {
                Match deviation = Deviation().Match(cell);
                Assert.That(cell is "" or "kept" || deviation.Success, $"{library}, {id}: {cell}");
                if (!deviation.Success)
                    continue;
                FoundBug? bug = Bugs.FirstOrDefault(b => b.Anchor == deviation.Groups[2].Value);
                Assert.That(bug?.Where.Contains((Name(library), id)), Is.True, $"{library}, {id}: no entry");
                Assert.That(Section(library), Does.Contain(bug!.InShort), $"{library}, {id}: no sentence");
                Assert.That(Section(library), Does.Match($@"\*\*[^*]*\b{id}\b[^*]*\*\*"), $"{library}, {id}");
            }
        }
    }

    [Test]
    public void Every_entry_of_a_rule_is_a_deviation_on_the_board()
    {
        using var scope = Assert.EnterMultipleScope();
        foreach ((string library, string item) in Bugs.SelectMany(b => b.Where))
        {
            int column = Array.FindIndex(Libraries, l => Name(l) == library);
            Assert.That(column, Is.GreaterThanOrEqualTo(0), $"{library} does not stand on the scoreboard");
            if (Id().IsMatch(item))
                Assert.That(Rules.Single(r => r.Id == item).Cells[column], Does.StartWith("["), $"{library} keeps {item}");
        }

        foreach (string library in Libraries)
            Assert.That(Bugs.SelectMany(b => b.Where).Select(w => w.Library), Does.Contain(Name(library)), "a deviation of each library is explained");
    }

    [Test]
    public void The_page_has_the_same_cells_and_opens_on_request_expected_and_got()
    {
        string page = File.ReadAllText(Path.Combine(Folder, "scoreboard.html"));
        Assert.That(HtmlRow().Matches(page).Select(m => m.Groups[1].Value), Is.EqualTo(Rules.Select(r => r.Id)));
        string[] words = [.. HtmlCell().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.That(words, Is.EqualTo(Rules.SelectMany(r => r.Cells).Where(c => c.StartsWith('[')).Select(c => c[1..c.IndexOf(']', StringComparison.Ordinal)])));
        Assert.That(Regex.Count(page, "\nrequest: "), Is.GreaterThanOrEqualTo(words.Length));
        Assert.That(Regex.Count(page, "\nagain: spec conform --run "), Is.GreaterThanOrEqualTo(words.Length));
        Assert.That(AbsolutePath().Matches(page + Text).Select(m => m.Value).Where(path => path != "/usr/bin/python3"), Is.Empty, "a path of the machine that judged");
    }

    [Test]
    public void A_cell_that_changed_is_named_and_another_version_is_not_compared()
    {
        JsonObject report = Report("lib", "1.0", ("SGD-1", "kept"), ("SGD-2", "broken"));
        string accepted = new Scoreboard([report], []).Markdown();
        Assert.That(new Scoreboard([report], []).Compare(accepted).IsSame);
        (bool same, IReadOnlyList<string> lines) = new Scoreboard([Report("lib", "1.0", ("SGD-1", "broken"), ("SGD-2", "unsupported"))], []).Compare(accepted);
        Assert.That((same, lines.Single()), Is.EqualTo((false, "lib 1.0: SGD-1 kept -> broken; SGD-2 broken -> unsupported")));
        (bool other, lines) = new Scoreboard([Report("lib", "1.1", ("SGD-1", "broken"))], []).Compare(accepted);
        Assert.That((other, lines.Single()), Is.EqualTo((true, "lib 1.1: not the version that the scoreboard has (lib 1.0)")));
        Assert.That(new Scoreboard([report], []).Unknown, Is.EqualTo(new[] { "lib: SGD-2" }));
        Assert.That(new Scoreboard([report], [new("Title, here", 1, [("lib", "SGD-2")], "new", "A sentence.", new Dictionary<string, JsonObject>())]).Markdown(), Does.Contain("| [broken](found-bugs.md#title-here) |").And.Contain("- **SGD-2**: A sentence. [new](found-bugs.md#title-here)"));
    }

    private static JsonObject Report(string name, string version, params (string Id, string Status)[] rules) => new()
    {
        ["suite"] = "0.1.0",
        ["seed"] = 1,
        ["command"] = "lib",
        ["peer"] = new JsonObject { ["name"] = name, ["version"] = version, ["dtypes"] = new JsonArray("float64") },
        ["counts"] = new JsonObject { ["kept"] = 1 },
        ["rules"] = new JsonArray([.. rules.Select(r => new JsonObject { ["id"] = r.Id, ["status"] = r.Status, ["rule"] = "a rule", ["reason"] = "so" })]),
        ["operations"] = new JsonArray(),
    };

    private static string Name(string library) => library[..library.LastIndexOf(' ')];

    private static string Section(string library) => Text.Split($"\n### {library}\n")[1].Split("\n### ")[0];

    [GeneratedRegex(@"(?<=[\s`""'(])/[\w.-]+(?:/[\w.-]+)+")]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(@"^\| [A-Z][A-Z0-9-]*-[0-9]+ \|")]
    private static partial Regex RuleRow();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"\b[A-Z][A-Z0-9-]*-[0-9]+\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\[(less accurate|(?:broken|variant)(?:: [a-z0-9-]+)?|malformed|timed-out)\]\(found-bugs\.md#([\p{L}\p{N}_-]+)\)$")]
    private static partial Regex Deviation();

    [GeneratedRegex("<tr id=\"([A-Z0-9-]+)\">")]
    private static partial Regex HtmlRow();

    [GeneratedRegex("<td class=\"[a-z-]+\"><details><summary>([^<]*)</summary>")]
    private static partial Regex HtmlCell();
}
