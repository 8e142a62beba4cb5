using static TrainingSpec.Claims.Sentence;

namespace TrainingSpec.Claims.D4;

/// <summary>D4, "References": what can be checked of a citation without the cited work.</summary>
internal static class References
{
    /// <summary>The year that an identifier carries against the cited one, and the identifier that D1 gives for the same work.</summary>
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
        string identifier = claim.PrintedText("arXiv");
        int year = document.Facts["references"].Rows.First(r => r[1].Text == claim.Id)[2].Integer;
        // Identifiers of this form begin with the year, from 2000, and the month of the submission.
        string start = Say($"{year % 100:D2}");
        int month = int.TryParse(identifier.AsSpan(2, 2), out int m) ? m : 0;
        Working.Value("cited year", year);
        Working.Value("year and month that the identifier begins with", $"20{identifier[..2]}-{identifier[2..4]}");
        Claim[] elsewhere = [.. document.Other("D1").Claims.Where(c => c.PrintedKeys.Contains("arXiv") || c.Statement.Contains("arXiv", StringComparison.Ordinal))];
        string author = claim.Statement[(claim.Statement.IndexOf(": ", StringComparison.Ordinal) + 2)..].Split(' ')[0];
        Claim? same = elsewhere.FirstOrDefault(c => c.Statement.Contains(author, StringComparison.Ordinal));
        Working.Value($"claim of D1 that cites {author} with an identifier", same?.Id ?? "none");
        return Judge.All(
            Judge.Holds(
                identifier.StartsWith(start, StringComparison.Ordinal) && month is >= 1 and <= 12,
                Say($"20{identifier[..2]}-{identifier[2..4]}"),
                Say($"the identifier carries the year {year}"),
                Say($"the identifier {identifier} doesn't carry the year {year} and a month")),
            same is null
                ? Judge.NotCheckable(Say($"the identifier carries the cited year {year}; no other document cites the work, and whether it is that work's identifier only the archive knows"))
                : Judge.All(
                    Judge.Agrees(same.Statement.Contains(identifier, StringComparison.Ordinal), same.Id, "", $"{same.Id} cites {author} as well, with {(same.Statement.Contains(identifier, StringComparison.Ordinal) ? "the same" : "another")} identifier"),
                    Judge.NotCheckable(Say($"the identifier carries the cited year {year} and {same.Id} cites the same one; whether it is that work's identifier only the archive knows"))));
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
