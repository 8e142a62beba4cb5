#if !WRITE_CHAPTERS
// While chapters are being written, those at hand are not yet what they will be.
using TrainingSpec.Checking.Chapters;

namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>Outputs go into the blocks that gave them and nowhere else; where that is not clear, nothing is written, and the line is named.</summary>
public sealed class ChapterTextTests
{
    private const string FirstOutput = "```output\n1\n```\n";

    // The lines at which its blocks open: a formula, an example, a wrong one, two exercises.
    private static readonly int[] Opens = [7, 15, 29, 41, 51];

    private static readonly string[] Spec = Directory.GetFiles(Folder, "*.md").Where(TableOfContents.IsChapter).ToArray();

    private static string Sound { get; } = ChapterFormTests.Sound.ReplaceLineEndings("\n") + "\n";

    private static string Folder => Path.Combine(Path.GetDirectoryName(GoldenFolder.Find().Root)!, "spec");

    [Test]
    public void Outputs_go_into_their_blocks_and_the_rest_stays()
    {
        Dictionary<int, string> computed = Shown(Sound);
        Assert.That(computed.Keys, Is.EqualTo(Opens));
        computed[7] = "h = 2\n";
        computed[15] = "2\n\n3\n";
        Assert.That(Fill(Sound, computed), Is.EqualTo(First(Sound, FirstOutput, "```output\n2\n\n3\n```\n").Replace("h = 1", "h = 2", StringComparison.Ordinal)));
    }

    [Test]
    public void A_block_without_a_fence_for_its_output_gets_one()
    {
        string without = First(Sound, "\n" + FirstOutput, "");
        Assert.That(Fill(without, Shown(without, missing: "1\n")), Is.EqualTo(Sound));
        string nowhere = Sound.Replace("\n```output\n1\n```\n", "", StringComparison.Ordinal);
        Assert.That(Fill(nowhere, Shown(nowhere, missing: "1\n")), Is.EqualTo(Sound));
    }

    [TestCaseSource(nameof(Spec))]
    public void A_block_appended_to_a_chapter_without_a_fence_for_its_output_moves_nothing(string path)
    {
        string text = File.ReadAllText(path), block = $"```csharp example {ChapterParser.Parse("x", text).Rules[0].Id}\nPrint(7);\n```\n";
        string appended = text.Replace("\n---\n", "\n" + block + "\n---\n", StringComparison.Ordinal);
        Assert.That(Fill(appended, Shown(appended, missing: "7\n")), Is.EqualTo(text.Replace("\n---\n", "\n" + block + "\n```output\n7\n```\n\n---\n", StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(Spec))]
    public void What_was_written_is_written_again_the_same(string path)
    {
        string text = File.ReadAllText(path);
        Assert.That(Fill(text, Shown(text)), Is.EqualTo(text));
        Assert.That(ChapterText.Fingerprint(text.Replace("\n", "\r\n", StringComparison.Ordinal)), Is.EqualTo(ChapterText.Fingerprint(text)));
    }

    [TestCase("Errors count: of old.\n\n", TestName = "A_sentence_below_an_exception_is_replaced")]
    [TestCase("", TestName = "A_sentence_below_an_exception_is_added")]
    public void Below_an_exception_stands_its_sentence(string old)
    {
        string block = "```math exception=tides.height\nh\n```\n\n";
        string text = First(Sound, "## Rules", block + old + "## Rules");
        int line = text.Split('\n').ToList().IndexOf("```math exception=tides.height") + 1;
        ChapterText filled = ChapterText.Fill("tides", text, Shown(text), new Dictionary<int, string> { [line] = "Errors count: of now." }, Links(Sound));
        Assert.That(filled.Problems, Is.Empty);
        Assert.That(filled.Text, Is.EqualTo(First(Sound, "## Rules", block + "Errors count: of now.\n\n## Rules")));
    }

    [TestCase(FirstOutput, "```output\n1\n", "19: the block is not closed before line 28")]
    [TestCase("Print(1);\n```\n", "Print(1);\n", "15: the block is not closed before line 18")]
    [TestCase(FirstOutput, "It prints\n\n" + FirstOutput, "21: a fence is 'csharp example RULE'")]
    [TestCase("Water rises", "```text\nlost\n```\n\nWater rises", "3: a fence is 'csharp example RULE'")]
    [TestCase("```\n\n---", "\n---", "55: the block is not closed")]
    [TestCase("## Rules", "## Laws", "5: the parts are")]
    public void Where_it_is_not_clear_what_a_block_is_nothing_is_written(string part, string instead, string problem)
    {
        string text = First(Sound, part, instead);
        ChapterText filled = ChapterText.Fill("tides", text, Shown(text, missing: "1\n"), Said(text), "");
        Assert.That(filled.Text, Is.SameAs(text));
        Assert.That(filled.Problems.Select(p => $"{p.Line}: {p.Message}"), Has.Some.StartsWith(problem));
    }

    [TestCase(15, null, "15: the block did not run to its end")]
    [TestCase(15, "\n", "15: the block printed nothing")]
    [TestCase(15, "1\n```\n", "15: what the block prints would close its own fence")]
    [TestCase(16, "1\n", "16: a block ran from here that no longer stands here")]
    public void What_matches_no_block_or_leaves_one_out_keeps_all_from_being_written(int line, string? printed, string problem)
    {
        Dictionary<int, string> computed = Shown(Sound);
        computed.Remove(line);
        if (printed is not null) computed[line] = printed;
        ChapterText filled = ChapterText.Fill("tides", Sound, computed, Said(Sound), "");
        Assert.That(filled.Text, Is.SameAs(Sound));
        Assert.That(filled.Problems.Select(p => $"{p.Line}: {p.Message}").Single(), Does.StartWith(problem));
    }

    [TestCase("See [The book](README.md) for more.")]
    [TestCase("---")]
    [TestCase("[Moon](moon.md) is next, and the sun.")]
    public void A_last_line_that_is_a_persons_stays(string last)
    {
        string end = "\n\n---\n\n" + Links(Sound) + "\n";
        string text = Sound.Replace(end, "\n\n" + last + "\n", StringComparison.Ordinal);
        ChapterText filled = ChapterText.Fill("tides", text, Shown(text), Said(text), Links(Sound));
        Assert.That(filled.Text, Is.EqualTo(Sound.Replace(end, "\n\n" + last + end, StringComparison.Ordinal)));
    }

    [TestCase("[The book](README.md)")]
    [TestCase("[← Sun](sun.md) · [The book](README.md)")]
    [TestCase("[← Sun](sun.md) · [The book](README.md) · [Moon →](moon.md)")]
    public void The_links_of_an_earlier_run_are_replaced(string old)
    {
        string text = Sound.Replace(Links(Sound), old + "\n\n", StringComparison.Ordinal);
        Assert.That(ChapterText.Fill("tides", text, Shown(text), Said(text), Links(Sound)).Text, Is.EqualTo(Sound));
    }

    private static string Fill(string text, Dictionary<int, string> computed)
    {
        ChapterText filled = ChapterText.Fill("tides", text, computed, Said(text), Links(text));
        Assert.That(filled.Problems.Select(p => $"{p.Line}: {p.Message}"), Is.Empty);
        return filled.Text;
    }

    private static string First(string text, string part, string instead)
    {
        int at = text.IndexOf(part, StringComparison.Ordinal);
        return string.Concat(text.AsSpan(0, at), instead, text.AsSpan(at + part.Length));
    }

    private static string Links(string text) => text.TrimEnd('\n').Split('\n')[^1];

    private static Dictionary<int, string> Shown(string text, string missing = "") =>
        ChapterParser.Parse("x", text).Blocks.ToDictionary(b => b.Line, b => b.Kind is ChapterBlockKind.Example or ChapterBlockKind.Wrong ? b.Output ?? missing : b.Code);

    private static Dictionary<int, string> Said(string text) =>
        ChapterParser.Parse("x", text).Blocks.Where(b => b.Kind == ChapterBlockKind.Exception).ToDictionary(b => b.Line, b => b.Output!.TrimEnd('\n'));
}
#endif
