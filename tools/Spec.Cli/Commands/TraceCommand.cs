using System.CommandLine;
using System.Text.RegularExpressions;
using TrainingSpec.Checking.Chapters;
using TrainingSpec.Checking.Golden;
using TrainingSpec.Claims;
using TrainingSpec.Conformance.Judging;
using TrainingSpec.Formulas;

namespace Spec.Cli.Commands;

/// <summary><c>spec trace</c>: rules × claims × tests × formulas × golden files.</summary>
internal static class TraceCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command("trace", "Say which rule, claim or formula lacks its test, check, chapter or wrong implementation; exit code 1 on a gap");
        command.SetAction(_ => Run(output));
        return command;
    }

    private static readonly string[] Written = ["spec", "src", "tests"];

    private static IEnumerable<string> ClaimsOf(Chapter chapter) =>
        chapter.Prose.SelectMany(p => Regex.Matches(p.Value, "D[0-4]-[0-9]{3}").Select(m => m.Value)).Distinct();

    // What spec new leaves to be written.
    private static IEnumerable<string> Unwritten(string root) => Written
        .SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories))
        .Select(file => (Path: Path.GetRelativePath(root, file).Replace('\\', '/'), File: file))
        .Where(f => Path.GetExtension(f.Path) is ".md" or ".cs" && !f.Path.Split('/').Any(part => part is "bin" or "obj"))
        .OrderBy(f => f.Path, StringComparer.Ordinal)
        .SelectMany(f => File.ReadLines(f.File).Select((line, i) => (Line: line, Number: i + 1)).Where(l => l.Line.Contains(NewCommand.Mark, StringComparison.Ordinal))
            .Select(l => $"{f.Path}, line {l.Number}: {l.Line.Trim()}"));

    // A check that can't reach another verdict checks nothing; only what no program can check needs none.
    private static IEnumerable<string> Unturned(ClaimDocument[] documents, ClaimSource source) =>
        from document in documents
        let accepted = source.Accepted(document.Document)
        from claim in document.Claims
        where ClaimChecks.Ids.Contains(claim.Id)
        let own = accepted?.GetValueOrDefault(claim.Id)
        where !ClaimChecks.CanTurn(claim.Id, own)
        select $"{claim.Id} has a check without a turn to another verdict";

    private static int Run(TextWriter output)
    {
        IReadOnlyList<Chapter> chapters = ChapterFolder.Read();
        ChapterRule[] rules = [.. chapters.SelectMany(c => c.Rules)];
        ChapterBlock[] blocks = [.. chapters.SelectMany(c => c.Blocks)];
        HashSet<string> ids = [.. rules.Select(r => r.Id)];
        IReadOnlyList<RuleTest> tests = TestSources.Read();
        string[] displayed = [.. blocks.Where(b => b.Kind == ChapterBlockKind.Formula).Select(b => b.Name)];
        string[] excepted = [.. blocks.Where(b => b.Kind == ChapterBlockKind.Exception).Select(b => b.Name)];
        ClaimSource source = ClaimSource.Find();
        ClaimDocument[] documents = [.. ClaimFile.Documents.Select(source.Load)];
        HashSet<string> claims = [.. documents.SelectMany(d => d.Claims).Select(c => c.Id)];
        string root = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(GoldenFolder.Find().Root))!;
        List<string> gaps =
        [
            .. chapters.SelectMany(c => c.Problems.Select(p => $"spec/{c.Topic}.md, line {p.Line}: {p.Message}")),
            .. ChapterFolder.Contents().Problems(chapters),
            .. chapters.SelectMany(c => ClaimsOf(c).Where(id => !claims.Contains(id)).Select(id => $"spec/{c.Topic}.md names {id}, which is no claim")),
            .. rules.Where(r => !blocks.Any(b => b.Kind == ChapterBlockKind.Example && b.Rule == r.Id)).Select(r => $"{r.Id} has no example"),
            .. rules.Where(r => r.Level == "library" && !tests.Any(t => t.Rule == r.Id)).Select(r => $"{r.Id} has no test that names it"),
            .. rules.Where(r => r.Level != "library" && !RuleChecks.All.Any(c => c.Rule == r.Id)).Select(r => $"{r.Id} has no executable check"),
            .. rules.Where(r => r.Level == "required" && !WrongSuite.All.Values.Any(w => w.Breaks is [var only] && only == r.Id)).Select(r => $"{r.Id} has no wrong implementation that fails exactly it"),
            .. RuleChecks.All.Where(c => !ids.Contains(c.Rule)).Select(c => $"check {c.Name} names {c.Rule}, which no chapter states"),
            .. tests.Where(t => !ids.Contains(t.Rule)).Select(t => $"{t.File}: test {t.Name} names {t.Rule}, which no chapter states"),
            .. documents.SelectMany(d => d.Problems).Select(p => p.Message),
            .. documents.Select(d => new AcceptedList(d, source.Accepted(d.Document))).SelectMany(list => list.Gaps().Concat(list.WithoutCheck())),
            .. Unturned(documents, source),
            .. ClaimChecks.Ids.Where(id => !claims.Contains(id)).Select(id => $"a check judges {id}, which is no claim"),
            .. FormulaCatalog.All.Where(f => !displayed.Contains(f.Id)).Select(f => $"{f.Id} stands in no chapter"),
            .. FormulaCatalog.All.Where(f => f.Exception is not null && !excepted.Contains(f.Id)).Select(f => $"the exception of {f.Id} stands in no chapter"),
            .. excepted.Where(d => !FormulaCatalog.All.Any(f => f.Id == d && f.Exception is not null)).Select(d => $"a chapter displays an exception of {d}, which has none"),
            .. FormulaCatalog.Errors,
            .. WrongSuite.Twice.Select(name => $"two wrong implementations are called {name}"),
            .. TopicNames.Gaps(chapters, root),
            .. Unwritten(root),
            .. displayed.Where(d => FormulaCatalog.All.All(f => f.Id != d)).Select(d => $"a chapter displays {d}, which is no formula"),
        ];
        foreach (string gap in gaps)
            output.WriteLine(gap);
        output.WriteLine($"{rules.Length} rules, {RuleChecks.All.Count} rule checks, {tests.Count} more tests that name a rule, {blocks.Length} tested blocks, {WrongSuite.All.Count} wrong implementations, {FormulaCatalog.All.Count} formulas, {claims.Count} claims, {ClaimChecks.Ids.Count} claim checks: {gaps.Count} gaps.");
        return gaps.Count == 0 ? 0 : 1;
    }
}
