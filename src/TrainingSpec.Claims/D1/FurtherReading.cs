namespace TrainingSpec.Claims.D1;

/// <summary>D1, "Further Reading": what is cited against what was looked up once, and titles against addresses.</summary>
internal static class FurtherReading
{
    /// <summary>Identifier and year of a paper.</summary>
    [Claim("D1-216")]
    [Claim("D1-217")]
    [Claim("D1-218")]
    [Turn("printed/arxiv", "1412.6981", Verdict.Erratum)]
    [Turn("printed/year", "2013", Verdict.Erratum)]
    internal static Finding Paper(Claim claim, Document document)
    {
        Facts paper = document.Facts["papers"][claim.Id];
        (string identifier, string year, string title) = (paper["arxiv"].Text, paper["year"].Text, paper["title"].Text);
        Working.Value("identifier and year of the paper", $"{identifier}, {year}");
        return Judge.All(
            Judge.Printed(claim, "arxiv", identifier, $"{identifier}", $"{identifier} is the identifier of {title}"),
            Judge.Printed(claim, "year", year, $"{year}", $"its first version is of {year}"));
    }

    /// <summary>A book's year, and the title of one of its chapters.</summary>
    [Claim("D1-219")]
    [Turn("printed/chapter", "7", Verdict.Erratum)]
    [Turn("printed/year", "2015", Verdict.Erratum)]
    internal static Finding Chapter(Claim claim, Document document)
    {
        Facts book = document.Facts["papers"][claim.Id];
        (string year, string chapter, string title) = (book["year"].Text, book["chapter"].Text, book["title"].Text);
        Working.Value("year of the book, and its chapter on optimization", $"{year}, {chapter}");
        return Judge.All(
            Judge.Printed(claim, "year", year, year, $"the book appeared in {year}"),
            Judge.Printed(claim, "chapter", chapter, $"chapter {chapter}", $"its chapter {chapter} is {title}"));
    }

    /// <summary>The words of a link's title against those of its address.</summary>
    [Claim("D1-220")]
    [Claim("D1-221")]
    [Turn("facts/title", "Parameters, Hyperparameters, and the Importance of Both", Verdict.Confirmed, Claim = "D1-221")]
    [Turn("printed/url_date", "2017/05/23", Verdict.Erratum, Claim = "D1-221", AndPlace = "facts/title", AndValue = "Parameters, Hyperparameters, and the Importance of Both")]
    [Turn("facts/title", "Parameters, Hyperparameters, and the Importance of Both", Verdict.Erratum, Claim = "D1-220")]
    internal static Finding TitleAgainstAddress(Claim claim)
    {
        (string title, string address) = (claim.Facts["title"].Text, claim.Facts["address"].Text);
        string[] Words(string text) => [.. text.Split(' ', '-', '/', ',', '.', ':').Select(w => w.ToUpperInvariant()).Where(w => w.Length > 4)];
        string[] words = Words(address);
        Tally shared = new Tally("longer words of the title that stand in the address").AddAll(Words(title).Select(words.Contains)).Shown();
        string date = claim.PrintedKeys.Contains("url_date") ? claim.PrintedText("url_date") : "";
        return Judge.All(
            Judge.Holds(
                shared.Count > 0,
                $"{shared} words",
                $"{shared} longer words of the title stand in the address",
                $"no word of the title {title} stands in the address, which speaks of parameters and hyperparameters; a paper of that title is of 2017"),
            Judge.Holds(address.Contains(date, StringComparison.Ordinal), "", $"the address has the date {date}", $"the address does not have the date {date}"));
    }
}
