namespace TrainingSpec.Claims.Tests.Claims;

/// <summary>The documents are named alike wherever they are named.</summary>
public class DocumentTitlesTests
{
    [Test]
    public void EveryDocumentHasATitle() => Assert.That(DocumentTitles.All.Select(d => d.Id), Is.EqualTo(ClaimFile.Documents));

    [TestCase("README.md")]
    [TestCase("spec/README.md")]
    public void TheFirstPagesNameThem(string page)
    {
        string root = Path.GetDirectoryName(GoldenFolder.Find().Root)!;
        string[] lines = File.ReadAllLines(Path.Combine(root, page));
        foreach (DocumentTitle document in DocumentTitles.All)
            Assert.That(lines, Has.One.EqualTo($"| {document.Id} | {document.Title} | {document.About} |"));
    }
}
