using System.Globalization;
using System.Text.Json;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>What claims and facts hold of the documents stands in their lines.</summary>
[Parallelizable(ParallelScope.Children)]
public class FactsInTheTextTests
{
    // Printed numbers that our list of claims words otherwise than the document does.
    private static readonly Dictionary<string, string> Worded = new(StringComparer.Ordinal)
    {
        ["D1-009/first_point"] = "read off the figure's first star, between two labels",
        ["D1-029/phases"] = "the heading says it in a word",
        ["D1-113/steps"] = "a list of the log's step numbers without spaces",
        ["D1-115/problem2"] = "of the lines before",
        ["D1-185/21"] = "of the log that the exercise refers to",
    };

    private static readonly DocumentLibrary Documents = DocumentLibrary.Open();

    [TestCaseSource(typeof(ClaimFile), nameof(ClaimFile.Documents))]
    public void PrintedNumbersStandInTheClaimsLines(string name)
    {
        string[] lines = DocumentText.Needed(name);
        string[] missing =
        [
            .. from claim in Documents[name].Claims
               let there = DocumentText.Numbers(DocumentText.Between(lines, claim.Lines.First, claim.Lines.Last))
               from key in claim.PrintedKeys
               where !Worded.ContainsKey($"{claim.Id}/{key}")
               from text in claim.PrintedTexts(key)
               from number in DocumentText.Numbers(text)
               where !there.Contains(number)
               select $"{claim.Id}: {key} = {text}",
        ];
        Assert.That(missing, Is.Empty, string.Join("\n", missing));
    }

    // A number that a claim's facts hold stands in its lines, or in those that the facts name, or was found in a way that they tell.
    [TestCaseSource(typeof(ClaimFile), nameof(ClaimFile.Documents))]
    public void NumbersOfFactsStandInTheirLines(string name)
    {
        string[] lines = DocumentText.Needed(name);
        Document document = Documents[name];
        List<string> missing = [];
        foreach (Claim claim in document.Claims.Where(c => document.Facts.Has(c.Id) && !c.Facts.Has("how")))
        {
            (int first, int last) = claim.Facts.Has("lines") ? (claim.Facts["lines"][0].Integer, claim.Facts["lines"][1].Integer) : claim.Lines;
            IReadOnlySet<double> there = DocumentText.Numbers(DocumentText.Between(lines, first, last));
            missing.AddRange(claim.Facts.Keys.Where(key => key != "lines").SelectMany(key => Values(claim.Facts[key])).Where(x => !there.Contains(Math.Abs(x)))
                .Select(x => $"{claim.Id}: {x.ToString(CultureInfo.InvariantCulture)} is not in lines {first} to {last}"));
        }

        Assert.That(missing, Is.Empty, string.Join("\n", missing));
    }

    // Rows that begin with a line name what stands there.
    [TestCase("D4", "headings")]
    [TestCase("D4", "links")]
    [TestCase("D4", "next words")]
    [TestCase("D4", "log lines")]
    [TestCase("D4", "files named")]
    [TestCase("D4", "names without an import")]
    [TestCase("D4", "words")]
    public void RowsNameWhatStandsInTheirLine(string name, string key)
    {
        string[] lines = DocumentText.Needed(name);
        string[] missing =
        [
            .. from row in Documents[name].Facts[key].Rows
               from text in Texts(row)
               where !lines[row[0].Integer - 1].Contains(text, StringComparison.Ordinal) && text is not ("input" or "target") && !lines[row[0].Integer - 1].Contains(Uri.EscapeDataString(text), StringComparison.Ordinal)
               select $"line {row[0].Integer}: {text}",
        ];
        Assert.That(missing, Is.Empty, string.Join("\n", missing));
    }

    [Test]
    public void DefaultsStandInTheListings()
    {
        string[] lines = DocumentText.Needed("D4");
        Facts defaults = Documents["D4"].Facts["defaults"];
        string[] missing =
        [
            .. from function in defaults.Keys
               let first = defaults[function]["line"].Integer
               from name in defaults[function].Keys
               where name != "line"
               let said = defaults[function][name].Text
               where !lines[(first - 1)..(first + 8)].Any(l => l.Contains(name, StringComparison.Ordinal) && l.TrimEnd(',', ':', ')').EndsWith($"= {said}", StringComparison.Ordinal) || l.Contains($"{name}={said}", StringComparison.Ordinal))
               select $"{function}: {name} = {said}",
        ];
        Assert.That(missing, Is.Empty, string.Join("\n", missing));
    }

    private static IEnumerable<double> Values(Facts facts) => JsonElement.Parse(facts.Json) is var json ? Numbers(json) : [];

    private static IEnumerable<double> Numbers(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => [json.GetDouble()],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Numbers),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Numbers(p.Value)),
        _ => [],
    };

    private static IEnumerable<string> Texts(Facts row) => JsonElement.Parse(row.Json).EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!);
}
