using System.Globalization;
using System.Text.Json.Nodes;

namespace TrainingSpec.Claims.Tests.D4;

/// <summary>Verdicts follow the printed digits: other digits, other verdict.</summary>
[Parallelizable(ParallelScope.Children)]
public class MisprintTests
{
    [TestCaseSource(nameof(NumericClaims))]
    public void AMisprintIsNeverConfirmed(string id, string key)
    {
        Claim claim = Read(id);
        PrintedNumber[] printed = claim.PrintedRow(key);
        string[] right = ClaimChecks.Run(claim).Corrected.TryGetValue(key, out IReadOnlyList<string>? corrected) ? [.. corrected] : new string[printed.Length];
        for (int i = 0; i < printed.Length; i++)
        {
            string[] digits = [.. printed.Select(p => p.Text)];
            // Where the document is off by one, the first misprint is the right number.
            digits[i] = printed[i].Misprint();
            if (digits[i] == right[i] && PrintedNumber.TryParse(right[i], out PrintedNumber? once))
                digits[i] = once.Misprint();
            Finding finding = ClaimChecks.Run(claim.WithPrinted(key, Node(digits)));
            Assert.That(finding.Verdict, Is.Not.EqualTo(Verdict.Confirmed), $"{id}: {key} = {digits[i]} instead of {printed[i]}");
        }
    }

    [TestCaseSource(nameof(NumericClaims))]
    public void TheCorrectedDigitsAreConfirmed(string id, string key)
    {
        Claim claim = Read(id);
        Finding finding = ClaimChecks.Run(claim);
        foreach ((string correctedKey, IReadOnlyList<string> digits) in finding.Corrected)
            claim = claim.WithPrinted(correctedKey, Node(digits));
        if (finding.Corrected.ContainsKey(key))
            Assert.That(ClaimChecks.Run(claim).Verdict, Is.EqualTo(Verdict.Confirmed), $"{id}: {key} = {string.Join(", ", finding.Corrected[key])}");
        else
            Assert.That(finding.Verdict, Is.Not.EqualTo(Verdict.Imprecise).And.Not.EqualTo(Verdict.Confirmed), $"{id}: {key} is printed, and nothing says what it should be");
    }

    private static Claim Read(string id) => ClaimFile.Read("D4").Single(c => c.Id == id);

    private static JsonNode Node(IReadOnlyList<string> digits) => digits is [var one]
        ? JsonValue.Create(one)
        : new JsonArray([.. digits.Select(d => (JsonNode)JsonValue.Create(d))]);

    private static IEnumerable<TestCaseData> NumericClaims() =>
        from claim in ClaimFile.Read("D4")
        where ClaimChecks.Ids.Contains(claim.Id)
        from key in claim.Printed.Select(p => p.Key)
        where Texts(claim.Printed[key]).All(t => PrintedNumber.TryParse(t, out _))
        select new TestCaseData(claim.Id, key);

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray row
        ? row.SelectMany(Texts)
        : [Convert.ToString(node, CultureInfo.InvariantCulture) ?? ""];
}
