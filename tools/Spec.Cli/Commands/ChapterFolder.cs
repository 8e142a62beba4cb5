using TrainingSpec.Checking.Chapters;
using TrainingSpec.Checking.Golden;

namespace Spec.Cli.Commands;

/// <summary>The chapters of the checkout.</summary>
internal static class ChapterFolder
{
    public static IReadOnlyList<Chapter> Read()
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!, "spec");
        return
        [
            .. Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal)
                .Where(f => Path.GetFileName(f) != "README.md")
                .Select(f => ChapterParser.Parse(Path.GetFileNameWithoutExtension(f), File.ReadAllText(f))),
        ];
    }
}
