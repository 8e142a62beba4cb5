using System.Reflection;
using System.Text.RegularExpressions;

namespace TrainingSpec.Claims.Tests.Documents;

/// <summary>Every listing of the documents is run in its own language, or named with the reason why it can't be.</summary>
[Parallelizable(ParallelScope.Children)]
public partial class ListingsCoverageTests
{
    private const string Signs = "signs that are no Go (×, √, ₁): a formula, judged as one";

    private static readonly (string Document, int First, int Last, string Reason)[] NotRun =
    [
        ("D1", 206, 206, Signs),
        ("D1", 213, 215, Signs),
        ("D1", 247, 249, Signs),
        ("D1", 267, 268, Signs),
        ("D1", 433, 433, "a declaration that nothing uses, which Go refuses; its number is D1-146"),
        ("D1", 508, 519, "three dots stand for lines that are left out"),
        ("D2", 363, 363, "one call of a method that no document defines"),
        ("D4", 711, 711, "a command; the program that it names is not in the document"),
    ];

    // Listings by document: blocks of code in a language that is named, and how many of them have a line that is not run.
    [TestCase("D0", 11, 0)]
    [TestCase("D1", 13, 6)]
    [TestCase("D2", 18, 1)]
    [TestCase("D3", 1, 0)]
    [TestCase("D4", 13, 1)]
    public void EveryListingIsRunOrNamed(string document, int listings, int partly)
    {
        string[] lines = DocumentText.Needed(document);
        (int First, int Last)[] blocks = Blocks(document, lines);
        bool[] run = new bool[lines.Length + 1], named = new bool[lines.Length + 1];
        foreach ((int first, int last) in ListingScript.All.Where(s => s.Document == document).SelectMany(s => s.Lines))
            Array.Fill(run, true, first, last - first + 1);
        foreach ((_, int first, int last, string _) in NotRun.Where(n => n.Document == document))
            Array.Fill(named, true, first, last - first + 1);
        int[] code = [.. blocks.SelectMany(b => Enumerable.Range(b.First, b.Last - b.First + 1)).Where(n => !Comment().IsMatch(lines[n - 1]))];
        Assert.Multiple(() =>
        {
            Assert.That(code.Where(n => !run[n] && !named[n]), Is.Empty, "lines neither run nor named");
            Assert.That(code.Where(n => run[n] && named[n]), Is.Empty, "lines run and named");
            Assert.That(Enumerable.Range(1, lines.Length).Where(n => named[n] && !blocks.Any(b => n >= b.First && n <= b.Last)), Is.Empty, "lines named that are of no listing");
            Assert.That((blocks.Length, blocks.Count(b => code.Any(n => n >= b.First && n <= b.Last && named[n]))), Is.EqualTo((listings, partly)));
        });
        foreach ((string _, int first, int last, string reason) in NotRun.Where(n => n.Document == document))
            TestContext.Out.WriteLine($"{document}, lines {first} to {last}, not run: {reason}");
    }

    [Test]
    public void PseudocodeHasSignsThatAreNoGo()
    {
        foreach ((string document, int first, int last, string _) in NotRun.Where(n => n.Reason == Signs))
            Assert.That(DocumentText.Between(DocumentText.Needed(document), first, last), Does.Match("[×√₁]"), $"{document}, line {first}");
    }

    // What scripts show is compared value by value, in the tests beside them; they run here once more, whatever else runs of them.
    [Test]
    public void EveryShownValueIsCompared()
    {
        foreach (Type tests in ListingScript.All.Select(s => s.Tests).Distinct())
        {
            object fixture = Activator.CreateInstance(tests)!;
            foreach (MethodInfo test in tests.GetMethods().Where(m => m.IsDefined(typeof(TestAttribute))))
                test.Invoke(fixture, BindingFlags.DoNotWrapExceptions, null, null, null);
        }

        List<string> never = [];
        foreach (IGrouping<string, ListingScript> document in ListingScript.All.GroupBy(s => s.Document).OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            string[] places = [.. document.SelectMany(s => s.Output.NeverCompared().Select(place => $"{s}: {place}"))];
            int values = document.Sum(s => s.Output.Count);
            TestContext.Out.WriteLine($"{document.Key}: {document.Count()} scripts show {values} values, of which {values - places.Length} are compared");
            never.AddRange(places);
        }

        Assert.That(never, Is.Empty, string.Join("\n", never));
    }

    [Test]
    public void AValueThatNoTestComparesIsSeen()
    {
        var shown = new ShownValue(System.Text.Json.JsonElement.Parse("[[1, \"two\"], 3, [true, null]]"));
        ListingComparison.Same(shown[0][0], 1);
        Assert.That((shown[2][0].GetBoolean(), shown[2][1].GetString(), shown.Count), Is.EqualTo((true, (string?)null, 5)));
        Assert.That(shown.NeverCompared(), Is.EqualTo(new[] { "[0][1] = \"two\"", "[1] = 3" }));
    }

    // Fenced blocks that name a language, without their fences and without those that are comments alone; D3 has no fences, and its listing's lines stand in the facts.
    private static (int First, int Last)[] Blocks(string document, string[] lines)
    {
        if (document == "D3")
            return [(DocumentLibrary.Open()["D3"].Facts["accumulation listing"]["lines"][0].Integer, DocumentLibrary.Open()["D3"].Facts["accumulation listing"]["lines"][1].Integer)];
        List<(int, int)> blocks = [];
        (int start, bool code) = (0, false);
        for (int n = 1; n <= lines.Length; n++)
        {
            if (Fence().Match(lines[n - 1]) is not { Success: true } fence)
                continue;
            if (start > 0 && code && lines[start..(n - 1)].Any(l => !Comment().IsMatch(l)))
                blocks.Add((start + 1, n - 1));
            (start, code) = start > 0 ? (0, false) : (n, fence.Groups[1].Length > 0);
        }

        return [.. blocks];
    }

    [GeneratedRegex(@"^\s*```(\w*)\s*$")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^\s*(?:(?:#|//).*)?$")]
    private static partial Regex Comment();
}
