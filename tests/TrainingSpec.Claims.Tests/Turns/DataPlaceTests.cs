namespace TrainingSpec.Claims.Tests.Turns;

/// <summary>A change of the documents' data: where it goes, what it leaves alone, how a wrong one is told.</summary>
public class DataPlaceTests
{
    private static readonly Document Document = DocumentLibrary.Open()["D4"];

    [Test]
    public void APrintedNumberChangesAndNothingElseDoes()
    {
        Document changed = With("printed/lr", "1.76e-4");
        Assert.That(changed["D4-071"].PrintedNumber("lr").Text, Is.EqualTo("1.76e-4"));
        Assert.That(Document["D4-071"].PrintedNumber("lr").Text, Is.EqualTo("1.75e-4"));
        Assert.That(changed["D4-071"].GivenNumber("max_lr"), Is.EqualTo(Document["D4-071"].GivenNumber("max_lr")));
        Assert.That(changed["D4-074"].PrintedNumber("lr").Text, Is.EqualTo(Document["D4-074"].PrintedNumber("lr").Text));
    }

    [Test]
    public void AnEntryOfANestedRowChanges() =>
        Assert.That(Document.With(DataPlace.Of("given/logits/0/1/2", "D4-092"), "7")["D4-092"].GivenRow("logits")[6], Is.EqualTo(7));

    [Test]
    public void AnotherClaimChanges() =>
        Assert.That(Document.With(DataPlace.Of("D4-070/printed/cos", "D4-071"), "0.18")["D4-070"].PrintedNumber("cos").Text, Is.EqualTo("0.18"));

    [Test]
    public void AnotherDocumentChangesAndIsSeenFromThisOne() =>
        Assert.That(Document.With(DataPlace.Of("D2-027/given/base_lr", "D4-051"), "3e-4")["D2-027"].GivenNumber("base_lr"), Is.EqualTo(3e-4));

    [Test]
    public void AFactChanges()
    {
        Document changed = Document.With(DataPlace.Of("D4/headings/1/2", "D4-002"), "Contents");
        Assert.That(changed.Facts["headings"][1][2].Text, Is.EqualTo("Contents"));
        Assert.That(changed.Facts["headings"][1][0].Integer, Is.EqualTo(7));
    }

    [TestCase("printed/lrr", "1", "D4-071/printed/lrr holds nothing at lrr")]
    [TestCase("given/step", "many", "'many' is of another kind")]
    [TestCase("D4/headings/99/2", "x", "holds nothing at 99")]
    [TestCase("D4/no such facts", "x", "no such facts is missing")]
    [TestCase("D4-999/printed/x", "x", "D4-999 is missing")]
    public void AWrongPlaceIsNamed(string place, string value, string said) =>
        Assert.That(() => With(place, value), Throws.TypeOf<ClaimDataException>().With.Message.Contains(said));

    [TestCase("print/lr")]
    [TestCase("D4")]
    [TestCase("printed")]
    public void AnUnclearPlaceIsRefused(string place) => Assert.That(() => DataPlace.Of(place, "D4-071"), Throws.ArgumentException.With.Message.Contains(place));

    [TestCase("\"4 (was 2)\"", "8 3", "8 (was 3)")]
    [TestCase("[1, 2, 3]", "4 5 6", "[4, 5, 6]")]
    [TestCase("[\"0.65\", \"0.24\"]", "0.66 0.25", "[\"0.66\", \"0.25\"]")]
    [TestCase("\"~0.1-1.0\"", "~0.2 1.1", "~0.2-1.1")]
    public void PrintedNumbersGoBackIntoTheirText(string printed, string numbers, string expected)
    {
        Claim claim = Document["D4-071"];
        Claim changed = claim.With(claim.Given, System.Text.Json.JsonElement.Parse($"{{\"x\": {printed}}}"));
        Assert.That(changed.PrintedWith("x", numbers.Split(' ')), Is.EqualTo(expected));
    }

    private static Document With(string place, string value) => Document.With(DataPlace.Of(place, "D4-071"), value);
}
