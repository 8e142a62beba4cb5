using Spec.Cli.Commands;
using TrainingSpec.Claims;
using TrainingSpec.Claims.Experiments;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Conformance.Oracle;
using TrainingSpec.Formulas;

namespace Spec.Cli.Catalog;

/// <summary>All that <c>spec list</c> lists and <c>spec explain</c> explains, kind by kind.</summary>
internal static class CatalogKinds
{
    /// <summary>The kinds in the order in which an id is looked for.</summary>
    public static IReadOnlyDictionary<string, Func<IEnumerable<CatalogEntry>>> All { get; } = new Dictionary<string, Func<IEnumerable<CatalogEntry>>>(StringComparer.Ordinal)
    {
        ["claims"] = Claims,
        ["rules"] = () => ChapterFolder.Read().SelectMany(c => c.Rules.Select(r => new CatalogEntry(r.Id, $"{r.Level}, spec/{c.Topic}.md: {r.Sentence}"))),
        ["formulas"] = () => FormulaCatalog.All.Select(f => new CatalogEntry(f.Id, f.TeX)),
        ["operations"] = () => OperationTable.Names.Select(name => new CatalogEntry(name, ProtocolText.Of(name) is [var line, ..] ? line : "")),
        ["wrong"] = () => WrongSuite.All.Values.Select(w => new CatalogEntry(w.Name, $"breaks {string.Join(", ", w.Breaks)}: {w.Story}")),
        ["topics"] = () => ChapterFolder.Read().Select(c => new CatalogEntry(c.Topic, $"spec/{c.Topic}.md: {c.Title}")),
        ["experiments"] = () => ExperimentCatalog.All.Select(e => new CatalogEntry(e.Name, $"{e.Source}: {e.Question}")),
        ["documents"] = () => DocumentTitles.All.Select(d => new CatalogEntry(d.Id, $"{d.Title}: {d.About}")),
    };

    private static IEnumerable<CatalogEntry> Claims()
    {
        ClaimSource source = ClaimSource.Find();
        return ClaimFile.Documents.SelectMany(document =>
        {
            IReadOnlyDictionary<string, string>? accepted = source.Accepted(document);
            return source.Load(document).Claims.Select(c => new CatalogEntry(c.Id, $"{accepted?.GetValueOrDefault(c.Id) ?? "not accepted"}: {c.Statement}"));
        });
    }
}
