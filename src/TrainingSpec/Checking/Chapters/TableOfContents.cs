using System.Text.RegularExpressions;

namespace TrainingSpec.Checking.Chapters;

/// <summary>The chapters in the order in which the book is read: the rows <c>| [Title](topic.md) | what one learns |</c> of its first page.</summary>
public sealed class TableOfContents
{
    private static readonly Regex Row = new Regex(@"^\| \[([^\]]+)\]\(([a-z0-9-]+)\.md\) \| [^|]+ \|$");

    // Pages beside the chapters: the first one, what is made of reports, and what is found by them.
    private static readonly string[] Others = ["README.md", "scoreboard.md", "found-bugs.md"];

    private readonly List<KeyValuePair<string, string>> _chapters;

    private TableOfContents(List<KeyValuePair<string, string>> chapters) => _chapters = chapters;

    /// <summary>The topics in order.</summary>
    public IReadOnlyList<string> Topics => [.. _chapters.Select(c => c.Key)];

    /// <summary>True where a page of the book's folder is a chapter, and no list or table beside the chapters.</summary>
    /// <param name="path">The page's file.</param>
    public static bool IsChapter(string path) => path.EndsWith(".md", StringComparison.Ordinal) && !Others.Contains(Path.GetFileName(path));

    /// <summary>Reads the first page.</summary>
    /// <param name="page">The Markdown.</param>
    public static TableOfContents Parse(string page) => new TableOfContents(
    [
        .. (page ?? throw new ArgumentNullException(nameof(page))).Split('\n').Select(line => Row.Match(line.TrimEnd('\r'))).Where(m => m.Success)
            .Select(m => new KeyValuePair<string, string>(m.Groups[2].Value, m.Groups[1].Value)),
    ]);

    /// <summary>Which chapters are missing, listed twice, listed without being there, or listed under another title; and which do not lead on.</summary>
    /// <param name="chapters">The chapters.</param>
    public IEnumerable<string> Problems(IReadOnlyList<Chapter> chapters) => ListProblems(chapters).Concat(chapters.SelectMany(LeadProblems));

    /// <summary>Which chapters are missing, listed twice, listed without being there, or listed under another title.</summary>
    /// <param name="chapters">The chapters.</param>
    public IEnumerable<string> ListProblems(IReadOnlyList<Chapter> chapters)
    {
        HashSet<string> there = [.. chapters.Select(c => c.Topic)];
        foreach (string topic in _chapters.Select(c => c.Key).Where(t => !there.Contains(t)))
            yield return $"spec/README.md lists {topic}.md, which is not there";
        foreach (Chapter chapter in chapters)
        {
            List<string> titles = Titles(chapter);
            if (titles.Count != 1)
                yield return $"spec/README.md lists {chapter.Topic}.md {titles.Count} times";
            else if (titles[0] != chapter.Title)
                yield return $"spec/README.md calls {chapter.Topic}.md '{titles[0]}', its title is '{chapter.Title}'";
        }
    }

    private IEnumerable<string> LeadProblems(Chapter chapter)
    {
        List<string> titles = Titles(chapter);
        if (titles.Count == 1 && titles[0] == chapter.Title && chapter.LastLine != Navigation(chapter.Topic))
            yield return $"spec/{chapter.Topic}.md does not end with {Navigation(chapter.Topic)}";
    }

    private List<string> Titles(Chapter chapter) => [.. _chapters.Where(c => c.Key == chapter.Topic).Select(c => c.Value)];

    /// <summary>The last line of a chapter: links to the one before it, to the first page, and to the one after it.</summary>
    /// <param name="topic">A topic that is listed.</param>
    public string Navigation(string topic)
    {
        int i = _chapters.FindIndex(c => c.Key == topic);
        var links = new List<string>();
        if (i > 0)
            links.Add($"[← {_chapters[i - 1].Value}]({_chapters[i - 1].Key}.md)");
        links.Add("[The book](README.md)");
        if (i >= 0 && i + 1 < _chapters.Count)
            links.Add($"[{_chapters[i + 1].Value} →]({_chapters[i + 1].Key}.md)");
        return string.Join(" · ", links);
    }
}
