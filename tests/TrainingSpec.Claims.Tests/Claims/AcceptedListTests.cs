namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>What the accepted list is compared with, and where it comes from.</summary>
public class AcceptedListTests
{
    [TestCase("D4-001", "D4-001")]
    [TestCase("D4-003, D4-001, D4-002", "D4-001 to D4-003")]
    [TestCase("D4-001, D4-002, D4-009", "D4-001, D4-002, D4-009")]
    [TestCase("D0-187, D1-001", "D0-187, D1-001")]
    [TestCase("D4-1, x", "D4-1, x")]
    public void Neighbours_are_told_as_runs(string ids, string told) =>
        Assert.That(AcceptedList.Ranges(ids.Split(", ")), Is.EqualTo(told));

    // What a build puts beside the program is what the checkout says.
    [TestCase("D0")]
    [TestCase("D4")]
    public void The_copies_beside_the_program_are_those_of_the_checkout(string document)
    {
        ClaimSource checkout = ClaimSource.Find(), beside = ClaimSource.BesideProgram(AppContext.BaseDirectory);
        Assert.That(checkout.Name, Does.StartWith("the checkout"));
        Assert.That(beside.Name, Does.StartWith("the copies beside the program"));
        Assert.That(beside.Accepted(document), Is.EqualTo(checkout.Accepted(document)));
        Assert.That(beside.Load(document).Claims.Select(c => c.Id), Is.EqualTo(checkout.Load(document).Claims.Select(c => c.Id)));
    }

    [Test]
    public void All_803_claims_are_accepted_with_a_verdict_or_as_not_judged_yet() =>
        Assert.That(ClaimFile.Documents.Sum(d => ClaimSource.Find().Accepted(d)!.Count), Is.EqualTo(803));

    [Test]
    public void A_key_that_stands_twice_is_damage()
    {
        string root = Directory.CreateTempSubdirectory("accepted").FullName;
        try
        {
            ClaimSource source = ClaimSource.Checkout(root);
            Directory.CreateDirectory(source.Verdicts);
            Assert.That(source.Accepted("D4"), Is.Null);
            File.WriteAllText(Path.Combine(source.Verdicts, "D4.verdicts.verified.txt"), """{"D4-001": "no check", "D4-001": "no check"}""");
            Assert.That(() => source.Accepted("D4"), Throws.TypeOf<ClaimDataException>().With.Message.Contains("D4.verdicts.verified.txt"));
        }
        finally
        {
            Directory.Delete(root, true);
        }
    }
}
