using System.Reflection;
using TrainingSpec.Checking.Chapters;

namespace TrainingSpec.Conformance.Judging;

/// <summary>The rules of the book, which is part of this assembly, so that they are known without a checkout.</summary>
public static class BookRules
{
    private const string Book = "book/";

    /// <summary>The rules that other implementations are asked to keep, by chapter and in its order; those of the level "library" are not.</summary>
    public static IReadOnlyList<JudgedRule> All { get; } = [.. Chapters().SelectMany(c => c.Rules.Where(r => r.Level != "library").Select(r => new JudgedRule(r.Id, r.Level, c.Topic, r.Sentence)))];

    private static readonly Dictionary<string, JudgedRule> ById = All.ToDictionary(r => r.Id, StringComparer.Ordinal);

    /// <summary>The rule of an id.</summary>
    /// <exception cref="KeyNotFoundException">No such rule.</exception>
    public static JudgedRule Of(string id) => ById[id];

    private static IEnumerable<Chapter> Chapters()
    {
        Assembly here = typeof(BookRules).Assembly;
        foreach (string name in here.GetManifestResourceNames().Where(n => n.StartsWith(Book, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(here.GetManifestResourceStream(name)!);
            yield return ChapterParser.Parse(Path.GetFileNameWithoutExtension(name[Book.Length..]), reader.ReadToEnd());
        }
    }
}
