using System.Text.Json;

namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>The worked numbers of all documents, as golden/claims/D?.numbers holds them.</summary>
[Parallelizable(ParallelScope.Children)]
public class WorkedNumbersTests
{
    // Worked examples and tables that print a number and whose check computes none of its own.
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["D0-097"] = "the number names the table's row",
        ["D0-096"] = "the number names the table's row",
        ["D0-098"] = "the number names the table's row",
        ["D4-070"] = "the cosine stands in golden/schedules/WorkedSteps",
    };

    // By Python's decimal at 30 digits.
    [TestCase("D1-006", "loss", 0, 0.916290731874155065)]
    [TestCase("D1-016", "p", 0, 0.00386100386100386100)]
    [TestCase("D1-017", "loss", 0, 5.55682806169953774947)]
    [TestCase("D1-067", "update", 0, -0.00099999999995000000000375)]
    [TestCase("D1-069", "update", 0, -0.000999950003749687527341)]
    [TestCase("D1-097", "perplexity", 0, 244.691932264220387915)]
    [TestCase("D1-098", "perplexity", 0, 54.5981500331442390781)]
    [TestCase("D1-099", "perplexity", 0, 20.0855369231876677409)]
    [TestCase("D1-100", "perplexity", 0, 7.38905609893065022723)]
    [TestCase("D1-101", "perplexity", 0, 2.71828182845904523536)]
    [TestCase("D1-112", "six_values", 3, 0.000918539091634747084448)]
    [TestCase("D1-112", "six_values", 4, 0.000911257970479385264394)]
    [TestCase("D1-112", "six_values", 5, 0.000903700579887761795621)]
    [TestCase("D2-027", "new_lr", 0, 4e-4)]
    [TestCase("D2-048", "loss", 0, 10.8197782844102831107)]
    [TestCase("D4-067", "lr", 0, 1.5e-4)]
    public void ExactValuesAreKnownOtherwise(string id, string key, int place, double value) =>
        Assert.That(AllResults.Of(id).Worked.First(w => w.Key == key).Exact[place].ToDouble(), Is.EqualTo(value).Within(1).Ulps);

    [Test]
    public void DigitsAreTheRoundedExactValues() => Assert.Multiple(() =>
    {
        foreach ((Claim claim, WorkedNumbers worked) in from result in AllResults.Value from worked in result.Finding.Worked select (result.Claim, worked))
        {
            Assert.That(worked.Printed, Has.Count.EqualTo(worked.Exact.Count).And.Count.EqualTo(worked.Digits.Count), claim.Id);
            foreach ((string digits, Rational exact) in worked.Digits.Zip(worked.Exact))
                Assert.That(PrintedNumber.TryParse(digits, out PrintedNumber? number) && number.IsRounded(exact), $"{claim.Id}, {worked.Key}: {digits} of {exact}");
        }
    });

    [Test]
    public void EveryWorkedExampleIsGolden()
    {
        HashSet<string> golden = [.. ClaimFile.Documents
            .SelectMany(d => JsonElement.Parse(File.ReadAllText(Path.Combine(GoldenFolder.Find().Root, "claims", $"{d}.numbers.verified.json"))).EnumerateObject())
            .Select(p => p.Name.Split('.')[0])];
        string[] missing =
        [
            .. from result in AllResults.Value
               where result.Claim.Kind is "worked-number" or "log" or "table" or "exercise" && result.Claim.PrintedKeys.Count > 0
               where !golden.Contains(result.Claim.Id) && !Elsewhere.ContainsKey(result.Claim.Id)
               select $"{result.Claim.Id}: {ErrataReport.Printed(result.Claim)}",
        ];
        Assert.That(missing, Is.Empty, string.Join("\n", missing));
        Assert.That(Elsewhere.Keys.Where(golden.Contains), Is.Empty, "named as elsewhere, and yet golden");
    }
}
