using TrainingSpec.Checking.Chapters;

namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>A chapter that keeps the form has no problem, and each departure from it is one.</summary>
public sealed class ChapterFormTests
{
    internal const string Sound =
        """
        # Tides

        Water rises and falls, and a ship must know when.

        ## Formulas

        ```math formula=tides.height
        h = 1
        ```

        ## Rules

        **TIDES-1** (required): The height is 1.

        ```csharp example TIDES-1
        Print(1);
        ```

        ```output
        1
        ```

        ## What the documents say

        D1 says so (D1-001).

        ## When it is done wrong

        ```csharp wrong TIDES-1 tides-upside-down
        Print(-1);
        ```

        ```output
        -1
        ```

        ## Exercises

        1. How high is it?

        ```csharp example TIDES-1
        Print(1);
        ```

        ```output
        1
        ```

        2. And now?

        ```csharp example TIDES-1
        Print(1);
        ```

        ```output
        1
        ```

        ---

        [The book](README.md) · [Moon →](moon.md)
        """;

    private const string Page = "| chapter | what one learns |\n|---|---|\n| [Tides](tides.md) | the height |\n| [Moon](moon.md) | why |\n";

    [Test]
    public void A_chapter_that_keeps_the_form_has_no_problem() =>
        Assert.That(ChapterParser.Parse("tides", Sound).Problems.Select(p => p.Message), Is.Empty);

    [TestCase("## Rules", "## Laws", "the parts are 'Formulas', 'Laws'")]
    [TestCase("## Formulas", "Formulas", "the parts are 'Rules'")]
    [TestCase("# Tides", "Tides", "begins with its title")]
    [TestCase("Water rises and falls, and a ship must know when.", "", "says its problem")]
    [TestCase("formula=tides.height", "", "any other asserts nothing")]
    [TestCase("```math formula=tides.height\nh = 1\n```", "It is 1.", "displays a formula")]
    [TestCase("(required): The height is 1.", "(required): The height is 1. It stays so.", "not one sentence")]
    [TestCase("(required): The height is 1.", "(required): The height is 1; it stays so.", "not one sentence")]
    [TestCase("(required): The height is 1.", "(required): The height is 1\nand stays so.", "not one sentence")]
    [TestCase("(required): The height is 1.", "(demanded): The height is 1.", "a rule reads")]
    [TestCase("(D1-001)", "", "ids of claims")]
    [TestCase("says so", "says that $h = 1$", "TeX")]
    [TestCase("says so", @"says \frac{1}{1}", "TeX")]
    [TestCase("csharp wrong TIDES-1 tides-upside-down", "csharp example TIDES-1", "wrong implementation is run here")]
    [TestCase("2. And now?", "And now?", "at least 2 exercises, not 1")]
    [TestCase("2. And now?", "3. And now?", "this is exercise 2")]
    [TestCase("1. How high is it?", "1. How high is it?\n\n2. Is it?", "a solution that runs")]
    [TestCase("Print(-1);", "int x = -1;", "prints nothing")]
    [TestCase("```output\n-1\n```", "", "has no output fence after it")]
    [TestCase("```output\n-1\n```", "```output\n```", "has no output,")]
    [TestCase("## What the documents say", "## What the documents say\n\n**TIDES-2** (library): It is wet.", "outside the part 'Rules'")]
    [TestCase("2. And now?", "2. And now?\n\n```math formula=tides.depth\nd = 1\n```", "outside the part 'Formulas'")]
    [TestCase("2. And now?", "2. And now?\n\n```math exception=tides.height\nh\n```", "outside the part 'Formulas'")]
    [TestCase("2. And now?", "2. And now?\n\n```python\nprint(1)\n```", "any other asserts nothing")]
    public void A_departure_is_a_problem(string part, string instead, string problem)
    {
        string text = Sound.Replace("\r\n", "\n", StringComparison.Ordinal);
        int at = text.IndexOf(part, StringComparison.Ordinal);
        string changed = string.Concat(text.AsSpan(0, at), instead, text.AsSpan(at + part.Length));
        Assert.That(ChapterParser.Parse("tides", changed).Problems.Select(p => p.Message), Has.Some.Contains(problem));
    }

    [Test]
    public void A_chapter_of_library_rules_alone_runs_what_goes_wrong_as_an_example() =>
        Assert.That(ChapterParser.Parse("tides", Sound.Replace("(required)", "(library)", StringComparison.Ordinal).Replace("csharp wrong TIDES-1 tides-upside-down", "csharp example TIDES-1", StringComparison.Ordinal)).Problems, Is.Empty);

    [TestCase(Page, "", TestName = "Listed_and_leading_on_is_no_problem")]
    [TestCase("| [Moon](moon.md) | why |\n", "lists tides.md 0 times", TestName = "A_chapter_that_is_not_listed")]
    [TestCase(Page + "| [Tides](tides.md) | again |\n", "lists tides.md 2 times", TestName = "A_chapter_that_is_listed_twice")]
    [TestCase(Page + "| [Sun](sun.md) | too |\n", "sun.md, which is not there", TestName = "A_chapter_that_is_listed_and_not_there")]
    [TestCase("| [Floods](tides.md) | the height |\n| [Moon](moon.md) | why |\n", "its title is 'Tides'", TestName = "A_chapter_under_another_title")]
    [TestCase("| [Moon](moon.md) | why |\n| [Tides](tides.md) | the height |\n", "does not end with [← Moon](moon.md) · [The book](README.md)", TestName = "A_chapter_that_leads_elsewhere")]
    public void Contents(string page, string problem)
    {
        var moon = ChapterParser.Parse("moon", "# Moon\n\n" + TableOfContents.Parse(page).Navigation("moon"));
        string[] problems = [.. TableOfContents.Parse(page).Problems([ChapterParser.Parse("tides", Sound), moon])];
        Assert.That(problems, problem.Length == 0 ? Is.Empty : Has.Some.Contains(problem));
    }

#if !WRITE_CHAPTERS
    [Test]
    public void Every_chapter_is_listed_once_under_its_title_and_leads_to_its_neighbours()
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!, "spec");
        Chapter[] chapters = [.. Directory.GetFiles(folder, "*.md").Where(TableOfContents.IsChapter)
            .Select(f => ChapterParser.Parse(Path.GetFileNameWithoutExtension(f), File.ReadAllText(f)))];
        Assert.That(chapters, Is.Not.Empty);
        Assert.That(TableOfContents.Parse(File.ReadAllText(Path.Combine(folder, "README.md"))).Problems(chapters), Is.Empty);
    }
#endif

    [Test]
    public void The_pictures_are_what_the_library_computes()
    {
        using var output = new StringWriter();
        Assert.That(Spec.Cli.CommandLine.Run(["plots", "--check"], output, output), Is.Zero, output.ToString());
    }
}
