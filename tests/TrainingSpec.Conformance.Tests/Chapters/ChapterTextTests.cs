using TrainingSpec.Checking.Chapters;

namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>Outputs go into the blocks that gave them and nowhere else; where that is not clear, nothing is written, and the line is named.</summary>
public sealed class ChapterTextTests
{
    private const string Two =
        """
        # Tides

        Prose.

        ```csharp example TIDES-1
        Print(1);
        ```

        ```output
        old
        ```

        More prose.

        ```csharp example TIDES-1
        Print(2);
        ```

        ```output
        old

        older
        ```

        The end.
        """;

    private static readonly string[] Spec = Directory.GetFiles(Folder, "*.md").Where(f => Path.GetFileName(f) != "README.md").ToArray();

    private static string Folder => Path.Combine(Path.GetDirectoryName(GoldenFolder.Find().Root)!, "spec");

    [Test]
    public void Outputs_go_into_their_blocks_and_the_rest_stays() =>
        Assert.That(Fill(Two, (5, "1\n"), (15, "2\n3\n")), Is.EqualTo(
            Two.Replace("```output\nold\n```", "```output\n1\n```", StringComparison.Ordinal).Replace("old\n\nolder", "2\n3", StringComparison.Ordinal) + "\n\n---\n\n[The book](README.md)\n"));

    [Test]
    public void A_block_without_a_fence_for_its_output_gets_one()
    {
        string without = Two.Replace("\n\n```output\nold\n```", "", StringComparison.Ordinal);
        Assert.That(Fill(without, (5, "1\n"), (11, "2\n")), Is.EqualTo(Fill(Two, (5, "1\n"), (15, "2\n"))));
        string last = Two.Replace("\n\n```output\nold\n\nolder\n```\n\nThe end.", "", StringComparison.Ordinal);
        Assert.That(Fill(last, (5, "1\n"), (15, "2\n")), Does.EndWith("Print(2);\n```\n\n```output\n2\n```\n\n---\n\n[The book](README.md)\n"));
    }

    [TestCaseSource(nameof(Spec))]
    public void A_block_appended_to_a_chapter_without_a_fence_for_its_output_moves_nothing(string path)
    {
        string text = File.ReadAllText(path), block = "```csharp example X-1\nPrint(7);\n```\n";
        string appended = text.Replace("\n---\n", "\n" + block + "\n---\n", StringComparison.Ordinal);
        Dictionary<int, string> computed = Shown(appended);
        computed[computed.Keys.Max()] = "7\n";
        string filled = Fill(appended, Links(text), computed);
        Assert.That(filled, Is.EqualTo(text.Replace("\n---\n", "\n" + block + "\n```output\n7\n```\n\n---\n", StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(Spec))]
    public void What_was_written_is_written_again_the_same(string path)
    {
        string text = File.ReadAllText(path);
        Assert.That(Fill(text, Links(text), Shown(text)), Is.EqualTo(text));
        Assert.That(ChapterText.Fingerprint(text.Replace("\n", "\r\n", StringComparison.Ordinal)), Is.EqualTo(ChapterText.Fingerprint(text)));
    }

    [TestCase("```output\nold\n```", "```output\nold", 9, "the block is not closed before line 14")]
    [TestCase("Print(1);\n```", "Print(1);", 5, "the block is not closed before line 8")]
    [TestCase("older\n```", "older", 19, "the block is not closed")]
    [TestCase("Prose.", "```output\nlost\n```", 3, "any other asserts nothing")]
    [TestCase("Prose.", "```csharp example TIDES-1\nPrint(0);\n```\n\nIt prints\n\n```output\n0\n```", 9, "any other asserts nothing")]
    public void Where_it_is_not_clear_what_a_block_is_nothing_is_written(string part, string instead, int line, string problem)
    {
        string text = Two.Replace(part, instead, StringComparison.Ordinal);
        ChapterText filled = ChapterText.Fill("tides", text, Enumerable.Range(1, 40).ToDictionary(i => i, _ => "1\n"), "");
        Assert.That(filled.Text, Is.SameAs(text));
        Assert.That(filled.Problems.Select(p => $"{p.Line}: {p.Message}"), Has.Some.StartsWith($"{line}: ").And.Some.Contains(problem));
    }

    [TestCase(5, "", "15: the block did not run to its end")]
    [TestCase(15, "\n", "15: the block printed nothing")]
    [TestCase(15, "1\n```\n", "15: what the block prints would close its own fence")]
    [TestCase(6, "1\n", "6: a block ran from here that no longer stands here")]
    public void What_matches_no_block_or_leaves_one_out_keeps_all_from_being_written(int line, string printed, string problem)
    {
        Dictionary<int, string> computed = new() { [5] = "1\n" };
        if (line != 5) computed[15] = "2\n";
        if (printed.Length > 0) computed[line] = printed;
        ChapterText filled = ChapterText.Fill("tides", Two, computed, "");
        Assert.That(filled.Text, Is.SameAs(Two));
        Assert.That(filled.Problems.Select(p => $"{p.Line}: {p.Message}"), Has.Some.StartsWith(problem));
    }

    [TestCase("See [The book](README.md) for more.")]
    [TestCase("---")]
    [TestCase("[Moon](moon.md) is next, and the sun.")]
    public void A_last_line_that_is_a_persons_stays(string last)
    {
        string text = Two.Replace("The end.", last, StringComparison.Ordinal);
        Assert.That(Fill(text, (5, "1\n"), (15, "2\n")), Does.EndWith("\n\n" + last + "\n\n---\n\n[The book](README.md)\n"));
    }

    [TestCase("[The book](README.md)")]
    [TestCase("[← Sun](sun.md) · [The book](README.md)")]
    [TestCase("[← Sun](sun.md) · [The book](README.md) · [Moon →](moon.md)")]
    public void The_links_of_an_earlier_run_are_replaced(string old) =>
        Assert.That(Fill(Two + "\n\n---\n\n" + old + "\n\n", (5, "1\n"), (15, "2\n")), Is.EqualTo(Fill(Two, (5, "1\n"), (15, "2\n"))));

    private static string Fill(string text, params (int Line, string Printed)[] computed) =>
        Fill(text, "[The book](README.md)", computed.ToDictionary(c => c.Line, c => c.Printed));

    private static string Fill(string text, string links, Dictionary<int, string> computed)
    {
        ChapterText filled = ChapterText.Fill("tides", text, computed, links);
        Assert.That(filled.Problems.Select(p => $"{p.Line}: {p.Message}"), Is.Empty);
        return filled.Text;
    }

    private static string Links(string text) => text.TrimEnd('\n').Split('\n')[^1];

    private static Dictionary<int, string> Shown(string text) =>
        ChapterParser.Parse("x", text).Blocks.ToDictionary(b => b.Line, b => b.Kind == ChapterBlockKind.Formula ? b.Code : b.Output ?? "");
}
