using TrainingSpec.Checking;
using TrainingSpec.Claims;

namespace Spec.Cli.Verdicts;

/// <summary>Which claims a command is about: the documents as they were read, and the claims among them that are wanted.</summary>
/// <param name="Documents">The documents in order.</param>
/// <param name="Claims">The wanted claims that can be judged, in order.</param>
/// <param name="Problems">What could not be read of what is wanted.</param>
/// <param name="Whole">True where whole documents are wanted, and not only some of their claims.</param>
internal sealed record ClaimSelection(IReadOnlyList<ClaimDocument> Documents, IReadOnlyList<Claim> Claims, IReadOnlyList<ClaimProblem> Problems, bool Whole)
{
    /// <summary>Selects claims.</summary>
    /// <param name="source">Where claims are read.</param>
    /// <param name="documents">Names of documents in any case; none for all.</param>
    /// <param name="ids">Ids in any case; none for all of the documents.</param>
    /// <param name="section">A part of the section's name in any case, or null.</param>
    /// <exception cref="ArgumentException">A name, id or section is none of the documents'; the message says which are near.</exception>
    public static ClaimSelection Of(ClaimSource source, IReadOnlyList<string> documents, IReadOnlyList<string> ids, string? section)
    {
        string[] named = [.. documents.Select(Document).Distinct()];
        string[] wanted = named.Length > 0 ? named : ids.Count > 0 ? [.. ids.Select(DocumentOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)] : [.. ClaimFile.Documents];
        ClaimDocument[] read = [.. wanted.Select(source.Load)];
        string[] known = [.. ids.Select(id => Id(id, read, named, source)).Distinct()];
        Claim[] claims = [.. read.SelectMany(d => d.Claims).Where(c => known.Length == 0 || known.Contains(c.Id))];
        if (section is not null)
            claims = InSection(claims, section);
        IEnumerable<ClaimProblem> problems = read.SelectMany(d => d.Problems).Where(p => p.Id is null || known.Length == 0 || known.Contains(p.Id));
        return new ClaimSelection(read, claims, [.. problems], known.Length == 0);
    }

    /// <summary>The document of that name in any case.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static string Document(string name) => ClaimFile.Documents.FirstOrDefault(d => d.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"document = {name} is outside {{{string.Join(", ", ClaimFile.Documents)}}}");

    /// <summary>The document that an id in any case begins with, or null.</summary>
    public static string? DocumentOf(string id) => ClaimFile.Documents.FirstOrDefault(d => id.StartsWith(d + "-", StringComparison.OrdinalIgnoreCase));

    private static string Id(string typed, ClaimDocument[] read, string[] named, ClaimSource source)
    {
        IEnumerable<string> Ids(IEnumerable<ClaimDocument> of) => of.SelectMany(d => d.Claims.Select(c => c.Id).Concat(d.Problems.Select(p => p.Id).OfType<string>()));
        if (Ids(read).FirstOrDefault(id => id.Equals(typed, StringComparison.OrdinalIgnoreCase)) is { } found)
            return found;
        if (named.Length > 0)
            throw new ArgumentException($"claim = {typed} is no claim of {string.Join(", ", named)}{NearNames.Question(typed, Ids(read))}");
        if (read.FirstOrDefault(d => d.Document == DocumentOf(typed) && !d.Readable) is { } damaged)
            throw new ClaimDataException(damaged.Problems[0].Message);
        throw new ArgumentException($"claim = {typed} is no claim of the documents {string.Join(", ", ClaimFile.Documents)}{NearNames.Question(typed, Ids(ClaimFile.Documents.Select(source.Load)))}");
    }

    private static Claim[] InSection(Claim[] claims, string section)
    {
        Claim[] found = [.. claims.Where(c => c.Section.Contains(section, StringComparison.OrdinalIgnoreCase))];
        return found.Length > 0
            ? found
            : throw new ArgumentException($"section = {section} is in the name of no section{NearNames.Question(section, claims.Select(c => c.Section).Distinct())}");
    }
}
