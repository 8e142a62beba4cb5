namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>The errata report and the verdicts as JSON.</summary>
public class ErrataReportTests
{
    private static readonly Claim First = ClaimFile.Read("D4").Single(c => c.Id == "D4-073");
    private static readonly Claim Second = ClaimFile.Read("D4").Single(c => c.Id == "D4-072");

    private static readonly ClaimResult[] Results =
    [
        new(Second, new Finding(Verdict.Confirmed, "0.89", "right"), 0),
        new(First, new Finding(Verdict.Erratum, "-0.94", "cos_is * wrong"), 0),
    ];

    [Test]
    public void OnlyWhatIsNotConfirmedIsListed()
    {
        string text = ErrataReport.Markdown("D4", Results);
        Assert.That(text, Does.Contain("### D4-073: erratum").And.Contain("lines 272–273").And.Contain("- printed: `cos = -0.93`").And.Contain("- recomputed: `-0.94`"));
        Assert.That(text, Does.Contain(@"- why: cos\_is \* wrong"));
        Assert.That(text, Does.Not.Contain("D4-072").And.Not.Contain("\r"));
        Assert.That(text, Does.Contain("| confirmed | 1 |").And.Contain("| erratum | 1 |").And.Contain("| all | 2 |"));
    }

    [Test]
    public void VerdictsAreKeyedById() =>
        Assert.That(ErrataReport.Verdicts([Second, First], Results), Is.EqualTo(
            "{\n  \"D4-072\": {\n    \"verdict\": \"confirmed\",\n    \"recomputed\": \"0.89\"\n  },\n  \"D4-073\": {\n    \"verdict\": \"erratum\",\n    \"recomputed\": \"-0.94\"\n  }\n}\n"));

    [Test]
    public void AnotherDocumentsResultIsRefused() =>
        Assert.That(() => ErrataReport.Markdown("D3", Results), Throws.ArgumentException.With.Message.Contains("D4-072").And.Message.Contains("D3"));
}
