namespace TrainingSpec.Conformance.Tests.Chapters;

/// <summary>A chapter that can't be written is said to be one by name, before anything is written.</summary>
public sealed class ChapterFileTests
{
    private string _folder = null!;

    [SetUp]
    public void Make_a_folder() => _folder = Directory.CreateTempSubdirectory("chapters").FullName;

    [TearDown]
    public void Leave_nothing() => Directory.Delete(_folder, true);

    [Test]
    public void A_file_and_a_link_beside_its_file_are_written()
    {
        File.WriteAllText(Path.Combine(_folder, "a.md"), "# a\n");
        File.CreateSymbolicLink(Path.Combine(_folder, "b.md"), "a.md");
        Assert.That(ChapterFile.Problem(Path.Combine(_folder, "a.md")), Is.Null);
        Assert.That(ChapterFile.Problem(Path.Combine(_folder, "b.md")), Is.Null);
    }

    [Test]
    public void A_link_that_leads_elsewhere_and_a_byte_order_mark_are_refused()
    {
        string inner = Path.Combine(_folder, "spec"), link = Path.Combine(inner, "a.md"), marked = Path.Combine(inner, "b.md");
        Directory.CreateDirectory(inner);
        File.WriteAllText(Path.Combine(_folder, "elsewhere.md"), "# a\n");
        File.CreateSymbolicLink(link, "../elsewhere.md");
        File.WriteAllBytes(marked, [0xEF, 0xBB, 0xBF, (byte)'#']);
        Assert.That(ChapterFile.Problem(link), Does.StartWith("is a link to ").And.EndsWith("elsewhere.md, which lies outside its folder"));
        Assert.That(ChapterFile.Problem(marked), Is.EqualTo("begins with a byte-order mark, which a chapter has not"));
    }
}
