using TrainingSpec.Checking.Chapters;
using TrainingSpec.Claims;

namespace Spec.Cli.Commands;

/// <summary>The chapters, read from where the claims are read.</summary>
internal static class ChapterFolder
{
    /// <summary>The folder of the book.</summary>
    public static string Find() => ClaimSource.Find().Book;

    /// <summary>The order in which the book is read.</summary>
    public static TableOfContents Contents() => TableOfContents.Parse(File.ReadAllText(Path.Combine(Find(), "README.md")));

    public static IReadOnlyList<Chapter> Read() =>
        [
            .. Directory.GetFiles(Find(), "*.md").Order(StringComparer.Ordinal)
                .Where(TableOfContents.IsChapter)
                .Select(f => ChapterParser.Parse(Path.GetFileNameWithoutExtension(f), File.ReadAllText(f))),
        ];
}
