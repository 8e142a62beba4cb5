#if WRITE_CHAPTERS
using System.Reflection;
using TrainingSpec.Checking.Chapters;

namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>Runs the blocks of all chapters and writes what they gave: into all chapters, or, where one block fails or is not matched, into none.</summary>
public sealed class WrittenChapters
{
    [Test]
    public void All_chapters_are_written_or_none()
    {
        Type[] fixtures = [.. typeof(ChapterTests).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ChapterTests))).OrderBy(t => t.Name, StringComparer.Ordinal)];
        Assert.That(fixtures, Is.Not.Empty);
        List<string> problems = [];
        List<(string Path, string Before, string After)> chapters = [];
        foreach ((ChapterTests chapter, List<string> failures) in fixtures.AsParallel().AsOrdered().Select(fixture => (ChapterTests)Activator.CreateInstance(fixture)!).Select(chapter => (chapter, Run(chapter).ToList())).ToList())
        {
            string path = Path.GetFullPath(chapter.ChapterPath), before = File.ReadAllText(path), topic = Path.GetFileNameWithoutExtension(path);
            if (ChapterFile.Problem(path) is { } unwritable)
                problems.Add($"{path}(1): {unwritable}");
            if (ChapterText.Fingerprint(before) != chapter.ChapterFingerprint)
                problems.Add($"{path}(1): changed since it was compiled: run again");
            var contents = TableOfContents.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "README.md")));
            ChapterText text = ChapterText.Fill(topic, before, chapter.Computed, chapter.Sentences, contents.Navigation(topic));
            problems.AddRange(failures.Count > 0 ? failures : text.Problems.Select(p => $"{path}({p.Line}): {p.Message}"));
            chapters.Add((path, before, text.Text));
        }

        if (problems.Count > 0)
            Assert.Fail($"No chapter was written:\n{string.Join('\n', problems)}");
        var files = new AtomicFiles(Path.GetDirectoryName(chapters[0].Path)!);
        foreach ((string path, string before, string after) in chapters)
            files.Replace(path, before, after);
        TestContext.Out.WriteLine($"{files.Commit()} of {chapters.Count} chapters changed");
    }

    private static IEnumerable<string> Run(ChapterTests chapter)
    {
        foreach (MethodInfo block in chapter.GetType().GetMethods().Where(m => m.IsDefined(typeof(TestAttribute), false)))
        {
            string? failed = null;
            try
            {
                block.Invoke(chapter, BindingFlags.DoNotWrapExceptions, null, null, null);
            }
            catch (Exception e)
            {
                failed = $"{Path.GetFullPath(chapter.ChapterPath)}({block.Name.Split('_')[1]}): {e.Message}";
            }

            if (failed is not null)
                yield return failed;
        }
    }
}
#endif
