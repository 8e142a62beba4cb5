namespace TrainingSpec.Claims.Tests.Judging;

/// <summary>Parts of one claim judged together: the worst verdict, and the digits that would mend the claim.</summary>
public class JudgeAllTests
{
    [TestCase("erratum 2, confirmed", "erratum", "2")]
    [TestCase("confirmed 1, confirmed", "confirmed", "1")]
    [TestCase("confirmed 1, erratum", "erratum", null, Description = "right digits in a wrong claim: no others would mend it")]
    [TestCase("erratum 2, imprecise", "erratum", null)]
    [TestCase("conflicts 2, conflicts 3", "conflicts", null, Description = "no digits suit both places")]
    [TestCase("conflicts 2, confirmed 2", "conflicts", "2")]
    [TestCase("confirmed 1, not-checked", "not-checked", "1")]
    [TestCase("erratum 2, not-checked", "erratum", null)]
    public void TheWorstPartCountsAndDigitsStayWhereTheyMend(string parts, string verdict, string? digits)
    {
        Finding all = Judge.All([.. parts.Split(", ").Select(Part)]);
        Assert.That((VerdictWord.Of(all.Verdict), all.Corrected.TryGetValue("x", out IReadOnlyList<string>? right) ? right.Single() : null), Is.EqualTo((verdict, digits)));
    }

    private static Finding Part(string said)
    {
        string[] words = said.Split(' ');
        return new Finding(Enum.GetValues<Verdict>().Single(v => VerdictWord.Of(v) == words[0]), "", "")
        {
            Corrected = words.Skip(1).ToDictionary(_ => "x", w => (IReadOnlyList<string>)[w], StringComparer.Ordinal),
        };
    }
}
