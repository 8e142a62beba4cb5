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

    // Numbers of facts that are counted, not read, or stand beside the lines named.
    private static readonly Dictionary<string, string> Counted = new(StringComparer.Ordinal)
    {
        ["D0/stopping log"] = "decimals that the format asks for",
        ["D0/training log"] = "decimals as they are printed",
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

    // A number that facts hold, or a decimal in quotes, stands in the lines that they name, a claim's otherwise in the claim's own, or was found in a way that they tell.
    [TestCaseSource(typeof(ClaimFile), nameof(ClaimFile.Documents))]
    public void NumbersOfFactsStandInTheirLines(string name)
    {
        string[] lines = DocumentText.Needed(name);
        Document document = Documents[name];
        Dictionary<string, (int, int)> claims = document.Claims.ToDictionary(c => c.Id, c => (c.Lines.First, c.Lines.Last), StringComparer.Ordinal);
        string[] missing =
        [
            .. from key in document.Facts.Keys
               where !Counted.ContainsKey($"{name}/{key}")
               from x in Placed(JsonElement.Parse(document.Facts[key].Json), claims.TryGetValue(key, out (int, int) own) ? own : null)
               where !DocumentText.Numbers(DocumentText.Between(lines, x.First, x.Last)).Contains(Math.Abs(x.Number))
               select $"{key}: {x.Number.ToString(CultureInfo.InvariantCulture)} is not in lines {x.First} to {x.Last}",
        ];
        Assert.That(missing, Is.Empty, string.Join("\n", missing));
    }

    [TestCase("""{ "lines": [3, 4], "a": [0.5, "1e-3", "x", true], "how many": { "b": -2 } }""", "0.5 in 3-4, 0.001 in 3-4, -2 in 3-4")]
    [TestCase("""{ "line": 3, "a": "7" }""", "7 in 3-11")]
    [TestCase("""{ "lines": [3, 5], "rows": [[4, "word", 9], [8, 2]] }""", "9 in 3-5, 8 in 3-5, 2 in 3-5")]
    [TestCase("""{ "lines": [3, 5], "how": "counted", "a": 1 }""", "")]
    [TestCase("""{ "a": 1 }""", "")]
    public void NumbersAreLookedForInTheLinesNamed(string facts, string placed) =>
        Assert.That(string.Join(", ", Placed(JsonElement.Parse(facts), null).Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Number} in {x.First}-{x.Last}"))), Is.EqualTo(placed));

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

    // Numbers and decimals in quotes with the lines to find them in; none of what was counted or measured, which "how" tells.
    private static IEnumerable<(double Number, int First, int Last)> Placed(JsonElement json, (int First, int Last)? lines)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object when json.TryGetProperty("how", out _):
                return [];
            case JsonValueKind.Object:
                (int, int)? inner = json.TryGetProperty("lines", out JsonElement range) ? (range[0].GetInt32(), range[1].GetInt32())
                    : json.TryGetProperty("line", out JsonElement line) ? (line.GetInt32(), line.GetInt32() + 8)
                    : lines;
                return json.EnumerateObject().Where(p => p.Name is not ("lines" or "line")).SelectMany(p => Placed(p.Value, inner));
            case JsonValueKind.Array:
                // A row may begin with its line.
                bool named = json.GetArrayLength() > 0 && json[0].ValueKind == JsonValueKind.Number && json[0].TryGetInt32(out int first) && first >= lines?.First && first <= lines?.Last;
                return json.EnumerateArray().Skip(named ? 1 : 0).SelectMany(e => Placed(e, lines));
            case JsonValueKind.Number or JsonValueKind.String when lines is (int from, int to) && double.TryParse(json.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double x) && double.IsFinite(x):
                return [(x, from, to)];
            default:
                return [];
        }
    }

    private static IEnumerable<string> Texts(Facts row) => JsonElement.Parse(row.Json).EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!);
}
