using TrainingSpec.Checking.Chapters;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Formulas;

namespace Spec.Cli;

/// <summary>Whether a topic has one name everywhere: spec/early-stopping.md, class EarlyStopping, tests/…/EarlyStopping, golden/early-stopping.</summary>
internal static class TopicNames
{
    // What is golden without being a topic: hashes, verdicts, all TeX, the layout of golden files, vectors.
    private static readonly string[] GoldenBesides = ["bits", "claims", "formulas", "golden", "vectors"];

    /// <summary>What a topic lacks or has under another name.</summary>
    /// <param name="chapters">The chapters, one per topic.</param>
    /// <param name="root">The checkout.</param>
    public static IEnumerable<string> Gaps(IReadOnlyList<Chapter> chapters, string root)
    {
        string[] golden = Folders(GoldenFolder.Find().Root), tests = Folders(Path.Combine(root, "tests", "TrainingSpec.Tests"));
        return
        [
            .. chapters.Where(c => !golden.Contains(c.Topic)).Select(c => $"spec/{c.Topic}.md has no golden/{c.Topic}"),
            .. chapters.Where(c => !tests.Contains(Pascal(c.Topic), StringComparer.OrdinalIgnoreCase)).Select(c => $"spec/{c.Topic}.md has no tests/TrainingSpec.Tests/{Pascal(c.Topic)}"),
            .. golden.Except(GoldenBesides).Where(g => chapters.All(c => c.Topic != g)).Select(g => $"golden/{g} has no spec/{g}.md"),
            .. chapters.SelectMany(c => c.Blocks.Where(b => b.Kind == ChapterBlockKind.Formula).SelectMany(b => Elsewhere(c.Topic, b.Name))),
        ];
    }

    /// <summary>early-stopping and early_stopping as EarlyStopping.</summary>
    public static string Pascal(string topic) => string.Concat(topic.Split('-', '_').Where(word => word.Length > 0).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    // A class may say more than the topic, as RandomStreams does, for Random is a class of the system.
    private static IEnumerable<string> Elsewhere(string topic, string formula)
    {
        string? holder = FormulaCatalog.All.FirstOrDefault(f => f.Id == formula)?.Method.DeclaringType?.Name;
        return holder is null || holder.StartsWith(Pascal(topic), StringComparison.OrdinalIgnoreCase) || holder == Pascal(formula.Split('.')[0])
            ? []
            : [$"spec/{topic}.md displays {formula}, which stands in {holder}"];
    }

    private static string[] Folders(string path) =>
        [.. Directory.GetDirectories(path).Select(d => Path.GetFileName(d)).Where(d => d is not ("bin" or "obj")).Order(StringComparer.Ordinal)];
}
