using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "References": what can be checked of a citation without the cited work.</summary>
internal static class References
{
    /// <summary>The identifier against the work's own, which was looked up once, and the year that it carries against the cited one.</summary>
    [Claim("D4-165")]
    [Claim("D4-166")]
    [Claim("D4-167")]
    [Claim("D4-168")]
    [Turn("printed/arXiv", "1512.6980", Verdict.Erratum, Claim = "D4-165")]
    [Turn("printed/arXiv", "1811.05101", Verdict.Erratum, Claim = "D4-166")]
    [Turn("printed/arXiv", "1806.02677", Verdict.Erratum, Claim = "D4-167")]
    [Turn("printed/arXiv", "1311.5063", Verdict.Erratum, Claim = "D4-168")]
    internal static Finding Identifier(Claim claim, Document document)
    {
        string identifier = claim.PrintedText("arXiv"), known = claim.Facts["identifier of the work"].Text;
        int year = document.Facts["references"].Rows.First(r => r[1].Text == claim.Id)[2].Integer;
        // Identifiers of this form begin with the year, from 2000, and the month of the submission.
        Working.Value("cited year", year);
        Working.Value("year and month that the identifier begins with", $"20{identifier[..2]}-{identifier[2..4]}");
        bool dated = identifier.StartsWith(Say($"{year % 100:D2}"), StringComparison.Ordinal);
        return Judge.Holds(
            identifier == known && dated,
            identifier,
            Say($"{identifier} is the identifier of {claim.Facts["title"].Text}, as looked up once ({claim.Facts["how"].Text}), and it carries the cited year {year}"),
            Say($"the identifier of {claim.Facts["title"].Text} is {known}, as looked up once ({claim.Facts["how"].Text}); printed is {identifier}, cited for {year}")) with
        {
            Corrected = new Dictionary<string, IReadOnlyList<string>> { ["arXiv"] = [known] },
        };
    }

    /// <summary>The files that the references name against those that the listings name.</summary>
    [Claim("D4-169")]
    internal static Finding Files(Claim claim, Document document)
    {
        (int Line, string File)[] named = [.. document.Facts["files named"].Rows.Select(f => (f[0].Integer, f[1].Text))];
        bool Here(int line) => line >= claim.Lines.First && line <= claim.Lines.Last;
        string[] listings = [.. named.Where(f => !Here(f.Line)).Select(f => f.File).Distinct()];
        string[] scripts = [.. named.Where(f => Here(f.Line) && f.File.EndsWith(".py", StringComparison.Ordinal)).Select(f => f.File)];
        Working.Value("scripts that the references name", scripts);
        Working.Value("files that the listings name", listings);
        return Judge.All(
            Judge.Holds(
                scripts.All(listings.Contains),
                string.Join(", ", scripts),
                "the references name files that the listings name, too",
                $"no listing names {string.Join(", ", scripts.Except(listings))}"),
            Judge.NotCheckable($"{string.Join(" and ", scripts)} are the files that the listings name; neither they nor the following chapter are part of the document"));
    }
}
