namespace TrainingSpec.Claims.Tests.Turns;

/// <summary>Verdicts follow the printed digits: other digits, other verdict.</summary>
[Parallelizable(ParallelScope.Children)]
public class MisprintTests
{
    private static readonly DocumentLibrary Documents = DocumentLibrary.Open();

    // What a check judges digit by digit says which digits would be right; what it judges otherwise has a turn of its own.
    [TestCaseSource(nameof(Judged))]
    public void AMisprintIsNeverConfirmed(string id, string key)
    {
        Document document = Documents[id.Split('-')[0]];
        PrintedNumber[] printed = document[id].PrintedRow(key);
        string[] right = AllResults.Of(id).Corrected.TryGetValue(key, out IReadOnlyList<string>? corrected) ? [.. corrected] : [.. printed.Select(p => p.Text)];
        if (corrected is null && HasTurn(id, key))
            return;
        for (int i = 0; i < printed.Length; i++)
        {
            string[] numbers = [.. printed.Select(p => p.Text)];
            // Where the document is off by one, the first misprint is the right number.
            numbers[i] = printed[i].Misprint();
            if (numbers[i] == right[i] && PrintedNumber.TryParse(right[i], out PrintedNumber? once))
                numbers[i] = once.Misprint();
            Finding finding = Judge(document, id, key, numbers);
            Assert.That(finding.Verdict, Is.Not.EqualTo(Verdict.Confirmed), $"{id}: {key} = {numbers[i]} instead of {printed[i]}");
        }
    }

    [TestCaseSource(nameof(Judged))]
    public void TheCorrectedDigitsAreConfirmed(string id, string key)
    {
        Document document = Documents[id.Split('-')[0]], corrected = document;
        Finding finding = AllResults.Of(id);
        foreach ((string correctedKey, IReadOnlyList<string> numbers) in finding.Corrected)
            corrected = corrected.With(DataPlace.Of($"printed/{correctedKey}", id), corrected[id].PrintedWith(correctedKey, numbers));
        if (finding.Corrected.ContainsKey(key))
            Assert.That(ClaimChecks.Run(corrected, id).Verdict, Is.EqualTo(finding.Verdict == Verdict.NotChecked ? Verdict.NotChecked : Verdict.Confirmed), $"{id}: {key} = {string.Join(", ", finding.Corrected[key])}");
        else
            Assert.That(finding.Verdict is not (Verdict.Imprecise or Verdict.Confirmed) || HasTurn(id, key), $"{id}: {key} is printed, and nothing says what it should be");
    }

    // Words are no digits, and what is printed in words is turned in words.
    [TestCaseSource(nameof(Worded))]
    public void PrintedWordsHaveATurn(string id, string key) => Assert.That(HasTurn(id, key), $"{id}: {key} is printed in words, and no turn of its check changes it");

    private static bool HasTurn(string id, string key) =>
        ClaimChecks.Turns(id).Any(t => t.Changes.Any(c => c.Place.Part == DataPart.Printed && c.Place.Claim == id && c.Place.Steps[0] == key));

    private static Finding Judge(Document document, string id, string key, string[] numbers) =>
        ClaimChecks.Run(document.With(DataPlace.Of($"printed/{key}", id), document[id].PrintedWith(key, numbers)), id);

    private static IEnumerable<TestCaseData> Judged() => Printed(digits: true);

    private static IEnumerable<TestCaseData> Worded() => Printed(digits: false);

    private static IEnumerable<TestCaseData> Printed(bool digits) =>
        from document in ClaimFile.Documents.Select(d => Documents[d])
        from claim in document.Claims
        where ClaimChecks.Ids.Contains(claim.Id)
        from key in claim.PrintedKeys
        where claim.PrintedTexts(key).All(t => PrintedNumber.All(t).Count > 0) == digits
        select new TestCaseData(claim.Id, key).SetArgDisplayNames(claim.Id, key);
}
